"""Load everything in the order of its references."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.core.actors import ANONYMOUS
from app.core.criteria import CriterionRef
from app.models import Base, CatalogueChange
from app.services import audit
from app.services.seeding import catalogue, events, factories, people
from app.services.seeding.people import DEMO_PASSWORD

__all__ = ["DEMO_PASSWORD", "SeedReport", "load_seed"]

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Rows added by table name; an empty mapping means that everything was there."""

    added: dict[str, int]


def load_seed(
    session: Session,
    *,
    folder: Path,
    criteria: CriterionRef,
    now: datetime,
    report: Report = lambda _step: None,
) -> SeedReport:
    """Add the seed rows that are missing; nothing that exists is touched.

    Args:
        session: a writing session; the caller commits.
        folder: `seed_data`.
        criteria: the criterion set that the assessments are judged by.
        now: aware time stored as creation time.
        report: called with a word before each part, for progress bars.

    Raises:
        BrokenTable: a file is missing or a cell cannot be read; the message says where.
    """
    parts: list[tuple[str, Iterable[Base]]] = [
        ("departments", people.department_rows(folder, now=now)),
        ("providers", catalogue.provider_rows(folder / "catalogue", now=now)),
        ("offerings", catalogue.offering_rows(folder / "catalogue", now=now)),
        ("cases", catalogue.case_rows(folder / "catalogue", now=now)),
        (
            "factories",
            factories.factory_rows(folder / "factories", criteria=criteria, now=now),
        ),
        ("needs", factories.need_rows(folder / "factories", now=now)),
        ("accounts", people.account_rows(folder, now=now)),
        ("events", events.event_rows(folder, now=now)),
    ]
    added: dict[str, int] = {}
    for step, rows in parts:
        report(step)
        _add_missing(session, rows, added)
        # Flushed part by part, so that later parts find what they refer to.
        session.flush()
    if added:
        audit.record(
            session,
            actor=ANONYMOUS,
            action="seed.loaded",
            object_type="seed",
            object_id="seed_data",
            now=now,
            detail=dict(added),
        )
    return SeedReport(added)


def _add_missing(session: Session, rows: Iterable[Base], added: dict[str, int]) -> None:
    """Add rows whose key is not there yet; an outbox row follows the fate of its offering."""
    known: dict[type[Base], set[tuple[object, ...]]] = {}
    last_was_added = False
    for row in rows:
        kind = type(row)
        if kind is not CatalogueChange:
            if kind not in known:
                known[kind] = _known_keys(session, kind)
            last_was_added = _key(row) not in known[kind]
        if last_was_added:
            session.add(row)
            added[kind.__tablename__] = added.get(kind.__tablename__, 0) + 1


def _known_keys(session: Session, kind: type[Base]) -> set[tuple[object, ...]]:
    columns = inspect(kind).primary_key
    return {tuple(key) for key in session.execute(select(*columns))}


def _key(row: Base) -> tuple[object, ...]:
    mapper = inspect(type(row))
    return tuple(mapper.primary_key_from_instance(row))
