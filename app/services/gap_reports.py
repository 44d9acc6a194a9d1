"""Make the gap report of a factory for who asks; nothing is stored."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.adapters.reference import Reference
from app.core.actors import Actor
from app.models import Factory
from app.queries import needs as need_queries
from app.services.criteria import CriteriaShelf
from app.services.gap_peers import medians, peer_groups
from app.services.gap_report import gap_report
from app.services.gap_report_parts import GapReport
from app.services.gap_work import GapWish, analysis_of, open_work, path_of


def make_gap_report(
    session: Session,
    *,
    factory: Factory,
    target: str,
    shelf: CriteriaShelf,
    reference: Reference,
    actor: Actor,
    now: datetime,
) -> GapReport | None:
    """Analyse the newest assessment by its own criterion set and report on it.

    Args:
        session: for what the actor may see; nothing is written.
        factory: visible to the actor, organisation loaded.
        target: "FL1".."FL4" or "ML1".."ML5"; another one means the factory's own target.
        shelf: criterion sets.
        reference: names.
        actor: needs `factory:read`; named in the report.
        now: aware time of the report.

    Returns:
        None where no assessment has been handed in yet.

    Raises:
        Forbidden: the actor may not read the factory.
    """
    work = open_work(
        session, shelf=shelf, factory=factory, wish=GapWish(target=target), actor=actor
    )
    if work is None or work.latest is None:
        return None
    _, peers = medians(peer_groups(session, shelf=shelf, work=work))
    return gap_report(
        factory,
        work.assessment,
        analysis_of(work),
        need_queries.list_visible(session, factory, to=actor),
        criteria=work.criteria,
        reference=reference,
        made_by=actor.display_name,
        made_at=now,
        path=path_of(work),
        peers=peers,
    )
