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
from matching.gaps.compare import Comparison, ConditionPair, GapPair, compare, restrict
from matching.gaps.conditions import Condition, ConditionStatus
from matching.gaps.criteria import CriterionSet, MfgType
from matching.gaps.graph import BuildGraph, GraphEdge, GraphNode, NodeStatus, build_graph
from matching.gaps.loading import REFERENCE_FILES, load_criteria, read_reference
from matching.gaps.measures import (
    Applied,
    BlockedScene,
    Cell,
    Lift,
    apply_measures,
    apply_ticks,
    measure_cells,
)
from matching.gaps.path import PathError, shortest_path
from matching.gaps.path_result import PathChoice, PathMeasure, PathScene, PathStatus, ShortestPath
from matching.gaps.peers import (
    MIN_ORGANISATIONS,
    TOTAL,
    PeerStatistic,
    PeerStatistics,
    peer_statistics,
    peer_values,
    percentile_rank,
)
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
from matching.gaps.whatif import ConditionChange, WhatIf, what_if

__all__ = [
    "IN_USE",
    "MIN_ORGANISATIONS",
    "REFERENCE_FILES",
    "REFERENCE_ONLY",
    "TOTAL",
    "Answer",
    "Applied",
    "Assessment",
    "BlockedScene",
    "BuildGraph",
    "BuildPhase",
    "Cell",
    "Comparison",
    "Condition",
    "ConditionChange",
    "ConditionPair",
    "ConditionStatus",
    "CriterionSet",
    "DomainValue",
    "EffectiveWeights",
    "Factor",
    "FactorName",
    "Finding",
    "GapAnalysis",
    "GapPair",
    "GradeResult",
    "Grades",
    "GraphEdge",
    "GraphNode",
    "Lift",
    "MfgType",
    "NodeStatus",
    "PathChoice",
    "PathError",
    "PathMeasure",
    "PathScene",
    "PathStatus",
    "PeerStatistic",
    "PeerStatistics",
    "PriorityWeights",
    "Problem",
    "RadarPoint",
    "ReasonKind",
    "SceneAction",
    "SceneGap",
    "SceneReason",
    "SceneState",
    "SceneStatus",
    "ShortestPath",
    "SubdomainGap",
    "Target",
    "WhatIf",
    "analyse",
    "answers_from_grade",
    "apply_measures",
    "apply_ticks",
    "assessment_problems",
    "build_graph",
    "compare",
    "effective_weights",
    "grades_from_level_scores",
    "load_criteria",
    "measure_cells",
    "parse_target",
    "peer_statistics",
    "peer_values",
    "percentile_rank",
    "priority_of",
    "radar",
    "read_reference",
    "restrict",
    "roll_up",
    "shortest_path",
    "what_if",
]
