"""A factory at a glance and its gap analysis."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.models import Factory
from app.queries import assessments as assessment_queries
from app.queries import factories as queries
from app.queries import needs as need_queries
from app.web.contexts.factory import factory_context
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
    latest = queries.latest_assessment(session, factory.id)
    draft = assessment_queries.open_of(session, factory.id)
    context = factory_context(
        request,
        factory,
        latest,
        need_queries.list_visible(session, factory, to=person),
        queries.runs_of(session, factory.id),
        criteria=parts.criteria.of_assessment(session, latest),
        actor=person,
        draft=draft,
        draft_criteria=parts.criteria.of_assessment(session, draft),
    )
    return render(request, "factory/detail.html", context)
