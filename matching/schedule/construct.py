"""A first timetable at once: best fit, then Kempe chains, then pushing others out."""

from random import Random

from matching.schedule.grid import FREE, Grid
from matching.schedule.result import Stopwatch

PUSHES_PER_MEETING = 60  # attempts to make room before the rest is left to the exact solver


def construct(grid: Grid, *, rng: Random, watch: Stopwatch, seconds: float) -> bool:
    """Place all meetings on `grid` if possible within `seconds`; tell whether all are placed."""
    stop = watch.elapsed + seconds
    waiting = sorted(grid.unplaced(), key=lambda m: _urgency(grid, m))
    stuck = [m for m in waiting if not _place_best(grid, m) and not _place_by_chain(grid, m)]
    pushes = PUSHES_PER_MEETING * len(grid.slot)
    pushed = [0] * len(grid.slot)
    best, best_slots = len(stuck), list(grid.slot)
    while stuck and pushes > 0 and watch.elapsed < stop:
        pushes -= 1
        m = stuck.pop(rng.randrange(len(stuck)))
        if _place_best(grid, m) or _place_by_chain(grid, m):
            pass
        elif grid.possible[m]:
            stuck.extend(_push_in(grid, m, pushed, rng))
        else:
            stuck.append(m)
        if len(stuck) < best:
            best, best_slots = len(stuck), list(grid.slot)
    if stuck:
        grid.restore(best_slots)
    return best == 0


def _urgency(grid: Grid, m: int) -> tuple[int, int, int]:
    """Sort key: few possible slots first, then long precedence tails, then busy people."""
    meetings = grid.instance.meetings_of
    load = sum(len(meetings[p]) for p in grid.instance.meetings[m].parties)
    return len(grid.possible[m]), len(grid.earlier[m]) - len(grid.later[m]), -load


def _place_best(grid: Grid, m: int) -> bool:
    """Place `m` where it costs the fewest breaks, earliest first; False if nothing fits."""
    a, b = grid.pair[m]
    best = None
    for s in grid.possible[m]:
        if grid.fits(m, s):
            price = grid.cost(grid.pattern[a] | grid.bit[a][s])
            price += grid.cost(grid.pattern[b] | grid.bit[b][s])
            if best is None or price < best[0]:
                best = (price, s)
    if best is None:
        return False
    grid.place(m, best[1])
    return True


def _place_by_chain(grid: Grid, m: int) -> bool:
    """Free a slot of one participant by a chain that leaves the other one free there."""
    a, b = grid.pair[m]
    for one, other in ((a, b), (b, a)):
        for s in grid.possible[m]:
            if grid.at[one][s] != FREE or grid.at[other][s] == FREE:
                continue
            if not grid.table_free(m, s) or not grid.in_order(m, s):
                continue
            for t in range(grid.instance.slots):
                if grid.at[other][t] == FREE and _chain_frees(grid, m, other, s, t):
                    return True
    return False


def _chain_frees(grid: Grid, m: int, person: int, s: int, t: int) -> bool:
    chain = grid.chain(person, s, t)
    if chain is None or not grid.swap(chain):
        return False
    if grid.fits(m, s):
        grid.place(m, s)
        return True
    grid.swap(chain)
    return False


def _push_in(grid: Grid, m: int, pushed: list[int], rng: Random) -> list[int]:
    """Put `m` where the least often pushed meetings stand; return those taken out."""
    choices = []
    for s in grid.possible[m]:
        victims = _victims(grid, m, s, rng)
        if victims is not None:
            choices.append((sum(1 + pushed[v] for v in victims), rng.random(), s, victims))
    if not choices:
        return [m]
    _, _, s, victims = min(choices)
    for v in victims:
        grid.remove(v)
        pushed[v] += 1
    grid.place(m, s)
    return victims


def _victims(grid: Grid, m: int, s: int, rng: Random) -> list[int] | None:
    """Return what has to leave for `m` to stand in slot `s`; None if that cannot be."""
    found = {grid.at[p][s] for p in grid.pair[m]} - {FREE}
    found.update(e for e in grid.earlier[m] if grid.slot[e] != FREE and grid.slot[e] >= s)
    found.update(n for n in grid.later[m] if grid.slot[n] != FREE and grid.slot[n] <= s)
    for need in grid.needs[m]:
        holders = [
            other for other, slot in enumerate(grid.slot) if slot == s and need in grid.needs[other]
        ]
        leaving = sum(other in found for other in holders)
        if grid.load[need][s] - leaving >= grid.table_limits[need]:
            if not holders:
                return None
            found.add(rng.choice(holders))
    return sorted(found)
