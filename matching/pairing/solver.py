"""Who should meet whom: an exact, lexicographic choice of pairs."""

import time
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.pairing.explain import blocking_cuts, refusals
from matching.pairing.flow import Choice, Network, best_choice
from matching.pairing.instance import Limits, PairingInstance, Party
from matching.pairing.result import PairingObjective, PairingResult, PairingStatus

BoolArray = npt.NDArray[np.bool_]


def solve(
    instance: PairingInstance, *, limits: Limits | None = None, seed: int = 0
) -> PairingResult:
    """Choose the pairs: fewest missing meetings, then the highest floor, then the most value.

    Each stage is an exact min-cost flow; the floor is found by bisection over the scores that
    occur, since a higher floor can only lose guaranteed meetings and value.

    Args:
        instance: the question; `instance.problems()` lists what would make it unanswerable.
        limits: wall time; when it runs out during the floor search the best floor so far counts.
        seed: accepted for the common signature of all solvers; the method has no random part.

    Returns:
        A result whose status is infeasible, with `problems`, when the instance contradicts itself.
    """
    del seed
    problems = instance.problems()
    if problems:
        return PairingResult(PairingStatus.INFEASIBLE, (), None, None, {}, {}, problems=problems)
    deadline = time.monotonic() + (limits or Limits()).seconds
    free = _free_candidates(instance)
    network = _network(instance)
    unfloored = best_choice(network, free)
    choice, floor, proved = _raise_floor(instance, network, free, unfloored, deadline)
    return _result(instance, choice=choice, floor=floor, proved=proved)


def _free_candidates(instance: PairingInstance) -> BoolArray:
    """Mark the candidates that may be chosen freely: neither excluded nor a must."""
    free = [
        candidate.pair not in instance.must and instance.exclusion(candidate) is None
        for candidate in instance.candidates
    ]
    return np.array(free, np.bool_)


def _network(instance: PairingInstance) -> Network:
    """Translate to arrays; the must pairs are taken off the bounds of their parties."""
    factories = {party.id: i for i, party in enumerate(instance.factories)}
    providers = {party.id: i for i, party in enumerate(instance.providers)}
    candidates = instance.candidates
    fixed = Counter(("factory", f) for f, _ in instance.must)
    fixed.update(("provider", p) for _, p in instance.must)

    def bounds(parties: Sequence[Party], side: str) -> npt.NDArray[np.int64]:
        rows = []
        for party in parties:
            taken = fixed[side, party.id]
            most = instance.capacity(party, provider=side == "provider") - taken
            rows.append((min(max(0, party.minimum - taken), most), most))
        return np.array(rows, np.int64).reshape(len(rows), 2)

    return Network(
        left=np.array([factories[c.factory] for c in candidates], np.int64),
        right=np.array([providers[c.provider] for c in candidates], np.int64),
        value=np.array([instance.value(c) for c in candidates], np.int64),
        left_bounds=bounds(instance.factories, "factory"),
        right_bounds=bounds(instance.providers, "provider"),
    )


def _raise_floor(
    instance: PairingInstance,
    network: Network,
    free: BoolArray,
    unfloored: Choice,
    deadline: float,
) -> tuple[Choice, int, bool]:
    """Return the choice with the highest affordable floor, the floor, and whether it is proved."""
    scores = np.array([c.score for c in instance.candidates], np.int64)
    least_value = unfloored.value * (1000 - instance.floor_price_permille)
    best, low, high = unfloored, 0, 0
    levels = np.unique(scores[unfloored.chosen])
    floor = int(levels[0]) if len(levels) else 0
    levels = np.unique(scores[free & (scores > floor)])
    high = len(levels)
    while low < high:
        if time.monotonic() > deadline:
            return best, floor, False
        middle = (low + high) // 2
        attempt = best_choice(network, free & (scores >= levels[middle]))
        # Meeting nobody is no high floor, however dear a floor may be.
        kept = attempt.reached == unfloored.reached and bool(np.any(attempt.chosen))
        if kept and attempt.value * 1000 >= least_value:
            best, floor, low = attempt, int(levels[middle]), middle + 1
        else:
            high = middle
    return best, floor, True


def _result(
    instance: PairingInstance, *, choice: Choice, floor: int, proved: bool
) -> PairingResult:
    chosen = [
        candidate
        for candidate, flows in zip(instance.candidates, choice.chosen, strict=True)
        if flows or candidate.pair in instance.must
    ]
    pairs = tuple(sorted(candidate.pair for candidate in chosen))
    factory_degrees = {party.id: 0 for party in instance.factories}
    provider_degrees = {party.id: 0 for party in instance.providers}
    for factory, provider in pairs:
        factory_degrees[factory] += 1
        provider_degrees[provider] += 1
    shortfalls, cuts = blocking_cuts(instance, pairs, factory_degrees, provider_degrees)
    objective = PairingObjective(
        missing=sum(shortfall.minimum - shortfall.degree for shortfall in shortfalls),
        floor=floor,
        value=sum(instance.value(candidate) for candidate in chosen),
    )
    return PairingResult(
        status=PairingStatus.OPTIMAL if proved else PairingStatus.FEASIBLE,
        pairs=pairs,
        objective=objective,
        bound=objective if proved else None,
        factory_degrees=factory_degrees,
        provider_degrees=provider_degrees,
        shortfalls=shortfalls,
        cuts=cuts,
        refusals=refusals(instance, pairs, factory_degrees, provider_degrees, floor),
    )
