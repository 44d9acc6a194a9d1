"""The benchmark reads both published layouts; the texts are made up."""

import pytest

from bench.b2b import read_dzn, read_large
from matching.schedule import BreakRule, Meeting, Participant, Session

DZN = """
nBusiness = 3;
nMeetings = 2;
nTables = 2;
nTotalSlots = 4;
nMorningSlots = 2;

requested = [|1, 2,1,
|2, 3,3, |];
nMeetingsBusiness = [1,2,1];
meetingsxBusiness = [{1,2},
{1,2,3},
{1,3}];
forbidden = [{0},
{0, 3},
1..2];
fixed = [0,4];

precedences = [{},
{1}];
"""


def test_dzn_is_read_with_zero_based_slots_and_without_dummies():
    event = read_dzn(DZN)

    assert event.participants == (
        Participant("p1"),
        Participant("p2", frozenset({2})),
        Participant("p3", frozenset({0, 1})),
    )
    assert event.meetings == (
        Meeting("m1", "p1", "p2", session=Session.MORNING),
        Meeting("m2", "p2", "p3", slot=3, after=("m1",)),
    )
    assert (len(event.tables), event.slots, event.morning_slots) == (2, 4, 2)
    assert (event.fairness, event.break_rule) == (2, BreakRule.ALL)


def test_large_text_is_read_with_availability_masks():
    event = read_large("2 1 3 5\n5\n7\n0 1 7\n")

    assert event.participants == (Participant("p0", frozenset({1})), Participant("p1"))
    assert event.meetings == (Meeting("m0", "p0", "p1"),)
    assert (len(event.tables), event.slots, event.fairness) == (5, 3, None)
    assert event.break_rule is BreakRule.OWN


def test_large_text_with_a_partial_session_mask_is_refused():
    with pytest.raises(ValueError, match="meeting 0: session mask 3"):
        read_large("2 1 3 5\n7\n7\n0 1 3\n")
