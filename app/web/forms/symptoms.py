"""The form of several proposed needs: fields carry the number of their card ("symptom-2")."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from app.core.errors import NotFound
from app.core.problems import Problem
from app.services.need_proposals import (
    MAX_PROBLEMS,
    MAX_SUBDOMAINS,
    MAX_TEXT,
    ORIGINS,
    NeedToSave,
    ProposedNeed,
    StartText,
)
from app.services.needs import (
    MAX_SCENES,
    MAX_SYMPTOM,
    MAX_TITLE,
    MIN_SYMPTOM,
    URGENCIES,
    NeedDraft,
    need_problems,
)
from app.web.forms.fields import FieldReader, FormView, prose
from app.web.forms.need import DRAFT, MAX_WEEKS, PROPOSE, PUBLISH
from app.web.i18n import N_
from matching.needs import title_of

AGAIN, BACK = "again", "back"
MAX_SOURCE = 80
CARD_LABELS = {
    "symptom": N_("第 {n} 条，现象"),
    "title": N_("第 {n} 条，标题"),
    "scenes": N_("第 {n} 条，场景"),
    "subdomains": N_("第 {n} 条，能力子域"),
    "budget": N_("第 {n} 条，预算"),
    "weeks": N_("第 {n} 条，期限"),
    "urgency": N_("第 {n} 条，紧急程度"),
}


@dataclass(frozen=True, slots=True)
class CardForm:
    """One posted card. `judged`: the proposal on the page was made for this very text."""

    need_id: UUID
    start: StartText
    draft: NeedDraft
    dropped: bool
    merged: bool
    judged: bool
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class SymptomsForm:
    """Everything posted on the second step."""

    text: str
    step: str
    cards: list[CardForm]
    problems: list[Problem]

    @property
    def kept(self) -> list[NeedToSave]:
        """Give what is to be saved."""
        return [NeedToSave(card.need_id, card.draft) for card in self.cards if not card.dropped]


def read_text(posted: FormData) -> tuple[str, list[Problem]]:
    """Read the text of the first step."""
    reader = FieldReader(posted)
    text = reader.text("text", required=True, max_length=MAX_TEXT, min_length=MIN_SYMPTOM)
    return text, reader.problems


def read_cards(
    posted: FormData, *, scenes: Collection[str], subdomains: Collection[str]
) -> SymptomsForm:
    """Read the second step; cards that are not to become needs are not checked.

    Raises:
        NotFound: number of cards or a key was tampered with.
    """
    text = posted.get("text", "")
    step = str(posted.get("step", ""))
    cards: list[CardForm] = []
    problems: list[Problem] = []
    for number in range(1, _count(posted) + 1):
        reader = FieldReader(posted)
        card = _card(reader, number, scenes=scenes, subdomains=subdomains)
        cards.append(card)
        if not card.dropped:
            problems += _card_problems(reader, card, number)
    if len({card.need_id for card in cards}) < len(cards):
        raise NotFound
    if step in (DRAFT, PUBLISH) and all(card.dropped for card in cards):
        problems.append(Problem("symptoms_nothing_kept", "drop-1"))
    if step in (DRAFT, PUBLISH) and any(card.merged for card in cards):
        step = AGAIN  # a merged text has to be judged and looked at before it is saved
    known = step if step in (DRAFT, PUBLISH, BACK) else AGAIN
    return SymptomsForm(prose(str(text)), known, cards, problems)


def has_cards(posted: FormData) -> bool:
    """Tell whether the second step was posted."""
    return str(posted.get("step", PROPOSE)) != PROPOSE


def repeated_fields() -> list[str]:
    """Name the fields with several values."""
    numbers = range(1, MAX_PROBLEMS + 1)
    return [f"{name}-{n}" for n in numbers for name in ("scenes", "subdomains")]


def _count(posted: FormData) -> int:
    try:
        count = int(str(posted.get("count", "")))
    except ValueError:
        raise NotFound from None
    if not 1 <= count <= MAX_PROBLEMS:
        raise NotFound
    return count


def _card(
    reader: FieldReader, n: int, *, scenes: Collection[str], subdomains: Collection[str]
) -> CardForm:
    symptom = reader.text(
        f"symptom-{n}", required=True, min_length=MIN_SYMPTOM, max_length=MAX_SYMPTOM
    )
    kind, source = reader.raw(f"origin-{n}"), reader.raw(f"source-{n}")[:MAX_SOURCE]
    # What is too long is refused; judging all of it first would only take time.
    judged_text = symptom[:MAX_SYMPTOM]
    start = StartText(judged_text, kind=kind if kind in ORIGINS else ORIGINS[0], source=source)
    budget = reader.wan(f"budget-{n}")
    if budget == 0:
        reader.add("number_too_small", f"budget-{n}", min=0.01)
    draft = NeedDraft(
        title=reader.text(f"title-{n}", max_length=MAX_TITLE),
        symptom=symptom,
        scenes=tuple(reader.choices(f"scenes-{n}", scenes, maximum=MAX_SCENES)),
        subdomains=tuple(reader.choices(f"subdomains-{n}", subdomains, maximum=MAX_SUBDOMAINS)),
        budget_fen=budget or None,
        weeks=reader.whole(f"weeks-{n}", minimum=1, maximum=MAX_WEEKS),
        urgency=reader.choice(f"urgency-{n}", URGENCIES, required=True) or "medium",
        confidential=bool(reader.raw(f"confidential-{n}")),
        contact_ok=bool(reader.raw(f"contact_ok-{n}")),
        origin=start.origin,
    )
    seen = prose(str(reader.posted.get(f"seen-{n}", "")))
    values = {
        name: str(reader.posted.get(f"{name}-{n}", ""))
        for name in ("title", "budget", "weeks", "urgency", "confidential", "contact_ok", "drop")
    }
    judged = seen == symptom
    if not judged and draft.title == title_of(seen):
        values["title"] = ""  # nobody wrote this title; the new text gets one of its own
    return CardForm(
        need_id=_key(reader.raw(f"id-{n}")),
        start=replace(start, title=values["title"]),
        draft=draft,
        dropped=bool(reader.raw(f"drop-{n}")),
        merged=n > 1 and bool(reader.raw(f"merge-{n}")),
        judged=judged,
        values=values,
    )


def _key(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound from None


def _card_problems(reader: FieldReader, card: CardForm, n: int) -> list[Problem]:
    known = {problem.field for problem in reader.problems}
    more = [replace(p, field=f"{p.field}-{n}") for p in need_problems(card.draft)]
    return [*reader.problems, *(p for p in more if p.field not in known)]


def merged(cards: Sequence[CardForm]) -> list[CardForm]:
    """Join each card that says so to the one before it; what is joined is judged anew."""
    kept: list[CardForm] = []
    for card in cards:
        if not card.merged or not kept:
            kept.append(card)
            continue
        first = kept[-1]
        text = f"{first.start.text}\n{card.start.text}"
        kept[-1] = replace(
            first,
            start=replace(first.start, text=text),
            draft=replace(
                first.draft,
                symptom=text,
                scenes=_joined(first.draft.scenes, card.draft.scenes, most=MAX_SCENES),
                subdomains=_joined(
                    first.draft.subdomains or (), card.draft.subdomains or (), most=MAX_SUBDOMAINS
                ),
            ),
            judged=True,  # the scenes of both stay chosen
        )
    return kept


def _joined(one: tuple[str, ...], other: tuple[str, ...], *, most: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))[:most]


def sheet_view(
    text: str, proposed: Sequence[ProposedNeed], *, cards: Sequence[CardForm] = ()
) -> FormView:
    """Give the form of proposals; `cards` are what was typed for them already.

    What is given with a text is chosen, else what is proposed with enough confidence. A card
    whose text was changed gets new choices, one whose text is the same keeps its own.
    """
    values: dict[str, str | list[str]] = {"text": text, "count": str(len(proposed))}
    for n, item in enumerate(proposed, start=1):
        card = cards[n - 1] if cards else None
        title = item.start.title or item.proposal.title
        values |= {f"title-{n}": title, f"urgency-{n}": "medium"}
        if card:
            values |= {f"{name}-{n}": value for name, value in card.values.items()}
            values[f"title-{n}"] = card.values["title"] or title
        values |= {
            f"id-{n}": str(card.need_id if card else uuid4()),
            f"origin-{n}": item.start.kind,
            f"source-{n}": item.start.source,
            f"symptom-{n}": item.start.text,
            f"seen-{n}": item.start.text,
            f"scenes-{n}": _scenes(item, card),
            f"subdomains-{n}": _subdomains(item, card),
        }
    return FormView(values, {})


def _scenes(item: ProposedNeed, card: CardForm | None) -> list[str]:
    if card and card.judged:
        return list(card.draft.scenes)
    return list(item.start.scenes) or [p.code for p in item.proposal.scenes if p.ticked]


def _subdomains(item: ProposedNeed, card: CardForm | None) -> list[str]:
    if card and card.judged:
        return list(card.draft.subdomains or ())
    return list(item.start.subdomains or item.proposal.subdomains[:1])
