"""Tokens for programs (API 令牌): made, shown once, used, revoked. Only their SHA-256 is stored."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Blocked, InvalidInput, NotFound
from app.core.problems import Problem
from app.models import ApiToken
from app.permissions import Permission, require
from app.queries import api_tokens as queries
from app.queries import people
from app.services import audit
from app.services.sessions import token_hash

PREFIX = "jzt_"
READ, ASSESSMENT_WRITE = "read", "assessment:write"
SCOPES = (READ, ASSESSMENT_WRITE)
VALID_DAYS = (30, 90, 365)
MAX_NAME = 60
MAX_LIVE = 20
# Written at most this often, so that reading does not become writing.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """What a person asks for; `scope` one of `SCOPES`, `days` one of `VALID_DAYS`."""

    organisation_id: UUID
    name: str
    scope: str
    days: int


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A fresh token; `secret` is known to nobody else and never again."""

    record: ApiToken
    secret: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The program behind a request: the owner's rights in one organisation, within `scopes`."""

    actor: Actor
    scopes: frozenset[str]
    token_id: UUID
    needs_touch: bool

    @property
    def may_write(self) -> bool:
        """Tell whether the token lets a program write assessments."""
        return ASSESSMENT_WRITE in self.scopes


def create_token(
    session: Session, *, token_id: UUID, wanted: NewToken, actor: Actor, now: datetime
) -> IssuedToken:
    """Make a token; its secret is given back this once.

    Args:
        session: a writing session; nothing is committed here.
        token_id: random key that the form was given.
        wanted: name, organisation, scope and validity.
        actor: needs some part in the organisation.
        now: aware time.

    Raises:
        NotFound: the actor has no part in the organisation.
        InvalidInput: scope, days or name are not possible.
        Blocked: the form was sent before (its secret cannot be shown again), or there are too
            many tokens.
    """
    mine = {row.id: row for row in queries.organisations_of(session, actor)}
    organisation = mine.get(wanted.organisation_id)
    if organisation is None or actor.user_id is None:
        raise NotFound
    require(actor, Permission.TOKEN_MANAGE, organisation)
    if problems := _problems(wanted):
        raise InvalidInput(problems)
    if session.get(ApiToken, token_id) is not None:
        raise Blocked([Problem("form_used")])
    if queries.count_live(session, actor.user_id, organisation.id, now=now) >= MAX_LIVE:
        raise Blocked([Problem("token_limit", "", {"max": MAX_LIVE})])
    secret = PREFIX + secrets.token_urlsafe(32)
    record = ApiToken(
        id=token_id,
        token_hash=token_hash(secret),
        user_id=actor.user_id,
        organisation_id=organisation.id,
        name=wanted.name,
        scopes=[wanted.scope],
        created_at=now,
        expires_at=now + timedelta(days=wanted.days),
    )
    record.organisation = organisation
    session.add(record)
    session.flush()
    _record(session, record, "token.created", actor=actor, now=now)
    return IssuedToken(record, secret)


def revoke_token(session: Session, *, token_id: UUID, actor: Actor, now: datetime) -> ApiToken:
    """End a token at once; ending it twice is harmless and audited once.

    Whoever has left the organisation may still revoke what they made there.

    Raises:
        NotFound: it is not the actor's.
    """
    record = queries.one_own(session, token_id, of=actor)
    if record.revoked_at is None:
        record.revoked_at = now
        _record(session, record, "token.revoked", actor=actor, now=now)
    return record


def find_caller(session: Session, *, secret: str, now: datetime) -> Caller | None:
    """Find who calls; None when the token is unknown, run out, revoked, or its owner has gone."""
    if not secret.startswith(PREFIX):
        return None
    record = queries.live_by_hash(session, token_hash(secret), now=now)
    if record is None or not record.user.is_active:
        return None
    owner = people.actor_of(record.user)
    grants = tuple(g for g in owner.grants if g.organisation_id == record.organisation_id)
    if not grants:
        return None
    used = record.last_used_at
    return Caller(
        actor=Actor(owner.user_id, owner.display_name, grants),
        scopes=frozenset(record.scopes),
        token_id=record.id,
        needs_touch=used is None or now - used > TOUCH_EVERY,
    )


def touch(session: Session, *, token_id: UUID, now: datetime) -> None:
    """Note that the token is in use."""
    record = session.get(ApiToken, token_id)
    if record is not None and (record.last_used_at is None or record.last_used_at < now):
        record.last_used_at = now


def _problems(wanted: NewToken) -> list[Problem]:
    problems = []
    if not wanted.name:
        problems.append(Problem("required", "name"))
    elif len(wanted.name) > MAX_NAME:
        params = {"max": MAX_NAME, "length": len(wanted.name)}
        problems.append(Problem("too_long", "name", params))
    if wanted.scope not in SCOPES:
        problems.append(Problem("not_a_choice", "scope", {"value": wanted.scope}))
    if wanted.days not in VALID_DAYS:
        problems.append(Problem("not_a_choice", "days", {"value": wanted.days}))
    return problems


def _record(
    session: Session, record: ApiToken, action: str, *, actor: Actor, now: datetime
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="api_token",
        object_id=record.id,
        now=now,
        detail={"organisation": str(record.organisation_id), "scopes": list(record.scopes)},
    )
