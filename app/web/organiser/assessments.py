"""The check of assessments (评估复核): the queue of a city, one assessment, the decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import Blocked, InvalidInput, StaleVersion
from app.core.problems import Problem
from app.models import Assessment, AssessmentStatus
from app.permissions import Permission, require
from app.queries import assessment_review as queries
from app.services.assessment_review import decide_assessment
from app.web.contexts.assessment_review import queue_context, review_context
from app.web.contexts.provider import errors_by_field
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.assessment_review import read_decision
from app.web.forms.fields import FormView, typed_values
from app.web.pages import redirect, render
from app.wiring import Wiring
from matching.gaps import CriterionSet

router = APIRouter()


@router.get("/organiser/assessments", name="assessment_queue")
def assessment_queue(
    request: Request, session: SessionDep, parts: WiringDep, person: SignedInDep, now: NowDep
) -> Response:
    """Assessments of the actor's city by status, what waits longest first."""
    require(person, Permission.ASSESSMENT_QUEUE)
    asked = request.query_params.get("status", "")
    status = AssessmentStatus(asked) if asked in queries.SHOWN else AssessmentStatus.SUBMITTED
    number = request.query_params.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 7 else 1
    found = queries.queue(session, to=person, status=status, page=page)
    criteria = _criteria(session, parts, found.rows)
    context = queue_context(request, found, status=status, criteria=criteria, now=now)
    return render(request, "organiser/assessments.html", context)


@router.get("/organiser/assessments/{assessment_id}", name="assessment_review")
def assessment_review(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Everything in one assessment, what changed in it, and the decision form."""
    assessment = queries.one_visible(session, assessment_id, to=person)
    context = _context(request, session, parts, assessment, person=person, form=None, now=now)
    return render(request, "organiser/assessment.html", context)


@router.post("/organiser/assessments/{assessment_id}", name="assessment_decide")
def assessment_decide(
    request: Request,
    assessment_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Verify the assessment or return it; what was typed comes back with problems."""
    assessment = queries.one_visible(session, assessment_id, to=person)
    require(person, Permission.ASSESSMENT_REVIEW, assessment)
    form = read_decision(posted, parts.criteria.of_assessment(session, assessment))
    try:
        if form.problems or form.decision is None or form.revision is None:
            raise InvalidInput(form.problems)
        done = decide_assessment(
            session,
            assessment_id=assessment_id,
            decision=form.decision,
            notes=form.notes,
            note=form.note,
            actor=person,
            now=now,
            seen_revision=form.revision,
        )
    except (InvalidInput, Blocked, StaleVersion) as refused:
        # Nothing was written: all are raised before the first change.
        problems = getattr(refused, "problems", [Problem("stale_version")])
        view = FormView(typed_values(posted), errors_by_field(request, problems))
        context = _context(request, session, parts, assessment, person=person, form=view, now=now)
        return render(request, "organiser/assessment.html", context, status=refused.status)
    return redirect(request, f"{request.url_for('assessment_queue')}?done={done.status.value}")


def _criteria(
    session: Session, parts: Wiring, rows: Sequence[Assessment]
) -> dict[str, CriterionSet]:
    """Give the set by which each assessment is judged, by its id; each set is looked up once."""
    one_of_each = {(row.criteria_code, row.criteria_version): row for row in rows}
    sets = {key: parts.criteria.of_assessment(session, row) for key, row in one_of_each.items()}
    return {str(row.id): sets[row.criteria_code, row.criteria_version] for row in rows}


def _context(
    request: Request,
    session: Session,
    parts: Wiring,
    assessment: Assessment,
    *,
    person: Actor,
    form: FormView | None,
    now: datetime,
) -> dict[str, object]:
    return review_context(
        request,
        form,
        assessment,
        before=queries.version_before(session, assessment),
        criteria=parts.criteria.of_assessment(session, assessment),
        reviewer=queries.name_of(session, assessment.reviewed_by),
        actor=person,
        now=now,
    )
