"""What the check of assessments (评估复核) shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.requests import Request

from app.core.actors import Actor
from app.models import Assessment, AssessmentStatus
from app.permissions import Permission, allowed
from app.queries.assessment_review import SHOWN, QueuePage
from app.services.assessment_review import standing
from app.web.contexts.assessment_answers import sections
from app.web.forms.assessment_review import PREFIX, TITLES, places
from app.web.forms.fields import FormView
from app.web.i18n import N_, language_of, translate
from matching.gaps import CriterionSet, GradeResult

DONE = {
    "verified": N_("已通过复核，结果已告知工厂。"),
    "returned": N_("已退回修改，意见会显示在工厂表单的对应位置。"),
}
TABS = {
    AssessmentStatus.SUBMITTED: N_("待复核"),
    AssessmentStatus.RETURNED: N_("已退回"),
    AssessmentStatus.VERIFIED: N_("已复核"),
}
TONES = {
    AssessmentStatus.SUBMITTED: "info",
    AssessmentStatus.RETURNED: "warn",
    AssessmentStatus.VERIFIED: "good",
}
# What waits longer than this is shown as late.
LATE_AFTER_DAYS = 7
# Reference table that names the codes of a section of the form.
NAMED_BY = {"answers": "subdomain", "scenes": "scene", "kpis": "kpi"}


def queue_context(
    request: Request,
    found: QueuePage,
    *,
    status: AssessmentStatus,
    criteria: Mapping[str, CriterionSet],
    now: datetime,
) -> dict[str, object]:
    """Prepare one page of the queue; `criteria` maps assessment id -> set it is judged by."""
    return {
        "status": status.value,
        "tabs": [
            (shown.value, translate(request, TABS[shown]), found.counts[shown]) for shown in SHOWN
        ],
        "rows": [_row(row, criteria[str(row.id)], now=now) for row in found.rows],
        "page": found.page,
        "pages": found.pages,
        "total": found.counts[status],
        "page_url": lambda number: (
            f"{request.app.url_path_for('assessment_queue')}?status={status.value}&page={number}"
        ),
        "done": translate(request, DONE.get(request.query_params.get("done", ""), "")),
    }


def _row(assessment: Assessment, criteria: CriterionSet, *, now: datetime) -> dict[str, object]:
    days = _days(assessment, now=now)
    return {
        "assessment": assessment,
        "factory": assessment.factory,
        "days": days,
        "is_late": days > LATE_AFTER_DAYS,
        **_figures(standing(assessment, criteria)),
    }


def _days(assessment: Assessment, *, now: datetime) -> int:
    return max(0, (now - (assessment.submitted_at or assessment.updated_at)).days)


def _figures(result: GradeResult | None) -> dict[str, object]:
    """Grade and share of answered scores in per cent; None where they cannot be told."""
    return {
        "grade": result.grade if result else None,
        "best_grade": result.grade_if_unknown_met if result else None,
        "answered": int(result.coverage * 100) if result else None,
    }


def review_context(
    request: Request,
    form: FormView | None,
    assessment: Assessment,
    *,
    before: Assessment | None,
    criteria: CriterionSet,
    reviewer: str,
    actor: Actor,
    now: datetime,
) -> dict[str, object]:
    """Prepare one assessment with what changed since `before`, and the decision form."""
    waits = assessment.status is AssessmentStatus.SUBMITTED
    may = allowed(actor, Permission.ASSESSMENT_REVIEW, assessment)
    shown = assessment.status is not AssessmentStatus.RETURNED
    return {
        "form": form or FormView({}, {}),
        "titles": _titles(request, criteria),
        "assessment": assessment,
        "factory": assessment.factory,
        "organisation": assessment.factory.organisation,
        "before": before,
        "reviewer": reviewer,
        "tone": TONES[assessment.status],
        "days": _days(assessment, now=now),
        "unsaved": _unsaved(request, form, criteria) if form and not (waits and may) else [],
        "notes": _notes(request, assessment, criteria),
        "can_decide": waits and may,
        "is_own": waits and not may and bool(actor.organised_regions),
        "has_queue": allowed(actor, Permission.ASSESSMENT_QUEUE),
        # What a factory is changing has not been handed in again: it is its own until then.
        "shows_content": shown,
        **_figures(standing(assessment, criteria) if shown else None),
        **(sections(request, assessment, before, criteria=criteria) if shown else {}),
    }


def _titles(request: Request, criteria: CriterionSet) -> dict[str, str]:
    """Name every field of the decision form, in the order of the page."""
    titles = {f"{PREFIX}{place}": place_title(request, place) for place in places(criteria)}
    return {**titles, **{key: translate(request, title) for key, title in TITLES.items()}}


def place_title(request: Request, place: str) -> str:
    """Name a field that a note stands at."""
    section, _, code = place.partition(".")
    if place == "scope.trimmed":
        return translate(request, N_("评估范围"))
    if section == "profile":
        return translate(request, N_("在用系统与投入"))
    if section in NAMED_BY:
        reference = request.app.state.wiring.reference
        return f"{code} {reference.name_of(NAMED_BY[section], code, language_of(request))}"
    return f"{translate(request, N_('申报条件'))} {code}"


def _unsaved(request: Request, form: FormView, criteria: CriterionSet) -> Sequence[tuple[str, str]]:
    """Give (field, text) of what was typed into a form that is not shown any more."""
    return [
        (title, typed)
        for name, title in _titles(request, criteria).items()
        if name != "decision" and (typed := form.value(name).strip())
    ]


def _notes(
    request: Request, assessment: Assessment, criteria: CriterionSet
) -> Sequence[tuple[str, str]]:
    """Give (field, note) of the last decision in the order of the form."""
    return [
        (place_title(request, place), assessment.field_notes[place])
        for place in places(criteria)
        if place in assessment.field_notes
    ]
