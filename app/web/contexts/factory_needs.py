"""What the form of a need and its page show."""

from dataclasses import dataclass

from starlette.requests import Request

from app.core.actors import Actor
from app.models import Factory, Need, NeedStatus
from app.web.contexts.factory import rights
from app.web.forms.fields import FormView
from app.web.forms.need import LABELS
from app.web.i18n import translate
from matching.rank.scenes import SceneGuess

# Proposed scenes: at most so many, none below this share; ticked from this share on.
MOST_PROPOSED = 5
LEAST_SHARE = 0.06
TICKED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class ProposedScene:
    """A scene that the text sounds like, with the share of the votes in per cent."""

    code: str
    percent: int
    ticked: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the inference says of a text; `covered` False: nothing in the lexicon is near."""

    scenes: tuple[ProposedScene, ...]
    others: tuple[str, ...]
    covered: bool
    nearest: str


def proposal_of(guess: SceneGuess, *, all_scenes: list[str], chosen: list[str] | None) -> Proposal:
    """Turn a guess into boxes; `chosen` are the boxes that the person has set already."""
    proposed = [
        (code, share) for code, share in guess.probabilities.items() if share >= LEAST_SHARE
    ][:MOST_PROPOSED]
    if not guess.covered:
        proposed = []
    shown = {code for code, _ in proposed}
    return Proposal(
        scenes=tuple(
            ProposedScene(
                code,
                round(share * 100),
                code in chosen if chosen is not None else share >= TICKED_SHARE,
            )
            for code, share in proposed
        ),
        others=tuple(code for code in all_scenes if code not in shown),
        covered=guess.covered,
        nearest=guess.nearest,
    )


def need_form_context(
    request: Request,
    factory: Factory,
    form: FormView,
    *,
    proposal: Proposal | None = None,
    asks_contact: bool = False,
) -> dict[str, object]:
    """Prepare the form: typed values, problems, and the proposed scenes on the second step."""
    chosen = form.chosen("scenes") if "scenes" in form.values else []
    return {
        "factory": factory,
        "form": form,
        "labels": {name: translate(request, text) for name, text in LABELS.items()},
        "proposal": proposal,
        "chosen": chosen,
        "others_open": bool(proposal and set(chosen) & set(proposal.others)),
        "asks_contact": asks_contact or bool(form.value("contact_ok")),
    }


def need_context(need: Need, *, actor: Actor) -> dict[str, object]:
    """Prepare a need's own page with the steps that its state allows."""
    may = rights(need.factory, actor)["can_write"]
    return {
        "need": need,
        "factory": need.factory,
        "can_edit": may and need.status is NeedStatus.DRAFT,
        "can_publish": may and need.status is NeedStatus.DRAFT,
        "can_close": may and need.status is not NeedStatus.CLOSED,
    }
