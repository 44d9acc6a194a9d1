"""Counterfactuals: why an offering is not in the bundle, and what another budget would bring.

Both solve the question again with one thing changed and compare the answers.
"""

from dataclasses import dataclass, replace

from matching.bundle.diagnose import yuan
from matching.bundle.instance import BundleInstance
from matching.bundle.problems import Problem
from matching.bundle.result import BundleResult, Limits
from matching.bundle.solver import DEFAULT_LIMITS, solve

BUDGET_PERMILLE = (800, 1200)
"""Budgets of `what_if_budget`, in thousandths of the asked one."""


@dataclass(frozen=True, slots=True)
class GapChange:
    """Quality (0..1000) at which one gap is closed before and after the change."""

    gap_id: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different in `after`; signed changes are after minus before."""

    after: BundleResult
    objective_change: int
    closure_change: int
    cost_change_fen: int
    weeks_change: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    gaps: tuple[GapChange, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why an offering is not chosen.

    `code`: `chosen` (it is in), `forbidden` (excluded by the factory; the comparison shows what
    it would bring), `infeasible` (`problems` name the rules), `worse` (forced in, the objective
    falls by -`comparison.objective_change`), `equal` (an equally good bundle holds it), `better`
    (the given bundle was not proven best and this one beats it), `unknown` (no answer in time).
    """

    offering_id: str
    code: str
    text: str
    comparison: Comparison | None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetWhatIf:
    """The best bundle under another budget; no comparison when the musts do not fit it."""

    budget_fen: int
    text: str
    comparison: Comparison | None
    problems: tuple[Problem, ...] = ()


def why_not(
    instance: BundleInstance,
    result: BundleResult,
    offering_id: str,
    *,
    limits: Limits = DEFAULT_LIMITS,
    seed: int = 0,
) -> WhyNot:
    """Solve again with `offering_id` forced in and say what gets worse.

    Raises `KeyError` for an offering that the instance does not hold.
    """
    name = instance.offering_by_id[offering_id].name
    if offering_id in result.chosen:
        return WhyNot(offering_id, "chosen", f"“{name}”已在组合中", None)
    forced = replace(
        instance, must=instance.must | {offering_id}, forbid=instance.forbid - {offering_id}
    )
    after = solve(forced, limits=limits, seed=seed)
    if after.problems:
        text = f"“{name}”无法选用：" + "；".join(p.message for p in after.problems)
        return WhyNot(offering_id, "infeasible", text, None, after.problems)
    if not after.has_bundle:
        return WhyNot(offering_id, "unknown", f"时限内没有找到含“{name}”的组合", None)
    change = compare(instance, result, after)
    code = _code(instance, offering_id, change)
    return WhyNot(offering_id, code, _why_text(name, code, change), change)


def what_if_budget(
    instance: BundleInstance,
    result: BundleResult,
    *,
    limits: Limits = DEFAULT_LIMITS,
    seed: int = 0,
) -> tuple[BudgetWhatIf, ...]:
    """Solve again with 20 % less and 20 % more budget, in this order."""
    found = []
    for permille in BUDGET_PERMILLE:
        budget = instance.budget_fen * permille // 1000
        changed = replace(instance, budget_fen=budget)
        after = solve(changed, limits=limits, seed=seed, warm_start=result.chosen)
        head = f"预算 {yuan(budget)}："
        if not after.has_bundle:
            text = head + ("；".join(p.message for p in after.problems) or "时限内没有答案")
            found.append(BudgetWhatIf(budget, text, None, after.problems))
            continue
        change = compare(instance, result, after)
        found.append(BudgetWhatIf(budget, head + _change_text(change), change))
    return tuple(found)


def compare(instance: BundleInstance, before: BundleResult, after: BundleResult) -> Comparison:
    """Put two bundles of the same gaps side by side."""
    old = {c.gap_id: c.quality for c in before.closures}
    new = {c.gap_id: c.quality for c in after.closures}
    changes = (GapChange(g.id, old.get(g.id, 0), new.get(g.id, 0)) for g in instance.gaps)
    return Comparison(
        after=after,
        objective_change=(after.objective or 0) - (before.objective or 0),
        closure_change=after.closure_points - before.closure_points,
        cost_change_fen=after.cost_fen - before.cost_fen,
        weeks_change=after.weeks - before.weeks,
        added=tuple(sorted(set(after.chosen) - set(before.chosen))),
        dropped=tuple(sorted(set(before.chosen) - set(after.chosen))),
        gaps=tuple(change for change in changes if change.before != change.after),
    )


def _code(instance: BundleInstance, offering_id: str, change: Comparison) -> str:
    if offering_id in instance.forbid:
        return "forbidden"
    if change.objective_change == 0:
        return "equal"
    return "worse" if change.objective_change < 0 else "better"


def _why_text(name: str, code: str, change: Comparison) -> str:
    heads = {
        "forbidden": f"“{name}”已被排除；若选用，",
        "equal": f"含“{name}”的组合同样好，",
        "worse": f"若选用“{name}”，总分减少 {-change.objective_change} 分，",
        "better": f"含“{name}”的组合总分高出 {change.objective_change} 分（原组合未证明最优），",
    }
    return heads[code] + _change_text(change)


def _change_text(change: Comparison) -> str:
    """Money, weeks and gaps in one sentence."""
    parts = [f"花费{_signed(change.cost_change_fen)}"]
    if change.weeks_change:
        parts.append(
            f"工期{'增加' if change.weeks_change > 0 else '缩短'} {abs(change.weeks_change)} 周"
        )
    worse = sum(gap.after < gap.before for gap in change.gaps)
    better = sum(gap.after > gap.before for gap in change.gaps)
    if worse:
        parts.append(f"{worse} 项差距弥补得更少")
    if better:
        parts.append(f"{better} 项差距弥补得更多")
    return "，".join(parts)


def _signed(fen: int) -> str:
    if fen == 0:
        return "不变"
    return f"{'增加' if fen > 0 else '减少'} {yuan(abs(fen))}"
