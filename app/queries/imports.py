"""Files that were read into assessments, as their factory's people may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import AssessmentImport, Factory, ImportStatus
from app.queries import factories as factory_queries


def by_content(session: Session, factory_id: UUID, sha256: str) -> AssessmentImport | None:
    """Find the latest import of the same bytes for a factory, unless it was discarded."""
    query = (
        select(AssessmentImport)
        .where(
            AssessmentImport.factory_id == factory_id,
            AssessmentImport.sha256 == sha256,
            AssessmentImport.status != ImportStatus.DISCARDED,
        )
        .order_by(AssessmentImport.created_at.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def of_factory(
    session: Session, factory_id: UUID, *, limit: int = 20
) -> Sequence[AssessmentImport]:
    """List a factory's latest imports, newest first; the factory has been checked."""
    query = select(AssessmentImport).where(AssessmentImport.factory_id == factory_id)
    return session.scalars(query.order_by(AssessmentImport.created_at.desc()).limit(limit)).all()


def one_own(
    session: Session, import_id: UUID, *, of: Actor, lock: bool = False
) -> AssessmentImport:
    """Load one import with its factory; NotFound unless the actor works for that factory.

    What a file proposes is nobody else's: departments see assessments that were handed in.
    """
    query = (
        select(AssessmentImport)
        .where(AssessmentImport.id == import_id)
        .options(selectinload(AssessmentImport.factory).selectinload(Factory.organisation))
    )
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound
    factory_queries.one_visible(session, found.factory_id, to=of)
    if found.factory.organisation_id not in of.organisations(Role.FACTORY_MEMBER):
        raise NotFound
    return found
