"""How a table lies on the paper: turned, side by side, or one subdomain a row."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.reports.headers import Header, Role, read_header
from matching.reports.names import SubdomainNames

Rows = Sequence[Sequence[str]]
"""Rows of cells, all of one length."""
SURE = 0.6
"""From this confidence on a cell counts as a name."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table, or a part of one that reads as a table of its own, with a place for each row."""

    rows: Rows
    places: Sequence[str]


def parts_of(rows: Rows, places: Sequence[str], names: SubdomainNames) -> list[Part]:
    """Cut a table into parts that have one subdomain a row.

    A table with the names along the top is turned; one with two groups of columns side by side is
    cut between them.
    """
    across = [i for i, row in enumerate(rows) if distinct(row, names) >= 3]
    down = max((distinct(column, names) for column in zip(*rows, strict=True)), default=0)
    if across and max(distinct(rows[i], names) for i in across) > down:
        return _turned(rows, places, across)
    header = read_header(rows, names)
    starts = header.of(Role.SUBDOMAIN) if header else []
    if header and len(starts) > 1 and _side_by_side(header, starts):
        edges = [_group_start(header, start) for start in starts]
        edges[0] = 0
        ends = [*edges[1:], len(rows[0])]
        return [Part([row[a:b] for row in rows], places) for a, b in zip(edges, ends, strict=True)]
    return [Part(rows, places)]


def distinct(cells: Sequence[str], names: SubdomainNames) -> int:
    """Count the different subdomains that cells name."""
    found = {
        match.code
        for cell in set(cells)
        if 0 < len(cell) <= 20 and (match := names.resolve(cell)) and match.confidence >= SURE
    }
    return len(found - {None})


def _turned(rows: Rows, places: Sequence[str], across: Sequence[int]) -> list[Part]:
    parts = []
    ends = [*across[1:], len(rows)]
    for start, end in zip(across, ends, strict=True):
        stripe = rows[start:end]
        turned = [list(column) for column in zip(*stripe, strict=True)]
        # Rows of the turned table all stand in the stripe; the row of the first values is named.
        place = places[min(start + 1, len(places) - 1)]
        parts.append(Part(turned, [place] * len(turned)))
    return parts


def _side_by_side(header: Header, starts: Sequence[int]) -> bool:
    values = (*header.of(Role.SCORE), *header.of(Role.GRADE))
    ends = [*starts[1:], max(header.columns) + 1]
    return all(any(a < value < b for value in values) for a, b in zip(starts, ends, strict=True))


def _group_start(header: Header, start: int) -> int:
    """A group begins with the number, element or domain columns that stand before its names."""
    first = {Role.CODE, Role.ELEMENT, Role.DOMAIN}
    while start > 0 and (c := header.columns.get(start - 1)) and c.role in first:
        start -= 1
    return start
