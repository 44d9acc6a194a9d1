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


def test_rows_of_an_older_version_survive_the_upgrade(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'old.db'}")
    database.prepare()
    config = alembic_config(database)
    command.upgrade(config, "0001")
    organisation, factory, assessment = "0" * 31 + "1", "0" * 31 + "2", "0" * 31 + "3"
    at = "2026-11-23 00:00:00.000000"
    with database.engine.execution_options(jizhi_writes=True).begin() as connection:
        run = connection.exec_driver_sql
        run(
            "INSERT INTO organisations VALUES (?,?,?,?,?,?,?,?,?,?)".replace(
                "organisations ",
                "organisations (id,name,short_name,credit_code,kind,region,county,is_demo,created_at,updated_at) ",
            ),
            (organisation, "甲厂", "甲", "9" * 18, "enterprise", "邢台", "", 0, at, at),
        )
        run(
            "INSERT INTO factories (id,organisation_id,name,region,county,industry,mfg_type,product,"
            "profile,level,target_level,systems,created_at,updated_at) VALUES "
            "(?,?,'甲厂','邢台','','C31','process','','','FL0','FL1','[]',?,?)",
            (factory, organisation, at, at),
        )
        run(
            "INSERT INTO assessments (id,factory_id,version,criteria_version,assessed_on,status,"
            "answers,scenes,kpis,eligibility,created_at,updated_at) VALUES "
            "(?,?,1,'v',?,'verified','{}','{}','{}','{}',?,?)",
            (assessment, factory, "2026-01-01", at, at),
        )
        run(
            "INSERT INTO findings (id,assessment_id,position,subdomain,text) VALUES (?,?,0,'M01','x')",
            ("0" * 31 + "4", assessment),
        )

    upgrade(database)

    with database.engine.connect() as connection:
        row = connection.exec_driver_sql(
            "SELECT mfg_type, criteria_code, trimmed, revision FROM assessments"
        ).one()
        findings = connection.exec_driver_sql("SELECT count(*) FROM findings").scalar_one()
    assert (tuple(row), findings) == (("process", "HB-FL-2025", "[]", 0), 1)
    database.close()
