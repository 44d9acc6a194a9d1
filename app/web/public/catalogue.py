"""Home, the public catalogue with search and facets, offering and provider pages."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.clock import china_today
from app.queries import catalogue as queries
from app.services.browse import FACETS, Filters, browse
from app.web.contexts.catalogue import browse_context, offering_context
from app.web.deps import ActorDep, NowDep, SessionDep, WiringDep
from app.web.forms.fields import clean
from app.web.pages import render

router = APIRouter()
MAX_TEXT = 300


@router.get("/", name="home")
def home(request: Request, session: SessionDep, now: NowDep, _person: ActorDep) -> Response:
    """Say what this is and where to begin."""
    return render(
        request, "public/home.html", {"counts": queries.counts(session, today=china_today(now))}
    )


@router.get("/catalogue", name="catalogue")
def catalogue(
    request: Request, session: SessionDep, parts: WiringDep, now: NowDep, _person: ActorDep
) -> Response:
    """Search and filter; the address holds the whole state."""
    filters = filters_of(request)
    live = parts.index.live(session, now=now)
    result = browse(
        live.searcher,
        filters,
        scene_links=parts.reference.scene_links,
        kinds=queries.kinds_by_id(session),
        orders={
            "link": parts.reference.codes("scene_link"),
            "place": [*parts.reference.region_shorts],
        },
        today=china_today(now),
    )
    offerings = queries.offerings_by_id(session, [UUID(doc.id) for doc in result.docs])
    context = browse_context(
        request, filters, result, offerings, tokeniser=live.searcher.catalogue.tokeniser
    )
    return render(request, "public/catalogue.html", context, block="results")


def filters_of(request: Request) -> Filters:
    """Read the filters from the query string; what cannot be read is left out."""
    query = request.query_params
    page = query.get("page", "1")
    return Filters(
        text=clean(query.get("q", ""))[:MAX_TEXT],
        chosen={
            facet: tuple(dict.fromkeys(v for v in query.getlist(facet) if v)) for facet in FACETS
        },
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
    )


@router.get("/catalogue/offerings/{offering_id}", name="offering_detail")
def offering_detail(
    request: Request, offering_id: UUID, session: SessionDep, now: NowDep, _person: ActorDep
) -> Response:
    """One offering with its provider, evidence and freshness."""
    offering = queries.public_offering(session, offering_id)
    cases = queries.cases_of_provider(session, offering.provider_id)
    context = offering_context(offering, cases, today=china_today(now))
    return render(request, "public/offering.html", context)


@router.get("/providers/{provider_id}", name="provider_detail")
def provider_detail(
    request: Request, provider_id: UUID, session: SessionDep, now: NowDep, _person: ActorDep
) -> Response:
    """One provider with its offerings, cases and certificates."""
    provider = queries.public_provider(session, provider_id)
    context = {
        "provider": provider,
        "offerings": queries.public_offerings_of(session, provider_id),
        "cases": queries.cases_of_provider(session, provider_id),
        "today": china_today(now),
    }
    return render(request, "public/provider.html", context)
