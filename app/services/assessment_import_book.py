"""Our sheets among those of a workbook, and what the reading of each row holds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.adapters.assessment_workbook import MARK_ITEMS, SHEETS, TEMPLATE_MARK, SheetKind
from app.adapters.workbook_grid import GridSheet
from app.services.assessment_import_flat import Item
from app.services.assessment_import_values import fold
from matching.gaps import CriterionSet, MfgType

HEADER_ROWS = 12
MARK_ROWS = 60


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong with a cell: sentence, sheet, row as Excel counts, column letter and key."""

    code: str
    params: Mapping[str, str | int | float]
    sheet: str
    row: int
    column: str
    key: str

    def to_json(self) -> dict[str, object]:
        """Give plain data for storing."""
        return {
            "code": self.code,
            "params": dict(self.params),
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "key": self.key,
        }


@dataclass
class RowReading:
    """One row that says something: its cells by column key, and what came of it."""

    number: int
    cells: dict[str, str]
    items: list[Item] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    filled: bool = True


@dataclass
class SheetReading:
    """One recognised sheet with all its rows, the untouched ones too."""

    kind: SheetKind
    name: str
    rows: list[RowReading]


@dataclass(frozen=True, slots=True)
class BookReading:
    """A whole workbook: `mark` holds what the template says of itself, empty if it is gone."""

    sheets: tuple[SheetReading, ...]
    mark: Mapping[str, str]

    @property
    def filled(self) -> list[RowReading]:
        """Give the rows that a person has filled in."""
        return [row for sheet in self.sheets for row in sheet.rows if row.filled]

    @property
    def good(self) -> int:
        """Count the rows that go in."""
        return sum(not row.problems for row in self.filled)

    @property
    def bad(self) -> int:
        """Count the rows that do not."""
        return sum(bool(row.problems) for row in self.filled)

    @property
    def problems(self) -> list[CellProblem]:
        """Give all problems in reading order."""
        return [problem for row in self.filled for problem in row.problems]

    @property
    def items(self) -> list[Item]:
        """Give what the good rows propose, one item a field."""
        found = {item.field: item for row in self.filled if not row.problems for item in row.items}
        return list(found.values())


@dataclass(frozen=True, slots=True)
class BookRules:
    """What a workbook is read against."""

    criteria: CriterionSet
    mfg_type: MfgType
    measures: Mapping[str, str]
    today: date


def mark_of(sheets: Iterable[GridSheet]) -> dict[str, str]:
    """Find what a template says of itself; empty when the workbook is not ours."""
    keys = {title: key for key, title in MARK_ITEMS.items()}
    for sheet in sheets:
        found = {
            keys[row[0].strip()]: row[1].strip()
            for row in sheet.rows[:MARK_ROWS]
            if len(row) > 1 and row[0].strip() in keys
        }
        if found.get("mark") == TEMPLATE_MARK:
            return found
    return {}


def is_template(sheets: Sequence[GridSheet]) -> bool:
    """Tell whether a workbook is (or was made from) our template."""
    if mark_of(sheets):
        return True
    # The page with the mark may have been deleted: two of our own tables are proof enough.
    return sum(recognise(sheet) is not None for sheet in sheets) >= 2


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header row is, from 0, and in which column each key stands."""

    row: int
    places: Mapping[str, int]


def recognise(sheet: GridSheet) -> tuple[SheetKind, Header] | None:
    """Find the header row of a sheet of ours; the kind that most columns fit wins."""
    best: tuple[int, SheetKind, Header] | None = None
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        titles = [fold(text).rstrip("*") for text in row]
        for kind in SHEETS:
            places = _places(kind, titles)
            if kind.required <= set(places) and (best is None or len(places) > best[0]):
                best = (len(places), kind, Header(number, places))
    return (best[1], best[2]) if best else None


def _places(kind: SheetKind, titles: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for key, names in kind.columns.items():
        for name in names:
            if (wanted := fold(name)) in titles:
                places[key] = titles.index(wanted)
                break
    return places


def column_letter(place: int) -> str:
    """Give Excel's name of a column, from 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
