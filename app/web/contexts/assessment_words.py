"""Names of what an assessment speaks of, and its sections written out line by line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.money import format_wan
from app.services.assessment_checks import KpiMeasure, kpi_measures
from app.services.assessment_content import (
    Content,
    EligibilityContent,
    KpisContent,
    LinkContent,
    ProfileContent,
    ScopeContent,
    SubdomainContent,
)
from app.services.assessment_sections import Section, SectionKind
from app.web.forms.assessment import UNKNOWN, exact
from app.web.i18n import N_, language_of, translate
from app.web.labels import LABELS, label
from app.wiring import Wiring
from matching.gaps import CriterionSet

DASH = "—"
# What the reference files write where a level adds nothing to the one below.
NOTHING_NEW = "未见新增要求"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what was entered; `field` is the name under which it can be noted on."""

    title: str
    value: str
    field: str


@dataclass(frozen=True)
class Words:
    """Names under one criterion set in the reader's language."""

    request: Request
    criteria: CriterionSet
    reference: Reference
    measures: dict[str, KpiMeasure]

    def say(self, text: str, **values: object) -> str:
        """Translate a marked text and fill its values in."""
        translated = translate(self.request, text)
        return translated.format(**values) if values else translated

    def label(self, table: str, code: str) -> str:
        """Give the word of a code; one that the table lacks is shown as it is."""
        return translate(self.request, label(table, code)) if code in LABELS[table] else code

    def name(self, kind: str, code: str) -> str:
        """Give a name from the official reference, else from the criteria."""
        known = self.reference.name_of(kind, code, language_of(self.request))
        if known != code:
            return known
        criteria = self.criteria
        own = {
            "element": {c: one.name for c, one in criteria.elements.items()},
            "maturity_level": {str(one.level): one.name for one in criteria.maturity_levels},
            "subdomain": {c: one.name for c, one in criteria.subdomains.items()},
            "scene": {c: one.name for c, one in criteria.scenes.items()},
            "factory_link": {c: one.name for c, one in criteria.links.items()},
        }
        return own[kind].get(code, code)

    def section(self, section: Section) -> str:
        """Give a section's title."""
        if section.kind is SectionKind.SUBDOMAIN:
            return f"{section.code} {self.name('subdomain', section.code)}"
        if section.kind is SectionKind.LINK:
            return f"{section.code} {self.name('factory_link', section.code)}"
        return self.label("assessment_section", section.code)

    def group(self, code: str) -> str:
        """Give the title of a group of sections."""
        if code in self.criteria.elements:
            return self.name("element", code)
        return self.label("assessment_group", code)

    def score(self, score: float | None) -> str:
        """Give the word of an answer."""
        return self.label("answer", "none" if score is None else f"{score:g}")


def words_of(request: Request, criteria: CriterionSet, parts: Wiring) -> Words:
    """Give the names for one assessment's criteria."""
    measures = kpi_measures(parts.criteria.base, criteria)
    return Words(request, criteria, parts.reference, measures)


def lines_of(words: Words, section: Section, content: Content) -> list[Line]:
    """Write out what a section holds; what is not filled in is left out, except answers."""
    writers: dict[type, Callable[..., Iterator[Line]]] = {
        ScopeContent: _scope,
        SubdomainContent: _subdomain,
        LinkContent: _link,
        KpisContent: _kpis,
        EligibilityContent: _eligibility,
        ProfileContent: _profile,
    }
    return list(writers[type(content)](words, section, content))


def _scope(words: Words, _section: Section, content: ScopeContent) -> Iterator[Line]:
    yield Line(
        words.say(N_("制造类型")),
        words.label("mfg_type", content.mfg_type.value),
        "scope.mfg_type",
    )
    yield Line(words.say(N_("评估日期")), content.assessed_on.isoformat(), "scope.assessed_on")
    names = [f"{code} {words.name('subdomain', code)}" for code in content.trimmed]
    yield Line(
        words.say(N_("裁剪的子域")), "、".join(names) or words.say(N_("没有裁剪")), "scope.trimmed"
    )


def _subdomain(words: Words, section: Section, content: SubdomainContent) -> Iterator[Line]:
    code = section.code
    for level, score in enumerate(content.scores, start=1):
        title = words.say(N_("{level} 级"), level=level)
        yield Line(title, words.score(score), f"answers.{code}")
    if content.evidence:
        yield Line(words.say(N_("佐证")), content.evidence, f"evidence.{code}")
    for finding in content.findings:
        yield Line(words.say(N_("发现的问题")), finding, f"findings.{code}")


def _link(words: Words, section: Section, content: LinkContent) -> Iterator[Line]:
    for code in words.criteria.links[section.code].scenes:
        value = words.say(N_("未选"))
        if code in content.scenes:
            status, ai = content.scenes[code]
            value = words.label("scene_status", status)
            value += words.say(N_("，用了人工智能")) if ai else ""
        yield Line(f"{code} {words.name('scene', code)}", value, f"scenes.{code}")


def _kpis(words: Words, _section: Section, content: KpisContent) -> Iterator[Line]:
    for code, measure in words.measures.items():
        now, before = content.now.get(code), content.before.get(code)
        if now is None and before is None:
            continue
        value = words.say(
            N_("现在 {now}，建设前 {before}（{unit}）"),
            now=DASH if now is None else exact(now),
            before=DASH if before is None else exact(before),
            unit=measure.unit,
        )
        yield Line(f"{code} {measure.name}", value, f"kpis.{code}")


def _eligibility(words: Words, _section: Section, content: EligibilityContent) -> Iterator[Line]:
    text = {True: "yes", False: "no", None: UNKNOWN}
    for item in words.criteria.eligibility:
        if item.code in content.answers:
            value = words.label("yes_no", text[content.answers[item.code]])
            yield Line(f"{item.code} {item.text}", value, f"eligibility.{item.code}")


def _profile(words: Words, _section: Section, content: ProfileContent) -> Iterator[Line]:
    empty = words.say(N_("未填"))
    budget, weeks = content.budget_fen, content.horizon_weeks
    yield Line(words.say(N_("在用系统")), "、".join(content.systems) or empty, "profile.systems")
    yield Line(
        words.say(N_("预算")),
        words.say(N_("{amount} 万元"), amount=format_wan(budget)) if budget else empty,
        "profile.budget_fen",
    )
    yield Line(
        words.say(N_("期限")),
        words.say(N_("{weeks} 周"), weeks=weeks) if weeks else empty,
        "profile.horizon_weeks",
    )
