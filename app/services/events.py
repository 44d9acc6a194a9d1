"""Events (对接活动): made, changed, published and taken back by their organisers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.core.actors import Actor, Grant, Role
from app.core.clock import china_today
from app.core.errors import Blocked, Forbidden, InvalidInput, StaleVersion
from app.core.problems import Problem
from app.models import Event, EventParticipant, EventRun, EventSlot, EventStatus, EventTable
from app.permissions import Permission, require
from app.queries import events as event_queries
from app.services import audit

MAX_SLOTS = 40
MAX_TABLES = 400
MINUTES_A_DAY = 24 * 60
PUBLISHABLE = ("optimal", "feasible")


@dataclass(frozen=True, slots=True)
class EventFields:
    """What an organiser says about an event.

    `slots` are (start minute of the day in Beijing time, "am" or "pm") in order of time; `tables`
    the labels on the tables; quotas are meetings a participant; `fairness` None = no limit.
    """

    title: str
    venue: str
    held_on: date
    notes: str
    slot_minutes: int
    slots: tuple[tuple[int, str], ...]
    tables: tuple[str, ...]
    factory_min: int
    factory_max: int
    provider_min: int
    provider_max: int
    fairness: int | None


def event_problems(
    fields: EventFields, *, today: date, held_before: date | None = None
) -> list[Problem]:
    """Say what is wrong with `fields`; a day that has passed is kept when it was so before."""
    problems = []
    if fields.held_on < today and fields.held_on != held_before:
        problems.append(Problem("date_in_past", "held_on"))
    if fields.factory_max < fields.factory_min:
        problems.append(Problem("quota_order", "factory_max"))
    if fields.provider_max < fields.provider_min:
        problems.append(Problem("quota_order", "provider_max"))
    problems += _slot_problems(fields)
    if not fields.tables:
        problems.append(Problem("event_no_tables", "tables"))
    if len(fields.tables) > MAX_TABLES:
        params = {"max": MAX_TABLES, "count": len(fields.tables)}
        problems.append(Problem("event_too_many_tables", "tables", params))
    if len(set(fields.tables)) < len(fields.tables):
        twice = next(t for t in fields.tables if fields.tables.count(t) > 1)
        problems.append(Problem("event_table_twice", "tables", {"label": twice}))
    return problems


def _slot_problems(fields: EventFields) -> list[Problem]:
    if not fields.slots:
        return [Problem("event_no_slots", "morning_slots")]
    if len(fields.slots) > MAX_SLOTS:
        params = {"max": MAX_SLOTS, "count": len(fields.slots)}
        return [Problem("event_too_many_slots", "morning_slots", params)]
    ends = [(start + fields.slot_minutes, session) for start, session in fields.slots]
    for (end, session), (start, following) in zip(ends, fields.slots[1:], strict=False):
        if start < end:
            crosses = session != following
            return [
                Problem("event_sessions_overlap" if crosses else "time_order", "afternoon_start")
            ]
    if ends[-1][0] > MINUTES_A_DAY:
        return [Problem("event_past_midnight", "afternoon_slots")]
    return []


def create_event(
    session: Session, *, event_id: UUID, fields: EventFields, actor: Actor, now: datetime
) -> Event:
    """Make a draft event of the actor's department.

    `event_id` is chosen when the form is opened, so that sending it twice makes one event.

    Raises:
        Forbidden: not an organiser. InvalidInput: `event_problems` found something.
        NotFound: the id belongs to an event of another department.
        StaleVersion: the event has been made, and the form now says something else.
    """
    require(actor, Permission.EVENT_CREATE)
    if session.get(Event, event_id) is not None:
        stored = event_queries.one_whole(session, event_id, to=actor)
        if fields_of(stored) != fields:
            raise StaleVersion
        return stored
    if problems := event_problems(fields, today=china_today(now)):
        raise InvalidInput(problems)
    grant = _department(actor)
    event = Event(
        id=event_id,
        organisation_id=grant.organisation_id,
        region=grant.region,
        status=EventStatus.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
    )
    _write(event, fields)
    session.add(event)
    session.flush()  # slots and tables point at the event
    _write_slots(session, event, fields.slots)
    _write_tables(session, event, fields.tables)
    note(session, event, "event.created", actor=actor, now=now, title=fields.title)
    return event


def _department(actor: Actor) -> Grant:
    """Give the organiser's department: the city's where there is one, else the province's."""
    for role in (Role.CITY_ORGANISER, Role.PROVINCIAL_ORGANISER):
        for grant in actor.grants:
            if grant.role is role:
                return grant
    raise Forbidden(Permission.EVENT_CREATE.value)


