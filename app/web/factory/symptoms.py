"""From a factory's own words to needs: paste, look at the proposals, confirm.

Everything between the two steps travels in the form, so nothing is kept on the server before
somebody has confirmed it.
"""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import Blocked, InvalidInput, NotFound
from app.core.problems import Problem
from app.models import Factory
from app.permissions import Permission, require
from app.queries import factories as queries
from app.queries import needs as need_queries
from app.services import need_proposals as use_cases
from app.services.gap_work import GapWish, analysis_of, open_work
from app.services.need_proposals import NeedEngine, StartText
from app.web.contexts.symptoms import cards_context, saved_context, text_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.fields import FormView, typed_values
from app.web.forms.need import DRAFT, PUBLISH
from app.web.forms.symptoms import (
    BACK,
    SymptomsForm,
    has_cards,
    merged,
    read_cards,
    read_text,
    repeated_fields,
    sheet_view,
)
from app.web.messages import sentence
from app.web.pages import redirect, render
from app.wiring import Wiring
from matching.needs.split import Split

router = APIRouter()
FIRST, SECOND, SAVED = (
    "factory/symptoms.html",
    "factory/symptoms_review.html",
    "factory/symptoms_saved.html",
)


@router.get("/factory/{factory_id}/symptoms", name="symptoms")
def symptoms(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """An empty text field."""
    factory = _writable(session, factory_id, person)
    return render(request, FIRST, text_context(request, factory, FormView({}, {})))


@router.post("/factory/{factory_id}/symptoms", name="symptoms_post")
def symptoms_post(
    request: Request,
    factory_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Propose needs for a text, judge the cards again, or save those that are kept."""
    factory = _writable(session, factory_id, person)
    if not has_cards(posted):
        return _propose(request, session, parts, factory=factory, posted=posted, person=person)
    form = _read(parts, posted)
    if form.step == BACK:
        return _first(request, factory, form.text)
    if form.problems or form.step not in (DRAFT, PUBLISH):
        return _again(request, session, parts, factory=factory, posted=posted, person=person)
    saved = use_cases.save_proposals(
        session,
        factory=factory,
        needs=form.kept,
        publish=form.step == PUBLISH,
        actor=person,
        now=now,
    )
    path = request.app.url_path_for("symptoms_saved", factory_id=factory.id)
    return redirect(request, f"{path}?" + "&".join(f"need={need.id}" for need in saved))


@router.get("/factory/{factory_id}/symptoms/saved", name="symptoms_saved")
def symptoms_saved(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """What was just saved, with what comes next."""
    factory = _writable(session, factory_id, person)
    keys = [_key(value) for value in request.query_params.getlist("need")]
    needs = [
        need_queries.one_visible(session, key, to=person) for key in keys[: use_cases.MAX_PROBLEMS]
    ]
    if not needs or any(need.factory_id != factory.id for need in needs):
        raise NotFound
    return render(request, SAVED, saved_context(factory, needs))


@router.post("/factory/{factory_id}/needs/from-gaps", name="needs_from_gaps")
def needs_from_gaps(
    request: Request,
    factory_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
) -> Response:
    """Start the second step with the gaps that were ticked on the gap page."""
    factory = _writable(session, factory_id, person)
    wish = GapWish(target=str(posted.get("target", "")))
    work = open_work(session, shelf=parts.criteria, factory=factory, wish=wish, actor=person)
    if work is None or work.latest is None:
        raise Blocked([Problem("no_assessment")])
    codes = {str(code) for code in posted.getlist("gap")}
    findings = work.assessment.findings
    texts = use_cases.texts_from_gaps(analysis_of(work), findings=findings, codes=codes)
    return proposals_page(request, session, parts, factory=factory, texts=texts, person=person)


def proposals_page(
    request: Request,
    session: Session,
    parts: Wiring,
    *,
    factory: Factory,
    texts: Sequence[StartText],
    person: Actor,
    text: str = "",
    split: Split | None = None,
) -> Response:
    """Show the second step for given texts; other pages start it with theirs."""
    proposed = use_cases.proposal_from_texts(
        session, factory=factory, texts=texts, engine=engine_of(parts), actor=person
    )
    form = sheet_view(text, proposed)
    context = cards_context(request, factory, form, proposed, split=split)
    return render(request, SECOND, context)


def engine_of(parts: Wiring) -> NeedEngine:
    """Give the engine over the loaded model and lexicon."""
    return use_cases.need_engine(
        scenes=parts.index.scenes, encoder=parts.index.encoder, criteria=parts.reference.criteria
    )


def _writable(session: Session, factory_id: UUID, person: Actor) -> Factory:
    factory = queries.one_visible(session, factory_id, to=person)
    require(person, Permission.NEED_WRITE, factory)
    return factory


def _key(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError:
        raise NotFound from None


def _read(parts: Wiring, posted: FormData) -> SymptomsForm:
    reference = parts.reference
    return read_cards(
        posted, scenes=reference.codes("scene"), subdomains=reference.codes("subdomain")
    )


def _first(
    request: Request, factory: Factory, text: str, problems: Sequence[Problem] = ()
) -> Response:
    errors = {problem.field: sentence(request, problem) for problem in problems}
    context = text_context(request, factory, FormView({"text": text}, errors))
    return render(request, FIRST, context, status=422 if problems else 200)


def _propose(
    request: Request,
    session: Session,
    parts: Wiring,
    *,
    factory: Factory,
    posted: FormData,
    person: Actor,
) -> Response:
    """Split the text of the first step and propose; with problems the text comes back."""
    text, problems = read_text(posted)
    if problems:
        return _first(request, factory, str(posted.get("text", "")), problems)
    try:
        split = use_cases.split_text(text, engine=engine_of(parts))
    except InvalidInput as refused:
        return _first(request, factory, text, refused.problems)
    return proposals_page(
        request,
        session,
        parts,
        factory=factory,
        texts=[StartText(problem.text) for problem in split.problems],
        person=person,
        text=text,
        split=split,
    )


def _again(
    request: Request,
    session: Session,
    parts: Wiring,
    *,
    factory: Factory,
    posted: FormData,
    person: Actor,
) -> Response:
    """Show the cards again: with their problems (422), or joined and judged anew."""
    form = _read(parts, posted)
    cards = form.cards if form.problems else merged(form.cards)
    proposed = use_cases.proposal_from_texts(
        session,
        factory=factory,
        texts=[card.start for card in cards],
        engine=engine_of(parts),
        actor=person,
        without=[card.need_id for card in cards],
    )
    view = sheet_view(form.text, proposed, cards=cards)
    if form.problems:
        errors = {p.field: sentence(request, p) for p in form.problems}
        view = FormView(typed_values(posted, repeated=repeated_fields()), errors)
    context = cards_context(request, factory, view, proposed)
    return render(request, SECOND, context, status=422 if form.problems else 200)
