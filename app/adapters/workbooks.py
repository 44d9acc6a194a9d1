"""Write safe xlsx workbooks: tables with typed columns, drop-downs, notes and colours.

Text is always stored as text: no formula, no link and no number is ever made of what people typed
(`=cmd|...` stays the letters that it is). Nothing is written to disk.
"""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

Kind = Literal["text", "any", "int", "number", "percent", "date"]
Tone = Literal["", "good", "warn", "bad", "info", "muted"]
Value = str | int | float | Decimal | bool | date | None
"""What a cell may hold; a date, not a moment: time zones do not exist in a workbook."""

# Excel's own limits.
MAX_TEXT = 32_767
MAX_SHEET_NAME = 31
MAX_INLINE_LIST = 255
# Rows below the header that drop-downs and formats reach when a sheet is a form to fill in.
FORM_ROWS = 1_000
OPTIONS_SHEET = "选项"
FONT = "等线"

_BAD_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
# What XML 1.0 cannot hold: control characters, surrogates, non-characters.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_NUMBER_FORMATS: dict[Kind, str] = {
    "text": "@",
    "any": "General",
    "int": "#,##0",
    "number": "#,##0.00",
    "percent": "0%",
    "date": "yyyy-mm-dd",
}
_TONES: dict[Tone, dict[str, str]] = {
    "": {},
    "good": {"bg_color": "#E3F3E6", "font_color": "#1B5E20"},
    "warn": {"bg_color": "#FFF3D6", "font_color": "#7A4B00"},
    "bad": {"bg_color": "#FBE3E1", "font_color": "#9B1C13"},
    "info": {"bg_color": "#E4EEF8", "font_color": "#14477A"},
    "muted": {"bg_color": "#F2F2F2", "font_color": "#555555"},
}
_HEADER = {"bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border_color": "#1F4E79"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes:
        title: header text.
        width: in characters of the standard font; a Chinese character takes two.
        kind: how values are written and, in a form, what may be typed ("percent": 0..1; "text"
            keeps typed digits as text, such as codes; "any" takes both).
        choices: the only values that a form accepts, offered as a drop-down.
        error: Chinese sentence that Excel shows for any other value; "" gives a standard one.
        note: comment at the header, for example how to fill the column in.
        required: the header is marked with an asterisk (`title` + " *").
        minimum, maximum: bounds of a number in a form.
        tones: value -> colour, as conditional formats, so that it follows later edits.
        bars: draw a data bar behind the numbers.
    """

    title: str
    width: float = 14
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    error: str = ""
    note: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    tones: Mapping[str, Tone] = field(default_factory=dict)
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A value with a look of its own; `comment` hangs at the cell as a note."""

    value: Value
    tone: Tone = ""
    comment: str = ""
    bold: bool = False


class WorkbookBuilder:
    """Collects sheets and gives the file as bytes, once.

    The same content with the same `created` gives the same bytes.
    """

    def __init__(self, *, title: str, author: str, created: datetime) -> None:
        """Begin an empty workbook.

        Args:
            title, author: document properties.
            created: aware time that stands in the properties.
        """
        self._buffer = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._buffer,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._book.set_properties(
            {
                "title": written(title),
                "author": written(author),
                "created": created.replace(tzinfo=None, microsecond=0),
            }
        )
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}
        self._names: set[str] = set()
        self._options: list[tuple[str, ...]] = []

    def sheet(
        self,
        name: str,
        columns: Sequence[Column],
        *,
        intro: Sequence[str] = (),
        form: bool = False,
    ) -> "SheetBuilder":
        """Add a sheet with a frozen header row, filter and A4 landscape print set-up.

        Args:
            name: at most 31 characters without []:*?/\\, each once.
            columns: from left to right.
            intro: lines above the header; the first is set as a title.
            form: the sheet is to be filled in: drop-downs and limits reach `FORM_ROWS` rows down
                and there is no filter.

        Raises:
            ValueError: Excel would refuse the name.
        """
        if not name or len(name) > MAX_SHEET_NAME or _BAD_SHEET_NAME.search(name):
            raise ValueError(f"no sheet can be called {name!r}")
        if name.casefold() in self._names or name == OPTIONS_SHEET:
            raise ValueError(f"there is a sheet {name!r} already")
        self._names.add(name.casefold())
        return SheetBuilder(self, self._book.add_worksheet(name), columns, intro=intro, form=form)

    def to_bytes(self) -> bytes:
        """Close the workbook and give the file; nothing can be added afterwards."""
        if self._options:
            self._write_options()
        self._book.close()
        return self._buffer.getvalue()

    def look(self, **properties: object) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Give the (shared) cell format of these xlsxwriter properties."""
        wanted = {"font_name": FONT, "font_size": 10, "valign": "top", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def tone(self, tone: Tone) -> Any:  # noqa: ANN401 - xlsxwriter has no types
        """Give a format that only colours, for conditional formats."""
        return self._book.add_format(_TONES[tone])

    def list_source(self, choices: tuple[str, ...]) -> list[str] | str:
        """Give the source of a drop-down: in place if Excel allows it, else a hidden sheet."""
        fits = len(",".join(choices)) <= MAX_INLINE_LIST and not any("," in c for c in choices)
        if fits:
            return list(choices)
        if choices not in self._options:
            self._options.append(choices)
        place = self._options.index(choices)
        first = xl_rowcol_to_cell(0, place, row_abs=True, col_abs=True)
        last = xl_rowcol_to_cell(len(choices) - 1, place, row_abs=True, col_abs=True)
        return f"='{OPTIONS_SHEET}'!{first}:{last}"

    def _write_options(self) -> None:
        sheet = self._book.add_worksheet(OPTIONS_SHEET)
        for place, choices in enumerate(self._options):
            for row, choice in enumerate(choices):
                sheet.write_string(row, place, choice)
        sheet.hide()


class SheetBuilder:
    """Writes the rows of one sheet from top to bottom."""

    def __init__(
        self,
        book: WorkbookBuilder,
        sheet: Any,  # noqa: ANN401 - xlsxwriter has no types
        columns: Sequence[Column],
        *,
        intro: Sequence[str],
        form: bool,
    ) -> None:
        self._book, self._sheet, self._columns, self._form = book, sheet, tuple(columns), form
        self.header_row = len(intro)
        """Zero-based row of the header."""
        self._next = self.header_row + 1
        for row, line in enumerate(intro):
            title = {"bold": True, "font_size": 14} if row == 0 else {"font_color": "#555555"}
            sheet.write_string(row, 0, written(line), book.look(valign="vcenter", **title))
        self._write_header()
        self._set_up_page()
        if form:
            self._guard(self._next, self._next + FORM_ROWS - 1)

    def row(self, *values: Value | Cell) -> int:
        """Write the next row, one value a column; give its zero-based number.

        None and "" are empty cells, True and False 是 and 否.

        Raises:
            ValueError: more values than columns.
            TypeError: a number that is not finite.
        """
        if len(values) > len(self._columns):
            raise ValueError(f"{len(values)} values for {len(self._columns)} columns")
        number = self._next
        for place, value in enumerate(values):
            cell = value if isinstance(value, Cell) else Cell(value)
            self._write(number, place, cell, self._columns[place])
        self._next += 1
        return number

    def done(self) -> None:
        """Finish a table of results: filter, colours and bars over the rows that were written."""
        last = max(self._next - 1, self.header_row)
        if not self._form:
            self._sheet.autofilter(self.header_row, 0, last, len(self._columns) - 1)
        if last > self.header_row:
            self._colour(self.header_row + 1, last)

    def comment(self, row: int, column: int, text: str) -> None:
        """Hang a note at a cell, wide enough to read."""
        lines = 1 + len(text) // 16 + text.count("\n")
        size = {"width": 240, "height": min(400, 22 + 18 * lines), "font_size": 9}
        self._sheet.write_comment(row, column, written(text), size)

    def _write_header(self) -> None:
        look = self._book.look(**_HEADER, border=1, text_wrap=True, valign="vcenter")
        for place, column in enumerate(self._columns):
            width_look = self._cell_look(column) if self._form else None
            self._sheet.set_column(place, place, column.width, width_look)
            mark = " *" if column.required else ""
            self._sheet.write_string(self.header_row, place, written(column.title) + mark, look)
            if column.note:
                self.comment(self.header_row, place, column.note)
        self._sheet.set_row(self.header_row, 24)

    def _set_up_page(self) -> None:
        sheet = self._sheet
        sheet.freeze_panes(self.header_row + 1, 0)
        sheet.repeat_rows(self.header_row)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.set_footer("&L&A&R&P / &N")

    def _cell_look(self, column: Column, cell: Cell | None = None) -> Any:  # noqa: ANN401
        more: dict[str, object] = {}
        if column.kind in {"text", "any"}:
            more |= {"text_wrap": True, "align": "left"}
        if cell is not None:
            more |= {"border": 1, "border_color": "#D0D5DB", **_TONES[cell.tone]}
            if cell.bold:
                more["bold"] = True
        return self._book.look(num_format=_NUMBER_FORMATS[column.kind], **more)

    def _write(self, row: int, place: int, cell: Cell, column: Column) -> None:
        look, value = self._cell_look(column, cell), cell.value
        if isinstance(value, str):
            value = written(value)
        if value is None or value == "":
            self._sheet.write_blank(row, place, None, look)
        elif isinstance(value, bool):
            self._sheet.write_string(row, place, "是" if value else "否", look)
        elif isinstance(value, int | float | Decimal):
            self._sheet.write_number(row, place, value, look)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, place, value, look)
        else:
            self._sheet.write_string(row, place, value, look)
        if cell.comment:
            self.comment(row, place, cell.comment)

    def _guard(self, first: int, last: int) -> None:
        """Let Excel itself refuse what the form does not take."""
        for place, column in enumerate(self._columns):
            if rule := self._rule(column):
                self._sheet.data_validation(first, place, last, place, rule)
        self._colour(first, last)

    def _rule(self, column: Column) -> dict[str, object] | None:
        rule: dict[str, object] = {"ignore_blank": True, "error_title": "填写有误"}
        if column.choices:
            rule |= {"validate": "list", "source": self._book.list_source(column.choices)}
            sentence = "请从下拉列表中选择一项。"
        elif column.kind in {"int", "number", "percent"}:
            low = column.minimum if column.minimum is not None else -1e15
            high = column.maximum if column.maximum is not None else 1e15
            kind = "integer" if column.kind == "int" else "decimal"
            rule |= {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
            sentence = _range_sentence(column)
        elif column.kind == "date":
            rule |= {"validate": "date", "criteria": ">=", "value": date(1990, 1, 1)}
            sentence = "请填写日期，例如 2026-06-01。"
        else:
            return None
        return {**rule, "error_message": (column.error or sentence)[:255]}

    def _colour(self, first: int, last: int) -> None:
        for place, column in enumerate(self._columns):
            for value, tone in column.tones.items():
                quoted = value.replace('"', '""')
                rule = {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{quoted}"',
                    "format": self._book.tone(tone),
                }
                self._sheet.conditional_format(first, place, last, place, rule)
            if column.bars:
                bar = {"type": "data_bar", "bar_color": "#9DC3E6", "bar_solid": True}
                self._sheet.conditional_format(first, place, last, place, {**bar, "min_value": 0})


def _range_sentence(column: Column) -> str:
    whole = "整数" if column.kind == "int" else "数字"
    if column.minimum is not None and column.maximum is not None:
        return f"请填写 {column.minimum:g} 到 {column.maximum:g} 之间的{whole}。"
    if column.minimum is not None:
        return f"请填写不小于 {column.minimum:g} 的{whole}。"
    if column.maximum is not None:
        return f"请填写不大于 {column.maximum:g} 的{whole}。"
    return f"请填写{whole}。"


def written(text: str) -> str:
    """Give `text` as a cell can hold it: what XML cannot carry is left out, the rest cut."""
    clean = _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return clean if len(clean) <= MAX_TEXT else clean[: MAX_TEXT - 1] + "…"
