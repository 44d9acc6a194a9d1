"""Up to three really different bundles on the front between cost and coverage.

* 均衡 balanced: the best net points under the whole budget, the instance's own objective.
* 经济 economy: the best net points under half of what balanced costs (three quarters when half
  buys nothing). A cap tied to balanced, not to the budget, makes the price really different even
  where balanced leaves much of the budget unspent.
* 全面 comprehensive: lexicographic, first the most closure that the whole budget can buy, then
  the best net points among all bundles of that closure. It is kept only if it closes more than
  balanced does.

Each variant obeys every rule of the instance and carries the proof of each of its searches.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.bundle.diagnose import yuan
from matching.bundle.instance import BundleInstance
from matching.bundle.problems import Problem
from matching.bundle.result import BundleResult, Limits, Status
from matching.bundle.search import find
from matching.bundle.solver import DEFAULT_LIMITS, solve

ECONOMY_PERMILLE = (500, 750)
"""Caps of the economy variant, tried in turn, in thousandths of the cost of balanced."""


class VariantKind(StrEnum):
    """The three objectives, cheapest first."""

    ECONOMY = "economy"
    BALANCED = "balanced"
    COMPREHENSIVE = "comprehensive"


LABELS = {
    VariantKind.ECONOMY: "经济",
    VariantKind.BALANCED: "均衡",
    VariantKind.COMPREHENSIVE: "全面",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One search behind a variant: its goal (`net` or `closure`), value and bound in points."""

    goal: str
    status: Status
    value: int
    bound: int


@dataclass(frozen=True, slots=True)
class Variant:
    """One bundle of the front; `budget_fen` is the cap it was searched under.

    `result.objective` is always in the net points of the asked instance, so that variants can be
    compared; `result.bound` and `status` belong to the variant's own (last) search.
    """

    kind: VariantKind
    label: str
    result: BundleResult
    budget_fen: int
    aim: str
    proofs: tuple[Proof, ...]

    @property
    def proven(self) -> bool:
        """Whether every search behind it was finished."""
        return all(proof.status is Status.OPTIMAL for proof in self.proofs)


@dataclass(frozen=True, slots=True)
class VariantSet:
    """The distinct variants, cheapest kind first, and why the others are missing."""

    variants: tuple[Variant, ...]
    missing: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Variant]:
        """Iterate over the variants."""
        return iter(self.variants)

    def __len__(self) -> int:
        """Count the variants."""
        return len(self.variants)


def variants(
    instance: BundleInstance, *, limits: Limits = DEFAULT_LIMITS, seed: int = 0
) -> VariantSet:
    """Find economy, balanced and comprehensive bundles; `limits` holds for each search.

    Raises:
        InvalidInstanceError: the instance is malformed.
    """
    base = solve(instance, limits=limits, seed=seed)
    if not base.has_bundle:
        reason = base.problems or (Problem("not_found", "limits", "时限内没有找到可行组合"),)
        return VariantSet((), reason)
    economy = _economy(instance, base, limits=limits, seed=seed)
    balanced = _balanced(instance, base)
    full = _comprehensive(instance, base, limits=limits, seed=seed)
    parts = (economy, balanced, full)
    return VariantSet(
        tuple(part for part in parts if isinstance(part, Variant)),
        tuple(part for part in parts if isinstance(part, Problem)),
    )


def _balanced(instance: BundleInstance, base: BundleResult) -> Variant | Problem:
    if not base.chosen:
        return Problem("nothing_pays", VariantKind.BALANCED, "没有方案的收益能抵偿其价格和风险")
    aim = "在全部预算内，加权收益减去价格、协调和风险后最优"
    return Variant(
        VariantKind.BALANCED,
        LABELS[VariantKind.BALANCED],
        base,
        instance.budget_fen,
        aim,
        (_proof("net", base),),
    )


def _economy(
    instance: BundleInstance, base: BundleResult, *, limits: Limits, seed: int
) -> Variant | Problem:
    for permille in ECONOMY_PERMILLE:
        cap = base.cost_fen * permille // 1000
        if cap <= 0:
            break
        answer = find(replace(instance, budget_fen=cap), limits=limits, seed=seed)
        if answer.has_bundle and answer.chosen and answer.closure_points:
            aim = f"在 {yuan(cap)} 以内（均衡方案花费的 {permille // 10} %）收益最优"
            label = LABELS[VariantKind.ECONOMY]
            proofs = (_proof("net", answer),)
            return Variant(VariantKind.ECONOMY, label, answer, cap, aim, proofs)
    text = "花费明显低于均衡方案时，没有可行且有收益的组合"
    return Problem("no_cheaper_bundle", VariantKind.ECONOMY, text)


def _comprehensive(
    instance: BundleInstance, base: BundleResult, *, limits: Limits, seed: int
) -> Variant | Problem:
    free = instance.free_of_charge()
    most = find(free, limits=limits, seed=seed, warm_start=base.chosen)
    if not most.has_bundle or most.closure_points <= base.closure_points:
        text = "均衡方案已达到预算内可实现的最大覆盖"
        return Problem("nothing_more_to_cover", VariantKind.COMPREHENSIVE, text)
    answer = find(
        instance,
        limits=limits,
        seed=seed,
        warm_start=most.chosen,
        min_closure=most.closure_points,
    )
    aim = "先在全部预算内使加权覆盖最大，再在同等覆盖中取净收益最优"
    return Variant(
        VariantKind.COMPREHENSIVE,
        LABELS[VariantKind.COMPREHENSIVE],
        answer,
        instance.budget_fen,
        aim,
        (_proof("closure", most), _proof("net", answer)),
    )


def _proof(goal: str, result: BundleResult) -> Proof:
    if result.objective is None or result.bound is None:
        raise ValueError("a proof needs a bundle")
    return Proof(goal, result.status, result.objective, result.bound)
