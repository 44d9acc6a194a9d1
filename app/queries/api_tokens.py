"""Tokens of programs (API 令牌)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor
from app.core.errors import NotFound
from app.models import ApiToken, Membership, Organisation, User


def live_by_hash(session: Session, token_hash: str, *, now: datetime) -> ApiToken | None:
    """Find a token that is neither revoked nor run out, with its owner's memberships."""
    query = (
        select(ApiToken)
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
        )
        .options(
            selectinload(ApiToken.user)
            .selectinload(User.memberships)
            .selectinload(Membership.organisation)
        )
    )
    return session.scalars(query).one_or_none()


def of_user(session: Session, user_id: UUID) -> Sequence[ApiToken]:
    """List a person's tokens with their organisations, newest first."""
    query = (
        select(ApiToken)
        .where(ApiToken.user_id == user_id)
        .options(selectinload(ApiToken.organisation))
    )
    return session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.name)).all()


def one_own(session: Session, token_id: UUID, *, of: Actor) -> ApiToken:
    """Load one of the actor's tokens; NotFound for everybody else's."""
    query = (
        select(ApiToken)
        .where(ApiToken.id == token_id, ApiToken.user_id == of.user_id)
        .options(selectinload(ApiToken.organisation))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def count_live(session: Session, user_id: UUID, organisation_id: UUID, *, now: datetime) -> int:
    """Count a person's usable tokens in an organisation."""
    query = select(func.count()).where(
        ApiToken.user_id == user_id,
        ApiToken.organisation_id == organisation_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > now,
    )
    return session.scalar(query) or 0


def organisations_of(session: Session, actor: Actor) -> Sequence[Organisation]:
    """List the organisations in which the actor has some part, by name."""
    mine = {grant.organisation_id for grant in actor.grants}
    query = select(Organisation).where(Organisation.id.in_(mine)).order_by(Organisation.name)
    return session.scalars(query).all()
