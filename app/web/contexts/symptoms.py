"""What the pages from symptoms to needs show: the text in pieces, and one card a problem."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.problems import Problem
from app.models import Factory, Need
from app.services.need_proposals import MAX_TEXT, ProposedNeed
from app.web.forms.fields import FormView
from app.web.forms.symptoms import CARD_LABELS
from app.web.i18n import N_, translate
from app.web.messages import sentence
from matching.needs.asides import AsideKind
from matching.needs.propose import Confidence
from matching.needs.split import Split

CONFIDENCES = {
    Confidence.HIGH: (N_("把握高"), "good"),
    Confidence.MEDIUM: (N_("把握中等"), "info"),
    Confidence.LOW: (N_("把握低"), "warn"),
    Confidence.NONE: (N_("没有把握"), "warn"),
}
ASIDES = {
    AsideKind.GREETING: N_("问候"),
    AsideKind.ABOUT: N_("企业介绍"),
    AsideKind.LEAD: N_("引语"),
    AsideKind.CONTACT: N_("联系方式"),
    AsideKind.THANKS: N_("结束语"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `mark` marks it, `note` says why it is set apart."""

    text: str
    mark: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class SceneBox:
    """A proposed scene with its probability in per cent; -1: given, not inferred."""

    code: str
    percent: int


@dataclass(frozen=True, slots=True)
class SceneGroup:
    """Scenes of one link that were not proposed."""

    link: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NearView:
    """A need of the factory that is near, with its likeness in per cent."""

    need_id: str
    title: str
    status: str
    percent: int


@dataclass(frozen=True, slots=True)
class CardView:
    """One card of the second step; the fields' values and errors are in the form."""

    number: int
    pieces: tuple[Piece, ...]
    covered: bool
    confidence: str
    tone: str
    percent: int
    nearest: str
    scenes: tuple[SceneBox, ...]
    groups: tuple[SceneGroup, ...]
    others_open: bool
    subdomains: tuple[str, ...]
    other_subdomains: tuple[str, ...]
    warnings: tuple[str, ...]
    asks_contact: bool
    similar: tuple[NearView, ...]
    dropped: bool


def text_context(request: Request, factory: Factory, form: FormView) -> dict[str, object]:
    """Prepare the first step."""
    labels = {"text": translate(request, N_("厂里的毛病"))}
    return {"factory": factory, "form": form, "labels": labels, "max_text": MAX_TEXT}


def cards_context(
    request: Request,
    factory: Factory,
    form: FormView,
    proposed: Sequence[ProposedNeed],
    *,
    split: Split | None = None,
) -> dict[str, object]:
    """Prepare the second step; `split` shows how the text was read."""
    reference: Reference = request.app.state.wiring.reference
    labels = {
        f"{name}-{n}": translate(request, text).format(n=n)
        for n in range(1, len(proposed) + 1)
        for name, text in CARD_LABELS.items()
    }
    text = form.value("text")
    return {
        "factory": factory,
        "form": form,
        "labels": {"drop-1": translate(request, N_("不作为需求")), **labels},
        "cards": [
            _card(request, reference, form, n, item) for n, item in enumerate(proposed, start=1)
        ],
        "text": text,
        "text_pieces": _text_pieces(request, text, split) if split else (),
    }


def saved_context(factory: Factory, needs: Sequence[Need]) -> dict[str, object]:
    """Prepare the page that lists what was saved."""
    return {"factory": factory, "needs": needs}


def _card(
    request: Request, reference: Reference, form: FormView, n: int, item: ProposedNeed
) -> CardView:
    proposal = item.proposal
    boxes = {pick.code: round(pick.probability * 100) for pick in proposal.scenes}
    for code in item.start.scenes:
        boxes.setdefault(code, -1)
    chosen = form.chosen(f"scenes-{n}")
    subdomains = tuple(dict.fromkeys((*item.start.subdomains, *proposal.subdomains)))
    others = [code for code in reference.codes("subdomain") if code not in subdomains]
    text, tone = CONFIDENCES[proposal.confidence]
    elsewhere = set(chosen) - set(boxes) | set(form.chosen(f"subdomains-{n}")) - set(subdomains)
    return CardView(
        number=n,
        pieces=_pieces(item.start.text, [(d.start, d.end, "") for d in proposal.deciding]),
        covered=proposal.covered,
        confidence=translate(request, text),
        tone=tone,
        percent=round(proposal.certainty * 100),
        nearest=proposal.nearest,
        scenes=tuple(SceneBox(code, percent) for code, percent in boxes.items()),
        groups=_groups(reference, without=boxes),
        others_open=bool(elsewhere),
        subdomains=subdomains,
        other_subdomains=tuple(others),
        warnings=tuple(dict.fromkeys(_warnings(request, item))),
        asks_contact=any(w.code == "need_warning_contact" for w in item.warnings)
        or bool(form.value(f"contact_ok-{n}") or "contact_in_text" in form.error(f"symptom-{n}")),
        similar=tuple(
            NearView(str(s.need_id), s.title, s.status.value, round(s.likeness * 100))
            for s in item.similar
        ),
        dropped=bool(form.value(f"drop-{n}")),
    )


def _warnings(request: Request, item: ProposedNeed) -> Iterable[str]:
    for warning in item.warnings:
        yield sentence(request, Problem(warning.code, params={"value": warning.text}))


def _groups(reference: Reference, *, without: Iterable[str]) -> tuple[SceneGroup, ...]:
    """Group the scenes that are not proposed by their link, in the official order."""
    shown = set(without)
    groups: dict[str, list[str]] = {}
    for code in reference.codes("scene"):
        if code not in shown:
            groups.setdefault(reference.scene_links[code], []).append(code)
    return tuple(SceneGroup(link, tuple(codes)) for link, codes in groups.items())


def _text_pieces(request: Request, text: str, split: Split) -> tuple[Piece, ...]:
    """Cut the whole text into problems (marked), asides (with their kind) and the rest."""
    notes = [
        (aside.start, aside.end, translate(request, ASIDES[aside.kind])) for aside in split.asides
    ]
    numbered = translate(request, N_("第 {n} 条"))
    problems = [
        (problem.start, problem.end, numbered.format(n=n))
        for n, problem in enumerate(split.problems, start=1)
    ]
    marks = {problem.start for problem in split.problems}
    pieces: list[Piece] = []
    position = 0
    for start, end, note in sorted([*notes, *problems]):
        pieces += _plain(text, position, start)
        pieces.append(Piece(text[start:end], start in marks, note))
        position = end
    return (*pieces, *_plain(text, position, len(text)))


def _pieces(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[Piece, ...]:
    """Cut a text at spans, which are in order and never overlap."""
    pieces: list[Piece] = []
    position = 0
    for start, end, note in spans:
        pieces += [*_plain(text, position, start), Piece(text[start:end], True, note)]
        position = end
    return (*pieces, *_plain(text, position, len(text)))


def _plain(text: str, start: int, end: int) -> list[Piece]:
    return [Piece(text[start:end])] if end > start else []
