"""What the gap pages share: names, words, the address of the present choice, conditions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.routing import NoMatchFound

from app.core.actors import Actor
from app.models import Assessment, Factory
from app.permissions import Permission, allowed
from app.services.criteria import SetInfo, ref_of
from app.services.gap_work import GapWork, targets_of
from app.web.contexts.factory import TARGETS
from app.web.forms.gaps import STANDARD, strengths_of
from app.web.i18n import N_, language_of, translate
from app.web.labels import LABELS, label
from matching.gaps import Condition, ConditionStatus, CriterionSet

TONES = {
    ConditionStatus.MET: "good",
    ConditionStatus.NOT_MET: "bad",
    ConditionStatus.UNKNOWN: "warn",
    ConditionStatus.NO_OFFICIAL_NUMBER: "",
}
# What hinders comes first.
STATUS_ORDER = (
    ConditionStatus.NOT_MET,
    ConditionStatus.UNKNOWN,
    ConditionStatus.MET,
    ConditionStatus.NO_OFFICIAL_NUMBER,
)
FACTOR_NAMES = {
    "weight": N_("权重"),
    "deficit": N_("缺口"),
    "hard": N_("硬条件"),
    "pain": N_("痛点"),
    "readiness": N_("就绪度"),
}
ACTIONS = {
    "build": N_("新建"),
    "extend": N_("由试点推开"),
    "add_ai": N_("加入人工智能"),
}
IGNORED = {
    "target": N_("地址里的目标等级这里没有，已按工厂自己的目标显示。"),
    "set": N_("地址里的标准集不存在或已停用，已按评估自己的标准集显示。"),
    "version": N_("没有您能看到的这个评估版本，已显示最新的一版。"),
    "strength": N_("因素强度只能是关、弱、标准、强，认不出的已按标准计算。"),
    "tick": N_("有的勾选项在这套标准里没有，或已有场景能做到而不能单独勾选，已忽略。"),
}
# What codes are called after their first letter.
KINDS = {"S": "scene", "M": "subdomain", "F": "factory_link"}
SOURCE_MARKS = {
    "page": N_("公开页面"),
    "recalled": N_("凭记忆，待核对"),
    "derived": N_("平台推定"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """Builds addresses of the gap pages that keep the present choice.

    `kept` holds what differs from the default, apart from the target, which always stands there.
    """

    request: Request
    factory: Factory
    target: str
    kept: Mapping[str, str]

    def to(self, route: str, **more: str | Sequence[str]) -> str:
        """Give the address of a page of this factory with the present choice and `more`."""
        path = str(self.request.app.url_path_for(route, factory_id=self.factory.id))
        return f"{path}?{urlencode({'target': self.target, **self.kept, **more}, doseq=True)}"

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Give the present choice as hidden fields of a form."""
        return [("target", self.target), *self.kept.items()]


def address_of(request: Request, work: GapWork) -> Address:
    """Collect what the present address chose."""
    kept: dict[str, str] = {}
    if ref_of(work.criteria) != ref_of(work.own):
        kept["set"] = str(ref_of(work.criteria))
    if work.latest is not None and work.assessment is not work.latest:
        kept["version"] = str(work.assessment.version)
    strengths = strengths_of(request.query_params)
    kept |= {name: value for name, value in strengths.items() if value != STANDARD}
    return Address(request, work.factory, work.target, kept)


def common_context(
    request: Request, work: GapWork, sets: Sequence[SetInfo], *, actor: Actor
) -> dict[str, object]:
    """Prepare what stands on every gap page: factory, assessment, choices, links, remarks."""
    address = address_of(request, work)
    return {
        "factory": work.factory,
        "assessment": work.assessment,
        "is_old": work.latest is not None and work.assessment is not work.latest,
        "target": work.target,
        "target_word": target_word(request, work.target),
        "targets": [(code, target_word(request, code)) for code in targets_of(work.criteria)],
        "versions": [(str(one.version), version_word(request, one)) for one in work.versions],
        "sets": set_choices(sets, work),
        "criteria": work.criteria,
        "chosen_set": str(ref_of(work.criteria)),
        "own_set": str(ref_of(work.own)),
        "dropped": place_words(request, work.dropped),
        "remarks": remarks(request, work.ignored),
        "kept": address.kept,
        "urls": {
            route: address.to(route)
            for route in ("factory_gaps", "gap_what_if", "gap_path", "gap_compare")
        },
        "report_url": report_url(request, work),
        "can_match": allowed(actor, Permission.FACTORY_MATCH, work.factory),
        "named": namer(request, work.criteria),
    }


