"""What a gap report holds: plain values, the same for the page, the PDF and the workbook.

Codes stand beside their Chinese words, so that nothing has to be looked up to print them.
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of the reference data with its Chinese name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ReportFactory:
    """Who the report is about; unknown numbers are None, money is fen."""

    name: str
    organisation: str
    place: str
    industry: str
    mfg_type: Coded
    level: Coded
    target: Coded
    staff: int | None
    revenue_fen: int | None
    budget_fen: int | None
    horizon_weeks: int | None


@dataclass(frozen=True, slots=True)
class ReportAssessment:
    """Which assessment was analysed, by which set; `recorded_by` is the set it is stored with."""

    version: int
    status: Coded
    assessed_on: date
    recorded_by: str
    criteria_code: str
    criteria_version: str
    criteria_title: str
    jurisdiction: str
    findings: int


@dataclass(frozen=True, slots=True)
class ReportGrade:
    """The estimated grade by both readings; every number is for reference only (`note`).

    `level_scores` are A_1..A_5 (0 to 1), `total` is S (0 to 5), `coverage` the share answered.
    """

    grade: int
    target: int
    by_step: int
    by_band: int
    total: float
    level_scores: tuple[float, ...]
    coverage: float
    best: int
    unanswered: tuple[Coded, ...]
    note: str


@dataclass(frozen=True, slots=True)
class RadarAxis:
    """One domain, 0 to 5; `peers` is the median of comparable factories, None where unknown."""

    name: str
    now: float
    target: float
    peers: float | None


@dataclass(frozen=True, slots=True)
class ReportCondition:
    """A condition with its outcome (code and word); mere commitments are not `hard`."""

    code: str
    label: str
    status: Coded
    hard: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ReportScene:
    """A scene of the heat table; `wanted` is what the target asks of it (None: nothing)."""

    code: str
    name: str
    status: Coded
    ai: bool
    wanted: Coded | None


@dataclass(frozen=True, slots=True)
class ReportLink:
    """A link (环节) with its scenes; `required` by the target."""

    code: str
    name: str
    required: bool
    in_use: int
    scenes: tuple[ReportScene, ...]


@dataclass(frozen=True, slots=True)
class ReportSubdomain:
    """A subdomain: share of the whole (0 to 1), present value, target; both 0 to 5."""

    code: str
    name: str
    domain: str
    share: float
    present: float
    target: int
    answered: bool
    priority: int | None


@dataclass(frozen=True, slots=True)
class ReportFactor:
    """One factor of a priority, 0 to 1, with its explanation."""

    code: str
    name: str
    value: float
    why: str


@dataclass(frozen=True, slots=True)
class ReportGap:
    """A gap by place in the order, with what its priority is made of.

    A scene has an `action`, a subdomain `present` and `target` (0 to 5); the others are None.
    """

    place: int
    is_scene: bool
    action: Coded | None
    present: float | None
    target: int | None
    code: str
    name: str
    priority: int
    summary: str
    reasons: tuple[str, ...]
    before: tuple[Coded, ...]
    helps: tuple[Coded, ...]
    factors: tuple[ReportFactor, ...]


@dataclass(frozen=True, slots=True)
class ReportPhase:
    """Scenes that can be built side by side; each with what is to be done and its priority."""

    number: int
    scenes: tuple[tuple[Coded, Coded, int], ...]


@dataclass(frozen=True, slots=True)
class ReportPathScene:
    """A scene of the shortest path and what it is there for."""

    code: str
    name: str
    phase: int
    now: Coded
    serves: str


@dataclass(frozen=True, slots=True)
class ReportSwap:
    """Another set as small: without `drop` of the path, with `add` instead."""

    drop: tuple[Coded, ...]
    add: tuple[Coded, ...]


@dataclass(frozen=True, slots=True)
class ReportPath:
    """The smallest set of scenes that reaches the target.

    `proven`: no smaller set exists; `reachable` is false where building alone is not enough, then
    `open` are the conditions that stay open. `outside` cannot be changed by building.
    """

    reachable: bool
    proven: bool
    scenes: tuple[ReportPathScene, ...]
    ai: tuple[Coded, ...]
    measures: tuple[str, ...]
    alternatives: tuple[ReportSwap, ...]
    open: tuple[str, ...]
    outside: tuple[ReportCondition, ...]


@dataclass(frozen=True, slots=True)
class ReportNeed:
    """A need of the factory that is not closed; money is fen."""

    title: str
    symptom: str
    scenes: tuple[Coded, ...]
    urgency: Coded
    status: Coded
    budget_fen: int | None
    weeks: int | None
    confidential: bool


@dataclass(frozen=True, slots=True)
class GapReport:
    """A whole report, as made by `made_by` at the aware time `made_at`."""

    factory: ReportFactory
    assessment: ReportAssessment
    grade: ReportGrade
    radar: tuple[RadarAxis, ...]
    conditions: tuple[ReportCondition, ...]
    subdomains: tuple[ReportSubdomain, ...]
    links: tuple[ReportLink, ...]
    gaps: tuple[ReportGap, ...]
    phases: tuple[ReportPhase, ...]
    path: ReportPath | None
    needs: tuple[ReportNeed, ...]
    formula: str
    made_by: str
    made_at: datetime
