"""One assessment judged under two criterion sets, side by side."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from matching.gaps.analysis import GapAnalysis
from matching.gaps.assessment import Answer, Assessment
from matching.gaps.conditions import Condition
from matching.gaps.criteria import LEVELS, CriterionSet

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ConditionPair:
    """One condition under both sets; None where a set does not ask it."""

    code: str
    label: str
    left: Condition | None
    right: Condition | None

    @property
    def differs(self) -> bool:
        """Tell whether presence, outcome or what is asked differs."""
        if self.left is None or self.right is None:
            return True
        mine = (self.left.status, self.left.required)
        return mine != (self.right.status, self.right.required)


@dataclass(frozen=True, slots=True)
class GapPair:
    """One gap (M.. or S..) under both sets; the priority is None where it is no gap."""

    code: str
    name: str
    left: int | None
    right: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Outcome of `compare`.

    Attributes:
        left, right: the two analyses; grades, totals and versions are theirs.
        conditions: in the order of the left set, then what only the right one asks.
        gaps: by falling higher priority, then code.
    """

    left: GapAnalysis
    right: GapAnalysis
    conditions: tuple[ConditionPair, ...]
    gaps: tuple[GapPair, ...]

    @property
    def grades(self) -> tuple[int, int]:
        """Platform grade, left and right."""
        return self.left.result.grade, self.right.result.grade

    @property
    def by_step(self) -> tuple[int, int]:
        """Grade read as levels met without a break, left and right."""
        return self.left.result.grades.by_step, self.right.result.grades.by_step

    @property
    def by_band(self) -> tuple[int, int]:
        """Grade read as the band of the total, left and right."""
        return self.left.result.grades.by_band, self.right.result.grades.by_band

    @property
    def totals(self) -> tuple[float, float]:
        """Total score S, left and right."""
        return self.left.result.grades.total, self.right.result.grades.total

    @property
    def only_left(self) -> tuple[GapPair, ...]:
        """Gaps under the left set only."""
        return tuple(gap for gap in self.gaps if gap.right is None)

    @property
    def only_right(self) -> tuple[GapPair, ...]:
        """Gaps under the right set only."""
        return tuple(gap for gap in self.gaps if gap.left is None)

    @property
    def both(self) -> tuple[GapPair, ...]:
        """Gaps under both sets."""
        return tuple(gap for gap in self.gaps if gap.left is not None and gap.right is not None)


def compare(left: GapAnalysis, right: GapAnalysis) -> Comparison:
    """Put two analyses of the same factory side by side, by code.

    Codes mean what the set behind each analysis says; names are taken from the left where both
    have one.
    """
    left_conditions = {c.code: c for c in left.conditions}
    right_conditions = {c.code: c for c in right.conditions}
    only_right = {code: c for code, c in right_conditions.items() if code not in left_conditions}
    pairs = tuple(
        ConditionPair(code, condition.label, left_conditions.get(code), right_conditions.get(code))
        for code, condition in (left_conditions | only_right).items()
    )
    return Comparison(
        left=left,
        right=right,
        conditions=pairs,
        gaps=_gap_pairs(left, right),
    )


def _gap_pairs(left: GapAnalysis, right: GapAnalysis) -> tuple[GapPair, ...]:
    lefts = {gap.code: gap for gap in left.gaps}
    rights = {gap.code: gap for gap in right.gaps}
    pairs = [
        GapPair(
            code,
            gap.name,
            lefts[code].priority if code in lefts else None,
            rights[code].priority if code in rights else None,
        )
        for code, gap in {**rights, **lefts}.items()
    ]
    return tuple(sorted(pairs, key=lambda p: (-max(p.left or 0, p.right or 0), p.code)))


def restrict(assessment: Assessment, criteria: CriterionSet) -> tuple[Assessment, tuple[str, ...]]:
    """Return `assessment` without what `criteria` does not know, and the places dropped.

    Places are written as by `assessment_problems` (`scenes.S41`, `answers.M21`, `kpis.K30`,
    `answers.M03.2` for one score that the set does not allow: it counts as unanswered). A current
    level that the set does not have becomes "FL0", and a subdomain that may not be trimmed there
    counts as unanswered. The result has no `assessment_problems`.
    """
    dropped: list[str] = []
    eligible = {item.code for item in criteria.eligibility}
    level = assessment.current_level
    if level not in {"FL0", *criteria.factory_levels}:
        dropped.append("current_level")
        level = "FL0"
    applicable = criteria.weights[assessment.mfg_type].subdomains
    answers = {
        code: _allowed(code, answer, criteria, dropped)
        for code, answer in _kept("answers", assessment.answers, applicable, dropped).items()
    }
    restricted = replace(
        assessment,
        answers=answers,
        scenes=_kept("scenes", assessment.scenes, criteria.scenes, dropped),
        findings=tuple(f for f in assessment.findings if f.subdomain in criteria.subdomains),
        kpis=_kept("kpis", assessment.kpis, criteria.kpis, dropped),
        eligibility=_kept("eligibility", assessment.eligibility, eligible, dropped),
        current_level=level,
        trimmed=frozenset(code for code in assessment.trimmed if _trimmable(code, criteria)),
    )
    dropped += [f"trimmed.{code}" for code in assessment.trimmed - restricted.trimmed]
    dropped += _lost_findings(assessment, restricted)
    return restricted, tuple(sorted(dropped))


def _kept(
    field: str, given: Mapping[str, T], known: Container[str], dropped: list[str]
) -> dict[str, T]:
    dropped += [f"{field}.{code}" for code in given if code not in known]
    return {code: value for code, value in given.items() if code in known}


def _allowed(
    code: str, answer: Answer | None, criteria: CriterionSet, dropped: list[str]
) -> Answer | None:
    if answer is None:
        return None
    if len(answer) != len(LEVELS):
        dropped.append(f"answers.{code}")
        return None
    scores = [score if score in criteria.scores else None for score in answer]
    dropped += [
        f"answers.{code}.{level}"
        for level, old, new in zip(LEVELS, answer, scores, strict=True)
        if old != new
    ]
    return tuple(scores)


def _trimmable(code: str, criteria: CriterionSet) -> bool:
    if code not in criteria.subdomains:
        return False
    element = criteria.domains[criteria.subdomains[code].domain].element
    return element in criteria.trimmable_elements


def _lost_findings(before: Assessment, after: Assessment) -> list[str]:
    kept = {finding.subdomain for finding in after.findings}
    lost = {finding.subdomain for finding in before.findings} - kept
    return [f"findings.{code}" for code in lost]
