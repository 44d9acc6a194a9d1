"""Plan an event: who meets whom, when and where, with proofs; every plan is kept as a run."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.adapters.database import Database
from app.core.actors import Actor
from app.core.clock import china_today
from app.core.errors import Blocked, StaleVersion
from app.core.version import CODE_VERSION
from app.models import Event, EventRun, Meeting, Side
from app.permissions import Permission, require
from app.queries import events as event_queries
from app.queries import factories as factory_queries
from app.queries.match_parts import match_parts
from app.services.criteria import CriteriaShelf
from app.services.event_facts import facts_digest
from app.services.event_instances import (
    FittedPairs,
    blockers,
    choose_pairs,
    meeting_id,
    schedule_instance,
    side_of,
)
from app.services.event_plan_json import (
    describe_pairing,
    describe_schedule,
    empty_schedule,
    names_of,
    pairing_conflicts,
    schedule_changes,
    schedule_conflicts,
    stored_problems,
)
from app.services.event_reasons import describe_reasons
from app.services.event_scores import (
    FactoryCase,
    PairScore,
    ProviderCase,
    ScoreRules,
    score_pairs,
)
from app.services.events import note
from matching import pairing, schedule
from matching.rank.searcher import Searcher

SECONDS = 8.0  # wall time of the timetable search when nobody says otherwise
PAIRING_SECONDS = 5.0  # far above what the largest event needs (docs/events.md)


@dataclass(frozen=True, slots=True)
class EventEngine:
    """The engine's parts as of one catalogue version.

    `related_industries` maps a division to those of the same industrial chains.
    """

    searcher: Searcher
    criteria: CriteriaShelf
    catalogue_version: int
    related_industries: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """A computed plan that is not stored yet; `event_version` is what it was made from."""

    event_version: int
    status: str
    pairing: dict[str, Any]
    schedule: dict[str, Any]
    meetings: tuple[Meeting, ...] = field(default=())


def plan_event(
    session: Session,
    *,
    event: Event,
    engine: EventEngine,
    actor: Actor,
    now: datetime,
    seconds: float = SECONDS,
    seed: int = 0,
) -> EventRun:
    """Choose pairs, place them in slots and at tables, and keep the result as a run.

    An event that cannot be planned gives a run with status infeasible and the conflicting rules.
    When nothing has changed since the latest run, that run is given back.

    Args:
        session: a writing session; nothing is committed here.
        event: whole (`queries.events.one_whole`), visible to the actor.
        engine: parts of the present catalogue version.
        actor: needs `event:manage`.
        now: aware time of the run.
        seconds: wall time of the timetable search; an explanation may come on top.
        seed: of the search; the same inputs give the same plan.

    Raises:
        Forbidden: visible, but not the actor's to plan.
        Blocked: there is nothing to plan (no participants, no slots, no tables).
    """
    require(actor, Permission.EVENT_MANAGE, event)
    if problems := blockers(event):
        raise Blocked(problems)
    inputs = _inputs(session, event, engine, now=now, seconds=seconds, seed=seed)
    if same := _same_run(session, event, inputs):
        return same
    scores = score_event(session, event, engine=engine, now=now)
    plan = compute_plan(event, scores, engine=engine, seconds=seconds, seed=seed)
    return _keep(session, event, plan, inputs=inputs, actor=actor, now=now)


def plan_event_apart(
    database: Database,
    *,
    event_id: UUID,
    engine: EventEngine,
    actor: Actor,
    now: datetime,
    seconds: float = SECONDS,
    seed: int = 0,
) -> UUID:
    """Plan like `plan_event`, but hold the database's write lock only while storing; give the id.

    Raises:
        NotFound, Forbidden, Blocked: as `plan_event`.
        StaleVersion: somebody changed the event while the plan was computed; nothing is stored.
    """
    with database.session(write=False) as session:
        event = event_queries.one_whole(session, event_id, to=actor)
        require(actor, Permission.EVENT_MANAGE, event)
        if problems := blockers(event):
            raise Blocked(problems)
        inputs = _inputs(session, event, engine, now=now, seconds=seconds, seed=seed)
        if same := _same_run(session, event, inputs):
            return same.id
        scores = score_event(session, event, engine=engine, now=now)
        plan = compute_plan(event, scores, engine=engine, seconds=seconds, seed=seed)
    with database.session(write=True) as session:
        event = event_queries.one_whole(session, event_id, to=actor, lock=True)
        if event.version != plan.event_version:
            raise StaleVersion
        same = _same_run(session, event, inputs)
        return (same or _keep(session, event, plan, inputs=inputs, actor=actor, now=now)).id


def _inputs(
    session: Session,
    event: Event,
    engine: EventEngine,
    *,
    now: datetime,
    seconds: float,
    seed: int,
) -> dict[str, Any]:
    """Give what, beside the event's version, a plan depends on."""
    return {
        "facts": facts_digest(session, event, now=now),
        "seconds": seconds,
        "seed": seed,
        "catalogue_version": engine.catalogue_version,
        "code_version": CODE_VERSION,
    }


def _same_run(session: Session, event: Event, inputs: dict[str, Any]) -> EventRun | None:
    """Find the latest run if it has been made from the very same: a second click, no new plan."""
    latest = next(iter(event_queries.runs_of(session, event.id)), None)
    if latest is None or latest.event_version != event.version:
        return None
    if latest.status == schedule.Status.UNKNOWN.value:  # out of time: another try may do better
        return None
    return latest if latest.pairing.get("inputs") == inputs else None


