"""The optimiser against brute force, HiGHS, the checker and its own promises."""

from dataclasses import replace

import pytest
from bundle_cases import (
    QUICK,
    WAN,
    brute_force,
    instances,
    offer,
    question,
    random_instance,
    worth,
)
from hypothesis import HealthCheck, given, settings

from matching.bundle import Limits, Status, check, solve
from matching.bundle.greedy import greedy
from matching.bundle.highs import solve_highs
from matching.bundle.prune import prune
from matching.bundle.result import net_points

calm = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)


@calm
@given(instance=instances(musts=True))
def test_the_optimum_equals_brute_force_and_breaks_no_rule(instance):
    result = solve(instance, limits=QUICK)

    assert result.objective == brute_force(instance)
    assert result.status is (Status.INFEASIBLE if result.objective is None else Status.OPTIMAL)
    assert check(instance, result) == ()
    if result.status is Status.INFEASIBLE:
        assert result.problems


@calm
@given(instance=instances())
def test_greedy_is_feasible_and_never_better_than_the_optimum(instance):
    start = greedy(instance)

    assert start is not None
    subset = tuple(o for o in instance.offerings if o.id in start)
    assert worth(instance, subset) == net_points(instance, start) >= 0
    assert net_points(instance, start) <= brute_force(instance)


@calm
@given(instance=instances(musts=True))
def test_pruning_keeps_the_optimum(instance):
    kept = set(prune(instance))
    smaller = replace(
        instance,
        offerings=tuple(o for o in instance.offerings if o.id in kept),
        forbid=instance.forbid & kept,
    )

    assert instance.must <= kept
    assert brute_force(smaller) == brute_force(instance)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_optimum_equals_that_of_an_independent_formulation(seed):
    instance = random_instance(seed)

    result = solve(instance, limits=QUICK)
    other = solve_highs(instance)

    assert (result.status, other.status) == (Status.OPTIMAL, Status.OPTIMAL)
    assert result.objective == other.objective
    assert check(instance, result) == ()


@pytest.mark.parametrize("seed", range(3))
def test_more_budget_is_never_worse(seed):
    instance = random_instance(seed, offerings=30, providers=8)

    values = [
        solve(replace(instance, budget_fen=wan * WAN), limits=QUICK).objective
        for wan in (0, 30, 60, 120)
    ]

    assert values[0] == 0
    assert values == sorted(values)
    assert values[-1] > 0


def test_the_bundle_pays_for_a_prerequisite_that_closes_nothing():
    instance = question(
        offer("NET", quality={}, scenes="S01", weeks=3), offer("MES", needs=("S01",), weeks=5)
    )

    result = solve(instance, limits=QUICK)

    assert result.chosen == ("MES", "NET")
    assert result.objective == 8000 - 2000
    assert (result.cost_fen, result.weeks, result.lead) == (20 * WAN, 8, "P1")
    assert result.open_gaps == ("G2",)


def test_a_prerequisite_at_the_factory_is_not_bought_again():
    instance = question(
        offer("NET", quality={}, scenes="S01"),
        offer("MES", needs=("S01",)),
        present=frozenset({"S01"}),
    )

    assert solve(instance, limits=QUICK).chosen == ("MES",)


def test_a_weeks_limit_counts_the_critical_path():
    chain = (offer("NET", quality={}, scenes="S01", weeks=3), offer("MES", needs=("S01",), weeks=5))

    assert solve(question(*chain, weeks_limit=8), limits=QUICK).chosen == ("MES", "NET")
    assert solve(question(*chain, weeks_limit=7), limits=QUICK).chosen == ()


def test_offerings_that_wait_for_each_other_are_not_a_bundle():
    instance = question(
        offer("A", scenes="S01", needs=("S02",)), offer("B", scenes="S02", needs=("S01",))
    )

    assert solve(instance, limits=QUICK).chosen == ()


def test_an_integrator_is_bought_only_to_lead():
    both = (offer("A"), offer("B", provider="P2", quality={"G2": 900}))
    lead = offer("L", provider="P3", quality={}, price=1, integrator=True)

    without = solve(question(*both), limits=QUICK)
    led = solve(question(*both, lead), limits=QUICK)

    assert without.chosen == ("A",)
    assert led.chosen == ("A", "B", "L")
    assert led.lead == "P3"


