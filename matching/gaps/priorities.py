"""Priority of a gap: a product of five factors, each between 0 and 1 and each explained.

    priority = max(1, round(1000 x product of value ** strength over the five factors))

Every strength is 1 unless somebody changes it; 0 switches its factor off, 2 makes it count double.
Our own, openly published formula (derived), in the spirit of the SIRI prioritisation matrix: what
moves the target soonest for the least. It orders gaps; it says nothing about official levels.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from math import prod

from matching.errors import InvalidInput
from matching.gaps.pain import Pain

MAX_PRIORITY = 1000

FORMULA = "gap-priority-1"
"""Version of the formula with all settings at their defaults."""

MAX_STRENGTH = 2.0


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
        soft_condition: `hard` factor of a gap that no hard condition of the target needs.
        pain_floor: `pain` factor without any finding; findings lift it towards 1.
        pain_half: points that lift `pain` half of the way.
        readiness_floor: `readiness` factor when no hard prerequisite is there.
        pilot_share: how much of a prerequisite counts as there when it is only a pilot.
        secondary_pair: strength of a secondary scene-subdomain pair; a primary one is 1.
        weight, deficit, hard, pain, readiness: strength (exponent, 0 to 2) of each factor.
        version: name of this set of values, made from them: `gap-priority-1`, followed by the
            settings that differ from their defaults, as in `gap-priority-1 (weight=2, pain=0)`.
            `from_version` turns it back into the settings, so an analysis can be replayed.
    """

    soft_condition: float = 0.5
    pain_floor: float = 0.5
    pain_half: float = 4.0
    readiness_floor: float = 0.4
    pilot_share: float = 0.5
    secondary_pair: float = 0.4
    weight: float = 1.0
    deficit: float = 1.0
    hard: float = 1.0
    pain: float = 1.0
    readiness: float = 1.0
    version: str = field(init=False)

    def __post_init__(self) -> None:
        """Refuse values that would turn the formula upside down, then name the settings."""
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
        if not 0 < self.pain_half < float("inf"):
            raise InvalidInput("bad_weight", "weights.pain_half", "must be positive and finite")
        for factor in FactorName:
            if not 0 <= self.strength(factor) <= MAX_STRENGTH:
                raise InvalidInput(
                    "bad_weight",
                    f"weights.{factor.value}",
                    f"{self.strength(factor)!r} is not between 0 and {MAX_STRENGTH:g}",
                )
        object.__setattr__(self, "version", self._version())

    def strength(self, factor: FactorName) -> float:
        """Return the exponent of `factor`, 0 (off) to 2; 1 is the default."""
        value: float = getattr(self, factor.value)
        return value

    @classmethod
    def from_version(cls, version: str) -> "PriorityWeights":
        """Rebuild the settings that `version` names.

        Raises:
            InvalidInput: `unknown_version`, or `bad_weight` for a value out of range.
        """
        changes: dict[str, float] = {}
        if version != FORMULA:
            inner = version.removeprefix(f"{FORMULA} (").removesuffix(")")
            names = {item.name for item in fields(cls) if item.init}
            for part in inner.split(", "):
                name, _, value = part.partition("=")
                try:
                    changes[name] = float(value)
                except ValueError:
                    names = set()
                if name not in names:
                    raise InvalidInput("unknown_version", "weights.version", f"{version!r}")
        weights = cls(**changes)
        if weights.version != version:
            raise InvalidInput("unknown_version", "weights.version", f"{version!r}")
        return weights

    def _version(self) -> str:
        changed = [
            f"{item.name}={_plain(getattr(self, item.name))}"
            for item in fields(self)
            if item.init and getattr(self, item.name) != item.default
        ]
        return f"{FORMULA} ({', '.join(changed)})" if changed else FORMULA


def _plain(value: float) -> str:
    """Write a number so that reading it gives the same number back: 2.0 as "2"."""
    return repr(float(value)).removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a priority.

    Attributes:
        name: which one.
        value: 0 to 1, as the assessment gives it.
        why: a Chinese sentence that explains the value.
        strength: the exponent that the settings give it, 0 to 2.
    """

    name: FactorName
    value: float
    why: str
    strength: float = 1.0

    @property
    def effective(self) -> float:
        """Return value ** strength, the number that is multiplied; 1 where it is switched off."""
        return float(self.value**self.strength)


def priority_of(factors: Iterable[Factor]) -> int:
    """Return the priority 1..1000 of a gap from its factors."""
    return max(1, round(MAX_PRIORITY * prod(factor.effective for factor in factors)))


def weight_factor(value: float, *, largest: float, why: str, weights: PriorityWeights) -> Factor:
    """Scale a weight by the largest one that could occur, so that the best case is 1.

    `largest` is 0 where no scene supports any assessed subdomain: then no scene weighs anything.
    """
    scaled = min(1.0, value / largest) if largest > 0 else 0.0
    return Factor(FactorName.WEIGHT, scaled, why, weights.weight)


def deficit_factor(share: float, *, why: str, weights: PriorityWeights) -> Factor:
    """Take the missing share of the target, 0 (nothing missing) to 1 (everything)."""
    return Factor(FactorName.DEFICIT, share, why, weights.deficit)


def hard_factor(reasons: tuple[str, ...], *, weights: PriorityWeights) -> Factor:
    """Return 1 where a hard condition of the target needs the gap closed, else a lower value."""
    if reasons:
        why = f"目标的硬条件：{'；'.join(reasons)}"
        return Factor(FactorName.HARD, 1.0, why, weights.hard)
    why = "不是目标当前所缺的硬条件"
    return Factor(FactorName.HARD, weights.soft_condition, why, weights.hard)


def pain_factor(pain: Pain, *, weights: PriorityWeights) -> Factor:
    """Lift the factor from its floor towards 1 as findings get more and stronger."""
    value = weights.pain_floor + (1 - weights.pain_floor) * pain.scaled(weights.pain_half)
    if not pain.findings:
        return Factor(FactorName.PAIN, value, "没有相关的评估发现", weights.pain)
    words = f"，痛点词：{'、'.join(pain.words)}" if pain.words else "，没有痛点词"
    return Factor(FactorName.PAIN, value, f"{pain.findings}条评估发现{words}", weights.pain)


def readiness_factor(share: float, *, why: str, weights: PriorityWeights) -> Factor:
    """Lift the factor from its floor to 1 as hard prerequisites are there (`share` 0 to 1)."""
    value = weights.readiness_floor + (1 - weights.readiness_floor) * share
    return Factor(FactorName.READINESS, value, why, weights.readiness)
