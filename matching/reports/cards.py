"""Cards: a table for one subdomain, labels with their values beside them."""

import re

from matching.reports.collect import Gathered
from matching.reports.headers import Column, Role, column_of
from matching.reports.layout import Part
from matching.reports.names import NameMatch
from matching.reports.numbers import clean, read_grade, read_number
from matching.reports.proposal import Source, passage
from matching.reports.texts import Mode

_GRADED = re.compile(r"\s*(?:综合)?(?:得分|评分|分值)\s*[:：]")
_SURE = 0.8


def is_card(part: Part) -> bool:
    """Tell whether a table without header has labels in its first column."""
    labels = [row[0] for row in part.rows if len(row) > 1 and row[0] != row[1]]
    told = sum(1 for label in dict.fromkeys(labels) if _label(label))
    return told >= 2 and len(part.rows[0]) <= 8


def _label(text: str) -> Column | None:
    column = column_of(text.strip(" :：")) if len(clean(text)) <= 12 else None
    return None if column and column.role is Role.LEVEL else column


def _named(part: Part, gathered: Gathered) -> NameMatch | None:
    """Read a name that stands in the first row without a label."""
    found = (gathered.names.resolve(cell) for cell in dict.fromkeys(part.rows[0]) if cell)
    return next((m for m in found if m and m.code and m.confidence >= _SURE), None)


def read_card(part: Part, gathered: Gathered, *, context: NameMatch | None) -> None:
    """Read score, findings and needs of one card; `context` is the subdomain of the section."""
    match = context or _named(part, gathered)
    pairs = [
        (column, cells[i + 1], place)
        for row, place in zip(part.rows, part.places, strict=True)
        if (cells := list(dict.fromkeys(cell for cell in row if cell)))
        for i in range(len(cells) - 1)
        if (column := _label(cells[i])) and not _label(cells[i + 1])
    ]
    graded = False
    for row, place in zip(part.rows, part.places, strict=True):
        for cell in dict.fromkeys(row):
            if _GRADED.match(cell) and match and match.code and (grade := read_grade(cell)):
                source = Source(passage(cell), place, 0.9 * match.confidence, "card")
                gathered.add_grade(match.code, grade, read=cell, source=source)
                graded = True
    for column, value, place in pairs:
        if column.role in (Role.SUBDOMAIN, Role.DOMAIN):
            found = gathered.names.resolve(value)
            if found and (column.role is Role.SUBDOMAIN or match is None):
                match = found
                graded = False
        elif column.role in (Role.SCORE, Role.GRADE) and match and match.code and not graded:
            grade = read_grade(value)
            if grade:
                shown = passage(f"{column.title}：{value}")
                source = Source(shown, place, 0.9 * match.confidence, "card")
                gathered.add_grade(match.code, grade, read=value, source=source)
                graded = column.role is Role.SCORE
        elif column.role is Role.TEXT:
            add_cell(gathered, value, column.mode, match=match, place=place)


def add_cell(
    gathered: Gathered, text: str, mode: Mode | None, *, match: NameMatch | None, place: str
) -> None:
    """Read the texts of one cell; a description without labels of its own gives none."""
    if read_number(text) is not None:
        return
    plain = Mode.STRENGTH if mode is Mode.CURRENT else mode
    gathered.add_texts(text, plain, match=match, place=place, confidence=0.92, how="column")
