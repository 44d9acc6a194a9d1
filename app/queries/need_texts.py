"""What a new need's text is compared with: names of other organisations, the factory's needs."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Factory, Need, NeedStatus, Organisation, OrganisationKind


def other_names(session: Session, factory: Factory) -> frozenset[str]:
    """Give full and short names of the organisations that a factory is not part of.

    Departments are left out: that a department asked for something is no secret.
    """
    rows = session.execute(
        select(Organisation.name, Organisation.short_name).where(
            Organisation.id != factory.organisation_id,
            Organisation.kind != OrganisationKind.DEPARTMENT,
        )
    )
    return frozenset(name for row in rows for name in row if name)


def comparable_needs(
    session: Session, factory: Factory, *, without: Collection[UUID] = ()
) -> Sequence[Need]:
    """Load a factory's drafts and published needs, newest first, but those `without`."""
    query = select(Need).where(
        Need.factory_id == factory.id, Need.status != NeedStatus.CLOSED, Need.id.not_in(without)
    )
    return session.scalars(query.order_by(Need.created_at.desc(), Need.title)).all()
