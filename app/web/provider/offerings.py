"""Write an offering, ask for scenes, hand it in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import Blocked, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import Offering, Provider
from app.permissions import Permission, require
from app.queries import providers as queries
from app.services import offerings
from app.web.contexts.provider import Drawn, differences, errors_by_field, offering_page
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.fields import FieldReader, FormView, typed_values
from app.web.forms.offering import REPEATED, OfferingForm, offering_values, read_offering
from app.web.forms.registration import posted_id
from app.web.pages import redirect, render
from app.wiring import Wiring
from matching.rank.scenes import SceneGuess

router = APIRouter()
PAGE = "provider/offering_form.html"


@router.get("/provider/offerings/new", name="offering_new")
def new_form(
    request: Request,
    session: SessionDep,
    person: SignedInDep,
    provider: UUID | None = None,
    copy: UUID | None = None,
) -> Response:
    """Show an empty form, or one filled with an own offering (`copy`)."""
    source = queries.one_visible_offering(session, copy, to=person) if copy else None
    owner = source.provider if source else _owner(session, person, provider)
    require(person, Permission.OFFERING_WRITE, owner)
    view = FormView(offering_values(source) if source else {}, {})
    context = offering_page(request, view, provider=owner, offering=None, version=0)
    return render(request, PAGE, context)


@router.post("/provider/offerings/new", name="offering_create")
def create(
    request: Request,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Save a new draft; the id in the form makes a double click harmless."""
    reader = FieldReader(posted)
    owner = queries.one_visible_provider(session, posted_id(reader, "provider_id"), to=person)
    require(person, Permission.OFFERING_WRITE, owner)
    new_id = posted_id(reader, "id")
    stored = queries.find_visible_offering(session, new_id, to=person)
    return _answer(request, posted, session, parts, person, now, _Target(owner, stored, new_id))


@router.get("/provider/offerings/{offering_id}/edit", name="offering_edit")
def edit_form(
    request: Request, offering_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """Show the stored draft; what is under review or listed says why it cannot be changed."""
    stored = queries.one_visible_offering(session, offering_id, to=person)
    require(person, Permission.OFFERING_WRITE, stored)
    offerings.require_editable(stored)
    view = FormView(offering_values(stored), {})
    context = offering_page(
        request, view, provider=stored.provider, offering=stored, version=stored.version
    )
    return render(request, PAGE, context)


@router.post("/provider/offerings/{offering_id}/edit", name="offering_change")
def change(
    request: Request,
    offering_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Save changes to a draft, unless a colleague was faster."""
    stored = queries.one_visible_offering(session, offering_id, to=person)
    require(person, Permission.OFFERING_WRITE, stored)
    target = _Target(stored.provider, stored, stored.id)
    return _answer(request, posted, session, parts, person, now, target)


@router.post("/provider/offerings/{offering_id}/submit", name="offering_submit")
def submit(
    request: Request, offering_id: UUID, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Hand a draft to the organisers."""
    offerings.submit_offering(session, offering_id=offering_id, actor=person, now=now)
    return redirect(request, f"{request.url_for('provider_home')}?done=submitted")


@dataclass(frozen=True, slots=True)
class _Target:
    """What a posted form is about: the provider, the stored offering if there is one, the id."""

    provider: Provider
    stored: Offering | None
    offering_id: UUID


def _answer(
    request: Request,
    posted: FormData,
    session: Session,
    parts: Wiring,
    person: Actor,
    now: datetime,
    target: _Target,
) -> Response:
    """Propose scenes, redraw with what is wrong, or save (and hand in) and go to the start page."""
    form = read_offering(posted, parts.reference)
    if form.suggests:
        guess = _guess(posted, parts)
        return _redraw(request, posted, form, target, Drawn(asked=True, guess=guess), status=200)
    if form.content is None:
        return _redraw(request, posted, form, target, Drawn(problems=form.problems), status=422)
    try:
        saved = offerings.save_offering(
            session,
            offering_id=target.offering_id,
            provider_id=target.provider.id,
            version=form.version,
            content=form.content,
            actor=person,
            now=now,
        )
    except (StaleVersion, Blocked) as refused:
        # Nothing was written: both are raised before the first change.
        drawn = _refusal(request, form, target, refused)
        return _redraw(request, posted, form, target, drawn, status=refused.status)
    if form.submits:
        offerings.submit_offering(session, offering_id=saved.id, actor=person, now=now)
    done = "submitted" if form.submits else "saved"
    return redirect(request, f"{request.url_for('provider_home')}?done={done}")


def _guess(posted: FormData, parts: Wiring) -> SceneGuess | None:
    """Ask what the typed words are about; None when there are none yet."""
    reader = FieldReader(posted)
    text = "\n".join(reader.raw(n) for n in ("name", "pain_points", "description", "functions"))
    return parts.index.scenes.infer(text.strip()) if text.strip() else None


def _refusal(
    request: Request, form: OfferingForm, target: _Target, refused: StaleVersion | Blocked
) -> Drawn:
    """Say why nothing was saved; a colleague's version is shown beside what was typed."""
    if isinstance(refused, Blocked):
        return Drawn(problems=refused.problems)
    stored, content = target.stored, form.content
    theirs = differences(request, content, stored) if stored and content else []
    version = stored.version if stored else 0
    # The next save is made with both texts before one's eyes, so it may overwrite.
    return Drawn(problems=[Problem("stale_version")], stored_texts=theirs, version=version)


def _redraw(
    request: Request,
    posted: FormData,
    form: OfferingForm,
    target: _Target,
    drawn: Drawn,
    *,
    status: int,
) -> Response:
    """Show the form again with everything that was typed."""
    view = FormView(
        typed_values(posted, repeated=REPEATED), errors_by_field(request, drawn.problems)
    )
    context = offering_page(
        request,
        view,
        provider=target.provider,
        offering=target.stored,
        version=form.version if drawn.version is None else drawn.version,
        new_id=target.offering_id,
        drawn=drawn,
    )
    return render(
        request, PAGE, context, block="scene_block" if drawn.asked else None, status=status
    )


def _owner(session: Session, person: Actor, provider_id: UUID | None) -> Provider:
    """Give the provider to write for: the named one, else the actor's first."""
    if provider_id is not None:
        return queries.one_visible_provider(session, provider_id, to=person)
    require(person, Permission.PROVIDER_HOME)
    own = queries.own_providers(session, of=person)
    if not own:
        raise NotFound
    return own[0]
