"""The city department checks an assessment (评估复核): it verifies it or returns it with notes."""

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.clock import CHINA
from app.core.errors import Blocked, InvalidInput, StaleVersion
from app.core.problems import Problem
from app.models import Assessment, AssessmentStatus
from app.permissions import Permission, require
from app.queries import assessment_review as queries
from app.services import audit
from app.services.assessments import engine_assessment
from matching.errors import InvalidInput as EngineRefusal
from matching.gaps import CriterionSet, GradeResult, assessment_problems, roll_up

MAX_FIELD_NOTE = 500
MAX_NOTE = 2_000
# Fields that a note may stand at, as in `Assessment.field_notes`.
_PLACE = re.compile(
    r"answers\.M\d\d|scenes\.S\d\d|kpis\.K\d\d|eligibility\.EL\d+|profile\.systems|scope\.trimmed"
)


class Decision(StrEnum):
    """What a department can say about an assessment that was handed in."""

    VERIFY = "verify"
    RETURN = "return"


STATUS_AFTER = {
    Decision.VERIFY: AssessmentStatus.VERIFIED,
    Decision.RETURN: AssessmentStatus.RETURNED,
}


def decide_assessment(
    session: Session,
    *,
    assessment_id: UUID,
    decision: Decision,
    notes: Mapping[str, str],
    note: str,
    actor: Actor,
    now: datetime,
    seen_revision: int,
) -> Assessment:
    """Verify a submitted assessment, or return it to its factory with notes at the fields.

    The same decision sent twice by the same person is one decision.

    Args:
        session: a writing session.
        assessment_id: which assessment.
        decision: verify or return.
        notes: field ("answers.M03", "scenes.S12", ...) -> what is to be changed there.
        note: about the whole assessment; "" for none.
        actor: needs `assessment:review`.
        now: aware time.
        seen_revision: `revision` of the assessment that the person has looked at.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        Forbidden: visible, but not the actor's to decide (other region, own organisation).
        InvalidInput: a return without any note, a verification with notes at fields, a note at
            no field or too long; nothing was changed.
        Blocked: a colleague has decided before; the problem says who, when and how.
        StaleVersion: it was handed in anew since the page was opened.
    """
    assessment = queries.one_visible(session, assessment_id, to=actor, lock=True)
    require(actor, Permission.ASSESSMENT_REVIEW, assessment)
    kept = {place: text.strip() for place, text in notes.items() if text.strip()}
    note = note.strip()
    if problems := decision_problems(decision, kept, note):
        raise InvalidInput(problems)
    status = STATUS_AFTER[decision]
    if assessment.status is not AssessmentStatus.SUBMITTED:
        same = assessment.status is status and assessment.reviewed_by == actor.user_id
        if same and (assessment.field_notes, assessment.review_note) == (kept, note):
            return assessment
        raise Blocked([_decided_before(session, assessment)])
    if assessment.revision != seen_revision:
        raise StaleVersion
    assessment.move_to(status, at=now)
    assessment.field_notes = kept
    assessment.review_note = note
    assessment.reviewed_at = now
    assessment.reviewed_by = actor.user_id
    audit.record(
        session,
        actor=actor,
        action=f"assessment.{status.value}",
        object_type="assessment",
        object_id=assessment.id,
        now=now,
        detail={"revision": assessment.revision, "fields": sorted(kept)},
    )
    return assessment


def standing(assessment: Assessment, criteria: CriterionSet) -> GradeResult | None:
    """Roll an assessment up; None where it does not fit the criterion set.

    Factory and findings must be loaded.
    """
    mine = engine_assessment(assessment.factory, assessment)
    if assessment_problems(mine, criteria):
        return None
    try:
        return roll_up(mine, criteria)
    except EngineRefusal:  # everything was trimmed
        return None


def decision_problems(decision: Decision, notes: Mapping[str, str], note: str) -> list[Problem]:
    """Say what stops a decision; empty notes must have been left out."""
    problems = []
    if decision is Decision.RETURN and not notes and not note:
        problems.append(Problem("assessment_return_note_missing", "note"))
    if decision is Decision.VERIFY and notes:
        count = {"count": len(notes)}
        problems.append(Problem("assessment_verify_with_notes", "decision", count))
    for place, text in notes.items():
        if not _PLACE.fullmatch(place):
            problems.append(Problem("assessment_note_place", "note", {"value": place[:40]}))
        elif len(text) > MAX_FIELD_NOTE:
            params = {"max": MAX_FIELD_NOTE, "length": len(text)}
            problems.append(Problem("too_long", f"notes.{place}", params))
    if len(note) > MAX_NOTE:
        problems.append(Problem("too_long", "note", {"max": MAX_NOTE, "length": len(note)}))
    return problems


def _decided_before(session: Session, assessment: Assessment) -> Problem:
    """Tell of an earlier decision."""
    when = assessment.reviewed_at
    params = {
        "name": queries.name_of(session, assessment.reviewed_by) or "—",
        "time": when.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if when else "—",
    }
    return Problem(f"assessment_already_{assessment.status.value}", "", params)
