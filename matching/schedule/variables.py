"""The decisions of the exact model, shared between the rules and the model builder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import Constraint, IntVar, LinearExprT


@dataclass(frozen=True, slots=True)
class Variables:
    """Decisions by meeting or participant id and slot.

    `at[m, s]`: meeting m takes place in slot s. `busy[p, s]`: participant p meets in slot s.
    `breaks[p]`: number of breaks of participant p, for everybody; empty in a model that only
    asks whether a timetable exists without fairness. `given_up[code, subject]` is the Boolean
    "this statement of the instance does not hold", for the statements that may be given up.
    """

    at: dict[tuple[str, int], IntVar] = field(default_factory=dict)
    busy: dict[tuple[str, int], IntVar] = field(default_factory=dict)
    breaks: dict[str, LinearExprT] = field(default_factory=dict)
    given_up: dict[tuple[str, str], IntVar] = field(default_factory=dict)

    def unless_given_up(self, constraint: Constraint, code: str, subject: str) -> None:
        """Let `constraint` hold only while the statement `code` of `subject` is kept."""
        if (code, subject) in self.given_up:
            constraint.only_enforce_if(self.given_up[code, subject].negated())
