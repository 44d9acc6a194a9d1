"""The CP-SAT model of a bundle. Leaf module: it loads OR-tools, import it inside functions only.

The formulation is the provider-strengthened one of docs/bundles.md. With one worker and
`linearization_level=2` its linear relaxation is tight enough to prove instances in a fraction
of a second that the textbook model (one "gap covered" variable per gap) does not prove at all.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import version
from math import floor

from ortools.sat.python import cp_model  # noqa: TID253 -- this is the named leaf module

from matching.bundle.instance import BundleInstance
from matching.bundle.result import Limits, Status

SOLVER = f"CP-SAT {version('ortools')}"
"""Name and version that results carry."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the search ended with; `bound` limits the net points of every bundle."""

    status: Status
    chosen: frozenset[str] | None
    bound: int | None


@dataclass(slots=True)
class Variables:
    """The Boolean variables by family, and the finish week of offerings that wait for others."""

    take: dict[str, cp_model.IntVar]
    use: dict[str, cp_model.IntVar]
    close: dict[tuple[str, str], cp_model.IntVar] = field(default_factory=dict)
    finish: dict[str, cp_model.IntVar] = field(default_factory=dict)


def optimise(
    instance: BundleInstance,
    kept: Collection[str],
    *,
    limits: Limits,
    seed: int,
    hint: frozenset[str] | None,
    min_closure: int,
) -> Outcome:
    """Search for the best bundle among the offerings `kept`.

    Args:
        instance: a well-formed instance.
        kept: ids to search over, see `matching.bundle.prune`.
        limits: when to stop. seed: of the search; equal seeds search alike.
        hint: a feasible set to start from.
        min_closure: closure points that the bundle must reach (0: no condition).
    """
    model = cp_model.CpModel()
    x = _variables(model, instance, kept)
    _add_closure(model, x, instance)
    _add_limits(model, x, instance)
    _add_providers(model, x, instance)
    _add_prerequisites(model, x, instance)
    value = _value(x, instance)
    if min_closure > 0:
        model.add(value >= min_closure)
    model.maximize(value - _penalties(model, x, instance))
    for name, variable in x.take.items():
        if hint is not None:
            model.add_hint(variable, name in hint)
    return _run(model, x, limits=limits, seed=seed)


def _run(model: cp_model.CpModel, x: Variables, *, limits: Limits, seed: int) -> Outcome:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    # The strong rows leave little for cuts to gain: without them, 32 instances of
    # bench/bundles.py took a quarter to a third less CPU time in total.
    solver.parameters.cut_level = 0
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = limits.seconds
    if limits.work is not None:
        solver.parameters.max_deterministic_time = limits.work
    code = solver.solve(model)
    if code == cp_model.INFEASIBLE:
        return Outcome(Status.INFEASIBLE, None, None)
    if code not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Outcome(Status.UNKNOWN, None, None)
    chosen = frozenset(name for name, variable in x.take.items() if solver.value(variable))
    # The objective is integer, so the bound may be rounded down; 1e-6 absorbs the float's noise.
    bound = floor(solver.best_objective_bound + 1e-6)
    status = Status.OPTIMAL if code == cp_model.OPTIMAL else Status.FEASIBLE
    return Outcome(status, chosen, bound)


def _variables(
    model: cp_model.CpModel, instance: BundleInstance, kept: Collection[str]
) -> Variables:
    providers = sorted({instance.offering_by_id[name].provider for name in kept})
    return Variables(
        take={name: model.new_bool_var(f"take {name}") for name in kept},
        use={provider: model.new_bool_var(f"use {provider}") for provider in providers},
    )


def _add_closure(model: cp_model.CpModel, x: Variables, instance: BundleInstance) -> None:
    """Strong rows: per (offering, gap), per (gap, provider) and per gap."""
    for gap in instance.gaps:
        by_provider: dict[str, list[cp_model.IntVar]] = {}
        for name, take in x.take.items():
            offering = instance.offering_by_id[name]
            if offering.quality.get(gap.id, 0):
                close = model.new_bool_var(f"close {gap.id} by {name}")
                x.close[name, gap.id] = close
                model.add_implication(close, take)
                by_provider.setdefault(offering.provider, []).append(close)
        for provider, closing in by_provider.items():
            model.add(sum(closing) <= x.use[provider])
        model.add_at_most_one(close for group in by_provider.values() for close in group)


