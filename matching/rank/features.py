"""Facts about an offering as numbers in 0..1: higher is always better, None does not apply."""

import math

from matching.rank.types import OfferingDoc, Query

CASES_HALF = 2.0  # verified cases at which trust reaches one half; the tenth adds little
CERTIFICATES_ENOUGH = 2
FRESH_DAYS = 365.0
UNKNOWN = 0.5  # a missing price or duration is neither praised nor punished
WIDER_REGIONS = {"全省": 1.0, "京津冀": 0.9, "全国": 0.8}  # nearer service is likelier to come


def structured_features(query: Query, doc: OfferingDoc) -> dict[str, float]:
    """Return every feature that applies to this query, by weight name."""
    values = {
        "region": region_service(query.region, doc.regions),
        "verified_cases": doc.verified_cases / (doc.verified_cases + CASES_HALF),
        "industry_cases": _industry_cases(query, doc),
        "certificates": min(1.0, doc.certificates_in_date / CERTIFICATES_ENOUGH),
        "freshness": _freshness(doc.freshness_days),
        "price": limit_fit(doc.price_min, query.budget),
        "weeks": limit_fit(doc.weeks_min, query.weeks),
        "prerequisites": prerequisites_met(query.existing_scenes, doc.prerequisite_scenes),
    }
    return {code: value for code, value in values.items() if value is not None}


def region_service(region: str | None, served: tuple[str, ...]) -> float | None:
    """Return how surely the provider serves `region`; None when the region is unknown."""
    if region is None:
        return None
    if region in served:
        return 1.0
    return max((WIDER_REGIONS.get(place, 0.0) for place in served), default=0.0)


def limit_fit(lowest: int | None, limit: int | None) -> float | None:
    """Return 1 up to the limit, falling to 0 at twice the limit; None without a limit."""
    if limit is None or limit <= 0:
        return None
    if lowest is None:
        return UNKNOWN
    return min(1.0, max(0.0, 2.0 - lowest / limit))


def prerequisites_met(existing: frozenset[str] | None, needed: tuple[str, ...]) -> float | None:
    """Return the share of needed scenes that exist; None when it is unknown what exists."""
    if existing is None:
        return None
    return sum(scene in existing for scene in needed) / len(needed) if needed else 1.0


def _industry_cases(query: Query, doc: OfferingDoc) -> float | None:
    if query.industry is None:
        return None
    count = doc.cases_by_industry.get(query.industry, 0)
    return count / (count + 1.0)


def _freshness(days: int | None) -> float:
    return 0.0 if days is None else math.exp(-max(0, days) / FRESH_DAYS)
