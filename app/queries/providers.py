"""Providers and offerings as their own people and the reviewing organisers may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import ListingStatus, Offering, Organisation, Provider, User


def _organised(actor: Actor) -> ColumnElement[bool]:
    """The organisation lies in the actor's organised units, or anywhere for the province."""
    if actor.has(Role.PROVINCIAL_ORGANISER):
        return Organisation.id.is_not(None)
    return Organisation.region.in_(actor.organised_regions)


def _own(actor: Actor) -> ColumnElement[bool]:
    return Organisation.id.in_(actor.organisations(Role.PROVIDER_MEMBER))


def visible_offerings(actor: Actor) -> Select[Offering]:
    """Select the offerings an actor may see inside: own ones, and what was ever handed in."""
    handed_in = and_(Offering.submitted_at.is_not(None), _organised(actor))
    return (
        select(Offering)
        .join(Offering.provider)
        .join(Provider.organisation)
        .where(or_(_own(actor), handed_in))
        .options(selectinload(Offering.provider).selectinload(Provider.organisation))
    )


def find_visible_offering(
    session: Session, offering_id: UUID, *, to: Actor, lock: bool = False
) -> Offering | None:
    """Load one offering with provider and organisation; None when there is none to be seen.

    `lock` holds the row until the transaction ends (SQLite locks the whole file anyway).
    """
    query = visible_offerings(to).where(Offering.id == offering_id)
    if lock:
        # What was read before the lock may be old by now.
        query = query.with_for_update(of=Offering).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def one_visible_offering(
    session: Session, offering_id: UUID, *, to: Actor, lock: bool = False
) -> Offering:
    """Load one offering as above; NotFound when there is none or it is not the actor's to see."""
    found = find_visible_offering(session, offering_id, to=to, lock=lock)
    if found is None:
        raise NotFound
    return found


def waiting_for_review(session: Session, *, to: Actor) -> Sequence[Offering]:
    """Load the submitted offerings that the actor organises for, longest waiting first."""
    query = visible_offerings(to).where(Offering.status == ListingStatus.SUBMITTED, _organised(to))
    return session.scalars(query.order_by(Offering.submitted_at, Offering.name)).all()


def own_providers(session: Session, *, of: Actor) -> Sequence[Provider]:
    """Load the actor's own provider profiles with organisation and offerings, by name."""
    query = (
        select(Provider)
        .join(Provider.organisation)
        .where(_own(of))
        .options(selectinload(Provider.organisation), selectinload(Provider.offerings))
        .order_by(Organisation.name)
    )
    return session.scalars(query).all()


def one_visible_provider(session: Session, provider_id: UUID, *, to: Actor) -> Provider:
    """Load one provider with its organisation; NotFound when not the actor's to see inside."""
    query = (
        select(Provider)
        .join(Provider.organisation)
        .where(Provider.id == provider_id, or_(_own(to), _organised(to)))
        .options(selectinload(Provider.organisation))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def organisations_without_profile(session: Session, *, of: Actor) -> Sequence[Organisation]:
    """Load the actor's provider organisations that have no profile yet, by name."""
    query = (
        select(Organisation)
        .outerjoin(Provider, Provider.organisation_id == Organisation.id)
        .where(_own(of), Provider.id.is_(None))
        .order_by(Organisation.name)
    )
    return session.scalars(query).all()


def organisation_by_credit_code(session: Session, code: str) -> Organisation | None:
    """Find an organisation by its normalised 统一社会信用代码."""
    return session.scalars(select(Organisation).where(Organisation.credit_code == code)).first()


def provider_of(session: Session, organisation_id: UUID) -> Provider | None:
    """Find the provider profile of an organisation."""
    query = select(Provider).where(Provider.organisation_id == organisation_id)
    return session.scalars(query).one_or_none()


def login_taken(session: Session, login: str) -> bool:
    """Tell whether a login exists, in whatever case and whether active or not."""
    query = select(func.count()).select_from(User).where(func.lower(User.login) == login.lower())
    return bool(session.scalar(query))