def report_url(request: Request, work: GapWork) -> str:
    """Give the address of the report; empty where what is shown is not what it reports on."""
    if not work.is_default or work.target not in TARGETS:
        return ""
    return f"{route_path(request, 'factory_report', work.factory)}?target={work.target}"


def route_path(request: Request, route: str, factory: Factory) -> str:
    """Give the path of a factory's page; empty where this installation does not have it."""
    try:
        return str(request.app.url_path_for(route, factory_id=factory.id))
    except NoMatchFound:
        return ""


def set_choices(sets: Sequence[SetInfo], work: GapWork) -> list[tuple[str, str]]:
    """List the sets to choose from, that of the assessment even if it was withdrawn."""
    own = ref_of(work.own)
    choices = [(str(info.ref), info.title) for info in sets]
    if not any(info.ref == own for info in sets):
        choices.insert(0, (str(own), work.own.title))
    return choices


def target_word(request: Request, code: str) -> str:
    """Name a target: a factory level or a maturity grade."""
    if code in LABELS["factory_level"]:
        return translate(request, label("factory_level", code))
    if code.startswith("ML"):
        return translate(request, N_("成熟度 {n} 级")).format(n=code.removeprefix("ML"))
    return code


def version_word(request: Request, assessment: Assessment) -> str:
    """Name a version of the assessment with its day and state."""
    return translate(request, N_("第 {n} 版，{day}，{state}")).format(
        n=assessment.version,
        day=assessment.assessed_on,
        state=translate(request, label("assessment_status", assessment.status)),
    )


def remarks(request: Request, ignored: Sequence[str]) -> list[str]:
    """Say what of the address could not be used."""
    keys = ["strength" if name.startswith("w_") else name for name in ignored]
    return [translate(request, IGNORED[key]) for key in dict.fromkeys(keys)]


def namer(request: Request, criteria: CriterionSet) -> Callable[[str], str]:
    """Give a function code -> shown name; the set's own name where the reference has none."""
    reference = request.app.state.wiring.reference
    language = language_of(request)
    own = {
        code: item.name
        for table in (criteria.scenes, criteria.subdomains, criteria.domains, criteria.links)
        for code, item in table.items()
    }

    def name(code: str) -> str:
        kind = "domain" if code.startswith("MD") else KINDS.get(code[:1], "")
        found = str(reference.name_of(kind, code, language)) if kind else code
        return own.get(code, code) if found == code else found

    return name


def place_words(request: Request, places: Sequence[str]) -> list[str]:
    """Name the places of an assessment that a set does not know."""
    kinds = {
        "scenes": N_("场景 {code}"),
        "answers": N_("子域 {code} 的作答"),
        "findings": N_("子域 {code} 的发现"),
        "kpis": N_("指标 {code}"),
        "eligibility": N_("申报条件 {code}"),
        "trimmed": N_("裁剪 {code}"),
        "current_level": N_("现有工厂等级"),
    }
    words = []
    for place in places:
        kind, _, code = place.partition(".")
        words.append(translate(request, kinds[kind]).format(code=code))
    return words


def condition_view(request: Request, condition: Condition) -> dict[str, object]:
    """One condition with its outcome and the mark of its source."""
    mark, detail = source_mark(request, condition.source)
    return {
        "code": condition.code,
        "label": condition.label,
        "status": condition.status.value,
        "tone": TONES[condition.status],
        "detail": condition.detail,
        "hard": condition.hard,
        "source": mark,
        "source_detail": detail,
    }


def source_mark(request: Request, source: str) -> tuple[str, str]:
    """Turn a provenance mark into a word and the rest of it, such as the codes of the pages."""
    kind = next((known for known in SOURCE_MARKS if source.startswith(known)), "")
    if not kind:
        return source, ""
    if kind == "page":
        pages = [part.strip().removeprefix("page:") for part in source.split(" ; ")]
        return translate(request, SOURCE_MARKS[kind]), "、".join(pages)
    return translate(request, SOURCE_MARKS[kind]), ""
