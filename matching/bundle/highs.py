"""A second, independent formulation for HiGHS (scipy): the cross-check of the optimiser.

Leaf module: it loads scipy, import it inside functions only. It shares no pruning, no greedy
start and no variables with `matching.bundle.model`, so equal optima are evidence for both.
Rows of the mixed-integer programme: x offering, z provider, c (offering, gap), f finish week,
e providers beyond the first; prerequisites and build order by big-M rows.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from matching.bundle.instance import BundleInstance
from matching.bundle.result import Status

INFEASIBLE_CODE = 2
"""`scipy.optimize.milp` status for a proven infeasible programme."""


@dataclass(frozen=True, slots=True)
class HighsAnswer:
    """Proven optimum of HiGHS (`objective` in points), or the status without one."""

    status: Status
    objective: int | None
    chosen: frozenset[str]


@dataclass(slots=True)
class _Programme:
    """Columns and rows collected as plain lists; `add` returns the new column's number."""

    cost: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def add(self, *, points: float = 0, low: float = 0, high: float = 1) -> int:
        """Add an integer column worth `points` a unit."""
        self.cost.append(-points)
        self.low.append(low)
        self.high.append(high)
        return len(self.cost) - 1

    def at_most(self, terms: dict[int, float], limit: float) -> None:
        """Add the row: sum of terms <= limit."""
        self.rows.append((terms, limit))


def solve_highs(
    instance: BundleInstance, *, seconds: float = 60.0, strong: bool = True
) -> HighsAnswer:
    """Solve with HiGHS; `strong=False` leaves out the provider-strengthened rows."""
    programme = _Programme()
    take = _columns(programme, instance, strong=strong)
    _rules(programme, instance, take)
    _build_order(programme, instance, take)
    size = (len(programme.rows), len(programme.cost))
    entries = [(i, j, v) for i, (terms, _) in enumerate(programme.rows) for j, v in terms.items()]
    i, j, v = (np.array(part) for part in zip(*entries, strict=True))
    answer = milp(
        np.array(programme.cost),
        integrality=np.ones(size[1]),
        bounds=Bounds(np.array(programme.low), np.array(programme.high)),
        constraints=LinearConstraint(
            csr_array((v, (i, j)), shape=size), ub=np.array([limit for _, limit in programme.rows])
        ),
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    if not answer.success:
        known = answer.status == INFEASIBLE_CODE
        status = Status.INFEASIBLE if known else Status.UNKNOWN
        return HighsAnswer(status, None, frozenset())
    chosen = frozenset(name for name, column in take.items() if answer.x[column] > 0.5)
    return HighsAnswer(Status.OPTIMAL, round(-answer.fun), chosen)


def _columns(programme: _Programme, instance: BundleInstance, *, strong: bool) -> dict[str, int]:
    take = {o.id: programme.add(points=-instance.burden(o)) for o in instance.offerings}
    use = {p: programme.add() for p in sorted({o.provider for o in instance.offerings})}
    extra = programme.add(points=-instance.penalties.coordination, high=max(1, len(use)))
    for offering in instance.offerings:
        programme.at_most({take[offering.id]: 1, use[offering.provider]: -1}, 0)
    for provider, column in use.items():
        mine = {take[o.id]: -1.0 for o in instance.offerings if o.provider == provider}
        programme.at_most({column: 1, **mine}, 0)
    programme.at_most({extra: -1, **dict.fromkeys(use.values(), 1.0)}, 1)
    programme.at_most(dict.fromkeys(use.values(), 1.0), instance.max_providers)
    if instance.lead_required:
        room = instance.max_providers - 1
        terms = {c: 1.0 - room * (p in instance.integrators) for p, c in use.items()}
        programme.at_most(terms, 1)
    _closure(programme, instance, take, use=use, strong=strong)
    return take


def _closure(
    programme: _Programme,
    instance: BundleInstance,
    take: dict[str, int],
    *,
    use: dict[str, int],
    strong: bool,
) -> None:
    for gap in instance.gaps:
        once: dict[int, float] = {}
        groups: dict[str, dict[int, float]] = {}
        for offering in instance.offerings:
            points = instance.closure_points(offering, gap)
            if points:
                column = programme.add(points=points)
                programme.at_most({column: 1, take[offering.id]: -1}, 0)
                once[column] = 1
                groups.setdefault(offering.provider, {})[column] = 1
        programme.at_most(once, 1)
        for provider, group in groups.items() if strong else ():
            programme.at_most({**group, use[provider]: -1}, 0)


def _rules(programme: _Programme, instance: BundleInstance, take: dict[str, int]) -> None:
    programme.at_most({take[o.id]: o.price_fen for o in instance.offerings}, instance.budget_fen)
    for offering in instance.offerings:
        column = take[offering.id]
        banned = instance.interfaces_required and instance.lacks_interface(offering)
        late = instance.weeks_limit is not None and offering.weeks > instance.weeks_limit
        if offering.id in instance.forbid or banned or late:
            programme.at_most({column: 1}, 0)
        if offering.id in instance.must:
            programme.at_most({column: -1}, -1)
        for other in offering.conflicts & take.keys():
            programme.at_most({column: 1, take[other]: 1}, 1)


def _build_order(programme: _Programme, instance: BundleInstance, take: dict[str, int]) -> None:
    """f[o] >= f[s] + weeks[o] for one chosen supplier s of each clause (big-M rows)."""
    horizon = instance.weeks_limit or sum(o.weeks for o in instance.offerings)
    finish = {
        o.id: programme.add(low=o.weeks, high=max(o.weeks, horizon)) for o in instance.offerings
    }
    for offering in instance.offerings:
        for clause in offering.requires_any:
            if clause & instance.present:
                continue
            waits: dict[int, float] = {}
            for other in instance.offerings:
                if other.id == offering.id or not clause & other.scenes:
                    continue
                wait = programme.add()
                waits[wait] = -1
                programme.at_most({wait: 1, take[other.id]: -1}, 0)
                order = {finish[other.id]: 1.0, finish[offering.id]: -1.0, wait: float(2 * horizon)}
                programme.at_most(order, 2 * horizon - offering.weeks)
            programme.at_most({take[offering.id]: 1, **waits}, 0)
