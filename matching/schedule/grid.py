"""A timetable as mutable integer arrays, for the fast searches: who meets in which slot.

Kept on every step: one place at a time, availability, session, fixed slots, precedence, tables.
Not kept: every meeting placed (construction) and fairness (a penalty in the cost).
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from matching.schedule.breaks import forced_breaks
from matching.schedule.instance import Placement, ScheduleInstance

UNFAIR_COST = 4  # cost of each break above the fair number: clearly more than a break elsewhere
FREE = -1


class Chain(NamedTuple):
    """A Kempe chain: `meetings` change between two slots; only the two end participants change
    their pattern of busy slots. `ends` holds (participant, new pattern)."""

    meetings: list[int]
    slots: tuple[int, int]
    ends: tuple[tuple[int, int], tuple[int, int]]


class Grid:
    """Slots of meetings by index, with tables counted per slot and patterns as bit masks.

    `pattern[p]` has bit i set when participant p is busy in its i-th counted slot.
    """

    def __init__(self, instance: ScheduleInstance) -> None:
        """Start with an empty timetable of `instance`."""
        index = {p.id: i for i, p in enumerate(instance.participants)}
        self.instance = instance
        self.pair = [(index[m.a], index[m.b]) for m in instance.meetings]
        self.possible = [instance.possible_slots[m.id] for m in instance.meetings]
        self.allowed = [sum(1 << s for s in slots) for slots in self.possible]
        self.slot = [FREE] * len(instance.meetings)
        self.at = [[FREE] * instance.slots for _ in instance.participants]
        self.pattern = [0] * len(instance.participants)
        self.bit = [[0] * instance.slots for _ in instance.participants]
        for i, p in enumerate(instance.participants):
            for position, s in enumerate(instance.counted_slots(p)):
                self.bit[i][s] = 1 << position
        self._set_orders()
        self._set_tables()
        self._fair = self._fair_breaks()

    def _set_orders(self) -> None:
        index = {m.id: i for i, m in enumerate(self.instance.meetings)}
        self.earlier = [[index[one] for one in m.after] for m in self.instance.meetings]
        self.later: list[list[int]] = [[] for _ in self.instance.meetings]
        for m, earlier in enumerate(self.earlier):
            for one in earlier:
                self.later[one].append(m)

    def _set_tables(self) -> None:
        """Number the table counts: 0 for all tables, then needed kinds and fixed tables."""
        tables = self.instance.table_by_id
        names: dict[tuple[str, str], int] = {}
        self.table_limits = [len(tables)]
        self.needs: list[list[int]] = []
        for m in self.instance.meetings:
            kind = tables[m.table].kind if m.table is not None else m.table_kind
            needs = [0]
            if kind is not None:
                limit = sum(table.kind == kind for table in tables.values())
                needs.append(self._limit(names, ("kind", kind), limit))
            if m.table is not None:
                needs.append(self._limit(names, ("table", m.table), 1))
            self.needs.append(needs)
        self.plain = len(self.table_limits) == 1
        self.load = [[0] * self.instance.slots for _ in self.table_limits]

    def _limit(self, names: dict[tuple[str, str], int], name: tuple[str, str], limit: int) -> int:
        if name not in names:
            names[name] = len(self.table_limits)
            self.table_limits.append(limit)
        return names[name]

    def _fair_breaks(self) -> int:
        """Return how many breaks a participant may have when somebody has the fewest possible."""
        instance = self.instance
        if instance.fairness is None:
            return instance.slots
        least = min((forced_breaks(instance, p) for p in instance.participants), default=0)
        return least + instance.fairness

    def cost(self, pattern: int) -> int:
        """Return breaks of a pattern, with a penalty for those above the fair number."""
        breaks = (pattern & ~(pattern << 1)).bit_count() - 1
        if breaks <= 0:
            return 0
        return breaks + UNFAIR_COST * max(0, breaks - self._fair)

    def unfair(self) -> bool:
        """Tell whether the fairness rule is broken as things are."""
        if self.instance.fairness is None:
            return False
        breaks = [max(0, (one & ~(one << 1)).bit_count() - 1) for one in self.pattern]
        return max(breaks, default=0) - min(breaks, default=0) > self.instance.fairness

    def total_cost(self) -> int:
        """Return the cost of all participants."""
        return sum(self.cost(pattern) for pattern in self.pattern)

    def place(self, m: int, s: int) -> None:
        """Put meeting `m` into slot `s`, unchecked."""
        self.slot[m] = s
        for p in self.pair[m]:
            self.at[p][s] = m
            self.pattern[p] |= self.bit[p][s]
        for need in self.needs[m]:
            self.load[need][s] += 1

    def remove(self, m: int) -> None:
        """Take meeting `m` out of its slot."""
        s = self.slot[m]
        self.slot[m] = FREE
        for p in self.pair[m]:
            self.at[p][s] = FREE
            self.pattern[p] &= ~self.bit[p][s]
        for need in self.needs[m]:
            self.load[need][s] -= 1

    def table_free(self, m: int, s: int) -> bool:
        """Tell whether slot `s` has a table for meeting `m`."""
        return all(self.load[need][s] < self.table_limits[need] for need in self.needs[m])

    def in_order(self, m: int, s: int) -> bool:
        """Tell whether meeting `m` in slot `s` respects the placed meetings before and after."""
        slot = self.slot
        return all(slot[e] < s for e in self.earlier[m]) and all(
            slot[n] == FREE or slot[n] > s for n in self.later[m]
        )

    def fits(self, m: int, s: int) -> bool:
        """Tell whether meeting `m` can be put into slot `s` as things are."""
        a, b = self.pair[m]
        return (
            self.at[a][s] == FREE
            and self.at[b][s] == FREE
            and bool(self.allowed[m] >> s & 1)
            and self.table_free(m, s)
            and self.in_order(m, s)
        )

    def chain(self, p: int, s: int, t: int) -> Chain | None:
        """Return the chain that moves participant `p`'s meeting from slot `s` to the free `t`.

        None when a meeting of the chain may not move, or tables run out. Precedences are left to
        `swap`.
        """
        at, pair, allowed = self.at, self.pair, self.allowed
        meetings: list[int] = []
        here, there, person = s, t, p
        m = at[p][s]
        while m != FREE:
            if not allowed[m] >> there & 1:
                return None
            meetings.append(m)
            a, b = pair[m]
            person = b if a == person else a
            here, there = there, here
            m = at[person][here]
        if not self._tables_allow(meetings, s, t):
            return None
        change = self.bit[p][s] | self.bit[p][t]
        if person == p:  # the chain closed: a cycle changes nobody's pattern
            return None
        end = self.bit[person][s] | self.bit[person][t]
        return Chain(
            meetings, (s, t), ((p, self.pattern[p] ^ change), (person, self.pattern[person] ^ end))
        )

    def _tables_allow(self, meetings: list[int], s: int, t: int) -> bool:
        if self.plain:  # every second meeting moves back: only an odd chain needs one more table
            return len(meetings) % 2 == 0 or self.load[0][t] < self.table_limits[0]
        change: dict[tuple[int, int], int] = {}
        for m in meetings:
            to = t if self.slot[m] == s else s
            for need in self.needs[m]:
                change[need, to] = change.get((need, to), 0) + 1
                change[need, s + t - to] = change.get((need, s + t - to), 0) - 1
        return all(
            self.load[need][slot] + more <= self.table_limits[need]
            for (need, slot), more in change.items()
            if more > 0
        )

    def swap(self, chain: Chain) -> bool:
        """Carry out `chain`; undo it and return False when it breaks a precedence."""
        s, t = chain.slots
        self._exchange(chain.meetings, s, t)
        if all(self._ordered(m) for m in chain.meetings):
            return True
        self._exchange(chain.meetings, s, t)
        return False

    def _ordered(self, m: int) -> bool:
        if not self.earlier[m] and not self.later[m]:
            return True
        return self.in_order(m, self.slot[m])

    def _exchange(self, meetings: list[int], s: int, t: int) -> None:
        targets = [t if self.slot[m] == s else s for m in meetings]
        for m in meetings:
            self.remove(m)
        for m, target in zip(meetings, targets, strict=True):
            self.place(m, target)

    def unplaced(self) -> list[int]:
        """Return the meetings without a slot."""
        return [m for m, s in enumerate(self.slot) if s == FREE]

    def slots_by_id(self) -> dict[str, int]:
        """Return the slot of each placed meeting."""
        return {
            m.id: s for m, s in zip(self.instance.meetings, self.slot, strict=True) if s != FREE
        }

    def load_from(self, slots: Mapping[str, int]) -> None:
        """Place what fits of `slots` (meeting id -> slot) on an empty grid."""
        for m, meeting in enumerate(self.instance.meetings):
            s = slots.get(meeting.id, FREE)
            if 0 <= s < self.instance.slots and self.fits(m, s):
                self.place(m, s)

    def restore(self, slots: Iterable[int]) -> None:
        """Set the slots of all meetings to a state saved from `slot` earlier."""
        for m in range(len(self.slot)):
            if self.slot[m] != FREE:
                self.remove(m)
        for m, s in enumerate(slots):
            if s != FREE:
                self.place(m, s)


def slots_of(timetable: Mapping[str, Placement]) -> dict[str, int]:
    """Return meeting id -> slot of a timetable."""
    return {meeting: place.slot for meeting, place in timetable.items()}
