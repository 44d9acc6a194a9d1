"""经济 / 均衡 / 全面: distinct, within budget, proven, or a reason."""

import pytest
from bundle_cases import QUICK, WAN, instances, offer, question, random_instance
from hypothesis import HealthCheck, given, settings

from matching.bundle import VariantKind, check, solve, variants

LADDER = (
    offer("S", price=10, quality={"G1": 500}),
    offer("M", price=40, quality={"G1": 1000, "G2": 600}),
    offer("L", price=45, quality={"G2": 900}),
)


def test_three_variants_climb_from_cheap_to_complete():
    found = variants(question(*LADDER), limits=QUICK)

    assert [(v.label, v.result.chosen) for v in found] == [
        ("经济", ("S",)),
        ("均衡", ("M",)),
        ("全面", ("L", "M")),
    ]
    assert [v.result.cost_fen // WAN for v in found] == [10, 40, 85]
    assert [v.result.closure_points for v in found] == [5000, 13000, 14500]
    assert all(v.proven for v in found)
    assert found.missing == ()


def test_comprehensive_carries_the_proof_of_both_searches():
    full = variants(question(*LADDER), limits=QUICK).variants[2]

    assert [(p.goal, p.value, p.bound) for p in full.proofs] == [
        ("closure", 14500, 14500),
        ("net", 6000, 6000),
    ]


def test_one_offering_leaves_balanced_alone_and_says_why():
    found = variants(question(offer("A")), limits=QUICK)

    assert [v.kind for v in found] == [VariantKind.BALANCED]
    assert [(p.code, p.where) for p in found.missing] == [
        ("no_cheaper_bundle", "economy"),
        ("nothing_more_to_cover", "comprehensive"),
    ]


def test_three_quarters_are_tried_when_half_buys_nothing():
    found = variants(
        question(offer("A", price=10, quality={"G1": 600}), offer("B", price=14)), limits=QUICK
    )

    assert [v.result.chosen for v in found] == [("A",), ("B",)]
    assert found.variants[0].budget_fen == 14 * WAN * 3 // 4


def test_when_nothing_pays_only_the_comprehensive_bundle_is_left():
    found = variants(question(offer("A", price=90)), limits=QUICK)

    assert [(v.kind, v.result.chosen) for v in found] == [(VariantKind.COMPREHENSIVE, ("A",))]
    assert [p.code for p in found.missing] == ["no_cheaper_bundle", "nothing_pays"]


def test_infeasible_musts_give_no_variant_but_the_rule():
    found = variants(question(offer("A", price=90), budget=5, must=frozenset("A")), limits=QUICK)

    assert len(found) == 0
    assert [p.code for p in found.missing] == ["budget"]


def assert_front(instance, found):
    sets = [v.result.chosen for v in found]
    assert len(sets) == len(set(sets))
    assert len(found) + len(found.missing) == 3
    for variant in found:
        assert check(instance, variant.result) == ()
        assert variant.result.cost_fen <= variant.budget_fen <= instance.budget_fen
    values = {v.kind: v.result for v in found}
    base = solve(instance, limits=QUICK)
    if economy := values.get(VariantKind.ECONOMY):
        assert economy.cost_fen <= base.cost_fen * 3 // 4
    if full := values.get(VariantKind.COMPREHENSIVE):
        assert full.closure_points > base.closure_points


@settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(instance=instances())
def test_variants_are_distinct_and_within_their_budgets(instance):
    assert_front(instance, variants(instance, limits=QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_variants_of_medium_instances_are_all_proven(seed):
    instance = random_instance(seed)

    found = variants(instance, limits=QUICK)

    assert_front(instance, found)
    assert len(found) >= 2
    assert all(v.proven for v in found)
