"""Counting arguments, at once and without search, that an event has no timetable."""

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from matching.schedule.breaks import forced_breaks
from matching.schedule.instance import Participant, ScheduleInstance, Session
from matching.schedule.result import Certificate


def certificates(instance: ScheduleInstance) -> tuple[Certificate, ...]:
    """Return every counting argument against a timetable; empty proves nothing.

    Without availability limits the first two kinds are complete for an event of two sides: a
    timetable exists if and only if slots >= the most meetings of anyone and slots x tables >=
    meetings (König 1916; balanced by de Werra and Folkman-Fulkerson).
    """
    found = [*_whole_event(instance), *_meetings(instance)]
    for participant in instance.participants:
        found.extend(_participant(instance, participant))
    return tuple(found)


def trivial_bound(instance: ScheduleInstance) -> int:
    """Return the breaks that availability alone forces, summed over participants."""
    return sum(forced_breaks(instance, participant) for participant in instance.participants)


def _whole_event(instance: ScheduleInstance) -> Iterator[Certificate]:
    needed, available = len(instance.meetings), instance.slots * len(instance.tables)
    if needed > available:
        yield Certificate("tables_below_meetings", "", needed, available)
    try:
        TopologicalSorter({m.id: m.after for m in instance.meetings}).prepare()
    except CycleError as error:
        yield Certificate("precedence_cycle", str(error.args[1][0]), 1, 0)


def _meetings(instance: ScheduleInstance) -> Iterator[Certificate]:
    for m in instance.meetings:
        if not instance.possible_slots[m.id]:
            yield Certificate("no_possible_slot", m.id, 1, 0)


def _participant(instance: ScheduleInstance, participant: Participant) -> Iterator[Certificate]:
    meetings = instance.meetings_of[participant.id]
    if len(meetings) > instance.slots:
        yield Certificate("slots_below_meetings", participant.id, len(meetings), instance.slots)
        return
    open_slots = set(instance.open_slots(participant))
    for session in Session:
        bound = [m for m in meetings if session in (Session.ANY, m.session)]
        available = len(open_slots.intersection(instance.session_slots(session)))
        if len(bound) > available:
            yield Certificate("availability_below_meetings", participant.id, len(bound), available)
            return
    fixed = Counter(m.slot for m in meetings if m.slot is not None)
    for count in fixed.values():
        if count > 1:
            yield Certificate("slot_overbooked", participant.id, count, 1)