def test_a_purchase_that_earns_nothing_is_dropped_on_ties():
    instance = question(offer("A"), offer("FREE", price=0, quality={"G1": 600}))

    assert solve(instance, limits=QUICK).chosen == ("A",)


@pytest.mark.parametrize(
    ("instance", "rule", "where"),
    [
        (question(offer("A", price=30), budget=20), "budget", "budget_fen"),
        (question(offer("A", weeks=9), weeks_limit=8), "weeks", "weeks_limit"),
        (question(offer("A", needs=("S09",))), "prerequisites", "requires_any"),
        (
            question(
                offer("A", interfaces="rest"),
                interfaces=frozenset({"opc"}),
                interfaces_required=True,
            ),
            "interfaces",
            "interfaces_required",
        ),
    ],
)
def test_an_impossible_must_is_answered_with_the_rule(instance, rule, where):
    result = solve(replace(instance, must=frozenset("A")), limits=QUICK)

    assert result.status is Status.INFEASIBLE
    assert (result.objective, result.chosen) == (None, ())
    assert [(p.code, p.where) for p in result.problems] == [(rule, where)]


def test_every_single_rule_that_would_free_the_must_is_told():
    instance = question(
        offer("A", needs=("S01",)),
        offer("N", scenes="S01"),
        must=frozenset("A"),
        forbid=frozenset("N"),
    )

    problems = solve(instance, limits=QUICK).problems

    assert [(p.code, p.message) for p in problems] == [
        ("prerequisites", "必选方案的前置条件无法满足：方案A"),
        ("forbid", "必选方案依赖已排除的方案：方案N"),
    ]


def test_impossible_pairs_of_musts_are_answered_with_the_rule():
    foes = question(offer("A", conflicts="B"), offer("B"), must=frozenset("AB"))
    strangers = question(offer("A"), offer("B", provider="P2"), must=frozenset("AB"))
    crowd = replace(strangers, max_providers=1, lead_required=False)

    assert [p.code for p in solve(foes, limits=QUICK).problems] == ["conflicts"]
    assert [p.code for p in solve(strangers, limits=QUICK).problems] == ["lead"]
    assert [p.code for p in solve(crowd, limits=QUICK).problems] == ["providers"]


def test_the_missing_money_is_named():
    result = solve(question(offer("A", price=30), budget=20, must=frozenset("A")), limits=QUICK)

    assert result.problems[0].message == (
        "必选方案及其前置条件需要约 30.00 万元，超过预算 20.00 万元"
    )


def test_two_broken_rules_are_both_told():
    instance = question(
        offer("A", price=30, weeks=9), budget=20, weeks_limit=8, must=frozenset("A")
    )

    result = solve(instance, limits=QUICK)

    assert [p.code for p in result.problems] == ["several_rules", "budget", "weeks"]


def test_no_time_still_gives_a_feasible_bundle_with_a_bound():
    instance = random_instance(3)

    result = solve(instance, limits=Limits(seconds=20.0, work=1e-9))

    assert result.status is Status.FEASIBLE
    assert result.objective > 0
    assert result.gap > 0
    assert result.gap_permille > 0
    assert check(instance, result) == ()


def test_a_warm_start_is_never_lost():
    instance = random_instance(4)
    best = solve(instance, limits=QUICK)

    again = solve(instance, limits=Limits(seconds=20.0, work=1e-9), warm_start=best.chosen)

    assert again.objective == best.objective


def test_a_warm_start_that_breaks_a_rule_is_ignored():
    instance = question(offer("A"), offer("B"), forbid=frozenset("B"))

    assert solve(instance, limits=QUICK, warm_start=("B",)).chosen == ("A",)


def test_equal_seeds_give_equal_answers():
    instance = random_instance(5)
    limits = Limits(seconds=60.0, work=5.0)

    assert solve(instance, limits=limits, seed=3) == solve(instance, limits=limits, seed=3)


def test_without_offerings_the_empty_bundle_is_proven():
    result = solve(question(), limits=QUICK)

    assert (result.status, result.objective, result.chosen) == (Status.OPTIMAL, 0, ())
    assert result.open_gaps == ("G1", "G2")
    assert result.solver.startswith("CP-SAT 9.")
