"""Run Alembic from code, so that web, command line and tests migrate the same way."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.adapters.database import Database
from app.settings import ROOT


def alembic_config(database: Database) -> Config:
    """Give the Alembic configuration bound to `database`."""
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database"] = database
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema to `revision`; safe to call again."""
    database.prepare()
    command.upgrade(alembic_config(database), revision)


def is_at_head(database: Database) -> bool:
    """Tell whether the schema is the one this code expects."""
    head = ScriptDirectory.from_config(alembic_config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head
