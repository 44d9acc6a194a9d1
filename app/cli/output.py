"""How commands speak: JSON for machines, tables and progress for people, one line for refusals.

Exit codes: 0 done, 1 done but the answer is a failure (violations, not ready), 2 refused.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

EXIT_FAILED = 1
EXIT_REFUSED = 2


def run_reporting_errors(command: Callable[[], None]) -> None:
    """Run `command`; expected errors print one line on standard error."""
    from app.adapters.database import UnsafeSqlite
    from app.adapters.tables import BrokenTable
    from app.core.errors import JizhiError
    from matching.errors import MatchingError

    try:
        command()
    except (JizhiError, MatchingError, BrokenTable, UnsafeSqlite, OSError) as error:
        print(f"jizhi: {type(error).__name__}: {error}", file=sys.stderr)
        sys.exit(EXIT_REFUSED)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object, Chinese readable, dates and ids as text."""
    print(json.dumps(value, ensure_ascii=False, default=str, indent=1))


class Steps:
    """Times the steps of a longer command and shows them as they happen."""

    def __init__(self, *, quiet: bool) -> None:
        """Stay silent when `quiet` (JSON output)."""
        self.seconds: dict[str, float] = {}
        self._quiet = quiet

    @contextmanager
    def step(self, name: str, text: str) -> Iterator[None]:
        """Show `text` while the block runs and remember how long it took under `name`."""
        from rich.console import Console

        console = Console(stderr=True, quiet=self._quiet)
        started = monotonic()
        with console.status(text):
            yield
        self.seconds[name] = round(monotonic() - started, 3)
        console.print(f"[green]✓[/green] {text}  [dim]{self.seconds[name]:.2f} s[/dim]")


def print_table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    Console().print(table)
