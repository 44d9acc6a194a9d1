"""How well an offering would close a gap: 0..1000, with every factor visible.

    quality = 1000 x fit x ready x (0.7 + 0.3 x trust) x industry x advisory

Source: docs/matching.md (the shares are this project's own choice). Price is not inside: it is
budget and cost in the bundle. `fit` is text and scene evidence as a share of the most it could
be; `ready` falls when region, weeks or prerequisites do not fit; `trust` is evidence by others
(cases, certificates, freshness); `industry` asks for whom it was made; `advisory` lowers advice
and training where a scene has to be built. What a provider says of itself moves none of `trust`.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from matching.rank.types import Hit

FIT_PARTS = ("lexical", "dense", "scene")
READY_PARTS = ("region", "weeks", "prerequisites")
TRUST_PARTS = ("verified_cases", "industry_cases", "certificates", "freshness")
# An offering that meets no deadline or is not delivered in the region keeps half its fit.
READY_FLOOR = 0.5
TRUST_FLOOR = 0.7
# Raw fit of an answer that is plainly about the same thing (seed factories: best hits reach 1.2
# to 2.0, the median offering 0.2). Where nothing reaches it, nothing counts as a full answer.
GOOD_FIT = 1.2

OWN_INDUSTRY = 1.0
GENERAL_INDUSTRY = 0.85
RELATED_INDUSTRY = 0.7
OTHER_INDUSTRY = 0.4
# Advice and training prepare a scene; they do not build it.
ADVISORY = 0.35


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality of one offering for one gap: `value` 0..1000, factors 0..1."""

    value: int
    fit: float
    ready: float
    trust: float
    industry: float = 1.0
    advisory: float = 1.0


def closure_quality(
    hit: Hit, *, best_fit: float, industry: float = 1.0, advisory: float = 1.0
) -> Quality:
    """Judge a hit against the best fit found for the same gap.

    Args:
        hit: the offering as found for the gap.
        best_fit: the largest raw fit among the hits of the gap (see `raw_fit`); it scales fit
            so that the best answer of the catalogue counts as such, however the need was
            worded. Below `GOOD_FIT` it is not used: the best of poor answers stays poor.
        industry: see `industry_factor`.
        advisory: `ADVISORY` for advice where something has to be built, else 1.

    Raises:
        ValueError: `best_fit` is not positive.
    """
    if best_fit <= 0:
        raise ValueError("best_fit must be positive")
    fit = min(1.0, raw_fit(hit) / max(best_fit, GOOD_FIT))
    ready = _ready(hit)
    trust = _share(hit, TRUST_PARTS, absent=0.0)
    trusted = TRUST_FLOOR + (1 - TRUST_FLOOR) * trust
    value = round(1000 * fit * ready * trusted * industry * advisory)
    return Quality(value, fit, ready, trust, industry, advisory)


def raw_fit(hit: Hit) -> float:
    """Sum the contributions of the parts that say whether it is the same problem.

    The industry is left out: it is a factor of its own, and as an addend it made every offering
    of the right industry look like an answer to everything.
    """
    return sum(part.contribution for part in hit.parts if part.code in FIT_PARTS)


def industry_factor(
    division: str, declared: Iterable[str], *, related: AbstractSet[str] = frozenset()
) -> float:
    """Say how far an offering made for `declared` divisions suits a factory of `division`.

    `related` are the divisions that share an industrial chain with the factory's own; no
    declared division means that the offering is general.
    """
    made_for = frozenset(declared)
    if not made_for:
        return GENERAL_INDUSTRY
    if division in made_for:
        return OWN_INDUSTRY
    return RELATED_INDUSTRY if made_for & related else OTHER_INDUSTRY


def _ready(hit: Hit) -> float:
    region = hit.part("region")
    if region is not None and region.value <= 0:
        return READY_FLOOR
    return READY_FLOOR + (1 - READY_FLOOR) * _share(hit, READY_PARTS, absent=1.0)


def _share(hit: Hit, codes: Iterable[str], *, absent: float) -> float:
    """Weighted mean of the values of some parts; `absent` when none applied."""
    parts = [part for part in hit.parts if part.code in set(codes)]
    weight = sum(part.weight for part in parts)
    if weight <= 0:
        return absent
    return sum(part.contribution for part in parts) / weight
