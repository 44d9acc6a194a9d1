"""When and at which table: a first timetable at once, then better, with a proof."""

from collections.abc import Mapping
from random import Random

from matching.schedule.anneal import anneal
from matching.schedule.breaks import breaks_by_participant
from matching.schedule.certificates import certificates, trivial_bound
from matching.schedule.construct import construct
from matching.schedule.explain import explain
from matching.schedule.grid import Grid, slots_of
from matching.schedule.instance import Placement, ScheduleInstance
from matching.schedule.result import (
    Explanation,
    Limits,
    OnProgress,
    Progress,
    ScheduleResult,
    Status,
    Stopwatch,
)
from matching.schedule.rules import check
from matching.schedule.tables import assign_tables

START_SHARE, START_SECONDS = 0.1, 1.0  # annealing before the exact solver, for a good hint
BOUND_SECONDS = 1.5  # the class-pattern bound closes in that time or hardly at all
EXPLAIN_SECONDS = 10.0  # at least this long for the explanation of an infeasible event


def solve(
    instance: ScheduleInstance,
    *,
    limits: Limits | None = None,
    seed: int = 0,
    warm_start: Mapping[str, Placement] | None = None,
    on_progress: OnProgress | None = None,
) -> ScheduleResult:
    """Place every meeting with as few breaks as possible.

    Certificates first, then a construction with Kempe chains, annealing, the class-pattern bound
    and the exact solver (for events within `limits.exact_size`); tables last. The same instance,
    seed and limits give the same timetable as long as no stage is cut off by the clock and either
    one worker or `limits.reproducible` is used.

    Args:
        warm_start: an earlier timetable; what still fits is kept as the start.
        on_progress: called with each better timetable or bound.

    Returns:
        Always a timetable, complete or as full as was found; for an infeasible event also the
        explanation.
    """
    return _Search(instance, limits or Limits(), seed, on_progress).run(warm_start or {})


class _Search:
    """The state of one call: best slots so far, bound, time of the first timetable."""

    def __init__(
        self,
        instance: ScheduleInstance,
        limits: Limits,
        seed: int,
        on_progress: OnProgress | None,
    ) -> None:
        self.instance, self.limits, self.seed = instance, limits, seed
        self.on_progress = on_progress
        self.watch = Stopwatch(limits)
        self.rng = Random(seed)  # noqa: S311 - a search, not a secret
        self.grid = Grid(instance)
        self.bound = trivial_bound(instance)
        self.best: dict[str, int] | None = None
        self.breaks = 0
        self.first_seconds: float | None = None
        self.infeasible = False

    def run(self, warm_start: Mapping[str, Placement]) -> ScheduleResult:
        """Go through the stages until the best is proved or time is up."""
        self.infeasible = bool(certificates(self.instance))
        self.grid.load_from(slots_of(warm_start))
        complete = construct(
            self.grid, rng=self.rng, watch=self.watch, seconds=self.limits.seconds / 2
        )
        if complete:
            self._keep_grid("construct")
        exact = len(self.instance.meetings) * self.instance.slots <= self.limits.exact_size
        if not self.infeasible and complete and not self._proved():
            self._anneal(
                min(START_SECONDS, self.watch.left * START_SHARE)
                if exact
                else self.watch.left * 0.95  # the rest is for tables and the last check
            )
        if exact and not self.infeasible and not self._proved():
            self._bound()
        if exact and not self.infeasible and not self._proved():
            self._prove()
        return self._result(warm_start)

    def _proved(self) -> bool:
        return self.best is not None and self.breaks <= self.bound

    def _anneal(self, seconds: float) -> None:
        anneal(
            self.grid,
            rng=self.rng,
            watch=self.watch,
            seconds=seconds,
            enough=self.bound,
            on_better=self._on_better,
        )
        self._keep_grid("anneal")

    def _on_better(self, slots: list[int]) -> None:
        meetings = self.instance.meetings
        self._keep({m.id: s for m, s in zip(meetings, slots, strict=True)}, "anneal")

    def _bound(self) -> None:
        from matching.schedule.pattern_bound import pattern_bound

        found = pattern_bound(
            self.instance,
            seconds=min(BOUND_SECONDS, self.watch.left / 3),
            workers=self.limits.workers,
            seed=self.seed,
        )
        self.infeasible = found.infeasible
        self.bound = max(self.bound, found.breaks)

    def _prove(self) -> None:
        from matching.schedule.exact import minimise_breaks

        if self.watch.left <= 0:
            return
        found = minimise_breaks(
            self.instance,
            seconds=self.watch.left,
            workers=self.limits.workers,
            seed=self.seed,
            reproducible=self.limits.reproducible,
            bound=self.bound,
            hint=self.best or self.grid.slots_by_id(),
            on_solution=self._on_solution,
        )
        self.infeasible = found.infeasible
        self.bound = max(self.bound, found.bound)
        if found.slots is not None:
            self._keep(found.slots, "prove")

    def _on_solution(self, objective: int, bound: int) -> None:
        if self.first_seconds is None:
            self.first_seconds = self.watch.elapsed
        if self.best is None or objective < self.breaks:
            self._report("prove", objective, max(bound, self.bound))

    def _keep_grid(self, stage: str) -> None:
        """Keep the grid if it is complete and fair; unfair ones are left to the exact solver."""
        self._keep(self.grid.slots_by_id(), stage)

    def _keep(self, slots: dict[str, int], stage: str) -> None:
        timetable = {m: Placement(s, "") for m, s in slots.items()}
        breaks = breaks_by_participant(timetable, self.instance)
        spread = max(breaks.values(), default=0) - min(breaks.values(), default=0)
        if self.instance.fairness is not None and spread > self.instance.fairness:
            return
        total = sum(breaks.values())
        if self.best is None or total < self.breaks:
            self.best, self.breaks = slots, total
            if self.first_seconds is None:
                self.first_seconds = self.watch.elapsed
            self._report(stage, total)

    def _report(self, stage: str, objective: int, bound: int | None = None) -> None:
        if self.on_progress is not None:
            now = self.watch.elapsed
            self.on_progress(
                Progress(stage, objective, self.bound if bound is None else bound, now)
            )

    def _result(self, warm_start: Mapping[str, Placement]) -> ScheduleResult:
        complete = self.best is not None
        slots = self.grid.slots_by_id() if self.best is None else self.best
        timetable = assign_tables(slots, self.instance, keep=warm_start)
        seconds = self.watch.elapsed  # the explanation comes on top
        explanation = Explanation()
        if self.infeasible:
            time_left = Limits(
                seconds=max(EXPLAIN_SECONDS, self.watch.left),
                workers=self.limits.workers,
                exact_size=self.limits.exact_size,
            )
            explanation = explain(self.instance, limits=time_left, seed=self.seed)
        return ScheduleResult(
            status=self._status(),
            timetable=timetable,
            objective=self.breaks if complete else None,
            bound=None if self.infeasible else self.bound,
            gap=self.breaks - self.bound if complete else None,
            first_feasible_seconds=self.first_seconds,
            seconds=seconds,
            violations=check(timetable, self.instance),
            unplaced=tuple(m.id for m in self.instance.meetings if m.id not in timetable),
            explanation=explanation,
        )

    def _status(self) -> Status:
        if self.infeasible:
            return Status.INFEASIBLE
        if self.best is None:
            return Status.UNKNOWN
        return Status.OPTIMAL if self.breaks <= self.bound else Status.FEASIBLE
