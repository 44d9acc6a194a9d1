"""The answer to a bundle question, computed from the chosen offerings alone."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from matching.bundle.instance import BundleInstance
from matching.bundle.order import earliest_finish
from matching.bundle.problems import Problem


class Status(StrEnum):
    """How much is known about the answer."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Limits:
    """When the search stops.

    Args:
        seconds: wall time of one search; the whole of `solve` adds a greedy start to it.
        work: CP-SAT's deterministic time, or None; with it alone binding, equal questions get
            equal answers on any machine.
    """

    seconds: float = 10.0
    work: float | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """One gap, the offering credited with closing it, at quality 0..1000, for how many points."""

    gap_id: str
    offering_id: str
    quality: int
    points: int


@dataclass(frozen=True, slots=True)
class BundleResult:
    """A bundle and what is proven about it.

    `objective` and `bound` are net points (closure minus penalties); no bundle can exceed
    `bound`. Without a bundle (infeasible, unknown) the objective is None and the rest is empty;
    the empty bundle is an answer too, worth 0. `weeks` is the finish of the last offering.
    """

    status: Status
    objective: int | None
    bound: int | None
    chosen: tuple[str, ...]
    closures: tuple[Closure, ...]
    open_gaps: tuple[str, ...]
    closure_points: int
    cost_fen: int
    weeks: int
    providers: tuple[str, ...]
    lead: str | None
    solver: str
    problems: tuple[Problem, ...] = ()

    @property
    def has_bundle(self) -> bool:
        """Whether there is a bundle to show (proven best or not)."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)

    @property
    def gap(self) -> int | None:
        """Points by which a better bundle could exceed this one; 0 when proven, None unknown."""
        if self.objective is None or self.bound is None:
            return None
        return self.bound - self.objective

    @property
    def gap_permille(self) -> int | None:
        """`gap` in thousandths of the bound, rounded up; what a page may print."""
        if self.gap is None or self.bound is None:
            return None
        return -(-self.gap * 1000 // max(1, abs(self.bound)))


def closures_of(instance: BundleInstance, chosen: Collection[str]) -> tuple[Closure, ...]:
    """Credit each gap to its best chosen offering; ties go to the smallest id."""
    found = []
    offerings = [instance.offering_by_id[name] for name in sorted(chosen)]
    for gap in instance.gaps:
        best = max(offerings, key=lambda o: o.quality.get(gap.id, 0), default=None)
        quality = best.quality.get(gap.id, 0) if best else 0
        if best and quality:
            found.append(Closure(gap.id, best.id, quality, gap.weight * quality))
    return tuple(found)


def net_points(instance: BundleInstance, chosen: Collection[str]) -> int:
    """Objective of a set of offerings: closure minus burdens minus coordination."""
    value = sum(c.points for c in closures_of(instance, chosen))
    offerings = [instance.offering_by_id[name] for name in chosen]
    extra = max(0, len({o.provider for o in offerings}) - 1)
    burdens = sum(instance.burden(o) for o in offerings)
    return value - burdens - extra * instance.penalties.coordination


def describe(
    instance: BundleInstance,
    chosen: Collection[str],
    *,
    status: Status,
    bound: int | None,
    solver: str,
) -> BundleResult:
    """Build the result of a known set of offerings; nothing but `chosen` is trusted."""
    offerings = [instance.offering_by_id[name] for name in sorted(chosen)]
    closures = closures_of(instance, chosen)
    closed = {c.gap_id for c in closures}
    finish = earliest_finish(instance, chosen)
    return BundleResult(
        status=status,
        objective=net_points(instance, chosen),
        bound=bound,
        chosen=tuple(o.id for o in offerings),
        closures=closures,
        open_gaps=tuple(g.id for g in instance.gaps if g.id not in closed),
        closure_points=sum(c.points for c in closures),
        cost_fen=sum(o.price_fen for o in offerings),
        weeks=max(finish.values(), default=0),
        providers=tuple(sorted({o.provider for o in offerings})),
        lead=_lead(instance, chosen, closures),
        solver=solver,
    )


def nothing(
    instance: BundleInstance,
    *,
    status: Status,
    solver: str,
    problems: tuple[Problem, ...] = (),
    bound: int | None = None,
) -> BundleResult:
    """The result that holds no bundle: infeasible, or nothing found in time."""
    open_gaps = tuple(g.id for g in instance.gaps)
    return BundleResult(status, None, bound, (), (), open_gaps, 0, 0, 0, (), None, solver, problems)


def _lead(
    instance: BundleInstance, chosen: Collection[str], closures: tuple[Closure, ...]
) -> str | None:
    """The integrator that closes most; a single provider leads itself."""
    worth = {instance.offering_by_id[name].provider: 0 for name in sorted(chosen)}
    for closure in closures:
        worth[instance.offering_by_id[closure.offering_id].provider] += closure.points
    able = (
        worth if len(worth) == 1 else {p: v for p, v in worth.items() if p in instance.integrators}
    )
    return min(able, key=lambda p: (-able[p], p), default=None)
