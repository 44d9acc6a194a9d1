"""Fewer breaks by simulated annealing over Kempe chains.

A move swaps two slots along an alternating path of meetings. It keeps every hard rule of the
grid, and only the two participants at its ends change their pattern, so a trial is cheap.
"""

import math
from collections.abc import Callable
from random import Random

from matching.schedule.grid import FREE, Chain, Grid
from matching.schedule.result import Stopwatch

HOT, COLD = 0.3, 0.08  # temperatures in breaks, found by trying on generated events
TRIALS_PER_SECOND = 80_000  # two thirds of what one modern core does, so that a seed repeats
SAMPLES = 12  # exchanges of one participant looked at before the best one's chain is followed
UNTROUBLED = 0.1  # share of the trials that start at a participant who may have no breaks
CHECK_EVERY = 512  # trials between looks at the clock
TELL_EVERY = 32 * CHECK_EVERY  # trials between reports of a better state


def anneal(
    grid: Grid,
    *,
    rng: Random,
    watch: Stopwatch,
    seconds: float,
    enough: int = 0,
    on_better: Callable[[list[int]], None] | None = None,
) -> int:
    """Reduce the cost of the complete `grid`; leave it at the best state and return its cost.

    Stops at cost `enough` or after a number of trials that `seconds` stand for; only on a slower
    machine does the clock cool and stop it earlier. `on_better` is given the slots of all meetings
    from time to time when they have become better.
    """
    cost = best = grid.total_cost()
    best_slots = list(grid.slot)
    trials = int(seconds * TRIALS_PER_SECOND)
    start = watch.elapsed
    heat, told = HOT, True
    for trial in range(trials):
        if best <= enough:
            break
        if trial % CHECK_EVERY == 0:
            done = max(trial / trials, (watch.elapsed - start) / seconds)
            if done >= 1:
                break
            heat = HOT * (COLD / HOT) ** done
        if trial % TELL_EVERY == 0 and not told and on_better is not None:
            on_better(best_slots)
            told = True
        cost += _try_move(grid, rng, heat)
        if cost < best:
            best, best_slots = cost, list(grid.slot)
            told = False
    grid.restore(best_slots)
    return best


def _try_move(grid: Grid, rng: Random, heat: float) -> int:
    """Try one random chain; return the change of cost, 0 when nothing was done."""
    chain = _random_chain(grid, rng)
    if chain is None:
        return 0
    change = sum(grid.cost(new) - grid.cost(grid.pattern[p]) for p, new in chain.ends)
    if change > 0 and rng.random() >= math.exp(-change / heat):
        return 0
    return change if grid.swap(chain) else 0


def _random_chain(grid: Grid, rng: Random) -> Chain | None:
    """Return the chain of the best of some random exchanges for a participant, mostly one with
    breaks; looking at an exchange is far cheaper than following its chain."""
    p = _random_participant(grid, rng)
    row, bit, pattern = grid.at[p], grid.bit[p], grid.pattern[p]
    best, least = None, math.inf
    for _ in range(SAMPLES):
        s, t = int(rng.random() * len(row)), int(rng.random() * len(row))
        if row[s] == FREE:
            s, t = t, s
        m = row[s]
        if m == FREE or row[t] != FREE or not grid.allowed[m] >> t & 1:
            continue
        cost = grid.cost(pattern ^ bit[s] ^ bit[t])
        if cost < least:
            best, least = (s, t), cost
    return None if best is None else grid.chain(p, *best)


def _random_participant(grid: Grid, rng: Random) -> int:
    count = len(grid.pattern)
    p = int(rng.random() * count)
    if rng.random() >= UNTROUBLED:
        for _ in range(SAMPLES):
            if grid.cost(grid.pattern[p]) > 0:
                break
            p = int(rng.random() * count)
    return p
