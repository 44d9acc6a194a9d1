"""What each section of the assessment form holds: as values, from the row and back into it."""

import hashlib
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from app.core.problems import Problem
from app.models import Assessment, Finding, ManufacturingType
from app.services.assessment_sections import (
    Section,
    SectionKind,
    asked_eligibility,
    trimmable_subdomains,
)
from matching.gaps import CriterionSet, MfgType, SceneStatus

MAX_EVIDENCE = 1000
MAX_FINDINGS = 10
MAX_FINDING = 300
DIGEST_CHARS = 16


@dataclass(frozen=True, slots=True)
class ScopeContent:
    """What is assessed: type, day, and the subdomains left out (裁剪)."""

    mfg_type: ManufacturingType
    assessed_on: date
    trimmed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubdomainContent:
    """Five scores (None = not answered), what proves them, and one finding an entry."""

    scores: tuple[float | None, ...]
    evidence: str = ""
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkContent:
    """Scene -> status and AI flag, for the scenes of one link that were answered."""

    scenes: dict[str, tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class KpisContent:
    """Indicator -> value today and before the works, in the unit of what is measured."""

    now: dict[str, float]
    before: dict[str, float]


@dataclass(frozen=True, slots=True)
class EligibilityContent:
    """Item -> yes, no, or None = looked at, but not known."""

    answers: dict[str, bool | None]


@dataclass(frozen=True, slots=True)
class ProfileContent:
    """Systems in use, money in fen and weeks; they go to the factory when handed in."""

    systems: tuple[str, ...] = ()
    budget_fen: int | None = None
    horizon_weeks: int | None = None


Content = (
    ScopeContent
    | SubdomainContent
    | LinkContent
    | KpisContent
    | EligibilityContent
    | ProfileContent
)


def content_of(assessment: Assessment, section: Section, criteria: CriterionSet) -> Content:
    """Give what is stored of a section; findings must be loaded."""
    kind, code = section.kind, section.code
    if kind is SectionKind.SCOPE:
        return ScopeContent(
            assessment.mfg_type, assessment.assessed_on, tuple(sorted(assessment.trimmed))
        )
    if kind is SectionKind.SUBDOMAIN:
        unanswered = [None] * len(criteria.maturity_levels)
        return SubdomainContent(
            scores=tuple(assessment.answers.get(code) or unanswered),
            evidence=assessment.evidence.get(code, ""),
            findings=tuple(f.text for f in assessment.findings if f.subdomain == code),
        )
    if kind is SectionKind.LINK:
        return LinkContent(
            {
                scene: (str(state["status"]), bool(state["ai"]))
                for scene in criteria.links[code].scenes
                if (state := assessment.scenes.get(scene))
            }
        )
    if kind is SectionKind.KPIS:
        return KpisContent(dict(assessment.kpis), dict(assessment.kpis_before))
    if kind is SectionKind.ELIGIBILITY:
        asked = asked_eligibility(criteria)
        return EligibilityContent({c: v for c, v in assessment.eligibility.items() if c in asked})
    return profile_of(assessment.profile)


def profile_of(stored: dict[str, Any]) -> ProfileContent:
    """Read the stored profile; what is missing is not known."""
    return ProfileContent(
        systems=tuple(stored.get("systems") or ()),
        budget_fen=stored.get("budget_fen"),
        horizon_weeks=stored.get("horizon_weeks"),
    )


def digest_of(content: Content) -> str:
    """Give a short mark of a section's content, to see whether that section was changed."""
    # Mappings may come in any order; what they say is the same.
    parts = {
        name: sorted(value.items()) if isinstance(value, dict) else value
        for name in (field.name for field in fields(content))
        if (value := getattr(content, name)) is not None
    }
    return hashlib.sha256(repr(sorted(parts.items())).encode()).hexdigest()[:DIGEST_CHARS]


def section_problems(section: Section, content: Content, criteria: CriterionSet) -> list[Problem]:
    """Say what stops a section from being saved; empty means nothing does."""
    match content:
        case ScopeContent():
            allowed = trimmable_subdomains(criteria, MfgType(content.mfg_type.value))
            wrong = [code for code in content.trimmed if code not in allowed]
            return [_not_a_choice("trimmed", code) for code in wrong]
        case SubdomainContent():
            return _subdomain_problems(content, criteria)
        case LinkContent():
            known, statuses = criteria.links[section.code].scenes, set(SceneStatus)
            return [
                _not_a_choice(f"status_{code}", status)
                for code, (status, _ai) in content.scenes.items()
                if code not in known or status not in statuses
            ]
        case KpisContent():
            return [
                Problem("not_a_choice", f"{name}_{code}", {"value": code})
                for name, values in (("now", content.now), ("before", content.before))
                for code in values
                if code not in criteria.kpis
            ]
        case EligibilityContent():
            asked = asked_eligibility(criteria)
            return [_not_a_choice(code, code) for code in content.answers if code not in asked]
        case ProfileContent():
            return []


def _not_a_choice(field: str, value: str) -> Problem:
    return Problem("not_a_choice", field, {"value": value})


def _subdomain_problems(content: SubdomainContent, criteria: CriterionSet) -> list[Problem]:
    problems = [
        _not_a_choice(f"level{level}", str(score))
        for level, score in enumerate(content.scores, start=1)
        if score is not None and score not in criteria.scores
    ]
    if len(content.evidence) > MAX_EVIDENCE:
        params = {"max": MAX_EVIDENCE, "length": len(content.evidence)}
        problems.append(Problem("too_long", "evidence", params))
    if len(content.findings) > MAX_FINDINGS:
        params = {"max": MAX_FINDINGS, "count": len(content.findings)}
        problems.append(Problem("assessment_too_many_findings", "findings", params))
    for line, text in enumerate(content.findings, start=1):
        if len(text) > MAX_FINDING:
            params = {"line": line, "max": MAX_FINDING, "length": len(text)}
            problems.append(Problem("assessment_finding_too_long", "findings", params))
            break
    return problems


def store(
    assessment: Assessment, section: Section, content: Content, criteria: CriterionSet
) -> None:
    """Put a section's content into the row; JSON columns get new values, never changed ones.

    A subdomain's findings are rows of their own and not touched here (`new_findings`).
    """
    match content:
        case ScopeContent():
            assessment.mfg_type = content.mfg_type
            assessment.assessed_on = content.assessed_on
            assessment.trimmed = list(content.trimmed)
            # Of subdomains that the type is not asked about, nothing could be computed, and no
            # section would be left in which to take the scores back.
            fitting = criteria.weights[MfgType(content.mfg_type.value)].subdomains
            assessment.answers = {c: s for c, s in assessment.answers.items() if c in fitting}
        case SubdomainContent():
            assessment.answers = {**assessment.answers, section.code: list(content.scores)}
            others = {c: t for c, t in assessment.evidence.items() if c != section.code}
            mine = {section.code: content.evidence} if content.evidence else {}
            assessment.evidence = others | mine
        case LinkContent():
            own = criteria.links[section.code].scenes
            kept = {code: state for code, state in assessment.scenes.items() if code not in own}
            states: dict[str, dict[str, str | bool]] = {
                code: {"status": status, "ai": ai} for code, (status, ai) in content.scenes.items()
            }
            assessment.scenes = kept | states
        case KpisContent():
            assessment.kpis, assessment.kpis_before = dict(content.now), dict(content.before)
        case EligibilityContent():
            asked = asked_eligibility(criteria)
            derived = {c: v for c, v in assessment.eligibility.items() if c not in asked}
            assessment.eligibility = derived | content.answers
        case ProfileContent():
            assessment.profile = {
                "systems": list(content.systems),
                "budget_fen": content.budget_fen,
                "horizon_weeks": content.horizon_weeks,
            }


def new_findings(assessment: Assessment, subdomain: str, texts: tuple[str, ...]) -> list[Finding]:
    """Build a subdomain's finding rows at positions that no finding has had so far."""
    start = max((finding.position for finding in assessment.findings), default=-1) + 1
    return [
        Finding(
            assessment_id=assessment.id, position=start + number, subdomain=subdomain, text=text
        )
        for number, text in enumerate(texts)
    ]
