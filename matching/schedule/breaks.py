"""Breaks and other measures of a participant's day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from matching.schedule.instance import Participant, Placement, ScheduleInstance


def count_breaks(instance: ScheduleInstance, participant: Participant, busy: Iterable[int]) -> int:
    """Return how many groups of counted idle slots lie between the meetings at slots `busy`.

    Source: H(p) of Bofill et al., JAIR 2022 (docs/events.md); a group counts once whatever its
    length, and slots run on over lunch.
    """
    taken = set(busy)
    pattern = [slot in taken for slot in instance.counted_slots(participant)]
    runs = sum(now and not before for before, now in zip([False, *pattern], pattern, strict=False))
    return max(0, runs - 1)


def breaks_by_participant(
    timetable: Mapping[str, Placement], instance: ScheduleInstance
) -> dict[str, int]:
    """Return the breaks of every participant; people without placed meetings have 0."""
    return {
        p.id: count_breaks(
            instance,
            p,
            [timetable[m.id].slot for m in instance.meetings_of[p.id] if m.id in timetable],
        )
        for p in instance.participants
    }


def forced_breaks(instance: ScheduleInstance, participant: Participant) -> int:
    """Return a number of breaks that no timetable can avoid for `participant`.

    Meetings without a break between them lie in one unbroken stretch of open slots, so at least
    as many stretches are used as the longest ones need to hold all meetings.
    """
    open_slots = set(instance.open_slots(participant))
    lengths = [0]
    for slot in instance.counted_slots(participant):
        if slot in open_slots:
            lengths[-1] += 1
        else:
            lengths.append(0)
    needed, stretches = len(instance.meetings_of[participant.id]), 0
    for length in sorted(lengths, reverse=True):
        if needed <= 0:
            break
        needed -= length
        stretches += 1
    return max(0, stretches - 1)


@dataclass(frozen=True, slots=True)
class ParticipantDay:
    """One participant's day: numbers of meetings, breaks, idle slots between the first and the
    last meeting (as counted for breaks), and changes of table between consecutive meetings."""

    participant: str
    meetings: int
    breaks: int
    idle_slots: int
    table_changes: int


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """The whole event: one row a participant, and the tables in use in each slot."""

    days: tuple[ParticipantDay, ...]
    tables_used: tuple[int, ...]
    table_capacity: int

    @property
    def breaks(self) -> int:
        """Total number of breaks, the objective."""
        return sum(day.breaks for day in self.days)

    @property
    def table_changes(self) -> int:
        """Total number of table changes."""
        return sum(day.table_changes for day in self.days)


def diagnostics(timetable: Mapping[str, Placement], instance: ScheduleInstance) -> Diagnostics:
    """Measure `timetable`, complete or not."""
    used = [0] * instance.slots
    for placement in timetable.values():
        used[placement.slot] += 1
    return Diagnostics(
        days=tuple(_day(timetable, instance, p) for p in instance.participants),
        tables_used=tuple(used),
        table_capacity=len(instance.tables),
    )


def _day(
    timetable: Mapping[str, Placement], instance: ScheduleInstance, participant: Participant
) -> ParticipantDay:
    meetings = instance.meetings_of[participant.id]
    placed = sorted(
        (timetable[m.id] for m in meetings if m.id in timetable), key=lambda place: place.slot
    )
    busy = [place.slot for place in placed]
    between = [s for s in instance.counted_slots(participant) if busy and busy[0] < s < busy[-1]]
    return ParticipantDay(
        participant=participant.id,
        meetings=len(placed),
        breaks=count_breaks(instance, participant, busy),
        idle_slots=len(set(between) - set(busy)),
        table_changes=sum(one.table != two.table for one, two in pairwise(placed)),
    )
