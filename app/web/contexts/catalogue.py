"""What the catalogue pages show."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from app.models import Case, Offering
from app.services.browse import BrowseResult, FacetValue, Filters, without
from app.web.i18n import N_, language_of, translate
from matching.text import Tokeniser
from matching.text.highlight import matched_terms

FACET_TITLES = {
    "link": N_("环节"),
    "scene": N_("场景"),
    "industry": N_("适用行业"),
    "kind": N_("类型"),
    "place": N_("服务地区"),
    "price": N_("价格"),
    "weeks": N_("交付周期"),
    "evidence": N_("证据"),
}
BAND_LABELS = {
    "p5": N_("5 万元以下"),
    "p20": N_("5–20 万元"),
    "p100": N_("20–100 万元"),
    "p500": N_("100–500 万元"),
    "p500up": N_("500 万元以上"),
    "w4": N_("4 周以内"),
    "w12": N_("4–12 周"),
    "w26": N_("12–26 周"),
    "w26up": N_("26 周以上"),
    "verified_case": N_("有他人确认的案例"),
    "certificate": N_("证书在有效期内"),
}
REFERENCE_KIND = {"link": "scene_link", "scene": "scene", "industry": "industry"}


def facet_label(request: Request, facet: str, code: str) -> str:
    """Give the word for a facet value; data such as place names is shown as it is."""
    if facet in REFERENCE_KIND:
        reference = request.app.state.wiring.reference
        return str(reference.name_of(REFERENCE_KIND[facet], code, language_of(request)))
    return translate(request, BAND_LABELS.get(code, code))


def address(filters: Filters) -> str:
    """Write filters as the query string of the catalogue; the first page needs no number."""
    pairs = [("q", filters.text)] if filters.text else []
    pairs += [(facet, code) for facet, codes in filters.chosen.items() for code in codes]
    if filters.page > 1:
        pairs.append(("page", str(filters.page)))
    return "/catalogue" + (f"?{urlencode(pairs)}" if pairs else "")


def browse_context(
    request: Request,
    filters: Filters,
    result: BrowseResult,
    offerings: Mapping[UUID, Offering],
    *,
    tokeniser: Tokeniser,
) -> dict[str, object]:
    """Prepare results, facets, chips and page addresses."""
    chips = [
        {"text": facet_label(request, facet, code), "url": address(without(filters, facet, code))}
        for facet, codes in filters.chosen.items()
        for code in codes
    ]
    return {
        "filters": filters,
        "result": result,
        "rows": [
            _row(filters.text, doc.text, offerings[UUID(doc.id)], tokeniser) for doc in result.docs
        ],
        "facets": [_facet(request, facet, values) for facet, values in result.facets.items()],
        "chips": chips,
        "clear_url": address(Filters(text=filters.text)),
        "page_url": lambda page: address(replace(filters, page=page)),
        "drop": _drop(request, filters, result.drop_hint),
    }


def _row(asked: str, text: str, offering: Offering, tokeniser: Tokeniser) -> dict[str, object]:
    found = matched_terms(asked, text, tokeniser=tokeniser, limit=6) if asked else []
    return {
        "offering": offering,
        "provider": offering.provider,
        "terms": [match.term for match in found],
    }


def _facet(request: Request, facet: str, values: Sequence[FacetValue]) -> dict[str, object]:
    shown = [
        {
            "code": value.code,
            "count": value.count,
            "chosen": value.chosen,
            "text": facet_label(request, facet, value.code),
        }
        for value in values
    ]
    return {
        "code": facet,
        "title": FACET_TITLES[facet],
        "values": shown,
        "open": facet in {"link", "place"} or any(v.chosen for v in values),
    }


def _drop(request: Request, filters: Filters, facet: str) -> dict[str, str] | None:
    """Offer to drop the filter that costs most results."""
    if not facet:
        return None
    kept = replace(filters, chosen={**filters.chosen, facet: ()}, page=1)
    return {"text": translate(request, FACET_TITLES[facet]), "url": address(kept)}


def offering_context(
    offering: Offering, cases: Sequence[Case], *, today: date
) -> dict[str, object]:
    """Prepare one offering: its own cases first, then others of the provider."""
    own = [case for case in cases if case.offering_id == offering.id]
    others = [case for case in cases if case.offering_id != offering.id]
    return {
        "offering": offering,
        "provider": offering.provider,
        "cases": own,
        "other_cases": others[:3],
        "today": today,
        "is_stale": offering.valid_to is not None and offering.valid_to < today,
    }
