"""Start page of a provider, registration of an organisation, profile of one that is here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import InvalidInput, NotFound
from app.core.problems import Problem
from app.models import Organisation
from app.permissions import Permission, require
from app.queries import providers as queries
from app.services import registrations
from app.web.contexts.provider import (
    errors_by_field,
    home_context,
    profile_page,
    registration_page,
)
from app.web.deps import ActorDep, FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.fields import FieldReader, FormView, typed_values
from app.web.forms.registration import (
    REPEATED,
    RegistrationForm,
    posted_id,
    read_profile,
    read_registration,
)
from app.web.navigation import home_route
from app.web.pages import redirect, render

router = APIRouter()


@router.get("/provider", name="provider_home")
def provider_home(
    request: Request, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Own offerings with status, freshness and what is missing."""
    require(person, Permission.PROVIDER_HOME)
    providers = queries.own_providers(session, of=person)
    without_profile = queries.organisations_without_profile(session, of=person)
    context = home_context(request, providers, without_profile, now=now)
    return render(request, "provider/home.html", context)


@router.get("/register/provider", name="provider_register")
def register_form(request: Request, person: ActorDep) -> Response:
    """Show the registration form; who is signed in already goes to the start page."""
    if not person.is_anonymous:
        return redirect(request, str(request.url_for(home_route(person))))
    context = registration_page(request, FormView({}, {}), new_id=uuid4())
    return render(request, "provider/register.html", context)


@router.post("/register/provider", name="provider_registration")
def register(
    request: Request, posted: FormDep, session: SessionDep, parts: WiringDep, now: NowDep
) -> Response:
    """Register organisation, profile and first member; then to the sign-in page."""
    form = read_registration(posted, parts.reference)
    problems = _register(session, form, now=now)
    if not problems:
        return redirect(request, f"{request.url_for('login')}?registered=provider")
    values = typed_values(posted, repeated=REPEATED)
    values = {name: typed for name, typed in values.items() if not name.startswith("password")}
    view = FormView(values, errors_by_field(request, problems))
    context = registration_page(request, view, new_id=posted_id(FieldReader(posted), "id"))
    return render(request, "provider/register.html", context, status=422)


def _register(session: Session, form: RegistrationForm, *, now: datetime) -> list[Problem]:
    """Register; give all problems at once when there are some, and then nothing was written."""
    registration = form.registration
    if form.problems:
        return [*form.problems, *registrations.registration_problems(session, registration)]
    try:
        registrations.register_provider(
            session, registration=registration, profile=form.profile, now=now
        )
    except InvalidInput as refused:
        return refused.problems
    return []


@router.get("/provider/profile", name="provider_profile")
def profile_form(request: Request, session: SessionDep, person: SignedInDep) -> Response:
    """Show the profile form of an organisation that is on the platform without one."""
    organisations = queries.organisations_without_profile(session, of=person)
    return _profile(request, FormView({}, {}), organisations)


@router.post("/provider/profile", name="provider_profile_create")
def create_profile(
    request: Request,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Create the profile; sending twice creates one."""
    organisation_id, profile, problems = read_profile(posted, parts.reference)
    if problems:
        view = FormView(typed_values(posted, repeated=REPEATED), errors_by_field(request, problems))
        organisations = queries.organisations_without_profile(session, of=person)
        return _profile(request, view, organisations, status=422)
    registrations.create_profile(
        session, organisation_id=organisation_id, profile=profile, actor=person, now=now
    )
    return redirect(request, f"{request.url_for('provider_home')}?done=profile")


def _profile(
    request: Request, view: FormView, organisations: Sequence[Organisation], status: int = 200
) -> Response:
    """Draw the profile form; NotFound when every organisation of the actor has a profile."""
    if not organisations:
        raise NotFound
    context = profile_page(request, view, organisations)
    return render(request, "provider/profile.html", context, status=status)
