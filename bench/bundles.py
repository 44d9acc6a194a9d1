"""Bundle benchmark: proof and CPU time of `matching.bundle` against HiGHS and the textbook model.

Random instances: 20 gaps of weight 1..9, 400 offerings that touch 1..5 gaps each, 80 providers,
a budget of 8 mean prices, at most 4 providers, 40 prerequisites ("needs one of"), 60 conflicts.
All contenders solve the same instances in the same process, one thread each, CPU time counted.

Run: `python -m bench.bundles --count 20` (see bench/README.md).
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from matching.bundle import (
    BundleGap,
    BundleInstance,
    BundleOffering,
    Limits,
    Penalties,
    Status,
    check,
    solve,
    variants,
)
from matching.bundle.greedy import greedy
from matching.bundle.highs import solve_highs
from matching.bundle.instance import FEN_PER_WAN
from matching.bundle.result import net_points


@dataclass(frozen=True, slots=True)
class Run:
    """One contender on one instance: CPU seconds, whether proven, objective in points or None."""

    seconds: float
    proven: bool
    objective: int | None


def random_instance(
    seed: int, *, gaps: int = 20, offerings: int = 400, providers: int = 80
) -> BundleInstance:
    """Draw an instance of the kind described at the top of this module."""
    dice = random.Random(seed)
    names = [f"G{i:02}" for i in range(gaps)]
    reputation = [dice.uniform(0.6, 1.0) for _ in range(providers)]
    made = [_offering(dice, i, names, reputation=reputation) for i in range(offerings)]
    for i in dice.sample(range(offerings), offerings // 10):
        clause = frozenset(f"S{k:03}" for k in dice.sample(range(offerings), 3))
        made[i] = replace(made[i], requires_any=(clause,))
    for _ in range(offerings * 15 // 100):
        a, b = dice.sample(range(offerings), 2)
        made[a] = replace(made[a], conflicts=made[a].conflicts | {made[b].id})
    mean = sum(o.price_fen for o in made) // offerings
    # In points of weight x thousandths: 6 per price unit and 120 per provider on a 0..100 scale.
    return BundleInstance(
        gaps=tuple(BundleGap(name, dice.randint(1, 9)) for name in names),
        offerings=tuple(made),
        budget_fen=8 * mean,
        max_providers=4,
        penalties=Penalties(points_per_wan=60, coordination=1200),
    )


def _offering(
    dice: random.Random, number: int, gaps: list[str], *, reputation: list[float]
) -> BundleOffering:
    touched = dice.sample(gaps, dice.randint(1, 5))
    provider = dice.randrange(len(reputation))
    quality = {g: int(10 * dice.randint(20, 100) * reputation[provider]) for g in touched}
    return BundleOffering(
        id=f"O{number:04}",
        provider=f"P{provider:03}",
        price_fen=len(touched) * dice.randint(10, 60) * FEN_PER_WAN // 10,
        weeks=dice.randint(2, 20),
        quality=quality,
        scenes=frozenset([f"S{number:03}"]),
        integrator=dice.random() < 0.1,
    )


def ours(instance: BundleInstance, *, seconds: float) -> Run:
    """The shipped optimiser; its answer has to pass the checker."""
    start = time.process_time()
    result = solve(instance, limits=Limits(seconds=seconds))
    spent = time.process_time() - start
    if broken := check(instance, result):
        raise AssertionError(broken)
    return Run(spent, result.status is Status.OPTIMAL, result.objective)


def highs(instance: BundleInstance, *, seconds: float) -> Run:
    """HiGHS on the independent formulation, provider-strengthened too."""
    start = time.process_time()
    answer = solve_highs(instance, seconds=seconds)
    return Run(time.process_time() - start, answer.status is Status.OPTIMAL, answer.objective)


def textbook(instance: BundleInstance, *, seconds: float) -> Run:
    """CP-SAT as in textbooks: a maximum per gap, default settings, one worker."""
    from ortools.sat.python import cp_model

    start = time.process_time()
    model = cp_model.CpModel()
    take = {o.id: model.new_bool_var(o.id) for o in instance.offerings}
    use = {p: model.new_bool_var(p) for p in sorted({o.provider for o in instance.offerings})}
    objective = []
    for gap in instance.gaps:
        best = model.new_int_var(0, 1000, gap.id)
        able = [o for o in instance.offerings if gap.id in o.quality]
        model.add_max_equality(best, [o.quality[gap.id] * take[o.id] for o in able])
        objective.append(gap.weight * best)
    for o in instance.offerings:
        model.add_implication(take[o.id], use[o.provider])
        objective.append(-instance.burden(o) * take[o.id])
        for clause in instance.pending[o.id]:
            helpers = [take[s] for s in instance.suppliers(o.id, clause)]
            model.add_bool_or(*helpers, ~take[o.id])
    for provider, used in use.items():
        model.add(sum(take[o.id] for o in instance.offerings if o.provider == provider) >= used)
    for a, b in instance.conflict_pairs:
        model.add_at_most_one(take[a], take[b])
    count = sum(use.values())
    leads = sum(use[p] for p in sorted(instance.integrators))
    extra = model.new_int_var(0, len(use), "extra")
    model.add(extra >= count - 1)
    model.add(count <= instance.max_providers)
    model.add(count <= 1 + (instance.max_providers - 1) * leads)
    model.add(sum(o.price_fen * take[o.id] for o in instance.offerings) <= instance.budget_fen)
    model.maximize(sum(objective) - instance.penalties.coordination * extra)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    code = solver.solve(model)
    spent = time.process_time() - start
    known = code in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    return Run(spent, code == cp_model.OPTIMAL, round(solver.objective_value) if known else None)


def three_variants(instance: BundleInstance, *, seconds: float) -> Run:
    """All three variants with their proofs; the objective is that of balanced."""
    start = time.process_time()
    found = variants(instance, limits=Limits(seconds=seconds))
    spent = time.process_time() - start
    return Run(spent, all(v.proven for v in found), None)


CONTENDERS: dict[str, Callable[..., Run]] = {
    "ours": ours,
    "highs": highs,
    "textbook": textbook,
    "variants": three_variants,
}


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of `values` do not exceed."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def report(name: str, runs: list[Run], base: list[Run]) -> str:
    """One line: proof share, CPU median and p90, and the median as ratio to `base`."""
    times = [run.seconds for run in runs]
    median = statistics.median(times)
    ratio = median / statistics.median([run.seconds for run in base])
    proven = sum(run.proven for run in runs)
    return (
        f"{name:9} proven {proven:3}/{len(runs)}   CPU median {median:6.2f} s   "
        f"p90 {percentile(times, 0.9):6.2f} s   max {max(times):6.2f} s   ratio {ratio:5.2f}"
    )


def main() -> None:
    """Parse the arguments, run, print, and fail when two proven optima differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--gaps", type=int, default=20)
    parser.add_argument("--offerings", type=int, default=400)
    parser.add_argument("--providers", type=int, default=80)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    args = parser.parse_args()
    size = {"gaps": args.gaps, "offerings": args.offerings, "providers": args.providers}
    instances = [random_instance(seed, **size) for seed in range(args.count)]
    solve(random_instance(0, gaps=5, offerings=20, providers=5))  # loads the libraries
    runs = {
        name: [CONTENDERS[name](instance, seconds=args.seconds) for instance in instances]
        for name in args.contenders
    }
    base = runs[args.contenders[0]]
    for name, results in runs.items():
        print(report(name, results, base))
    for number, (instance, first) in enumerate(zip(instances, base, strict=True)):
        proven = {r[number].objective for r in runs.values() if r[number].proven} - {None}
        if len(proven) > 1:
            raise AssertionError(f"instance {number}: different proven optima {proven}")
        assert first.objective is None or first.objective >= net_points(
            instance, greedy(instance) or ()
        )
    shares = [
        net_points(i, greedy(i) or ()) / (r.objective or 1)
        for i, r in zip(instances, base, strict=True)
    ]
    print(f"greedy start: {statistics.mean(shares):.3f} of the objective, worst {min(shares):.3f}")


if __name__ == "__main__":
    main()
