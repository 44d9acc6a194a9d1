"""Gap analysis: from an assessment and a target to ordered, explained gaps and a build order."""

from dataclasses import dataclass

from matching.errors import InvalidInput
from matching.gaps.assessment import Assessment, assessment_problems
from matching.gaps.conditions import Condition, ConditionStatus, judge_conditions
from matching.gaps.criteria import CriterionSet, MfgType
from matching.gaps.priorities import PriorityWeights
from matching.gaps.rollup import GradeResult, roll_up
from matching.gaps.scene_gaps import BuildPhase, SceneGap, build_order, wanted_scenes
from matching.gaps.scene_priorities import rank_scene_gaps
from matching.gaps.subdomain_gaps import (
    GapContext,
    SubdomainGap,
    find_subdomain_gaps,
    pains_by_subdomain,
)
from matching.gaps.targets import Target, parse_target

DEFAULT_WEIGHTS = PriorityWeights()


@dataclass(frozen=True, slots=True)
class RadarPoint:
    """One axis of the radar chart: a domain, its present value and the target, both 0 to 5."""

    domain: str
    name: str
    now: float
    target: float


@dataclass(frozen=True, slots=True)
class GapAnalysis:
    """Outcome of `analyse`, with the versions that make it replayable.

    Attributes:
        criteria_code, criteria_version: the criterion set used.
        weights: settings of the priority formula used.
        mfg_type, target: what was analysed against what.
        result: maturity roll-up (reference only).
        conditions: every condition of the target with its outcome.
        subdomain_gaps, scene_gaps: by falling priority, then code.
        build_order: phases of the wanted scenes, hard prerequisites first.
    """

    criteria_code: str
    criteria_version: str
    weights: PriorityWeights
    mfg_type: MfgType
    target: Target
    result: GradeResult
    conditions: tuple[Condition, ...]
    subdomain_gaps: tuple[SubdomainGap, ...]
    scene_gaps: tuple[SceneGap, ...]
    build_order: tuple[BuildPhase, ...]

    @property
    def gaps(self) -> tuple[SubdomainGap | SceneGap, ...]:
        """All gaps by falling priority, then code."""
        merged: list[SubdomainGap | SceneGap] = [*self.subdomain_gaps, *self.scene_gaps]
        return tuple(sorted(merged, key=lambda gap: (-gap.priority, gap.code)))


def analyse(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    target: str,
    weights: PriorityWeights = DEFAULT_WEIGHTS,
) -> GapAnalysis:
    """Analyse what `assessment` lacks for `target` ("FL1".."FL4" or "ML1".."ML5").

    Pure and deterministic: the same arguments give the same result, ties broken by code.

    Raises:
        InvalidInput: the first of `assessment_problems`, `unknown_target` or `all_trimmed`.
    """
    if problems := assessment_problems(assessment, criteria):
        first = problems[0]
        raise InvalidInput(first.code, first.field, first.detail)
    wanted_target = parse_target(target, criteria)
    result = roll_up(assessment, criteria)
    conditions = judge_conditions(assessment, criteria, target=wanted_target, result=result)
    context = GapContext(
        assessment=assessment,
        criteria=criteria,
        target=wanted_target,
        result=result,
        weights=weights,
        maturity_reasons=tuple(
            c.label
            for c in conditions
            if c.code == "maturity" and c.status is not ConditionStatus.MET
        ),
        pains=pains_by_subdomain(assessment, criteria),
    )
    subdomain_gaps = find_subdomain_gaps(context)
    wanted = wanted_scenes(context, subdomain_gaps, conditions)
    scene_gaps = rank_scene_gaps(context, wanted, subdomain_gaps)
    return GapAnalysis(
        criteria_code=criteria.code,
        criteria_version=criteria.version,
        weights=weights,
        mfg_type=assessment.mfg_type,
        target=wanted_target,
        result=result,
        conditions=conditions,
        subdomain_gaps=subdomain_gaps,
        scene_gaps=scene_gaps,
        build_order=build_order(context, wanted, {gap.code: gap.priority for gap in scene_gaps}),
    )


def radar(analysis: GapAnalysis) -> tuple[RadarPoint, ...]:
    """Return the radar chart: one axis per assessed domain (MD01..MD12), values 0 to 5."""
    return tuple(
        RadarPoint(domain.code, domain.name, domain.value, float(analysis.target.grade))
        for domain in analysis.result.domains
    )
