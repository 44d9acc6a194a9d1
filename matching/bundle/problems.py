"""Problems and violations of bundles as values; both carry a code and a Chinese sentence."""

from dataclasses import dataclass
from enum import StrEnum

from matching.errors import MatchingError


class Rule(StrEnum):
    """Hard rules of a bundle; the values are the codes that problems and violations carry."""

    BUDGET = "budget"
    WEEKS = "weeks"
    PROVIDERS = "providers"
    PREREQUISITES = "prerequisites"
    CONFLICTS = "conflicts"
    MUST = "must"
    FORBID = "forbid"
    LEAD = "lead"
    INTERFACES = "interfaces"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that stands in the way, for people and for programs.

    `code` is stable; `where` names the field, gap or offering; `message` is Chinese.
    """

    code: str
    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of a hard rule, or of the bookkeeping, in a given bundle."""

    code: str
    where: str
    message: str


class InvalidInstanceError(MatchingError):
    """The instance itself is malformed; `problems` says what and where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems and build one readable message."""
        super().__init__("; ".join(f"{p.code} at {p.where}: {p.message}" for p in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type["InvalidInstanceError"], tuple[tuple[Problem, ...]]]:
        """Rebuild from the problems, so that the error survives a process boundary."""
        return (type(self), (self.problems,))
