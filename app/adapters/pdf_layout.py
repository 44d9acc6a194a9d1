"""Geometry of one pdf page: words to lines, columns, and tables that have no rules."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypedDict


class Word(TypedDict):
    """What is used of a word of pdfplumber; lengths in points, y downwards."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


@dataclass(slots=True)
class Item:
    """A line of text or a table on a page.

    Attributes:
        top, bottom, left, right: its box.
        text, size: of a line; the size of its type is used to see headings.
        pieces: parts of a line that stand apart, each (left, right, text).
        rows: of a table.
        column_right: right edge of the column that a line stands in (to see where lines are full).
    """

    top: float
    bottom: float
    left: float
    right: float
    text: str = ""
    size: float = 0.0
    pieces: list[tuple[float, float, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    column_right: float = 0.0


@dataclass(slots=True)
class PageItems:
    """One page: counts that tell scans and broken fonts, and its items in reading order."""

    number: int
    height: float
    characters: int
    garbled: int
    pictures: bool
    items: list[Item]


_GAP = 1.3
"""A gap of this many type sizes parts two cells or columns."""
_MIN_ROWS = 3
_BULLET = re.compile(r"[•●■◆▪○·◇►▶➢]|[-–—](?=\s)|\d{1,2}[、.．)）](?!\d)|[（(]\d{1,2}[)）]|[①-⑳]")
_SURE_MARGIN = 0.08
_EDGE_STEP = 4.0
_LONG = 0.3
"""A line of prose fills at least this share of the page width, in two columns as well."""
_WIDE_CHARACTER = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")


def outside(word: Word, tables: Iterable[Item]) -> bool:
    """Tell whether the middle of a word lies in none of the tables."""
    x = (word["x0"] + word["x1"]) / 2
    y = (word["top"] + word["bottom"]) / 2
    return not any(t.left <= x <= t.right and t.top <= y <= t.bottom for t in tables)


def in_margin(item: Item, height: float, share: float = 0.1) -> bool:
    """Tell whether a line stands where headers and footers do, in that share of the height."""
    return item.bottom < height * share or item.top > height * (1 - share)


def lines_of(words: Sequence[Word], *, width: float, height: float) -> list[Item]:
    """Join words to lines; where the page has two columns of prose, the left one comes first."""
    rows = [_line(group) for group in _groups(words)]
    inner = [row for row in rows if not in_margin(row, height, _SURE_MARGIN)]
    gutter = _gutter(inner, width=width)
    if gutter is None:
        edge = _edge(inner, width=width)
        for row in rows:
            row.column_right = edge
        return rows
    return _in_columns(rows, words, gutter, width=width, height=height)


def _edge(rows: Sequence[Item], *, width: float) -> float:
    """Return the right edge at which full lines end; infinity where no line is long enough.

    The edge that several long lines share counts, so that one longer line does not set it; short
    lines (a list of names) say nothing about the edge.
    """
    long = [row for row in rows if row.right - row.left > _LONG * width]
    counts = Counter(round(row.right / _EDGE_STEP) for row in long)
    common = [step for step, count in counts.items() if count >= 3]
    if common:
        return max(common) * _EDGE_STEP
    return max((row.right for row in long), default=float("inf"))


def _groups(words: Sequence[Word]) -> list[list[Word]]:
    """Group words whose middles lie at one height."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w["top"] + w["bottom"]) / 2):
        middle = (word["top"] + word["bottom"]) / 2
        if groups:
            last = groups[-1][0]
            limit = 0.45 * max(last["size"], word["size"], 1)
            if abs(middle - (last["top"] + last["bottom"]) / 2) < limit:
                groups[-1].append(word)
                continue
        groups.append([word])
    return groups


def _line(words: Sequence[Word]) -> Item:
    ordered = sorted(words, key=lambda w: w["x0"])
    size = max(w["size"] for w in ordered)
    pieces: list[tuple[float, float, str]] = []
    for word in ordered:
        if pieces and word["x0"] - pieces[-1][1] < _GAP * size:
            left, right, text = pieces[-1]
            pieces[-1] = (left, max(right, word["x1"]), join(text, word["text"]))
        else:
            pieces.append((word["x0"], word["x1"], word["text"]))
    text = ""
    for _, _, piece in pieces:
        text = f"{text} {piece}".strip()
    return Item(
        min(w["top"] for w in ordered),
        max(w["bottom"] for w in ordered),
        pieces[0][0],
        pieces[-1][1],
        text=text,
        size=size,
        pieces=pieces,
    )


def join(left: str, right: str) -> str:
    """Join two pieces of one line: no space where a Chinese character stands on either side."""
    if not left or not right:
        return left + right
    wide = _WIDE_CHARACTER.match(right[0]) or _WIDE_CHARACTER.match(left[-1])
    return left + right if wide else f"{left} {right}"


def _gutter(rows: Sequence[Item], *, width: float) -> float | None:
    """Return the middle of an empty strip between two columns of prose, or None.

    Columns of prose are told from a table by their length: most lines fill their column.
    """
    parted = [row for row in rows if len(row.pieces) == 2]
    if len(parted) < 6:
        return None
    left = max(sorted(row.pieces[0][1] for row in parted)[: max(1, int(0.9 * len(parted)))])
    right = min(sorted(row.pieces[1][0] for row in parted)[int(0.1 * len(parted)) :])
    middle = (left + right) / 2
    if right - left < 6 or not 0.35 * width < middle < 0.65 * width:
        return None
    crossing = sum(1 for row in rows if any(a < middle < b for a, b, _ in row.pieces))
    column = middle - min(row.left for row in rows)
    full = sum(1 for row in parted if all(b - a > 0.7 * column for a, b, _ in row.pieces))
    if crossing > 0.4 * len(rows) or full < 0.4 * len(parted):
        return None
    return middle


def _in_columns(
    rows: Sequence[Item], words: Sequence[Word], gutter: float, *, width: float, height: float
) -> list[Item]:
    """Order bands: between two lines that cross the gutter, left column, then right column."""
    crossing = sorted(
        (
            row
            for row in rows
            if in_margin(row, height, _SURE_MARGIN) or any(a < gutter < b for a, b, _ in row.pieces)
        ),
        key=lambda r: r.top,
    )
    for row in crossing:
        row.column_right = max(r.right for r in rows)
    free = [w for w in words if not any(c.top <= _middle(w) <= c.bottom for c in crossing)]
    ordered: list[Item] = []
    upper = float("-inf")
    for border in [*crossing, None]:
        lower = border.top if border else float("inf")
        band = [w for w in free if upper <= _middle(w) < lower]
        for side in (
            [w for w in band if w["x0"] < gutter],
            [w for w in band if w["x0"] >= gutter],
        ):
            lines = [_line(group) for group in _groups(side)]
            for line in lines:
                line.column_right = _edge(lines, width=width)
            ordered.extend(lines)
        if border:
            ordered.append(border)
            upper = border.bottom
    return ordered


def _middle(word: Word) -> float:
    return (word["top"] + word["bottom"]) / 2


def aligned_tables(lines: Sequence[Item]) -> list[Item]:
    """Turn runs of lines whose pieces stand under each other into tables; keep other lines."""
    items: list[Item] = []
    run: list[Item] = []
    for line in [*lines, None]:
        if line and run and _continues(run, line):
            run.append(line)
            continue
        items.extend(_close(run))
        run = []
        if line and len(line.pieces) > 1:
            run = [line]
        elif line:
            items.append(line)
    return items


def _continues(run: Sequence[Item], line: Item) -> bool:
    last = run[-1]
    if line.top < last.top or line.top - last.bottom > 2.2 * max(last.size, line.size):
        return False
    if len(line.pieces) > 1:
        return True
    if _bulleted(run):
        # Lists side by side: the first column goes on with a bullet, or with the rest of one.
        first, open_line = run[0].pieces[0][0], not run[-1].pieces[0][2].endswith(("。", "；"))
        near = abs(line.left - first) < 2 * line.size
        if near and (_BULLET.match(line.text) or (open_line and abs(line.size - last.size) < 1)):
            return True
    # A lone piece may be the second line of a cell, if it stands under a cell other than the first.
    starts = [piece[0] for row in run for piece in row.pieces[1:]]
    return any(abs(line.left - start) < line.size for start in starts)


def _bulleted(run: Sequence[Item]) -> bool:
    """Tell whether a line of the run has a bullet in front of every piece."""
    return any(
        len(row.pieces) > 1 and all(_BULLET.match(text) for _, _, text in row.pieces) for row in run
    )


def _close(run: list[Item]) -> list[Item]:
    if sum(1 for row in run if len(row.pieces) > 1) < (2 if _bulleted(run) else _MIN_ROWS):
        return list(run)
    columns = _columns(run)
    if len(columns) < 2:
        return list(run)
    rows: list[list[str]] = []
    for line in run:
        cells = [""] * len(columns)
        for left, right, text in line.pieces:
            index = _column_of((left, right), columns)
            cells[index] = join(cells[index], text)
        first = bool(cells[0]) and _bulleted(run) and not _BULLET.match(cells[0])
        if rows and len(line.pieces) == 1 and (first or not cells[0]):
            rows[-1] = [join(a, b) for a, b in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    box = Item(
        min(r.top for r in run),
        max(r.bottom for r in run),
        min(r.left for r in run),
        max(r.right for r in run),
        size=min(r.size for r in run),
        rows=rows,
    )
    return [box]


def _columns(run: Sequence[Item]) -> list[tuple[float, float]]:
    """Merge the pieces of the richest lines into column spans."""
    spans: list[tuple[float, float]] = []
    for left, right, _ in sorted(piece for row in run for piece in row.pieces):
        if spans and left < spans[-1][1] - 1:
            spans[-1] = (spans[-1][0], max(spans[-1][1], right))
        else:
            spans.append((left, right))
    return spans


def _column_of(span: tuple[float, float], columns: Sequence[tuple[float, float]]) -> int:
    middle = (span[0] + span[1]) / 2
    return next((i for i, (a, b) in enumerate(columns) if a - 1 <= middle <= b + 1), 0)
