"""Write a need in two steps (symptom, then scenes), look at it, publish and close it."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import StaleVersion
from app.core.problems import Problem
from app.models import Factory, Need, NeedStatus
from app.permissions import Permission, require
from app.queries import factories as queries
from app.queries import needs as need_queries
from app.services import needs as use_cases
from app.web.contexts.factory_needs import Proposal, need_context, need_form_context, proposal_of
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.fields import FormView, prose, typed_values
from app.web.forms.need import (
    PROPOSE,
    PUBLISH,
    REPEATED,
    NeedForm,
    empty_need_form,
    form_of,
    read_need,
)
from app.web.messages import sentence
from app.web.pages import render, see_other
from app.wiring import Wiring

router = APIRouter()
FORM = "factory/need_form.html"


@router.get("/factory/{factory_id}/needs/new", name="need_new")
def need_new(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """An empty form."""
    factory = _writable(session, factory_id, person)
    return render(request, FORM, need_form_context(request, factory, empty_need_form()))


@router.post("/factory/{factory_id}/needs/new", name="need_save")
def need_save(
    request: Request,
    factory_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Propose scenes, or save as a draft or published; with problems the form comes back."""
    factory = _writable(session, factory_id, person)
    form = read_need(posted, scenes=parts.reference.codes("scene"))
    if form.problems or form.step == PROPOSE:
        return _redrawn(request, factory, posted, form, parts)
    try:
        need = use_cases.save_need(
            session,
            factory=factory,
            need_id=form.need_id,
            draft=form.draft,
            publish=form.step == PUBLISH,
            actor=person,
            now=now,
            seen=form.seen,
        )
    except StaleVersion:  # raised before the first change
        stored = need_queries.one_visible(session, form.need_id, to=person)
        return _redrawn(request, factory, posted, form, parts, stored=stored)
    return see_other(request, "need_detail", need_id=need.id)


@router.get("/factory/needs/{need_id}", name="need_detail")
def need_detail(
    request: Request, need_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """One need with the steps that its state allows."""
    need = need_queries.one_visible(session, need_id, to=person)
    return render(request, "factory/need.html", need_context(need, actor=person))


@router.get("/factory/needs/{need_id}/edit", name="need_edit")
def need_edit(
    request: Request, need_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """The form of a draft, with its scenes; what is no draft any more goes to its page."""
    need = need_queries.one_visible(session, need_id, to=person)
    require(person, Permission.NEED_WRITE, need)
    if need.status is not NeedStatus.DRAFT:
        return see_other(request, "need_detail", need_id=need.id)
    form = form_of(need)
    proposal = _proposal(parts, need.symptom, chosen=need.scenes)
    context = need_form_context(request, need.factory, form, proposal=proposal)
    return render(request, FORM, context)


@router.post("/factory/needs/{need_id}/publish", name="need_publish")
def need_publish(
    request: Request, need_id: UUID, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Publish a draft."""
    use_cases.publish_need(session, need_id=need_id, actor=person, now=now)
    return see_other(request, "need_detail", need_id=need_id)


@router.get("/factory/needs/{need_id}/close", name="need_close_confirm")
def need_close_confirm(
    request: Request, need_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """Say what closing means before it is done; a closed need cannot be opened again."""
    need = need_queries.one_visible(session, need_id, to=person)
    require(person, Permission.NEED_WRITE, need)
    return render(request, "factory/need_close.html", need_context(need, actor=person))


@router.post("/factory/needs/{need_id}/close", name="need_close")
def need_close(
    request: Request, need_id: UUID, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Close a need."""
    use_cases.close_need(session, need_id=need_id, actor=person, now=now)
    return see_other(request, "need_detail", need_id=need_id)


def _writable(session: Session, factory_id: UUID, person: Actor) -> Factory:
    factory = queries.one_visible(session, factory_id, to=person)
    require(person, Permission.NEED_WRITE, factory)
    return factory


def _proposal(parts: Wiring, text: str, *, chosen: list[str] | None) -> Proposal:
    guess = parts.index.scenes.infer(text)
    return proposal_of(guess, all_scenes=parts.reference.codes("scene"), chosen=chosen)


def _redrawn(
    request: Request,
    factory: Factory,
    posted: FormData,
    form: NeedForm,
    parts: Wiring,
    *,
    stored: Need | None = None,
) -> Response:
    """Show the form again: with its problems (422), or with the scenes that the text suggests.

    `stored` is what a colleague saved meanwhile (409); whoever saves again has been told so.
    """
    values = typed_values(posted, repeated=REPEATED)
    problems, status = form.problems, 422 if form.problems else 200
    if stored is not None:
        problems, status = [Problem("stale_version")], 409
        values["seen"] = stored.updated_at.isoformat()
    # The second step has been seen once it carries the mark: unticked boxes are an answer then.
    seen = bool(values.get("scenes_seen"))
    proposal = None
    if not problems or seen:
        same = prose(str(values.get("scenes_seen", ""))) == form.draft.symptom
        ticked = values.get("scenes", [])
        chosen = [*ticked] if seen and (same or problems) else None
        proposal = _proposal(parts, form.draft.symptom, chosen=chosen)
    errors = {p.field: sentence(request, p) for p in problems}
    context = need_form_context(
        request,
        factory,
        FormView(values, errors),
        proposal=proposal,
        asks_contact=any(p.code == "contact_in_text" for p in problems),
    )
    return render(request, FORM, context, status=status)
