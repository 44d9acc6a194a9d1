"""Reading of docx: body in order, merged cells repeated, text boxes and inserted text included."""

import io
import re
from collections.abc import Iterator

import docx
from docx.document import Document as WordDocument
from docx.oxml.xmlchemy import BaseOxmlElement

from app.adapters.document_errors import DocumentRefused
from app.adapters.document_zip import check_parts
from matching.reports.document import Block, Document, heading, paragraph, table

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_WRAPPERS = {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"}
_SKIPPED = {_FALLBACK, f"{_W}txbxContent", f"{_W}del", f"{_W}moveFrom", f"{_W}instrText"}
_HEADING_STYLE = re.compile(r"(?:heading|标题)\s*(\d)", re.IGNORECASE)
_MAX_SPAN = 100
_MAX_DEPTH = 8


def read_docx(content: bytes) -> Document:
    """Read a docx whose directory has been checked.

    Raises:
        DocumentRefused: see `check_parts`; `document_damaged`.
    """
    check_parts(content)
    try:
        word = docx.Document(io.BytesIO(content))
    except (KeyError, ValueError) as error:
        raise DocumentRefused("document_damaged") from error
    return Document("docx", 0, tuple(_Walk(word).blocks()))


class _Walk:
    """One walk through the body, counting paragraphs and tables for their places."""

    def __init__(self, word: WordDocument) -> None:
        self.body = word.element.body
        self.paragraphs = 0
        self.tables = 0
        self.levels = _heading_levels(word)

    def blocks(self) -> Iterator[Block]:
        return self._inside(self.body, depth=0)

    def _inside(self, parent: BaseOxmlElement, *, depth: int) -> Iterator[Block]:
        if depth > _MAX_DEPTH:
            return
        for child in parent:
            if child.tag == f"{_W}p":
                yield from self._paragraph(child, depth=depth)
            elif child.tag == f"{_W}tbl":
                yield from self._table(child, depth=depth)
            elif child.tag in _WRAPPERS:
                yield from self._inside(child, depth=depth + 1)

    def _paragraph(self, element: BaseOxmlElement, *, depth: int) -> Iterator[Block]:
        text = _text(element)
        if text:
            self.paragraphs += 1
            place = f"第{self.paragraphs}段"
            level = self._level(element)
            yield heading(text, place, level) if level else paragraph(text, place)
        for box in element.iter(f"{_W}txbxContent"):
            if not any(parent.tag == _FALLBACK for parent in box.iterancestors()):
                yield from self._inside(box, depth=depth + 1)

    def _level(self, element: BaseOxmlElement) -> int:
        properties = element.find(f"{_W}pPr")
        if properties is None:
            return 0
        outline = properties.find(f"{_W}outlineLvl")
        if outline is not None and (value := outline.get(f"{_W}val", "9")) in set("012345678"):
            return int(value) + 1
        style = properties.find(f"{_W}pStyle")
        return self.levels.get(style.get(f"{_W}val", ""), 0) if style is not None else 0

    def _table(self, element: BaseOxmlElement, *, depth: int) -> Iterator[Block]:
        self.tables += 1
        place = f"表{self.tables}"
        rows = _rows(element)
        if any(any(row) for row in rows):
            yield table(rows, place)
        for cell in element.iter(f"{_W}tc"):
            for inner in cell.findall(f"{_W}tbl"):
                if _owner(inner) is element:
                    yield from self._table(inner, depth=depth + 1)


def _owner(inner: BaseOxmlElement) -> BaseOxmlElement | None:
    return next((up for up in inner.iterancestors() if up.tag == f"{_W}tbl"), None)


def _heading_levels(word: WordDocument) -> dict[str, int]:
    """Map style ids to heading levels, by name ("Heading 2", "标题 2") or outline level."""
    levels = {}
    for style in word.styles:
        found = _HEADING_STYLE.match(style.name or "")
        if found:
            levels[style.style_id] = int(found.group(1)) or 1
        elif (style.name or "").lower() == "title":
            levels[style.style_id] = 1
    return levels


def _text(element: BaseOxmlElement) -> str:
    """Join the visible text of a paragraph; deleted text, field codes and boxes stay out."""
    parts: list[str] = []

    def walk(node: BaseOxmlElement) -> None:
        for child in node:
            if child.tag in _SKIPPED:
                continue
            if child.tag == f"{_W}t":
                parts.append(child.text or "")
            elif child.tag == f"{_W}tab":
                parts.append("\t")
            elif child.tag in (f"{_W}br", f"{_W}cr"):
                parts.append("\n")
            else:
                walk(child)

    walk(element)
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _rows(element: BaseOxmlElement) -> list[list[str]]:
    """Return the cells as a grid: a merged cell is repeated wherever it reaches."""
    rows: list[list[str]] = []
    above: list[str] = []
    for row in _children(element, f"{_W}tr"):
        cells = [""] * _number(row.find(f"{_W}trPr/{_W}gridBefore"))
        for cell in _children(row, f"{_W}tc"):
            span = max(1, _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), default=1))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            place = len(cells)
            if merge is not None and merge.get(f"{_W}val", "continue") == "continue":
                text = above[place] if place < len(above) else ""
            else:
                text = "\n".join(t for p in _children(cell, f"{_W}p") if (t := _text(p)))
            cells.extend([text] * span)
        above = cells
        rows.append(cells)
    return rows


def _children(parent: BaseOxmlElement, tag: str) -> Iterator[BaseOxmlElement]:
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, tag)


def _number(element: BaseOxmlElement | None, *, default: int = 0) -> int:
    if element is None:
        return default
    value = element.get(f"{_W}val", "")
    return min(int(value), _MAX_SPAN) if value.isdigit() else default
