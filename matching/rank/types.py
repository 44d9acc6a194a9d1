"""What goes into the ranking and what comes out. Money is integer fen, durations are weeks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

VISIBLE_STATUSES = frozenset({"listed", "warned"})
"""Listing statuses that may be shown; a warning is shown with the hit, it is no removal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingDoc:
    """One 产品/方案 as the ranking sees it.

    `scenes` and `industries` are what the provider declares (no industries: for any).
    `regions` are unit names, or 全省 / 京津冀 / 全国. `verified_cases` counts cases confirmed
    by somebody else than the provider; `cases_by_industry` splits them by division.
    `freshness_days` is the age of the last update. None means unknown.
    """

    id: str
    provider_id: str
    name: str
    pain_points: str = ""
    description: str = ""
    functions: str = ""
    cases: str = ""
    scenes: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    price_min: int | None = None
    price_max: int | None = None
    weeks_min: int | None = None
    weeks_max: int | None = None
    regions: tuple[str, ...] = ()
    verified_cases: int = 0
    cases_by_industry: Mapping[str, int] = field(default_factory=dict)
    certificates_in_date: int = 0
    status: str = "listed"
    valid_to: date | None = None
    freshness_days: int | None = None
    prerequisite_scenes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All text that is searched, one part a line."""
        parts = (self.name, self.pain_points, self.description, self.functions, self.cases)
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One need.

    `scenes` maps codes to weights > 0 (empty: inferred from the text), `industry` is a
    division or None (then inferred), `budget` fen, `weeks` until it must work,
    `existing_scenes` what the factory has already (None: unknown), `on` the day for which
    validity is judged (None: not judged).
    """

    text: str
    scenes: Mapping[str, float] = field(default_factory=dict)
    industry: str | None = None
    region: str | None = None
    budget: int | None = None
    weeks: int | None = None
    existing_scenes: frozenset[str] | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the score: `contribution` = `weight` x `value`, value in 0..1."""

    code: str
    value: float
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked offering; `score` is the sum of the parts' contributions."""

    id: str
    provider_id: str
    score: float
    parts: tuple[Part, ...]

    def part(self, code: str) -> Part | None:
        """Return the line with `code`, or None if it did not apply to this query."""
        return next((part for part in self.parts if part.code == code), None)
