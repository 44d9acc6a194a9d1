"""The exact model in CP-SAT; a leaf module that imports OR-Tools, itself imported lazily.

Besides the rules it holds what decides speed (docs/events.md): each participant's day as an
automaton (before, busy, gap, after), the number of busy slots a participant, an even number of
busy participants a slot, and meetings counted by stars (Bofill et al., JAIR 2022).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model  # noqa: TID253 - leaf, imported inside functions

from matching.schedule.rules import RULES, Fairness, Rule
from matching.schedule.variables import Variables

if TYPE_CHECKING:
    from collections.abc import Callable

    from matching.schedule.instance import Participant, ScheduleInstance


@dataclass(frozen=True, slots=True)
class ExactResult:
    """`slots` is None without a solution; `bound` is the proved least number of breaks."""

    infeasible: bool
    slots: dict[str, int] | None
    bound: int
    optimal: bool


def minimise_breaks(
    instance: "ScheduleInstance",
    *,
    seconds: float,
    workers: int,
    seed: int,
    reproducible: bool = False,
    bound: int = 0,
    hint: Mapping[str, int] | None = None,
    on_solution: "Callable[[int, int], None] | None" = None,
) -> ExactResult:
    """Search for the fewest breaks; `bound` is a proved lower bound, `hint` a good start."""
    model, x = build(instance, rules=RULES)
    total = sum(x.breaks.values())
    model.minimize(total)
    if bound > 0:
        model.add(total >= bound)
    if hint is not None:
        _hint(model, x, instance, hint)
    solver = _solver(seconds, workers, seed, reproducible)
    callback = None if on_solution is None else _Report(on_solution)
    status = solver.solve(model, callback)
    if status == cp_model.INFEASIBLE:
        return ExactResult(True, None, bound, False)
    proved = max(bound, round(solver.best_objective_bound))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ExactResult(False, None, proved, False)
    return ExactResult(False, _slots(solver, x), proved, status == cp_model.OPTIMAL)


def feasible(
    instance: "ScheduleInstance", *, seconds: float, workers: int, seed: int
) -> tuple[bool | None, dict[str, int] | None]:
    """Tell whether a timetable exists (None: not known in time) and give one if so."""
    rules = RULES
    if instance.fairness is None:
        rules = tuple(rule for rule in RULES if not isinstance(rule, Fairness))
    model, x = build(instance, rules=rules)
    solver = _solver(seconds, workers, seed, reproducible=False)
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return False, None
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return True, _slots(solver, x)
    return None, None


def fewest_given_up(
    instance: "ScheduleInstance",
    statements: Sequence[tuple[str, str]],
    *,
    seconds: float,
    workers: int,
    seed: int,
) -> list[tuple[str, str]] | None:
    """Return the fewest of `statements` (code, subject) without which a timetable exists.

    None when there is none even without all of them, or when the fewest are not proved in time.
    """
    model, x = build(instance, rules=RULES, may_give_up=statements)
    model.minimize(sum(x.given_up.values()))
    solver = _solver(seconds, workers, seed, reproducible=False)
    if solver.solve(model) != cp_model.OPTIMAL:
        return None
    return [one for one, literal in x.given_up.items() if solver.boolean_value(literal)]


def build(
    instance: "ScheduleInstance",
    *,
    rules: Sequence[Rule],
    may_give_up: Sequence[tuple[str, str]] = (),
) -> tuple[cp_model.CpModel, Variables]:
    """Build the model of `rules`; days are modelled as automata when breaks matter."""
    model = cp_model.CpModel()
    x = Variables(given_up={one: model.new_bool_var("") for one in may_give_up})
    for m in instance.meetings:
        for s in range(instance.slots):
            x.at[m.id, s] = model.new_bool_var("")
    for p in instance.participants:
        _link_busy(model, x, instance, p)
        if any(isinstance(rule, Fairness) for rule in rules):
            x.breaks[p.id] = _breaks(model, x, instance, p)
    _count_busy(model, x, instance)
    for rule in rules:
        rule.constrain(model, x, instance)
    return model, x


def _link_busy(
    model: cp_model.CpModel, x: Variables, instance: "ScheduleInstance", p: "Participant"
) -> None:
    """Tie busy slots to meetings; their number is known (implied)."""
    meetings = instance.meetings_of[p.id]
    for s in range(instance.slots):
        x.busy[p.id, s] = model.new_bool_var("")
        model.add(sum(x.at[m.id, s] for m in meetings) == x.busy[p.id, s])
    model.add(sum(x.busy[p.id, s] for s in range(instance.slots)) == len(meetings))


def _count_busy(model: cp_model.CpModel, x: Variables, instance: "ScheduleInstance") -> None:
    """Count the meetings of each slot in two more ways (implied).

    Two participants a meeting, so their number is even; and one meeting at most of each star,
    which needs far fewer terms than one a meeting.
    """
    stars = _stars(instance)
    counts = []
    for s in range(instance.slots):
        count = model.new_int_var(0, len(instance.tables), "")
        model.add(sum(x.busy[p.id, s] for p in instance.participants) == 2 * count)
        model.add(sum(_star_used(model, x, instance, star, s) for star in stars) == count)
        counts.append(count)
    model.add(sum(counts) == len(instance.meetings))


Star = tuple[str, tuple[str, ...]]  # a participant and some of his or her meetings


def _stars(instance: "ScheduleInstance") -> list[Star]:
    """Split the meetings into few stars around a participant, the busiest first."""
    left = {m.id for m in instance.meetings}
    own = {p: [m.id for m in meetings] for p, meetings in instance.meetings_of.items()}
    stars: list[Star] = []
    while left:
        centre = max(own, key=lambda p: sum(m in left for m in own[p]))
        stars.append((centre, tuple(m for m in own[centre] if m in left)))
        left.difference_update(own[centre])
    return stars


def _star_used(
    model: cp_model.CpModel, x: Variables, instance: "ScheduleInstance", star: Star, slot: int
) -> cp_model.IntVar:
    """Return the Boolean "a meeting of `star` takes place in `slot`"."""
    centre, meetings = star
    if len(meetings) == len(instance.meetings_of[centre]):
        return x.busy[centre, slot]
    if len(meetings) == 1:
        return x.at[meetings[0], slot]
    used = model.new_bool_var("")
    model.add(sum(x.at[m, slot] for m in meetings) == used)
    return used


def _breaks(
    model: cp_model.CpModel, x: Variables, instance: "ScheduleInstance", p: "Participant"
) -> cp_model.LinearExprT:
    """Model the day of `p` as an automaton; return the number of times that a gap begins."""
    slots = instance.counted_slots(p)
    if len(instance.meetings_of[p.id]) < 2 or not slots:
        return 0
    busy = [x.busy[p.id, s] for s in slots]
    before, gap, after = ([model.new_bool_var("") for _ in slots] for _ in range(3))
    model.add(gap[0] == 0)
    model.add(after[0] == 0)
    model.add(gap[-1] == 0)
    model.add(before[-1] == 0)
    starts = []
    for i in range(len(slots)):
        model.add_exactly_one(before[i], busy[i], gap[i], after[i])
        if i == 0:
            continue
        model.add_implication(before[i], before[i - 1])
        model.add_implication(after[i - 1], after[i])
        model.add_bool_or(gap[i - 1].negated(), gap[i], busy[i])
        model.add_bool_or(gap[i].negated(), gap[i - 1], busy[i - 1])
        model.add_bool_or(before[i - 1].negated(), before[i], busy[i])
        model.add_bool_or(after[i].negated(), after[i - 1], busy[i - 1])
        start = model.new_bool_var("")
        model.add_bool_or(start, busy[i - 1].negated(), gap[i].negated())
        model.add_implication(start, busy[i - 1])
        model.add_implication(start, gap[i])
        starts.append(start)
    return cp_model.LinearExpr.sum(starts)


def _hint(
    model: cp_model.CpModel, x: Variables, instance: "ScheduleInstance", hint: Mapping[str, int]
) -> None:
    for m in instance.meetings:
        if m.id in hint:
            for s in range(instance.slots):
                model.add_hint(x.at[m.id, s], int(hint[m.id] == s))


def _solver(seconds: float, workers: int, seed: int, reproducible: bool) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.max_time_in_seconds = seconds
    parameters.num_workers = workers
    parameters.random_seed = seed
    parameters.interleave_search = reproducible and workers > 1
    if workers == 1:  # core-guided search without LP proves most (docs/events.md, "Measured")
        parameters.optimize_with_core = True
        parameters.linearization_level = 0
    elif workers == 2:  # with two, the portfolio of OR-Tools would leave it out
        parameters.subsolvers.extend(["core", "no_lp"])
    return solver


def _slots(solver: cp_model.CpSolver, x: Variables) -> dict[str, int]:
    return {m: s for (m, s), decision in x.at.items() if solver.boolean_value(decision)}


class _Report(cp_model.CpSolverSolutionCallback):
    def __init__(self, on_solution: "Callable[[int, int], None]") -> None:
        super().__init__()
        self._on_solution = on_solution

    def on_solution_callback(self) -> None:
        """Pass on the objective and the bound of each better solution."""
        self._on_solution(round(self.objective_value), round(self.best_objective_bound))
