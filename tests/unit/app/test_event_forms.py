"""The event form: equal grids of slots, ranges of table labels."""

from datetime import date

import pytest
from starlette.datastructures import FormData

from app.models import Event, EventSlot, EventTable
from app.web.forms.event import DEFAULTS, SlotGrid, expand_label, grid_of, read_event, values_of


@pytest.mark.parametrize(
    ("entry", "labels"),
    [
        ("A1-A3", ["A1", "A2", "A3"]),
        ("A1—3", ["A1", "A2", "A3"]),
        ("一号厅08~一号厅10", ["一号厅08", "一号厅09", "一号厅10"]),
        ("A1-B3", ["A1-B3"]),
        ("A3-A1", ["A3-A1"]),
        ("贵宾桌", ["贵宾桌"]),
    ],
)
def test_a_range_of_labels_is_written_out(entry, labels):
    assert list(expand_label(entry)) == labels


def test_a_grid_gives_slots_in_order_of_time():
    grid = SlotGrid(20, 5, 600, 2, 810, 2)

    assert grid.slots() == ((600, "am"), (625, "am"), (810, "pm"), (835, "pm"))


def typed(**values: str) -> FormData:
    return FormData({**DEFAULTS, "title": "测试对接会", "held_on": "2026-12-10", **values})


def test_the_defaults_need_only_a_title_and_a_day():
    fields, problems = read_event(typed())

    assert problems == []
    assert fields is not None
    assert len(fields.slots) == 12
    assert fields.slots[0] == (540, "am")
    assert fields.slots[-1] == (935, "pm")
    assert len(fields.tables) == 10
    assert fields.fairness == 2


def test_an_empty_fairness_means_no_limit():
    fields, _ = read_event(typed(fairness=""))

    assert fields is not None
    assert fields.fairness is None


def test_what_cannot_be_read_is_named_by_field():
    fields, problems = read_event(typed(title="", slot_minutes="很久", factory_min="-1"))

    assert fields is None
    assert {(p.field, p.code) for p in problems} == {
        ("title", "required"),
        ("slot_minutes", "not_a_number"),
        ("factory_min", "number_too_small"),
    }


def stored(*starts: tuple[int, str]) -> Event:
    event = Event(title="测试对接会", venue="", notes="", slot_minutes=20, version=3,
                  factory_min=1, factory_max=2, provider_min=1, provider_max=2, fairness=None)  # fmt: skip
    event.slots = [
        EventSlot(number=n, start_minute=start, session=part)
        for n, (start, part) in enumerate(starts)
    ]
    event.tables = [EventTable(number=0, label="A1")]
    return event


def test_uneven_slots_stay_while_the_grid_is_not_touched():
    event = stored((600, "am"), (625, "am"), (660, "am"))
    event.held_on = date(2026, 12, 10)
    values = {name: str(value) for name, value in values_of(event).items()}

    same, _ = read_event(FormData(values), current=event)
    longer, _ = read_event(FormData({**values, "morning_slots": "4"}), current=event)

    assert same is not None
    assert same.slots == ((600, "am"), (625, "am"), (660, "am"))
    assert longer is not None
    assert longer.slots == ((600, "am"), (625, "am"), (650, "am"), (675, "am"))


def test_a_day_without_afternoon_has_a_grid_too():
    assert grid_of(stored((600, "am"), (630, "am"))) == SlotGrid(20, 10, 600, 2, 810, 0)
