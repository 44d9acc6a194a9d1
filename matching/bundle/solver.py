"""Choose the best bundle of offerings for one factory, with proof."""

from collections.abc import Collection
from dataclasses import replace

from matching.bundle.diagnose import diagnose
from matching.bundle.instance import BundleInstance
from matching.bundle.result import BundleResult, Limits, Status
from matching.bundle.search import find

DEFAULT_LIMITS = Limits()


def solve(
    instance: BundleInstance,
    *,
    limits: Limits = DEFAULT_LIMITS,
    seed: int = 0,
    warm_start: Collection[str] | None = None,
) -> BundleResult:
    """Find offerings that maximise weighted gap closure minus price, coordination and risk.

    Formulas and sources: docs/bundles.md. The answer obeys every rule of
    `matching.bundle.check`. Whenever a feasible bundle is known when time runs out, it is
    returned with a bound; without musts the empty bundle is always feasible.

    Args:
        instance: the question.
        limits: when to stop searching.
        seed: of the search; equal seeds search alike.
        warm_start: offering ids of an earlier bundle; used if it is still feasible.

    Raises:
        InvalidInstanceError: the instance is malformed, see `validate`.
    """
    result = find(instance, limits=limits, seed=seed, warm_start=warm_start)
    if result.status is not Status.INFEASIBLE:
        return result
    return replace(result, problems=diagnose(instance, limits=limits, seed=seed))
