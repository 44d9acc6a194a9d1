"""What the import pages show: what was read, what is wrong, and what would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.money import format_wan
from app.core.problems import Problem
from app.models import AssessmentImport, Factory
from app.services.assessment_import_accept import is_report, items_of, proposed_changes
from app.services.assessment_import_flat import Change, Item
from app.services.assessment_import_report import is_sure
from app.services.assessment_import_target import Target
from app.web.forms.fields import FormView
from app.web.i18n import N_, language_of, translate
from app.web.labels import label
from app.web.messages import sentence

SHOWN_PROBLEMS = 200
SHOWN_CHANGES = 400
GROUPS = {
    "mfg_type": N_("概况"),
    "assessed_on": N_("概况"),
    "profile": N_("概况"),
    "answers": N_("成熟度得分"),
    "evidence": N_("证据"),
    "findings": N_("评估发现"),
    "trimmed": N_("裁剪"),
    "scenes": N_("场景"),
    "kpis": N_("指标"),
    "kpis_before": N_("指标（建设前）"),
    "eligibility": N_("申报条件"),
}
SINGLES = {
    "mfg_type": N_("制造类型"),
    "assessed_on": N_("评估日期"),
    "profile.systems": N_("在用系统"),
    "profile.budget_fen": N_("预算（万元）"),
    "profile.horizon_weeks": N_("期限（周）"),
}
NOTES = {
    "rounded": N_("按最接近的得分折算"),
    "level_only": N_("报告只写了等级"),
    "conflict": N_("报告里另有不同说法"),
    "unsure_name": N_("名称对不准"),
    "scaled": N_("由百分制或得分率折算"),
}
REASONS = {
    "unknown_name": N_("认不出是哪个子域"),
    "ambiguous_name": N_("可能是几个子域"),
    "unknown_scale": N_("看不出用的什么分制"),
    "unreadable_value": N_("看不懂得分"),
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One line of what would change, in words."""

    group: str
    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem with its place."""

    sheet: str
    row: int
    column: str
    place: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One proposal of a report with its tick box; `asks` lists subdomains to choose from."""

    number: int
    group: str
    title: str
    value: str
    old: str
    passage: str
    place: str
    percent: int
    ticked: bool
    notes: tuple[str, ...]
    asks: bool
    candidates: tuple[str, ...]


def upload_context(
    request: Request,
    factory: Factory,
    records: Sequence[AssessmentImport],
    *,
    waits: bool,
    problems: Sequence[Problem] = (),
) -> dict[str, object]:
    """Prepare the page where a file is chosen."""
    errors = {problem.field or "file": sentence(request, problem) for problem in problems}
    settings = request.app.state.wiring.settings
    return {
        "factory": factory,
        "records": records,
        "waits": waits,
        "form": FormView({}, errors),
        "labels": {"file": translate(request, N_("文件"))},
        "max_mib": settings.max_upload_mib,
    }


def preview_context(
    request: Request, record: AssessmentImport, target: Target, *, waits: bool, again: bool
) -> dict[str, object]:
    """Prepare the page of one import: counts, problems, changes, proposals with tick boxes."""
    words = FieldWords(request, request.app.state.wiring.reference)
    proposal = record.proposal
    items = items_of(record)
    changes = proposed_changes(record, target.flat)
    return {
        "factory": record.factory,
        "record": record,
        "again": again,
        "waits": waits,
        "is_report": is_report(record),
        "has_sheets": bool(proposal.get("sheets")),
        "good": proposal.get("good", 0),
        "bad": proposal.get("bad", 0),
        "problems": [problem_row(request, data) for data in record.problems[:SHOWN_PROBLEMS]],
        "problem_count": len(record.problems),
        "changes": [words.change(change) for change in changes[:SHOWN_CHANGES]],
        "change_count": len(changes),
        "target": target,
        "groups": _grouped(_proposals(items, target, words)) if is_report(record) else [],
        "needs": list(enumerate(proposal.get("needs", []))),
        "accepted_needs": proposal.get("accepted_needs", []),
        "unresolved": [
            {**row, "why": translate(request, REASONS.get(row["reason"], REASONS["unknown_name"]))}
            for row in proposal.get("unresolved", [])
        ],
        "warnings": [
            sentence(request, Problem(data["code"], "", data["params"]))
            for data in proposal.get("warnings", [])
        ],
        "subdomain_codes": list(target.criteria.subdomains),
    }


