"""Where a factory stands among other organisations; nothing is told below five of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.criteria import CriterionRef
from app.core.errors import NotFound
from app.models import Factory
from app.queries.peers import PeerRow, peers_of
from app.services.assessments import engine_assessment
from app.services.criteria import CriteriaShelf
from app.services.gap_work import GapWork
from matching import gaps as engine
from matching.errors import InvalidInput

INDUSTRY, CITY, INDUSTRY_CITY = "industry", "city", "industry_city"


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """One group of peers; `statistics` is None where too few organisations are in it."""

    kind: str
    statistics: engine.PeerStatistics | None


def peer_groups(session: Session, *, shelf: CriteriaShelf, work: GapWork) -> tuple[PeerGroup, ...]:
    """Compare an assessment with those of other organisations, each judged by its own set.

    The factory's own value is judged by its own set as well, whatever set the page shows. The
    number of queries does not grow with that of the factories.
    """
    factory = work.factory
    own = engine.peer_values(engine.roll_up(engine_assessment(factory, work.assessment), work.own))
    rows = peers_of(session, factory)
    sets = {ref: _set(session, shelf, ref) for ref in {row.criteria for row in rows}}
    judged = [(row, values) for row in rows if (values := _values(row, sets[row.criteria]))]
    members = {
        kind: [(row, values) for row, values in judged if kind in _kinds(row, factory)]
        for kind in (INDUSTRY, CITY, INDUSTRY_CITY)
    }
    return tuple(
        PeerGroup(kind, _statistics(own, found) if _may_be_told(kind, members) else None)
        for kind, found in members.items()
    )


def _may_be_told(kind: str, members: Mapping[str, Sequence[tuple[PeerRow, object]]]) -> bool:
    """Hold the smallest group back where subtracting it from a larger one would name a few.

    Whoever knows both 同城 and 同行业同城 knows those between them as well: none, or enough.
    """
    if kind != INDUSTRY_CITY:
        return True
    factories = [len(members[outer]) - len(members[kind]) for outer in (INDUSTRY, CITY)]
    inside = {row.organisation for row, _ in members[kind]}
    others = [{row.organisation for row, _ in members[o]} - inside for o in (INDUSTRY, CITY)]
    return all(
        not more or len(rest) >= engine.MIN_ORGANISATIONS
        for more, rest in zip(factories, others, strict=True)
    )


def medians(groups: Iterable[PeerGroup]) -> tuple[str, dict[str, float]]:
    """Give the first group that may be told, with its median by domain; empty where none may."""
    for group in groups:
        if group.statistics is not None:
            return group.kind, {value.code: value.median for value in group.statistics.values}
    return "", {}


def _kinds(row: PeerRow, factory: Factory) -> set[str]:
    """Tell which groups a row belongs to."""
    same_industry, same_city = row.industry == factory.industry, row.region == factory.region
    member = {
        INDUSTRY: same_industry,
        CITY: same_city,
        INDUSTRY_CITY: same_industry and same_city,
    }
    return {kind for kind, belongs in member.items() if belongs}


def _set(session: Session, shelf: CriteriaShelf, ref: CriterionRef) -> engine.CriterionSet:
    try:
        return shelf.get(session, ref)
    except NotFound:
        return shelf.default


def _values(row: PeerRow, criteria: engine.CriterionSet) -> dict[str, float] | None:
    """Judge one row; None where its data contradict its set and say nothing."""
    facts = engine.Assessment(
        mfg_type=engine.MfgType(row.mfg_type.value),
        answers={code: tuple(scores) for code, scores in row.answers.items()},
        scenes={},
        findings=(),
        kpis={},
        eligibility={},
        current_level="FL0",
        trimmed=frozenset(row.trimmed),
    )
    if engine.assessment_problems(facts, criteria):
        return None
    try:
        return engine.peer_values(engine.roll_up(facts, criteria))
    except InvalidInput:  # everything was trimmed
        return None


def _statistics(
    own: Mapping[str, float], others: Iterable[tuple[PeerRow, Mapping[str, float]]]
) -> engine.PeerStatistics | None:
    return engine.peer_statistics(own, [(str(row.organisation), values) for row, values in others])
