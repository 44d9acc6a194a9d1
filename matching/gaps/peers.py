"""Where a factory stands among its peers, without telling anything about a single one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean, quantiles

from matching.errors import InvalidInput
from matching.gaps.rollup import TOLERANCE, GradeResult

MIN_ORGANISATIONS = 5
"""Fewer other organisations than this, and nothing is told."""

TOTAL = "total"
"""Key of the total score S beside the domain codes."""


@dataclass(frozen=True, slots=True)
class PeerStatistic:
    """One value among those of other organisations.

    Attributes:
        code: domain code, or `TOTAL`.
        own: the factory's value, in the unit of the input.
        median, lower_quartile, upper_quartile: of the other organisations.
        percentile: percentile rank of `own`, 0 to 100 (mid-rank).
        organisations: how many other organisations have the value.
    """

    code: str
    own: float
    median: float
    lower_quartile: float
    upper_quartile: float
    percentile: float
    organisations: int


@dataclass(frozen=True, slots=True)
class PeerStatistics:
    """Statistics of every code that enough organisations have; `organisations`: all of them."""

    organisations: int
    values: tuple[PeerStatistic, ...]

    def of(self, code: str) -> PeerStatistic | None:
        """Return the statistic of `code`; None where too few organisations have it."""
        return next((value for value in self.values if value.code == code), None)


def peer_values(result: GradeResult) -> dict[str, float]:
    """Return what is compared: the present value of every domain and the total, each 0 to 5."""
    return {domain.code: domain.value for domain in result.domains} | {TOTAL: result.grades.total}


def peer_statistics(
    own: Mapping[str, float],
    others: Sequence[tuple[str, Mapping[str, float]]],
    *,
    min_organisations: int = MIN_ORGANISATIONS,
) -> PeerStatistics | None:
    """Compare `own` with factories of other organisations.

    Several factories of one organisation count as one, with their mean. Quartiles interpolate
    between ordered values (R type 7, Hyndman and Fan 1996). The percentile rank is mid-rank:
    100 · (values below + half of the equal ones) ÷ all (Crocker and Algina 1986, recalled).

    Args:
        own: code -> value of the factory (see `peer_values`).
        others: organisation key and values of each peer factory; the caller leaves out the
            factories of the own organisation.
        min_organisations: fewer other organisations give None, and for a single code no entry.

    Raises:
        InvalidInput: `too_few_organisations_asked` below two; `not_finite` for NaN or infinity.
    """
    if min_organisations < 2:
        raise InvalidInput("too_few_organisations_asked", "min_organisations", "at least two")
    grouped: dict[str, list[Mapping[str, float]]] = {}
    for organisation, values in others:
        grouped.setdefault(organisation, []).append(values)
    _check_finite([own, *(values for _, values in others)])
    if len(grouped) < min_organisations:
        return None
    statistics = []
    for code, value in own.items():
        theirs = _means(grouped, code)
        if len(theirs) >= min_organisations:
            statistics.append(_statistic(code, value, theirs))
    return PeerStatistics(len(grouped), tuple(statistics))


def percentile_rank(value: float, others: Sequence[float]) -> float:
    """Return the mid-rank percentile rank of `value` among `others` (not empty), 0 to 100."""
    below = sum(other < value - TOLERANCE for other in others)
    equal = sum(abs(other - value) <= TOLERANCE for other in others)
    return 100 * (below + equal / 2) / len(others)


def _check_finite(sets: Sequence[Mapping[str, float]]) -> None:
    for values in sets:
        for code, value in values.items():
            if not isfinite(value):
                raise InvalidInput("not_finite", f"values.{code}", f"{value!r} is no number")


def _means(grouped: Mapping[str, Sequence[Mapping[str, float]]], code: str) -> list[float]:
    """Return one value per organisation that has `code`."""
    found = []
    for factories in grouped.values():
        values = [factory[code] for factory in factories if code in factory]
        if values:
            found.append(fmean(values))
    return found


def _statistic(code: str, own: float, others: Sequence[float]) -> PeerStatistic:
    lower, median, upper = quantiles(others, n=4, method="inclusive")
    return PeerStatistic(
        code=code,
        own=own,
        median=median,
        lower_quartile=lower,
        upper_quartile=upper,
        percentile=percentile_rank(own, others),
        organisations=len(others),
    )
