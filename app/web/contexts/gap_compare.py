"""What the page shows that judges one assessment under two criterion sets."""

from collections.abc import Sequence

from starlette.requests import Request

from app.core.actors import Actor
from app.services.criteria import SetInfo, ref_of
from app.services.gap_work import GapWork, SetComparison
from app.web.contexts.gap_common import (
    TONES,
    common_context,
    namer,
    place_words,
    target_word,
)
from matching.gaps import Condition, ConditionPair


def compare_context(
    request: Request,
    work: GapWork,
    outcome: SetComparison,
    *,
    targets: Sequence[str],
    sets: Sequence[SetInfo],
    actor: Actor,
) -> dict[str, object]:
    """Prepare grades, conditions and gaps of both sides, differences marked."""
    comparison = outcome.comparison
    differing = [pair for pair in comparison.conditions if pair.differs]
    return {
        **common_context(request, work, sets, actor=actor),
        "targets": [(code, target_word(request, code)) for code in targets],
        "left": str(ref_of(outcome.left)),
        "right": str(ref_of(outcome.right)),
        "titles": (outcome.left.title, outcome.right.title),
        "grades": [
            ("grade", *comparison.grades),
            ("by_step", *comparison.by_step),
            ("by_band", *comparison.by_band),
        ],
        "totals": tuple(f"{total:.2f}" for total in comparison.totals),
        "differing": [_pair(pair) for pair in differing],
        "same": [_pair(pair) for pair in comparison.conditions if not pair.differs],
        "gaps": _gaps(request, outcome),
        "gap_counts": (len(comparison.left.gaps), len(comparison.right.gaps)),
        "unknown": [
            (outcome.left.title, place_words(request, outcome.left_dropped)),
            (outcome.right.title, place_words(request, outcome.right_dropped)),
        ],
    }


def _pair(pair: ConditionPair) -> dict[str, object]:
    return {"label": pair.label, "left": _side(pair.left), "right": _side(pair.right)}


def _side(condition: Condition | None) -> dict[str, str]:
    """One side of a pair; an empty status means that the set does not ask it."""
    if condition is None:
        return {"status": "", "tone": "", "detail": ""}
    return {
        "status": condition.status.value,
        "tone": TONES[condition.status],
        "detail": condition.detail,
    }


def _gaps(request: Request, outcome: SetComparison) -> list[dict[str, object]]:
    """Gaps that differ: on one side only, or with another priority."""
    own, other = namer(request, outcome.left), namer(request, outcome.right)
    return [
        {
            "code": gap.code,
            "name": own(gap.code) if gap.left is not None else other(gap.code),
            "left": gap.left,
            "right": gap.right,
        }
        for gap in outcome.comparison.gaps
        if gap.left != gap.right
    ]
