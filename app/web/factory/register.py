"""A factory comes to the platform: with its organisation, or to one that is here already."""

from uuid import uuid4

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import InvalidInput, NotFound
from app.core.problems import Problem
from app.queries import factory_profiles as queries
from app.services import factories, registrations
from app.web.contexts.factory_profile import new_factory_page, registration_page
from app.web.contexts.provider import errors_by_field
from app.web.deps import ActorDep, FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.factory import (
    FactoryRegistrationForm,
    read_factory,
    read_factory_registration,
)
from app.web.forms.fields import FieldReader, FormView, typed_values
from app.web.forms.registration import posted_id
from app.web.navigation import home_route
from app.web.pages import redirect, render, see_other

router = APIRouter()
REGISTER = "factory/register.html"
NEW = "factory/profile_new.html"


@router.get("/register/factory", name="factory_register")
def register_form(request: Request, session: SessionDep, person: ActorDep) -> Response:
    """Show the registration form; who is signed in adds a factory to the own organisation."""
    if not person.is_anonymous:
        may_add = queries.organisations_to_add_to(session, of=person)
        route = "factory_new" if may_add else home_route(person)
        return see_other(request, route)
    values: dict[str, str | list[str]] = {"id": str(uuid4()), "factory_id": str(uuid4())}
    return render(request, REGISTER, registration_page(request, FormView(values, {})))


@router.post("/register/factory", name="factory_registration")
def register(
    request: Request, posted: FormDep, session: SessionDep, parts: WiringDep, now: NowDep
) -> Response:
    """Register organisation, first member and first factory; then to the sign-in page."""
    form = read_factory_registration(posted, parts.reference)
    problems = form.problems
    if problems:
        problems = [*problems, *registrations.registration_problems(session, form.registration)]
    else:
        try:
            registrations.register_factory(
                session,
                registration=form.registration,
                factory_id=form.factory_id,
                content=form.content,
                now=now,
            )
        except InvalidInput as refused:
            problems = refused.problems
    if not problems:
        return redirect(request, f"{request.url_for('login')}?registered=factory")
    return _redrawn(request, posted, form, problems)


def _redrawn(
    request: Request, posted: FormData, form: FactoryRegistrationForm, problems: list[Problem]
) -> Response:
    """Show the form again with what was typed, except for the passwords."""
    values = typed_values(posted)
    values = {name: typed for name, typed in values.items() if not name.startswith("password")}
    values |= {
        "id": str(form.registration.organisation_id),
        "factory_id": str(form.factory_id),
    }
    context = registration_page(request, FormView(values, errors_by_field(request, problems)))
    return render(request, REGISTER, context, status=422)


@router.get("/factory/new", name="factory_new")
def new_form(request: Request, session: SessionDep, person: SignedInDep) -> Response:
    """Show the form by which an organisation on the platform adds a factory."""
    view = FormView({"id": str(uuid4()), "target_level": "FL1"}, {})
    return _new(request, session, view, person)


@router.post("/factory/new", name="factory_create")
def create(
    request: Request,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Add the factory; sending twice adds one."""
    reader = FieldReader(posted)
    factory_id, organisation_id = posted_id(reader, "id"), posted_id(reader, "organisation_id")
    form = read_factory(posted, parts.reference)
    problems = form.problems
    if not problems:
        try:
            factories.create_factory(
                session,
                factory_id=factory_id,
                organisation_id=organisation_id,
                content=form.content,
                actor=person,
                now=now,
            )
            return see_other(request, "factory_detail", factory_id=factory_id)
        except InvalidInput as refused:
            problems = refused.problems
    view = FormView(typed_values(posted), errors_by_field(request, problems))
    return _new(request, session, view, person, status=422)


def _new(
    request: Request, session: Session, view: FormView, person: Actor, status: int = 200
) -> Response:
    """Draw the form; NotFound for those who have no organisation to add a factory to."""
    organisations = queries.organisations_to_add_to(session, of=person)
    if not organisations:
        raise NotFound
    context = new_factory_page(request, view, organisations)
    return render(request, NEW, context, status=status)
