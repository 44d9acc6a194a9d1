"""Events (对接活动): slots, tables, participants, runs and their meetings (洽谈)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, Timestamped, WithId, text_enum
from app.models.catalogue import Provider
from app.models.factory import Factory
from app.models.organisation import Organisation


class EventStatus(StrEnum):
    """An event's timetable is visible to its participants only once it is published."""

    DRAFT = "draft"
    PUBLISHED = "published"


class Side(StrEnum):
    """On which side of the table a participant sits."""

    FACTORY = "factory"
    PROVIDER = "provider"


class PairRuleKind(StrEnum):
    """What an organiser or participant says about one pair."""

    MUST = "must"
    FORBID = "forbid"
    DECLINE = "decline"


class Event(WithId, Timestamped, Base):
    """A matchmaking day of one organiser; `version` guards against two organisers at once."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("slot_minutes > 0", name="slot_minutes"),
        CheckConstraint("factory_min >= 0 AND factory_max >= factory_min", name="factory_quota"),
        CheckConstraint(
            "provider_min >= 0 AND provider_max >= provider_min", name="provider_quota"
        ),
        CheckConstraint(
            "(status = 'published') = (published_run_id IS NOT NULL)", name="published"
        ),
        # use_alter: events and event_runs point at each other.
        ForeignKeyConstraint(
            ["published_run_id"],
            ["event_runs.id"],
            name="fk_events_published_run_id",
            use_alter=True,
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(20), index=True)
    venue: Mapped[str] = mapped_column(String(120), default="")
    held_on: Mapped[date]
    slot_minutes: Mapped[int] = mapped_column(default=20)
    factory_min: Mapped[int] = mapped_column(default=2)
    factory_max: Mapped[int] = mapped_column(default=5)
    provider_min: Mapped[int] = mapped_column(default=2)
    provider_max: Mapped[int] = mapped_column(default=8)
    # At most this spread of breaks between the best and the worst served participant; null = free.
    fairness: Mapped[int | None] = mapped_column(default=2)
    notes: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[EventStatus] = mapped_column(
        text_enum(EventStatus, "event_status"), default=EventStatus.DRAFT
    )
    published_run_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    slots: Mapped[list["EventSlot"]] = relationship(lazy="raise", order_by="EventSlot.number")
    tables: Mapped[list["EventTable"]] = relationship(lazy="raise", order_by="EventTable.number")
    participants: Mapped[list["EventParticipant"]] = relationship(
        lazy="raise", back_populates="event"
    )
    pair_rules: Mapped[list["EventPairRule"]] = relationship(lazy="raise")


class EventSlot(Base):
    """One slot of an event, numbered from 0 in order of time; minutes are Beijing time of day."""

    __tablename__ = "event_slots"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("start_minute >= 0 AND start_minute < 1440", name="start_minute"),
        CheckConstraint("session IN ('am','pm')", name="session"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    start_minute: Mapped[int]
    session: Mapped[str] = mapped_column(String(2))


class EventTable(Base):
    """One table of an event, numbered from 0; the label is what the sign says."""

    __tablename__ = "event_tables"
    __table_args__ = (
        CheckConstraint("number >= 0", name="number"),
        UniqueConstraint("event_id", "label"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(40))


class EventParticipant(WithId, Timestamped, Base):
    """A factory or a provider at an event; own limits override the event's when given.

    `absent_slots` are the numbers of slots in which the participant is not there.
    """

    __tablename__ = "event_participants"
    __table_args__ = (
        UniqueConstraint("event_id", "factory_id"),
        UniqueConstraint("event_id", "provider_id"),
        CheckConstraint(
            "(side = 'factory' AND factory_id IS NOT NULL AND provider_id IS NULL)"
            " OR (side = 'provider' AND provider_id IS NOT NULL AND factory_id IS NULL)",
            name="one_side",
        ),
        CheckConstraint("min_meetings IS NULL OR min_meetings >= 0", name="min_meetings"),
        CheckConstraint("max_meetings IS NULL OR max_meetings >= 0", name="max_meetings"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), index=True)
    side: Mapped[Side] = mapped_column(text_enum(Side, "side"))
    factory_id: Mapped[UUID | None] = mapped_column(ForeignKey("factories.id"), index=True)
    provider_id: Mapped[UUID | None] = mapped_column(ForeignKey("providers.id"), index=True)
    min_meetings: Mapped[int | None]
    max_meetings: Mapped[int | None]
    absent_slots: Mapped[list[int]] = mapped_column(JSON, default=list)

    event: Mapped[Event] = relationship(back_populates="participants", lazy="raise")
    factory: Mapped[Factory | None] = relationship(lazy="raise")
    provider: Mapped[Provider | None] = relationship(lazy="raise")


class EventPairRule(WithId, Timestamped, Base):
    """A must, a forbid or a decline about one pair of participants."""

    __tablename__ = "event_pair_rules"
    __table_args__ = (
        UniqueConstraint("event_id", "factory_participant_id", "provider_participant_id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), index=True)
    factory_participant_id: Mapped[UUID] = mapped_column(ForeignKey("event_participants.id"))
    provider_participant_id: Mapped[UUID] = mapped_column(ForeignKey("event_participants.id"))
    kind: Mapped[PairRuleKind] = mapped_column(text_enum(PairRuleKind, "pair_rule_kind"))

    factory_participant: Mapped[EventParticipant] = relationship(
        foreign_keys=[factory_participant_id], lazy="raise"
    )
    provider_participant: Mapped[EventParticipant] = relationship(
        foreign_keys=[provider_participant_id], lazy="raise"
    )


class EventRun(WithId, Base):
    """One generated plan of an event: pairing and timetable with their proofs.

    `pairing` and `schedule` keep status, objective, bound, seconds and explanations; the
    meetings themselves are rows. `seq` counts the runs of an event from 1.
    """

    __tablename__ = "event_runs"
    __table_args__ = (UniqueConstraint("event_id", "seq"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), index=True)
    seq: Mapped[int]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    event_version: Mapped[int]
    catalogue_version: Mapped[int] = mapped_column(BigInteger)
    code_version: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12))  # optimal | feasible | infeasible | unknown
    pairing: Mapped[dict[str, Any]] = mapped_column(JSON)
    schedule: Mapped[dict[str, Any]] = mapped_column(JSON)

    meetings: Mapped[list["Meeting"]] = relationship(lazy="raise")


class Meeting(WithId, Base):
    """One factory and one provider at one table in one slot of a run.

    The unique constraints make a double booking impossible whatever the code does.
    """

    __tablename__ = "meetings"
    __table_args__ = (
        UniqueConstraint("run_id", "factory_participant_id", "slot_number"),
        UniqueConstraint("run_id", "provider_participant_id", "slot_number"),
        UniqueConstraint("run_id", "slot_number", "table_number"),
        UniqueConstraint("run_id", "factory_participant_id", "provider_participant_id"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("event_runs.id"), index=True)
    factory_participant_id: Mapped[UUID] = mapped_column(ForeignKey("event_participants.id"))
    provider_participant_id: Mapped[UUID] = mapped_column(ForeignKey("event_participants.id"))
    slot_number: Mapped[int]
    table_number: Mapped[int]
    score: Mapped[int]  # mutual value 0..1000
    reasons: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    factory_participant: Mapped[EventParticipant] = relationship(
        foreign_keys=[factory_participant_id], lazy="raise"
    )
    provider_participant: Mapped[EventParticipant] = relationship(
        foreign_keys=[provider_participant_id], lazy="raise"
    )
