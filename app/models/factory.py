"""Factories (工厂) and their needs (需求)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.errors import IllegalTransition
from app.models.base import Base, Timestamped, WithId, text_enum
from app.models.organisation import Organisation


class ManufacturingType(StrEnum):
    """Which weights of GB/T 39117 apply; chosen by the factory, not by its industry code."""

    PROCESS = "process"
    DISCRETE = "discrete"


class NeedStatus(StrEnum):
    """Providers see a need only while it is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


# A closed need stays closed: what comes back is a new need with its own date.
NEXT_NEED_STATUS: dict[NeedStatus, frozenset[NeedStatus]] = {
    NeedStatus.DRAFT: frozenset({NeedStatus.PUBLISHED, NeedStatus.CLOSED}),
    NeedStatus.PUBLISHED: frozenset({NeedStatus.CLOSED}),
    NeedStatus.CLOSED: frozenset(),
}


class Factory(WithId, Timestamped, Base):
    """One plant of an organisation.

    `industry` is a GB/T 4754 division ("C31"); `level` FL0..FL4, FL0 = not recognised yet.
    Money is fen; revenue is for the last full year.
    """

    __tablename__ = "factories"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("level IN ('FL0','FL1','FL2','FL3','FL4')", name="level"),
        CheckConstraint("target_level IN ('FL1','FL2','FL3','FL4')", name="target_level"),
        CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name="budget_positive"),
        CheckConstraint("horizon_weeks IS NULL OR horizon_weeks > 0", name="horizon_positive"),
        CheckConstraint("staff IS NULL OR staff >= 0", name="staff_not_negative"),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(20), index=True)
    county: Mapped[str] = mapped_column(String(40), default="")
    industry: Mapped[str] = mapped_column(String(3), index=True)
    mfg_type: Mapped[ManufacturingType] = mapped_column(text_enum(ManufacturingType, "mfg_type"))
    product: Mapped[str] = mapped_column(String(200), default="")
    profile: Mapped[str] = mapped_column(Text, default="")
    staff: Mapped[int | None]
    revenue_fen: Mapped[int | None] = mapped_column(BigInteger)
    level: Mapped[str] = mapped_column(String(3), default="FL0")
    target_level: Mapped[str] = mapped_column(String(3), default="FL1")
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    horizon_weeks: Mapped[int | None]
    systems: Mapped[list[str]] = mapped_column(JSON, default=list)

    organisation: Mapped[Organisation] = relationship(lazy="raise")


class Need(WithId, Timestamped, Base):
    """Something a factory wants solved, in its own words; scenes are proposed, not demanded."""

    __tablename__ = "needs"
    __table_args__ = (
        CheckConstraint("budget_fen IS NULL OR budget_fen > 0", name="budget_positive"),
        CheckConstraint("weeks IS NULL OR weeks > 0", name="weeks_positive"),
        CheckConstraint("urgency IN ('high','medium','low')", name="urgency"),
        Index("ix_needs_status_factory_id", "status", "factory_id"),
    )

    factory_id: Mapped[UUID] = mapped_column(ForeignKey("factories.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    symptom: Mapped[str] = mapped_column(Text)
    scenes: Mapped[list[str]] = mapped_column(JSON, default=list)
    subdomains: Mapped[list[str]] = mapped_column(JSON, default=list)
    # {"kind": "form" | "symptom" | "gap" | "report", ...}: where the need came from.
    origin: Mapped[dict[str, object]] = mapped_column(JSON, default=dict)
    budget_fen: Mapped[int | None] = mapped_column(BigInteger)
    weeks: Mapped[int | None]
    urgency: Mapped[str] = mapped_column(String(6), default="medium")
    constraints: Mapped[str] = mapped_column(Text, default="")
    confidential: Mapped[bool] = mapped_column(default=False)
    status: Mapped[NeedStatus] = mapped_column(text_enum(NeedStatus, "status"))

    factory: Mapped[Factory] = relationship(lazy="raise")

    def move_to(self, status: NeedStatus, *, at: datetime) -> None:
        """Change the status at aware time `at`; raise `IllegalTransition` if there is no step."""
        if status not in NEXT_NEED_STATUS[self.status]:
            raise IllegalTransition(self.status, status)
        self.status = status
        self.updated_at = at
