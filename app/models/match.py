"""Match runs (匹配记录): frozen inputs and outputs, replayable."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.assessment import Assessment
from app.models.base import Base, WithId
from app.models.factory import Factory


class MatchRun(WithId, Base):
    """One matching of a factory against the catalogue as it stood.

    `result` is the whole answer (gaps, candidates, bundles with proof status and reasons), so
    that a page or a replay needs nothing that may have changed since.
    """

    __tablename__ = "match_runs"
    __table_args__ = (
        CheckConstraint("budget_fen > 0", name="budget_positive"),
        CheckConstraint("max_providers > 0", name="max_providers_positive"),
    )

    factory_id: Mapped[UUID] = mapped_column(ForeignKey("factories.id"), index=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    target_level: Mapped[str] = mapped_column(String(3))
    budget_fen: Mapped[int] = mapped_column(BigInteger)
    weeks_limit: Mapped[int | None]
    max_providers: Mapped[int]
    criteria_version: Mapped[str] = mapped_column(String(200))
    catalogue_version: Mapped[int]
    model_fingerprint: Mapped[str] = mapped_column(String(64))
    code_version: Mapped[str] = mapped_column(String(40))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)

    factory: Mapped[Factory] = relationship(lazy="raise")
    assessment: Mapped[Assessment] = relationship(lazy="raise")
