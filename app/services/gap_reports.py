"""Make the gap report of a factory for who asks; nothing is stored."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.adapters.reference import Reference
from app.core.actors import Actor
from app.models import Assessment, Factory
from app.permissions import Permission, require
from app.queries import needs as need_queries
from app.services.assessments import engine_assessment
from app.services.criteria import CriteriaShelf
from app.services.gap_report import gap_report
from app.services.gap_report_parts import GapReport
from app.services.matching_runs import analyse_factory
from matching.errors import InvalidInput
from matching.gaps import CriterionSet, ShortestPath, shortest_path

# Deterministic seconds of each solver step; a proof takes a small part of it (docs/reports.md).
PATH_WORK = 2.0


def make_gap_report(
    session: Session,
    *,
    factory: Factory,
    assessment: Assessment,
    target: str,
    shelf: CriteriaShelf,
    reference: Reference,
    actor: Actor,
    now: datetime,
) -> GapReport:
    """Analyse an assessment by its own criterion set and report on it.

    Args:
        session: for the needs that the actor may see; nothing is written.
        factory: visible to the actor, organisation loaded.
        assessment: of this factory, findings loaded.
        target: "FL1".."FL4" or "ML1".."ML5".
        shelf: criterion sets.
        reference: names.
        actor: needs `factory:read`; named in the report.
        now: aware time of the report.

    Raises:
        Forbidden: the actor may not read the factory.
    """
    require(actor, Permission.FACTORY_READ, factory)
    criteria = shelf.of_assessment(session, assessment)
    return gap_report(
        factory,
        assessment,
        analyse_factory(factory, assessment, criteria, target=target),
        need_queries.list_visible(session, factory, to=actor),
        criteria=criteria,
        reference=reference,
        made_by=actor.display_name,
        made_at=now,
        path=_path(factory, assessment, criteria, target=target),
    )


def _path(
    factory: Factory, assessment: Assessment, criteria: CriterionSet, *, target: str
) -> ShortestPath | None:
    """Give the shortest path; None where the bands of a loaded set do not allow one."""
    try:
        return shortest_path(
            engine_assessment(factory, assessment), criteria, target=target, work=PATH_WORK
        )
    except InvalidInput:
        return None
