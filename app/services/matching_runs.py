"""Match a factory: assessment -> gaps -> candidates -> bundles -> a frozen, replayable run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.adapters.database import Database
from app.core.actors import Actor
from app.core.clock import china_today
from app.core.errors import Blocked, NotFound
from app.core.problems import Problem
from app.core.version import CODE_VERSION
from app.models import Assessment, Factory, MatchRun, Need
from app.permissions import Permission, require
from app.queries import factories as factory_queries
from app.queries.match_parts import MatchParts
from app.services import audit
from app.services.assessments import engine_assessment
from app.services.criteria import CriteriaShelf
from app.services.match_result import describe_analysis, describe_bundles, describe_reach
from app.services.match_search import GapQuestion, GapSearch, search_gaps
from matching.bundle import (
    BundleGap,
    BundleInstance,
    Gathered,
    Limits,
    Penalties,
    gather,
    solve,
    variants,
)
from matching.gaps import CriterionSet, GapAnalysis, SceneStatus, analyse
from matching.rank.searcher import Searcher

# Each bundle search is proven in well under a second at these sizes (docs/bundles.md).
# A person waits for at most four of them.
BUNDLE_LIMITS = Limits(seconds=3.0)
# A scene counts as standing at the factory from its pilot on, when others build on it.
STANDING = (SceneStatus.PILOT.value, SceneStatus.APPLIED.value, SceneStatus.OPTIMISED.value)
MAX_SCENE_GAPS = 14
MAX_NEEDS = 6
# A need that the factory wrote itself weighs like a strong gap; urgency decides how strong.
NEED_WEIGHT = {"high": 900, "medium": 650, "low": 400}


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """What a person may set: budget in fen, weeks, number of providers, target."""

    budget_fen: int
    weeks_limit: int | None
    max_providers: int
    target: str


@dataclass(frozen=True, slots=True)
class MatchEngine:
    """The engine's parts as of one catalogue version.

    `parts` say which providers may lead others, which offerings only advise, and how providers
    are called; `related_industries` maps a division to those of the same industrial chains.
    """

    searcher: Searcher
    criteria: CriteriaShelf
    parts: MatchParts
    related_industries: Mapping[str, frozenset[str]]
    catalogue_version: int
    model_fingerprint: str


def analyse_factory(
    factory: Factory, assessment: Assessment, criteria: CriterionSet, *, target: str
) -> GapAnalysis:
    """Give the gap analysis of an assessment against `target` (FL1..FL4 or ML1..ML5)."""
    return analyse(engine_assessment(factory, assessment), criteria, target=target)


def run_problems(request: MatchRequest) -> list[Problem]:
    """Say what stops a run from being computed; empty means nothing does."""
    problems = []
    if request.budget_fen <= 0:
        problems.append(Problem("number_too_small", "budget", {"min": 0}))
    if request.max_providers < 1:
        problems.append(Problem("number_too_small", "max_providers", {"min": 1}))
    if request.weeks_limit is not None and request.weeks_limit < 1:
        problems.append(Problem("number_too_small", "weeks", {"min": 1}))
    return problems


def match_factory(
    session: Session,
    *,
    factory: Factory,
    request: MatchRequest,
    engine: MatchEngine,
    actor: Actor,
    now: datetime,
    run_id: UUID | None = None,
) -> MatchRun:
    """Compute bundles for a factory and keep the run.

    Args:
        session: a writing session; nothing is committed here.
        factory: loaded, visible to the actor.
        request: limits chosen by the person.
        engine: parts of the present catalogue version.
        actor: needs `factory:match`.
        now: aware time of the run.
        run_id: key that the form carries; the same form sent again gets the same run.

    Raises:
        Forbidden: visible, but not the actor's to match.
        NotFound: `run_id` is a run of another factory.
        Blocked: the request is impossible, or the factory has no assessment yet.
    """
    run = prepare_run(
        session,
        factory=factory,
        request=request,
        engine=engine,
        actor=actor,
        now=now,
        run_id=run_id,
    )
    return keep_run(session, run, actor=actor, now=now)


def match_factory_apart(
    database: Database,
    *,
    factory_id: UUID,
    request: MatchRequest,
    engine: MatchEngine,
    actor: Actor,
    now: datetime,
    run_id: UUID | None = None,
) -> UUID:
    """Match like `match_factory`, but hold the write lock only while storing; give the run's id.

    Raises:
        NotFound, Forbidden, Blocked: as `match_factory`.
    """
    with database.session(write=False) as session:
        factory = factory_queries.one_visible(session, factory_id, to=actor)
        run = prepare_run(
            session,
            factory=factory,
            request=request,
            engine=engine,
            actor=actor,
            now=now,
            run_id=run_id,
        )
        session.expunge_all()
    with database.session(write=True) as session:
        return keep_run(session, run, actor=actor, now=now).id


def prepare_run(
    session: Session,
    *,
    factory: Factory,
    request: MatchRequest,
    engine: MatchEngine,
    actor: Actor,
    now: datetime,
    run_id: UUID | None,
) -> MatchRun:
    """Compute a run without storing it; a run of this id that is there already is given back.

    Raises:
        NotFound, Forbidden, Blocked: as `match_factory`.
    """
    require(actor, Permission.FACTORY_MATCH, factory)
    if run_id is not None and (done := session.get(MatchRun, run_id)) is not None:
        if done.factory_id != factory.id:
            raise NotFound
        return done
    problems = run_problems(request)
    assessment = factory_queries.latest_assessment(session, factory.id)
    if assessment is None:
        problems.append(Problem("no_assessment"))
    if problems or assessment is None:
        raise Blocked(problems)
    needs = factory_queries.open_needs(session, factory.id)[:MAX_NEEDS]
    criteria = engine.criteria.of_assessment(session, assessment)
    return MatchRun(
        id=run_id or uuid4(),
        factory_id=factory.id,
        assessment_id=assessment.id,
        created_by=actor.user_id,
        created_at=now,
        target_level=request.target,
        budget_fen=request.budget_fen,
        weeks_limit=request.weeks_limit,
        max_providers=request.max_providers,
        criteria_version=criteria.version,
        catalogue_version=engine.catalogue_version,
        model_fingerprint=engine.model_fingerprint,
        code_version=CODE_VERSION,
        result=compute(
            factory,
            assessment,
            needs,
            criteria=criteria,
            request=request,
            engine=engine,
            now=now,
        ),
    )


def keep_run(session: Session, run: MatchRun, *, actor: Actor, now: datetime) -> MatchRun:
    """Store a prepared run with its audit row; one that is stored already stays as it is."""
    if (done := session.get(MatchRun, run.id)) is not None:
        return done
    session.add(run)
    session.flush()  # the audit row names the run's id
    audit.record(
        session,
        actor=actor,
        action="factory.matched",
        object_type="match_run",
        object_id=run.id,
        now=now,
        detail={"factory": str(run.factory_id), "catalogue_version": run.catalogue_version},
    )
    return run


def compute(
    factory: Factory,
    assessment: Assessment,
    needs: Sequence[Need],
    *,
    criteria: CriterionSet,
    request: MatchRequest,
    engine: MatchEngine,
    now: datetime,
) -> dict[str, Any]:
    """Compute the whole answer as JSON: gaps, candidates, bundles, reasons. Writes nothing."""
    analysis = analyse_factory(factory, assessment, criteria, target=request.target)
    present = standing_scenes(assessment)
    gaps = bundle_gaps(analysis, needs)
    question = GapQuestion(
        factory=factory,
        gaps=gaps,
        analysis=analysis,
        findings=assessment.findings,
        needs=needs,
        present=present,
        hard_before={scene: criteria.hard_before(scene) for scene in criteria.scenes},
        integrators=engine.parts.integrators,
        advisory=engine.parts.advisory,
        trade_bound=engine.parts.trade_bound,
        related=engine.related_industries.get(factory.industry, frozenset()),
        budget_fen=request.budget_fen,
        weeks=request.weeks_limit,
        today=china_today(now),
    )
    search = search_gaps(question, engine.searcher)
    gathered = _gather(gaps, search, present=present, request=request)
    answer = variants(gathered.instance, limits=BUNDLE_LIMITS, seed=0)
    return {
        "analysis": describe_analysis(analysis),
        "gaps": [{"id": g.id, "label": g.label, "weight": g.weight} for g in gaps],
        "bundles": describe_bundles(
            gathered.instance,
            answer,
            search=search,
            searcher=engine.searcher,
            names=engine.parts.provider_names,
        ),
        "candidates": len(search.offerings),
        "within_reach": describe_reach(search.offerings.values()),
        "without_price_or_weeks": search.unpriced,
        "cut_bound": gathered.cut_bound,
    }


def standing_scenes(assessment: Assessment) -> frozenset[str]:
    """Give the scenes that offerings may build on."""
    return frozenset(
        code for code, state in assessment.scenes.items() if state["status"] in STANDING
    )


def bundle_gaps(analysis: GapAnalysis, needs: Sequence[Need]) -> tuple[BundleGap, ...]:
    """Give what a bundle should close: the strongest scene gaps, then the factory's own needs."""
    scenes = [
        BundleGap(id=f"scene:{gap.code}", weight=max(1, gap.priority), label=gap.name)
        for gap in analysis.scene_gaps[:MAX_SCENE_GAPS]
    ]
    own = [
        BundleGap(id=f"need:{need.id}", weight=NEED_WEIGHT[need.urgency], label=need.title)
        for need in needs
    ]
    return (*scenes, *own)


def _gather(
    gaps: tuple[BundleGap, ...],
    search: GapSearch,
    *,
    present: frozenset[str],
    request: MatchRequest,
) -> Gathered:
    """Collect candidates by provider, so that what the same providers can also do is seen.

    The instance comes with its penalties, scaled by what the budget can close at all.
    """
    question = BundleInstance(
        gaps=gaps,
        offerings=(),
        budget_fen=request.budget_fen,
        max_providers=request.max_providers,
        weeks_limit=request.weeks_limit,
        present=present,
    )
    gathered = gather(question, hits=search.hits, expand=search.expand)
    # What the whole budget can close sets the scale of the penalties.
    most = solve(gathered.instance, limits=BUNDLE_LIMITS, seed=0)
    penalties = Penalties.scaled(full_points=most.closure_points, budget_fen=request.budget_fen)
    return replace(gathered, instance=replace(gathered.instance, penalties=penalties))
