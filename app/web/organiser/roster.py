"""Who takes part in an event, with which limits, and the rules about pairs."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import InvalidInput
from app.core.problems import Problem
from app.models import PairRuleKind, Side
from app.queries import events as queries
from app.services import event_roster
from app.web.contexts.event import limits_context, roster_context, rules_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep
from app.web.forms.event import limit_values, read_limits
from app.web.forms.fields import FieldReader, clean, typed_values
from app.web.pages import redirect, render, see_other

router = APIRouter(prefix="/organiser/events/{event_id}")
MAX_TEXT = 60


@router.get("/participants", name="event_participants")
def participants(
    request: Request, event_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """The list of participants, and whom else one could invite."""
    return _roster(request, event_id, session, person)


def _roster(
    request: Request,
    event_id: UUID,
    session: Session,
    person: Actor,
    *,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    event = queries.one_whole(session, event_id, to=person)
    query = request.query_params
    side = Side.PROVIDER if query.get("side") == Side.PROVIDER.value else Side.FACTORY
    text, region = clean(query.get("q", ""))[:MAX_TEXT], query.get("region", "")
    industry = query.get("industry", "")
    if side is Side.FACTORY:
        factories = queries.factories_to_invite(
            session, to=person, text=text, region=region, industry=industry
        )
        context = roster_context(request, event, side=side, found=factories, problems=problems)
    else:
        providers = queries.providers_to_invite(
            session, text=text, region=region, industry=industry
        )
        context = roster_context(request, event, side=side, found=providers, problems=problems)
    return render(
        request, "organiser/participants.html", context, block="candidates", status=status
    )


def _ids(posted: FormData) -> list[UUID] | None:
    """Read the chosen ids; None when one is no id at all."""
    try:
        return [UUID(str(value)) for value in posted.getlist("ids")]
    except ValueError:
        return None


@router.post("/participants", name="event_participants_add")
def add(
    request: Request,
    event_id: UUID,
    posted: FormDep,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Add the ticked firms and come back to the same search."""
    side = Side.PROVIDER if posted.get("side") == Side.PROVIDER.value else Side.FACTORY
    ids = _ids(posted)
    problem = Problem("choose_at_least_one" if ids == [] else "event_cannot_invite")
    try:
        if not ids:
            raise InvalidInput([problem])
        event_roster.add_participants(
            session, event_id=event_id, side=side, ids=ids, actor=person, now=now
        )
    except InvalidInput as error:
        found = tuple(error.problems)
        return _roster(request, event_id, session, person, problems=found, status=422)
    url = request.url_for("event_participants", event_id=event_id)
    return redirect(request, str(url.include_query_params(side=side.value)))


@router.get("/participants/{participant_id}", name="event_participant")
def one_participant(
    request: Request,
    event_id: UUID,
    participant_id: UUID,
    session: SessionDep,
    person: SignedInDep,
) -> Response:
    """One participant's own limits and absences."""
    event = queries.one_whole(session, event_id, to=person)
    participant = event_roster.one_participant(event, participant_id)
    context = limits_context(request, event, participant, values=limit_values(participant))
    return render(request, "organiser/participant.html", context)


@router.post("/participants/{participant_id}", name="event_participant_update")
def update_participant(
    request: Request,
    event_id: UUID,
    participant_id: UUID,
    posted: FormDep,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Set a participant's own limits and absences."""
    event = queries.one_whole(session, event_id, to=person)
    participant = event_roster.one_participant(event, participant_id)
    limits, problems = read_limits(posted, slots=len(event.slots))
    if limits is not None:
        try:
            event_roster.update_participant(
                session,
                event_id=event_id,
                participant_id=participant_id,
                limits=limits,
                actor=person,
                now=now,
            )
            return see_other(request, "event_participants", event_id=event_id)
        except InvalidInput as error:
            problems = error.problems
    values = typed_values(posted, repeated={"absent"})
    context = limits_context(request, event, participant, values=values, problems=problems)
    return render(request, "organiser/participant.html", context, status=422)


@router.post("/participants/{participant_id}/remove", name="event_participant_remove")
def remove_participant(
    request: Request,
    event_id: UUID,
    participant_id: UUID,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Take a participant off the list."""
    event_roster.remove_participant(
        session, event_id=event_id, participant_id=participant_id, actor=person, now=now
    )
    return see_other(request, "event_participants", event_id=event_id)


@router.get("/rules", name="event_rules")
def rules(request: Request, event_id: UUID, session: SessionDep, person: SignedInDep) -> Response:
    """The rules about pairs."""
    event = queries.one_whole(session, event_id, to=person)
    return render(request, "organiser/rules.html", rules_context(request, event))


@router.post("/rules", name="event_rule_set")
def set_rule(
    request: Request,
    event_id: UUID,
    posted: FormDep,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Say something about a pair; the latest word about a pair counts."""
    event = queries.one_whole(session, event_id, to=person)
    reader = FieldReader(posted)
    sides = {
        side: reader.choice(
            side.value, {str(p.id) for p in event.participants if p.side is side}, required=True
        )
        for side in Side
    }
    kind = reader.choice("kind", {kind.value for kind in PairRuleKind}, required=True)
    if reader.problems or kind is None:
        context = rules_context(
            request, event, values=typed_values(posted), problems=reader.problems
        )
        return render(request, "organiser/rules.html", context, status=422)
    event_roster.set_rule(
        session,
        event_id=event_id,
        factory_participant_id=UUID(sides[Side.FACTORY]),
        provider_participant_id=UUID(sides[Side.PROVIDER]),
        kind=PairRuleKind(kind),
        actor=person,
        now=now,
    )
    return see_other(request, "event_rules", event_id=event_id)


@router.post("/rules/{rule_id}/remove", name="event_rule_remove")
def remove_rule(
    request: Request,
    event_id: UUID,
    rule_id: UUID,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Take a rule back."""
    event_roster.remove_rule(session, event_id=event_id, rule_id=rule_id, actor=person, now=now)
    return see_other(request, "event_rules", event_id=event_id)
