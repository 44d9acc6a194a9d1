"""Who should meet whom: exact choice of pairs between factories and providers (docs/events.md).

`solve` answers, `check` judges any choice with the same rules, `mutual_score` makes one number of
both directions. OR-Tools is imported only when `solve` runs.
"""

from matching.pairing.check import PairViolation, check, cut_holds
from matching.pairing.instance import Candidate, Limits, Pair, PairingInstance, Party, Problem
from matching.pairing.mutual import MAX_SCORE, mutual_score
from matching.pairing.result import (
    BlockingCut,
    PairingObjective,
    PairingResult,
    PairingStatus,
    Refusal,
    Shortfall,
)
from matching.pairing.solver import solve

__all__ = [
    "MAX_SCORE",
    "BlockingCut",
    "Candidate",
    "Limits",
    "Pair",
    "PairViolation",
    "PairingInstance",
    "PairingObjective",
    "PairingResult",
    "PairingStatus",
    "Party",
    "Problem",
    "Refusal",
    "Shortfall",
    "check",
    "cut_holds",
    "mutual_score",
    "solve",
]
