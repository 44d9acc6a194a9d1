"""Shared fixtures: a migrated database, a session, factories of rows, a fixed clock."""

import os

# Before anything that might import a model library: tests never look for a hub.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.orm import Session

from app.adapters.database import Database
from app.adapters.migrations import upgrade
from app.settings import ROOT, Settings
from app.wiring import Wiring, build_wiring
from tests.factories import Make

# A deadline would be a timed assertion: it fails on a busy machine and says nothing of the code.
settings.register_profile("jizhi", deadline=None)
settings.load_profile("jizhi")

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A freshly migrated, empty SQLite file, copied for each test that writes."""
    path = tmp_path_factory.mktemp("db") / "empty.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    with database.engine.connect() as connection:
        # One plain file, so that copying it copies everything.
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def database(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of the test's own."""
    path = tmp_path / "jizhi.db"
    path.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{path}")
    database.prepare()
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """An open session of the test's own; commit before the application is to see its rows.

    It begins as a reader, so that looking at rows does not block the application's writes.
    """
    with database.open(write=False) as session:
        yield session


@pytest.fixture
def now() -> datetime:
    """The time of the test."""
    return NOW


@pytest.fixture
def make(session: Session) -> Make:
    """Build rows with sensible defaults in the test's session."""
    return Make(session, now=NOW)


@pytest.fixture(scope="session")
def engine_parts() -> dict[str, object]:
    """The bundled model and the scene inference: costly to load, never changed by anybody."""
    store = build_wiring(Settings(seed_dir=ROOT / "seed_data")).index
    store.require_model()
    return {name: store.__dict__[name] for name in ("encoder", "scenes", "_tokeniser")}


@pytest.fixture
def wiring(database: Database, tmp_path: Path, engine_parts: dict[str, object]) -> Wiring:
    """The application's parts over the test's database, with the bundled model."""
    settings = Settings(
        data_dir=tmp_path, database_url=str(database.url), seed_dir=ROOT / "seed_data"
    )
    wiring = Wiring(settings=settings, database=database, clock=lambda: NOW)
    wiring.index.__dict__.update(engine_parts)
    return wiring
