"""Independent judge of bundles: the same rules as the optimiser, stated without it.

Hand-made bundles are judged by the same functions. `check` also recomputes every figure of a
result, so that a page never shows a sum that does not follow from the offerings.
"""

from collections.abc import Collection, Iterator

from matching.bundle.instance import BundleInstance
from matching.bundle.order import earliest_finish
from matching.bundle.problems import Rule, Violation
from matching.bundle.result import BundleResult, Status


def violations(instance: BundleInstance, chosen: Collection[str]) -> tuple[Violation, ...]:
    """Every breach of a hard rule by the set `chosen`; unknown ids are breaches too."""
    unknown = sorted(set(chosen) - instance.offering_by_id.keys())
    found = [Violation("unknown_offering", name, f"没有方案“{name}”") for name in unknown]
    known = sorted(set(chosen) - set(unknown))
    found += _money(instance, known)
    found += _time_and_order(instance, known)
    found += _people(instance, known)
    found += _picks(instance, known)
    return tuple(found)


def check(instance: BundleInstance, result: BundleResult) -> tuple[Violation, ...]:
    """Breaches in `result`: hard rules, and figures that its offerings do not bear out."""
    if not result.has_bundle:
        return ()
    found = violations(instance, result.chosen)
    if any(v.code == "unknown_offering" for v in found):
        return found
    return (*found, *_figures(instance, result))


def _money(instance: BundleInstance, chosen: list[str]) -> Iterator[Violation]:
    cost = sum(instance.offering_by_id[name].price_fen for name in chosen)
    if cost > instance.budget_fen:
        over = (cost - instance.budget_fen) / 100
        yield Violation(Rule.BUDGET, "budget_fen", f"超出预算 {over:.2f} 元")


def _time_and_order(instance: BundleInstance, chosen: list[str]) -> Iterator[Violation]:
    finish = earliest_finish(instance, chosen)
    for name in chosen:
        if name not in finish:
            label = instance.offering_by_id[name].name
            yield Violation(Rule.PREREQUISITES, name, f"“{label}”的前置条件未满足")
    weeks = max(finish.values(), default=0)
    if instance.weeks_limit is not None and weeks > instance.weeks_limit:
        text = f"需要 {weeks} 周，超过上限 {instance.weeks_limit} 周"
        yield Violation(Rule.WEEKS, "weeks_limit", text)


def _people(instance: BundleInstance, chosen: list[str]) -> Iterator[Violation]:
    providers = {instance.offering_by_id[name].provider for name in chosen}
    if len(providers) > instance.max_providers:
        text = f"涉及 {len(providers)} 家服务商，上限 {instance.max_providers} 家"
        yield Violation(Rule.PROVIDERS, "max_providers", text)
    if instance.lead_required and len(providers) > 1 and not providers & instance.integrators:
        yield Violation(Rule.LEAD, "lead_required", "多家服务商中没有可牵头的集成商")


def _picks(instance: BundleInstance, chosen: list[str]) -> Iterator[Violation]:
    inside = set(chosen)
    for a, b in instance.conflict_pairs:
        if a in inside and b in inside:
            yield Violation(Rule.CONFLICTS, f"{a}|{b}", f"方案“{a}”与“{b}”不能同时选用")
    for name in sorted(instance.must - inside):
        yield Violation(Rule.MUST, name, f"缺少必选方案“{name}”")
    for name in sorted(instance.forbid & inside):
        yield Violation(Rule.FORBID, name, f"选用了已排除的方案“{name}”")
    if instance.interfaces_required:
        for name in chosen:
            if instance.lacks_interface(instance.offering_by_id[name]):
                yield Violation(Rule.INTERFACES, name, f"方案“{name}”与工厂系统没有共同接口")


def _figures(instance: BundleInstance, result: BundleResult) -> Iterator[Violation]:
    offerings = [instance.offering_by_id[name] for name in result.chosen]
    best = {
        gap.id: max((gap.weight * o.quality.get(gap.id, 0) for o in offerings), default=0)
        for gap in instance.gaps
    }
    price = sum(o.price_fen for o in offerings)
    providers = {o.provider for o in offerings}
    points = sum(best.values()) - sum(instance.burden(o) for o in offerings)
    points -= instance.penalties.coordination * max(0, len(providers) - 1)
    truth = {
        "objective": (result.objective, points),
        "cost_fen": (result.cost_fen, price),
        "closure_points": (result.closure_points, sum(best.values())),
        "providers": (set(result.providers), providers),
        "weeks": (result.weeks, max(earliest_finish(instance, result.chosen).values(), default=0)),
        "open_gaps": (set(result.open_gaps), {g for g, value in best.items() if not value}),
    }
    for name, (claimed, real) in truth.items():
        if claimed != real:
            yield Violation("figure", name, f"{name} 应为 {real}，结果给出 {claimed}")
    yield from _credits(instance, result, best)
    yield from _proof(result, providers, instance)


def _credits(
    instance: BundleInstance, result: BundleResult, best: dict[str, int]
) -> Iterator[Violation]:
    for closure in result.closures:
        offering = instance.offering_by_id.get(closure.offering_id)
        fair = (
            offering is not None
            and offering.id in result.chosen
            and offering.quality.get(closure.gap_id) == closure.quality
            and best.get(closure.gap_id) == closure.points
        )
        if not fair:
            yield Violation("figure", f"closures.{closure.gap_id}", "差距的归属与方案不符")


def _proof(
    result: BundleResult, providers: set[str], instance: BundleInstance
) -> Iterator[Violation]:
    if result.gap is None or result.gap < 0:
        yield Violation("figure", "bound", "上界低于目标值")
    if result.status is Status.OPTIMAL and result.gap != 0:
        yield Violation("figure", "status", "标为最优但上界与目标值不等")
    if result.lead is not None and result.lead not in providers:
        yield Violation("figure", "lead", "牵头方不在组合内")
    if instance.lead_required and len(providers) > 1 and result.lead not in instance.integrators:
        yield Violation("figure", "lead", "牵头方不是集成商")
