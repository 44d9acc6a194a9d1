"""Signing in and out. The browser holds a random token, the database only its SHA-256."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlalchemy.orm import Session

from app.adapters.passwords import password_matches
from app.core.actors import ANONYMOUS, Actor
from app.models import UserSession
from app.queries import people
from app.services import audit
from app.settings import Settings

# Written at most this often, so that reading pages does not become writing.
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session: who, and the token that the forms of this session carry."""

    actor: Actor
    csrf_token: str
    token_hash: str
    needs_touch: bool


def token_hash(token: str) -> str:
    """Give the stored form of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(
    session: Session,
    *,
    login: str,
    password: str,
    now: datetime,
    settings: Settings,
    replaced: str = "",
) -> str | None:
    """Check login and password; give a new session token, or None when they don't fit.

    The answer and the time taken are the same for an unknown login and a wrong password. Both
    outcomes are audited. A success ends the session of the token `replaced`, which the browser
    had so far, and clears away all that have run out.
    """
    user = people.user_by_login(session, login.strip())
    if not password_matches(password, user.password_hash if user else None) or user is None:
        audit.record(
            session,
            # Whoever typed it has not shown to be that user, who is only the object.
            actor=ANONYMOUS,
            action="session.refused",
            object_type="user",
            object_id=user.id if user else "",
            now=now,
        )
        return None
    session.execute(
        delete(UserSession).where(
            or_(UserSession.token_hash == token_hash(replaced), UserSession.expires_at <= now)
        )
    )
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user.id,
            csrf_token=secrets.token_urlsafe(24),
            created_at=now,
            last_seen_at=now,
            expires_at=now + timedelta(hours=settings.session_absolute_hours),
        )
    )
    audit.record(
        session,
        actor=Actor(user_id=user.id),
        action="session.started",
        object_type="user",
        object_id=user.id,
        now=now,
    )
    return token


def find(session: Session, *, token: str, now: datetime, settings: Settings) -> SignedIn | None:
    """Find the live session of a token; None when unknown, idle too long, ended or disabled."""
    row = people.session_by_hash(session, token_hash(token), now=now)
    if row is None or not row.user.is_active:
        return None
    if now - row.last_seen_at > timedelta(minutes=settings.session_idle_minutes):
        return None
    return SignedIn(
        actor=people.actor_of(row.user),
        csrf_token=row.csrf_token,
        token_hash=row.token_hash,
        needs_touch=now - row.last_seen_at > TOUCH_EVERY,
    )


def touch(session: Session, *, hashed: str, now: datetime) -> None:
    """Note that the session is in use."""
    row = session.get(UserSession, hashed)
    if row is not None and row.last_seen_at < now:
        row.last_seen_at = now


def sign_out(session: Session, *, token: str, actor: Actor, now: datetime) -> None:
    """End the session of `token`; ending it twice is harmless, and audited once."""
    row = session.get(UserSession, token_hash(token))
    if row is None:
        return
    session.delete(row)
    audit.record(
        session,
        actor=actor,
        action="session.ended",
        object_type="user",
        object_id=actor.user_id or "",
        now=now,
    )
