"""The independent checker: every rule is broken once."""

from dataclasses import replace

import pytest
from bundle_cases import offer, question

from matching.bundle import Status, check, violations
from matching.bundle.result import describe

TWO = (offer("A"), offer("B", provider="P2", quality={"G2": 600}))


def codes(instance, chosen):
    return [(v.code, v.where) for v in violations(instance, chosen)]


@pytest.mark.parametrize(
    ("instance", "chosen", "expected"),
    [
        (question(*TWO, budget=19, lead_required=False), "AB", [("budget", "budget_fen")]),
        (question(offer("A", needs=("S01",))), "A", [("prerequisites", "A")]),
        (question(offer("A", weeks=5), weeks_limit=4), "A", [("weeks", "weeks_limit")]),
        (
            question(*TWO, lead_required=False, max_providers=1),
            "AB",
            [("providers", "max_providers")],
        ),
        (question(*TWO), "AB", [("lead", "lead_required")]),
        (question(offer("A", conflicts="B"), offer("B")), "AB", [("conflicts", "A|B")]),
        (question(*TWO, must=frozenset("B")), "A", [("must", "B")]),
        (question(*TWO, forbid=frozenset("A")), "A", [("forbid", "A")]),
        (
            question(
                offer("A", interfaces="rest"),
                interfaces=frozenset({"opc"}),
                interfaces_required=True,
            ),
            "A",
            [("interfaces", "A")],
        ),
        (question(*TWO), "X", [("unknown_offering", "X")]),
        (question(*TWO), "A", []),
    ],
)
def test_a_broken_rule_is_named_with_its_place(instance, chosen, expected):
    assert codes(instance, chosen) == expected


def good_result():
    instance = question(offer("A", integrator=True), TWO[1])
    return instance, describe(
        instance, {"A", "B"}, status=Status.OPTIMAL, bound=8700, solver="by hand"
    )


def test_an_honest_result_has_no_violation():
    instance, result = good_result()

    # 10*800 + 5*600 closure, 2 x 10 万元 x 100, one extra provider 300
    assert result.objective == 11000 - 2000 - 300
    assert result.lead == "P1"
    assert check(instance, result) == ()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"objective": 8699, "bound": 8699}, "objective"),
        ({"cost_fen": 1}, "cost_fen"),
        ({"closure_points": 1}, "closure_points"),
        ({"providers": ("P1",)}, "providers"),
        ({"weeks": 9}, "weeks"),
        ({"open_gaps": ("G1",)}, "open_gaps"),
        ({"bound": 8600, "status": Status.FEASIBLE}, "bound"),
        ({"bound": 9000}, "status"),
        ({"lead": "P2"}, "lead"),
    ],
)
def test_a_false_figure_is_found(change, where):
    instance, result = good_result()

    found = check(instance, replace(result, **change))

    assert {(v.code, v.where) for v in found} == {("figure", where)}


def test_a_gap_credited_to_the_wrong_offering_is_found():
    instance, result = good_result()
    stolen = replace(result.closures[0], offering_id="B")

    found = check(instance, replace(result, closures=(stolen, result.closures[1])))

    assert [v.where for v in found] == ["closures.G1"]
