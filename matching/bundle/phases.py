"""In which order a bundle is built: what comes first, and why."""

from collections.abc import Collection
from dataclasses import dataclass

from matching.bundle.instance import BundleInstance
from matching.bundle.order import earliest_finish
from matching.bundle.result import closures_of


@dataclass(frozen=True, slots=True)
class Step:
    """One offering in the plan; weeks count from the start of the project (0 = at once).

    `waits_for` are the offerings of the bundle that it builds on, `enables` those that build
    on it.
    """

    offering_id: str
    start_week: int
    finish_week: int
    waits_for: tuple[str, ...]
    enables: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Phase:
    """Offerings of the same depth in the chain of prerequisites, most urgent first."""

    number: int
    start_week: int
    finish_week: int
    steps: tuple[Step, ...]


def build_phases(instance: BundleInstance, chosen: Collection[str]) -> tuple[Phase, ...]:
    """Cut the build order of a feasible bundle into phases.

    A phase holds what can start once the phases before it stand; inside it, what others build on
    comes first, then more closure points per fen. Raises `ValueError` if something in `chosen`
    can never be built (judge the bundle with `check` first).
    """
    finish = earliest_finish(instance, chosen)
    if missing := sorted(set(chosen) - finish.keys()):
        raise ValueError(f"cannot be built, prerequisites are missing: {', '.join(missing)}")
    waits = {name: _waits_for(instance, name, finish) for name in finish}
    depth: dict[str, int] = {}
    for name in sorted(finish, key=lambda n: (finish[n], n)):
        depth[name] = 1 + max((depth[other] for other in waits[name]), default=0)
    worth = dict.fromkeys(finish, 0)
    for closure in closures_of(instance, chosen):
        worth[closure.offering_id] += closure.points
    steps = [_step(instance, name, finish=finish, waits=waits, worth=worth) for name in finish]
    price = {name: instance.offering_by_id[name].price_fen for name in finish}
    steps.sort(
        key=lambda s: (
            -len(s.enables),
            -worth[s.offering_id] / (price[s.offering_id] + 1),
            s.offering_id,
        )
    )
    return tuple(
        _phase(number, tuple(s for s in steps if depth[s.offering_id] == number))
        for number in range(1, max(depth.values(), default=0) + 1)
    )


def _waits_for(instance: BundleInstance, name: str, finish: dict[str, int]) -> tuple[str, ...]:
    """Per prerequisite, the supplier that stands first (ties: smallest id)."""
    chosen = {
        min(
            (s for s in instance.suppliers(name, clause) if s in finish),
            key=lambda s: (finish[s], s),
        )
        for clause in instance.pending[name]
    }
    return tuple(sorted(chosen))


def _step(
    instance: BundleInstance,
    name: str,
    *,
    finish: dict[str, int],
    waits: dict[str, tuple[str, ...]],
    worth: dict[str, int],
) -> Step:
    enables = tuple(sorted(other for other, names in waits.items() if name in names))
    start = finish[name] - instance.offering_by_id[name].weeks
    reason = _reason(instance, waits=waits[name], enables=enables, closes=worth[name] > 0)
    return Step(name, start, finish[name], waits[name], enables, reason)


def _reason(
    instance: BundleInstance, *, waits: tuple[str, ...], enables: tuple[str, ...], closes: bool
) -> str:
    parts = []
    if waits:
        parts.append(f"须待{_names(instance, waits)}建成")
    if enables:
        parts.append(f"为{_names(instance, enables)}打基础")
    if not parts and closes:
        parts.append("无前置条件，可立即开工")
    return "；".join(parts) or "可随时安排"


def _names(instance: BundleInstance, ids: tuple[str, ...]) -> str:
    return "".join(f"“{instance.offering_by_id[name].name}”" for name in ids)


def _phase(number: int, steps: tuple[Step, ...]) -> Phase:
    return Phase(
        number,
        min(step.start_week for step in steps),
        max(step.finish_week for step in steps),
        steps,
    )