def problem_row(request: Request, data: Mapping[str, object]) -> ProblemRow:
    """Write a stored problem with its place."""
    params = data["params"]
    assert isinstance(params, dict)  # noqa: S101 - written by the reading use-case
    row = data.get("row", 0)
    return ProblemRow(
        sheet=str(data.get("sheet", "")),
        row=row if isinstance(row, int) else 0,
        column=str(data.get("column", "")),
        place=str(data.get("pointer", "")),
        sentence=sentence(request, Problem(str(data["code"]), "", params)),
    )


def _proposals(items: Sequence[Item], target: Target, words: "FieldWords") -> list[ProposalRow]:
    rows = []
    for number, item in enumerate(items):
        asks = item.field.endswith(".?")
        notes = [words.say(NOTES[note]) for note in item.notes if note in NOTES]
        rows.append(
            ProposalRow(
                number=number,
                group=words.group(item.field),
                title=words.say(N_("请选择子域")) if asks else words.title(item.field),
                value=words.value(item.field, item.value),
                old=words.present(item.field, target.flat),
                passage=item.passage,
                place=item.place,
                percent=round(100 * (item.confidence or 0)),
                ticked=is_sure(item),
                notes=tuple(notes),
                asks=asks,
                candidates=tuple(
                    note.removeprefix("candidate:")
                    for note in item.notes
                    if note.startswith("candidate:")
                ),
            )
        )
    return rows


def _grouped(rows: Sequence[ProposalRow]) -> list[tuple[str, list[ProposalRow]]]:
    """Put the rows of a section together, in the order of the report."""
    groups: dict[str, list[ProposalRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    return list(groups.items())


@dataclass(frozen=True)
class FieldWords:
    """Writes fields and their values in the reader's language."""

    request: Request
    reference: Reference

    def say(self, text: str) -> str:
        """Translate a marked text."""
        return translate(self.request, text)

    def group(self, field: str) -> str:
        """Name the section of a field."""
        return self.say(GROUPS.get(field.partition(".")[0], field))

    def title(self, field: str) -> str:
        """Name a field."""
        if field in SINGLES:
            return self.say(SINGLES[field])
        section, _, rest = field.partition(".")
        code, _, level = rest.partition(".")
        kind = {"scenes": "scene", "kpis": "kpi_measure", "kpis_before": "kpi_measure"}
        if section == "eligibility":
            return code
        name = self.reference.name_of(
            kind.get(section, "subdomain"), code, language_of(self.request)
        )
        title = code if name == code else f"{code} {name}"
        return (
            self.say(N_("{title}，{level} 级")).format(title=title, level=level)
            if level
            else (title)
        )

    def value(self, field: str, value: object) -> str:
        """Write a value; nothing there is a dash."""
        section = field.partition(".")[0]
        if section == "eligibility" and value is None:
            return self.say(N_("不清楚"))
        if value is None:
            return "—"
        if section == "scenes" and isinstance(value, Mapping):
            word = self.say(label("scene_status", str(value["status"])))
            return self.say(N_("{status}，用人工智能")).format(status=word) if value["ai"] else word
        if isinstance(value, bool):
            return self.say(N_("是")) if value else self.say(N_("否"))
        if section == "mfg_type":
            return self.say(label("mfg_type", str(value)))
        if field == "profile.budget_fen" and isinstance(value, int):
            return format_wan(value)
        if isinstance(value, list):
            return self._list(section, value)
        return f"{value:.10g}" if isinstance(value, int | float) else str(value)

    def _list(self, section: str, values: Sequence[object]) -> str:
        if section == "answers":
            return " / ".join("—" if v is None else f"{float(str(v)):g}" for v in values)
        return ("\n" if section == "findings" else "、").join(str(value) for value in values)

    def present(self, field: str, flat: Mapping[str, object]) -> str:
        """Write what is there today; five scores at once for a subdomain."""
        section, _, code = field.partition(".")
        if section == "answers" and "." not in code:
            scores = [flat.get(f"{field}.{level}") for level in range(1, 6)]
            return self.value(field, scores) if any(s is not None for s in scores) else "—"
        return self.value(field, flat.get(field)) if field in flat else "—"

    def change(self, change: Change) -> ChangeRow:
        """Write a change in words."""
        return ChangeRow(
            group=self.group(change.field),
            title=self.title(change.field),
            old=self.value(change.field, change.old),
            new=self.value(change.field, change.new),
        )
