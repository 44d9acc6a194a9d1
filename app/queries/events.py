"""Events, their runs and meetings, as organisers and participants may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import (
    Event,
    EventParticipant,
    EventRun,
    EventStatus,
    Factory,
    Meeting,
    Organisation,
    Provider,
    Side,
)
from app.queries import factories as factory_queries
from app.queries.catalogue import is_shown

# A page of candidates to invite; who looks for one firm narrows the search.
CANDIDATES_SHOWN = 60

PARTICIPANT_NAMES = (
    selectinload(EventParticipant.factory).selectinload(Factory.organisation),
    selectinload(EventParticipant.provider).selectinload(Provider.organisation),
)


def visible(actor: Actor) -> Select[Event]:
    """Select the events an actor may see as organiser: of the own department, or all of them."""
    query = select(Event).options(selectinload(Event.organisation))
    if actor.has(Role.PROVINCIAL_ORGANISER):
        return query
    return query.where(Event.organisation_id.in_(actor.organisations(Role.CITY_ORGANISER)))


def list_visible(session: Session, *, to: Actor) -> Sequence[Event]:
    """Load the visible events, latest day first."""
    return session.scalars(visible(to).order_by(Event.held_on.desc(), Event.title)).all()


def one_visible(session: Session, event_id: UUID, *, to: Actor, lock: bool = False) -> Event:
    """Load one event; NotFound when there is none or the actor may not know of it."""
    query = visible(to).where(Event.id == event_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound
    return found


def one_whole(session: Session, event_id: UUID, *, to: Actor, lock: bool = False) -> Event:
    """Load one visible event with slots, tables, participants and rules as they stand now."""
    query = (
        visible(to)
        .where(Event.id == event_id)
        .options(
            selectinload(Event.slots),
            selectinload(Event.tables),
            selectinload(Event.participants).options(*PARTICIPANT_NAMES),
            # Without the rules' participants: loading them again would undo the line above.
            selectinload(Event.pair_rules),
        )
        # What this session loaded before may have been changed by its own use-cases.
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound
    return found


def participant_counts(session: Session, event_ids: Sequence[UUID]) -> dict[tuple[UUID, Side], int]:
    """Count the participants of many events by side in one query."""
    query = (
        select(EventParticipant.event_id, EventParticipant.side, func.count())
        .where(EventParticipant.event_id.in_(event_ids))
        .group_by(EventParticipant.event_id, EventParticipant.side)
    )
    return {(event_id, side): count for event_id, side, count in session.execute(query)}


def runs_of(session: Session, event_id: UUID) -> Sequence[EventRun]:
    """Load the runs of an event, newest first; their meetings are not loaded."""
    query = select(EventRun).where(EventRun.event_id == event_id).order_by(EventRun.seq.desc())
    return session.scalars(query).all()


def meeting_counts(session: Session, event_id: UUID) -> dict[UUID, int]:
    """Count the meetings of each run of an event."""
    query = (
        select(Meeting.run_id, func.count())
        .join(EventRun, EventRun.id == Meeting.run_id)
        .where(EventRun.event_id == event_id)
        .group_by(Meeting.run_id)
    )
    return dict(session.execute(query).all())


def one_run(session: Session, run_id: UUID, *, event: Event) -> EventRun:
    """Load a run of `event` with its meetings; NotFound when it belongs to another event."""
    query = (
        select(EventRun)
        .where(EventRun.id == run_id, EventRun.event_id == event.id)
        .options(selectinload(EventRun.meetings))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def next_seq(session: Session, event_id: UUID) -> int:
    """Give the number of the event's next run; the caller holds the event's lock."""
    last = session.scalar(select(func.max(EventRun.seq)).where(EventRun.event_id == event_id))
    return (last or 0) + 1


def runs_with_participant(session: Session, participant_id: UUID) -> Sequence[EventRun]:
    """Load the runs in which a participant has a meeting."""
    query = (
        select(EventRun)
        .join(Meeting, Meeting.run_id == EventRun.id)
        .where(
            or_(
                Meeting.factory_participant_id == participant_id,
                Meeting.provider_participant_id == participant_id,
            )
        )
        .distinct()
    )
    return session.scalars(query).all()


def factories_open_to(session: Session, event: Event, *, to: Actor) -> frozenset[UUID]:
    """Give the participants of `event` whose factory the actor may look into.

    The province invites across cities; what a factory lacks stays with its own city.
    """
    seats = select(EventParticipant.factory_id).where(EventParticipant.event_id == event.id)
    query = factory_queries.visible(to).where(Factory.id.in_(seats))
    known = [factory.id for factory in session.scalars(query)]
    found = select(EventParticipant.id).where(
        EventParticipant.event_id == event.id, EventParticipant.factory_id.in_(known)
    )
    return frozenset(session.scalars(found))


def factories_to_invite(
    session: Session, *, to: Actor, text: str = "", region: str = "", industry: str = ""
) -> Sequence[Factory]:
    """Load visible factories whose name holds `text`, of a unit and an industry, by name."""
    query = factory_queries.visible(to).join(Factory.organisation)
    if text:
        query = query.where(
            or_(
                Factory.name.contains(text, autoescape=True),
                Organisation.name.contains(text, autoescape=True),
                Factory.product.contains(text, autoescape=True),
            )
        )
    if region:
        query = query.where(Factory.region == region)
    if industry:
        query = query.where(Factory.industry == industry)
    return session.scalars(query.order_by(Factory.region, Factory.name)).all()


def providers_to_invite(
    session: Session, *, text: str = "", region: str = "", industry: str = ""
) -> list[Provider]:
    """Load public providers whose name or words hold `text`; a general one fits any industry."""
    query = (
        select(Provider)
        .join(Provider.organisation)
        .where(is_shown())
        .options(selectinload(Provider.organisation))
    )
    if text:
        query = query.where(
            or_(
                Organisation.name.contains(text, autoescape=True),
                Provider.intro.contains(text, autoescape=True),
            )
        )
    if region:
        query = query.where(Organisation.region == region)
    found = session.scalars(query.order_by(Organisation.name)).all()
    # JSON lists are filtered here: portable, and the pool has some hundred entries.
    return [p for p in found if not industry or not p.industries or industry in p.industries]


def published_meetings(
    session: Session, *, of: Actor
) -> list[tuple[Event, EventRun, list[Meeting]]]:
    """Load the actor's own meetings of published events: nothing else, nothing before that."""
    factory_side, provider_side = aliased(EventParticipant), aliased(EventParticipant)
    query = (
        select(Event, EventRun, Meeting)
        .join(EventRun, EventRun.id == Event.published_run_id)
        .join(Meeting, Meeting.run_id == EventRun.id)
        .join(factory_side, factory_side.id == Meeting.factory_participant_id)
        .join(provider_side, provider_side.id == Meeting.provider_participant_id)
        .join(Factory, Factory.id == factory_side.factory_id)
        .join(Provider, Provider.id == provider_side.provider_id)
        .where(
            Event.status == EventStatus.PUBLISHED,
            or_(
                Factory.organisation_id.in_(of.organisations(Role.FACTORY_MEMBER)),
                Provider.organisation_id.in_(of.organisations(Role.PROVIDER_MEMBER)),
            ),
        )
        .options(
            selectinload(Meeting.factory_participant).options(*PARTICIPANT_NAMES),
            selectinload(Meeting.provider_participant).options(*PARTICIPANT_NAMES),
        )
        .order_by(Event.held_on, Event.title, Meeting.slot_number, Meeting.table_number)
    )
    found: dict[UUID, tuple[Event, EventRun, list[Meeting]]] = {}
    for event, run, meeting in session.execute(query):
        found.setdefault(event.id, (event, run, []))[2].append(meeting)
    return list(found.values())
