"""Best choice of pairs as a min-cost flow; the only module of the package that needs OR-Tools.

The network: source -> factory -> provider -> sink. Each party has two arcs to its terminal,
one of capacity `minimum` that earns a reward larger than any possible loss of value, and one of
capacity `maximum - minimum` that earns nothing. The matrix is totally unimodular, so the optimum
is integral and exact (Ahuja, Magnanti, Orlin, Network Flows, 1993, ch. 11).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Network:
    """The question in arrays: pairs `left[i]`-`right[i]` worth `value[i]`, bounds of both sides."""

    left: IntArray  # (pairs,) index of the factory
    right: IntArray  # (pairs,) index of the provider
    value: IntArray  # (pairs,) points >= 0
    left_bounds: IntArray  # (factories, 2) minimum still to reach, most still possible
    right_bounds: IntArray  # (providers, 2) the same for providers


@dataclass(frozen=True, slots=True)
class Choice:
    """Which pairs flow, how many guaranteed meetings are reached, and the points of the pairs."""

    chosen: npt.NDArray[np.bool_]
    reached: int
    value: int


def best_choice(network: Network, allowed: npt.NDArray[np.bool_]) -> Choice:
    """Choose among the `allowed` pairs: most guaranteed meetings, then the highest value."""
    from ortools.graph.python import min_cost_flow

    pairs = np.flatnonzero(allowed)
    lefts, rights = len(network.left_bounds), len(network.right_bounds)
    source, sink = lefts + rights, lefts + rights + 1
    reward = _reward(network, pairs)
    solver = min_cost_flow.SimpleMinCostFlow()
    pair_arcs = solver.add_arcs_with_capacity_and_unit_cost(
        network.left[pairs],
        network.right[pairs] + lefts,
        np.ones_like(pairs),
        -network.value[pairs],
    )
    guaranteed = [
        _party_arcs(solver, source + np.zeros(lefts, np.int64), np.arange(lefts),
                    network.left_bounds, reward),
        _party_arcs(solver, lefts + np.arange(rights), sink + np.zeros(rights, np.int64),
                    network.right_bounds, reward),
    ]  # fmt: skip
    supply = int(network.left_bounds[:, 1].sum())
    solver.add_arc_with_capacity_and_unit_cost(source, sink, supply, 0)  # what stays unused
    solver.set_node_supply(source, supply)
    solver.set_node_supply(sink, -supply)
    if (status := solver.solve()) != solver.OPTIMAL:
        raise RuntimeError(f"min-cost flow ended with {status} on {len(pairs)} pairs")
    chosen = np.zeros(len(network.left), np.bool_)
    chosen[pairs] = solver.flows(pair_arcs) > 0
    reached = sum(int(solver.flows(arcs).sum()) for arcs in guaranteed)
    return Choice(chosen, reached, int(network.value[chosen].sum()))


def _reward(network: Network, pairs: IntArray) -> int:
    """Return more points than all pairs of any choice can be worth."""
    most_pairs = min(
        int(network.left_bounds[:, 1].sum()), int(network.right_bounds[:, 1].sum()), len(pairs)
    )
    return int(network.value.max(initial=0)) * most_pairs + 1


def _party_arcs(
    solver: object, tails: IntArray, heads: IntArray, bounds: IntArray, reward: int
) -> Sequence[int] | IntArray:
    """Add the arcs of one side; return the numbers of those that earn the reward."""
    add = solver.add_arcs_with_capacity_and_unit_cost  # type: ignore[attr-defined]
    guaranteed = add(tails, heads, bounds[:, 0], np.full(len(bounds), -reward))
    add(tails, heads, bounds[:, 1] - bounds[:, 0], np.zeros(len(bounds), np.int64))
    arcs: IntArray = guaranteed
    return arcs
