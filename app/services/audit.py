"""Audit rows, written in the transaction of the action: no row, no action."""

from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.models import AuditEvent

# Set by the web middleware and the command line, so that use-cases need not pass it along.
request_id: ContextVar[str] = ContextVar("request_id", default="")


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: UUID | str,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one audit row; `detail` holds no secrets and no personal data."""
    session.add(
        AuditEvent(
            happened_at=now,
            actor_user_id=actor.user_id,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            request_id=request_id.get(),
            detail=detail or {},
        )
    )
