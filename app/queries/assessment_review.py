"""Assessments that were handed in, as the departments that check them may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, contains_eager, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import Assessment, AssessmentStatus, Factory, User

PAGE_SIZE = 20
# What a department sees, in the order of its tabs; drafts are the factory's own.
SHOWN = (AssessmentStatus.SUBMITTED, AssessmentStatus.RETURNED, AssessmentStatus.VERIFIED)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue; `counts` are of all statuses, `pages` at least 1."""

    rows: Sequence[Assessment]
    counts: dict[AssessmentStatus, int]
    page: int
    pages: int


def visible(actor: Actor) -> Select[Assessment]:
    """Select the handed-in assessments of the organised units, or of all for the province."""
    query = (
        select(Assessment)
        .join(Assessment.factory)
        .where(Assessment.status.in_(SHOWN))
        .options(
            contains_eager(Assessment.factory).selectinload(Factory.organisation),
            selectinload(Assessment.findings),
        )
    )
    if actor.has(Role.PROVINCIAL_ORGANISER):
        return query
    return query.where(Factory.region.in_(actor.organised_regions))


def queue(session: Session, *, to: Actor, status: AssessmentStatus, page: int) -> QueuePage:
    """Load one page: what waits by the day it was handed in, the rest latest decision first.

    A page beyond the last one is the last one.
    """
    counts = _counts(session, to=to)
    pages = max(1, -(-counts[status] // PAGE_SIZE))
    page = min(max(1, page), pages)
    waits = status is AssessmentStatus.SUBMITTED
    # Rows without a time (seeded ones) come last on every database.
    time = Assessment.submitted_at if waits else Assessment.reviewed_at
    order = (time.is_(None), time if waits else time.desc())
    query = (
        visible(to)
        .where(Assessment.status == status)
        .order_by(*order, Assessment.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return QueuePage(session.scalars(query).all(), counts, page, pages)


def _counts(session: Session, *, to: Actor) -> dict[AssessmentStatus, int]:
    query = select(Assessment.status, func.count()).join(Assessment.factory)
    if not to.has(Role.PROVINCIAL_ORGANISER):
        query = query.where(Factory.region.in_(to.organised_regions))
    found = dict(session.execute(query.group_by(Assessment.status)).all())
    return {status: found.get(status, 0) for status in SHOWN}


def one_visible(
    session: Session, assessment_id: UUID, *, to: Actor, lock: bool = False
) -> Assessment:
    """Load one assessment with factory, organisation and findings.

    Raises:
        NotFound: there is none, it is a draft, or it is not the actor's to see.
    """
    query = visible(to).where(Assessment.id == assessment_id)
    if lock:
        # What was read before the lock may be old by now.
        query = query.with_for_update(of=Assessment).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def version_before(session: Session, assessment: Assessment) -> Assessment | None:
    """Load the version that was handed in before this one, with findings."""
    query = (
        select(Assessment)
        .where(
            Assessment.factory_id == assessment.factory_id,
            Assessment.version < assessment.version,
            Assessment.status.in_(SHOWN),
        )
        .options(selectinload(Assessment.findings))
        .order_by(Assessment.version.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def name_of(session: Session, user_id: UUID | None) -> str:
    """Give the name of a person, "" where nobody is noted."""
    user = session.get(User, user_id) if user_id else None
    return user.display_name if user else ""
