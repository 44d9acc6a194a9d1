"""Reading of xlsx reports: one or more tables for each sheet, single cells as paragraphs."""

import io
from collections.abc import Iterator
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook

from app.adapters.document_errors import DocumentRefused
from app.adapters.document_zip import check_parts
from app.adapters.workbook_grid import fill_merged
from matching.reports.document import Block, Document, heading, paragraph, table
from matching.reports.texts import mode_of

MAX_SHEETS = 60
MAX_ROWS = 20_000
MAX_COLUMNS = 200


def read_xlsx(content: bytes) -> Document:
    """Read an xlsx whose directory has been checked.

    Raises:
        DocumentRefused: see `check_parts`; `document_damaged`, `document_too_many_rows`.
    """
    check_parts(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = workbook.sheet_names[:MAX_SHEETS]
        titled = any(mode_of(name) for name in names)
        blocks = [b for name in names for b in _titled(workbook, name, titled=titled)]
    except CalamineError as error:
        raise DocumentRefused("document_damaged") from error
    return Document("xlsx", len(names), tuple(blocks))


def _titled(workbook: CalamineWorkbook, name: str, *, titled: bool) -> list[Block]:
    """Where sheets are named 问题清单 or 改进建议, their names say what they hold."""
    found = list(_sheet(workbook, name))
    return [heading(name, f"工作表“{name}”", 1), *found] if titled and found else found


def _sheet(workbook: CalamineWorkbook, name: str) -> Iterator[Block]:
    sheet = workbook.get_sheet_by_name(name)
    # The total counts from A1; height and width only cover the used range.
    if sheet.total_height > MAX_ROWS or sheet.total_width > MAX_COLUMNS:
        raise DocumentRefused("document_too_many_rows", max=MAX_ROWS, columns=MAX_COLUMNS)
    rows = [[_cell(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        fill_merged(rows, top=top, left=left, bottom=bottom, right=right)
    run: list[tuple[int, list[str]]] = []
    for number, row in enumerate([*rows, []], start=1):
        if any(row):
            run.append((number, row))
        elif run:
            yield from _blocks(run, name)
            run = []


def _blocks(run: list[tuple[int, list[str]]], name: str) -> Iterator[Block]:
    """Rows that hold one text only are prose at the top or bottom of a table, or on their own."""
    start, end = 0, len(run)
    while start < end and _single(run[start][1]):
        start += 1
    while end > start and _single(run[end - 1][1]):
        end -= 1
    for number, row in run[:start]:
        yield paragraph(next(cell for cell in row if cell), _place(name, number))
    if start < end:
        used = [i for i in range(len(run[0][1])) if any(row[i] for _, row in run[start:end])]
        rows = [[row[i] for i in used] for _, row in run[start:end]]
        places = {i: _place(name, number) for i, (number, _) in enumerate(run[start:end])}
        yield table(rows, f"工作表“{name}”", places)
    for number, row in run[end:]:
        yield paragraph(next(cell for cell in row if cell), _place(name, number))


def _single(row: list[str]) -> bool:
    return len({cell for cell in row if cell}) == 1


def _place(name: str, number: int) -> str:
    return f"工作表“{name}”第{number}行"


def _cell(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()
