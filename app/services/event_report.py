"""Tell a run of an event: what it proves, and its timetable judged again from the stored rows."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.core.errors import NotFound
from app.models import Event, EventParticipant, EventRun, Factory, Meeting, Provider
from app.services.event_instances import meeting_id, schedule_instance
from app.services.event_roster import display_name
from matching.schedule import Placement, check


def describe_run(session: Session, run_id: UUID) -> dict[str, Any]:
    """Give status, objective, bound, violations, seconds and the timetable of a run as JSON.

    `violations` are counted by the checker over the meetings as they lie in the database, so
    nothing of the solver's own account is trusted.

    Raises:
        NotFound: there is no such run.
    """
    run = session.scalars(
        select(EventRun).where(EventRun.id == run_id).options(selectinload(EventRun.meetings))
    ).one_or_none()
    if run is None:
        raise NotFound
    event = _event(session, run.event_id)
    return {
        "title": event.title,
        "run": run.seq,
        "status": run.status,
        "pairing_status": run.pairing["status"],
        "pairing_objective": run.pairing["objective"],
        "pairing_bound": run.pairing["bound"],
        "below_minimum": len(run.pairing["below_minimum"]),
        "timetable_status": run.schedule["status"],
        "objective": run.schedule["objective"],
        "bound": run.schedule["bound"],
        "meetings": len(run.meetings),
        "violations": stored_violations(event, run.meetings),
        "conflicts": run.schedule["conflicts"],
        "changes": run.schedule["changes"],
        "first_feasible_seconds": run.schedule["first_feasible_seconds"],
        "seconds": {
            "pairing": run.pairing["seconds"],
            "timetable": run.schedule["seconds"],
        },
        "timetable": _timetable(event, run),
    }


def stored_violations(event: Event, meetings: Sequence[Meeting]) -> int:
    """Judge the stored meetings by every rule of the event; 0 means a clean timetable."""
    pairs = [
        (str(meeting.factory_participant_id), str(meeting.provider_participant_id))
        for meeting in meetings
    ]
    placements = {
        meeting_id(pair): Placement(meeting.slot_number, str(meeting.table_number))
        for pair, meeting in zip(pairs, meetings, strict=True)
    }
    return len(check(placements, schedule_instance(event, pairs)))


def _event(session: Session, event_id: UUID) -> Event:
    query = (
        select(Event)
        .where(Event.id == event_id)
        .options(
            selectinload(Event.slots),
            selectinload(Event.tables),
            selectinload(Event.pair_rules),
            selectinload(Event.participants)
            .selectinload(EventParticipant.factory)
            .selectinload(Factory.organisation),
            selectinload(Event.participants)
            .selectinload(EventParticipant.provider)
            .selectinload(Provider.organisation),
        )
    )
    return session.scalars(query).one()


def _timetable(event: Event, run: EventRun) -> list[dict[str, Any]]:
    """Give the meetings by time and table, with names; slots and tables are the run's own."""
    names = {participant.id: display_name(participant) for participant in event.participants}
    starts = [start for start, _ in run.schedule["slots"]]
    labels = run.schedule["tables"]
    ordered = sorted(run.meetings, key=lambda m: (m.slot_number, m.table_number))
    return [
        {
            "time": f"{starts[m.slot_number] // 60:02d}:{starts[m.slot_number] % 60:02d}",
            "table": labels[m.table_number],
            "factory": names[m.factory_participant_id],
            "provider": names[m.provider_participant_id],
            "score": m.score,
        }
        for m in ordered
    ]
