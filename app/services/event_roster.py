"""Who takes part in an event, within which limits, and what is said about single pairs."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Blocked, InvalidInput, NotFound
from app.core.problems import Problem
from app.models import (
    Event,
    EventPairRule,
    EventParticipant,
    Meeting,
    PairRuleKind,
    Side,
)
from app.permissions import Permission, require
from app.queries import events as event_queries
from app.services.events import note, touch


@dataclass(frozen=True, slots=True)
class ParticipantLimits:
    """A participant's own limits; None = the event's. `absent` are numbers of slots."""

    minimum: int | None
    maximum: int | None
    absent: tuple[int, ...]


def display_name(participant: EventParticipant) -> str:
    """Give the name of a participant: the factory's, or the provider's organisation's."""
    if participant.factory is not None:
        return participant.factory.name
    return "" if participant.provider is None else participant.provider.organisation.name


# Legal forms say nothing in a narrow cell.
COMPANY_FORMS = ("有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "公司")
SHORT_LENGTH = 8


def short_name(participant: EventParticipant) -> str:
    """Give a name for narrow cells: a provider's own short one; a factory's without its place
    and legal form, such as 津华线缆 for 宁晋县津华线缆有限公司."""
    if participant.factory is None:
        name = display_name(participant)
        return (
            name if participant.provider is None else participant.provider.organisation.short_name
        )
    name = participant.factory.name
    for form in COMPANY_FORMS:
        name = name.removesuffix(form)
    region = participant.factory.region
    for place in (participant.factory.county, "河北省", "河北", f"{region}市", region):
        shorter = name.removeprefix(place)
        if len(shorter) > 1:  # a factory may be called like its place
            name = shorter
    return name[:SHORT_LENGTH]


def organisation_of(participant: EventParticipant) -> UUID:
    """Give the organisation that a participant belongs to (relations must be loaded)."""
    owner = participant.factory or participant.provider
    if owner is None:  # the database's own check makes this impossible
        raise NotFound
    return owner.organisation_id


def limits_of(event: Event, participant: EventParticipant) -> tuple[int, int]:
    """Give fewest and most meetings of a participant, own limits before the event's."""
    is_factory = participant.side is Side.FACTORY
    least = event.factory_min if is_factory else event.provider_min
    most = event.factory_max if is_factory else event.provider_max
    if participant.max_meetings is not None:
        most = participant.max_meetings
    if participant.min_meetings is not None:
        least = participant.min_meetings
    # An own maximum below the event's minimum is a wish to meet fewer.
    return min(least, most), most


def _managed(session: Session, event_id: UUID, actor: Actor) -> Event:
    """Load and lock an event that the actor may change."""
    event = event_queries.one_whole(session, event_id, to=actor, lock=True)
    require(actor, Permission.EVENT_MANAGE, event)
    return event


def add_participants(
    session: Session,
    *,
    event_id: UUID,
    side: Side,
    ids: Collection[UUID],
    actor: Actor,
    now: datetime,
) -> int:
    """Add factories that the actor may see, or public providers; give how many are new.

    Raises:
        NotFound, Forbidden: the event is not the actor's.
        InvalidInput: one of the ids is not the actor's to invite; nothing is added.
    """
    event = _managed(session, event_id, actor)
    if side is Side.FACTORY:
        allowed = {f.id for f in event_queries.factories_to_invite(session, to=actor)}
    else:
        allowed = {p.id for p in event_queries.providers_to_invite(session)}
    if not set(ids) <= allowed:
        raise InvalidInput([Problem("event_cannot_invite", "ids")])
    present = {p.factory_id or p.provider_id for p in event.participants}
    new = sorted(set(ids) - present, key=str)
    for identifier in new:
        session.add(
            EventParticipant(
                event_id=event.id,
                side=side,
                factory_id=identifier if side is Side.FACTORY else None,
                provider_id=identifier if side is Side.PROVIDER else None,
                absent_slots=[],
                created_at=now,
                updated_at=now,
            )
        )
    if new:
        touch(event, now=now)
        action = "event.participants_added"
        note(session, event, action, actor=actor, now=now, side=side.value, count=len(new))
    session.flush()
    return len(new)


def one_participant(event: Event, participant_id: UUID) -> EventParticipant:
    """Give a participant of a whole event; NotFound when it is none of its own."""
    for participant in event.participants:
        if participant.id == participant_id:
            return participant
    raise NotFound


def limit_problems(
    event: Event, participant: EventParticipant, limits: ParticipantLimits
) -> list[Problem]:
    """Say what is wrong with a participant's own limits."""
    is_factory = participant.side is Side.FACTORY
    most = limits.maximum
    if most is None:
        most = event.factory_max if is_factory else event.provider_max
    problems = []
    if limits.minimum is not None and limits.minimum > most:
        problems.append(Problem("quota_order", "max_meetings"))
    if any(not 0 <= slot < len(event.slots) for slot in limits.absent):
        problems.append(Problem("event_unknown_slot", "absent"))
    return problems


def update_participant(
    session: Session,
    *,
    event_id: UUID,
    participant_id: UUID,
    limits: ParticipantLimits,
    actor: Actor,
    now: datetime,
) -> EventParticipant:
    """Set a participant's own limits and absences; the same again changes nothing.

    Raises:
        NotFound, Forbidden: not the actor's. InvalidInput: `limit_problems` found something.
    """
    event = _managed(session, event_id, actor)
    participant = one_participant(event, participant_id)
    if problems := limit_problems(event, participant, limits):
        raise InvalidInput(problems)
    absent = sorted(set(limits.absent))
    before = (participant.min_meetings, participant.max_meetings, participant.absent_slots)
    if before == (limits.minimum, limits.maximum, absent):
        return participant
    participant.min_meetings = limits.minimum
    participant.max_meetings = limits.maximum
    participant.absent_slots = absent
    participant.updated_at = now
    touch(event, now=now)
    action, whom = "event.participant_updated", str(participant.id)
    note(session, event, action, actor=actor, now=now, participant=whom)
    return participant


def remove_participant(
    session: Session, *, event_id: UUID, participant_id: UUID, actor: Actor, now: datetime
) -> None:
    """Take a participant off the list, with its rules and the unpublished runs that seat it.

    A participant that is no longer there is no error: a form may be sent twice.

    Raises:
        NotFound, Forbidden: the event is not the actor's.
        Blocked: the published timetable has meetings of this participant.
    """
    event = _managed(session, event_id, actor)
    participant = next((p for p in event.participants if p.id == participant_id), None)
    if participant is None:
        return
    runs = event_queries.runs_with_participant(session, participant.id)
    if any(run.id == event.published_run_id for run in runs):
        raise Blocked([Problem("participant_published", "", {"name": display_name(participant)})])
    # An unpublished run without one of its firms would show half a truth; it is outdated anyway.
    for run in runs:
        session.execute(delete(Meeting).where(Meeting.run_id == run.id))
        session.delete(run)
    session.execute(
        delete(EventPairRule).where(
            or_(
                EventPairRule.factory_participant_id == participant.id,
                EventPairRule.provider_participant_id == participant.id,
            )
        )
    )
    session.flush()
    session.execute(delete(EventParticipant).where(EventParticipant.id == participant.id))
    session.expire(event, ["participants", "pair_rules"])
    touch(event, now=now)
    dropped = ",".join(str(run.seq) for run in runs)
    action, whom = "event.participant_removed", str(participant_id)
    note(session, event, action, actor=actor, now=now, participant=whom, dropped_runs=dropped)


def set_rule(
    session: Session,
    *,
    event_id: UUID,
    factory_participant_id: UUID,
    provider_participant_id: UUID,
    kind: PairRuleKind,
    actor: Actor,
    now: datetime,
) -> EventPairRule:
    """Say something about a pair; a pair has one rule, so the latest word counts.

    Raises:
        NotFound, Forbidden: event or participants are not the actor's.
        InvalidInput: the two are not a factory and a provider.
    """
    event = _managed(session, event_id, actor)
    factory = one_participant(event, factory_participant_id)
    provider = one_participant(event, provider_participant_id)
    if (factory.side, provider.side) != (Side.FACTORY, Side.PROVIDER):
        raise InvalidInput([Problem("event_pair_sides", "provider")])
    for rule in event.pair_rules:
        if (rule.factory_participant_id, rule.provider_participant_id) == (factory.id, provider.id):
            if rule.kind is not kind:
                rule.kind = kind
                rule.updated_at = now
                _note_rule(session, event, "event.rule_set", rule, actor=actor, now=now)
            return rule
    rule = EventPairRule(
        event_id=event.id,
        factory_participant_id=factory.id,
        provider_participant_id=provider.id,
        kind=kind,
        created_at=now,
        updated_at=now,
    )
    session.add(rule)
    session.flush()  # the audit row names the rule's id
    _note_rule(session, event, "event.rule_set", rule, actor=actor, now=now)
    return rule


def remove_rule(
    session: Session, *, event_id: UUID, rule_id: UUID, actor: Actor, now: datetime
) -> None:
    """Take a rule back; one that is no longer there is no error.

    Raises:
        NotFound, Forbidden: the event is not the actor's.
    """
    event = _managed(session, event_id, actor)
    for rule in event.pair_rules:
        if rule.id == rule_id:
            _note_rule(session, event, "event.rule_removed", rule, actor=actor, now=now)
            session.delete(rule)
            session.flush()


def _note_rule(
    session: Session,
    event: Event,
    action: str,
    rule: EventPairRule,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    touch(event, now=now)
    note(
        session,
        event,
        action,
        actor=actor,
        now=now,
        kind=rule.kind.value,
        factory_participant=str(rule.factory_participant_id),
        provider_participant=str(rule.provider_participant_id),
    )
