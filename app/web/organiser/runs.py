"""Generate a plan, look at it, publish it or take it back; and everybody's own meetings."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Role
from app.permissions import Permission, require
from app.queries import catalogue as catalogue_queries
from app.queries import events as queries
from app.services import events
from app.services.event_planning import plan_event_apart
from app.web.contexts.event_run import my_meetings_context, run_context
from app.web.deps import NowDep, SessionDep, SignedInDep, WiringDep
from app.web.pages import render, see_other

router = APIRouter()


@router.post("/organiser/events/{event_id}/generate", name="event_generate")
def generate(
    request: Request,
    event_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Choose pairs and make the timetable; nothing changed since the last time gives that run."""
    engine = parts.event_engine(session, now=now)
    session.commit()  # planning takes seconds: it must not hold the write lock meanwhile
    run_id = plan_event_apart(
        parts.database, event_id=event_id, engine=engine, actor=person, now=now
    )
    return see_other(request, "event_run", event_id=event_id, run_id=run_id)


@router.get("/organiser/events/{event_id}/runs/{run_id}", name="event_run")
def run_page(
    request: Request, event_id: UUID, run_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """One run: proofs, matrix, timetable, agendas, fairness, reasons."""
    event = queries.one_visible(session, event_id, to=person)
    require(person, Permission.EVENT_READ, event)
    run = queries.one_run(session, run_id, event=event)
    open_to = queries.factories_open_to(session, event, to=person)
    context = run_context(request, event, run, open_factories=open_to)
    return render(request, "organiser/run.html", context)


@router.post("/organiser/events/{event_id}/runs/{run_id}/publish", name="event_publish")
def publish(
    request: Request,
    event_id: UUID,
    run_id: UUID,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Let the participants see their meetings of this run."""
    events.publish_event(session, event_id=event_id, run_id=run_id, actor=person, now=now)
    return see_other(request, "event_run", event_id=event_id, run_id=run_id)


@router.post("/organiser/events/{event_id}/unpublish", name="event_unpublish")
def unpublish(
    request: Request, event_id: UUID, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Take the timetable back."""
    events.unpublish_event(session, event_id=event_id, actor=person, now=now)
    return see_other(request, "event_detail", event_id=event_id)


@router.get("/my/meetings", name="my_meetings")
def my_meetings(request: Request, session: SessionDep, person: SignedInDep) -> Response:
    """The actor's own meetings of published events."""
    own = person.organisations(Role.FACTORY_MEMBER)
    published = queries.published_meetings(session, of=person)
    met = [m.provider_participant.provider_id for _, _, meetings in published for m in meetings]
    shown = catalogue_queries.shown_providers(session, [one for one in met if one is not None])
    context = my_meetings_context(request, published, own=own, shown_providers=shown)
    return render(request, "organiser/my_meetings.html", context)
