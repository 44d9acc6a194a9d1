"""Read the cells of an xlsx as text, in a process of its own with little memory and little time.

Started as `python -I -m app.adapters.workbook_grid`: file on stdin, JSON on stdout. Formulas come
as the value that was stored with them; nothing is computed.
"""

import io
import json
import sys
from dataclasses import dataclass
from datetime import date, datetime

from app.adapters.document_errors import DocumentRefused
from app.adapters.document_process import run_reader

WORKER = "app.adapters.workbook_grid"
MAX_SHEETS = 30
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 4_000
# Of all sheets together: one far cell makes a sheet of millions of empty ones.
MAX_CELLS = 3_000_000


@dataclass(frozen=True, slots=True)
class GridSheet:
    """One worksheet: `rows` begin at row 1 and column A; a merged cell fills all its places."""

    name: str
    rows: tuple[tuple[str, ...], ...]


def read_grid(content: bytes) -> tuple[GridSheet, ...]:
    """Read all sheets, hidden ones too.

    Check the file with `app.adapters.documents.extract` first: this reader trusts the zip.

    Raises:
        DocumentRefused: `document_too_heavy`, `document_damaged`, `document_too_many_rows`.
    """
    answer = run_reader(WORKER, content=content)
    return tuple(
        GridSheet(sheet["name"], tuple(tuple(row) for row in sheet["rows"]))
        for sheet in answer["sheets"]
    )


def grid_of(content: bytes) -> list[dict[str, object]]:
    """Read the sheets in this very process; for the worker."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets: list[dict[str, object]] = []
        cells = 0
        for name in workbook.sheet_names[:MAX_SHEETS]:
            sheet = workbook.get_sheet_by_name(name)
            # From A1 to the last cell: what is read, and not only where something stands.
            height, width = sheet.total_height, sheet.total_width
            cells += height * width
            if height > MAX_ROWS or width > MAX_COLUMNS or cells > MAX_CELLS:
                raise DocumentRefused("document_too_many_rows", max=MAX_ROWS, columns=MAX_COLUMNS)
            rows = [[_cell(v) for v in row] for row in sheet.to_python(skip_empty_area=False)]
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
                fill_merged(rows, top=top, left=left, bottom=bottom, right=right)
            sheets.append({"name": name, "rows": rows})
    except CalamineError as error:
        raise DocumentRefused("document_damaged") from error
    return sheets


def fill_merged(rows: list[list[str]], *, top: int, left: int, bottom: int, right: int) -> None:
    """Write the text of a merged cell into all its places."""
    if top >= len(rows) or left >= len(rows[top]):
        return
    text = rows[top][left]
    for row in rows[top : bottom + 1]:
        for column in range(left, min(right + 1, len(row))):
            row[column] = text


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return str(value).strip()[:MAX_CELL]


def main() -> None:
    """Take away this process's rights, read stdin, answer on stdout."""
    from app.adapters.document_worker import limit_self

    limit_self()
    try:
        answer: dict[str, object] = {"sheets": grid_of(sys.stdin.buffer.read())}
    except DocumentRefused as refusal:
        answer = {"error": refusal.reason, "params": dict(refusal.params)}
    except (MemoryError, RecursionError):
        answer = {"error": "document_too_heavy"}
    except Exception:  # whatever the parser stumbles over, the file is what is wrong
        answer = {"error": "document_damaged"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True))


if __name__ == "__main__":
    main()
