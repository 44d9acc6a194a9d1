"""Instances: shape checks and derived values."""

import pickle
import subprocess
import sys
from dataclasses import replace

import pytest
from bundle_cases import WAN, offer, question

from matching.bundle import BundleGap, InvalidInstanceError, Penalties, solve, validate


def test_a_well_formed_instance_has_no_problems():
    assert validate(question(offer("A"))) == ()


@pytest.mark.parametrize(
    ("instance", "where", "code"),
    [
        (question(budget=-1), "budget_fen", "out_of_range"),
        (question(max_providers=0), "max_providers", "out_of_range"),
        (question(weeks_limit=0), "weeks_limit", "out_of_range"),
        (question(penalties=Penalties(adapter=-1)), "penalties.adapter", "out_of_range"),
        (question(must=frozenset({"X"})), "must.X", "unknown_offering"),
        (question(forbid=frozenset({"X"})), "forbid.X", "unknown_offering"),
        (question(gaps=(BundleGap("G1", 0),)), "gaps.G1.weight", "out_of_range"),
        (question(gaps=(BundleGap("G1", 1), BundleGap("G1", 2))), "gaps.G1", "duplicate_id"),
        (question(offer("A"), offer("A")), "offerings.A", "duplicate_id"),
        (question(offer("A", price=-1)), "offerings.A.price_fen", "out_of_range"),
        (question(offer("A", weeks=0)), "offerings.A.weeks", "out_of_range"),
        (question(offer("A", risk=-1)), "offerings.A.risk_points", "out_of_range"),
        (question(offer("A", quality={"G9": 1})), "offerings.A.quality.G9", "unknown_gap"),
        (question(offer("A", quality={"G1": 1001})), "offerings.A.quality.G1", "out_of_range"),
        (question(offer("A", needs=("",))), "offerings.A.requires_any", "empty_clause"),
        (question(offer("A", conflicts="A")), "offerings.A.conflicts", "conflicts_itself"),
    ],
)
def test_a_malformed_instance_names_field_and_code(instance, where, code):
    assert [(p.where, p.code) for p in validate(instance)] == [(where, code)]


def test_solve_refuses_a_malformed_instance_with_its_problems():
    with pytest.raises(InvalidInstanceError) as caught:
        solve(question(offer("A", weeks=0)))

    assert [p.where for p in caught.value.problems] == ["offerings.A.weeks"]
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems  # noqa: S301


def test_pending_leaves_out_what_the_factory_has():
    instance = question(offer("A", needs=("S01 S02", "S03")), present=frozenset({"S02"}))

    assert instance.pending == {"A": (frozenset({"S03"}),)}


def test_price_points_round_to_the_nearest_point():
    instance = question(penalties=Penalties(points_per_wan=1))
    half = replace(offer("A"), price_fen=WAN // 2)

    assert instance.price_points(half) == 1
    assert instance.price_points(replace(half, price_fen=WAN // 2 - 1)) == 0


def test_scaled_penalties_are_shares_of_full_closure():
    gaps = (BundleGap("G1", 10), BundleGap("G2", 10))

    rates = Penalties.scaled(
        full_points=sum(gap.weight for gap in gaps) * 1000, budget_fen=60 * WAN
    )

    assert rates == Penalties(points_per_wan=100, coordination=200, adapter=100)


def test_scaled_penalties_without_budget_charge_no_price():
    assert Penalties.scaled(full_points=1000, budget_fen=0).points_per_wan == 0


def test_interfaces_that_one_side_does_not_name_are_not_held_against_it():
    known = question(interfaces=frozenset({"opc"}))

    assert known.lacks_interface(offer("A", interfaces="rest"))
    assert not known.lacks_interface(offer("A", interfaces="rest opc"))
    assert not known.lacks_interface(offer("A"))
    assert not question().lacks_interface(offer("A", interfaces="rest"))


def test_importing_the_package_loads_no_solver():
    code = (
        "import sys, matching.bundle;"
        "print(sorted({'ortools', 'scipy', 'torch'} & {m.split('.')[0] for m in sys.modules}))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
