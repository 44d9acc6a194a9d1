"""Browse the catalogue: text search, facets with counts, removable filters."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from matching.rank.diversity import cap_providers
from matching.rank.quality import raw_fit
from matching.rank.searcher import Searcher
from matching.rank.types import Hit, OfferingDoc, Query

PAGE_SIZE = 20
# Text evidence (see matching.rank.quality.raw_fit) below which an offering was not meant: real
# questions to the seed catalogue have a best hit of 0.8 and more.
LEAST_FIT = 0.25
EVERYWHERE = ("全省", "京津冀", "全国")
# Upper ends of the price bands in fen, with the code that stands in the URL.
PRICE_BANDS = {
    "p5": (0, 5_000_000),
    "p20": (5_000_000, 20_000_000),
    "p100": (20_000_000, 100_000_000),
    "p500": (100_000_000, 500_000_000),
    "p500up": (500_000_000, 10**15),
}
WEEK_BANDS = {"w4": (0, 4), "w12": (4, 12), "w26": (12, 26), "w26up": (26, 10**6)}


@dataclass(frozen=True, slots=True)
class Filters:
    """Chosen values by facet, the text and the page; the URL holds exactly this."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet with the number of results it would leave."""

    code: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class BrowseResult:
    """One page of results with the facets around them."""

    docs: tuple[OfferingDoc, ...]
    total: int
    page: int
    pages: int
    facets: dict[str, tuple[FacetValue, ...]]
    drop_hint: str


def _band(value: int | None, bands: dict[str, tuple[int, int]]) -> Iterable[str]:
    if value is None:
        return ()
    return [code for code, (low, high) in bands.items() if low <= value < high]


# Facet -> the codes of an offering, given its links (环节) and kind, in the order of the page.
FACETS: dict[str, Callable[[OfferingDoc, dict[str, str], str], Iterable[str]]] = {
    "link": lambda doc, links, _kind: {links[scene] for scene in doc.scenes},
    "scene": lambda doc, _links, _kind: doc.scenes,
    "industry": lambda doc, _links, _kind: doc.industries,
    "kind": lambda _doc, _links, kind: (kind,),
    "place": lambda doc, _links, _kind: doc.regions,
    "price": lambda doc, _links, _kind: _band(doc.price_min, PRICE_BANDS),
    "weeks": lambda doc, _links, _kind: _band(doc.weeks_min, WEEK_BANDS),
    "evidence": lambda doc, _links, _kind: _evidence(doc),
}


def _evidence(doc: OfferingDoc) -> list[str]:
    found = []
    if doc.verified_cases:
        found.append("verified_case")
    if doc.certificates_in_date:
        found.append("certificate")
    return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """An offering with its facet codes, computed once a search."""

    doc: OfferingDoc
    codes: dict[str, frozenset[str]]


