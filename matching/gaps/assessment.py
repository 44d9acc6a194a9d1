"""An assessment as the engine sees it, and what can be wrong with one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from matching.errors import InvalidInput
from matching.gaps.criteria import LEVELS, CriterionSet, MfgType

Answer = tuple[float | None, ...]
"""Scores of one subdomain at levels 1 to 5; None where it was not answered."""

_SCORE_TOLERANCE = 1e-9


class SceneStatus(StrEnum):
    """How far a scene has come in a factory (无, 规划, 试点, 应用, 优化)."""

    NONE = "none"
    PLANNED = "planned"
    PILOT = "pilot"
    APPLIED = "applied"
    OPTIMISED = "optimised"


IN_USE = frozenset({SceneStatus.APPLIED, SceneStatus.OPTIMISED})
"""A scene counts for links, ratios and prerequisites only in these states."""


@dataclass(frozen=True, slots=True)
class SceneState:
    """Status of one scene, and whether artificial intelligence is used in it."""

    status: SceneStatus
    ai: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One free-text finding (评估发现) about a subdomain."""

    subdomain: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What stops an assessment from being analysed: machine code, place, sentence."""

    code: str
    field: str
    detail: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """A factory's assessment.

    Attributes:
        mfg_type: weight table to use.
        answers: subdomain -> scores at levels 1 to 5, or None (or no entry): not answered.
        scenes: scene -> state; a scene without entry has status none. An empty mapping means that
            scenes were not recorded at all, so conditions on scenes are unknown, not failed.
        findings: free-text findings.
        kpis: KPI code -> value in the unit of `kpis.json`.
        eligibility: EL code -> yes, no, or None (unknown).
        current_level: factory level already recognised, "FL0" for none.
        trimmed: subdomains that the factory's business does not have (裁剪).
    """

    mfg_type: MfgType
    answers: Mapping[str, Answer | None]
    scenes: Mapping[str, SceneState] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    kpis: Mapping[str, float] = field(default_factory=dict)
    eligibility: Mapping[str, bool | None] = field(default_factory=dict)
    current_level: str = "FL0"
    trimmed: frozenset[str] = frozenset()

    def in_use(self, scene: str) -> bool:
        """Tell whether `scene` is applied or optimised."""
        return scene in self.scenes and self.scenes[scene].status in IN_USE

    def answer(self, subdomain: str) -> Answer:
        """Return five scores, all None where the subdomain was not answered."""
        return self.answers.get(subdomain) or (None,) * len(LEVELS)


def answers_from_grade(grade: float) -> Answer:
    """Spread a one-number grade over the levels: 1.8 -> (1, .8, 0, 0, 0).

    The whole part counts levels fully met, the rest is the score of the next level and must be
    0, .5 or .8.

    Raises:
        InvalidInput: `bad_grade`, the number is outside 0 to 5 or has another fraction.
    """
    met = int(grade + _SCORE_TOLERANCE)
    rest = round(grade - met, 6)
    if not 0 <= grade <= len(LEVELS) or rest not in (0.0, 0.5, 0.8):
        raise InvalidInput("bad_grade", "grade", f"{grade!r} is not 0 to 5 with a rest of .0 .5 .8")
    return tuple(1.0 if i < met else rest if i == met else 0.0 for i in range(len(LEVELS)))


def grade_of_answer(answer: Answer, *, met_min: float) -> float:
    """Return the present value of a subdomain, 0 to 5 (derived; inverse of `answers_from_grade`).

    Scores are added from level 1 up to and including the first level below `met_min`: what is done
    above a level that is not met does not lift the subdomain (platform rule). Unanswered counts 0.
    """
    total = 0.0
    for score in answer:
        total += score or 0.0
        if (score or 0.0) < met_min - _SCORE_TOLERANCE:
            break
    return total


def assessment_problems(assessment: Assessment, criteria: CriterionSet) -> list[Problem]:
    """List everything that stops `assessment` from being analysed; empty means nothing does."""
    return [
        *_answer_problems(assessment, criteria),
        *_unknown("scene", assessment.scenes, criteria.scenes, field="scenes"),
        *_unknown("kpi", assessment.kpis, criteria.kpis, field="kpis"),
        *_unknown(
            "eligibility",
            assessment.eligibility,
            {item.code: item for item in criteria.eligibility},
            field="eligibility",
        ),
        *_unknown(
            "subdomain",
            {f.subdomain: f for f in assessment.findings},
            criteria.subdomains,
            field="findings",
        ),
        *_level_problems(assessment, criteria),
        *_trim_problems(assessment, criteria),
    ]


def _unknown(
    kind: str, given: Mapping[str, object], known: Mapping[str, object], *, field: str
) -> Iterator[Problem]:
    for code in sorted(set(given) - set(known)):
        yield Problem(f"unknown_{kind}", f"{field}.{code}", f"{code!r} is not in the criteria")


def _answer_problems(assessment: Assessment, criteria: CriterionSet) -> Iterator[Problem]:
    yield from _unknown("subdomain", assessment.answers, criteria.subdomains, field="answers")
    applicable = criteria.weights[assessment.mfg_type].subdomains
    for code, answer in sorted(assessment.answers.items()):
        place = f"answers.{code}"
        if answer is None:
            continue
        if code in criteria.subdomains and code not in applicable:
            yield Problem(
                "not_applicable", place, f"{code} is not assessed for {assessment.mfg_type.value}"
            )
        if len(answer) != len(LEVELS):
            yield Problem("not_five_scores", place, "one score for each of five levels is needed")
        for score in answer:
            if score is not None and score not in criteria.scores:
                yield Problem("bad_score", place, f"{score!r} is not one of {criteria.scores}")


def _level_problems(assessment: Assessment, criteria: CriterionSet) -> Iterator[Problem]:
    if assessment.current_level not in {"FL0", *criteria.factory_levels}:
        yield Problem(
            "unknown_level", "current_level", f"{assessment.current_level!r} is no factory level"
        )


def _trim_problems(assessment: Assessment, criteria: CriterionSet) -> Iterator[Problem]:
    yield from _unknown(
        "subdomain", dict.fromkeys(assessment.trimmed), criteria.subdomains, field="trimmed"
    )
    for code in sorted(assessment.trimmed & set(criteria.subdomains)):
        element = criteria.domains[criteria.subdomains[code].domain].element
        if element not in criteria.trimmable_elements:
            yield Problem(
                "not_trimmable", f"trimmed.{code}", f"{code} belongs to {element} and must stay"
            )
