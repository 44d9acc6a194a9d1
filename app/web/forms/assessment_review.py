"""The form by which a department decides about an assessment."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.datastructures import FormData

from app.core.problems import Problem
from app.services.assessment_review import MAX_FIELD_NOTE, MAX_NOTE, Decision
from app.web.forms.fields import FieldReader
from app.web.i18n import N_
from matching.gaps import CriterionSet

MAX_REVISION = 1_000_000_000
PREFIX = "notes."
TITLES = {"decision": N_("决定"), "note": N_("总的意见")}


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """One posted decision; `decision` None is named in `problems`."""

    decision: Decision | None
    notes: dict[str, str]
    note: str
    revision: int | None
    problems: list[Problem]


def places(criteria: CriterionSet) -> list[str]:
    """Give every field that a note may stand at, in the order of the page."""
    return [
        "scope.trimmed",
        *_each("answers", criteria.subdomains),
        *_each("scenes", criteria.scenes),
        *_each("kpis", criteria.kpis),
        *_each("eligibility", [item.code for item in criteria.eligibility]),
        "profile.systems",
    ]


def _each(section: str, codes: Iterable[str]) -> list[str]:
    return [f"{section}.{code}" for code in codes]


def read_decision(posted: FormData, criteria: CriterionSet) -> DecisionForm:
    """Read a decision; empty notes are left out."""
    reader = FieldReader(posted)
    decision = reader.choice("decision", [item.value for item in Decision], required=True)
    revision = reader.whole("revision", minimum=0, maximum=MAX_REVISION, required=True)
    notes = {}
    for place in places(criteria):
        if text := reader.text(f"{PREFIX}{place}", max_length=MAX_FIELD_NOTE):
            notes[place] = text
    note = reader.text("note", max_length=MAX_NOTE)
    return DecisionForm(
        Decision(decision) if decision else None, notes, note, revision, reader.problems
    )
