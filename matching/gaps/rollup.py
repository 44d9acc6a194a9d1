"""Roll-up of GB/T 39117-2020: question -> subdomain -> domain -> element -> level -> grade.

Reference only: some weights are recalled or placeholders, and the text of the standard is unsure in
two places (see docs/gaps.md). Both grades are computed; the lower one is reported.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matching.errors import InvalidInput
from matching.gaps.assessment import Assessment, grade_of_answer
from matching.gaps.criteria import LEVELS, CriterionSet, MfgType

TOLERANCE = 1e-9
"""A sum of weights may miss 0.8 by a rounding error; this much is forgiven."""

REFERENCE_ONLY = "仅供参考：按公开资料推算，不替代正式成熟度评估"


@dataclass(frozen=True, slots=True)
class EffectiveWeights:
    """Weights after trimming, each layer renormalised to 1 within its parent.

    `shares` is the product of the three layers: subdomain -> share of the whole, summing to 1.
    """

    elements: Mapping[str, float]
    domains: Mapping[str, float]
    subdomains: Mapping[str, float]
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class GateResult:
    """Whether a level gate is open; `missing` are the trimmed subdomains that close it."""

    level: int
    open: bool
    missing: tuple[str, ...]
    text: str
    src: str


@dataclass(frozen=True, slots=True)
class Grades:
    """The two readings of the level rule and the lower of them (platform rule).

    Attributes:
        total: S, the sum over levels of 1 where A_l >= 0.8, else A_l; 0 to 5.
        by_step: levels met one after another from level 1 until the first that is not.
        by_band: level whose band of S holds the total.
        platform: the lower one.
    """

    total: float
    by_step: int
    by_band: int
    platform: int


@dataclass(frozen=True, slots=True)
class DomainValue:
    """Present value of a domain, 0 to 5: weighted mean of the grades of its subdomains."""

    code: str
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class GradeResult:
    """Outcome of the roll-up. Everything here is for reference only.

    Attributes:
        level_scores: A_1..A_5, each 0 to 1; unanswered scores count 0.
        grades: the two readings and the platform rule, before gates.
        grade: platform grade lowered by closed gates, 0 to 5 (0 is 未达一级).
        grade_if_unknown_met: the same with every unanswered score counted 1; the true grade lies
            between the two.
        gates: level gates with their state.
        coverage: share (by weight) of the scores that were answered, 0 to 1.
        unanswered: subdomains with at least one unanswered score.
        subdomain_grades: subdomain -> present value 0 to 5 (see `grade_of_answer`).
        domains: present value per domain; domains that do not apply are left out.
        weights: effective weights used.
        placeholder_weights: subdomains whose weight has no official value yet.
        note: the sentence to print beside every number.
    """

    level_scores: tuple[float, ...]
    grades: Grades
    grade: int
    grade_if_unknown_met: int
    gates: tuple[GateResult, ...]
    coverage: float
    unanswered: tuple[str, ...]
    subdomain_grades: Mapping[str, float]
    domains: tuple[DomainValue, ...]
    weights: EffectiveWeights
    placeholder_weights: tuple[str, ...]
    note: str = REFERENCE_ONLY


def effective_weights(
    criteria: CriterionSet, *, mfg_type: MfgType, trimmed: Iterable[str] = ()
) -> EffectiveWeights:
    """Return the weights without `trimmed` subdomains, renormalised on each layer.

    A domain whose subdomains are all trimmed falls out, then an element whose domains all did.

    Raises:
        InvalidInput: `all_trimmed`, nothing is left.
    """
    layers = criteria.weights[mfg_type]
    gone = set(trimmed)
    subdomains: dict[str, float] = {}
    domains: dict[str, float] = {}
    elements: dict[str, float] = {}
    for element in criteria.elements.values():
        kept_domains = {}
        for code in element.domains:
            kept = {
                m: layers.subdomains[m]
                for m in criteria.domains[code].subdomains
                if m in layers.subdomains and m not in gone
            }
            if kept:
                subdomains.update(_normalised(kept))
                kept_domains[code] = layers.domains[code]
        if kept_domains:
            domains.update(_normalised(kept_domains))
            elements[element.code] = layers.elements[element.code]
    if not elements:
        raise InvalidInput("all_trimmed", "trimmed", "no subdomain is left to assess")
    elements = _normalised(elements)
    shares = {}
    for code, within in subdomains.items():
        domain = criteria.domains[criteria.subdomains[code].domain]
        shares[code] = elements[domain.element] * domains[domain.code] * within
    return EffectiveWeights(elements, domains, subdomains, shares)


def _normalised(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {code: weight / total for code, weight in weights.items()}


def grades_from_level_scores(level_scores: Iterable[float], criteria: CriterionSet) -> Grades:
    """Apply the level rule to A_1..A_5 (each 0 to 1).

    Source: bands as seen on public pages; "A_l >= 0.8 meets the level" and S recalled; taking the
    lower of both readings is the platform's own, stricter rule.
    """
    scores = tuple(level_scores)
    met = [score >= criteria.level_met_min - TOLERANCE for score in scores]
    total = sum(1.0 if ok else score for ok, score in zip(met, scores, strict=True))
    by_step = met.index(False) if False in met else len(met)
    by_band = sum(total >= level.score_min - TOLERANCE for level in criteria.maturity_levels)
    return Grades(total, by_step, by_band, min(by_step, by_band))


def roll_up(assessment: Assessment, criteria: CriterionSet) -> GradeResult:
    """Compute level scores, total, grade, gates and coverage of `assessment`.

    Raises:
        InvalidInput: `all_trimmed`. Other problems must have been sorted out before
            (`assessment_problems`).
    """
    weights = effective_weights(criteria, mfg_type=assessment.mfg_type, trimmed=assessment.trimmed)
    answers = {code: assessment.answer(code) for code in weights.shares}
    gates = _gates(assessment, criteria)
    level_scores = _level_scores(answers, weights.shares, unknown=0.0)
    grades = grades_from_level_scores(level_scores, criteria)
    best = grades_from_level_scores(_level_scores(answers, weights.shares, unknown=1.0), criteria)
    subdomain_grades = {
        code: grade_of_answer(answer, met_min=criteria.level_met_min)
        for code, answer in answers.items()
    }
    known = sum(
        share * sum(score is not None for score in answers[code]) / len(LEVELS)
        for code, share in weights.shares.items()
    )
    return GradeResult(
        level_scores=level_scores,
        grades=grades,
        grade=_gated(grades.platform, gates),
        grade_if_unknown_met=_gated(best.platform, gates),
        gates=gates,
        coverage=min(1.0, known),
        unanswered=tuple(sorted(code for code, answer in answers.items() if None in answer)),
        subdomain_grades=subdomain_grades,
        domains=_domain_values(subdomain_grades, weights, criteria),
        weights=weights,
        placeholder_weights=tuple(
            sorted(criteria.weights[assessment.mfg_type].placeholder & set(weights.shares))
        ),
    )


def _level_scores(
    answers: Mapping[str, tuple[float | None, ...]],
    shares: Mapping[str, float],
    *,
    unknown: float,
) -> tuple[float, ...]:
    """Return A_1..A_5; the product of three layers equals weighting layer by layer."""
    return tuple(
        sum(
            share * (unknown if (score := answers[code][i]) is None else score)
            for code, share in shares.items()
        )
        for i in range(len(LEVELS))
    )


def _gates(assessment: Assessment, criteria: CriterionSet) -> tuple[GateResult, ...]:
    applicable = criteria.weights[assessment.mfg_type].subdomains
    results = []
    for gate in criteria.gates:
        needed = {
            m for d in gate.domains for m in criteria.domains[d].subdomains if m in applicable
        }
        missing = tuple(sorted(needed & assessment.trimmed))
        results.append(GateResult(gate.level, not missing, missing, gate.text, gate.src))
    return tuple(results)


def _gated(grade: int, gates: Iterable[GateResult]) -> int:
    """Lower `grade` below every closed gate."""
    return min([grade, *(gate.level - 1 for gate in gates if not gate.open)])


def _domain_values(
    grades: Mapping[str, float], weights: EffectiveWeights, criteria: CriterionSet
) -> tuple[DomainValue, ...]:
    values = []
    for code in sorted(weights.domains):
        domain = criteria.domains[code]
        value = sum(
            weights.subdomains[m] * grades[m] for m in domain.subdomains if m in weights.subdomains
        )
        values.append(DomainValue(code, domain.name, value))
    return tuple(values)
