"""Gap analysis: what a factory lacks for a target, in which order, and why (docs/gaps.md)."""

from matching.gaps.analysis import GapAnalysis, RadarPoint, analyse, radar
from matching.gaps.assessment import (
    IN_USE,
    Answer,
    Assessment,
    Finding,
    Problem,
    SceneState,
    SceneStatus,
    answers_from_grade,
    assessment_problems,
)
from matching.gaps.conditions import Condition, ConditionStatus
from matching.gaps.criteria import CriterionSet, MfgType
from matching.gaps.loading import REFERENCE_FILES, load_criteria, read_reference
from matching.gaps.priorities import Factor, FactorName, PriorityWeights, priority_of
from matching.gaps.rollup import (
    REFERENCE_ONLY,
    DomainValue,
    EffectiveWeights,
    GradeResult,
    Grades,
    effective_weights,
    grades_from_level_scores,
    roll_up,
)
from matching.gaps.scene_gaps import BuildPhase, ReasonKind, SceneAction, SceneGap, SceneReason
from matching.gaps.subdomain_gaps import SubdomainGap
from matching.gaps.targets import Target, parse_target

__all__ = [
    "IN_USE",
    "REFERENCE_FILES",
    "REFERENCE_ONLY",
    "Answer",
    "Assessment",
    "BuildPhase",
    "Condition",
    "ConditionStatus",
    "CriterionSet",
    "DomainValue",
    "EffectiveWeights",
    "Factor",
    "FactorName",
    "Finding",
    "GapAnalysis",
    "GradeResult",
    "Grades",
    "MfgType",
    "PriorityWeights",
    "Problem",
    "RadarPoint",
    "ReasonKind",
    "SceneAction",
    "SceneGap",
    "SceneReason",
    "SceneState",
    "SceneStatus",
    "SubdomainGap",
    "Target",
    "analyse",
    "answers_from_grade",
    "assessment_problems",
    "effective_weights",
    "grades_from_level_scores",
    "load_criteria",
    "parse_target",
    "priority_of",
    "radar",
    "read_reference",
    "roll_up",
]
