"""Read the tab-separated tables of `seed_data` and say where a broken cell stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class BrokenTable(ValueError):
    """A table cannot be read; the message names file, line and column."""


@dataclass(frozen=True)
class Row:
    """One row: cells by column, and the place it came from."""

    cells: dict[str, str]
    place: str

    def text(self, column: str) -> str:
        """Give a cell, stripped; "" = unknown."""
        try:
            return self.cells[column].strip()
        except KeyError:
            raise BrokenTable(f"{self.place}: no column {column}") from None

    def required(self, column: str) -> str:
        """Give a cell that may not be empty."""
        value = self.text(column)
        if not value:
            raise BrokenTable(f"{self.place}: {column} is empty")
        return value

    def items(self, column: str) -> list[str]:
        """Give a `;` list."""
        return [part.strip() for part in self.text(column).split(";") if part.strip()]

    def pairs(self, column: str) -> dict[str, str]:
        """Give a `;` list of `code=value` pairs."""
        found = {}
        for item in self.items(column):
            code, mark, value = item.partition("=")
            if not mark:
                raise BrokenTable(f"{self.place}: {column}: {item!r} is not code=value")
            found[code.strip()] = value.strip()
        return found

    def whole(self, column: str) -> int | None:
        """Give a whole number or None."""
        number = self.number(column)
        return None if number is None else int(number)

    def number(self, column: str) -> float | None:
        """Give a number or None."""
        value = self.text(column)
        if not value:
            return None
        try:
            return float(value)
        except ValueError:
            raise BrokenTable(f"{self.place}: {column}: {value!r} is not a number") from None

    def day(self, column: str) -> date | None:
        """Give a date (YYYY-MM-DD, or YYYY-MM for its first day) or None."""
        value = self.text(column)
        if not value:
            return None
        try:
            return date.fromisoformat(value if len(value) > 7 else f"{value}-01")
        except ValueError:
            raise BrokenTable(f"{self.place}: {column}: {value!r} is not a date") from None


def read_tables(folder: Path, stem: str) -> Iterator[Row]:
    """Yield the rows of every `<stem>_*.tsv` in `folder`, in the order of the file names.

    Raises:
        BrokenTable: there is no such file, or a row has another number of cells than the header.
    """
    paths = sorted(folder.glob(f"{stem}_*.tsv"))
    if not paths:
        raise BrokenTable(f"{folder}: no {stem}_*.tsv")
    for path in paths:
        lines = path.read_text("utf-8").splitlines()
        header = lines[0].split("\t")
        for number, line in enumerate(lines[1:], start=2):
            cells = line.split("\t")
            place = f"{path.name}:{number}"
            if len(cells) != len(header):
                raise BrokenTable(f"{place}: {len(cells)} cells, header has {len(header)}")
            yield Row(dict(zip(header, cells, strict=True)), place)
