"""The forms of an assessment, one a section: posted fields become content, content fields."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from starlette.datastructures import FormData

from app.core.errors import NotFound
from app.core.money import exact_wan
from app.core.problems import Problem
from app.models import ManufacturingType
from app.services.assessment_content import (
    MAX_EVIDENCE,
    MAX_FINDING,
    MAX_FINDINGS,
    Content,
    EligibilityContent,
    KpisContent,
    LinkContent,
    ProfileContent,
    ScopeContent,
    SubdomainContent,
    section_problems,
)
from app.services.assessment_sections import (
    Section,
    SectionKind,
    applicable_subdomains,
    asked_eligibility,
    trimmable_subdomains,
)
from app.services.factories import MAX_SYSTEM_NAME, MAX_SYSTEMS, MAX_WEEKS
from app.web.forms.fields import FieldReader, FormView, prose
from app.web.i18n import N_
from matching.gaps import CriterionSet, MfgType, SceneStatus

REPEATED = ("trimmed", "systems")
MAX_REVISION = 1_000_000_000
MAX_KPI = 1_000_000_000
# What the buttons send; the automatic save sends its own word.
NEXT, LIST, AUTOSAVE = "next", "list", "autosave"
UNKNOWN = "unknown"
# Names that factories use most; others are typed. In the order of the automation pyramid.
COMMON_SYSTEMS = (
    "ERP",
    "MES",
    "PLM",
    "WMS",
    "SCADA",
    "DCS",
    "APS",
    "QMS",
    "LIMS",
    "EAM",
    "OA",
    "进销存",
    "能源管理系统",
    "安环平台",
)
STATUSES = tuple(status.value for status in SceneStatus)
LABELS = {
    "mfg_type": N_("制造类型"),
    "assessed_on": N_("评估日期"),
    "trimmed": N_("裁剪的子域"),
    "level1": N_("1 级"),
    "level2": N_("2 级"),
    "level3": N_("3 级"),
    "level4": N_("4 级"),
    "level5": N_("5 级"),
    "evidence": N_("佐证"),
    "findings": N_("发现的问题"),
    "systems": N_("在用系统"),
    "systems_other": N_("其他系统"),
    "budget": N_("预算"),
    "weeks": N_("期限"),
}


@dataclass(frozen=True, slots=True)
class SectionForm:
    """A posted section; `content` is None when something cannot be read (see `problems`).

    `revision` and `digest` are what the form was opened with.
    """

    action: str
    revision: int
    digest: str
    content: Content | None
    problems: list[Problem]

    @property
    def automatic(self) -> bool:
        """Tell whether nobody pressed a button."""
        return self.action == AUTOSAVE


class SheetReader(FieldReader):
    """Reads measured values and lists of lines as well."""

    def number(self, name: str) -> float | None:
        """Read a measured value, zero or more; None when missing or wrong."""
        value = self._decimal(name, required=False)
        if value is None or not self._within(name, value, 0, MAX_KPI):
            return None
        return float(value)

    def lines(self, name: str) -> tuple[str, ...]:
        """Read the lines that hold something."""
        typed = self.posted.get(name, "")
        text = prose(typed) if isinstance(typed, str) else ""
        return tuple(line.strip() for line in text.split("\n") if line.strip())


def read_section(posted: FormData, section: Section, criteria: CriterionSet) -> SectionForm:
    """Read one posted section."""
    reader = SheetReader(posted)
    action = reader.raw("action")
    form = SheetReader(posted)  # what is wrong with the hidden fields is nobody's typing
    revision = form.whole("revision", minimum=0, maximum=MAX_REVISION)
    content = _READERS[section.kind](reader, section, criteria)
    problems = list(reader.problems)
    if content is not None:
        known = {problem.field for problem in problems}
        more = section_problems(section, content, criteria)
        problems += [problem for problem in more if problem.field not in known]
    return SectionForm(
        action=action if action in (LIST, AUTOSAVE) else NEXT,
        revision=-1 if revision is None else revision,
        digest=form.raw("digest"),
        content=None if problems else content,
        problems=problems,
    )


def _scope(reader: SheetReader, _section: Section, criteria: CriterionSet) -> Content | None:
    kind = reader.choice("mfg_type", [t.value for t in ManufacturingType], required=True)
    day = reader.day("assessed_on", required=True)
    # Those of the other type are unknown to this one: they are dropped, not refused.
    everything = sorted({c for t in MfgType for c in trimmable_subdomains(criteria, t)})
    trimmed = reader.choices("trimmed", everything, maximum=len(everything))
    if kind is None or day is None:
        return None
    fitting = applicable_subdomains(criteria, MfgType(kind))
    return ScopeContent(
        ManufacturingType(kind), day, tuple(sorted(c for c in trimmed if c in fitting))
    )


def _subdomain(reader: SheetReader, _section: Section, criteria: CriterionSet) -> Content:
    words = {f"{score:g}": score for score in criteria.scores}
    scores = []
    for level in range(1, len(criteria.maturity_levels) + 1):
        word = reader.choice(f"level{level}", words)
        scores.append(None if word is None else words[word])
    return SubdomainContent(
        scores=tuple(scores),
        evidence=reader.text("evidence", max_length=MAX_EVIDENCE),
        findings=reader.lines("findings"),
    )


def _link(reader: SheetReader, section: Section, criteria: CriterionSet) -> Content:
    scenes = {}
    for code in criteria.links[section.code].scenes:
        status = reader.choice(f"status_{code}", STATUSES)
        ai = bool(reader.raw(f"ai_{code}"))
        if status is not None:
            scenes[code] = (status, ai)
        elif ai:
            reader.add("assessment_ai_without_status", f"status_{code}")
    return LinkContent(scenes)


def _kpis(reader: SheetReader, _section: Section, criteria: CriterionSet) -> Content:
    now, before = {}, {}
    for code in criteria.kpis:
        if (value := reader.number(f"now_{code}")) is not None:
            now[code] = value
        if (value := reader.number(f"before_{code}")) is not None:
            before[code] = value
    return KpisContent(now, before)


def _eligibility(reader: SheetReader, _section: Section, criteria: CriterionSet) -> Content:
    meaning = {"yes": True, "no": False, UNKNOWN: None}
    words = {code: reader.choice(code, meaning) for code in asked_eligibility(criteria)}
    return EligibilityContent(
        {code: meaning[word] for code, word in words.items() if word is not None}
    )


def _profile(reader: SheetReader, _section: Section, _criteria: CriterionSet) -> Content:
    chosen = reader.choices("systems", COMMON_SYSTEMS, maximum=len(COMMON_SYSTEMS))
    typed = [
        name.strip()
        for line in reader.lines("systems_other")
        for name in line.replace("；", "、").replace(";", "、").split("、")
        if name.strip()
    ]
    systems = tuple(dict.fromkeys([*chosen, *typed]))
    if long := next((name for name in typed if len(name) > MAX_SYSTEM_NAME), ""):
        reader.add("too_long", "systems_other", max=MAX_SYSTEM_NAME, length=len(long))
    if len(systems) > MAX_SYSTEMS:
        reader.add("too_many_choices", "systems_other", max=MAX_SYSTEMS, count=len(systems))
    budget = reader.wan("budget")
    if budget == 0:
        reader.add("number_too_small", "budget", min=0.01)
    weeks = reader.whole("weeks", minimum=1, maximum=MAX_WEEKS)
    return ProfileContent(systems, budget, weeks)


_READERS = {
    SectionKind.SCOPE: _scope,
    SectionKind.SUBDOMAIN: _subdomain,
    SectionKind.LINK: _link,
    SectionKind.KPIS: _kpis,
    SectionKind.ELIGIBILITY: _eligibility,
    SectionKind.PROFILE: _profile,
}


def form_of(content: Content) -> FormView:
    """Give the fields that stored content fills."""
    return FormView(_values(content), {})


def _values(content: Content) -> dict[str, str | list[str]]:
    match content:
        case ScopeContent():
            return {
                "mfg_type": content.mfg_type.value,
                "assessed_on": content.assessed_on.isoformat(),
                "trimmed": list(content.trimmed),
            }
        case SubdomainContent():
            scores = enumerate(content.scores, start=1)
            return {
                **{f"level{n}": "" if s is None else f"{s:g}" for n, s in scores},
                "evidence": content.evidence,
                "findings": "\n".join(content.findings),
            }
        case LinkContent():
            statuses = {f"status_{code}": status for code, (status, _) in content.scenes.items()}
            flags = {f"ai_{code}": "yes" for code, (_, ai) in content.scenes.items() if ai}
            return {**statuses, **flags}
        case KpisContent():
            return {
                **{f"now_{code}": exact(value) for code, value in content.now.items()},
                **{f"before_{code}": exact(value) for code, value in content.before.items()},
            }
        case EligibilityContent():
            words = {True: "yes", False: "no", None: UNKNOWN}
            return {code: words[value] for code, value in content.answers.items()}
        case ProfileContent():
            others = [name for name in content.systems if name not in COMMON_SYSTEMS]
            return {
                "systems": [name for name in content.systems if name in COMMON_SYSTEMS],
                "systems_other": "、".join(others),
                "budget": exact_wan(content.budget_fen),
                "weeks": str(content.horizon_weeks or ""),
            }


def exact(value: float) -> str:
    """Write a measured value without exponent and without trailing zeros."""
    return f"{Decimal(str(value)).normalize():f}"


def read_key(posted: FormData, name: str) -> UUID:
    """Read a key that one of our forms carries.

    Raises:
        NotFound: it was tampered with.
    """
    try:
        return UUID(FieldReader(posted).raw(name))
    except ValueError:
        raise NotFound from None


def quota() -> dict[str, int]:
    """Give the limits that the pages mention."""
    return {"evidence": MAX_EVIDENCE, "findings": MAX_FINDINGS, "finding": MAX_FINDING}
