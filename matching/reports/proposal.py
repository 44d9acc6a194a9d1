"""What the reader proposes; nothing of it is saved before a person has confirmed it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from matching.gaps.assessment import Answer, SceneStatus
from matching.gaps.criteria import MfgType

MAX_PASSAGE = 300


@dataclass(frozen=True, slots=True)
class Source:
    """Where a proposal was read.

    Attributes:
        passage: the text itself, at most 300 characters.
        place: such as "第3页表2第4行".
        confidence: 0 to 1.
        how: machine word for the way it was found, such as "table_score", "prose_score",
            "column", "section", "words".
    """

    passage: str
    place: str
    confidence: float
    how: str


@dataclass(frozen=True, slots=True)
class ScoreProposal:
    """Proposed scores of one subdomain.

    Attributes:
        subdomain: code.
        scores: at levels 1 to 5; None where a level was not given.
        grade: the one number that was read, 0 to 5; None where level scores were read.
        exact: False where `scores` are only the nearest scores below what was read.
        read: the cell or words that were read.
        source: where.
        notes: machine words for the person: "rounded" (not exact), "level_only" (only a level name
            was given), "conflict" (elsewhere the report says otherwise), "unsure_name".
        others: other readings of the same subdomain that differ, best first.
    """

    subdomain: str
    scores: Answer
    grade: float | None
    exact: bool
    read: str
    source: Source
    notes: tuple[str, ...] = ()
    others: tuple["ScoreProposal", ...] = ()


@dataclass(frozen=True, slots=True)
class TextProposal:
    """A finding or a need: its text and the subdomain it is about.

    `subdomain` is None where the words do not decide; `candidates` then lists what they could mean.
    """

    text: str
    subdomain: str | None
    source: Source
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SceneProposal:
    """Proposed state of one scene."""

    scene: str
    status: SceneStatus
    ai: bool
    source: Source


@dataclass(frozen=True, slots=True)
class KpiProposal:
    """A KPI as the report states it; `value` is in the unit of `kpis.json` where given.

    `before` and `after` are of the measure itself (建设前/建设后), in `unit` as written.
    """

    kpi: str
    value: float | None
    before: float | None
    after: float | None
    unit: str
    source: Source


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact about the whole report: text value and where it was read."""

    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A row that looked like a score but could not be given to a subdomain.

    `reason`: "unknown_name", "ambiguous_name" (see `candidates`), "unknown_scale" (numbers above
    5 that are no level scores) or "unreadable_value".
    """

    text: str
    place: str
    reason: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportProposal:
    """Everything read from one report.

    Attributes:
        scores: at most one for each subdomain, in code order.
        findings, needs: in the order of the report, without repetitions.
        scenes, kpis: at most one for each code, in code order.
        trimmed: subdomains that the report calls not applicable.
        mfg_type: process or discrete, where stated.
        facts: stated facts by name: "grade" (1 to 5), "total" (0 to 5), "mfg_type",
            "assessed_on" (ISO date), "factory_name", "credit_code".
        unresolved: rows that a person has to look at.
    """

    scores: tuple[ScoreProposal, ...] = ()
    findings: tuple[TextProposal, ...] = ()
    needs: tuple[TextProposal, ...] = ()
    scenes: tuple[SceneProposal, ...] = ()
    kpis: tuple[KpiProposal, ...] = ()
    trimmed: tuple[str, ...] = ()
    mfg_type: MfgType | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    unresolved: tuple[Unresolved, ...] = ()

    def answers(self) -> dict[str, Answer]:
        """Return subdomain -> scores, as an `Assessment` takes them."""
        return {score.subdomain: score.scores for score in self.scores}


def passage(text: str) -> str:
    """Cut a text to what is cited."""
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_PASSAGE else flat[: MAX_PASSAGE - 1] + "…"
