"""The form of a need: what was typed becomes a `NeedDraft`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from app.core.errors import NotFound
from app.core.money import exact_wan
from app.core.problems import Problem
from app.models import Need
from app.services.needs import (
    MAX_CONSTRAINTS,
    MAX_SCENES,
    MAX_SYMPTOM,
    MAX_TITLE,
    MIN_SYMPTOM,
    URGENCIES,
    NeedDraft,
    need_problems,
)
from app.web.forms.fields import FieldReader, FormView
from app.web.i18n import N_

LABELS = {
    "title": N_("标题"),
    "symptom": N_("现象"),
    "scenes": N_("场景"),
    "budget": N_("预算"),
    "weeks": N_("期限"),
    "urgency": N_("紧急程度"),
    "constraints": N_("约束条件"),
}
MAX_WEEKS = 260
REPEATED = ("scenes",)
# What the buttons of the form send; "propose" shows the scenes and saves nothing.
PROPOSE, DRAFT, PUBLISH = "propose", "draft", "publish"


@dataclass(frozen=True, slots=True)
class NeedForm:
    """A posted form: the key it carries, what is to be done, and what was written.

    `seen` is when the draft had last been saved when the form was opened; None for a new one.
    """

    need_id: UUID
    seen: datetime | None
    step: str
    draft: NeedDraft
    problems: list[Problem]


def read_need(posted: FormData, *, scenes: Collection[str]) -> NeedForm:
    """Read the form; its key must be one of ours.

    Raises:
        NotFound: the key was tampered with.
    """
    reader = FieldReader(posted)
    draft = NeedDraft(
        title=reader.text("title", max_length=MAX_TITLE),
        symptom=reader.text(
            "symptom", required=True, min_length=MIN_SYMPTOM, max_length=MAX_SYMPTOM
        ),
        scenes=tuple(reader.choices("scenes", scenes, maximum=MAX_SCENES)),
        budget_fen=_budget(reader),
        weeks=reader.whole("weeks", minimum=1, maximum=MAX_WEEKS),
        urgency=reader.choice("urgency", URGENCIES, required=True) or "medium",
        constraints=reader.text("constraints", max_length=MAX_CONSTRAINTS),
        confidential=bool(reader.raw("confidential")),
        contact_ok=bool(reader.raw("contact_ok")),
    )
    known = {problem.field for problem in reader.problems}
    more = [problem for problem in need_problems(draft) if problem.field not in known]
    step = reader.raw("step")
    return NeedForm(
        need_id=_key(reader.raw("id")),
        seen=_moment(reader.raw("seen")),
        step=step if step in (DRAFT, PUBLISH) else PROPOSE,
        draft=draft,
        problems=[*reader.problems, *more],
    )


def _key(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound from None


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _budget(reader: FieldReader) -> int | None:
    """An amount of nothing is no budget; leave the field empty instead."""
    budget = reader.wan("budget")
    if budget == 0:
        reader.add("number_too_small", "budget", min=0.01)
        return None
    return budget


def empty_need_form() -> FormView:
    """Give a new form with a key of its own, so that sending it twice saves once."""
    return FormView({"id": str(uuid4()), "urgency": "medium"}, {})


def form_of(need: Need) -> FormView:
    """Give the form of a saved draft."""
    values: dict[str, str | list[str]] = {
        "id": str(need.id),
        "seen": need.updated_at.isoformat(),
        "title": need.title,
        "symptom": need.symptom,
        "scenes": list(need.scenes),
        "budget": exact_wan(need.budget_fen),
        "weeks": str(need.weeks or ""),
        "urgency": need.urgency,
        "constraints": need.constraints,
        "confidential": "yes" if need.confidential else "",
    }
    return FormView(values, {})
