"""Migrations give exactly the models' tables, can be undone, and survive a second run."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from app.adapters.database import Database, sqlite_is_safe
from app.adapters.migrations import alembic_config, is_at_head, upgrade


def test_migrated_schema_is_the_models_schema(database):
    command.check(alembic_config(database))  # raises when autogenerate would change anything


def test_there_is_one_head(database):
    assert len(ScriptDirectory.from_config(alembic_config(database)).get_heads()) == 1


def test_down_to_nothing_and_up_again(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    upgrade(database)
    command.downgrade(alembic_config(database), "base")
    assert not is_at_head(database)

    upgrade(database)
    upgrade(database)

    assert is_at_head(database)
    database.close()


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 6, 23), True),
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_the_sqlite_gate_knows_the_affected_range(version, safe):
    assert sqlite_is_safe(version) is safe
