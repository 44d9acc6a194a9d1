"""Rows of a table with the subdomain that each one speaks of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from matching.reports.headers import Header, Role
from matching.reports.layout import Part, Rows, distinct
from matching.reports.names import NameMatch, SubdomainNames, fold
from matching.reports.proposal import passage

_TOTAL = re.compile(
    r"合计|总分|总计|综合|平均|小计|overall|total|average|总体|最终|总得分|成熟度总",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(r"小计|合计|汇总|均值|sub-?total", re.IGNORECASE)
_NEVER_NAMES = {
    *(Role.SCORE, Role.WEIGHT, Role.OTHER, Role.GRADE, Role.LEVEL, Role.TEXT, Role.QUESTION),
    *(Role.FULL, Role.RATE),
}


@dataclass(slots=True)
class Row:
    """One row.

    Attributes:
        cells, place: as read.
        match: the subdomain that the row names.
        about: whom its texts may be about, where only a domain is named.
        subtotal: "设备管理 小计", above or below the rows of its questions.
    """

    cells: Sequence[str]
    place: str
    match: NameMatch | None
    about: NameMatch | None = None
    subtotal: bool = False

    @property
    def text(self) -> str:
        """The cells as one passage."""
        seen = list(dict.fromkeys(cell for cell in self.cells if cell))
        return passage("｜".join(" ".join(cell.split()) for cell in seen))


def rows_of(
    part: Part, header: Header, names: SubdomainNames, context: NameMatch | None
) -> list[Row]:
    """Return the body rows without totals; see `Row`."""
    body, places = part.rows[header.body :], part.places[header.body :]
    column = _name_column(body, header, names)
    upper = [i for i in (*header.of(Role.DOMAIN), *header.of(Role.ELEMENT)) if i != column]
    wide = _is_domain_column(body, column, header, names)
    rows: list[Row] = []
    above: NameMatch | None = None
    for cells, place in zip(body, places, strict=True):
        if not any(cells):
            continue
        if any(_TOTAL.search(cell[:12]) for cell in cells[:3]):
            if match := _subtotal(cells, names):
                above = match
                rows.append(Row(cells, place, match, subtotal=True))
            continue
        domain = next((cells[i] for i in upper if names.domain_codes(cells[i])), "")
        if wide and column is not None and len(codes := names.domain_codes(cells[column])) > 1:
            rows.append(Row(cells, place, NameMatch(codes, 0.4, "ambiguous")))
            continue
        if column is not None and len(several := _several(cells[column], names)) > 1:
            rows.append(Row(cells, place, NameMatch(several, 0.4, "several")))
            continue
        match = _match(cells, column, domain, header=header, names=names, context=context)
        codes = names.domain_codes(domain)
        about = NameMatch(codes, 0.5, "domain") if codes and match is None else None
        rows.append(Row(cells, place, match or above, about))
    return rows


def _is_domain_column(
    body: Rows, column: int | None, header: Header, names: SubdomainNames
) -> bool:
    """Tell whether the names are domains: 生产 is the domain then and not 生产作业."""
    if column is None or column in header.of(Role.SUBDOMAIN):
        return False
    cells = {row[column] for row in body if row[column]}
    known = [cell for cell in cells if names.resolve(cell) or names.domain_codes(cell)]
    return bool(known) and all(names.domain_codes(cell) for cell in known)


def _several(cell: str, names: SubdomainNames) -> tuple[str, ...]:
    """Return the codes where a cell lists subdomains: 设备管理 1.8、能源管理 0.8."""
    return tuple(dict.fromkeys(mention.code for mention in names.mentions(fold(cell))))


def _subtotal(cells: Sequence[str], names: SubdomainNames) -> NameMatch | None:
    """Name the subdomain of a row such as 设备管理小计 or 设备管理｜小计; None for other totals."""
    marked = [cell for cell in cells[:4] if len(cell) <= 20 and _SUBTOTAL.search(cell)]
    if not marked:
        return None
    for cell in (*marked, *cells[:3]):
        rest = _SUBTOTAL.sub("", cell)
        match = names.resolve(rest) if rest and len(rest) <= 20 else None
        if match and match.code and match.confidence >= 0.8 and not names.is_element(rest):
            return match
    return None


def _match(
    cells: Sequence[str],
    column: int | None,
    domain: str,
    *,
    header: Header,
    names: SubdomainNames,
    context: NameMatch | None,
) -> NameMatch | None:
    if column is None:
        return None if domain else context
    for index in (*header.of(Role.CODE), column):
        found = names.resolve(cells[index], domain=domain) if cells[index] else None
        if found and (index == column or found.how == "code"):
            if names.is_element(cells[index]) and not domain:
                return None
            return found
    return context if not cells[column] else None


def _name_column(body: Rows, header: Header, names: SubdomainNames) -> int | None:
    """The column that names most subdomains; a column titled 子域 wins over equals."""
    best, most = None, 0.0
    titled = set(header.of(Role.SUBDOMAIN))
    for index in range(len(body[0]) if body else 0):
        column = header.columns.get(index)
        if column and column.role in _NEVER_NAMES:
            continue
        cells = [row[index] for row in body]
        count: float = distinct(cells, names)
        if header.columns and index in titled and any(cells):
            count += 0.6
        if count > most and (count >= 2 or header.columns):
            best, most = index, count
    return best
