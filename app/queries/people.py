"""Users, their memberships and their sessions."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor, Grant
from app.models import Membership, User, UserSession


def user_by_login(session: Session, login: str) -> User | None:
    """Find an active user by login name."""
    query = select(User).where(User.login == login, User.is_active)
    return session.scalars(query).one_or_none()


def session_by_hash(session: Session, token_hash: str, *, now: datetime) -> UserSession | None:
    """Find a session that has not reached its absolute end, with user and memberships."""
    query = (
        select(UserSession)
        .where(UserSession.token_hash == token_hash, UserSession.expires_at > now)
        .options(
            selectinload(UserSession.user)
            .selectinload(User.memberships)
            .selectinload(Membership.organisation)
        )
    )
    return session.scalars(query).one_or_none()


def actor_of(user: User) -> Actor:
    """Make the actor of a user whose memberships and organisations are loaded."""
    grants = tuple(
        Grant(role=m.role, organisation_id=m.organisation_id, region=m.organisation.region)
        for m in sorted(user.memberships, key=lambda m: (m.role, str(m.organisation_id)))
    )
    return Actor(user_id=user.id, display_name=user.display_name, grants=grants)


def actor_by_login(session: Session, login: str) -> Actor | None:
    """Make the actor of an active user, for the command line and the seed loader."""
    query = (
        select(User)
        .where(User.login == login, User.is_active)
        .options(selectinload(User.memberships).selectinload(Membership.organisation))
    )
    user = session.scalars(query).one_or_none()
    return actor_of(user) if user else None
