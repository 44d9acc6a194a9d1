"""Build the application's parts from settings, for web and command line alike."""

import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import structlog
from sqlalchemy.orm import Session

from app.adapters.database import Database
from app.adapters.index_store import IndexStore
from app.adapters.migrations import is_at_head
from app.adapters.reference import Reference, load_reference
from app.core.clock import utc_now
from app.queries.match_parts import match_parts
from app.services.criteria import CriteriaShelf
from app.services.event_planning import EventEngine
from app.services.matching_runs import MatchEngine
from app.services.seeding.accounts import DemoAccounts, demo_accounts
from app.settings import Settings
from matching.gaps import read_reference
from matching.gaps.sets import read_set

log = structlog.get_logger("jizhi")


@dataclass
class Wiring:
    """The parts; what is costly is built on first use and kept."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime] = field(default=utc_now)

    @cached_property
    def reference(self) -> Reference:
        """Official reference data and the criterion set."""
        return load_reference(self.settings.seed_dir / "reference")

    @cached_property
    def index(self) -> IndexStore:
        """The catalogue index that follows the database."""
        return IndexStore(
            folder=self.settings.data_dir / "index",
            model=self.settings.model,
            query_prompt=self.settings.query_prompt,
            document_prompt=self.settings.document_prompt,
            labelled_texts=self.settings.seed_dir,
        )

    @cached_property
    def criteria(self) -> CriteriaShelf:
        """The criterion sets that assessments can be judged by."""
        base = read_reference(self.settings.seed_dir / "reference")
        others = [
            read_set(path.read_text("utf-8"), base=base).criteria
            for path in sorted((self.settings.seed_dir / "criteria").glob("*.json"))
        ]
        return CriteriaShelf(shipped=[self.reference.criteria, *others], base=base)

    def match_engine(self, session: Session, *, now: datetime) -> MatchEngine:
        """Give the engine over the present catalogue version."""
        live = self.index.live(session, now=now)
        return MatchEngine(
            searcher=live.searcher,
            criteria=self.criteria,
            parts=match_parts(session),
            related_industries=self.reference.related_industries,
            catalogue_version=live.version,
            model_fingerprint=self.index.encoder.fingerprint,
        )

    def event_engine(self, session: Session, *, now: datetime) -> EventEngine:
        """Give the engine for planning events over the present catalogue version."""
        live = self.index.live(session, now=now)
        return EventEngine(
            searcher=live.searcher,
            criteria=self.criteria,
            catalogue_version=live.version,
            related_industries=self.reference.related_industries,
        )

    def demo_accounts(self) -> DemoAccounts | None:
        """Give the demo accounts for the sign-in page; none in production."""
        if not self.settings.is_demo:
            return None
        return demo_accounts(self.settings.seed_dir)

    def readiness(self) -> dict[str, str]:
        """Say for each part "ok" or what is wrong with it."""
        return {
            "database": _state(self.database.ping),
            "migrations": _state(self._require_head),
            "model": _state(self.index.require_model),
        }

    def _require_head(self) -> None:
        if not is_at_head(self.database):
            raise RuntimeError("the schema is behind this version: run jizhi migrate")

    def close(self) -> None:
        """Give connections back."""
        self.database.close()


def _state(check: Callable[[], object]) -> str:
    """Run a readiness check; its failure is a sentence, not a crash.

    The probe is open to everybody, so only our own sentences are shown: those of libraries hold
    paths and statements, and go to the log.
    """
    try:
        check()
    except RuntimeError as error:
        return str(error)
    except Exception as error:
        log.error("not ready", exc_info=error)
        return f"{type(error).__name__}: see the log"
    return "ok"


def build_wiring(settings: Settings) -> Wiring:
    """Build the parts; nothing is connected or loaded yet."""
    return Wiring(settings=settings, database=Database(settings.effective_database_url))


def configure_logging(settings: Settings) -> None:
    """One line an event on standard error; JSON in production."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
