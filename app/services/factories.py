"""Create a factory (工厂) and change what its profile (企业档案) says."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Actor, Role
from app.core.errors import Forbidden, InvalidInput, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import Factory, ManufacturingType, Membership, Organisation
from app.permissions import Permission, require
from app.queries import factories as queries
from app.queries import factory_profiles
from app.services import audit

MAX_NAME = 120
MAX_COUNTY = 40
MAX_PRODUCT = 200
MAX_PROFILE = 2_000
MAX_STAFF = 1_000_000
MAX_WEEKS = 260
MAX_SYSTEMS = 30
MAX_SYSTEM_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FactoryContent:
    """What a factory says about itself.

    `industry` is a GB/T 4754 division, money is fen (revenue of the last full year), `systems`
    are names in the factory's own words. The recognised level is not here: departments give it.
    """

    name: str
    region: str
    county: str
    industry: str
    mfg_type: ManufacturingType
    product: str = ""
    profile: str = ""
    staff: int | None = None
    revenue_fen: int | None = None
    target_level: str = "FL1"
    budget_fen: int | None = None
    horizon_weeks: int | None = None
    systems: tuple[str, ...] = ()


_FIELDS = tuple(field.name for field in fields(FactoryContent))


def new_factory(
    *, factory_id: UUID, organisation_id: UUID, content: FactoryContent, now: datetime
) -> Factory:
    """Build the row of a factory that no department has recognised yet."""
    factory = Factory(
        id=factory_id,
        organisation_id=organisation_id,
        level="FL0",
        created_at=now,
        updated_at=now,
    )
    for name in _FIELDS:
        setattr(factory, name, _stored(content, name))
    return factory


def create_factory(
    session: Session,
    *,
    factory_id: UUID,
    organisation_id: UUID,
    content: FactoryContent,
    actor: Actor,
    now: datetime,
) -> Factory:
    """Add a factory to an organisation that is on the platform; sending twice adds one.

    Members of its factories add more of them. A provider member may add the first one and becomes
    its factory member, which is audited; who comes later has to be let in by those who are there.

    Raises:
        NotFound: there is no such organisation among the actor's, or the key is another's.
        Forbidden: the actor is neither factory member nor, for the first factory, provider member.
        InvalidInput: the organisation has a factory of this name.
    """
    if organisation_id not in {grant.organisation_id for grant in actor.grants}:
        raise NotFound
    stored = session.get(Factory, factory_id)
    if stored is not None:
        if stored.organisation_id != organisation_id:
            raise NotFound
        require(actor, Permission.FACTORY_WRITE, stored)
        return stored
    # Locked, so that of two colleagues only one adds the first factory.
    organisation = session.get_one(Organisation, organisation_id, with_for_update=True)
    is_member = organisation_id in actor.organisations(Role.FACTORY_MEMBER)
    if not is_member and not factory_profiles.may_add_first(session, organisation_id, actor=actor):
        raise Forbidden(Permission.FACTORY_WRITE.value)
    factory = new_factory(
        factory_id=factory_id, organisation_id=organisation.id, content=content, now=now
    )
    _insert(session, factory)
    if not is_member:
        _let_in(session, organisation, actor=actor, now=now)
    _record(session, factory, "factory.created", actor=actor, now=now)
    return factory


def change_factory(
    session: Session,
    *,
    factory_id: UUID,
    content: FactoryContent,
    seen: datetime | None,
    actor: Actor,
    now: datetime,
) -> Factory:
    """Change the profile of a factory; saving what is there already changes nothing.

    Args:
        session: a writing session.
        factory_id: which factory.
        content: what the form says.
        seen: `updated_at` when the form was opened.
        actor: needs `factory:write`.
        now: aware time.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        Forbidden: visible, but not the actor's to change.
        StaleVersion: somebody has changed it since `seen`; nothing was changed.
        InvalidInput: the organisation has another factory of this name.
    """
    factory = queries.one_visible(session, factory_id, to=actor)
    require(actor, Permission.FACTORY_WRITE, factory)
    # Under the lock, and as it is by now; the organisation stays loaded.
    columns = [column.key for column in inspect(Factory).column_attrs]
    session.refresh(factory, columns, with_for_update=True)
    changed = [name for name in _FIELDS if getattr(factory, name) != _stored(content, name)]
    if not changed:
        return factory
    if seen != factory.updated_at:
        raise StaleVersion
    if "name" in changed and factory_profiles.name_taken(session, factory, content.name):
        raise InvalidInput([Problem("factory_name_taken", "name")])
    for name in changed:
        setattr(factory, name, _stored(content, name))
    factory.updated_at = now
    session.flush()
    _record(session, factory, "factory.changed", actor=actor, now=now, changed=changed)
    return factory


def content_of(factory: Factory) -> FactoryContent:
    """Give what a stored factory says about itself."""
    values = {name: getattr(factory, name) for name in _FIELDS}
    return FactoryContent(**{**values, "systems": tuple(factory.systems)})


def _stored(content: FactoryContent, name: str) -> object:
    """Give a field as its column holds it."""
    return list(content.systems) if name == "systems" else getattr(content, name)


def _insert(session: Session, factory: Factory) -> None:
    try:
        with session.begin_nested():
            session.add(factory)
            session.flush()
    except IntegrityError as error:
        raise InvalidInput([Problem("factory_name_taken", "name")]) from error


def _let_in(session: Session, organisation: Organisation, *, actor: Actor, now: datetime) -> None:
    """Make the actor a factory member of an organisation that has just got its first factory."""
    membership = Membership(
        user_id=actor.user_id,
        organisation_id=organisation.id,
        role=Role.FACTORY_MEMBER,
        created_at=now,
        updated_at=now,
    )
    session.add(membership)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="membership.granted",
        object_type="membership",
        object_id=membership.id,
        now=now,
        detail={"role": Role.FACTORY_MEMBER.value, "because": "first_factory"},
    )


def _record(
    session: Session,
    factory: Factory,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    changed: list[str] | None = None,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="factory",
        object_id=factory.id,
        now=now,
        detail={"fields": changed} if changed else {},
    )
