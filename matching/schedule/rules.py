"""The rules of a timetable, each stated once: for the solver and for the checker.

`constrain(model, x, instance)` adds a rule to a CP-SAT model; `violations(timetable, instance)`
finds every breach of it in any timetable, also a hand-made one, and needs no solver. OR-Tools is
imported for type checking only.

`x` holds the decisions: `x.at[m, s]` is the Boolean "meeting m takes place in slot s", for every
meeting and slot; `x.breaks[p]` is the number of breaks of participant p. The solver's choice is a
slot; a table is given afterwards, which the rules about tables make possible.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from matching.schedule.breaks import breaks_by_participant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ortools.sat.python.cp_model import CpModel

    from matching.schedule.instance import Meeting, Placement, ScheduleInstance
    from matching.schedule.variables import Variables

    Places = Mapping[str, Placement]


@dataclass(frozen=True, slots=True)
class Violation:
    """A breach of a rule: its code and whom, what and when it concerns ("" or None if nobody)."""

    code: str
    participant: str = ""
    meetings: tuple[str, ...] = ()
    slot: int | None = None
    table: str = ""


class Rule(Protocol):
    """One rule, two uses."""

    code: str

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Add the rule to `model`."""

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield every breach; absent meetings break nothing but `EveryMeetingPlaced`."""


class EveryMeetingPlaced:
    """Each meeting takes place exactly once, in a slot of the event, at a table of the event."""

    code = "meeting_unplaced"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Add one exactly-one constraint a meeting."""
        for m in instance.meetings:
            model.add_exactly_one(x.at[m.id, s] for s in range(instance.slots))

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield meetings without a place, and places that do not exist."""
        for m in instance.meetings:
            if m.id not in timetable:
                yield Violation(self.code, meetings=(m.id,))
        for meeting, place in timetable.items():
            known = meeting in instance.meeting_by_id and place.table in instance.table_by_id
            if not known or not 0 <= place.slot < instance.slots:
                yield Violation(
                    "place_unknown", meetings=(meeting,), slot=place.slot, table=place.table
                )


class OnePlaceAtATime:
    """Nobody sits in two meetings of the same slot."""

    code = "participant_double_booked"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Add one at-most-one constraint a participant and slot."""
        for meetings in instance.meetings_of.values():
            for s in range(instance.slots):
                model.add_at_most_one(x.at[m.id, s] for m in meetings)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each participant and slot with more than one meeting."""
        for party, meetings in instance.meetings_of.items():
            by_slot: dict[int, list[str]] = defaultdict(list)
            for m in meetings:
                if m.id in timetable:
                    by_slot[timetable[m.id].slot].append(m.id)
            for slot, ids in by_slot.items():
                if len(ids) > 1:
                    yield Violation(self.code, party, tuple(ids), slot)


class Availability:
    """Nobody meets in a slot that he or she forbids."""

    code = "participant_unavailable"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Switch off the forbidden choices."""
        for p in instance.participants:
            for m in instance.meetings_of[p.id]:
                for s in p.forbidden:
                    if s < instance.slots:
                        x.unless_given_up(model.add(x.at[m.id, s] == 0), "availability", p.id)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each meeting in a forbidden slot of one of its participants."""
        for m, place in _placed(timetable, instance):
            for party in m.parties:
                if place.slot in instance.participant_by_id[party].forbidden:
                    yield Violation(self.code, party, (m.id,), place.slot)


class SessionKept:
    """A morning meeting takes place in the morning, an afternoon meeting in the afternoon."""

    code = "session_wrong"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Switch off the slots of the other session."""
        for m in instance.meetings:
            for s in set(range(instance.slots)).difference(instance.session_slots(m.session)):
                x.unless_given_up(model.add(x.at[m.id, s] == 0), "session", m.id)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each meeting outside its session."""
        for m, place in _placed(timetable, instance):
            if place.slot not in instance.session_slots(m.session):
                yield Violation(self.code, meetings=(m.id,), slot=place.slot)


class FixedSlot:
    """A meeting fixed to a slot stays there."""

    code = "fixed_slot_moved"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Switch on the fixed choices."""
        for m in instance.meetings:
            if m.slot is not None:
                x.unless_given_up(model.add(x.at[m.id, m.slot] == 1), "fixed_slot", m.id)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each fixed meeting elsewhere."""
        for m, place in _placed(timetable, instance):
            if m.slot is not None and place.slot != m.slot:
                yield Violation(self.code, meetings=(m.id,), slot=place.slot)


class Precedence:
    """A meeting takes place in a later slot than every meeting of its `after`."""

    code = "precedence_broken"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Forbid "m in slot s or before" unless the earlier meeting is before s."""
        for m in instance.meetings:
            for earlier in m.after:
                for s in range(instance.slots):
                    started = [x.at[earlier, t] for t in range(s)]
                    later = [x.at[m.id, t] for t in range(s + 1, instance.slots)]
                    for literals in (
                        [*started, x.at[m.id, s].negated()],
                        [*later, x.at[earlier, s].negated()],
                    ):
                        x.unless_given_up(model.add_bool_or(literals), "precedence", m.id)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each pair in the wrong order."""
        for m, place in _placed(timetable, instance):
            for earlier in m.after:
                if earlier in timetable and timetable[earlier].slot >= place.slot:
                    yield Violation(self.code, meetings=(earlier, m.id), slot=place.slot)


class TableCapacity:
    """A slot has no more meetings than tables, in all and of each needed kind.

    Every table has one kind at most, so the needs are nested and these counts suffice for an
    assignment of tables to exist (Hall).
    """

    code = "tables_exceeded"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Add one linear constraint a slot and group of meetings."""
        for meetings, tables, _ in self._groups(instance):
            if tables < len(meetings):
                for s in range(instance.slots):
                    model.add(sum(x.at[m, s] for m in meetings) <= tables)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each slot with too many meetings and each meeting at a table of another kind."""
        for meetings, tables, kind in self._groups(instance):
            by_slot: dict[int, list[str]] = defaultdict(list)
            for meeting in meetings:
                if meeting in timetable:
                    by_slot[timetable[meeting].slot].append(meeting)
            for slot, ids in by_slot.items():
                if len(ids) > tables:
                    yield Violation(self.code, "", tuple(ids), slot, kind or "")
        for m, place in _placed(timetable, instance):
            table = instance.table_by_id.get(place.table)
            if m.table_kind is not None and table is not None and table.kind != m.table_kind:
                yield Violation("table_kind_wrong", "", (m.id,), place.slot, place.table)

    def _groups(self, instance: ScheduleInstance) -> Iterator[tuple[list[str], int, str | None]]:
        yield [m.id for m in instance.meetings], len(instance.tables), None
        kinds = Counter(t.kind for t in instance.tables if t.kind is not None)
        for kind in sorted({m.table_kind for m in instance.meetings if m.table_kind is not None}):
            needs = [m.id for m in instance.meetings if kind in self._kinds(m, instance)]
            yield needs, kinds[kind], kind

    def _kinds(self, meeting: Meeting, instance: ScheduleInstance) -> set[str | None]:
        if meeting.table is not None:
            return {instance.table_by_id[meeting.table].kind}
        return {meeting.table_kind}


class TableOncePerSlot:
    """A table holds one meeting a slot, and a meeting fixed to a table sits there."""

    code = "table_double_booked"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Keep meetings that are fixed to the same table apart."""
        by_table: dict[str, list[str]] = defaultdict(list)
        for m in instance.meetings:
            if m.table is not None:
                by_table[m.table].append(m.id)
        for meetings in by_table.values():
            for s in range(instance.slots):
                model.add_at_most_one(x.at[m, s] for m in meetings)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each table with two meetings at once, and each meeting away from its table."""
        at: dict[tuple[int, str], list[str]] = defaultdict(list)
        for m, place in _placed(timetable, instance):
            at[place.slot, place.table].append(m.id)
            if m.table is not None and m.table != place.table:
                yield Violation("fixed_table_moved", "", (m.id,), place.slot, place.table)
        for (slot, table), ids in at.items():
            if len(ids) > 1:
                yield Violation(self.code, "", tuple(ids), slot, table)


class Fairness:
    """No participant has more than `instance.fairness` breaks more than another."""

    code = "breaks_unfair"

    def constrain(self, model: CpModel, x: Variables, instance: ScheduleInstance) -> None:
        """Bound all breaks by their least value plus the spread."""
        if instance.fairness is None or not x.breaks:
            return
        least = model.new_int_var(0, instance.slots, "least_breaks")
        for breaks in x.breaks.values():
            model.add(breaks >= least)
            model.add(breaks <= least + instance.fairness)

    def violations(self, timetable: Places, instance: ScheduleInstance) -> Iterator[Violation]:
        """Yield each participant too far above the one with the fewest breaks."""
        if instance.fairness is None:
            return
        breaks = breaks_by_participant(timetable, instance)
        least = min(breaks.values(), default=0)
        for party, count in breaks.items():
            if count > least + instance.fairness:
                yield Violation(self.code, party)


def _placed(timetable: Places, instance: ScheduleInstance) -> Iterator[tuple[Meeting, Placement]]:
    for m in instance.meetings:
        if m.id in timetable:
            yield m, timetable[m.id]


RULES: tuple[Rule, ...] = (
    EveryMeetingPlaced(),
    OnePlaceAtATime(),
    Availability(),
    SessionKept(),
    FixedSlot(),
    Precedence(),
    TableCapacity(),
    TableOncePerSlot(),
    Fairness(),
)


def check(timetable: Places, instance: ScheduleInstance) -> tuple[Violation, ...]:
    """Return every breach of every rule in `timetable`, whoever made it."""
    return tuple(v for rule in RULES for v in rule.violations(timetable, instance))
