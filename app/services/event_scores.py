"""What a meeting would be worth to both sides: 0..1000 each way, and one number of both.

Factory -> provider is the real search: for each open need and strongest scene gap of the factory
the quality with which the provider's best offering would close it. Provider -> factory is how well
the factory fits what the provider says it serves. The shares are this project's own choice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.models import Assessment, Factory, Need, Provider
from app.services.matching_runs import NEED_WEIGHT, analyse_factory, standing_scenes
from matching.gaps import CriterionSet, GapAnalysis
from matching.pairing import Candidate, mutual_score
from matching.rank.features import limit_fit, region_service
from matching.rank.quality import Quality, closure_quality, industry_factor, raw_fit
from matching.rank.searcher import Searcher
from matching.rank.types import Hit, OfferingDoc, Query

MAX_NEEDS = 4
MAX_SCENE_GAPS = 6
FINDINGS_IN_QUERY = 3
# Candidates per channel and hits judged per gap: fewer than on a factory's own page, because an
# event asks some hundred questions at once and only the participants' offerings count.
POOL = 50
# The best answer decides; answers to further gaps add the rest (mean of the best three).
BEST_SHARE, BREADTH_SHARE, BREADTH_OF = 0.8, 0.2, 3
# A gap of least weight keeps this share of its quality, so that urgent ones come first.
WEIGHT_FLOOR = 0.7
INTEREST_SHARES = {"region": 0.4, "budget": 0.4, "level": 0.2}
# Industry is a factor of its own: near, rich and willing does not help a firm of another trade.
ANY_INDUSTRY, OTHER_INDUSTRY = 0.7, 0.4
# A factory whose target lies above its present level is about to buy; another may only look.
RISING, RESTING = 1.0, 0.4
UNKNOWN_BUDGET = 0.5
# Scene agreement below which an offering is for other scenes (as on a factory's own page).
SAME_KIND = 0.1


@dataclass(frozen=True, slots=True)
class FactoryCase:
    """A factory at the event with what is known of it; no assessment means needs only.

    `criteria` is the set that the assessment is judged by.
    """

    participant: UUID
    factory: Factory
    assessment: Assessment | None
    criteria: CriterionSet
    needs: Sequence[Need]


@dataclass(frozen=True, slots=True)
class ProviderCase:
    """A provider at the event; its offerings are read from the catalogue's index."""

    participant: UUID
    provider: Provider


@dataclass(frozen=True, slots=True)
class GapAnswer:
    """A provider's best offering for one gap of a factory; `weight` is the gap's 0..1."""

    gap_id: str
    label: str
    weight: float
    offering_id: str
    query: Query
    quality: Quality


@dataclass(frozen=True, slots=True)
class PairScore:
    """One pair's worth: both directions, both together, and where they come from."""

    factory: UUID
    provider: UUID
    for_factory: int
    for_provider: int
    score: int
    best: GapAnswer | None = None
    interest: Mapping[str, int] = field(default_factory=dict)

    @property
    def candidate(self) -> Candidate:
        """The pair as the pair choice reads it."""
        return Candidate(
            str(self.factory), str(self.provider), self.score, self.for_factory, self.for_provider
        )


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """What scoring needs beside the index.

    `related_industries` maps a division to those of the same industrial chains; `trade_bound`
    offerings are of no use to a merely related trade; `today` decides what is still valid.
    """

    related_industries: Mapping[str, frozenset[str]]
    trade_bound: frozenset[str]
    today: date


@dataclass(frozen=True, slots=True)
class _Question:
    gap_id: str
    label: str
    weight: int
    query: Query
    scenes: frozenset[str] = frozenset()  # what an offering must declare to count as an answer


def score_pairs(
    factories: Sequence[FactoryCase],
    providers: Sequence[ProviderCase],
    *,
    searcher: Searcher,
    rules: ScoreRules,
) -> list[PairScore]:
    """Score every factory with every provider; factory by factory, in the order given."""
    narrow = Searcher(searcher.catalogue, weights=searcher.weights, pool=POOL)
    wanted = {str(case.provider.id) for case in providers}
    cheapest = _cheapest(searcher)
    found = []
    for case in factories:
        questions = list(_questions(case, today=rules.today))
        answers = _answers(
            questions, case.factory.industry, searcher=narrow, providers=wanted, rules=rules
        )
        for other in providers:
            mine = answers.get(str(other.provider.id), [])
            found.append(_pair(case, other, mine, cheapest.get(str(other.provider.id))))
    return found


def _pair(
    case: FactoryCase, other: ProviderCase, answers: Sequence[GapAnswer], cheapest: int | None
) -> PairScore:
    parts = interest_parts(case.factory, other.provider, cheapest_fen=cheapest)
    for_factory = gain_of_factory(answers)
    for_provider = gain_of_provider(parts)
    return PairScore(
        factory=case.participant,
        provider=other.participant,
        for_factory=for_factory,
        for_provider=for_provider,
        score=mutual_score(for_factory, for_provider),
        best=max(answers, key=_weighted, default=None),
        interest=parts,
    )


def _weighted(answer: GapAnswer) -> float:
    """Quality of an answer, less for gaps that weigh less; 0..1000."""
    return answer.quality.value * (WEIGHT_FLOOR + (1 - WEIGHT_FLOOR) * answer.weight)


def gain_of_factory(answers: Sequence[GapAnswer]) -> int:
    """Give 0..1000: the best answer mostly, answers to further gaps a little."""
    values = sorted((_weighted(answer) for answer in answers), reverse=True)
    if not values:
        return 0
    breadth = sum(values[:BREADTH_OF]) / BREADTH_OF
    return min(1000, round(BEST_SHARE * values[0] + BREADTH_SHARE * breadth))


