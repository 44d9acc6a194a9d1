"""Three reasons for a hit and everything that does not fit, as data; the page words them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from matching.rank.catalogue import Catalogue
from matching.rank.features import region_service
from matching.rank.searcher import Searcher
from matching.rank.types import Hit, OfferingDoc, Query
from matching.text.highlight import TermMatch, matched_terms

REASONS = 3
CLOSE = 0.35  # cosine from which "means the same" may be said aloud
AGREEING = 0.3  # scene agreement from which the scene is a reason

Param = str | int | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """One statement: a stable code, its parameters, matched words with spans, and the evidence.

    `matched` spans index the need's text and `OfferingDoc.text`. `evidence` is the text that
    carries the statement (a sentence of the offering, a lexicon phrase), or empty.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    matched: tuple[TermMatch, ...] = ()
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Up to three reasons, strongest first, and what does not fit."""

    reasons: tuple[Reason, ...]
    misfits: tuple[Reason, ...]


def explain(query: Query, hit: Hit, *, searcher: Searcher) -> Explanation:
    """Explain `hit` for `query`; reasons are ordered by their contribution to the score."""
    catalogue = searcher.catalogue
    doc = catalogue.docs[catalogue.row[hit.id]]
    found: list[tuple[float, Reason]] = []
    for part in hit.parts:
        builder = _REASONS.get(part.code)
        reason = builder(query, doc, part.value, catalogue) if builder else None
        if reason is not None and part.contribution > 0:
            found.append((part.contribution, reason))
    found.sort(key=lambda item: -item[0])
    reasons = tuple(reason for _, reason in found[:REASONS])
    return Explanation(reasons, tuple(_misfits(query, doc, hit)))


def _words(query: Query, doc: OfferingDoc, _value: float, catalogue: Catalogue) -> Reason | None:
    terms = matched_terms(query.text, doc.text, tokeniser=catalogue.tokeniser)
    if not terms:
        return None
    return Reason(
        "words_match",
        {"terms": tuple(term.term for term in terms)},
        tuple(terms),
        _sentence_with(doc, terms[0].term),
    )


def _meaning(_query: Query, doc: OfferingDoc, value: float, _catalogue: Catalogue) -> Reason | None:
    if value < CLOSE:
        return None
    return Reason(
        "meaning_close", {"similarity": round(value, 3)}, (), doc.pain_points or doc.description
    )


def _scene(query: Query, doc: OfferingDoc, value: float, catalogue: Catalogue) -> Reason | None:
    if value < AGREEING:
        return None
    guess = None if query.scenes else catalogue.scene_inferer.infer(query.text)
    wanted = query.scenes if guess is None else guess.probabilities
    shared = tuple(scene for scene in doc.scenes if wanted.get(scene, 0) > 0)
    if not shared:
        return None
    return Reason("scene_match", {"scenes": shared}, (), guess.nearest if guess else "")


def _industry(
    query: Query, doc: OfferingDoc, _value: float, _catalogue: Catalogue
) -> Reason | None:
    if query.industry is None or query.industry not in doc.industries:
        return None
    return Reason("industry_match", {"industry": query.industry})


def _industry_cases(
    query: Query, doc: OfferingDoc, value: float, _catalogue: Catalogue
) -> Reason | None:
    if value <= 0 or query.industry is None:
        return None
    count = doc.cases_by_industry[query.industry]
    return Reason("industry_cases", {"industry": query.industry, "count": count}, (), doc.cases)


def _cases(_query: Query, doc: OfferingDoc, _value: float, _catalogue: Catalogue) -> Reason | None:
    if doc.verified_cases == 0:
        return None
    return Reason("verified_cases", {"count": doc.verified_cases}, (), doc.cases)


def _region(query: Query, _doc: OfferingDoc, value: float, _catalogue: Catalogue) -> Reason | None:
    return Reason("serves_region", {"region": query.region or ""}) if value > 0 else None


def _price(query: Query, doc: OfferingDoc, value: float, _catalogue: Catalogue) -> Reason | None:
    if value < 1 or doc.price_min is None or query.budget is None:
        return None
    return Reason("within_budget", {"price_min": doc.price_min, "budget": query.budget})


def _weeks(query: Query, doc: OfferingDoc, value: float, _catalogue: Catalogue) -> Reason | None:
    if value < 1 or doc.weeks_min is None or query.weeks is None:
        return None
    return Reason("within_weeks", {"weeks_min": doc.weeks_min, "weeks": query.weeks})


def _certificates(
    _query: Query, doc: OfferingDoc, _value: float, _catalogue: Catalogue
) -> Reason | None:
    count = doc.certificates_in_date
    return Reason("certificates_in_date", {"count": count}) if count else None


_REASONS: dict[str, Callable[[Query, OfferingDoc, float, Catalogue], Reason | None]] = {
    "lexical": _words,
    "dense": _meaning,
    "scene": _scene,
    "industry": _industry,
    "industry_cases": _industry_cases,
    "verified_cases": _cases,
    "region": _region,
    "price": _price,
    "weeks": _weeks,
    "certificates": _certificates,
}


def _misfits(query: Query, doc: OfferingDoc, hit: Hit) -> Iterator[Reason]:
    """Yield what does not fit or is not known, most serious first."""
    if doc.status == "warned":
        yield Reason("listing_warned")
    if query.budget is not None and doc.price_min is not None and doc.price_min > query.budget:
        yield Reason("over_budget", {"price_min": doc.price_min, "budget": query.budget})
    if query.weeks is not None and doc.weeks_min is not None and doc.weeks_min > query.weeks:
        yield Reason("too_slow", {"weeks_min": doc.weeks_min, "weeks": query.weeks})
    missing = tuple(
        scene for scene in doc.prerequisite_scenes if scene not in (query.existing_scenes or ())
    )
    if missing and query.existing_scenes is not None:
        yield Reason("prerequisite_missing", {"scenes": missing})
    if region_service(query.region, doc.regions) == 0:
        yield Reason("region_not_served", {"region": query.region or ""})
    if query.industry and doc.industries and query.industry not in doc.industries:
        yield Reason("other_industry", {"industries": doc.industries})
    scene = hit.part("scene")
    if scene is not None and scene.value < AGREEING / 3:
        yield Reason("other_scene", {"scenes": doc.scenes})
    if doc.verified_cases == 0:
        yield Reason("no_verified_case")
    if query.budget is not None and doc.price_min is None:
        yield Reason("price_unknown")


def _sentence_with(doc: OfferingDoc, term: str) -> str:
    parts = (doc.pain_points, doc.description, doc.functions, doc.cases, doc.name)
    return next((part for part in parts if term in part.lower()), "")
