"""Shortest path: the smallest set of scenes that reaches the target, proven by CP-SAT.

Every answer is judged again by `what_if` before it is returned, so the solver's model can never
claim more than the published rule gives. OR-tools is loaded on the first call only.
"""

from collections.abc import Iterable

from matching.errors import InvalidInput
from matching.gaps.analysis import DEFAULT_WEIGHTS, analyse
from matching.gaps.assessment import Assessment
from matching.gaps.conditions import Condition, ConditionStatus
from matching.gaps.criteria import CriterionSet
from matching.gaps.measures import apply_measures, measure_cells
from matching.gaps.path_instance import Found, path_instance
from matching.gaps.path_result import (
    PathChoice,
    PathStatus,
    ShortestPath,
    path_measures,
    path_phases,
    path_scenes,
)
from matching.gaps.priorities import PriorityWeights
from matching.gaps.targets import Target
from matching.gaps.whatif import WhatIf, what_if

BUILDABLE = frozenset({"maturity", "links_min", "ai_scene_ratio_min", "scene_count_min"})
"""Conditions that building can change, besides `gate:` and `link:`."""

DEFAULT_WORK = 5.0
"""Deterministic solver seconds a step; a proof on forty scenes takes a small part of it."""


class PathError(RuntimeError):
    """The solver's answer does not stand when it is judged again: an error of the engine."""


def shortest_path(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    target: str,
    weights: PriorityWeights = DEFAULT_WEIGHTS,
    alternatives: int = 3,
    work: float = DEFAULT_WORK,
) -> ShortestPath:
    """Find the smallest set of new scenes that meets every condition which building can change.

    Minimised in this order: new scenes, management measures, AI additions; ties go to scenes that
    are further on (pilot, planned), then by code. The rule of effects is that of `apply_ticks`.

    Args:
        assessment: where the factory stands; unanswered scores count 0.
        criteria: what it is measured against.
        target: "FL1".."FL4" or "ML1".."ML5".
        weights: settings of the priorities in the returned `what_if`.
        alternatives: how many other sets of the same number of scenes to look for at most.
        work: limit of each solver step in deterministic seconds.

    Raises:
        InvalidInput: as `analyse`; `unsupported_bands` where a level's band of the total starts
            above its number, so that meeting the levels would not give the grade.
        PathError: the answer does not stand when judged again (an error of the engine).
    """
    now = analyse(assessment, criteria, target=target, weights=weights)
    goal = now.target
    _check_bands(criteria, goal)
    unreachable = _unreachable(assessment, criteria, target=target)
    status, bound, found = PathStatus.INFEASIBLE, None, [PathChoice((), (), ())]
    if not unreachable:
        status, bound, found = _search(
            assessment, criteria, target=goal, alternatives=alternatives, work=work
        )
    judged = [
        _judged(assessment, criteria, choice, target=target, weights=weights)
        for choice in found
        if bound is not None
    ]
    return ShortestPath(
        status=status,
        criteria_code=criteria.code,
        criteria_version=criteria.version,
        target=goal,
        choice=found[0],
        scenes=path_scenes(criteria, goal, judged[0] if judged else None, assessment=assessment),
        measures=path_measures(criteria, found[0]),
        phases=path_phases(criteria, found[0]),
        bound=bound,
        alternatives=tuple(found[1:]),
        unreachable=unreachable,
        outside=_outside(now.conditions),
        unanswered=now.result.unanswered,
        what_if=judged[0] if judged else None,
    )


def _buildable(code: str) -> bool:
    return code in BUILDABLE or code.startswith(("gate:", "link:"))


def _open(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    """Return the conditions that building could change, have a number, and are not met."""
    settled = (ConditionStatus.MET, ConditionStatus.NO_OFFICIAL_NUMBER)
    return tuple(c for c in conditions if _buildable(c.code) and c.status not in settled)


def _outside(conditions: Iterable[Condition]) -> tuple[Condition, ...]:
    return tuple(
        c
        for c in conditions
        if not _buildable(c.code) and c.status is not ConditionStatus.NO_OFFICIAL_NUMBER
    )


def _check_bands(criteria: CriterionSet, target: Target) -> None:
    band = next(level for level in criteria.maturity_levels if level.level == target.grade)
    if band.score_min > target.grade:
        raise InvalidInput(
            "unsupported_bands",
            f"maturity.levels[{target.grade}]",
            f"its band starts at {band.score_min:g}, above the level itself",
        )


def _unreachable(
    assessment: Assessment, criteria: CriterionSet, *, target: str
) -> tuple[Condition, ...]:
    """Return what stays open with everything built; nothing else can be out of reach.

    All conditions only gain from more scenes, measures and AI (the ratio is 1 with AI everywhere).
    """
    everything = apply_measures(
        assessment,
        criteria,
        scenes=criteria.scenes,
        ai=criteria.scenes,
        measures=measure_cells(assessment, criteria),
    )
    return _open(analyse(everything, criteria, target=target).conditions)


def _search(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    target: Target,
    alternatives: int,
    work: float,
) -> tuple[PathStatus, int, list[PathChoice]]:
    """Return status, bound and the choices found, the best one first."""
    from matching.gaps._path_model import solve_path

    instance = path_instance(assessment, criteria, target)
    best = solve_path(instance, work=work)
    if best is None:  # out of time before any answer: building everything is one
        return PathStatus.FEASIBLE, 0, [_choose(assessment, criteria, instance.everything())]
    found = [best.found]
    size = len(best.found.scenes)
    while size and len(found) <= alternatives:
        taken = [choice.scenes for choice in found]
        other = solve_path(instance, work=work, size=size, without=taken)
        if other is None:
            break
        found.append(other.found)
    status = PathStatus.OPTIMAL if best.proven else PathStatus.FEASIBLE
    return status, best.bound, [_choose(assessment, criteria, one) for one in found]


def _choose(assessment: Assessment, criteria: CriterionSet, found: Found) -> PathChoice:
    """Name the scenes to add AI to: those with known uses of AI first, then by code."""
    after = apply_measures(assessment, criteria, scenes=found.scenes)
    without_ai = [code for code in after.scenes if after.in_use(code) and not after.scenes[code].ai]
    ranked = sorted(without_ai, key=lambda code: (not criteria.scenes[code].ai_uses, code))
    return PathChoice(
        tuple(sorted(found.scenes)),
        tuple(sorted(found.measures)),
        tuple(sorted(ranked[: found.ai])),
    )


def _judged(
    assessment: Assessment,
    criteria: CriterionSet,
    choice: PathChoice,
    *,
    target: str,
    weights: PriorityWeights,
) -> WhatIf:
    """Judge a choice by the published rule; the model must not have claimed too much."""
    outcome = what_if(
        assessment,
        criteria,
        target=target,
        scenes=choice.scenes,
        ai=choice.ai,
        measures=choice.measures,
        weights=weights,
    )
    open_codes = [c.code for c in _open(outcome.after.conditions)]
    idle = [*(scene.code for scene in outcome.applied.blocked), *outcome.applied.idle_ai]
    if open_codes or idle:
        raise PathError(f"path {choice} leaves {open_codes} open and {idle} idle")
    return outcome