def update_event(
    session: Session,
    *,
    event_id: UUID,
    version: int,
    fields: EventFields,
    actor: Actor,
    now: datetime,
) -> Event:
    """Change an event that still has the `version` that the form was opened with.

    Saving what stands there already changes nothing, so a form may be sent twice.

    Raises:
        NotFound, Forbidden: not the actor's. InvalidInput: `event_problems` found something.
        StaleVersion: somebody changed the event meanwhile.
        Blocked: day, slots or tables of a published event; people rely on them.
    """
    event = event_queries.one_whole(session, event_id, to=actor, lock=True)
    require(actor, Permission.EVENT_MANAGE, event)
    before = fields_of(event)
    if before == fields:
        return event
    if event.version != version:
        raise StaleVersion
    problems = event_problems(fields, today=china_today(now), held_before=event.held_on)
    if problems:
        raise InvalidInput(problems)
    if event.status is EventStatus.PUBLISHED and _frame(before) != _frame(fields):
        raise Blocked([Problem("event_published")])
    _write(event, fields)
    if before.slots != fields.slots:
        _write_slots(session, event, fields.slots)
        _carry_absences(event.participants, before=before, after=fields)
    if before.tables != fields.tables:
        _write_tables(session, event, fields.tables)
    touch(event, now=now)
    note(session, event, "event.updated", actor=actor, now=now, version=event.version)
    return event


COLUMNS = (
    "title", "venue", "held_on", "notes", "slot_minutes", "fairness",
    "factory_min", "factory_max", "provider_min", "provider_max",
)  # fmt: skip


def fields_of(event: Event) -> EventFields:
    """Give what a whole event says now."""
    return EventFields(
        **{name: getattr(event, name) for name in COLUMNS},
        slots=tuple((slot.start_minute, slot.session) for slot in event.slots),
        tables=tuple(table.label for table in event.tables),
    )


def _frame(fields: EventFields) -> tuple[object, ...]:
    """Give what people rely on once the timetable is published."""
    return (fields.held_on, fields.slot_minutes, fields.slots, fields.tables)


def _write(event: Event, fields: EventFields) -> None:
    for name in COLUMNS:
        setattr(event, name, getattr(fields, name))


def _write_slots(session: Session, event: Event, slots: Sequence[tuple[int, str]]) -> None:
    session.execute(delete(EventSlot).where(EventSlot.event_id == event.id))
    session.expire(event, ["slots"])
    session.add_all(
        EventSlot(event_id=event.id, number=number, start_minute=start, session=part)
        for number, (start, part) in enumerate(slots)
    )
    session.flush()


def _write_tables(session: Session, event: Event, labels: Sequence[str]) -> None:
    session.execute(delete(EventTable).where(EventTable.event_id == event.id))
    session.expire(event, ["tables"])
    session.add_all(
        EventTable(event_id=event.id, number=number, label=text)
        for number, text in enumerate(labels)
    )
    session.flush()


def _carry_absences(
    participants: Sequence[EventParticipant], *, before: EventFields, after: EventFields
) -> None:
    """Keep absences at their time of day: numbers mean other times once slots have changed.

    Whoever was absent in a slot is absent in every new one that overlaps it.
    """
    gone = [(start, start + before.slot_minutes) for start, _ in before.slots]
    new = [(start, start + after.slot_minutes) for start, _ in after.slots]
    for participant in participants:
        away = [gone[number] for number in participant.absent_slots if number < len(gone)]
        participant.absent_slots = [
            number
            for number, (start, end) in enumerate(new)
            if any(start < until and since < end for since, until in away)
        ]


def touch(event: Event, *, now: datetime) -> None:
    """Note that what a plan is made from has changed; runs of older versions are outdated."""
    event.version += 1
    event.updated_at = now


def note(
    session: Session,
    event: Event,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **detail: str | int,
) -> None:
    """Write the audit row of something done to an event."""
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="event",
        object_id=event.id,
        now=now,
        detail=dict(detail),
    )


def publish_problems(event: Event, run: EventRun) -> list[Problem]:
    """Say what stops `run` from being published; empty means nothing does."""
    problems = []
    if run.status not in PUBLISHABLE:
        problems.append(Problem("run_incomplete"))
    if run.schedule["violations"] or run.pairing["violations"]:
        problems.append(Problem("run_breaks_rules"))
    if run.event_version != event.version:
        problems.append(Problem("run_outdated", "", {"seq": run.seq}))
    return problems


def publish_event(
    session: Session, *, event_id: UUID, run_id: UUID, actor: Actor, now: datetime
) -> Event:
    """Publish an event with a run's timetable, or replace the published one.

    From now on each participant sees its own meetings. Publishing the same run again does nothing.

    Raises:
        NotFound, Forbidden: not the actor's. Blocked: `publish_problems` found something.
    """
    event = event_queries.one_visible(session, event_id, to=actor, lock=True)
    require(actor, Permission.EVENT_MANAGE, event)
    run = event_queries.one_run(session, run_id, event=event)
    if event.published_run_id == run.id:
        return event
    if problems := publish_problems(event, run):
        raise Blocked(problems)
    replaced = event.published_run_id
    event.status = EventStatus.PUBLISHED
    event.published_run_id = run.id
    event.updated_at = now
    action = "event.republished" if replaced else "event.published"
    note(session, event, action, actor=actor, now=now, run=run.seq)
    return event


def unpublish_event(session: Session, *, event_id: UUID, actor: Actor, now: datetime) -> Event:
    """Take the timetable back; participants see nothing again. Doing it twice does nothing.

    Raises:
        NotFound, Forbidden: not the actor's.
    """
    event = event_queries.one_visible(session, event_id, to=actor, lock=True)
    require(actor, Permission.EVENT_MANAGE, event)
    if event.status is EventStatus.PUBLISHED:
        event.status = EventStatus.DRAFT
        event.published_run_id = None
        event.updated_at = now
        note(session, event, "event.unpublished", actor=actor, now=now)
    return event
