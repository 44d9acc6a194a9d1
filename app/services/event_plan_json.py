"""Write a plan as JSON, with the names of the day, so that a run shows later what it was."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from app.core.problems import Problem
from app.models import Event, EventParticipant, Side
from app.services.event_instances import Capacity, FittedPairs, places_problem, side_of
from app.services.event_roster import display_name, short_name
from app.services.event_scores import PairScore
from matching import pairing, schedule

PROBLEMS_SHOWN = 12


def names_of(event: Event) -> dict[str, str]:
    """Give participant id -> name."""
    return {str(p.id): display_name(p) for p in event.participants}


def describe_pairing(
    event: Event, fitted: FittedPairs, scores: Sequence[PairScore], *, seconds: float
) -> dict[str, Any]:
    """Give status, proof, score matrix, refusals and who is below the minimum as JSON values."""
    result, instance = fitted.result, fitted.instance
    rows = {str(p.id): n for n, p in enumerate(side_of(event, Side.FACTORY))}
    columns = {str(p.id): n for n, p in enumerate(side_of(event, Side.PROVIDER))}
    return {
        "status": result.status.value,
        "objective": None if result.objective is None else asdict(result.objective),
        "bound": None if result.bound is None else asdict(result.bound),
        "seconds": round(seconds, 3),
        "factories": [_participant(p) for p in side_of(event, Side.FACTORY)],
        "providers": [_participant(p) for p in side_of(event, Side.PROVIDER)],
        "scores": [
            [rows[str(s.factory)], columns[str(s.provider)], s.score, s.for_factory, s.for_provider]
            for s in scores
        ],
        "pairs": [[rows[factory], columns[provider]] for factory, provider in result.pairs],
        "refusals": [[rows[r.pair[0]], columns[r.pair[1]], r.code] for r in result.refusals],
        "below_minimum": [_shortfall(result.cuts[short.cut], short) for short in result.shortfalls],
        "caps": fitted.caps,
        "share_cap_permille": instance.share_cap_permille,
        "violations": [asdict(v) for v in pairing.check(result.pairs, instance)]
        if result.objective is not None
        else [],
    }


def _participant(participant: EventParticipant) -> dict[str, str]:
    return {
        "id": str(participant.id),
        "name": display_name(participant),
        "short": short_name(participant),
    }


def _shortfall(cut: pairing.BlockingCut, short: pairing.Shortfall) -> dict[str, Any]:
    return {
        "participant": short.party,
        "side": short.side,
        "minimum": short.minimum,
        "meetings": short.degree,
        "members": list(cut.members),
        "partners": list(cut.partners),
        "needed": cut.needed,
        "possible": cut.possible,
    }


def describe_schedule(
    event: Event, instance: schedule.ScheduleInstance, result: schedule.ScheduleResult
) -> dict[str, Any]:
    """Give status, proof, days of participants, and the frozen slots and tables."""
    measured = schedule.diagnostics(result.timetable, instance)
    return {
        **frozen_frame(event),
        "status": result.status.value,
        "objective": result.objective,
        "bound": result.bound,
        "gap": result.gap,
        "seconds": round(result.seconds, 3),
        "first_feasible_seconds": None
        if result.first_feasible_seconds is None
        else round(result.first_feasible_seconds, 3),
        "days": [asdict(day) for day in measured.days],
        "tables_used": list(measured.tables_used),
        "unplaced": len(result.unplaced),
        # Judged again by the checker, which knows nothing of the solver.
        "violations": [asdict(v) for v in schedule.check(result.timetable, instance)]
        if result.objective is not None
        else [],
    }


def frozen_frame(event: Event) -> dict[str, Any]:
    """Give day, slots and tables as they were when the run was made."""
    return {
        "held_on": event.held_on.isoformat(),
        "slot_minutes": event.slot_minutes,
        "slots": [[slot.start_minute, slot.session] for slot in event.slots],
        "tables": [table.label for table in event.tables],
    }


def empty_schedule(event: Event) -> dict[str, Any]:
    """Give the schedule part of a run whose pair choice already failed."""
    return {
        **frozen_frame(event),
        "status": schedule.Status.INFEASIBLE.value,
        "objective": None,
        "bound": None,
        "gap": None,
        "seconds": 0.0,
        "first_feasible_seconds": None,
        "days": [],
        "tables_used": [],
        "unplaced": 0,
        "violations": [],
    }


def stored_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Write problems as JSON, without repeats and no more than a person reads."""
    unique = {repr((p.code, sorted(p.params.items()))): p for p in problems}
    return [
        {"code": p.code, "params": dict(p.params)} for p in list(unique.values())[:PROBLEMS_SHOWN]
    ]


