"""The engine keeps its promises: no lost updates, commit on return, roll back on raise."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.errors import Busy
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


def test_a_write_that_may_be_left_out_does_not_wait_for_a_writer(database, now):
    with database.session(write=True) as writer:
        writer.execute(text("CREATE TABLE busy (value INTEGER)"))
        done = database.attempt(lambda own: own.execute(text("DELETE FROM audit_events")))

    assert done is False
    assert database.attempt(lambda own: own.execute(text("INSERT INTO busy VALUES (1)"))) is True
    with database.session(write=False) as session:
        assert session.execute(text("SELECT count(*) FROM busy")).scalar_one() == 1
        # A reader's patience is its own again, whatever the connection was used for before.
        assert session.execute(text("PRAGMA busy_timeout")).scalar_one() == 30_000


def test_giving_up_on_another_writer_is_a_refusal_of_its_own(database, monkeypatch):
    monkeypatch.setattr("app.adapters.database.BUSY_TIMEOUT_SECONDS", 0.05)
    with database.session(write=True) as writer:
        writer.execute(text("CREATE TABLE busy (value INTEGER)"))
        with pytest.raises(Busy), database.session(write=True) as second:
            second.execute(text("DELETE FROM busy"))


def test_as_many_connections_as_requests_may_hold_at_once(database):
    with ExitStack() as stack:
        opened = [stack.enter_context(database.open(write=False)) for _ in range(80)]

        assert [s.execute(text("SELECT 1")).scalar_one() for s in opened] == [1] * 80
