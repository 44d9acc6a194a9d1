"""Events of an organiser: the list, one event as a task list, making and changing it."""

from uuid import UUID, uuid4

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import Blocked, InvalidInput, StaleVersion
from app.core.problems import Problem
from app.models import Event
from app.permissions import Permission, require
from app.queries import events as queries
from app.services import events
from app.web.contexts.event import detail_context, form_context, list_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep
from app.web.forms.event import DEFAULTS, read_event, values_of
from app.web.forms.fields import typed_values
from app.web.pages import render, see_other

router = APIRouter(prefix="/organiser/events")


@router.get("", name="event_list")
def event_list(request: Request, session: SessionDep, person: SignedInDep) -> Response:
    """The events of the own department; the province sees all."""
    require(person, Permission.EVENT_CREATE)
    found = queries.list_visible(session, to=person)
    counts = queries.participant_counts(session, [event.id for event in found])
    return render(request, "organiser/events.html", list_context(found, counts))


@router.get("/new", name="event_new")
def new_event(request: Request, person: SignedInDep) -> Response:
    """The empty form, with an id of its own so that it can be sent only once."""
    require(person, Permission.EVENT_CREATE)
    values: dict[str, str | list[str]] = {**DEFAULTS, "event_id": str(uuid4())}
    return render(request, "organiser/event_form.html", form_context(request, values=values))


@router.post("", name="event_create")
def create(
    request: Request, posted: FormDep, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Make an event; with errors the form comes back as it was typed."""
    require(person, Permission.EVENT_CREATE)
    fields, problems = read_event(posted)
    if fields is not None:
        try:
            event = events.create_event(
                session, event_id=_form_id(posted), fields=fields, actor=person, now=now
            )
            return see_other(request, "event_detail", event_id=event.id)
        except InvalidInput as error:
            problems = error.problems
        except StaleVersion:  # sent before with other words: from now on it is a change
            event = queries.one_whole(session, _form_id(posted), to=person)
            stale = [Problem("stale_version")]
            return _redraw(request, posted, stale, event=event, status=409)
    return _redraw(request, posted, problems)


def _form_id(posted: FormData) -> UUID:
    """Give the id that the form carries; a mangled one is replaced."""
    try:
        return UUID(str(posted.get("event_id", "")))
    except ValueError:
        return uuid4()


def _redraw(
    request: Request,
    posted: FormData,
    problems: list[Problem],
    *,
    event: Event | None = None,
    status: int = 422,
) -> Response:
    values = typed_values(posted)
    if event is not None and status == 409:
        # The next attempt is made against what stands there now, after the reader has compared.
        values["version"] = str(event.version)
    context = form_context(request, values=values, problems=problems, event=event)
    return render(request, "organiser/event_form.html", context, status=status)


@router.get("/{event_id}", name="event_detail")
def detail(request: Request, event_id: UUID, session: SessionDep, person: SignedInDep) -> Response:
    """One event: tasks with their states, pre-check in words, runs."""
    event = queries.one_whole(session, event_id, to=person)
    runs = queries.runs_of(session, event_id)
    context = detail_context(request, event, runs, queries.meeting_counts(session, event_id))
    return render(request, "organiser/event.html", context)


@router.get("/{event_id}/edit", name="event_edit")
def edit(request: Request, event_id: UUID, session: SessionDep, person: SignedInDep) -> Response:
    """The form of an event as it stands."""
    event = queries.one_whole(session, event_id, to=person)
    require(person, Permission.EVENT_MANAGE, event)
    context = form_context(request, values=values_of(event), event=event)
    return render(request, "organiser/event_form.html", context)


@router.post("/{event_id}/edit", name="event_update")
def update(
    request: Request,
    event_id: UUID,
    posted: FormDep,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Change an event that nobody else has changed meanwhile."""
    event = queries.one_whole(session, event_id, to=person)
    fields, problems = read_event(posted, current=event)
    version, status = str(posted.get("version", "")), 422
    if fields is not None:
        try:
            events.update_event(
                session,
                event_id=event_id,
                version=int(version) if version.isascii() and version.isdigit() else 0,
                fields=fields,
                actor=person,
                now=now,
            )
            return see_other(request, "event_detail", event_id=event_id)
        except (InvalidInput, Blocked) as error:
            problems = error.problems
        except StaleVersion:
            problems, status = [Problem("stale_version")], 409
    return _redraw(request, posted, problems, event=event, status=status)
