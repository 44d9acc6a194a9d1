"""Assessments (评估) with their findings, files read into them, and loaded criterion sets."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.errors import IllegalTransition
from app.models.base import Base, Timestamped, WithId, text_enum
from app.models.factory import Factory, ManufacturingType


class AssessmentStatus(StrEnum):
    """Where an assessment stands between the factory and the city department."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    RETURNED = "returned"


# A verified assessment never changes: what comes after is a new version that starts from it.
NEXT_ASSESSMENT_STATUS: dict[AssessmentStatus, frozenset[AssessmentStatus]] = {
    AssessmentStatus.DRAFT: frozenset({AssessmentStatus.SUBMITTED}),
    AssessmentStatus.SUBMITTED: frozenset({AssessmentStatus.VERIFIED, AssessmentStatus.RETURNED}),
    AssessmentStatus.RETURNED: frozenset({AssessmentStatus.SUBMITTED}),
    AssessmentStatus.VERIFIED: frozenset(),
}
EDITABLE = frozenset({AssessmentStatus.DRAFT, AssessmentStatus.RETURNED})


class ImportStatus(StrEnum):
    """Nothing of a file is in an assessment before a person has accepted it."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"


class Assessment(WithId, Timestamped, Base):
    """A dated, versioned record of a factory under one version of one criterion set.

    `answers` maps subdomain -> five scores (levels 1..5, each 0, 0.5, 0.8, 1 or null = not
    answered); `evidence` maps subdomain -> text; `trimmed` lists subdomains that the business
    does not have (裁剪). `scenes` maps scene -> {"status": ..., "ai": bool}. `kpis` maps
    K01..K20 -> value today, `kpis_before` the value before the works. `eligibility` maps
    EL1..EL7 -> true, false or null = unknown. `profile` holds {"systems": [...],
    "budget_fen": int|null, "horizon_weeks": int|null}, which go to the factory when the
    assessment is handed in.

    `sections_done` names the sections saved since the last handing in; `revision` counts saves
    (optimistic lock).
    `field_notes` maps a field ("answers.M03", "scenes.S12", "kpis.K01" ...) -> what the city
    department wants changed there.
    """

    __tablename__ = "assessments"
    __table_args__ = (
        UniqueConstraint("factory_id", "version"),
        CheckConstraint("version > 0", name="version_positive"),
        CheckConstraint("revision >= 0", name="revision_not_negative"),
    )

    factory_id: Mapped[UUID] = mapped_column(ForeignKey("factories.id"), index=True)
    version: Mapped[int]
    criteria_code: Mapped[str] = mapped_column(String(40))
    criteria_version: Mapped[str] = mapped_column(String(200))
    mfg_type: Mapped[ManufacturingType] = mapped_column(text_enum(ManufacturingType, "mfg_type"))
    assessed_on: Mapped[date]
    status: Mapped[AssessmentStatus] = mapped_column(text_enum(AssessmentStatus, "status"))
    answers: Mapped[dict[str, list[float | None]]] = mapped_column(JSON)
    evidence: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    trimmed: Mapped[list[str]] = mapped_column(JSON, default=list)
    scenes: Mapped[dict[str, dict[str, str | bool]]] = mapped_column(JSON)
    kpis: Mapped[dict[str, float]] = mapped_column(JSON)
    kpis_before: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)
    eligibility: Mapped[dict[str, bool | None]] = mapped_column(JSON)
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    sections_done: Mapped[list[str]] = mapped_column(JSON, default=list)
    revision: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None]
    review_note: Mapped[str] = mapped_column(Text, default="")
    field_notes: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    factory: Mapped[Factory] = relationship(lazy="raise")
    findings: Mapped[list["Finding"]] = relationship(
        back_populates="assessment",
        lazy="raise",
        order_by="Finding.position",
        cascade="all, delete-orphan",
    )

    @property
    def is_editable(self) -> bool:
        """Tell whether its factory may still change it."""
        return self.status in EDITABLE

    def move_to(self, status: AssessmentStatus, *, at: datetime) -> None:
        """Change the status at aware time `at`; raise `IllegalTransition` if there is no step."""
        if status not in NEXT_ASSESSMENT_STATUS[self.status]:
            raise IllegalTransition(self.status, status)
        self.status = status
        self.updated_at = at


class Finding(WithId, Base):
    """What an assessor or the shop floor says about one subdomain, in its own words."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("assessment_id", "position"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"), index=True)
    position: Mapped[int]
    subdomain: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(Text)

    assessment: Mapped[Assessment] = relationship(back_populates="findings", lazy="raise")


class AssessmentImport(WithId, Timestamped, Base):
    """A file that was read: what it proposes, and what a person has made of it.

    The file itself is not kept, only its name and SHA-256. `proposal` and `problems` are plain
    JSON written by the reading use-case.
    """

    __tablename__ = "assessment_imports"
    __table_args__ = (Index("ix_assessment_imports_factory_id_sha256", "factory_id", "sha256"),)

    factory_id: Mapped[UUID] = mapped_column(ForeignKey("factories.id"), index=True)
    assessment_id: Mapped[UUID | None] = mapped_column(ForeignKey("assessments.id"))
    created_by: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[ImportStatus] = mapped_column(text_enum(ImportStatus, "status"))
    proposal: Mapped[dict[str, Any]] = mapped_column(JSON)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)

    factory: Mapped[Factory] = relationship(lazy="raise")


class CriterionSetRecord(WithId, Timestamped, Base):
    """A criterion set that an administrator loaded; the shipped ones stay files.

    `content` holds the reference files (stem -> parsed JSON) as they were checked.
    """

    __tablename__ = "criterion_sets"
    __table_args__ = (UniqueConstraint("code", "version"),)

    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    jurisdiction: Mapped[str] = mapped_column(String(60))
    in_use: Mapped[bool] = mapped_column(default=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_by: Mapped[UUID | None]
