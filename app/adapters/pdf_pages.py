"""From pages to blocks: page furniture dropped, tables joined over breaks, lines to paragraphs."""

import re
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence

from app.adapters.pdf_layout import Item, PageItems, in_margin, join
from matching.reports.document import Block, heading, paragraph, table

_PAGE_NUMBER = re.compile(
    r"[-–—·.\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-–—·.\s]*"
    r"|page\s*\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_STARTS = re.compile(
    r"(?:第[一二三四五六七八九十\d]+[章节条]|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}(?:[、.．)）]|\s|(?=[\u4e00-\u9fff]))|[●•■◆▪○·\-–]\s*|[①-⑳]"
    r"|[【\[])"
)
_ENDS = ("。", "；", "！", "？", "：", ":", ";", "!", "?")


def drop_furniture(pages: Sequence[PageItems]) -> list[PageItems]:
    """Remove page numbers, and lines in the margins that come back on other pages."""
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update({_shape(item) for item in page.items if _marginal(item, page)})
    often = max(2, round(0.5 * len(pages))) if len(pages) < 8 else 3
    repeated = {shape for shape, count in counts.items() if shape and count >= often}
    for page in pages:
        page.items = [
            item
            for item in page.items
            if item.rows
            or not _marginal(item, page)
            or not (_shape(item) in repeated or _PAGE_NUMBER.fullmatch(item.text.strip()))
        ]
    return list(pages)


def joined_lines(lines: Sequence[str]) -> str:
    """Join the lines of a cell, which were broken by its width; list items keep their line."""
    text = ""
    for line in lines:
        plain = " ".join(line.split())
        if text and _STARTS.match(plain) and text.endswith(_ENDS):
            text = f"{text}\n{plain}"
        else:
            text = join(text, plain)
    return text


def _marginal(item: Item, page: PageItems) -> bool:
    return not item.rows and in_margin(item, page.height)


def _shape(item: Item) -> str:
    return _DIGITS.sub("#", "".join(item.text.split()))


def assemble(pages: Sequence[PageItems]) -> Iterator[Block]:
    """Yield blocks in reading order, places by page."""
    body = _body_size(pages)
    number = 0
    pending: list[tuple[int, Item]] = []
    rows: list[tuple[int, list[str]]] = []
    for page in pages:
        items = _ordered(page.items)
        for position, item in enumerate(items):
            if not item.rows:
                if rows:
                    number += 1
                    yield _table(rows, number)
                    rows = []
                pending.append((page.number, item))
                continue
            if rows and position == 0 and _goes_on(rows, item):
                rows = _extended(rows, item, page.number)
                continue
            yield from _paragraphs(pending, body)
            pending = []
            if rows:
                number += 1
                yield _table(rows, number)
            rows = [(page.number, row) for row in item.rows]
    yield from _paragraphs(pending, body)
    if rows:
        yield _table(rows, number + 1)


def _body_size(pages: Sequence[PageItems]) -> float:
    """Return the size of type that half of the lines, also of tables without rules, stay below."""
    sizes: list[float] = []
    for item in (item for page in pages for item in page.items if item.size):
        sizes.extend([item.size] * (len(item.rows) or 1))
    return statistics.median(sizes) if sizes else 0.0


def _ordered(items: Sequence[Item]) -> list[Item]:
    """Put tables among lines by height; the order of lines themselves (columns) is kept."""
    lines = [item for item in items if not item.rows]
    ordered = list(lines)
    for box in sorted((item for item in items if item.rows), key=lambda item: item.top):
        before = [
            i for i, line in enumerate(ordered) if line.top < box.top and line.left <= box.right
        ]
        ordered.insert(max(before, default=-1) + 1, box)
    return ordered


def _goes_on(rows: Sequence[tuple[int, list[str]]], item: Item) -> bool:
    return len(rows[0][1]) == len(item.rows[0])


def _extended(
    rows: list[tuple[int, list[str]]], item: Item, page: int
) -> list[tuple[int, list[str]]]:
    """Join the part on a new page: a repeated header goes, a row that was cut is put together."""
    header = [_squeeze(cell) for cell in rows[0][1]]
    more = item.rows
    if [_squeeze(cell) for cell in more[0]] == header:
        more = more[1:]
    if more and rows and not more[0][0] and rows[-1][1][0] and sum(map(bool, more[0])) <= 2:
        last_page, last = rows[-1]
        rows[-1] = (last_page, [join(a, b) for a, b in zip(last, more[0], strict=True)])
        more = more[1:]
    return [*rows, *((page, row) for row in more)]


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _table(rows: Sequence[tuple[int, list[str]]], number: int) -> Block:
    places = {i: f"第{page}页表{number}第{i + 1}行" for i, (page, _) in enumerate(rows)}
    return table([row for _, row in rows], f"第{rows[0][0]}页表{number}", places)


def _paragraphs(lines: Sequence[tuple[int, Item]], body: float) -> Iterator[Block]:
    """Join lines: a line that fills its column goes on in the next one, unless that one starts."""
    text, page, last = "", 0, None
    for number, item in lines:
        if _is_heading(item, body):
            if text:
                yield paragraph(text, f"第{page}页")
            text, last = "", None
            yield heading(item.text, f"第{number}页")
            continue
        if last is not None and _joins(last, item):
            text = join(text, item.text)
        else:
            if text:
                yield paragraph(text, f"第{page}页")
            text, page = item.text, number
        last = item
    if text:
        yield paragraph(text, f"第{page}页")


def _is_heading(item: Item, body: float) -> bool:
    return item.size > 1.12 * body and len(item.text) <= 40 and not item.text.endswith("。")


def _joins(last: Item, item: Item) -> bool:
    if _STARTS.match(item.text) and not _continues_number(last, item):
        return False
    full = last.column_right - last.right < 2.2 * last.size
    if not full:
        return False
    if last.text.endswith(_ENDS):
        # A sentence may end at the edge by chance; an indent then shows a new paragraph.
        return item.left - last.left < 1.2 * item.size
    return True


def _continues_number(last: Item, item: Item) -> bool:
    """A line that begins with a bare number goes on where the line before did not end."""
    return bool(re.match(r"\d+(?:\.\d+)?(?![\d.、．)）\s])", item.text)) and not last.text.endswith(
        _ENDS
    )
