"""What is checked before an assessment is handed in: what blocks it, what would improve it.

Blocking are: a scope that nobody has confirmed, a day that is still to come, a subdomain that is
neither trimmed nor answered at all levels, and content that the criteria do not know. Everything
else is advice: scenes, indicators, conditions and profile may be unknown to a factory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from app.core.clock import china_today
from app.core.problems import Problem
from app.models import Assessment, Factory
from app.services.assessment_sections import (
    SectionKind,
    asked_eligibility,
    notes_of,
    progress_of,
    sections_of,
)
from app.services.assessments import engine_assessment
from matching.gaps import CriterionSet, GapAnalysis, analyse, assessment_problems

PERCENT = "%"


@dataclass(frozen=True, slots=True)
class KpiMeasure:
    """What is entered for an indicator: the quantity itself, not its change.

    `higher_better` says in which direction the quantity improves.
    """

    code: str
    name: str
    unit: str
    higher_better: bool
    formula: str


def kpi_measures(reference: Mapping[str, Any], criteria: CriterionSet) -> dict[str, KpiMeasure]:
    """Give what is measured for each indicator of the criteria.

    Args:
        reference: parsed reference files (stem -> content); `kpis` is read.
        criteria: names the indicators; one that the reference lacks has no unit.
    """
    entries = {entry["code"]: entry for entry in reference["kpis"]["kpis"]}
    measures = {}
    for code, name in criteria.kpis.items():
        entry = entries.get(code, {"name": name, "unit": "", "direction": "higher_better"})
        base = entry.get("base_measure") or entry
        measures[code] = KpiMeasure(
            code=code,
            name=base["name"],
            unit=base["unit"],
            higher_better=base["direction"] == "higher_better",
            formula=entry.get("formula", ""),
        )
    return measures


def blocking_problems(
    assessment: Assessment, criteria: CriterionSet, *, now: datetime
) -> list[Problem]:
    """Say what stops an assessment from being handed in; `field` is the section to go to."""
    problems = []
    for one in progress_of(assessment, criteria):
        code, kind = one.section.code, one.section.kind
        if kind is SectionKind.SCOPE and not one.answered:
            problems.append(Problem("assessment_scope_missing", code))
        left = one.total - one.answered
        if kind is SectionKind.SUBDOMAIN and left and not one.section.trimmed:
            params = {"count": left, "total": one.total}
            problems.append(Problem("assessment_answers_missing", code, params))
    if assessment.assessed_on > china_today(now):
        problems.append(Problem("assessment_day_in_future", "scope"))
    found = assessment_problems(engine_assessment(assessment.factory, assessment), criteria)
    problems += [
        Problem("assessment_contradiction", "scope", {"place": problem.field}) for problem in found
    ]
    return problems


def advice(
    assessment: Assessment, criteria: CriterionSet, measures: Mapping[str, KpiMeasure]
) -> list[Problem]:
    """Say what looks wrong or is missing without being required; `field` is the section."""
    return [
        *_open_notes(assessment, criteria),
        *_level_order(assessment, criteria),
        *_missing(assessment, criteria),
        *_odd_kpis(assessment, measures),
    ]


def _open_notes(assessment: Assessment, criteria: CriterionSet) -> Iterator[Problem]:
    for section in sections_of(assessment, criteria):
        noted = notes_of(assessment, section, criteria)
        if noted and section.code not in assessment.sections_done:
            yield Problem("assessment_note_open", section.code, {"count": len(noted)})


def _level_order(assessment: Assessment, criteria: CriterionSet) -> Iterator[Problem]:
    """A higher level that is met better than a lower one is usually a mistake."""
    for section in sections_of(assessment, criteria):
        if section.kind is not SectionKind.SUBDOMAIN or section.trimmed:
            continue
        scores = assessment.answers.get(section.code) or []
        for low, (below, above) in enumerate(pairwise(scores), start=1):
            if below is not None and above is not None and above > below:
                params = {"low": low, "high": low + 1}
                yield Problem("assessment_level_order", section.code, params)
                break


def _missing(assessment: Assessment, criteria: CriterionSet) -> Iterator[Problem]:
    unproven = [
        section.code
        for section in sections_of(assessment, criteria)
        if section.kind is SectionKind.SUBDOMAIN
        and not section.trimmed
        and not assessment.evidence.get(section.code)
        and any(score for score in assessment.answers.get(section.code) or [])
    ]
    if unproven:
        yield Problem("assessment_evidence_missing", unproven[0], {"count": len(unproven)})
    for link in criteria.links.values():
        left = sum(scene not in assessment.scenes for scene in link.scenes)
        if left:
            yield Problem("assessment_scenes_missing", link.code, {"count": left})
    if not assessment.kpis:
        yield Problem("assessment_kpis_missing", "kpis")
    unknown = sum(assessment.eligibility.get(c) is None for c in asked_eligibility(criteria))
    if unknown:
        yield Problem("assessment_eligibility_missing", "eligibility", {"count": unknown})
    if not assessment.profile.get("budget_fen"):
        yield Problem("assessment_budget_missing", "profile")


def _odd_kpis(assessment: Assessment, measures: Mapping[str, KpiMeasure]) -> Iterator[Problem]:
    for code, measure in measures.items():
        now, before = assessment.kpis.get(code), assessment.kpis_before.get(code)
        params = {"code": code, "name": measure.name}
        if measure.unit == PERCENT and max(now or 0, before or 0) > 100:
            yield Problem("assessment_kpi_over_hundred", "kpis", params)
        if now is None and before is not None:
            yield Problem("assessment_kpi_no_present", "kpis", params)
        if now is not None and before is not None and now != before:
            improved = (now > before) is measure.higher_better
            if not improved:
                yield Problem("assessment_kpi_worse", "kpis", params)


def preview(factory: Factory, assessment: Assessment, criteria: CriterionSet) -> GapAnalysis | None:
    """Judge what has been entered so far for the factory's target; None if it contradicts itself.

    What is not answered counts as not met, so the result can only rise.
    """
    current = engine_assessment(factory, assessment)
    if assessment_problems(current, criteria):
        return None
    return analyse(current, criteria, target=factory.target_level)
