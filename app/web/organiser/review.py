"""Review of submitted offerings: the queue, one offering, the decision."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import InvalidInput, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import ListingStatus, Offering
from app.permissions import Permission, require
from app.queries import providers as queries
from app.services import offerings
from app.web.contexts.provider import errors_by_field
from app.web.contexts.review import decision_page, queue_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.fields import FieldReader, FormView, typed_values
from app.web.pages import redirect, render

router = APIRouter()
MAX_NOTE = 2_000
MAX_VERSION = 1_000_000


@router.get("/organiser/review", name="review_queue")
def review_queue(
    request: Request, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """What waits for a decision in the actor's area, longest waiting first."""
    require(person, Permission.REVIEW_QUEUE)
    waiting = queries.waiting_for_review(session, to=person)
    return render(request, "review/queue.html", queue_context(request, waiting, now=now))


@router.get("/organiser/review/{offering_id}", name="review_detail")
def review_detail(
    request: Request,
    offering_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Everything about one offering, what it lacks, and the decision form."""
    offering = _reviewable(session, offering_id, person)
    context = decision_page(
        request, None, offering, actor=person, scenes=parts.index.scenes, now=now
    )
    return render(request, "review/detail.html", context)


@router.post("/organiser/review/{offering_id}", name="review_decide")
def review_decide(
    request: Request,
    offering_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """List the offering or return it with reasons."""
    try:
        done = _decide(session, offering_id, posted, actor=person, now=now)
    except (InvalidInput, StaleVersion) as refused:
        # Nothing was written: both are raised before the first change.
        problems = getattr(refused, "problems", [Problem("stale_version")])
        offering = _reviewable(session, offering_id, person)
        view = FormView(typed_values(posted), errors_by_field(request, problems))
        context = decision_page(
            request, view, offering, actor=person, scenes=parts.index.scenes, now=now
        )
        return render(request, "review/detail.html", context, status=refused.status)
    return redirect(request, f"{request.url_for('review_queue')}?done={done}")


def _reviewable(session: Session, offering_id: UUID, person: Actor) -> Offering:
    """Load an offering for the review page; NotFound while its provider is at work on it.

    Raises:
        Forbidden: the actor reviews nothing.
    """
    require(person, Permission.REVIEW_QUEUE)
    offering = queries.one_visible_offering(session, offering_id, to=person)
    if offering.status is ListingStatus.DRAFT:
        raise NotFound
    return offering


def _decide(
    session: Session, offering_id: UUID, posted: FormData, *, actor: Actor, now: datetime
) -> str:
    """Read the decision and carry it out; give the word for it.

    Raises:
        InvalidInput: a field cannot be read or a reason is missing.
    """
    reader = FieldReader(posted)
    decision = reader.choice("decision", ("list", "return"), required=True)
    version = reader.whole("version", minimum=1, maximum=MAX_VERSION, required=True)
    listing = decision == "list"
    valid_to = reader.day("valid_to", required=True) if listing else None
    document_no = reader.text("document_no", max_length=60) if listing else ""
    note = "" if listing else reader.text("note", max_length=MAX_NOTE)
    if reader.problems or version is None:
        raise InvalidInput(reader.problems)
    if valid_to is not None:
        offerings.list_offering(
            session,
            offering_id=offering_id,
            version=version,
            valid_to=valid_to,
            document_no=document_no,
            actor=actor,
            now=now,
        )
        return "listed"
    offerings.return_offering(
        session, offering_id=offering_id, version=version, note=note, actor=actor, now=now
    )
    return "returned"
