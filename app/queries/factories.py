"""Factories, assessments, needs and match runs as their people may see them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from app.core.actors import Actor, Role
from app.core.errors import NotFound
from app.models import Assessment, AssessmentStatus, Factory, MatchRun, Need, NeedStatus

URGENCY_RANK = {"high": 0, "medium": 1, "low": 2}


def visible(actor: Actor) -> Select[Factory]:
    """Select the factories an actor may see: own, of the organised units, or all of them."""
    query = select(Factory).options(selectinload(Factory.organisation))
    if actor.has(Role.PROVINCIAL_ORGANISER):
        return query
    return query.where(
        or_(
            Factory.organisation_id.in_(actor.organisations(Role.FACTORY_MEMBER)),
            Factory.region.in_(actor.organised_regions),
        )
    )


def list_visible(session: Session, *, to: Actor) -> Sequence[Factory]:
    """Load the visible factories by region and name."""
    return session.scalars(visible(to).order_by(Factory.region, Factory.name)).all()


def own(session: Session, *, of: Actor) -> Sequence[Factory]:
    """Load the factories of the actor's own organisations by name."""
    mine = of.organisations(Role.FACTORY_MEMBER)
    return session.scalars(
        visible(of).where(Factory.organisation_id.in_(mine)).order_by(Factory.name)
    ).all()


def one_visible(session: Session, factory_id: UUID, *, to: Actor) -> Factory:
    """Load one factory; NotFound when there is none or the actor may not know of it."""
    found = session.scalars(visible(to).where(Factory.id == factory_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def latest_assessment(session: Session, factory_id: UUID) -> Assessment | None:
    """Load the newest assessment that is more than a draft, with its findings."""
    query = (
        select(Assessment)
        .where(Assessment.factory_id == factory_id, Assessment.status != AssessmentStatus.DRAFT)
        .options(selectinload(Assessment.findings))
        .order_by(Assessment.version.desc())
        .limit(1)
    )
    return session.scalars(query).one_or_none()


def latest_assessments(session: Session, factory_ids: Sequence[UUID]) -> dict[UUID, Assessment]:
    """Load the newest assessment of each factory in one query, with findings."""
    query = (
        select(Assessment)
        .where(Assessment.factory_id.in_(factory_ids), Assessment.status != AssessmentStatus.DRAFT)
        .options(selectinload(Assessment.findings))
        .order_by(Assessment.version)
    )
    return {assessment.factory_id: assessment for assessment in session.scalars(query)}


def open_needs(session: Session, factory_id: UUID) -> Sequence[Need]:
    """Load a factory's published needs, most urgent first."""
    return open_needs_of_many(session, [factory_id])[factory_id]


def open_needs_of_many(session: Session, factory_ids: Sequence[UUID]) -> dict[UUID, list[Need]]:
    """Load the published needs of many factories in one query, each most urgent first."""
    found: dict[UUID, list[Need]] = {factory_id: [] for factory_id in factory_ids}
    for need in session.scalars(
        select(Need).where(Need.factory_id.in_(factory_ids), Need.status == NeedStatus.PUBLISHED)
    ):
        found[need.factory_id].append(need)
    for needs in found.values():
        needs.sort(key=lambda need: (URGENCY_RANK[need.urgency], need.title, str(need.id)))
    return found


def one_visible_run(session: Session, run_id: UUID, *, to: Actor) -> MatchRun:
    """Load a match run with its factory; NotFound when the factory is not the actor's to see."""
    run = session.scalars(
        select(MatchRun)
        .where(MatchRun.id == run_id)
        .options(selectinload(MatchRun.factory).selectinload(Factory.organisation))
    ).one_or_none()
    if run is None:
        raise NotFound
    one_visible(session, run.factory_id, to=to)
    return run


def runs_of(session: Session, factory_id: UUID, *, limit: int = 10) -> Sequence[MatchRun]:
    """Load a factory's latest runs, newest first."""
    query = select(MatchRun).where(MatchRun.factory_id == factory_id)
    return session.scalars(query.order_by(MatchRun.created_at.desc()).limit(limit)).all()
