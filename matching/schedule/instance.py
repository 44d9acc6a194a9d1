"""What the timetable is made from: participants, slots, tables, meetings and their rules."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Session(StrEnum):
    """When on the day a meeting may take place."""

    MORNING = "am"
    AFTERNOON = "pm"
    ANY = "any"


class BreakRule(StrEnum):
    """Which idle slots between two meetings of a participant make a break.

    ALL is the published definition: every slot counts, also those that the participant forbids.
    OWN excuses slots in which the participant is not available.
    """

    ALL = "all"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who meets others, and the slots (0-based) in which that is impossible."""

    id: str
    forbidden: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Table:
    """A place for one meeting a slot; `kind` names a feature such as an interpreter."""

    id: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A talk of the participants `a` and `b`.

    Attributes:
        slot, table: fixed by hand, or None.
        table_kind: the kind of table that it needs, None for any.
        after: ids of meetings that have to be in an earlier slot.
    """

    id: str
    a: str
    b: str
    session: Session = Session.ANY
    slot: int | None = None
    table: str | None = None
    table_kind: str | None = None
    after: tuple[str, ...] = ()

    @property
    def parties(self) -> tuple[str, str]:
        """Both participants."""
        return self.a, self.b


@dataclass(frozen=True, slots=True)
class Placement:
    """Where and when a meeting takes place."""

    slot: int
    table: str


Timetable = dict[str, Placement]  # meeting id -> placement


@dataclass(frozen=True)
class ScheduleInstance:
    """The whole question; slots are 0..slots-1, the first `morning_slots` are the morning.

    Attributes:
        fairness: no participant has more breaks than another plus this number (people without
            meetings count as 0); None switches the rule off.
        break_rule: which idle slots count.

    Raises:
        ValueError: an id is repeated or unknown, or a slot lies outside the event.
    """

    participants: tuple[Participant, ...]
    meetings: tuple[Meeting, ...]
    tables: tuple[Table, ...]
    slots: int
    morning_slots: int
    fairness: int | None = 2
    break_rule: BreakRule = BreakRule.OWN

    def __post_init__(self) -> None:
        """Refuse repeated or unknown ids and slots outside the event."""
        for what, ids in (
            ("participant", [p.id for p in self.participants]),
            ("meeting", [m.id for m in self.meetings]),
            ("table", [t.id for t in self.tables]),
        ):
            if repeated := [one for one, count in Counter(ids).items() if count > 1]:
                raise ValueError(f"{what} id repeated: {repeated[0]}")
        if not 0 <= self.morning_slots <= self.slots:
            raise ValueError(f"{self.morning_slots} morning slots of {self.slots}")
        for complaint in self._complaints():
            raise ValueError(complaint)

    def _complaints(self) -> Iterator[str]:
        people = {p.id for p in self.participants}
        tables = {t.id: t.kind for t in self.tables}
        meetings = {m.id for m in self.meetings}
        for m in self.meetings:
            if m.a == m.b or not people.issuperset(m.parties):
                yield f"meeting {m.id}: participants {m.a}, {m.b} are unknown or the same"
            if m.slot is not None and not 0 <= m.slot < self.slots:
                yield f"meeting {m.id}: fixed slot {m.slot} outside 0..{self.slots - 1}"
            if m.table is not None and m.table not in tables:
                yield f"meeting {m.id}: unknown table {m.table}"
            elif m.table is not None and m.table_kind not in (None, tables[m.table]):
                yield f"meeting {m.id}: table {m.table} is not of kind {m.table_kind}"
            if unknown := set(m.after) - meetings:
                yield f"meeting {m.id}: after unknown meetings {sorted(unknown)}"

    @cached_property
    def participant_by_id(self) -> dict[str, Participant]:
        """Participants by id."""
        return {p.id: p for p in self.participants}

    @cached_property
    def meeting_by_id(self) -> dict[str, Meeting]:
        """Meetings by id."""
        return {m.id: m for m in self.meetings}

    @cached_property
    def table_by_id(self) -> dict[str, Table]:
        """Tables by id."""
        return {t.id: t for t in self.tables}

    @cached_property
    def meetings_of(self) -> dict[str, tuple[Meeting, ...]]:
        """Meetings of each participant, in the order of the instance."""
        found: dict[str, list[Meeting]] = {p.id: [] for p in self.participants}
        for m in self.meetings:
            found[m.a].append(m)
            found[m.b].append(m)
        return {party: tuple(meetings) for party, meetings in found.items()}

    def open_slots(self, participant: Participant) -> list[int]:
        """Return the slots in which `participant` is available, in order."""
        return [s for s in range(self.slots) if s not in participant.forbidden]

    def counted_slots(self, participant: Participant) -> list[int]:
        """Return the slots that count for breaks: two meetings next to each other in this list
        have no break between them."""
        if self.break_rule is BreakRule.OWN:
            return self.open_slots(participant)
        return list(range(self.slots))

    def session_slots(self, session: Session) -> range:
        """Return the slots of `session`."""
        if session is Session.MORNING:
            return range(self.morning_slots)
        if session is Session.AFTERNOON:
            return range(self.morning_slots, self.slots)
        return range(self.slots)

    @cached_property
    def possible_slots(self) -> dict[str, tuple[int, ...]]:
        """For each meeting the slots that session, fixing and both availabilities leave open."""
        return {m.id: tuple(self._possible(m)) for m in self.meetings}

    def _possible(self, meeting: Meeting) -> Iterator[int]:
        closed = (
            self.participant_by_id[meeting.a].forbidden
            | self.participant_by_id[meeting.b].forbidden
        )
        for slot in self.session_slots(meeting.session):
            if slot not in closed and meeting.slot in (None, slot):
                yield slot
