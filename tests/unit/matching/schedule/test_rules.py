"""Each rule finds its own breach in a hand-made timetable, and nothing else does."""

import pytest

from matching.schedule import (
    BreakRule,
    Meeting,
    Participant,
    Placement,
    ScheduleInstance,
    Session,
    Table,
    Violation,
    breaks_by_participant,
    check,
    diagnostics,
)

PEOPLE = tuple(Participant(one) for one in "abcd")


def event(*meetings: Meeting, **changes) -> ScheduleInstance:
    values = {
        "participants": PEOPLE,
        "tables": (Table("t1", "interpreter"), Table("t2")),
        "slots": 6,
        "morning_slots": 3,
        "fairness": None,
        **changes,
    }
    return ScheduleInstance(meetings=meetings, **values)


def timetable(**places: tuple[int, str]) -> dict[str, Placement]:
    return {meeting: Placement(*place) for meeting, place in places.items()}


AB, AC, CD = Meeting("ab", "a", "b"), Meeting("ac", "a", "c"), Meeting("cd", "c", "d")


@pytest.mark.parametrize(
    ("question", "places", "expected"),
    [
        (event(AB, CD), {"ab": (0, "t1")}, Violation("meeting_unplaced", meetings=("cd",))),
        (
            event(AB),
            {"ab": (5, "t9")},
            Violation("place_unknown", meetings=("ab",), slot=5, table="t9"),
        ),
        (
            event(AB, AC),
            {"ab": (0, "t1"), "ac": (0, "t2")},
            Violation("participant_double_booked", "a", ("ab", "ac"), 0),
        ),
        (
            event(AB, participants=(Participant("a", frozenset({2})), *PEOPLE[1:])),
            {"ab": (2, "t1")},
            Violation("participant_unavailable", "a", ("ab",), 2),
        ),
        (
            event(Meeting("ab", "a", "b", session=Session.MORNING)),
            {"ab": (3, "t1")},
            Violation("session_wrong", meetings=("ab",), slot=3),
        ),
        (
            event(Meeting("ab", "a", "b", slot=1)),
            {"ab": (2, "t1")},
            Violation("fixed_slot_moved", meetings=("ab",), slot=2),
        ),
        (
            event(AB, Meeting("cd", "c", "d", after=("ab",))),
            {"ab": (1, "t1"), "cd": (1, "t2")},
            Violation("precedence_broken", meetings=("ab", "cd"), slot=1),
        ),
        (
            event(AB, CD),
            {"ab": (0, "t1"), "cd": (0, "t1")},
            Violation("table_double_booked", "", ("ab", "cd"), 0, "t1"),
        ),
        (
            event(Meeting("ab", "a", "b", table="t2")),
            {"ab": (0, "t1")},
            Violation("fixed_table_moved", "", ("ab",), 0, "t1"),
        ),
        (
            event(Meeting("ab", "a", "b", table_kind="interpreter")),
            {"ab": (0, "t2")},
            Violation("table_kind_wrong", "", ("ab",), 0, "t2"),
        ),
        (
            event(AB, AC, fairness=0),
            {"ab": (0, "t1"), "ac": (2, "t1")},
            Violation("breaks_unfair", "a"),
        ),
    ],
)
def test_a_broken_rule_is_found_and_no_other(question, places, expected):
    assert check(timetable(**places), question) == (expected,)


def test_more_meetings_than_tables_break_the_capacity():
    question = event(AB, CD, tables=(Table("t1"),))

    codes = [v.code for v in check(timetable(ab=(0, "t1"), cd=(0, "t1")), question)]

    assert codes == ["tables_exceeded", "table_double_booked"]


def test_a_needed_kind_of_table_has_its_own_capacity():
    need = {"table_kind": "interpreter"}
    question = event(Meeting("ab", "a", "b", **need), Meeting("cd", "c", "d", **need))

    found = check(timetable(ab=(0, "t1"), cd=(0, "t2")), question)

    assert [v.code for v in found] == ["tables_exceeded", "table_kind_wrong"]
    assert found[0].table == "interpreter"


@pytest.mark.parametrize(
    ("rule", "busy_elsewhere", "expected"),
    [(BreakRule.ALL, frozenset(), 1), (BreakRule.ALL, frozenset({1}), 1),
     (BreakRule.OWN, frozenset(), 1), (BreakRule.OWN, frozenset({1}), 0)],
)  # fmt: skip
def test_a_forbidden_slot_is_a_break_only_under_the_published_rule(rule, busy_elsewhere, expected):
    people = (Participant("a", busy_elsewhere), *PEOPLE[1:])
    question = event(AB, AC, participants=people, break_rule=rule)

    breaks = breaks_by_participant(timetable(ab=(0, "t1"), ac=(2, "t1")), question)

    assert breaks == {"a": expected, "b": 0, "c": 0, "d": 0}


def test_a_group_of_idle_slots_is_one_break():
    question = event(AB, AC, Meeting("ad", "a", "d"))

    places = timetable(ab=(0, "t1"), ac=(4, "t2"), ad=(5, "t2"))
    day = diagnostics(places, question).days[0]

    assert (day.meetings, day.breaks, day.idle_slots, day.table_changes) == (3, 1, 3, 1)
    assert diagnostics(places, question).tables_used == (1, 0, 0, 0, 1, 1)


@pytest.mark.parametrize(
    ("meeting", "complaint"),
    [
        (Meeting("x", "a", "a"), "unknown or the same"),
        (Meeting("x", "a", "z"), "unknown or the same"),
        (Meeting("x", "a", "b", slot=6), "outside 0..5"),
        (Meeting("x", "a", "b", table="t9"), "unknown table t9"),
        (Meeting("x", "a", "b", table="t2", table_kind="interpreter"), "not of kind interpreter"),
        (Meeting("x", "a", "b", after=("y",)), "after unknown meetings"),
    ],
)
def test_a_malformed_meeting_is_refused(meeting, complaint):
    with pytest.raises(ValueError, match=complaint):
        event(meeting)
