"""What the page of one section shows: questions, stored notes, where one is, what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from app.core.actors import Actor
from app.core.problems import Problem
from app.models import Assessment
from app.services.assessment_content import content_of, digest_of
from app.services.assessment_sections import (
    Section,
    SectionKind,
    asked,
    asked_eligibility,
    element_of,
    notes_of,
    sections_of,
    trimmable_subdomains,
)
from app.web.contexts.assessment import common_context, section_url
from app.web.contexts.assessment_words import NOTHING_NEW, Words, lines_of
from app.web.forms.assessment import COMMON_SYSTEMS, LABELS, STATUSES, form_of, quota
from app.web.forms.fields import FormView
from app.web.i18n import translate
from app.web.messages import sentence
from matching.gaps import CriterionSet, MfgType, effective_weights


@dataclass(frozen=True, slots=True)
class Place:
    """Where a section stands among those that are asked; addresses are "" at the ends."""

    number: int
    count: int
    previous_url: str
    next_url: str


def place_of(request: Request, assessment: Assessment, section: Section, words: Words) -> Place:
    """Find the neighbours of a section; a trimmed one stands at the front."""
    codes = [one.code for one in asked(sections_of(assessment, words.criteria))]
    at = codes.index(section.code) if section.code in codes else 0
    urls = [section_url(request, assessment, code) for code in codes]
    return Place(
        number=at + 1,
        count=len(codes),
        previous_url=urls[at - 1] if at else "",
        next_url=urls[at + 1] if at + 1 < len(codes) else "",
    )


def next_code(assessment: Assessment, section: Section, criteria: CriterionSet) -> str:
    """Give the section after this one; "" after the last."""
    codes = [one.code for one in asked(sections_of(assessment, criteria))]
    at = codes.index(section.code) + 1 if section.code in codes else 0
    return codes[at] if at < len(codes) else ""


def section_context(
    request: Request,
    assessment: Assessment,
    section: Section,
    words: Words,
    *,
    actor: Actor,
    typed: FormView | None = None,
    stale: bool = False,
) -> dict[str, object]:
    """Prepare a section's page.

    Args:
        request: of the page.
        assessment: loaded whole.
        section: which one.
        words: names under the assessment's criteria.
        actor: who looks.
        typed: what was posted, with its errors; None shows what is stored.
        stale: a colleague has changed this section meanwhile: both versions are shown, and the
            form now carries the stored revision, so that saving again is a decision.
    """
    stored = content_of(assessment, section, words.criteria)
    notes = notes_of(assessment, section, words.criteria)
    return {
        **common_context(assessment, words, actor=actor),
        "section": section,
        "title": words.section(section),
        "group": words.group(section.group),
        "place": place_of(request, assessment, section, words),
        "form": typed or form_of(stored),
        "labels": _labels(words, section),
        "revision": assessment.revision,
        "digest": digest_of(stored),
        "stale": stale,
        "stored_lines": lines_of(words, section, stored) if stale else [],
        "notes": notes,
        "questions": _questions(words, assessment, section),
        "answers": [
            (f"{score:g}", words.score(score)) for score in reversed(words.criteria.scores)
        ],
        "statuses": [(status, words.label("scene_status", status)) for status in STATUSES],
        "quota": quota(),
        "systems": COMMON_SYSTEMS,
    }


def errors_of(request: Request, problems: Sequence[Problem]) -> dict[str, str]:
    """Write problems as sentences by field; the first of a field stands."""
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(problem.field, sentence(request, problem))
    return errors


def _labels(words: Words, section: Section) -> dict[str, str]:
    """Give the titles of the fields for the error summary, in the order of the page."""
    criteria = words.criteria
    labels = {name: translate(words.request, text) for name, text in LABELS.items()}
    if section.kind is SectionKind.LINK:
        scenes = criteria.links[section.code].scenes
        labels |= {f"status_{code}": words.name("scene", code) for code in scenes}
    if section.kind is SectionKind.KPIS:
        for code, measure in words.measures.items():
            labels |= {f"now_{code}": measure.name, f"before_{code}": measure.name}
    if section.kind is SectionKind.ELIGIBILITY:
        labels |= {item.code: item.code for item in criteria.eligibility}
    return labels


def _questions(words: Words, assessment: Assessment, section: Section) -> list[dict[str, object]]:
    """Give the items that a section asks, each with what its template needs."""
    criteria = words.criteria
    if section.kind is SectionKind.SCOPE:
        return _trimmable(words, assessment)
    if section.kind is SectionKind.SUBDOMAIN:
        return [
            {
                "name": f"level{ask.level}",
                "level": ask.level,
                "level_name": words.name("maturity_level", str(ask.level)),
                "text": ask.text,
                "nothing_new": ask.text.startswith(NOTHING_NEW),
            }
            for ask in criteria.subdomains[section.code].asks
        ]
    if section.kind is SectionKind.LINK:
        return [
            {
                "code": code,
                "name": words.name("scene", code),
                "uses": "、".join(criteria.scenes[code].ai_uses),
            }
            for code in criteria.links[section.code].scenes
        ]
    if section.kind is SectionKind.KPIS:
        return [
            {"code": code, "measure": measure, "note": f"kpis.{code}"}
            for code, measure in words.measures.items()
        ]
    if section.kind is SectionKind.ELIGIBILITY:
        return _eligibility(words)
    return []


def _trimmable(words: Words, assessment: Assessment) -> list[dict[str, object]]:
    """Give the subdomains that may be left out, with their share of the whole as stored now."""
    criteria, mfg_type = words.criteria, MfgType(assessment.mfg_type.value)
    shares = effective_weights(
        criteria, mfg_type=mfg_type, trimmed=frozenset(assessment.trimmed)
    ).shares
    gated = {
        code
        for gate in criteria.gates
        for domain in gate.domains
        for code in criteria.domains[domain].subdomains
    }
    return [
        {
            "code": code,
            "name": words.name("subdomain", code),
            "element": words.name("element", element_of(criteria, code)),
            "share": f"{100 * shares[code]:.1f}" if code in shares else "",
            "gated": code in gated,
        }
        for code in trimmable_subdomains(criteria, mfg_type)
    ]


def _eligibility(words: Words) -> list[dict[str, object]]:
    asked_codes = asked_eligibility(words.criteria)
    return [
        {
            "code": item.code,
            "text": item.text,
            "asked": item.code in asked_codes,
            "hard": item.hard,
            "levels": "、".join(words.label("factory_level", level) for level in item.levels),
        }
        for item in words.criteria.eligibility
    ]
