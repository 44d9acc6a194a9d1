"""Assessments as their factory's people and those who look after the region may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import EDITABLE, Assessment, AssessmentStatus, Factory
from app.queries import factories as factory_queries


def _whole() -> Select[Assessment]:
    """Select assessments with findings, factory and its organisation."""
    return select(Assessment).options(
        selectinload(Assessment.findings),
        selectinload(Assessment.factory).selectinload(Factory.organisation),
    )


def by_id(session: Session, assessment_id: UUID) -> Assessment | None:
    """Load an assessment by its key, whoever owns it; for the use-case that starts one."""
    return session.scalars(_whole().where(Assessment.id == assessment_id)).one_or_none()


def one_visible(
    session: Session, assessment_id: UUID, *, to: Actor, lock: bool = False
) -> Assessment:
    """Load one assessment whole; NotFound when there is none or it is not theirs to see.

    A draft is seen by its factory's people only. `lock` locks the row until the transaction ends.
    """
    query = _whole().where(Assessment.id == assessment_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound
    factory_queries.one_visible(session, found.factory_id, to=to)
    if found.status is AssessmentStatus.DRAFT and not _own(found.factory, to):
        raise NotFound
    return found


def open_of(session: Session, factory_id: UUID, *, lock: bool = False) -> Assessment | None:
    """Load the version that a factory is working on (draft or returned); the newest if several.

    `lock` locks the row until the transaction ends.
    """
    query = (
        _whole()
        .where(Assessment.factory_id == factory_id, Assessment.status.in_(EDITABLE))
        .order_by(Assessment.version.desc())
        .limit(1)
    )
    if lock:  # what was read before the lock may be old by now
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def of_factory(session: Session, factory: Factory, *, to: Actor) -> Sequence[Assessment]:
    """List a visible factory's versions, newest first; drafts for its own people only."""
    query = _whole().where(Assessment.factory_id == factory.id)
    if not _own(factory, to):
        query = query.where(Assessment.status != AssessmentStatus.DRAFT)
    return session.scalars(query.order_by(Assessment.version.desc())).all()


def last_version(session: Session, factory_id: UUID) -> int:
    """Give the highest version number used; 0 when there is none."""
    query = select(func.max(Assessment.version)).where(Assessment.factory_id == factory_id)
    return session.scalar(query) or 0


def _own(factory: Factory, actor: Actor) -> bool:
    return factory.organisation_id in actor.organisations(Role.FACTORY_MEMBER)
