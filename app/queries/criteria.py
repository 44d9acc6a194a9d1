"""Loaded criterion sets, and how often each is used."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.criteria import CriterionRef
from app.models import Assessment, CriterionSetRecord


def by_ref(session: Session, ref: CriterionRef) -> CriterionSetRecord | None:
    """Find a loaded set by code and version."""
    query = select(CriterionSetRecord).where(
        CriterionSetRecord.code == ref.code, CriterionSetRecord.version == ref.version
    )
    return session.scalars(query).one_or_none()


def loaded(session: Session) -> Sequence[CriterionSetRecord]:
    """Load all sets that administrators added, oldest first."""
    order = (CriterionSetRecord.created_at, CriterionSetRecord.code, CriterionSetRecord.version)
    return session.scalars(select(CriterionSetRecord).order_by(*order)).all()


def assessments_by_set(session: Session) -> dict[CriterionRef, int]:
    """Count the assessments that each set has judged."""
    key = (Assessment.criteria_code, Assessment.criteria_version)
    rows = session.execute(select(*key, func.count()).group_by(*key))
    return {CriterionRef(code, version): count for code, version, count in rows}
