"""Why an instance has no bundle: which single rule, if dropped, would free it.

Only musts can make an instance infeasible (otherwise the empty bundle fits), so each rule is
dropped in turn and the rest is solved again for the least price.
"""

from collections.abc import Callable
from dataclasses import replace

from matching.bundle.check import violations
from matching.bundle.instance import FEN_PER_WAN, BundleInstance, Penalties
from matching.bundle.problems import Problem, Rule
from matching.bundle.result import BundleResult, Limits
from matching.bundle.search import find


def diagnose(instance: BundleInstance, *, limits: Limits, seed: int = 0) -> tuple[Problem, ...]:
    """Name every rule whose removal alone makes the musts feasible, with what would be needed.

    When no single rule is to blame, one problem `several_rules` is returned, followed by the
    rules that the musts break as they stand.
    """
    found = []
    for rule, drop in _DROPS.items():
        answer = find(_cheapest(drop(instance)), limits=limits, seed=seed)
        if answer.has_bundle:
            found.append(Problem(rule, _WHERE[rule], _message(rule, instance, answer)))
    if found:
        return tuple(found)
    broken = violations(instance, instance.must)
    text = "必选方案同时违反多条规则，放宽任何一条都不够"
    return (
        Problem("several_rules", "must", text),
        *(Problem(v.code, v.where, v.message) for v in broken),
    )


def _cheapest(instance: BundleInstance) -> BundleInstance:
    """The same rules with one aim: pay as little as possible (one point per fen)."""
    bare = tuple(replace(o, quality={}, risk_points=0) for o in instance.offerings)
    return replace(instance, offerings=bare, penalties=Penalties(points_per_wan=FEN_PER_WAN))


def _without_budget(instance: BundleInstance) -> BundleInstance:
    return replace(instance, budget_fen=sum(o.price_fen for o in instance.offerings))


def _without_prerequisites(instance: BundleInstance) -> BundleInstance:
    free = tuple(replace(o, requires_any=()) for o in instance.offerings)
    return replace(instance, offerings=free)


def _without_conflicts(instance: BundleInstance) -> BundleInstance:
    free = tuple(replace(o, conflicts=frozenset()) for o in instance.offerings)
    return replace(instance, offerings=free)


def _without_provider_limit(instance: BundleInstance) -> BundleInstance:
    return replace(instance, max_providers=max(1, len({o.provider for o in instance.offerings})))


_DROPS: dict[Rule, Callable[[BundleInstance], BundleInstance]] = {
    Rule.BUDGET: _without_budget,
    Rule.WEEKS: lambda instance: replace(instance, weeks_limit=None),
    Rule.PROVIDERS: _without_provider_limit,
    Rule.PREREQUISITES: _without_prerequisites,
    Rule.CONFLICTS: _without_conflicts,
    Rule.FORBID: lambda instance: replace(instance, forbid=frozenset()),
    Rule.LEAD: lambda instance: replace(instance, lead_required=False),
    Rule.INTERFACES: lambda instance: replace(instance, interfaces_required=False),
}

_WHERE = {
    Rule.BUDGET: "budget_fen",
    Rule.WEEKS: "weeks_limit",
    Rule.PROVIDERS: "max_providers",
    Rule.PREREQUISITES: "requires_any",
    Rule.CONFLICTS: "conflicts",
    Rule.FORBID: "forbid",
    Rule.LEAD: "lead_required",
    Rule.INTERFACES: "interfaces_required",
}


def _message(rule: Rule, instance: BundleInstance, answer: BundleResult) -> str:
    match rule:
        case Rule.BUDGET:
            need = yuan(answer.cost_fen)
            return f"必选方案及其前置条件需要约 {need}，超过预算 {yuan(instance.budget_fen)}"
        case Rule.WEEKS:
            return f"必选方案需要 {answer.weeks} 周左右，超过工期上限 {instance.weeks_limit} 周"
        case Rule.PROVIDERS:
            count = len(answer.providers)
            return f"必选方案涉及 {count} 家服务商，超过上限 {instance.max_providers} 家"
        case Rule.PREREQUISITES:
            names = _unprepared(instance, answer)
            return f"必选方案的前置条件无法满足：{names}"
        case Rule.CONFLICTS:
            return "必选方案（或其前置方案）之间互相冲突"
        case Rule.FORBID:
            names = "、".join(
                instance.offering_by_id[n].name for n in answer.chosen if n in instance.forbid
            )
            return f"必选方案依赖已排除的方案：{names}"
        case Rule.LEAD:
            return "需要多家服务商，但其中没有可牵头的集成商"
        case _:
            return "必选方案与工厂系统没有共同接口"


def _unprepared(instance: BundleInstance, answer: BundleResult) -> str:
    broken = violations(instance, answer.chosen)
    names = [v.where for v in broken if v.code == Rule.PREREQUISITES]
    return "、".join(instance.offering_by_id[name].name for name in names)


def yuan(fen: int) -> str:
    """Money for people: 万元 with two decimals from 10,000 yuan up, else yuan."""
    if abs(fen) >= FEN_PER_WAN:
        return f"{fen / FEN_PER_WAN:.2f} 万元"
    return f"{fen / 100:.2f} 元"
