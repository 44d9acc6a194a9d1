"""The engine keeps its promises: no lost updates, commit on return, roll back on raise."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.models import Organisation
from tests.factories import Make


def test_concurrent_read_modify_write_loses_no_update(database):
    with database.session(write=True) as session:
        session.execute(text("CREATE TABLE counter (value INTEGER)"))
        session.execute(text("INSERT INTO counter VALUES (0)"))

    def add_one(_: int) -> None:
        with database.session(write=True) as session:
            value = session.execute(text("SELECT value FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET value = :v"), {"v": value + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(120)))

    with database.session(write=False) as session:
        assert session.execute(text("SELECT value FROM counter")).scalar_one() == 120


def test_a_block_that_raises_leaves_nothing(database, now):
    def write_and_fail() -> None:
        with database.session(write=True) as session:
            Make(session, now=now).organisation(name="不该留下")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_and_fail()

    with database.session(write=False) as session:
        assert session.scalars(select(Organisation)).all() == []


def test_foreign_keys_are_enforced(database):
    with pytest.raises(IntegrityError), database.session(write=True) as session:
        session.execute(
            text("INSERT INTO certificates (id, provider_id, name) VALUES (:id, :missing, 'x')"),
            {"id": "a" * 32, "missing": "b" * 32},
        )


def test_the_database_is_in_wal_mode_and_syncs_fully(database):
    with database.session(write=False) as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar_one() == 2
        assert session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1
