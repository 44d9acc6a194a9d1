"""The profile (企业档案) of a factory: look at it, change it."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import InvalidInput, JizhiError, StaleVersion
from app.core.problems import Problem
from app.models import Factory
from app.permissions import Permission, require
from app.queries import factories as queries
from app.services import factories
from app.web.contexts.factory_profile import differences, profile_page
from app.web.contexts.provider import errors_by_field
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.factory import ProfileForm, form_of, read_factory
from app.web.forms.fields import FormView, typed_values
from app.web.pages import redirect, render

router = APIRouter()


@router.get("/factory/{factory_id}/profile", name="factory_profile")
def profile_form(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """Show the profile in its form."""
    factory = _writable(session, factory_id, person)
    return render(request, "factory/profile.html", profile_page(request, form_of(factory), factory))


@router.post("/factory/{factory_id}/profile", name="factory_profile_save")
def save_profile(
    request: Request,
    factory_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Save the profile; with problems, or when a colleague was faster, the form comes back."""
    factory = _writable(session, factory_id, person)
    form = read_factory(posted, parts.reference, kept_county=factory.county)
    try:
        if form.problems:
            raise InvalidInput(form.problems)
        factories.change_factory(
            session,
            factory_id=factory_id,
            content=form.content,
            seen=form.seen,
            actor=person,
            now=now,
        )
    except (InvalidInput, StaleVersion) as refused:  # both before the first change
        return _redrawn(request, factory, posted, form, refused)
    target = request.url_for("factory_profile", factory_id=factory_id)
    return redirect(request, f"{target}?done=saved")


def _writable(session: Session, factory_id: UUID, person: Actor) -> Factory:
    factory = queries.one_visible(session, factory_id, to=person)
    require(person, Permission.FACTORY_WRITE, factory)
    return factory


def _redrawn(
    request: Request,
    factory: Factory,
    posted: FormData,
    form: ProfileForm,
    refused: JizhiError,
) -> Response:
    """Show the form again; after a colleague's change it says what stands there now."""
    stale = isinstance(refused, StaleVersion)
    problems = getattr(refused, "problems", [Problem("stale_version")])
    values = typed_values(posted)
    if stale:  # who saves again has been told
        values["seen"] = factory.updated_at.isoformat()
    context = profile_page(
        request,
        FormView(values, errors_by_field(request, problems)),
        factory,
        theirs=differences(request, form.content, factory) if stale else (),
    )
    return render(request, "factory/profile.html", context, status=refused.status)
