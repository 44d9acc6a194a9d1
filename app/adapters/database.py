"""The database engine and its sessions; all dialect quirks live here.

SQLite: the library of Python 3.11 may lie in the range 3.7.0..3.51.2 whose WAL-reset race can
drop committed rows (fixed in 3.51.3, 3.50.7 and 3.44.6; sqlite.org/wal.html), so the driver is
`pysqlite3`, whose wheel carries a fixed one, and an affected library is refused. Without
BEGIN IMMEDIATE a read-modify-write silently loses updates, so every writing transaction
begins so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as fixed_sqlite
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from app.core.errors import Busy

# Pages compute outside the write lock, so waits are short; the command line's seed and a first
# index build are the long ones.
BUSY_TIMEOUT_SECONDS = 30
# How long a write waits that may as well be left out.
HASTY_TIMEOUT_SECONDS = 0.05
# The web server runs 40 requests at once, each with at most two connections: with fewer than 80
# all could hold their first and wait for their second.
POOL_SIZE, POOL_OVERFLOW = 10, 90


class UnsafeSqlite(RuntimeError):
    """The SQLite library can lose committed rows in WAL mode."""


def sqlite_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether a SQLite library is free of the WAL-reset race."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return True
    return (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


class Database:
    """One engine with a reading and a writing session factory.

    A session commits when its block returns and rolls back when it raises.
    """

    def __init__(self, url: str) -> None:
        """Open the engine for `url`; nothing is connected yet.

        Raises:
            UnsafeSqlite: the SQLite library is in the affected range.
        """
        self.url = make_url(url)
        self.engine = _sqlite_engine(url) if self.is_sqlite else create_engine(url)
        self._readers = sessionmaker(self.engine, expire_on_commit=False)
        writing = self.engine.execution_options(jizhi_writes=True)
        self._writers = sessionmaker(writing, expire_on_commit=False)
        hasty = writing.execution_options(jizhi_wait_seconds=HASTY_TIMEOUT_SECONDS)
        self._hasty_writers = sessionmaker(hasty, expire_on_commit=False)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is the embedded one."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def session(self, *, write: bool) -> Iterator[Session]:
        """Open a session for one unit of work: returning commits, raising rolls back.

        Raises:
            Busy: another writer did not finish within `BUSY_TIMEOUT_SECONDS`.
        """
        try:
            with self.open(write=write) as session, session.begin():
                yield session
        except OperationalError as error:
            if _is_locked(error):
                raise Busy from error
            raise

    def attempt(self, work: Callable[[Session], object]) -> bool:
        """Do a write that may be left out; False when somebody else is writing just now."""
        try:
            with self._hasty_writers() as session, session.begin():
                work(session)
        except OperationalError as error:
            if _is_locked(error):
                return False
            raise
        return True

    def open(self, *, write: bool) -> Session:
        """Open a session whose transactions the caller ends itself."""
        return (self._writers if write else self._readers)()

    def prepare(self) -> None:
        """Create the folder and switch SQLite to WAL; done once, before migrations."""
        if not self.is_sqlite or not self.url.database:
            return
        Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        raw = self.engine.raw_connection()
        try:
            # Outside a transaction, or the switch is refused.
            raw.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            raw.close()

    def ping(self) -> None:
        """Raise if the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    """Build the SQLite engine over the fixed library with the settings that keep data safe."""
    if not sqlite_is_safe(fixed_sqlite.sqlite_version_info):
        raise UnsafeSqlite(
            f"SQLite {fixed_sqlite.sqlite_version} can lose committed rows; "
            "install pysqlite3 >= 0.6.1"
        )
    engine = create_engine(
        url, module=fixed_sqlite, pool_size=POOL_SIZE, max_overflow=POOL_OVERFLOW
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_connection(connection: Any, _record: object) -> None:  # noqa: ANN401 - DBAPI object
    """Take BEGIN out of the driver's hands and set the per-connection pragmas."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys=ON",
        "synchronous=FULL",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "mmap_size=0",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _is_locked(error: OperationalError) -> bool:
    """Tell whether SQLite gave up waiting for another writer."""
    return "locked" in str(error.orig)


def _begin(connection: Connection) -> None:
    """Begin as a writer at once where writes are meant, else as a reader."""
    options = connection.get_execution_options()
    writes = options.get("jizhi_writes", False)
    # Said each time, because a pooled connection remembers what it was last told.
    wait = options.get("jizhi_wait_seconds", BUSY_TIMEOUT_SECONDS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(wait * 1000)}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