def gain_of_provider(parts: Mapping[str, int]) -> int:
    """Give 0..1000 from `interest_parts`: industry x (region, budget and level by their shares)."""
    rest = sum(share * parts[name] for name, share in INTEREST_SHARES.items())
    return round(parts["industry"] * rest / 1000)


def interest_parts(
    factory: Factory, provider: Provider, *, cheapest_fen: int | None
) -> dict[str, int]:
    """Say, in thousandths, how the factory fits what the provider serves and sells.

    industry: declared by the provider; region: a place it serves, or its own; budget: room for
    its cheapest offering; level: whether the factory wants to rise.
    """
    industry = OTHER_INDUSTRY if provider.industries else ANY_INDUSTRY
    if factory.industry in provider.industries:
        industry = 1.0
    served = (*provider.service_places, provider.organisation.region)
    budget = limit_fit(cheapest_fen, factory.budget_fen)
    level = RISING if factory.target_level > factory.level else RESTING
    shares = {
        "industry": industry,
        "region": region_service(factory.region, served) or 0.0,
        "budget": UNKNOWN_BUDGET if budget is None else budget,
        "level": level,
    }
    return {name: round(1000 * share) for name, share in shares.items()}


def _cheapest(searcher: Searcher) -> dict[str, int]:
    """Give each provider's lowest public price in fen."""
    found: dict[str, int] = {}
    for doc in searcher.catalogue.docs:
        if doc.price_min is not None:
            known = found.get(doc.provider_id, doc.price_min)
            found[doc.provider_id] = min(known, doc.price_min)
    return found


def _questions(case: FactoryCase, *, today: date) -> Iterator[_Question]:
    """Yield what a factory would ask: its own needs, then the strongest scene gaps."""
    present = None if case.assessment is None else standing_scenes(case.assessment)

    def query(text: str, scenes: Sequence[str], *, budget: int | None = None) -> Query:
        return Query(
            text=text,
            scenes=dict.fromkeys(scenes, 1.0),
            industry=case.factory.industry,
            region=case.factory.region,
            budget=budget or case.factory.budget_fen,
            weeks=case.factory.horizon_weeks,
            existing_scenes=present,
            on=today,
        )

    for need in case.needs[:MAX_NEEDS]:
        text = f"{need.title}。{need.symptom}"
        wanted = query(text, need.scenes, budget=need.budget_fen)
        yield _Question(f"need:{need.id}", need.title, NEED_WEIGHT[need.urgency], wanted)
    if case.assessment is None:
        return
    analysis = analyse_factory(
        case.factory, case.assessment, case.criteria, target=case.factory.target_level
    )
    texts = _scene_texts(analysis, case.assessment)
    for gap in analysis.scene_gaps[:MAX_SCENE_GAPS]:
        wanted = query(texts[gap.code], [gap.code])
        declared = frozenset({gap.code})
        yield _Question(f"scene:{gap.code}", gap.name, max(1, gap.priority), wanted, declared)


def _scene_texts(analysis: GapAnalysis, assessment: Assessment) -> dict[str, str]:
    """Word a scene gap by its name and the findings behind it."""
    texts = {}
    for gap in analysis.scene_gaps[:MAX_SCENE_GAPS]:
        codes = {reason.code for reason in gap.reasons}
        said = [finding.text for finding in assessment.findings if finding.subdomain in codes]
        texts[gap.code] = "。".join([gap.name, *said[:FINDINGS_IN_QUERY]])
    return texts


def _answers(
    questions: Sequence[_Question],
    industry: str,
    *,
    searcher: Searcher,
    providers: set[str],
    rules: ScoreRules,
) -> dict[str, list[GapAnswer]]:
    """Give, for each provider, its best offering for each gap that it can answer."""
    heaviest = max((question.weight for question in questions), default=1)
    related = rules.related_industries.get(industry, frozenset())
    found: dict[str, dict[str, GapAnswer]] = {}
    for question in questions:
        # All able hits count for the scale: the best of the whole catalogue sets the mark.
        able = [
            (hit, doc)
            for hit in searcher.search(question.query, k=2 * POOL)
            if _is_about(question, hit, doc := _doc(searcher, hit.id))
        ]
        best_fit = max((raw_fit(hit) for hit, _ in able), default=0.0)
        for hit, doc in able:
            if hit.provider_id not in providers or best_fit <= 0:
                continue
            chain = frozenset[str]() if hit.id in rules.trade_bound else related
            quality = closure_quality(
                hit,
                best_fit=best_fit,
                industry=industry_factor(industry, doc.industries, related=chain),
            )
            mine = found.setdefault(hit.provider_id, {})
            known = mine.get(question.gap_id)
            if known is None or known.quality.value < quality.value:
                mine[question.gap_id] = GapAnswer(
                    gap_id=question.gap_id,
                    label=question.label,
                    weight=question.weight / heaviest,
                    offering_id=hit.id,
                    query=question.query,
                    quality=quality,
                )
    return {provider: list(answers.values()) for provider, answers in found.items()}


def _doc(searcher: Searcher, offering_id: str) -> OfferingDoc:
    return searcher.catalogue.docs[searcher.catalogue.row[offering_id]]


def _is_about(question: _Question, hit: Hit, doc: OfferingDoc) -> bool:
    """A scene gap wants the scene declared; a need with scenes wants something of their kind."""
    if not question.scenes <= set(doc.scenes):
        return False
    part = hit.part("scene")
    return not question.query.scenes or part is None or part.value >= SAME_KIND
