"""What if: tick scenes, AI and management measures as done, see grade and conditions move."""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.gaps.analysis import DEFAULT_WEIGHTS, GapAnalysis, analyse
from matching.gaps.assessment import Assessment
from matching.gaps.conditions import ConditionStatus
from matching.gaps.criteria import CriterionSet
from matching.gaps.measures import Applied, Cell, apply_ticks
from matching.gaps.priorities import PriorityWeights


@dataclass(frozen=True, slots=True)
class ConditionChange:
    """A condition whose outcome moved."""

    code: str
    label: str
    before: ConditionStatus
    after: ConditionStatus


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Outcome of `what_if`; everything in it is a calculation, not a promise.

    Attributes:
        before, after: the analysis of the assessment as it is and as if the ticks were done.
        applied: what the ticks did: scenes, AI, lifted scores, blocked scenes, idle AI.
        changes: conditions whose status moved, in the order of the analysis.
        closed_gaps: codes of gaps that are gone.
        new_gaps: codes that came up: AI wanted in more scenes because the ratio fell, another
            scene chosen for a link, scenes for a score that was unanswered before.
    """

    before: GapAnalysis
    after: GapAnalysis
    applied: Applied
    changes: tuple[ConditionChange, ...]
    closed_gaps: tuple[str, ...]
    new_gaps: tuple[str, ...]

    @property
    def grade(self) -> tuple[int, int]:
        """Platform grade before and after, gates included."""
        return self.before.result.grade, self.after.result.grade

    @property
    def by_step(self) -> tuple[int, int]:
        """Grade before and after, read as levels met without a break."""
        return self.before.result.grades.by_step, self.after.result.grades.by_step

    @property
    def by_band(self) -> tuple[int, int]:
        """Grade before and after, read as the band of the total."""
        return self.before.result.grades.by_band, self.after.result.grades.by_band

    @property
    def total(self) -> tuple[float, float]:
        """Total score S before and after, 0 to 5."""
        return self.before.result.grades.total, self.after.result.grades.total


def what_if(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    target: str,
    scenes: Iterable[str] = (),
    ai: Iterable[str] = (),
    measures: Iterable[Cell] = (),
    weights: PriorityWeights = DEFAULT_WEIGHTS,
) -> WhatIf:
    """Judge `assessment` for `target` before and after the ticks (rule: `apply_ticks`).

    More ticks never lower a grade and never turn a met condition into one that is not met, with
    one exception: the AI ratio falls when scenes without AI come into use.

    Raises:
        InvalidInput: as `analyse` and `apply_ticks`.
    """
    before = analyse(assessment, criteria, target=target, weights=weights)
    applied = apply_ticks(assessment, criteria, scenes=scenes, ai=ai, measures=measures)
    after = analyse(applied.assessment, criteria, target=target, weights=weights)
    was = {gap.code for gap in before.gaps}
    now = {gap.code for gap in after.gaps}
    return WhatIf(
        before=before,
        after=after,
        applied=applied,
        changes=tuple(
            ConditionChange(old.code, old.label, old.status, new.status)
            for old, new in zip(before.conditions, after.conditions, strict=True)
            if old.status is not new.status
        ),
        closed_gaps=tuple(sorted(was - now)),
        new_gaps=tuple(sorted(now - was)),
    )