PAIRING_SENTENCES = {
    "must_conflict_of_interest": "plan_must_same_organisation",
    "must_no_common_slot": "plan_no_common_slot",
    "must_forbidden": "plan_must_forbidden",
    "must_declined": "plan_must_declined",
}


def pairing_conflicts(
    instance: pairing.PairingInstance,
    problems: Sequence[pairing.Problem],
    names: Mapping[str, str],
) -> list[Problem]:
    """Say which rules of the pair choice contradict each other, by name."""
    found = []
    for problem in problems:
        if problem.code == "must_above_maximum":
            (party,) = problem.subjects
            found.append(_above_maximum(instance, party, names))
        elif problem.code in PAIRING_SENTENCES:
            factory, provider = problem.subjects
            found.append(
                Problem(
                    PAIRING_SENTENCES[problem.code],
                    "",
                    {"factory": names[factory], "provider": names[provider]},
                )
            )
        else:
            found.append(Problem("plan_contradiction", "", {"code": problem.code}))
    return found


def _above_maximum(
    instance: pairing.PairingInstance, party: str, names: Mapping[str, str]
) -> Problem:
    is_provider = party in instance.provider_by_id
    side = instance.provider_by_id if is_provider else instance.factory_by_id
    needed = sum(party in pair for pair in instance.must)
    available = instance.capacity(side[party], provider=is_provider)
    params: dict[str, str | int | float] = {
        "name": names[party], "needed": needed, "available": available, "more": needed - available,
    }  # fmt: skip
    return Problem("plan_must_above_maximum", "", params)


def schedule_conflicts(
    event: Event,
    instance: schedule.ScheduleInstance,
    result: schedule.ScheduleResult,
    names: Mapping[str, str],
) -> list[Problem]:
    """Say why there is no timetable: counting arguments first, else the rules in conflict."""
    if result.status is schedule.Status.UNKNOWN:
        return [Problem("plan_unknown", "", {"seconds": round(result.seconds, 1)})]
    explanation = result.explanation
    found = [
        _certificate(event, certificate, instance, names)
        for certificate in explanation.certificates
    ]
    if not found:
        found = [_fact(event, fact, names) for fact in explanation.conflict]
    return found or [Problem("plan_no_timetable")]


def _certificate(
    event: Event,
    certificate: schedule.Certificate,
    instance: schedule.ScheduleInstance,
    names: Mapping[str, str],
) -> Problem:
    params: dict[str, str | int | float] = {
        "needed": certificate.needed, "available": certificate.available,
    }  # fmt: skip
    if certificate.code == "tables_below_meetings":
        capacity = Capacity(len(event.slots), len(event.tables), 0, 0)
        return places_problem(capacity, certificate.needed)
    if certificate.code == "no_possible_slot":
        meeting = instance.meeting_by_id[certificate.subject]
        pair = {"factory": names[meeting.a], "provider": names[meeting.b]}
        return Problem("plan_no_common_slot", "", pair)
    if certificate.subject in names:
        params["name"] = names[certificate.subject]
        return Problem(f"plan_{certificate.code}", "", params)
    return Problem("plan_no_timetable")


def _fact(event: Event, fact: schedule.Fact, names: Mapping[str, str]) -> Problem:
    """Word one rule of an irreducible conflict."""
    if fact.code == "tables":
        return Problem("plan_fact_tables", "", {"tables": len(event.tables)})
    if fact.code == "fairness":
        return Problem("plan_fact_fairness", "", {"spread": event.fairness or 0})
    return Problem("plan_fact_availability", "", {"name": names.get(fact.subject, fact.subject)})


CHANGE_SENTENCES = {
    "add_slots": "change_add_slots",
    "add_tables": "change_add_tables",
    "raise_fairness": "change_raise_fairness",
    "free_availability": "change_free_availability",
}


def schedule_changes(explanation: schedule.Explanation, names: Mapping[str, str]) -> list[Problem]:
    """Say which changes were tried and found to free the event, smallest first."""
    return [
        Problem(
            CHANGE_SENTENCES[change.code],
            "",
            {"amount": change.amount, "name": names.get(change.subject, "")},
        )
        for change in (*explanation.changes, *explanation.together)
        if change.code in CHANGE_SENTENCES
    ]