def score_event(
    session: Session, event: Event, *, engine: EventEngine, now: datetime
) -> list[PairScore]:
    """Score all pairs of an event from assessments, needs and the catalogue as they stand."""
    factories = side_of(event, Side.FACTORY)
    ids = [p.factory_id for p in factories if p.factory_id is not None]
    assessments = factory_queries.latest_assessments(session, ids)
    needs = factory_queries.open_needs_of_many(session, ids)
    return score_pairs(
        [
            FactoryCase(
                participant=p.id,
                factory=p.factory,
                assessment=(assessment := assessments.get(p.factory.id)),
                criteria=engine.criteria.of_assessment(session, assessment),
                needs=needs[p.factory.id],
            )
            for p in factories
            if p.factory is not None
        ],
        [
            ProviderCase(p.id, p.provider)
            for p in side_of(event, Side.PROVIDER)
            if p.provider is not None
        ],
        rules=ScoreRules(
            related_industries=engine.related_industries,
            trade_bound=match_parts(session).trade_bound,
            today=china_today(now),
        ),
        searcher=engine.searcher,
    )


def compute_plan(
    event: Event,
    scores: Sequence[PairScore],
    *,
    engine: EventEngine,
    seconds: float,
    seed: int,
) -> Plan:
    """Solve pair choice and timetable, judge both by the independent checkers. Writes nothing."""
    started = time.monotonic()
    limits = pairing.Limits(seconds=PAIRING_SECONDS)
    fitted = choose_pairs(
        event,
        [score.candidate for score in scores],
        places=len(event.slots) * len(event.tables),
        solve=lambda instance: pairing.solve(instance, limits=limits, seed=seed),
    )
    described = describe_pairing(event, fitted, scores, seconds=time.monotonic() - started)
    names = names_of(event)
    if fitted.result.objective is None:
        conflicts = pairing_conflicts(fitted.instance, fitted.result.problems, names)
        timetable = {
            **empty_schedule(event), "conflicts": stored_problems(conflicts), "changes": [],
        }  # fmt: skip
        return Plan(event.version, "infeasible", described, timetable)
    instance = schedule_instance(event, fitted.result.pairs)
    result = schedule.solve(instance, limits=schedule.Limits(seconds=seconds), seed=seed)
    timetable = describe_schedule(event, instance, result) | {"conflicts": [], "changes": []}
    if result.objective is None:
        conflicts = schedule_conflicts(event, instance, result, names)
        timetable["conflicts"] = stored_problems(conflicts)
        timetable["changes"] = stored_problems(schedule_changes(result.explanation, names))
    meetings = _meetings(fitted, result, scores, engine) if _whole(result) else ()
    return Plan(event.version, _status(fitted.result, result), described, timetable, meetings)


def _whole(result: schedule.ScheduleResult) -> bool:
    """Only a complete timetable is kept; half a one would be read as a whole."""
    return result.objective is not None and not result.unplaced


def _status(pairs: pairing.PairingResult, timetable: schedule.ScheduleResult) -> str:
    """Give how far the whole plan is proved: as far as its weaker half."""
    if timetable.status is not schedule.Status.OPTIMAL:
        return timetable.status.value
    return "optimal" if pairs.status is pairing.PairingStatus.OPTIMAL else "feasible"


def _meetings(
    fitted: FittedPairs,
    result: schedule.ScheduleResult,
    scores: Sequence[PairScore],
    engine: EventEngine,
) -> tuple[Meeting, ...]:
    """Build the meetings with their reasons, in the order of the pairs."""
    by_pair = {(str(score.factory), str(score.provider)): score for score in scores}

    def meeting(pair: pairing.Pair) -> Meeting:
        place = result.timetable[meeting_id(pair)]
        score = by_pair[pair]
        reasons = describe_reasons(score, searcher=engine.searcher)
        return Meeting(
            factory_participant_id=score.factory,
            provider_participant_id=score.provider,
            slot_number=place.slot,
            table_number=int(place.table),
            score=score.score,
            reasons={**reasons, "is_must": pair in fitted.instance.must},
        )

    return tuple(meeting(pair) for pair in fitted.result.pairs)


def _keep(
    session: Session,
    event: Event,
    plan: Plan,
    *,
    inputs: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> EventRun:
    """Store a plan as the event's next run, with its meetings and an audit row."""
    run = EventRun(
        event_id=event.id,
        seq=event_queries.next_seq(session, event.id),
        created_by=actor.user_id,
        created_at=now,
        event_version=plan.event_version,
        catalogue_version=inputs["catalogue_version"],
        code_version=CODE_VERSION,
        status=plan.status,
        pairing={**plan.pairing, "inputs": inputs},
        schedule=plan.schedule,
    )
    session.add(run)
    session.flush()  # meetings and the audit row name the run's id
    for meeting in plan.meetings:
        meeting.run_id = run.id
    session.add_all(plan.meetings)
    session.flush()
    note(
        session,
        event,
        "event.planned",
        actor=actor,
        now=now,
        run=run.seq,
        status=run.status,
        meetings=len(plan.meetings),
    )
    return run
