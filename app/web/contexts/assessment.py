"""What the pages around the assessment form show: versions, task list, check page, hand-in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import uuid4

from starlette.requests import Request

from app.core.actors import Actor
from app.core.problems import Problem
from app.models import Assessment, AssessmentStatus, Factory
from app.permissions import Permission, allowed
from app.services.assessment_checks import advice, blocking_problems, preview
from app.services.assessment_content import content_of
from app.services.assessment_sections import (
    SectionProgress,
    SectionState,
    find_section,
    next_open,
    overall_percent,
    progress_of,
)
from app.web.contexts.assessment_words import Line, Words, lines_of
from app.web.messages import sentence
from matching.gaps import CriterionSet

STATE_TONES = {
    SectionState.UNTOUCHED: "",
    SectionState.PARTIAL: "warn",
    SectionState.DONE: "good",
    SectionState.RETURNED: "bad",
    SectionState.TRIMMED: "",
}
STATUS_TONES = {
    AssessmentStatus.DRAFT: "",
    AssessmentStatus.SUBMITTED: "info",
    AssessmentStatus.VERIFIED: "good",
    AssessmentStatus.RETURNED: "warn",
}
REFERENCE_CHARS = 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One section on a page; `lines` only where the page writes them out."""

    code: str
    title: str
    url: str
    state: str
    state_text: str
    tone: str
    answered: int
    total: int
    lines: tuple[Line, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Sections under one heading."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence with the section it belongs to."""

    title: str
    text: str
    url: str


def reference_number(assessment: Assessment) -> str:
    """Give the number that people quote: year, version and the start of the key."""
    key = assessment.id.hex[:REFERENCE_CHARS].upper()
    return f"CSD-{assessment.assessed_on.year}-{key}-V{assessment.version}"


def common_context(assessment: Assessment, words: Words, *, actor: Actor) -> dict[str, object]:
    """Give what every page of an assessment needs."""
    may = allowed(actor, Permission.ASSESSMENT_WRITE, assessment)
    return {
        "assessment": assessment,
        "factory": assessment.factory,
        "criteria": words.criteria,
        "number": reference_number(assessment),
        "status_tone": STATUS_TONES[assessment.status],
        "can_write": may,
        "can_edit": may and assessment.is_editable,
        "can_discard": may and assessment.status is AssessmentStatus.DRAFT,
        "new_id": str(uuid4()),
    }


def list_context(
    factory: Factory, versions: Sequence[Assessment], *, actor: Actor
) -> dict[str, object]:
    """Prepare the list of versions with the ways to start another one."""
    may = allowed(actor, Permission.ASSESSMENT_WRITE, factory)
    open_one = next((one for one in versions if one.is_editable), None)
    waiting = bool(versions) and versions[0].status is AssessmentStatus.SUBMITTED
    return {
        "factory": factory,
        "versions": [(one, STATUS_TONES[one.status]) for one in versions],
        "open_one": open_one if may else None,
        "waiting": waiting,
        "can_start": may and open_one is None and not waiting,
        "can_write": may,
        "base": next((one for one in versions if not one.is_editable), None),
        "new_id": str(uuid4()),
    }


def overview_context(
    request: Request, assessment: Assessment, words: Words, *, actor: Actor
) -> dict[str, object]:
    """Prepare the task list: groups of sections, overall progress, what comes next, preview."""
    progress = progress_of(assessment, words.criteria)
    upcoming = next_open(progress)
    return {
        **common_context(assessment, words, actor=actor),
        "groups": groups_of(request, assessment, words, progress),
        "percent": overall_percent(progress),
        "upcoming": _entry(request, assessment, words, upcoming) if upcoming else None,
        "done_count": sum(one.state is SectionState.DONE for one in progress),
        "asked_count": sum(one.state is not SectionState.TRIMMED for one in progress),
        "preview": preview_of(assessment, words.criteria),
    }


def groups_of(
    request: Request,
    assessment: Assessment,
    words: Words,
    progress: Sequence[SectionProgress],
    *,
    written_out: bool = False,
    opened: frozenset[str] = frozenset(),
) -> list[Group]:
    """Group the sections, with their lines where a page writes them out."""
    return [
        Group(
            words.group(group),
            tuple(
                _entry(
                    request,
                    assessment,
                    words,
                    one,
                    written_out=written_out,
                    opened=one.section.code in opened,
                )
                for one in members
            ),
        )
        for group, members in groupby(progress, key=lambda one: one.section.group)
    ]


def _entry(
    request: Request,
    assessment: Assessment,
    words: Words,
    one: SectionProgress,
    *,
    written_out: bool = False,
    opened: bool = False,
) -> Entry:
    section = one.section
    lines: list[Line] = []
    if written_out and not section.trimmed:
        lines = lines_of(words, section, content_of(assessment, section, words.criteria))
    return Entry(
        code=section.code,
        title=words.section(section),
        url=section_url(request, assessment, section.code),
        state=one.state.value,
        state_text=words.label("section_state", one.state.value),
        tone=STATE_TONES[one.state],
        answered=one.answered,
        total=one.total,
        lines=tuple(lines),
        open=opened,
    )


def section_url(request: Request, assessment: Assessment, code: str) -> str:
    """Give the address of a section's page."""
    path = request.app.url_path_for("assessment_section", assessment_id=assessment.id, section=code)
    return str(path)


def preview_of(assessment: Assessment, criteria: CriterionSet) -> dict[str, object] | None:
    """Give the grade so far by both readings, its upper bound, and the gaps for the target."""
    analysis = preview(assessment.factory, assessment, criteria)
    if analysis is None:
        return None
    result = analysis.result
    return {
        "grade": result.grade,
        "best": result.grade_if_unknown_met,
        "by_step": result.grades.by_step,
        "by_band": result.grades.by_band,
        "total": f"{result.grades.total:.2f}",
        "coverage": int(100 * result.coverage + 1e-9),
        "gaps": len(analysis.gaps),
        "target": assessment.factory.target_level,
        "gates": [gate for gate in result.gates if not gate.open],
    }


def check_context(
    request: Request, assessment: Assessment, words: Words, *, actor: Actor, now: datetime
) -> dict[str, object]:
    """Prepare the check page: everything that was entered, what blocks, what would be better."""
    criteria = words.criteria
    blocking = blocking_problems(assessment, criteria, now=now)
    suggestions = advice(assessment, criteria, words.measures)
    progress = progress_of(assessment, criteria)
    opened = frozenset(problem.field for problem in blocking)
    return {
        **common_context(assessment, words, actor=actor),
        "groups": groups_of(request, assessment, words, progress, written_out=True, opened=opened),
        "blocking": hints_of(request, assessment, words, blocking),
        "advice": hints_of(request, assessment, words, suggestions),
        "preview": preview_of(assessment, criteria),
    }


def view_context(
    request: Request,
    assessment: Assessment,
    words: Words,
    *,
    actor: Actor,
    refused: Sequence[Problem] = (),
) -> dict[str, object]:
    """Prepare the page of what cannot be changed; `refused` says why a change was not made."""
    progress = progress_of(assessment, words.criteria)
    may = allowed(actor, Permission.ASSESSMENT_WRITE, assessment)
    return {
        **common_context(assessment, words, actor=actor),
        "groups": groups_of(request, assessment, words, progress, written_out=True),
        "preview": preview_of(assessment, words.criteria),
        "refused": [sentence(request, problem) for problem in refused],
        "can_renew": may and assessment.status is AssessmentStatus.VERIFIED,
    }


def hints_of(
    request: Request, assessment: Assessment, words: Words, problems: Sequence[Problem]
) -> list[Hint]:
    """Write problems as sentences with the section to go to."""
    hints = []
    for problem in problems:
        section = find_section(assessment, words.criteria, problem.field)
        title = words.section(section) if section else problem.field
        url = section_url(request, assessment, problem.field)
        hints.append(Hint(title, sentence(request, problem), url))
    return hints


def handed_in_context(assessment: Assessment, words: Words, *, actor: Actor) -> dict[str, object]:
    """Prepare the confirmation: reference number and who decides about each factory level."""
    target = words.criteria.factory_levels.get(assessment.factory.target_level)
    review = words.criteria.factory_levels.values()
    chain = [
        {
            "level": level.short,
            "who": next((s.who for s in level.review if s.body != "national"), ""),
            "is_target": target is not None and level.code == target.code,
        }
        for level in sorted(review, key=lambda level: level.order)
    ]
    return {
        **common_context(assessment, words, actor=actor),
        "chain": [step for step in chain if step["who"]],
    }
