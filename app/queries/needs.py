"""Needs as their factory's people, and those who look after the region, may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import Factory, Need, NeedStatus
from app.queries import factories as factory_queries


def list_visible(session: Session, factory: Factory, *, to: Actor) -> Sequence[Need]:
    """Load a visible factory's needs, newest first; others than its people see published ones.

    A closed need may be a draft that was never published, so it is not shown to others either.
    """
    query = select(Need).where(Need.factory_id == factory.id)
    if factory.organisation_id not in to.organisations(Role.FACTORY_MEMBER):
        query = query.where(Need.status == NeedStatus.PUBLISHED)
    return session.scalars(query.order_by(Need.created_at.desc(), Need.title)).all()


def one_visible(session: Session, need_id: UUID, *, to: Actor, lock: bool = False) -> Need:
    """Load one need with its factory; NotFound when there is none or it is not theirs to see.

    Others than the factory's own people see published needs only.
    `lock` locks the row until the end of the transaction, for a change of status.
    """
    query = (
        select(Need)
        .where(Need.id == need_id)
        .options(selectinload(Need.factory).selectinload(Factory.organisation))
    )
    need = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if need is None:
        raise NotFound
    factory_queries.one_visible(session, need.factory_id, to=to)
    own = need.factory.organisation_id in to.organisations(Role.FACTORY_MEMBER)
    if need.status is not NeedStatus.PUBLISHED and not own:
        raise NotFound
    return need


def by_id(session: Session, need_id: UUID) -> Need | None:
    """Load a need by its key, whoever owns it; for the use-case that saves forms."""
    return session.get(Need, need_id, options=[selectinload(Need.factory)])
