"""An organisation registers itself with its first user: as a provider, or with a factory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.adapters.passwords import hash_password
from app.core.actors import Actor, Role
from app.core.credit_code import credit_code_problem
from app.core.errors import InvalidInput, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import (
    Factory,
    Membership,
    Organisation,
    OrganisationKind,
    PoolStatus,
    Provider,
    User,
)
from app.permissions import Permission, require
from app.queries import providers as provider_queries
from app.services import audit
from app.services.factories import FactoryContent, new_factory

MIN_PASSWORD_CHARS = 10
# Longer ones only cost time: argon2id reads every byte.
MAX_PASSWORD_CHARS = 200
# What can be typed on any keyboard and read over the phone; mail addresses fit too.
LOGIN_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileContent:
    """What an organisation says about itself as a provider; `types` are P01..P19."""

    types: list[str]
    service_places: list[str]
    intro: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a visitor fills in. `organisation_id` is chosen by the form, so a double click is one.

    `credit_code` is normalised; `password` is as typed.
    """

    organisation_id: UUID
    name: str
    short_name: str
    credit_code: str
    region: str
    county: str
    contact: str
    login: str
    password: str


def registration_problems(session: Session, registration: Registration) -> list[Problem]:
    """Say what stops a registration; empty means nothing does."""
    problems = []
    code = registration.credit_code
    if wrong := credit_code_problem(code):
        problems.append(wrong)
    elif provider_queries.organisation_by_credit_code(session, code) is not None:
        problems.append(Problem("credit_code_taken", "credit_code"))
    if not LOGIN_PATTERN.fullmatch(registration.login):
        problems.append(Problem("login_characters", "login"))
    elif provider_queries.login_taken(session, registration.login):
        problems.append(Problem("login_taken", "login"))
    length = len(registration.password)
    if length < MIN_PASSWORD_CHARS:
        params = {"min": MIN_PASSWORD_CHARS, "length": length}
        problems.append(Problem("password_too_short", "password", params))
    elif length > MAX_PASSWORD_CHARS:
        params = {"max": MAX_PASSWORD_CHARS, "length": length}
        problems.append(Problem("too_long", "password", params))
    return problems


def register_provider(
    session: Session, *, registration: Registration, profile: ProfileContent, now: datetime
) -> Organisation:
    """Register a provider organisation with its first member; nobody is signed in yet.

    The profile starts as a candidate of the pool. Sending the same form twice registers once.

    Raises:
        InvalidInput: `registration_problems` found something, or another registration of the
            same code or login was faster; nothing was changed.
    """
    if stored := _registered(session, registration):
        return stored
    organisation = _organisation(registration, now)
    provider = _provider(organisation, profile, now)
    _register(
        session,
        registration,
        organisation,
        role=Role.PROVIDER_MEMBER,
        rows=[provider],
        action="provider.registered",
        now=now,
    )
    return organisation


def register_factory(
    session: Session,
    *,
    registration: Registration,
    factory_id: UUID,
    content: FactoryContent,
    now: datetime,
) -> Factory:
    """Register an organisation with its first member and its first factory, `factory_id`.

    Nobody is signed in yet. Sending the same form twice registers once.

    Raises:
        InvalidInput: as `register_provider`.
    """
    if _registered(session, registration) and (stored := session.get(Factory, factory_id)):
        return stored
    organisation = _organisation(registration, now)
    factory = new_factory(
        factory_id=factory_id, organisation_id=organisation.id, content=content, now=now
    )
    _register(
        session,
        registration,
        organisation,
        role=Role.FACTORY_MEMBER,
        rows=[factory],
        action="factory.registered",
        now=now,
    )
    return factory


def _registered(session: Session, registration: Registration) -> Organisation | None:
    """Find what this very form has registered before."""
    stored = session.get(Organisation, registration.organisation_id)
    same = stored is not None and stored.credit_code == registration.credit_code
    return stored if same else None


def _register(
    session: Session,
    registration: Registration,
    organisation: Organisation,
    *,
    role: Role,
    rows: Sequence[Provider | Factory],
    action: str,
    now: datetime,
) -> None:
    """Store organisation, first user, membership and `rows` that belong to the organisation."""
    problems = registration_problems(session, registration)
    if session.get(Organisation, registration.organisation_id) is not None:
        problems.append(Problem("form_used", ""))
    if any(isinstance(row, Factory) and session.get(Factory, row.id) for row in rows):
        problems.append(Problem("form_used", ""))
    if problems:
        raise InvalidInput(problems)
    user = User(
        login=registration.login,
        display_name=registration.contact,
        password_hash=hash_password(registration.password),
        created_at=now,
        updated_at=now,
    )
    try:
        with session.begin_nested():
            session.add_all([user, organisation])
            session.flush()  # the rows below name these ids
            session.add(_membership(user, organisation, role, now))
            session.add_all(rows)
    except IntegrityError as error:
        raise InvalidInput([Problem("credit_code_taken", "credit_code")]) from error
    audit.record(
        session,
        actor=Actor(user_id=user.id),
        action=action,
        object_type="organisation",
        object_id=organisation.id,
        now=now,
        detail={"region": organisation.region},
    )


def create_profile(
    session: Session,
    *,
    organisation_id: UUID,
    profile: ProfileContent,
    actor: Actor,
    now: datetime,
) -> Provider:
    """Give an organisation that is on the platform its provider profile; one each.

    Raises:
        NotFound: there is no such organisation among the actor's.
        Forbidden: the actor is no provider member of it.
        StaleVersion: a colleague created it in the same moment.
    """
    if organisation_id not in {grant.organisation_id for grant in actor.grants}:
        raise NotFound
    organisation = session.get_one(Organisation, organisation_id)
    require(actor, Permission.PROVIDER_WRITE, organisation)
    stored = provider_queries.provider_of(session, organisation_id)
    if stored is not None:
        return stored
    provider = _provider(organisation, profile, now)
    try:
        with session.begin_nested():
            session.add(provider)
            session.flush()  # the audit row names its id
    except IntegrityError as error:
        raise StaleVersion from error  # a colleague was faster by a moment
    audit.record(
        session,
        actor=actor,
        action="provider.created",
        object_type="provider",
        object_id=provider.id,
        now=now,
    )
    return provider


def _organisation(registration: Registration, now: datetime) -> Organisation:
    return Organisation(
        id=registration.organisation_id,
        name=registration.name,
        short_name=registration.short_name,
        credit_code=registration.credit_code,
        kind=OrganisationKind.ENTERPRISE,
        region=registration.region,
        county=registration.county,
        created_at=now,
        updated_at=now,
    )


def _membership(user: User, organisation: Organisation, role: Role, now: datetime) -> Membership:
    return Membership(
        user_id=user.id,
        organisation_id=organisation.id,
        role=role,
        created_at=now,
        updated_at=now,
    )


def _provider(organisation: Organisation, profile: ProfileContent, now: datetime) -> Provider:
    return Provider(
        organisation_id=organisation.id,
        types=profile.types,
        service_places=profile.service_places,
        industries=[],
        intro=profile.intro,
        pool_status=PoolStatus.CANDIDATE,
        created_at=now,
        updated_at=now,
    )
