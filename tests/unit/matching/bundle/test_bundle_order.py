"""Build order: earliest finish and phases."""

import pytest
from bundle_cases import offer, question

from matching.bundle import build_phases
from matching.bundle.order import earliest_finish, unmet_clauses

CHAIN = question(
    offer("NET", weeks=3, scenes="S01", quality={}),
    offer("MES", weeks=5, scenes="S02", needs=("S01",)),
    offer("APS", weeks=2, needs=("S01", "S02"), quality={"G2": 500}),
    offer("BOX", weeks=1, quality={"G2": 600}),
)


def test_earliest_finish_adds_up_along_the_chain_and_runs_the_rest_in_parallel():
    assert earliest_finish(CHAIN, ["NET", "MES", "APS", "BOX"]) == {
        "NET": 3,
        "MES": 8,
        "APS": 10,
        "BOX": 1,
    }


def test_earliest_finish_leaves_out_what_nobody_prepares():
    assert earliest_finish(CHAIN, ["MES", "APS", "BOX"]) == {"BOX": 1}


def test_earliest_finish_takes_the_faster_of_two_suppliers():
    instance = question(
        offer("SLOW", weeks=9, scenes="S01"),
        offer("FAST", weeks=2, scenes="S02"),
        offer("TOP", weeks=1, needs=("S01 S02",)),
    )

    assert earliest_finish(instance, ["SLOW", "FAST", "TOP"])["TOP"] == 3


def test_earliest_finish_never_starts_a_circle():
    instance = question(
        offer("A", scenes="S01", needs=("S02",)), offer("B", scenes="S02", needs=("S01",))
    )

    assert earliest_finish(instance, ["A", "B"]) == {}


def test_an_offering_does_not_prepare_itself():
    instance = question(offer("A", scenes="S01", needs=("S01",)))

    assert earliest_finish(instance, ["A"]) == {}
    assert unmet_clauses(instance, "A", ["A"]) == (frozenset({"S01"}),)


def test_phases_follow_the_chain_and_say_why():
    phases = build_phases(CHAIN, ["NET", "MES", "APS", "BOX"])

    assert [[s.offering_id for s in p.steps] for p in phases] == [["NET", "BOX"], ["MES"], ["APS"]]
    assert [(p.start_week, p.finish_week) for p in phases] == [(0, 3), (3, 8), (8, 10)]
    assert phases[0].steps[0].reason == "为“方案APS”“方案MES”打基础"
    assert phases[0].steps[1].reason == "无前置条件，可立即开工"
    assert phases[2].steps[0].waits_for == ("MES", "NET")
    assert phases[2].steps[0].reason == "须待“方案MES”“方案NET”建成"


def test_phases_of_nothing_are_empty():
    assert build_phases(CHAIN, []) == ()


def test_phases_refuse_what_cannot_be_built():
    with pytest.raises(ValueError, match="APS"):
        build_phases(CHAIN, ["APS", "BOX"])
