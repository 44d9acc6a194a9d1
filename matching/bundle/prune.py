"""Offerings that cannot be part of any best bundle, removed before the search.

Two steps. *Hard*: forbidden, dearer than the budget, never buildable, or too late. *Safe*: closure
is submodular, so an offering never adds more than its value alone; if that does not pay its own
burden, it can only be in a best bundle when something else needs it (it is a must, delivers a
missing prerequisite of a kept offering, or brings in the integrator that several providers need).
"""

from matching.bundle.instance import BundleInstance, BundleOffering
from matching.bundle.order import earliest_finish


def prune(instance: BundleInstance, *, by_value: bool = True) -> tuple[str, ...]:
    """Ids worth searching over, in order of the instance; musts are always kept.

    Args:
        instance: a well-formed instance.
        by_value: apply the safe step. Turn it off when the search carries a condition on
            closure, because then an offering that does not pay may still be wanted.
    """
    possible = _possible(instance)
    if not by_value:
        return tuple(o.id for o in instance.offerings if o.id in possible)
    kept = {name for name in possible if _pays(instance, instance.offering_by_id[name])}
    kept |= instance.must
    waiting = sorted(kept)
    while waiting:
        name = waiting.pop()
        for clause in instance.pending[name]:
            helpful = set(instance.suppliers(name, clause)) & possible - kept
            kept |= helpful
            waiting += sorted(helpful)
    return tuple(o.id for o in instance.offerings if o.id in kept)


def alone_points(instance: BundleInstance, offering: BundleOffering) -> int:
    """Net points of the offering if nothing else closed any gap: its upper bound anywhere."""
    value = sum(instance.closure_points(offering, gap) for gap in instance.gaps)
    return value - instance.burden(offering)


def _possible(instance: BundleInstance) -> set[str]:
    allowed = {o.id for o in instance.offerings if _allowed(instance, o)}
    finish = earliest_finish(instance, allowed)
    limit = instance.weeks_limit
    built = {name for name, week in finish.items() if limit is None or week <= limit}
    return built | instance.must


def _allowed(instance: BundleInstance, offering: BundleOffering) -> bool:
    if offering.id in instance.forbid or offering.price_fen > instance.budget_fen:
        return False
    return not (instance.interfaces_required and instance.lacks_interface(offering))


def _pays(instance: BundleInstance, offering: BundleOffering) -> bool:
    if alone_points(instance, offering) > 0:
        return True
    may_join = instance.lead_required and instance.max_providers > 1
    return may_join and offering.provider in instance.integrators
