"""The forms of an event: its basic facts, and one participant's limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from starlette.datastructures import FormData

from app.core.problems import Problem
from app.models import Event, EventParticipant
from app.services.event_roster import ParticipantLimits
from app.services.events import MAX_SLOTS, MAX_TABLES, EventFields
from app.web.forms.fields import FieldReader

MAX_QUOTA = 40
MAX_MINUTES = 240
# "A1-A10" or "一号厅01—12": the part before the number may be left out at the end of the range.
LABEL_RANGE = re.compile(r"(?P<prefix>.*?)(?P<first>\d+)\s*[-—–~至]\s*(?P<again>.*?)(?P<last>\d+)")
MAX_LABEL = 40
# Longer entries are no label and no range of labels; they are not even looked at.
MAX_ENTRY = 2 * MAX_LABEL + 10
SEPARATORS = re.compile(r"[\n,，、;；]+")
DEFAULTS = {
    "slot_minutes": "20",
    "pause_minutes": "5",
    "morning_start": "09:00",
    "morning_slots": "6",
    "afternoon_start": "13:30",
    "afternoon_slots": "6",
    "tables": "A1-A10",
    "factory_min": "2",
    "factory_max": "5",
    "provider_min": "2",
    "provider_max": "8",
    "fairness": "2",
}


@dataclass(frozen=True, slots=True)
class SlotGrid:
    """Equal slots with equal pauses in two halves of the day; starts are minutes of the day."""

    minutes: int
    pause: int
    morning_start: int
    morning: int
    afternoon_start: int
    afternoon: int

    def slots(self) -> tuple[tuple[int, str], ...]:
        """Give (start, session) of every slot in order of time."""
        step = self.minutes + self.pause
        halves = (
            (self.morning_start, self.morning, "am"),
            (self.afternoon_start, self.afternoon, "pm"),
        )
        return tuple(
            (start + n * step, part) for start, count, part in halves for n in range(count)
        )


def grid_of(event: Event) -> SlotGrid:
    """Read the grid of an event as nearly as equal slots can say it."""
    starts = {
        part: [slot.start_minute for slot in event.slots if slot.session == part]
        for part in ("am", "pm")
    }
    steps = [b - a for half in starts.values() for a, b in pairwise(half)]
    return SlotGrid(
        minutes=event.slot_minutes,
        pause=max(0, min(steps, default=event.slot_minutes) - event.slot_minutes),
        morning_start=min(starts["am"], default=9 * 60),
        morning=len(starts["am"]),
        afternoon_start=min(starts["pm"], default=13 * 60 + 30),
        afternoon=len(starts["pm"]),
    )


def clock(minute: int) -> str:
    """Write a minute of the day as 09:30."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def values_of(event: Event) -> dict[str, str | list[str]]:
    """Give the form values of a stored event."""
    grid = grid_of(event)
    return {
        "title": event.title,
        "venue": event.venue,
        "held_on": event.held_on.isoformat(),
        "notes": event.notes,
        "slot_minutes": str(grid.minutes),
        "pause_minutes": str(grid.pause),
        "morning_start": clock(grid.morning_start),
        "morning_slots": str(grid.morning),
        "afternoon_start": clock(grid.afternoon_start),
        "afternoon_slots": str(grid.afternoon),
        "tables": "、".join(table.label for table in event.tables),
        "factory_min": str(event.factory_min),
        "factory_max": str(event.factory_max),
        "provider_min": str(event.provider_min),
        "provider_max": str(event.provider_max),
        "fairness": "" if event.fairness is None else str(event.fairness),
        "version": str(event.version),
    }


