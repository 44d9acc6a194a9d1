"""What making and renaming a factory has to know of its organisation."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.core.actors import Actor, Role
from app.models import Factory, Membership, Organisation


def organisations_to_add_to(session: Session, *, of: Actor) -> Sequence[Organisation]:
    """Load the organisations to which the actor may add a factory, by name."""
    mine = of.organisations(Role.FACTORY_MEMBER)
    first = {
        organisation_id
        for organisation_id in of.organisations(Role.PROVIDER_MEMBER) - mine
        if may_add_first(session, organisation_id, actor=of)
    }
    query = select(Organisation).where(Organisation.id.in_(mine | first))
    return session.scalars(query.order_by(Organisation.name)).all()


def may_add_first(session: Session, organisation_id: UUID, *, actor: Actor) -> bool:
    """Tell whether the actor is provider member of an organisation with nobody for factories.

    Where there are factories or people for them, those people decide who else comes in.
    """
    if organisation_id not in actor.organisations(Role.PROVIDER_MEMBER):
        return False
    has_factory = exists().where(Factory.organisation_id == organisation_id)
    has_member = exists().where(
        Membership.organisation_id == organisation_id, Membership.role == Role.FACTORY_MEMBER
    )
    return not session.scalar(select(has_factory | has_member))


def name_taken(session: Session, factory: Factory, name: str) -> bool:
    """Tell whether another factory of the same organisation has this name."""
    query = select(Factory.id).where(
        Factory.organisation_id == factory.organisation_id,
        Factory.name == name,
        Factory.id != factory.id,
    )
    return session.scalars(query).first() is not None
