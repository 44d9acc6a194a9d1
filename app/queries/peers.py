"""What other organisations' assessments say, without saying whose they are."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from app.core.criteria import CriterionRef
from app.models import Assessment, AssessmentStatus, Factory
from app.models.factory import ManufacturingType

# Only what a city department has verified: made-up organisations could be handed in by anybody, to
# read the one true value between them.
COUNTED = (AssessmentStatus.VERIFIED,)


@dataclass(frozen=True, slots=True)
class PeerRow:
    """One factory's newest counted assessment; `organisation` is a key for grouping only."""

    organisation: UUID
    region: str
    industry: str
    mfg_type: ManufacturingType
    criteria: CriterionRef
    answers: dict[str, list[float | None]]
    trimmed: list[str]


def peers_of(session: Session, factory: Factory) -> list[PeerRow]:
    """Load factories of other organisations in the same industry or city, in one query.

    No name is read. Order is of no meaning.
    """
    newest = (
        select(Assessment.factory_id, func.max(Assessment.version).label("version"))
        .where(Assessment.status.in_(COUNTED))
        .group_by(Assessment.factory_id)
        .subquery()
    )
    query = (
        select(
            Factory.organisation_id,
            Factory.region,
            Factory.industry,
            Assessment.mfg_type,
            Assessment.criteria_code,
            Assessment.criteria_version,
            Assessment.answers,
            Assessment.trimmed,
        )
        .join(Assessment, Assessment.factory_id == Factory.id)
        .join(
            newest,
            and_(
                newest.c.factory_id == Assessment.factory_id,
                newest.c.version == Assessment.version,
            ),
        )
        .where(
            Factory.organisation_id != factory.organisation_id,
            or_(Factory.industry == factory.industry, Factory.region == factory.region),
        )
    )
    return [
        PeerRow(
            organisation=row.organisation_id,
            region=row.region,
            industry=row.industry,
            mfg_type=row.mfg_type,
            criteria=CriterionRef(row.criteria_code, row.criteria_version),
            answers=row.answers,
            trimmed=row.trimmed,
        )
        for row in session.execute(query)
    ]
