"""Factories (工厂), their assessments (评估) with findings, and their needs (需求)."""

from datetime import date, datetime
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


class AssessmentStatus(StrEnum):
    """Where an assessment stands between the factory and the city department."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"


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


class Assessment(WithId, Timestamped, Base):
    """A dated, versioned record of a factory under one version of one criterion set.

    `answers` maps subdomain -> five scores (levels 1..5, each 0, 0.5, 0.8, 1 or null = not
    answered); `scenes` maps scene -> {"status": ..., "ai": bool}; `kpis` maps K01..K20 -> value;
    `eligibility` maps EL1..EL7 -> true, false or null = unknown.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("factory_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
    )

    factory_id: Mapped[UUID] = mapped_column(ForeignKey("factories.id"), index=True)
    version: Mapped[int]
    criteria_version: Mapped[str] = mapped_column(String(60))
    assessed_on: Mapped[date]
    status: Mapped[AssessmentStatus] = mapped_column(text_enum(AssessmentStatus, "status"))
    answers: Mapped[dict[str, list[float | None]]] = mapped_column(JSON)
    scenes: Mapped[dict[str, dict[str, str | bool]]] = mapped_column(JSON)
    kpis: Mapped[dict[str, float]] = mapped_column(JSON)
    eligibility: Mapped[dict[str, bool | None]] = mapped_column(JSON)

    factory: Mapped[Factory] = relationship(lazy="raise")
    findings: Mapped[list["Finding"]] = relationship(
        back_populates="assessment", lazy="raise", order_by="Finding.position"
    )


class Finding(WithId, Base):
    """What an assessor or the shop floor says about one subdomain, in its own words."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("assessment_id", "position"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), index=True)
    position: Mapped[int]
    subdomain: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(Text)

    assessment: Mapped[Assessment] = relationship(back_populates="findings", lazy="raise")


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