def browse(
    searcher: Searcher,
    filters: Filters,
    *,
    scene_links: dict[str, str],
    kinds: dict[str, str],
    orders: dict[str, list[str]],
    today: date,
) -> BrowseResult:
    """Search and count.

    Args:
        searcher: over the public catalogue; what is hidden is not in it.
        filters: what the reader chose; unknown facets and codes simply match nothing.
        scene_links: scene -> link (环节).
        kinds: offering id -> kind.
        orders: facet -> its codes in the order to show; others follow by count.
        today: day for which validity is judged.
    """
    relevant = _relevant(searcher, filters.text, today) if filters.text else []
    entries = _entries(searcher, filters, relevant, scene_links, kinds, today)
    inside = [entry for entry in entries if _matches(entry, filters.chosen)]
    by_id = {entry.doc.id: entry for entry in inside}
    hits = _spread([hit for hit in relevant if hit.id in by_id])
    if filters.text:
        inside = [by_id[hit.id] for hit in hits]
    pages = max(1, -(-len(inside) // PAGE_SIZE))
    page = min(max(1, filters.page), pages)
    shown = inside[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return BrowseResult(
        docs=tuple(entry.doc for entry in shown),
        total=len(inside),
        page=page,
        pages=pages,
        facets=_facets(entries, filters, orders),
        drop_hint=_drop_hint(entries, filters) if not inside else "",
    )


def _entries(
    searcher: Searcher,
    filters: Filters,
    relevant: list[Hit],
    scene_links: dict[str, str],
    kinds: dict[str, str],
    today: date,
) -> list[_Entry]:
    """Give the offerings in date; with a text, those that have something to do with it."""
    docs = [d for d in searcher.catalogue.docs if d.valid_to is None or d.valid_to >= today]
    if filters.text:
        wanted = {hit.id for hit in relevant}
        docs = [doc for doc in docs if doc.id in wanted]
    docs.sort(key=lambda doc: (-doc.verified_cases, doc.freshness_days or 0, doc.name))
    return [
        _Entry(
            doc,
            {
                facet: frozenset(codes(doc, scene_links, kinds[doc.id]))
                for facet, codes in FACETS.items()
            },
        )
        for doc in docs
    ]


def _relevant(searcher: Searcher, text: str, today: date) -> list[Hit]:
    """Give hits whose text says something about the question; the tail is noise.

    Judged by the text evidence alone: facts such as cases and certificates speak for a provider,
    not for having been meant.
    """
    hits = searcher.search(Query(text=text, on=today), k=len(searcher.catalogue))
    floor = max([LEAST_FIT, *(raw_fit(hit) / 3 for hit in hits)])
    return [hit for hit in hits if raw_fit(hit) >= floor]


def _spread(hits: list[Hit]) -> list[Hit]:
    """Keep rank order, but let no provider fill the first page."""
    first = cap_providers(hits, k=PAGE_SIZE)
    taken = {hit.id for hit in first}
    return [*first, *(hit for hit in hits if hit.id not in taken)]


def _matches(entry: _Entry, chosen: dict[str, tuple[str, ...]], *, but: str = "") -> bool:
    """Within a facet any chosen value, across facets all; `but` leaves one facet out."""
    return all(
        _holds(entry, facet, values)
        for facet, values in chosen.items()
        if values and facet != but and facet in FACETS
    )


def _holds(entry: _Entry, facet: str, values: tuple[str, ...]) -> bool:
    own = entry.codes[facet]
    if facet == "place" and own & set(EVERYWHERE):
        return True
    return bool(own & set(values))


def _facets(
    entries: list[_Entry], filters: Filters, orders: dict[str, list[str]]
) -> dict[str, tuple[FacetValue, ...]]:
    """Count each value among the results of all other facets, so that zeros are honest."""
    result = {}
    for facet in FACETS:
        others = [e for e in entries if _matches(e, filters.chosen, but=facet)]
        count = Counter(code for e in others for code in e.codes[facet])
        chosen = filters.chosen.get(facet, ())
        order = orders.get(facet) or sorted(count, key=lambda code: (-count[code], code))
        codes = [*order, *(c for c in chosen if c not in order)]
        if facet == "place":
            count = Counter(
                {code: sum(1 for e in others if _holds(e, facet, (code,))) for code in codes}
            )
        result[facet] = tuple(FacetValue(code, count[code], code in chosen) for code in codes)
    return result


def _drop_hint(entries: list[_Entry], filters: Filters) -> str:
    """Name the facet whose removal would bring back most results; "" when none helps."""
    gains = {
        facet: sum(1 for e in entries if _matches(e, filters.chosen, but=facet))
        for facet, values in filters.chosen.items()
        if values and facet in FACETS
    }
    best = max(gains, key=lambda facet: gains[facet], default="")
    return best if best and gains[best] else ""


def without(filters: Filters, facet: str, code: str) -> Filters:
    """Give the filters with one chosen value taken away, back on the first page."""
    kept = tuple(value for value in filters.chosen.get(facet, ()) if value != code)
    return replace(filters, chosen={**filters.chosen, facet: kept}, page=1)
