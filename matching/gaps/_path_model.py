"""The CP-SAT model of the shortest path. Leaf module: it loads OR-tools, import it in functions.

Minimised one after another, each fixed before the next: new scenes, management measures, AI
additions; then ties are broken by the order in which scenes and cells are given. One worker, a
fixed seed and a deterministic work limit make the answer repeatable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from ortools.sat.python import cp_model  # noqa: TID253 -- this is the named leaf module

from matching.gaps.path_instance import Found, PathCell, PathInstance

TIE_CHUNK = 30
"""So many ties are broken in one solve: 2**29 is the largest weight."""

BOUND_NOISE = 1e-6
"""The bound of an integer objective comes as a float."""


@dataclass(frozen=True, slots=True)
class Solution:
    """A feasible answer; `bound` is a proven lower bound on the number of new scenes."""

    found: Found
    bound: int
    proven: bool


@dataclass(slots=True)
class _Model:
    """The model and its variables; `ai` counts AI additions."""

    cp: cp_model.CpModel
    scene: dict[str, cp_model.IntVar]
    measure: dict[tuple[str, int], cp_model.IntVar]
    ai: cp_model.IntVar


def solve_path(
    instance: PathInstance,
    *,
    work: float,
    size: int | None = None,
    without: Sequence[Iterable[str]] = (),
) -> Solution | None:
    """Return the best answer found within `work` deterministic seconds a step.

    Args:
        instance: the question; `shortest_path` makes sure that it has an answer.
        work: limit of every step, in the solver's deterministic time.
        size: number of new scenes, if it is fixed already.
        without: scene sets that must not be chosen (whole) again.

    Returns:
        None where no answer was found, with `size` and `without` because there is no other one.
    """
    model = _build(instance)
    for chosen in without:
        codes = list(chosen)
        model.cp.add(sum(model.scene[code] for code in codes) <= len(codes) - 1)
    scenes = sum(model.scene.values())
    if size is not None:
        model.cp.add(scenes == size)
    steps: list[cp_model.LinearExprT] = [scenes, sum(model.measure.values()), model.ai]
    steps += _ties(list(model.scene.values())) + _ties(list(model.measure.values()))
    bound, proven, last = 0, True, None
    for number, step in enumerate(steps):
        solver = _solver(work)
        model.cp.minimize(step)
        code = solver.solve(model.cp)
        proven = proven and code == cp_model.OPTIMAL
        if code not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        if number == 0:
            bound = ceil(solver.best_objective_bound - BOUND_NOISE)
        last = solver
        _fix(model, step, solver)
    return None if last is None else Solution(_read(model, last), bound, proven)


def _read(model: _Model, solver: cp_model.CpSolver) -> Found:
    return Found(
        scenes=tuple(code for code, x in model.scene.items() if solver.value(x)),
        measures=tuple(cell for cell, x in model.measure.items() if solver.value(x)),
        ai=solver.value(model.ai),
    )


def _solver(work: float) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = work
    return solver


def _fix(model: _Model, step: cp_model.LinearExprT, solver: cp_model.CpSolver) -> None:
    """Keep what the step reached, and start the next one from its answer."""
    model.cp.add(step <= solver.value(step))
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    for variable in [*model.scene.values(), *model.measure.values(), model.ai]:
        model.cp.add_hint(variable, solver.value(variable))


def _ties(variables: list[cp_model.IntVar]) -> list[cp_model.LinearExprT]:
    """Return steps that prefer early variables: the first one outweighs all that follow."""
    return [
        -sum(
            x * 2 ** (TIE_CHUNK - 1 - place)
            for place, x in enumerate(variables[start : start + TIE_CHUNK])
        )
        for start in range(0, len(variables), TIE_CHUNK)
    ]


def _build(instance: PathInstance) -> _Model:
    cp = cp_model.CpModel()
    model = _Model(
        cp=cp,
        scene={code: cp.new_bool_var(code) for code in instance.scenes},
        measure={c.cell: cp.new_bool_var(f"{c.cell}") for c in instance.cells if c.measure},
        ai=cp.new_int_var(0, len(instance.scenes) + instance.open_ai, "ai"),
    )
    for after, befores in instance.before.items():
        for before in befores:
            cp.add_implication(model.scene[after], model.scene[before])
    for level, needed in instance.needed.items():
        cells = [c for c in instance.cells if c.cell[1] == level]
        cp.add(sum(term for c in cells for term in _cell_gain(model, c)) >= needed)
    _add_scene_conditions(model, instance)
    _add_ai(model, instance)
    return model


def _cell_gain(model: _Model, cell: PathCell) -> list[cp_model.LinearExprT]:
    """Return the terms by which a cell rises; each may stay below what the rule would give."""
    cp = model.cp
    second = sum(model.scene[code] for code in cell.secondary)
    full = cp.new_bool_var(f"full {cell.cell}")
    ways: list[cp_model.LinearExprT] = [model.scene[code] for code in cell.primary]
    if cell.measure:
        ways.append(model.measure[cell.cell])
    if cell.secondary and len(cell.secondary) + cell.in_use >= cell.supporters:
        enough = cp.new_bool_var(f"enough {cell.cell}")
        cp.add(second >= max(1, cell.supporters - cell.in_use) * enough)
        ways.append(enough)
    cp.add(full <= sum(ways))
    if not cell.secondary or cell.part <= 0:
        return [cell.met * full]
    half = cp.new_bool_var(f"half {cell.cell}")
    cp.add(half <= second)
    cp.add(half + full <= 1)
    return [cell.met * full, cell.part * half]


def _add_scene_conditions(model: _Model, instance: PathInstance) -> None:
    cp = model.cp
    covered = []
    for link in instance.open_links:
        some = sum(model.scene[code] for code in link.scenes)
        if link.required:
            cp.add(some >= 1)
        y = cp.new_bool_var(link.code)
        cp.add(y <= some)
        covered.append(y)
    if instance.links_lacking > 0:
        cp.add(sum(covered) >= instance.links_lacking)
    if instance.scenes_lacking > 0:
        cp.add(sum(model.scene.values()) >= instance.scenes_lacking)


def _add_ai(model: _Model, instance: PathInstance) -> None:
    """AI additions fit into scenes in use without AI; the ratio is scaled to whole numbers."""
    has_ai = sum(x for code, x in model.scene.items() if code in instance.new_with_ai)
    added = sum(model.scene.values())
    model.cp.add(model.ai <= instance.open_ai + added - has_ai)
    if instance.ai_needed > 0:
        with_ai = instance.ai_now + has_ai + model.ai
        in_use = instance.in_use_now + added
        model.cp.add(with_ai * instance.scale >= instance.ai_needed * in_use)