def _add_limits(model: cp_model.CpModel, x: Variables, instance: BundleInstance) -> None:
    prices = [instance.offering_by_id[name].price_fen for name in x.take]
    takes = list(x.take.values())
    model.add(cp_model.LinearExpr.weighted_sum(takes, prices) <= instance.budget_fen)
    for a, b in instance.conflict_pairs:
        if a in x.take and b in x.take:
            model.add_at_most_one(x.take[a], x.take[b])
    for name, take in x.take.items():
        if name in instance.must:
            model.add(take == 1)
        # Pruning drops these, but a must stays in the model and has to meet its rule here.
        barred = instance.interfaces_required and instance.lacks_interface(
            instance.offering_by_id[name]
        )
        if name in instance.forbid or barred:
            model.add(take == 0)


def _add_providers(model: cp_model.CpModel, x: Variables, instance: BundleInstance) -> None:
    offered: dict[str, list[cp_model.IntVar]] = {provider: [] for provider in x.use}
    for name, take in x.take.items():
        provider = instance.offering_by_id[name].provider
        offered[provider].append(take)
        model.add_implication(take, x.use[provider])
    for provider, takes in offered.items():
        # Without this row an integrator could be "used" as lead and deliver nothing.
        model.add(sum(takes) >= x.use[provider])
    model.add(sum(x.use.values()) <= instance.max_providers)
    if instance.lead_required:
        leads = [use for provider, use in x.use.items() if provider in instance.integrators]
        model.add(sum(x.use.values()) <= 1 + (instance.max_providers - 1) * sum(leads))


def _add_prerequisites(model: cp_model.CpModel, x: Variables, instance: BundleInstance) -> None:
    """At least one supplier per clause; build times only where they can decide something."""
    clauses = [
        (name, [s for s in instance.suppliers(name, clause) if s in x.take])
        for name in x.take
        for clause in instance.pending[name]
    ]
    for name, suppliers in clauses:
        model.add_bool_or(*(x.take[s] for s in suppliers), ~x.take[name])
    if instance.weeks_limit is not None or _circular(clauses):
        _add_finish_weeks(model, x, instance, clauses=clauses)


def _circular(clauses: list[tuple[str, list[str]]]) -> bool:
    graph: dict[str, set[str]] = {}
    for name, suppliers in clauses:
        graph.setdefault(name, set()).update(suppliers)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False


def _add_finish_weeks(
    model: cp_model.CpModel,
    x: Variables,
    instance: BundleInstance,
    *,
    clauses: list[tuple[str, list[str]]],
) -> None:
    """Critical path: finish >= finish of one supplier per clause + own weeks, <= the limit."""
    weeks = {name: instance.offering_by_id[name].weeks for name in x.take}
    horizon = instance.weeks_limit or sum(weeks.values())
    for name in sorted({name for name, _ in clauses}):
        x.finish[name] = model.new_int_var(0, horizon, f"finish {name}")
    for name, take in x.take.items():
        if weeks[name] > horizon:
            model.add(take == 0)
    for number, (name, suppliers) in enumerate(clauses):
        after = []
        for supplier in suppliers:
            wait = model.new_bool_var(f"{name} waits for {supplier} ({number})")
            done = x.finish.get(supplier, weeks[supplier])
            model.add_implication(wait, x.take[supplier])
            model.add(x.finish[name] >= done + weeks[name]).only_enforce_if(wait)
            after.append(wait)
        model.add_bool_or(*after, ~x.take[name])


def _value(x: Variables, instance: BundleInstance) -> cp_model.LinearExpr:
    points = [
        instance.closure_points(instance.offering_by_id[name], instance.gap_by_id[gap])
        for name, gap in x.close
    ]
    return cp_model.LinearExpr.weighted_sum(list(x.close.values()), points)


def _penalties(
    model: cp_model.CpModel, x: Variables, instance: BundleInstance
) -> cp_model.LinearExpr:
    variables: list[cp_model.IntVar] = list(x.take.values())
    points = [instance.burden(instance.offering_by_id[name]) for name in x.take]
    if instance.penalties.coordination and len(x.use) > 1:
        extra = model.new_int_var(0, len(x.use) - 1, "extra providers")
        model.add(extra >= sum(x.use.values()) - 1)
        variables.append(extra)
        points.append(instance.penalties.coordination)
    return cp_model.LinearExpr.weighted_sum(variables, points)
