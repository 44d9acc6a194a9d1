"""Alembic environment: the connection comes from the application's own `Database`."""

from alembic import context
from sqlalchemy import Connection

from app.adapters.database import Database
from app.models import Base
from app.models.base import UtcDateTime
from app.settings import Settings


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our own column types as the plain ones they store, so migrations stay alone."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations in one transaction on a writing connection."""
    database = context.config.attributes.get("database")
    if database is None:  # started by the alembic command line
        database = Database(Settings().effective_database_url)
        database.prepare()
    writing = database.engine.execution_options(jizhi_writes=True)
    with writing.connect() as connection:
        if database.is_sqlite:
            # Batch mode drops and recreates tables that others point to. The switch is ignored
            # inside a transaction, so it goes to the driver before one begins.
            connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")
        if not database.is_sqlite:
            connection.exec_driver_sql("SET lock_timeout = '4s'")
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
            if database.is_sqlite:
                _require_whole_references(connection)
        if database.is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys = ON")


def _require_whole_references(connection: Connection) -> None:
    """Refuse to commit a migration that has left a row pointing to nothing."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration broke {len(broken)} references, first: {broken[0]}")


run()
