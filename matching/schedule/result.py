"""What the timetable solver is limited by and what it answers."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from matching.schedule.instance import Timetable
from matching.schedule.rules import Violation


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how wide the solver may work.

    Attributes:
        seconds: wall time for the whole call; a first timetable is always attempted.
        workers: threads of the exact solver.
        reproducible: make several workers take turns, so that the same seed gives the same
            timetable whenever the search ends by itself before `seconds`; slower.
        exact_size: largest number of (meeting, slot) choices that the exact solver is given;
            beyond it annealing alone is better (docs/events.md, "Methods").
    """

    seconds: float = 10.0
    workers: int = 1
    reproducible: bool = False
    exact_size: int = 12_000


class Stopwatch:
    """The only clock of the package: seconds since the start, seconds left."""

    def __init__(self, limits: Limits) -> None:
        """Start now."""
        self._start = time.monotonic()
        self._limit = limits.seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._start

    @property
    def left(self) -> float:
        """Seconds until the limit, never negative."""
        return max(0.0, self._limit - self.elapsed)


class Status(StrEnum):
    """How far the answer is proved."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step forward: the best number of breaks and its bound so far."""

    stage: str  # "construct", "anneal" or "prove"
    objective: int
    bound: int
    seconds: float


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of the instance that can be given up.

    Codes: tables, fairness (no subject); availability (participant); session, fixed_slot,
    fixed_table, table_kind, precedence (meeting).
    """

    code: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A counting argument that no timetable exists.

    Codes, `subject`, `needed` > `available`: slots_below_meetings (participant: meetings, slots),
    availability_below_meetings (participant: meetings, open slots in their sessions),
    tables_below_meetings ("": meetings, table slots), no_possible_slot (meeting: 1, 0),
    slot_overbooked (participant: meetings fixed to one slot, 1), precedence_cycle (meeting: 1, 0).
    """

    code: str
    subject: str
    needed: int
    available: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change that frees the event, tried and found to work.

    Codes: add_slots, add_tables, raise_fairness (`amount` more), free_availability,
    free_fixed_slot, free_precedence, free_session (of `subject`).
    """

    code: str
    subject: str = ""
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why there is no timetable.

    `conflict` is irreducible when `minimal`: giving up any one of its facts frees the event.
    Each of `changes` alone frees the event (tried), smallest first. When no single statement
    does, `together` is a smallest set of statements that do when all of them are given up.
    """

    certificates: tuple[Certificate, ...] = ()
    conflict: tuple[Fact, ...] = ()
    minimal: bool = False
    changes: tuple[Change, ...] = ()
    together: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class ScheduleResult:
    """The best timetable found and its proof.

    `objective` is the number of breaks of a complete timetable without violations, else None;
    `bound` is a proved lower bound; `gap` their difference. An incomplete timetable breaks no
    rule but "every meeting placed" and perhaps fairness; its missing meetings are `unplaced`.
    `seconds` are those of the search; the explanation of an infeasible event comes on top.
    """

    status: Status
    timetable: Timetable
    objective: int | None
    bound: int | None
    gap: int | None
    first_feasible_seconds: float | None
    seconds: float
    violations: tuple[Violation, ...] = ()
    unplaced: tuple[str, ...] = ()
    explanation: Explanation = field(default_factory=Explanation)
