"""Priority of a gap: a product of five factors, each between 0 and 1 and each explained.

    priority = max(1, round(1000 x weight x deficit x hard x pain x readiness))

Our own, openly published formula (derived), in the spirit of the SIRI prioritisation matrix: what
moves the target soonest for the least. It orders gaps; it says nothing about official levels.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from matching.errors import InvalidInput
from matching.gaps.pain import Pain

MAX_PRIORITY = 1000


class FactorName(StrEnum):
    """The five factors, in the order in which they are shown."""

    WEIGHT = "weight"
    DEFICIT = "deficit"
    HARD = "hard"
    PAIN = "pain"
    READINESS = "readiness"


@dataclass(frozen=True, slots=True)
class PriorityWeights:
    """Settings of the priority formula; data, versioned with the analysis that used them.

    Attributes:
        version: name of this set of values.
        soft_condition: `hard` factor of a gap that no hard condition of the target needs.
        pain_floor: `pain` factor without any finding; findings lift it towards 1.
        pain_half: points that lift `pain` half of the way.
        readiness_floor: `readiness` factor when no hard prerequisite is there.
        pilot_share: how much of a prerequisite counts as there when it is only a pilot.
        secondary_pair: strength of a secondary scene-subdomain pair; a primary one is 1.
    """

    version: str = "gap-priority-1"
    soft_condition: float = 0.5
    pain_floor: float = 0.5
    pain_half: float = 4.0
    readiness_floor: float = 0.4
    pilot_share: float = 0.5
    secondary_pair: float = 0.4

    def __post_init__(self) -> None:
        """Refuse values that would turn the formula upside down."""
        for name in (
            "soft_condition",
            "pain_floor",
            "readiness_floor",
            "pilot_share",
            "secondary_pair",
        ):
            value = getattr(self, name)
            if not 0 < value <= 1:
                raise InvalidInput("bad_weight", f"weights.{name}", f"{value!r} is not in (0, 1]")
        if self.pain_half <= 0:
            raise InvalidInput("bad_weight", "weights.pain_half", "must be positive")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a priority: its value in 0..1 and a Chinese sentence that explains it."""

    name: FactorName
    value: float
    why: str


def priority_of(factors: Iterable[Factor]) -> int:
    """Return the priority 1..1000 of a gap from its factors."""
    return max(1, round(MAX_PRIORITY * prod(factor.value for factor in factors)))


def weight_factor(value: float, *, largest: float, why: str) -> Factor:
    """Scale a weight by the largest one that could occur, so that the best case is 1."""
    return Factor(FactorName.WEIGHT, min(1.0, value / largest), why)


def deficit_factor(share: float, *, why: str) -> Factor:
    """Take the missing share of the target, 0 (nothing missing) to 1 (everything)."""
    return Factor(FactorName.DEFICIT, share, why)


def hard_factor(reasons: tuple[str, ...], *, weights: PriorityWeights) -> Factor:
    """Return 1 where a hard condition of the target needs the gap closed, else a lower value."""
    if reasons:
        return Factor(FactorName.HARD, 1.0, f"目标的硬条件：{'；'.join(reasons)}")
    return Factor(FactorName.HARD, weights.soft_condition, "不是目标当前所缺的硬条件")


def pain_factor(pain: Pain, *, weights: PriorityWeights) -> Factor:
    """Lift the factor from its floor towards 1 as findings get more and stronger."""
    value = weights.pain_floor + (1 - weights.pain_floor) * pain.scaled(weights.pain_half)
    if not pain.findings:
        return Factor(FactorName.PAIN, value, "没有相关的评估发现")
    words = f"，痛点词：{'、'.join(pain.words)}" if pain.words else "，没有痛点词"
    return Factor(FactorName.PAIN, value, f"{pain.findings}条评估发现{words}")


def readiness_factor(share: float, *, why: str, weights: PriorityWeights) -> Factor:
    """Lift the factor from its floor to 1 as hard prerequisites are there (`share` 0 to 1)."""
    value = weights.readiness_floor + (1 - weights.readiness_floor) * share
    return Factor(FactorName.READINESS, value, why)
