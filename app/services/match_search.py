"""Search the catalogue for every gap of a factory and judge what closes what."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.models import Factory, Finding, Need
from matching.bundle import BundleGap, BundleOffering
from matching.bundle import Hit as BundleHit
from matching.gaps import GapAnalysis
from matching.rank.quality import (
    ADVISORY,
    Quality,
    closure_quality,
    industry_factor,
    raw_fit,
)
from matching.rank.searcher import Searcher
from matching.rank.types import Hit, OfferingDoc, Query

# Hits judged per gap; by-provider gathering may add more of the same providers.
HITS_PER_GAP = 120
# Below this quality an offering does not count as closing a gap; weak claims add up otherwise.
LEAST_QUALITY = 350
# Scene agreement below which the explanation says that an offering is for other scenes.
SAME_KIND = 0.1
# Subdomains that people close, not systems: organisation strategy, staff skills.
ADVISED_SUBDOMAINS = frozenset({"M01", "M02"})
# Findings quoted in the query of a scene; more would drown the scene itself.
FINDINGS_IN_QUERY = 3


@dataclass(frozen=True)
class GapSearch:
    """What was found: per gap the query and the hits, per offering its qualities."""

    queries: dict[str, Query]
    hits: dict[str, list[BundleHit]]
    rank_hits: dict[tuple[str, str], Hit]
    qualities: dict[tuple[str, str], Quality]
    offerings: dict[str, BundleOffering]
    by_provider: dict[str, list[str]] = field(default_factory=dict)
    unpriced: int = 0

    def expand(self, providers: frozenset[str]) -> Iterable[BundleOffering]:
        """Give all matching offerings of `providers`."""
        ids = sorted(o for provider in providers for o in self.by_provider.get(provider, ()))
        return [self.offerings[identifier] for identifier in ids]


@dataclass(frozen=True)
class GapQuestion:
    """What to search for and whose it is.

    `budget_fen` and `weeks` are the person's limits, `present` the scenes that stand at the
    factory, `hard_before` scene -> scenes that must stand before it, `integrators` the providers
    that may lead others, `advisory` the offerings that only advise or train, `trade_bound`
    those of no use to a related trade, `related` the divisions related to the factory's own,
    `today` the day for which validity is judged.
    """

    factory: Factory
    gaps: Sequence[BundleGap]
    analysis: GapAnalysis
    findings: Sequence[Finding]
    needs: Sequence[Need]
    present: frozenset[str]
    hard_before: Mapping[str, Iterable[str]]
    integrators: frozenset[str]
    advisory: frozenset[str]
    trade_bound: frozenset[str]
    related: frozenset[str]
    budget_fen: int
    weeks: int | None
    today: date


def search_gaps(question: GapQuestion, searcher: Searcher) -> GapSearch:
    """Search for each gap and judge every hit; only offerings with price and weeks qualify."""
    texts = _gap_texts(question)
    queries = {
        gap.id: Query(
            text=texts[gap.id].text,
            scenes=texts[gap.id].scenes,
            industry=question.factory.industry,
            region=question.factory.region,
            budget=question.budget_fen,
            weeks=question.weeks,
            existing_scenes=question.present,
            on=question.today,
        )
        for gap in question.gaps
    }
    rank_hits: dict[tuple[str, str], Hit] = {}
    qualities: dict[tuple[str, str], Quality] = {}
    for gap in question.gaps:
        for hit, quality in _judge(question, searcher, gap.id, queries[gap.id]):
            rank_hits[gap.id, hit.id] = hit
            qualities[gap.id, hit.id] = quality
    offerings, unpriced = _candidates(question, searcher, qualities)
    by_provider: dict[str, list[str]] = defaultdict(list)
    for offering in offerings.values():
        by_provider[offering.provider].append(offering.id)
    hits: dict[str, list[BundleHit]] = {gap.id: [] for gap in question.gaps}
    for (gap_id, offering_id), hit in rank_hits.items():
        if offering_id in offerings:
            hits[gap_id].append(BundleHit(offering_id, hit.provider_id))
    return GapSearch(
        queries=queries,
        hits=hits,
        rank_hits=rank_hits,
        qualities=qualities,
        offerings=offerings,
        by_provider=dict(by_provider),
        unpriced=unpriced,
    )


@dataclass(frozen=True, slots=True)
class _GapText:
    text: str
    scenes: dict[str, float]


def _gap_texts(question: GapQuestion) -> dict[str, _GapText]:
    """Word each gap: a scene by its name and the findings behind it, a need by itself."""
    findings: dict[str, list[str]] = defaultdict(list)
    for finding in question.findings:
        findings[finding.subdomain].append(finding.text)
    texts = {}
    for gap in question.analysis.scene_gaps:
        said = [text for reason in gap.reasons for text in findings.get(reason.code, ())]
        words = "。".join([gap.name, *said[:FINDINGS_IN_QUERY]])
        texts[f"scene:{gap.code}"] = _GapText(words, {gap.code: 1.0})
    for need in question.needs:
        scenes = dict.fromkeys(need.scenes, 1.0)
        texts[f"need:{need.id}"] = _GapText(f"{need.title}。{need.symptom}", scenes)
    return {gap.id: texts[gap.id] for gap in question.gaps}


def _judge(
    question: GapQuestion, searcher: Searcher, gap_id: str, query: Query
) -> Iterable[tuple[Hit, Quality]]:
    """Yield the hits that are about the gap and close it well enough."""
    found = [
        (hit, searcher.catalogue.docs[searcher.catalogue.row[hit.id]])
        for hit in searcher.search(query, k=HITS_PER_GAP)
    ]
    able = [(hit, doc) for hit, doc in found if _is_about(gap_id, query, hit, doc)]
    best = max((raw_fit(hit) for hit, _ in able), default=0.0)
    if best <= 0:
        return
    must_build = _must_build(question.analysis, query.scenes)
    for hit, doc in able:
        quality = closure_quality(
            hit,
            best_fit=best,
            industry=industry_factor(
                question.factory.industry,
                doc.industries,
                related=frozenset() if hit.id in question.trade_bound else question.related,
            ),
            advisory=ADVISORY if must_build and hit.id in question.advisory else 1.0,
        )
        if quality.value >= LEAST_QUALITY:
            yield hit, quality


def _is_about(gap_id: str, query: Query, hit: Hit, doc: OfferingDoc) -> bool:
    """A scene gap wants the scene declared; a need with scenes wants something of their kind."""
    if gap_id.startswith("scene:"):
        return gap_id.removeprefix("scene:") in doc.scenes
    part = hit.part("scene")
    return not query.scenes or part is None or part.value >= SAME_KIND


def _must_build(analysis: GapAnalysis, scenes: Mapping[str, float]) -> bool:
    """Tell whether something has to be built: advice alone closes no gap of such scenes.

    Not so where a scene is wanted for strategy or staff, and where a need names no scene.
    """
    people = {
        gap.code
        for gap in analysis.scene_gaps
        for reason in gap.reasons
        if reason.code in ADVISED_SUBDOMAINS
    }
    return bool(scenes) and not people & scenes.keys()


def _candidates(
    question: GapQuestion, searcher: Searcher, qualities: Mapping[tuple[str, str], Quality]
) -> tuple[dict[str, BundleOffering], int]:
    """Turn judged hits into bundle candidates; also count those without price or duration."""
    closes: dict[str, dict[str, int]] = defaultdict(dict)
    for (gap_id, offering_id), quality in qualities.items():
        closes[offering_id][gap_id] = quality.value
    offerings = {}
    for offering_id, by_gap in sorted(closes.items()):
        doc = searcher.catalogue.docs[searcher.catalogue.row[offering_id]]
        candidate = _candidate(question, doc, by_gap)
        if candidate is not None:
            offerings[offering_id] = candidate
    return offerings, len(closes) - len(offerings)


def _candidate(
    question: GapQuestion, doc: OfferingDoc, closes: dict[str, int]
) -> BundleOffering | None:
    """Build the candidate; None when price or duration is not public, so nothing can be proven.

    Price is the middle of the band. Duration is its upper end, since late is worse than early.
    """
    prices = [price for price in (doc.price_min, doc.price_max) if price is not None]
    weeks = doc.weeks_max or doc.weeks_min
    if not prices or weeks is None:
        return None
    own = frozenset(doc.scenes)
    needed = set(doc.prerequisite_scenes)
    if doc.scenes:  # the first scene is the offering's main one; its hard prerequisites hold
        needed.update(question.hard_before.get(doc.scenes[0], ()))
    missing = sorted(needed - own - question.present)
    return BundleOffering(
        id=doc.id,
        provider=doc.provider_id,
        price_fen=sum(prices) // len(prices),
        weeks=weeks,
        quality=closes,
        scenes=own,
        requires_any=tuple(frozenset({scene}) for scene in missing),
        integrator=doc.provider_id in question.integrators,
        label=doc.name,
    )
