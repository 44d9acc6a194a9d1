"""Lower bound on breaks that forgets who meets whom; a leaf module that imports OR-Tools.

Participants with the same number of meetings, availability and sessions form a class. Each class
sends its members through a network of (slot, meetings so far, state of the day); the busy members
of a slot are an even number, at most two a table. Every timetable gives such a flow, so its least
cost bounds the breaks, and no flow means no timetable (docs/events.md, "Bounds").
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model  # noqa: TID253 - leaf, imported inside functions

from matching.schedule.instance import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matching.schedule.instance import Participant, ScheduleInstance

BEFORE, BUSY, GAP, AFTER = range(4)
_NEXT = {
    BEFORE: (BEFORE, BUSY),
    BUSY: (BUSY, GAP, AFTER),
    GAP: (GAP, BUSY),
    AFTER: (AFTER,),
}
Node = tuple[int, int]  # meetings so far, state of the day


@dataclass(frozen=True, slots=True)
class PatternBound:
    """`infeasible` proves that there is no timetable; else `breaks` is a lower bound."""

    infeasible: bool
    breaks: int


@dataclass(frozen=True, slots=True)
class _Class:
    meetings: int
    slots: tuple[int, ...]  # counted slots
    open: frozenset[int]
    fixed: frozenset[int]
    morning: int  # meetings that have to be in the morning
    afternoon: int


def pattern_bound(
    instance: "ScheduleInstance", *, seconds: float, workers: int, seed: int
) -> PatternBound:
    """Return the class-pattern bound as far as it is proved within `seconds`."""
    model = cp_model.CpModel()
    busy: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    breaks: list[cp_model.IntVar] = []
    for day, size in _classes(instance).items():
        _add_class(model, instance, day, size, busy, breaks)
    for s in range(instance.slots):
        count = model.new_int_var(0, len(instance.tables), "")
        model.add(cp_model.LinearExpr.sum(busy[s]) == 2 * count)
    model.minimize(cp_model.LinearExpr.sum(breaks))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return PatternBound(True, 0)
    if status == cp_model.UNKNOWN:
        return PatternBound(False, 0)
    return PatternBound(False, max(0, round(solver.best_objective_bound)))


def _classes(instance: "ScheduleInstance") -> dict[_Class, int]:
    sizes: dict[_Class, int] = defaultdict(int)
    for p in instance.participants:
        if instance.meetings_of[p.id]:
            sizes[_class_of(instance, p)] += 1
    return sizes


def _class_of(instance: "ScheduleInstance", p: "Participant") -> _Class:
    meetings = instance.meetings_of[p.id]
    sessions = [m.session for m in meetings]
    return _Class(
        meetings=len(meetings),
        slots=tuple(instance.counted_slots(p)),
        open=frozenset(instance.open_slots(p)),
        fixed=frozenset(m.slot for m in meetings if m.slot is not None),
        morning=sessions.count(Session.MORNING),
        afternoon=sessions.count(Session.AFTERNOON),
    )


def _add_class(
    model: cp_model.CpModel,
    instance: "ScheduleInstance",
    day: _Class,
    size: int,
    busy: dict[int, list[cp_model.IntVar]],
    breaks: list[cp_model.IntVar],
) -> None:
    """Add the flow of one class; collect its busy and its gap-opening arcs."""
    inflow: dict[Node, list[cp_model.IntVar]] = {}
    for i, slot in enumerate(day.slots):
        incoming: dict[Node, list[cp_model.IntVar]] = defaultdict(list)
        sources = [(0, BEFORE)] if i == 0 else list(inflow)
        for node in sources:
            outgoing = []
            for target in _targets(instance, day, i, node):
                arc = model.new_int_var(0, size, "")
                outgoing.append(arc)
                incoming[target].append(arc)
                if target[1] == BUSY:
                    busy[slot].append(arc)
                elif target[1] == GAP and node[1] == BUSY:
                    breaks.append(arc)
            arriving = size if i == 0 else cp_model.LinearExpr.sum(inflow[node])
            model.add(cp_model.LinearExpr.sum(outgoing) == arriving)
        inflow = incoming


def _targets(
    instance: "ScheduleInstance", day: _Class, position: int, node: Node
) -> "Iterator[Node]":
    """Yield what the day can look like after the slot at `position`, given `node` before it."""
    slot = day.slots[position]
    left = sum(s in day.open for s in day.slots[position + 1 :])
    for state in _NEXT[node[1]]:
        count = node[0] + (state == BUSY)
        if state == BUSY and slot not in day.open:
            continue
        if state != BUSY and slot in day.fixed:
            continue
        if count > day.meetings or count + left < day.meetings:
            continue
        if (state == AFTER) != (count == day.meetings) and state != BUSY:
            continue
        if slot + 1 == instance.morning_slots and not (
            day.morning <= count <= day.meetings - day.afternoon
        ):
            continue
        yield count, state
