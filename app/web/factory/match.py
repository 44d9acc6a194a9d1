"""Generate bundles for a factory and look at kept runs."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.models import Factory
from app.permissions import Permission, require
from app.queries import catalogue as catalogue_queries
from app.queries import factories as queries
from app.queries.match_parts import still_public
from app.services.matching_runs import match_factory_apart
from app.web.contexts.factory import TARGETS
from app.web.contexts.factory_run import match_form_context, offering_ids, run_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.fields import FormView, typed_values
from app.web.forms.match import match_form_of, read_match
from app.web.messages import sentence
from app.web.pages import render, see_other

router = APIRouter()


@router.get("/factory/{factory_id}/match", name="match_form")
def match_form(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """The limits, filled in from the factory's profile."""
    factory = _matchable(session, factory_id, person)
    if queries.latest_assessment(session, factory.id) is None:
        return render(request, "factory/no_assessment.html", {"factory": factory})
    context = match_form_context(request, factory, match_form_of(factory))
    return render(request, "factory/match_form.html", context)


@router.post("/factory/{factory_id}/match", name="match_create")
def match_create(
    request: Request,
    factory_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Compute and keep a run, then show it; with problems the form comes back."""
    factory = _matchable(session, factory_id, person)
    form = read_match(posted, targets=TARGETS)
    if form.request is None:
        errors = {p.field: sentence(request, p) for p in form.problems}
        context = match_form_context(request, factory, FormView(typed_values(posted), errors))
        return render(request, "factory/match_form.html", context, status=422)
    engine = parts.match_engine(session, now=now)
    session.commit()  # matching takes a second or two: it must not hold the write lock meanwhile
    run_id = match_factory_apart(
        parts.database,
        factory_id=factory_id,
        request=form.request,
        engine=engine,
        actor=person,
        now=now,
        run_id=form.run_id,
    )
    return see_other(request, "match_run", run_id=run_id)


@router.get("/factory/runs/{run_id}", name="match_run")
def match_run(request: Request, run_id: UUID, session: SessionDep, person: SignedInDep) -> Response:
    """One kept run as it was computed."""
    run = queries.one_visible_run(session, run_id, to=person)
    context = run_context(
        request,
        run,
        public_offerings=still_public(session, offering_ids(run)),
        catalogue_version=catalogue_queries.catalogue_version(session),
        actor=person,
    )
    return render(request, "factory/run.html", context)


def _matchable(session: Session, factory_id: UUID, person: Actor) -> Factory:
    factory = queries.one_visible(session, factory_id, to=person)
    require(person, Permission.FACTORY_MATCH, factory)
    return factory
