"""Gaps of scenes: which to build, why, with what priority, and in which order.

A scene is wanted because a short subdomain implies it, a required link has no scene in use, the
share of scenes with AI is too small, or another wanted scene cannot work without it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from math import ceil

from matching.gaps.assessment import SceneStatus
from matching.gaps.conditions import (
    RATIO_TOLERANCE,
    Condition,
    ConditionStatus,
    ai_scene_ratio,
)
from matching.gaps.criteria import hard_layers
from matching.gaps.priorities import Factor, FactorName
from matching.gaps.subdomain_gaps import GapContext, SubdomainGap

_STATUS_RANK = {
    SceneStatus.NONE: 0,
    SceneStatus.PLANNED: 1,
    SceneStatus.PILOT: 2,
    SceneStatus.APPLIED: 3,
    SceneStatus.OPTIMISED: 4,
}


class ReasonKind(StrEnum):
    """Why a scene is wanted."""

    SUBDOMAIN = "subdomain"
    LINK = "link"
    AI_RATIO = "ai_ratio"
    PREREQUISITE = "prerequisite"


class SceneAction(StrEnum):
    """What has to happen: 新建, 由试点推开, 加入人工智能."""

    BUILD = "build"
    EXTEND = "extend"
    ADD_AI = "add_ai"


@dataclass(frozen=True, slots=True)
class SceneReason:
    """One reason for wanting a scene.

    Attributes:
        kind, code: the subdomain (M..), link (F..), threshold, or later scene (S..) behind it.
        text: the Chinese sentence.
        primary: a primary pair (subdomain reasons only).
        alternatives: other scenes that would serve this reason as well.
    """

    kind: ReasonKind
    code: str
    text: str
    primary: bool = False
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SceneGap:
    """A scene that the target wants; `missing_prerequisites` are hard ones not in use yet."""

    code: str
    name: str
    link: str
    status: SceneStatus
    action: SceneAction
    reasons: tuple[SceneReason, ...]
    missing_prerequisites: tuple[str, ...]
    provider_types: tuple[str, ...]
    factors: tuple[Factor, ...]
    priority: int


@dataclass(frozen=True, slots=True)
class BuildPhase:
    """Scenes that can be built side by side; earlier phases hold their hard prerequisites."""

    number: int
    scenes: tuple[str, ...]


@dataclass(slots=True)
class Wanted:
    """Scenes wanted so far, each with its reasons, and what each is worth to short subdomains."""

    reasons: dict[str, list[SceneReason]] = field(default_factory=dict)
    worth: dict[str, float] = field(default_factory=dict)

    def add(self, scene: str, reason: SceneReason) -> None:
        """Want `scene` for `reason` too."""
        self.reasons.setdefault(scene, []).append(reason)


def wanted_scenes(
    context: GapContext,
    subdomain_gaps: Iterable[SubdomainGap],
    conditions: Iterable[Condition],
) -> dict[str, tuple[SceneReason, ...]]:
    """Return scene -> reasons, closed under missing hard prerequisites."""
    wanted = Wanted()
    for gap in subdomain_gaps:
        _want_for_subdomain(context, wanted, gap)
    failed = [c for c in conditions if c.status is ConditionStatus.NOT_MET]
    for condition in failed:
        if condition.code.startswith("link:"):
            _want_for_link(context, wanted, condition.code.removeprefix("link:"))
    for condition in failed:
        if condition.code == "ai_scene_ratio_min" and isinstance(condition.required, float):
            _want_for_ai(context, wanted, condition.required)
    _want_prerequisites(context, wanted)
    return {code: tuple(reasons) for code, reasons in sorted(wanted.reasons.items())}


def build_order(
    context: GapContext, wanted: Iterable[str], priorities: dict[str, int]
) -> tuple[BuildPhase, ...]:
    """Return the wanted scenes in phases; within a phase by falling priority, then code."""
    layers = hard_layers(context.criteria.prerequisites, wanted)
    return tuple(
        BuildPhase(number, tuple(sorted(layer, key=lambda code: (-priorities[code], code))))
        for number, layer in enumerate(layers, start=1)
    )


def missing_prerequisites(context: GapContext, scene: str) -> tuple[str, ...]:
    """Return the hard prerequisites of `scene` that are not in use."""
    return tuple(
        code for code in context.criteria.hard_before(scene) if not context.assessment.in_use(code)
    )


def status_of(context: GapContext, scene: str) -> SceneStatus:
    """Return the recorded status of `scene`, none where it was not recorded."""
    state = context.assessment.scenes.get(scene)
    return SceneStatus.NONE if state is None else state.status


def _want_for_subdomain(context: GapContext, wanted: Wanted, gap: SubdomainGap) -> None:
    pairs = {pair.scene: pair for pair in context.criteria.pairs_of_subdomain(gap.code)}
    pain = next(factor.value for factor in gap.factors if factor.name is FactorName.PAIN)
    for scene in gap.scenes:
        pair = pairs[scene]
        levels = "、".join(f"{lv}级" for lv in gap.short_levels if lv in pair.levels)
        text = f"{gap.name}在{levels}不足：{pair.rationale}"
        wanted.add(scene, SceneReason(ReasonKind.SUBDOMAIN, gap.code, text, pair.primary))
        worth = scene_weight(context, scene, [gap.code]) * gap.deficit * pain
        wanted.worth[scene] = wanted.worth.get(scene, 0.0) + worth


def _missing_chain(context: GapContext, scene: str) -> set[str]:
    """Return all hard prerequisites, direct and indirect, that would have to be built."""
    found: set[str] = set()
    todo = [scene]
    while todo:
        for code in missing_prerequisites(context, todo.pop()):
            if code not in found:
                found.add(code)
                todo.append(code)
    return found


def _want_for_link(context: GapContext, wanted: Wanted, link_code: str) -> None:
    """Want one scene of the link: furthest on, fewest others to build first, worth the most."""
    link = context.criteria.links[link_code]
    ranked = sorted(
        link.scenes,
        key=lambda code: (
            -_STATUS_RANK[status_of(context, code)],
            len(_missing_chain(context, code)),
            -wanted.worth.get(code, 0.0),
            code,
        ),
    )
    text = f"{link.name}环节还没有在用的场景，至少要有一个"
    wanted.add(
        ranked[0], SceneReason(ReasonKind.LINK, link_code, text, alternatives=tuple(ranked[1:]))
    )


def _want_for_ai(context: GapContext, wanted: Wanted, required: float) -> None:
    """Want AI in as many scenes in use as the ratio lacks today (new scenes raise it further).

    Without any scene in use, AI is wanted in one of the scenes that are to be built.
    """
    in_use = [code for code in context.assessment.scenes if context.assessment.in_use(code)]
    with_ai = sum(context.assessment.scenes[code].ai for code in in_use)
    lacking = max(1, ceil(required * len(in_use) - RATIO_TOLERANCE) - with_ai)
    open_scenes = [code for code in in_use if not context.assessment.scenes[code].ai]
    ranked = sorted(
        open_scenes or wanted.reasons,
        key=lambda code: (
            not context.criteria.scenes[code].ai_uses,
            -scene_weight(context, code),
            code,
        ),
    )
    now = ai_scene_ratio(context.assessment) or 0.0
    text = f"应用人工智能的场景占{now:.0%}，目标{required:.0%}，至少再有{lacking}个"
    for code in ranked[:lacking]:
        wanted.add(
            code,
            SceneReason(
                ReasonKind.AI_RATIO,
                "ai_scene_ratio_min",
                text,
                alternatives=tuple(ranked[lacking:]),
            ),
        )


def _want_prerequisites(context: GapContext, wanted: Wanted) -> None:
    todo = sorted(wanted.reasons)
    while todo:
        after = todo.pop()
        for before in missing_prerequisites(context, after):
            if before not in wanted.reasons:
                todo.append(before)
            edge = next(
                p
                for p in context.criteria.prerequisites
                if p.hard and p.before == before and p.after == after
            )
            name = context.criteria.scenes[after].name
            text = f"{after}{name}的硬前置：{edge.rationale}"
            wanted.add(before, SceneReason(ReasonKind.PREREQUISITE, after, text))


def scene_weight(context: GapContext, scene: str, only: Iterable[str] | None = None) -> float:
    """Return the summed share of the subdomains that `scene` helps (secondary pairs count less).

    `only` limits the sum to some subdomains; those that are not assessed count nothing.
    """
    shares = context.result.weights.shares
    allowed = shares.keys() if only is None else set(only) & shares.keys()
    return sum(
        shares[pair.subdomain] * (1.0 if pair.primary else context.weights.secondary_pair)
        for pair in context.criteria.pairs
        if pair.scene == scene and pair.subdomain in allowed
    )
