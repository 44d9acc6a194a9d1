"""One search: prune, greedy start, exact model, and the better of what they found."""

from collections.abc import Collection

from matching.bundle.check import violations
from matching.bundle.greedy import closure_sum, greedy, tidy
from matching.bundle.instance import BundleInstance
from matching.bundle.prune import prune
from matching.bundle.result import BundleResult, Limits, Status, describe, net_points, nothing
from matching.bundle.validate import require_valid


def find(
    instance: BundleInstance,
    *,
    limits: Limits,
    seed: int = 0,
    warm_start: Collection[str] | None = None,
    min_closure: int = 0,
) -> BundleResult:
    """Like `matching.bundle.solve`, without saying why an infeasible instance is infeasible.

    Args:
        instance, limits, seed, warm_start: see `solve`.
        min_closure: closure points that the bundle has to reach, for lexicographic goals.
    """
    from matching.bundle.model import SOLVER, optimise  # loads OR-tools

    require_valid(instance)
    start = _start(instance, warm_start, min_closure=min_closure)
    kept = prune(instance, by_value=min_closure == 0)
    outcome = optimise(
        instance, kept, limits=limits, seed=seed, hint=start, min_closure=min_closure
    )
    if outcome.status is Status.INFEASIBLE:
        if start is not None:
            raise RuntimeError("model and checker disagree: a checked bundle was called infeasible")
        return nothing(instance, status=Status.INFEASIBLE, solver=SOLVER)
    found = [set_ for set_ in (outcome.chosen, start) if set_ is not None]
    if not found:
        return nothing(instance, status=Status.UNKNOWN, solver=SOLVER, bound=ceiling(instance))
    best = max(found, key=lambda chosen: net_points(instance, chosen))
    best = tidy(instance, best, floor=min_closure)
    status, bound = _proof(instance, best, outcome.bound)
    return describe(instance, best, status=status, bound=bound, solver=SOLVER)


def ceiling(instance: BundleInstance) -> int:
    """A bound that needs no search: every gap at its best quality, only musts paid for."""
    best = closure_sum(instance, [o.id for o in instance.offerings])
    return best - sum(instance.burden(instance.offering_by_id[name]) for name in instance.must)


def _proof(
    instance: BundleInstance, chosen: frozenset[str], bound: int | None
) -> tuple[Status, int]:
    proven = min(ceiling(instance), ceiling(instance) if bound is None else bound)
    status = Status.OPTIMAL if net_points(instance, chosen) == proven else Status.FEASIBLE
    return status, proven


def _start(
    instance: BundleInstance, warm_start: Collection[str] | None, *, min_closure: int
) -> frozenset[str] | None:
    """The best feasible start known: the caller's or the greedy one."""
    own = frozenset(warm_start) if warm_start is not None else None
    sets = [s for s in (own, greedy(instance)) if s is not None]
    fit = [
        s for s in sets if not violations(instance, s) and closure_sum(instance, s) >= min_closure
    ]
    return max(fit, key=lambda s: net_points(instance, s), default=None)
