"""Priorities of wanted scenes, computed from the last to be built back to the first.

A prerequisite is worth at least as much as the best gap that it opens (readiness apart), so a
foundation does not fall to the end of the list for want of a short subdomain of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.gaps.assessment import SceneStatus
from matching.gaps.conditions import ai_scene_ratio
from matching.gaps.criteria import hard_layers
from matching.gaps.pain import Pain
from matching.gaps.priorities import (
    PriorityWeights,
    deficit_factor,
    hard_factor,
    pain_factor,
    priority_of,
    readiness_factor,
    weight_factor,
)
from matching.gaps.scene_gaps import (
    ReasonKind,
    SceneAction,
    SceneGap,
    SceneReason,
    missing_prerequisites,
    scene_weight,
    status_of,
)
from matching.gaps.subdomain_gaps import GapContext, SubdomainGap

NO_PAIN = Pain(0, 0, ())


@dataclass(frozen=True, slots=True)
class _Merit:
    """What closing a scene gap is worth, before readiness."""

    weight: float
    deficit: float
    weight_why: str
    deficit_why: str

    def worth(self, weights: PriorityWeights) -> float:
        return float(self.weight**weights.weight * self.deficit**weights.deficit)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A scene's merit, hard reasons and pain, as its prerequisites inherit them."""

    merit: _Merit
    hard: tuple[str, ...]
    pain: Pain


def rank_scene_gaps(
    context: GapContext,
    wanted: Mapping[str, tuple[SceneReason, ...]],
    subdomain_gaps: tuple[SubdomainGap, ...],
) -> tuple[SceneGap, ...]:
    """Return a gap for every wanted scene, by falling priority, then code."""
    deficits = {gap.code: gap.deficit / gap.target for gap in subdomain_gaps}
    largest = max(scene_weight(context, code) for code in context.criteria.scenes)
    judged: dict[str, _Judged] = {}
    for layer in reversed(hard_layers(context.criteria.prerequisites, wanted)):
        for code in layer:
            judged[code] = _judge(context, code, wanted[code], deficits=deficits, later=judged)
    gaps = [
        _gap(context, code, wanted[code], judged=judged[code], largest=largest) for code in wanted
    ]
    return tuple(sorted(gaps, key=lambda gap: (-gap.priority, gap.code)))


def _judge(
    context: GapContext,
    code: str,
    reasons: tuple[SceneReason, ...],
    *,
    deficits: Mapping[str, float],
    later: Mapping[str, _Judged],
) -> _Judged:
    own = [r.code for r in reasons if r.kind is ReasonKind.SUBDOMAIN]
    opens = [r.code for r in reasons if r.kind is ReasonKind.PREREQUISITE]
    hard = dict.fromkeys(context.maturity_reasons) if own else {}
    pains = [context.pains.get(m, NO_PAIN) for m in own]
    merits = [_own_merit(context, code, own, deficits)] if own else []
    for reason in reasons:
        if reason.kind in (ReasonKind.LINK, ReasonKind.AI_RATIO):
            merits.append(_condition_merit(context, code, reason))
            hard[reason.text] = None
    for after in opens:
        merits.append(_inherited(later[after].merit, after))
        pains.append(later[after].pain)
        if later[after].hard:
            hard[f"为{after}打基础"] = None
    return _Judged(
        merit=max(merits, key=lambda merit: merit.worth(context.weights)),
        hard=tuple(hard),
        pain=max(pains, key=lambda pain: pain.points, default=NO_PAIN),
    )


def _own_merit(
    context: GapContext, code: str, subdomains: list[str], deficits: Mapping[str, float]
) -> _Merit:
    """Weight of the short subdomains, and their deficit averaged by that weight."""
    parts = {m: scene_weight(context, code, [m]) for m in subdomains}
    weight = sum(parts.values())
    deficit = sum(part * deficits[m] for m, part in parts.items()) / weight
    names = "、".join(context.criteria.subdomains[m].name for m in subdomains)
    return _Merit(
        weight,
        deficit,
        weight_why=f"支撑不足的子域：{names}，权重合计{weight:.1%}",
        deficit_why=f"这些子域平均还差目标的{deficit:.0%}",
    )


def _condition_merit(context: GapContext, code: str, reason: SceneReason) -> _Merit:
    """A link or ratio that is not reached: the whole weight of the scene, the missing share."""
    weight = scene_weight(context, code)
    deficit, why = 1.0, reason.text
    in_use = context.assessment.in_use(code)
    if reason.kind is ReasonKind.AI_RATIO and in_use and context.target.level is not None:
        required = context.target.level.thresholds["ai_scene_ratio_min"]
        now = ai_scene_ratio(context.assessment) or 0.0
        deficit = 1 - now / required if required else 1.0
    return _Merit(weight, deficit, f"所支撑子域的权重合计{weight:.1%}", why)


def _inherited(merit: _Merit, after: str) -> _Merit:
    return _Merit(
        merit.weight,
        merit.deficit,
        weight_why=f"按所支撑的{after}计：{merit.weight_why}",
        deficit_why=f"按所支撑的{after}计：{merit.deficit_why}",
    )


def _action(context: GapContext, code: str) -> SceneAction:
    if context.assessment.in_use(code):
        return SceneAction.ADD_AI
    pilot = status_of(context, code) is SceneStatus.PILOT
    return SceneAction.EXTEND if pilot else SceneAction.BUILD


def _gap(
    context: GapContext,
    code: str,
    reasons: tuple[SceneReason, ...],
    *,
    judged: _Judged,
    largest: float,
) -> SceneGap:
    scene = context.criteria.scenes[code]
    missing = missing_prerequisites(context, code)
    ready_why = f"硬前置{'、'.join(missing)}还没有应用" if missing else "硬前置都已具备"
    factors = (
        weight_factor(
            judged.merit.weight,
            largest=largest,
            why=judged.merit.weight_why,
            weights=context.weights,
        ),
        deficit_factor(judged.merit.deficit, why=judged.merit.deficit_why, weights=context.weights),
        hard_factor(judged.hard, weights=context.weights),
        pain_factor(judged.pain, weights=context.weights),
        readiness_factor(context.prerequisite_share(code), why=ready_why, weights=context.weights),
    )
    return SceneGap(
        code=code,
        name=scene.name,
        link=scene.link,
        status=status_of(context, code),
        action=_action(context, code),
        reasons=reasons,
        missing_prerequisites=missing,
        provider_types=scene.provider_types,
        factors=factors,
        priority=priority_of(factors),
    )
