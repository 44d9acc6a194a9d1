"""Which table a meeting gets, once its slot is known: few changes between consecutive meetings."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from matching.schedule.instance import Meeting, Placement, ScheduleInstance, Table, Timetable

IMPOSSIBLE = 10**6  # cost of a table that the meeting may not have


def assign_tables(
    slots: Mapping[str, int],
    instance: ScheduleInstance,
    *,
    keep: Mapping[str, Placement] | None = None,
) -> Timetable:
    """Give every meeting of `slots` a table, slot after slot, by an optimal assignment.

    The cost of a table is the number of the two participants whose last table was another one
    (a table of an earlier timetable `keep` is preferred among equals). Optimal for each slot,
    not for the whole day. Fixed tables and needed kinds are kept.
    """
    by_slot: dict[int, list[Meeting]] = defaultdict(list)
    for meeting_id, slot in slots.items():
        by_slot[slot].append(instance.meeting_by_id[meeting_id])
    last: dict[str, str] = {}
    timetable: Timetable = {}
    for slot in sorted(by_slot):
        for meeting, table in _assign_slot(by_slot[slot], instance, last, keep or {}):
            timetable[meeting.id] = Placement(slot, table.id)
            last.update(dict.fromkeys(meeting.parties, table.id))
    return {m.id: timetable[m.id] for m in instance.meetings if m.id in timetable}


def _assign_slot(
    meetings: list[Meeting],
    instance: ScheduleInstance,
    last: Mapping[str, str],
    keep: Mapping[str, Placement],
) -> list[tuple[Meeting, Table]]:
    from scipy.optimize import linear_sum_assignment

    column = {table.id: i for i, table in enumerate(instance.tables)}
    cost = np.full((len(meetings), len(column)), 4)
    for row, meeting in enumerate(meetings):
        for party in meeting.parties:
            if party in last:
                cost[row, column[last[party]]] -= 2
        if meeting.id in keep and keep[meeting.id].table in column:
            cost[row, column[keep[meeting.id].table]] -= 1
        if meeting.table is not None or meeting.table_kind is not None:
            for table in instance.tables:
                if not _suits(table, meeting):
                    cost[row, column[table.id]] = IMPOSSIBLE
    rows, columns = linear_sum_assignment(cost)
    return [(meetings[r], instance.tables[c]) for r, c in zip(rows, columns, strict=True)]


def _suits(table: Table, meeting: Meeting) -> bool:
    if meeting.table is not None:
        return table.id == meeting.table
    return meeting.table_kind is None or table.kind == meeting.table_kind
