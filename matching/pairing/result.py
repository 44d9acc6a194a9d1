"""What the pair choice answers."""

from dataclasses import dataclass
from enum import StrEnum

from matching.pairing.instance import Pair, Problem


class PairingStatus(StrEnum):
    """How far the answer is proved."""

    OPTIMAL = "optimal"  # all three stages are proved
    FEASIBLE = "feasible"  # the floor search was cut short by the time limit
    INFEASIBLE = "infeasible"  # the instance contradicts itself, see `problems`


@dataclass(frozen=True, slots=True)
class PairingObjective:
    """The lexicographic objective: less `missing`, then a higher `floor`, then more `value`.

    `missing` counts meetings below the guaranteed minima; `floor` is a score 0..1000 below
    which no pair was accepted (must pairs excepted); `value` is the sum of scores and bonuses.
    """

    missing: int
    floor: int
    value: int


@dataclass(frozen=True, slots=True)
class BlockingCut:
    """A proof that the `members` of one side cannot all have their minimum.

    Together they need `needed` meetings, but whatever is chosen they get at most `possible`:
    `partners` (all of them full) can take only their maxima, and outside of `partners` the
    members have no more than the few pairs that are counted in `possible` already.
    """

    side: str  # "factory" or "provider": the side of `members`
    members: tuple[str, ...]
    partners: tuple[str, ...]
    needed: int
    possible: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A party below its minimum and the index of the cut in `PairingResult.cuts` that says why."""

    side: str
    party: str
    minimum: int
    degree: int
    cut: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A candidate that was not chosen and the limit that refused it.

    Codes: forbidden, declined, conflict_of_interest, no_common_slot, below_floor, factory_full,
    provider_full, both_full, no_value.
    """

    pair: Pair
    code: str


@dataclass(frozen=True, slots=True)
class PairingResult:
    """The chosen pairs with their proof.

    `bound` equals `objective` when the status is optimal; it is None when the floor search was cut
    short (missing meetings and value at the floor reached are exact even then).
    """

    status: PairingStatus
    pairs: tuple[Pair, ...]
    objective: PairingObjective | None
    bound: PairingObjective | None
    factory_degrees: dict[str, int]
    provider_degrees: dict[str, int]
    shortfalls: tuple[Shortfall, ...] = ()
    cuts: tuple[BlockingCut, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    problems: tuple[Problem, ...] = ()
