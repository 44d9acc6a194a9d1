"""A factory at a glance and its gap analysis."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.models import Factory
from app.queries import factories as queries
from app.queries import needs as need_queries
from app.services.matching_runs import analyse_factory
from app.web.contexts.factory import TARGETS, factory_context
from app.web.contexts.factory_gaps import gaps_context
from app.web.deps import SessionDep, SignedInDep, WiringDep
from app.web.pages import render
from app.wiring import Wiring

router = APIRouter()


@router.get("/factory", name="factory_home")
def factory_home(
    request: Request, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """The actor's factories; with one there is nothing to choose, so it is shown at once."""
    own = queries.own(session, of=person) or queries.list_visible(session, to=person)
    if len(own) == 1:
        return _detail(request, session, parts, own[0], person)
    return render(request, "factory/home.html", {"factories": own})


@router.get("/factory/{factory_id}", name="factory_detail")
def factory_detail(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """One factory: figures, tasks, needs and runs."""
    factory = queries.one_visible(session, factory_id, to=person)
    return _detail(request, session, parts, factory, person)


def _detail(
    request: Request, session: Session, parts: Wiring, factory: Factory, person: Actor
) -> Response:
    context = factory_context(
        request,
        factory,
        queries.latest_assessment(session, factory.id),
        need_queries.list_visible(session, factory, to=person),
        queries.runs_of(session, factory.id),
        criteria=parts.reference.criteria,
        actor=person,
    )
    return render(request, "factory/detail.html", context)


@router.get("/factory/{factory_id}/gaps", name="factory_gaps")
def factory_gaps(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """What the factory lacks for a target level; another one may be chosen in the address."""
    factory = queries.one_visible(session, factory_id, to=person)
    assessment = queries.latest_assessment(session, factory.id)
    if assessment is None:
        return render(request, "factory/no_assessment.html", {"factory": factory})
    wanted = request.query_params.get("target", "")
    target = wanted if wanted in TARGETS else factory.target_level
    analysis = analyse_factory(factory, assessment, parts.reference.criteria, target=target)
    context = gaps_context(request, factory, assessment, analysis, actor=person)
    return render(request, "factory/gaps.html", context)