def read_event(
    posted: FormData, *, current: Event | None = None
) -> tuple[EventFields | None, list[Problem]]:
    """Read the event form; None with problems when something cannot be read.

    Slots of `current` that were not made by an equal grid stay as long as the grid is unchanged.
    """
    reader = FieldReader(posted)
    title = reader.text("title", required=True, max_length=120, min_length=4)
    held_on = reader.day("held_on", required=True)
    venue = reader.text("venue", max_length=120)
    notes = reader.text("notes", max_length=2000)
    grid = _grid(reader)
    tables = tuple(_labels(reader))
    quotas = {
        name: reader.whole(name, minimum=0, maximum=MAX_QUOTA, required=True)
        for name in ("factory_min", "factory_max", "provider_min", "provider_max")
    }
    fairness = reader.whole("fairness", minimum=0, maximum=MAX_SLOTS)
    if reader.problems or held_on is None or grid is None:
        return None, reader.problems
    kept = current is not None and grid == grid_of(current)
    slots = tuple((s.start_minute, s.session) for s in current.slots) if current and kept else None
    fields = EventFields(
        title=title,
        venue=venue,
        held_on=held_on,
        notes=notes,
        slot_minutes=grid.minutes,
        slots=slots or grid.slots(),
        tables=tables,
        fairness=fairness,
        # Required fields: without a problem each of them has been read.
        **{name: quota or 0 for name, quota in quotas.items()},
    )
    return fields, []


def _grid(reader: FieldReader) -> SlotGrid | None:
    minutes = reader.whole("slot_minutes", minimum=5, maximum=MAX_MINUTES, required=True)
    pause = reader.whole("pause_minutes", minimum=0, maximum=MAX_MINUTES)
    morning_start = reader.minute_of_day("morning_start", required=True)
    morning = reader.whole("morning_slots", minimum=0, maximum=MAX_SLOTS, required=True)
    afternoon_start = reader.minute_of_day("afternoon_start", required=True)
    afternoon = reader.whole("afternoon_slots", minimum=0, maximum=MAX_SLOTS, required=True)
    if minutes is None or morning_start is None or afternoon_start is None:
        return None
    if morning is None or afternoon is None:
        return None
    return SlotGrid(minutes, pause or 0, morning_start, morning, afternoon_start, afternoon)


def _labels(reader: FieldReader) -> Iterator[str]:
    """Read table labels, one an entry; "A1-A10" stands for ten of them."""
    read = 0
    for entry in filter(None, map(str.strip, SEPARATORS.split(reader.raw("tables")))):
        labels = [entry] if len(entry) > MAX_ENTRY else list(expand_label(entry))
        longest = max(map(len, labels))
        read += len(labels)
        if longest > MAX_LABEL:
            reader.add("too_long", "tables", max=MAX_LABEL, length=longest)
            return
        if read > MAX_TABLES:
            reader.add("event_too_many_tables", "tables", max=MAX_TABLES, count=read)
            return
        yield from labels


def expand_label(entry: str) -> Iterator[str]:
    """Yield the labels of one entry: a range of numbers with one prefix, or the entry itself."""
    found = LABEL_RANGE.fullmatch(entry)
    if found is None or found["again"] not in ("", found["prefix"]):
        yield entry
        return
    first, last = int(found["first"]), int(found["last"])
    if not 0 <= last - first <= MAX_TABLES:
        yield entry
        return
    for number in range(first, last + 1):
        yield f"{found['prefix']}{number:0{len(found['first'])}d}"


def limit_values(participant: EventParticipant) -> dict[str, str | list[str]]:
    """Give the form values of a participant's own limits."""
    least, most = participant.min_meetings, participant.max_meetings
    return {
        "min_meetings": "" if least is None else str(least),
        "max_meetings": "" if most is None else str(most),
        "absent": [str(slot) for slot in participant.absent_slots],
    }


def read_limits(posted: FormData, *, slots: int) -> tuple[ParticipantLimits | None, list[Problem]]:
    """Read a participant's own limits and absences."""
    reader = FieldReader(posted)
    least = reader.whole("min_meetings", minimum=0, maximum=MAX_QUOTA)
    most = reader.whole("max_meetings", minimum=0, maximum=MAX_QUOTA)
    absent = reader.choices("absent", {str(n) for n in range(slots)}, maximum=MAX_SLOTS)
    if reader.problems:
        return None, reader.problems
    return ParticipantLimits(least, most, tuple(int(slot) for slot in absent)), []
