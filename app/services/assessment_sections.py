"""The sections of the assessment form: which there are, how far each is, what comes next.

They follow from the criterion set and the manufacturing type: the scope, one section a subdomain
that applies, one a factory link with its scenes, indicators, eligibility and profile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.models import Assessment, AssessmentStatus
from matching.gaps import CriterionSet, MfgType


class SectionKind(StrEnum):
    """What a section asks."""

    SCOPE = "scope"
    SUBDOMAIN = "subdomain"
    LINK = "link"
    KPIS = "kpis"
    ELIGIBILITY = "eligibility"
    PROFILE = "profile"


class SectionState(StrEnum):
    """How far a section is; shown names are in `app.web.labels`."""

    UNTOUCHED = "untouched"
    PARTIAL = "partial"
    DONE = "done"
    RETURNED = "returned"
    TRIMMED = "trimmed"


# These may stay empty: saving them says that there is no more to tell.
OPTIONAL = frozenset({SectionKind.SCOPE, SectionKind.KPIS, SectionKind.PROFILE})


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the form; `group` is a ME code of the criteria or the kind for the others."""

    code: str
    kind: SectionKind
    group: str
    trimmed: bool = False


@dataclass(frozen=True, slots=True)
class SectionProgress:
    """How many of a section's items are answered, and what state follows."""

    section: Section
    answered: int
    total: int
    state: SectionState

    @property
    def is_open(self) -> bool:
        """Tell whether something is left to do here."""
        return self.state not in (SectionState.DONE, SectionState.TRIMMED)


def applicable_subdomains(criteria: CriterionSet, mfg_type: MfgType) -> list[str]:
    """Give the subdomains asked of a manufacturing type (18 or 20), in code order."""
    return sorted(criteria.weights[mfg_type].subdomains)


def trimmable_subdomains(criteria: CriterionSet, mfg_type: MfgType) -> list[str]:
    """Give the subdomains that a factory of that type may leave out (裁剪)."""
    return [
        code
        for code in applicable_subdomains(criteria, mfg_type)
        if element_of(criteria, code) in criteria.trimmable_elements
    ]


def element_of(criteria: CriterionSet, subdomain: str) -> str:
    """Give the element (ME code) of a subdomain."""
    return criteria.domains[criteria.subdomains[subdomain].domain].element


def asked_eligibility(criteria: CriterionSet) -> list[str]:
    """Give the eligibility items to ask; those that a threshold decides are calculated."""
    return [item.code for item in criteria.eligibility if item.covered_by is None]


def sections_of(assessment: Assessment, criteria: CriterionSet) -> list[Section]:
    """List all sections in the order of the form; trimmed subdomains are marked, not left out."""
    mfg_type = MfgType(assessment.mfg_type.value)
    applicable = set(applicable_subdomains(criteria, mfg_type))
    subdomains = [
        Section(code, SectionKind.SUBDOMAIN, element.code, code in assessment.trimmed)
        for element in criteria.elements.values()
        for domain in element.domains
        for code in criteria.domains[domain].subdomains
        if code in applicable
    ]
    return [
        Section("scope", SectionKind.SCOPE, "scope"),
        *subdomains,
        *(Section(code, SectionKind.LINK, "link") for code in criteria.links),
        Section("kpis", SectionKind.KPIS, "kpis"),
        Section("eligibility", SectionKind.ELIGIBILITY, "eligibility"),
        Section("profile", SectionKind.PROFILE, "profile"),
    ]


def find_section(assessment: Assessment, criteria: CriterionSet, code: str) -> Section | None:
    """Find a section by its code; None when it does not exist for this assessment."""
    return next((s for s in sections_of(assessment, criteria) if s.code == code), None)


def section_of_field(field: str, criteria: CriterionSet) -> str:
    """Give the section where a noted field ("answers.M03", "scenes.S12" ...) is edited."""
    part, _, code = field.partition(".")
    if part == "scenes":
        return criteria.scenes[code].link if code in criteria.scenes else "scope"
    return code if part in {"answers", "evidence", "findings"} else part


def notes_of(assessment: Assessment, section: Section, criteria: CriterionSet) -> dict[str, str]:
    """Give the city department's notes on a section while the assessment is returned."""
    if assessment.status is not AssessmentStatus.RETURNED:
        return {}
    return {
        field: note
        for field, note in assessment.field_notes.items()
        if section_of_field(field, criteria) == section.code
    }


def was_handed_in(assessment: Assessment) -> bool:
    """Tell whether it was complete once: its optional sections count as done from then on."""
    return assessment.status is not AssessmentStatus.DRAFT


def progress_of(assessment: Assessment, criteria: CriterionSet) -> list[SectionProgress]:
    """Say how far each section is."""
    return [
        _section_progress(assessment, section, criteria)
        for section in sections_of(assessment, criteria)
    ]


def _section_progress(
    assessment: Assessment, section: Section, criteria: CriterionSet
) -> SectionProgress:
    answered, total = _items(assessment, section, criteria)
    saved = section.code in assessment.sections_done
    if section.trimmed:
        return SectionProgress(section, 0, 0, SectionState.TRIMMED)
    if not saved and notes_of(assessment, section, criteria):
        return SectionProgress(section, answered, total, SectionState.RETURNED)
    complete = saved or was_handed_in(assessment) if section.kind in OPTIONAL else answered == total
    if complete:
        return SectionProgress(section, answered, total, SectionState.DONE)
    touched = section.kind is not SectionKind.SCOPE and (answered > 0 or saved)
    state = SectionState.PARTIAL if touched else SectionState.UNTOUCHED
    return SectionProgress(section, answered, total, state)


def _items(assessment: Assessment, section: Section, criteria: CriterionSet) -> tuple[int, int]:
    """Count answered and askable items of a section."""
    if section.kind is SectionKind.SUBDOMAIN:
        scores = assessment.answers.get(section.code) or []
        return sum(score is not None for score in scores), len(criteria.maturity_levels)
    if section.kind is SectionKind.LINK:
        scenes = criteria.links[section.code].scenes
        return sum(code in assessment.scenes for code in scenes), len(scenes)
    if section.kind is SectionKind.ELIGIBILITY:
        asked = asked_eligibility(criteria)
        return sum(code in assessment.eligibility for code in asked), len(asked)
    if section.kind is SectionKind.KPIS:
        return sum(code in assessment.kpis for code in criteria.kpis), len(criteria.kpis)
    if section.kind is SectionKind.PROFILE:
        profile = assessment.profile
        filled = [profile.get(name) for name in ("systems", "budget_fen", "horizon_weeks")]
        return sum(bool(value) for value in filled), len(filled)
    return int("scope" in assessment.sections_done or was_handed_in(assessment)), 1


def overall_percent(progress: Sequence[SectionProgress]) -> int:
    """Give the whole form's progress, 0 to 100; an optional section counts as one item."""
    answered = total = 0
    for one in progress:
        if one.section.kind in OPTIONAL:
            answered += one.state is SectionState.DONE
            total += 1
        else:
            answered += one.answered
            total += one.total
    return 100 * answered // total


def next_open(progress: Sequence[SectionProgress], after: str = "") -> SectionProgress | None:
    """Find the first unfinished section after `after`, then from the start; None if all is done."""
    codes = [one.section.code for one in progress]
    start = codes.index(after) + 1 if after in codes else 0
    ordered = [*progress[start:], *progress[:start]]
    return next((one for one in ordered if one.is_open), None)


def asked(sections: Sequence[Section]) -> list[Section]:
    """Give the sections that are asked: all but the trimmed ones."""
    return [section for section in sections if not section.trimmed]
