"""Ledgers, reasons and counterfactuals."""

import pytest
from bundle_cases import QUICK, WAN, instances, offer, question, random_instance
from hypothesis import HealthCheck, given, settings

from matching.bundle import Limits, check, ledger, reasons, solve, what_if_budget, why_not

SHOP = question(
    offer("NET", price=2, quality={}, scenes="S01", risk=50, integrator=True),
    offer("MES", provider="P2", quality={"G1": 900}, needs=("S01",), interfaces="rest"),
    offer("APS", price=20, provider="P2", quality={"G2": 800}),
    offer("TOY", price=80, quality={"G1": 950}),
    interfaces=frozenset({"opc"}),
)


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(instance=instances())
def test_the_ledger_sums_to_the_objective(instance):
    result = solve(instance, limits=QUICK)

    assert sum(line.points for line in ledger(instance, result)) == result.objective


def test_the_ledger_has_one_line_per_addend():
    result = solve(SHOP, limits=QUICK)

    assert [(x.kind, x.points, x.offering_id, x.gap_id) for x in ledger(SHOP, result)] == [
        ("closure", 9000, "MES", "G1"),
        ("closure", 4000, "APS", "G2"),
        ("price", -2000, "APS", None),
        ("price", -1000, "MES", None),
        ("adapter", -200, "MES", None),
        ("price", -200, "NET", None),
        ("risk", -50, "NET", None),
        ("coordination", -300, None, None),
    ]
    assert ledger(SHOP, result)[0].text == "“方案MES”弥补差距“追溯”：权重 10 × 匹配度 900‰"
    assert ledger(SHOP, result)[2].text == "“方案APS”价格 20.00 万元"


def test_every_chosen_offering_has_a_reason():
    found = reasons(SHOP, solve(SHOP, limits=QUICK))

    assert [(r.offering_id, r.codes, r.net_points) for r in found] == [
        ("MES", ("closes",), 7800),
        ("APS", ("closes",), 2000),
        ("NET", ("prerequisite", "lead"), -250),
    ]
    assert found[0].text == "弥补差距：追溯（占 69.2 %）"
    assert found[2].text == "是方案MES的前置条件；其服务商可牵头集成"


def test_a_must_that_closes_nothing_is_explained_as_such():
    instance = question(offer("A"), offer("M", quality={}), must=frozenset("M"))

    found = reasons(instance, solve(instance, limits=QUICK))

    assert [(r.offering_id, r.codes) for r in found] == [("A", ("closes",)), ("M", ("must",))]


def test_why_not_forces_it_in_and_counts_the_loss():
    result = solve(SHOP, limits=QUICK)

    answer = why_not(SHOP, result, "TOY", limits=QUICK)

    assert answer.code == "worse"
    # before 9250 (the ledger above), after 9500 + 4000 - 8000 - 2000 - 300
    assert answer.comparison.after.chosen == ("APS", "TOY")
    assert answer.comparison.objective_change == 3200 - 9250
    assert answer.comparison.dropped == ("MES", "NET")
    assert [(g.gap_id, g.before, g.after) for g in answer.comparison.gaps] == [("G1", 900, 950)]


def test_why_not_of_a_chosen_offering_says_so():
    assert why_not(SHOP, solve(SHOP, limits=QUICK), "MES", limits=QUICK).code == "chosen"


def test_why_not_names_the_rule_that_excludes():
    instance = question(offer("A"), offer("B", price=200))

    answer = why_not(instance, solve(instance, limits=QUICK), "B", limits=QUICK)

    assert (answer.code, [p.code for p in answer.problems]) == ("infeasible", ["budget"])
    assert answer.text.startswith("“方案B”无法选用：")


def test_why_not_of_a_forbidden_offering_shows_what_it_would_bring():
    instance = question(offer("A"), offer("B", quality={"G1": 900}), forbid=frozenset("B"))

    answer = why_not(instance, solve(instance, limits=QUICK), "B", limits=QUICK)

    assert answer.code == "forbidden"
    assert answer.comparison.objective_change == 1000


def test_why_not_of_a_twin_is_equal():
    instance = question(offer("A"), offer("B"))

    answer = why_not(instance, solve(instance, limits=QUICK), "B", limits=QUICK)

    assert (answer.code, answer.comparison.objective_change) == ("equal", 0)


def test_why_not_of_an_unknown_offering_is_an_error():
    with pytest.raises(KeyError):
        why_not(SHOP, solve(SHOP, limits=QUICK), "X", limits=QUICK)


def test_why_not_says_when_the_bundle_was_not_the_best():
    instance = random_instance(3)
    rough = solve(instance, limits=Limits(seconds=20.0, work=1e-9))
    best = solve(instance, limits=QUICK)
    missed = sorted(set(best.chosen) - set(rough.chosen))[0]

    answer = why_not(instance, rough, missed, limits=QUICK)

    assert answer.code == "better"
    assert answer.comparison.objective_change == best.objective - rough.objective


def test_what_if_moves_the_budget_by_a_fifth():
    instance = question(offer("A", price=10, quality={"G1": 500}), offer("B", price=11), budget=10)
    result = solve(instance, limits=QUICK)

    less, more = what_if_budget(instance, result, limits=QUICK)

    assert (less.budget_fen, more.budget_fen) == (8 * WAN, 12 * WAN)
    assert (less.comparison.dropped, less.comparison.objective_change) == (("A",), -4000)
    assert (more.comparison.added, more.comparison.cost_change_fen) == (("B",), WAN)
    assert more.text == "预算 12.00 万元：花费增加 1.00 万元，1 项差距弥补得更多"


def test_what_if_tells_the_rule_when_the_musts_no_longer_fit():
    instance = question(offer("A", price=10), budget=10, must=frozenset("A"))

    less, more = what_if_budget(instance, solve(instance, limits=QUICK), limits=QUICK)

    assert (less.comparison, [p.code for p in less.problems]) == (None, ["budget"])
    assert more.text == "预算 12.00 万元：花费不变"
    assert check(instance, more.comparison.after) == ()
