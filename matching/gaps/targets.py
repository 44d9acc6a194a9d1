"""The target of an analysis: a factory level FL1..FL4 or a maturity grade ML1..ML5."""

from dataclasses import dataclass

from matching.errors import InvalidInput
from matching.gaps.criteria import LEVELS, CriterionSet, FactoryLevel


@dataclass(frozen=True, slots=True)
class Target:
    """What the factory wants to reach.

    Attributes:
        code: "FL1".."FL4" or "ML1".."ML5".
        grade: maturity grade that it needs, 1 to 5.
        level: the factory level, or None where only a maturity grade is wanted.
    """

    code: str
    grade: int
    level: FactoryLevel | None = None


def parse_target(code: str, criteria: CriterionSet) -> Target:
    """Read "FL3" (factory level) or "ML3" (maturity grade).

    Raises:
        InvalidInput: `unknown_target`.
    """
    if code in criteria.factory_levels:
        level = criteria.factory_levels[code]
        return Target(code, int(level.thresholds["maturity_level_min"] or LEVELS[0]), level)
    grades = {f"ML{grade}": grade for grade in LEVELS}
    if code in grades:
        return Target(code, grades[code])
    known = ", ".join([*sorted(criteria.factory_levels), *grades])
    raise InvalidInput("unknown_target", "target", f"{code!r} is none of {known}")
