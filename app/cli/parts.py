"""Shared beginnings of the commands: settings, a prepared database, who acts."""

from math import isfinite

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import InvalidInput, NotFound
from app.core.money import fen_from_wan
from app.core.problems import Problem
from app.models import Assessment, Event, Factory
from app.queries import events as event_queries
from app.queries import factories as factory_queries
from app.queries import people
from app.services.matching_runs import MatchRequest, run_problems
from app.services.seeding.keys import seed_id
from app.settings import Settings
from app.wiring import Wiring, build_wiring, configure_logging


def open_wiring() -> Wiring:
    """Build the parts from the environment with logging switched on."""
    settings = Settings()
    configure_logging(settings)
    return build_wiring(settings)


def acting_as(session: Session, login: str) -> Actor:
    """Give the actor of `login`; the command line acts with that person's rights.

    Raises:
        NotFound: there is no such active user.
    """
    actor = people.actor_by_login(session, login)
    if actor is None:
        raise NotFound(f"no active user {login!r}")
    return actor


def find_factory(session: Session, name: str) -> Factory:
    """Find a factory by seed key (f-d-001), id or exact name.

    Raises:
        NotFound: nothing fits.
    """
    from uuid import UUID

    from sqlalchemy import select
    from sqlalchemy.orm import selectinload

    query = select(Factory).options(selectinload(Factory.organisation))
    try:
        by_id = query.where(Factory.id == UUID(name))
    except ValueError:
        by_id = query.where((Factory.id == seed_id("factory", name)) | (Factory.name == name))
    found = session.scalars(by_id).first()
    if found is None:
        raise NotFound(f"no factory {name!r}")
    return found


def find_assessed(session: Session, name: str) -> tuple[Factory, Assessment]:
    """Find a factory with its latest assessment.

    Raises:
        NotFound: there is no such factory, or it has not been assessed.
    """
    factory = find_factory(session, name)
    assessment = factory_queries.latest_assessment(session, factory.id)
    if assessment is None:
        raise NotFound(f"{factory.name} has no assessment")
    return factory, assessment


# Used where neither the command line nor the factory names a budget: 300 万元.
FALLBACK_BUDGET_FEN = 300_000_000


def match_request(
    factory: Factory,
    *,
    budget_wan: float | None = None,
    weeks: int | None = None,
    max_providers: int = 4,
    target: str = "",
) -> MatchRequest:
    """Give the limits of a match: what the command line says, else the factory's own.

    Raises:
        InvalidInput: a limit is no amount that anything could be bought for.
    """
    if budget_wan is not None and not isfinite(budget_wan):
        raise InvalidInput([Problem("not_a_number", "budget", {"value": str(budget_wan)})])
    own = factory.budget_fen or FALLBACK_BUDGET_FEN
    request = MatchRequest(
        budget_fen=own if budget_wan is None else fen_from_wan(budget_wan),
        weeks_limit=factory.horizon_weeks if weeks is None else weeks,
        max_providers=max_providers,
        target=target or factory.target_level,
    )
    if problems := run_problems(request):
        raise InvalidInput(problems)
    return request


def find_event(session: Session, name: str, *, to: Actor) -> Event:
    """Find an event that `to` may manage, by seed key (e-001), id or exact title.

    Raises:
        NotFound: nothing fits that the actor may see.
    """
    for event in event_queries.list_visible(session, to=to):
        if name in {str(event.id), event.title} or event.id == seed_id("event", name):
            return event
    raise NotFound(f"no event {name!r}")
