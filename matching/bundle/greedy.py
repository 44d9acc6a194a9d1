"""A quick feasible bundle: the solver's warm start, and the answer when time is short.

Best gain per price first, each offering together with the prerequisites it lacks (Khuller,
Moss, Naor 1999: greedy for budgeted coverage), then whatever has become useless is dropped.
"""

from collections.abc import Collection, Iterator

from matching.bundle.check import violations
from matching.bundle.instance import BundleInstance, BundleOffering, Clause
from matching.bundle.order import unmet_clauses
from matching.bundle.prune import alone_points, prune
from matching.bundle.result import net_points

MAX_TRIES = 40
"""Packages tried per round; the list is sorted by gain per price, later ones rarely fit better."""

MAX_LEADS = 8
"""Integrators tried as the first provider."""


def greedy(instance: BundleInstance) -> frozenset[str] | None:
    """A feasible set of offerings, or None when the musts could not be completed.

    None does not prove infeasibility: prerequisites are completed by one rule of thumb only.
    """
    pool = frozenset(prune(instance))
    base: frozenset[str] | None = frozenset()
    for name in sorted(instance.must):
        base = with_prerequisites(instance, base, name, pool=pool) if base is not None else None
    if base is None:
        return None
    packages = [base, *_led(instance, base, pool=pool)]
    starts = [package for package in packages if not violations(instance, package)]
    ends = [tidy(instance, _climb(instance, start, pool=pool)) for start in starts]
    return max(ends, key=lambda end: net_points(instance, end), default=None)


def with_prerequisites(
    instance: BundleInstance, chosen: frozenset[str], offering_id: str, *, pool: Collection[str]
) -> frozenset[str] | None:
    """`chosen` plus the offering plus the cheapest offerings that it waits for, or None."""
    package = set(chosen) | {offering_id}
    waiting = [offering_id]
    while waiting:
        name = waiting.pop()
        for clause in unmet_clauses(instance, name, package):
            supplier = _cheapest(instance, name, clause, pool=pool)
            if supplier is None:
                return None
            if supplier not in package:
                package.add(supplier)
                waiting.append(supplier)
    return frozenset(package)


def tidy(instance: BundleInstance, chosen: frozenset[str], *, floor: int = 0) -> frozenset[str]:
    """Drop offerings that earn nothing, dearest first; the objective never falls.

    Ties of the objective (a price that rounds to no points, a free instance) would otherwise
    leave purchases in the bundle that close nothing. `floor` is the closure that has to remain.
    """
    dearest = sorted(chosen, key=lambda name: (-instance.offering_by_id[name].price_fen, name))
    for name in dearest:
        rest = chosen - {name}
        if net_points(instance, rest) < net_points(instance, chosen):
            continue
        if closure_sum(instance, rest) >= floor and not violations(instance, rest):
            chosen = rest
    return chosen


def closure_sum(instance: BundleInstance, chosen: Collection[str]) -> int:
    """Closure points of a set of offerings, nothing taken off."""
    offerings = [instance.offering_by_id[name] for name in chosen]
    return sum(
        gap.weight * max((o.quality.get(gap.id, 0) for o in offerings), default=0)
        for gap in instance.gaps
    )


def _led(
    instance: BundleInstance, base: frozenset[str], *, pool: Collection[str]
) -> list[frozenset[str]]:
    """Starts that hold an integrator's best offering, so that other providers may join.

    From a start without one, growth would stop at the first provider that cannot lead.
    """
    if not instance.lead_required or instance.max_providers == 1:
        return []
    best: dict[str, BundleOffering] = {}
    for offering in (instance.offering_by_id[name] for name in sorted(pool)):
        rival = best.get(offering.provider)
        able = offering.provider in instance.integrators
        if able and (
            rival is None or alone_points(instance, offering) > alone_points(instance, rival)
        ):
            best[offering.provider] = offering
    leads = sorted(best.values(), key=lambda o: (-alone_points(instance, o), o.id))[:MAX_LEADS]
    packages = (with_prerequisites(instance, base, o.id, pool=pool) for o in leads)
    return [package for package in packages if package is not None]


def _climb(
    instance: BundleInstance, chosen: frozenset[str], *, pool: Collection[str]
) -> frozenset[str]:
    while (better := _grow(instance, chosen, pool=pool)) is not None:
        chosen = better
    return chosen


def _grow(
    instance: BundleInstance, chosen: frozenset[str], *, pool: Collection[str]
) -> frozenset[str] | None:
    now = net_points(instance, chosen)
    for name in _ranked(instance, chosen, pool=pool):
        package = with_prerequisites(instance, chosen, name, pool=pool)
        if package is None or violations(instance, package):
            continue
        if net_points(instance, package) > now:
            return package
    return None


def _ranked(
    instance: BundleInstance, chosen: frozenset[str], *, pool: Collection[str]
) -> Iterator[str]:
    inside = [instance.offering_by_id[name] for name in chosen]
    best = {
        gap.id: max((o.quality.get(gap.id, 0) for o in inside), default=0) for gap in instance.gaps
    }
    providers = {o.provider for o in inside}
    left = instance.budget_fen - sum(o.price_fen for o in inside)
    gains: list[tuple[float, str]] = []
    for name in pool:
        offering = instance.offering_by_id[name]
        gain = _gain(instance, offering, best=best, providers=providers)
        if name not in chosen and gain > 0 and offering.price_fen <= left:
            gains.append((gain / (offering.price_fen + 1), name))
    gains.sort(key=lambda item: (-item[0], item[1]))
    return (name for _, name in gains[:MAX_TRIES])


def _gain(
    instance: BundleInstance,
    offering: BundleOffering,
    *,
    best: dict[str, int],
    providers: set[str],
) -> int:
    value = sum(
        instance.gap_by_id[gap].weight * (quality - best[gap])
        for gap, quality in offering.quality.items()
        if quality > best[gap]
    )
    joins = bool(providers) and offering.provider not in providers
    return value - instance.burden(offering) - joins * instance.penalties.coordination


def _cheapest(
    instance: BundleInstance, offering_id: str, clause: Clause, *, pool: Collection[str]
) -> str | None:
    able = [s for s in instance.suppliers(offering_id, clause) if s in pool]
    return min(able, key=lambda s: (instance.offering_by_id[s].price_fen, s), default=None)
