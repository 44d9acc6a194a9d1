"""The assessment as a workbook to fill in: its sheets, its columns, and how it is written.

The same sheets are written three times: as a template, filled with the present draft, and as the
annotated copy of what somebody sent (with a column 问题 and coloured cells), which can be sent in
again after correction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.adapters.workbooks import Cell, Column, SheetBuilder, Value, WorkbookBuilder
from matching.gaps import CriterionSet, MfgType
from matching.gaps.criteria import LEVELS

TEMPLATE_MARK = "智能制造评估填报模板"
TEMPLATE_VERSION = 1
PROBLEM_TITLE = "问题"
STATUS_TITLES = {
    "none": "无",
    "planned": "规划",
    "pilot": "试点",
    "applied": "应用",
    "optimised": "优化",
}
MFG_TITLES = {"process": "流程型", "discrete": "离散型"}
PROFILE_ITEMS = {
    "mfg_type": "制造类型",
    "assessed_on": "评估日期",
    "systems": "在用系统",
    "budget": "预算（万元）",
    "weeks": "期限（周）",
}
MARK_ITEMS = {
    "mark": "模板",
    "version": "模板版本",
    "criteria": "评价标准",
    "factory": "工厂编号",
}


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One sheet of the template.

    Attributes:
        key: how problems and rows name it inside.
        title: name of the sheet as we write it; people may rename it.
        columns: key -> header texts by which the column is recognised, ours first.
        required: keys without which a sheet is not taken for this kind.
        inputs: keys that a person fills in; a row where all are empty says nothing.
    """

    key: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    inputs: tuple[str, ...]


SHEETS: tuple[SheetKind, ...] = (
    SheetKind(
        "profile",
        "概况",
        {"item": ("项目",), "value": ("填写内容", "内容"), "hint": ("怎么填", "说明")},
        frozenset({"item", "value"}),
        ("value",),
    ),
    SheetKind(
        "maturity",
        "成熟度",
        {
            "code": ("编码", "子域编码"),
            "name": ("能力子域", "子域"),
            "level": ("等级", "级别"),
            "ask": ("要求", "要求内容"),
            "score": ("得分", "评分", "打分", "分数"),
            "trim": ("裁剪", "不适用"),
            "evidence": ("证据", "佐证"),
            "findings": ("评估发现", "发现", "问题与不足"),
        },
        frozenset({"code", "level", "score"}),
        ("score", "trim", "evidence", "findings"),
    ),
    SheetKind(
        "scenes",
        "场景",
        {
            "code": ("编码", "场景编码"),
            "link": ("环节",),
            "name": ("场景", "场景名称"),
            "status": ("现状", "场景现状", "建设现状"),
            "ai": ("用人工智能", "人工智能", "应用人工智能", "ai"),
        },
        frozenset({"code", "status"}),
        ("status", "ai"),
    ),
    SheetKind(
        "kpis",
        "指标",
        {
            "code": ("编码", "指标编码"),
            "name": ("指标", "指标名称"),
            "unit": ("单位",),
            "before": ("建设前", "改造前", "实施前"),
            "now": ("目前", "现值", "当前值", "建设后"),
        },
        frozenset({"code", "now"}),
        ("before", "now"),
    ),
    SheetKind(
        "eligibility",
        "申报条件",
        {
            "code": ("编码", "条件编码"),
            "text": ("条件", "条件内容"),
            "answer": ("是否满足", "是否符合"),
        },
        frozenset({"code", "answer"}),
        ("answer",),
    ),
)
SHEET_BY_KEY = {kind.key: kind for kind in SHEETS}

INTRO = (
    "只填白色的列；灰色的编码、名称请勿修改，行的先后可以变。",
    "空白表示不改：上传后，没有填的地方保持平台上已有的内容。",
    "得分填 1（全部满足）、0.8（大部分满足）、0.5（部分满足）、0（不满足），没有评的留空。",
    "证据和评估发现填在每个子域的第一行；一条发现占一行（单元格里用 Alt+Enter 换行）。",
    "业务上确实没有的子域，在“裁剪”列填“是”。",
    "上传后先看预览：有问题的行不会导入，可以下载标出问题的表，改好再传一次。",
)


@dataclass(frozen=True, slots=True)
class TemplateInfo:
    """What marks a template: for which factory and by which criteria it was made."""

    factory_id: str
    factory_name: str
    criteria_ref: str


@dataclass(frozen=True, slots=True)
class AnnotatedRow:
    """A row as somebody sent it, by column key, with the sentences of its problems.

    `bad` names the columns that are coloured; the sentence hangs there as a note, too.
    """

    cells: Mapping[str, str]
    problems: tuple[str, ...] = ()
    bad: Mapping[str, str] | None = None


def write_template(
    info: TemplateInfo,
    criteria: CriterionSet,
    *,
    mfg_type: MfgType,
    flat: Mapping[str, object],
    measures: Mapping[str, str],
    created: datetime,
) -> bytes:
    """Write the template, filled with what `flat` holds (see `assessment_import_flat`).

    Args:
        info: goes into the mark by which the file is recognised.
        criteria: whose subdomains, scenes, indicators and conditions are asked for.
        mfg_type: only subdomains that apply to it get rows.
        flat: present values by field.
        measures: indicator -> what is measured with its unit, "产品不良率（%）".
        created: aware time for the properties of the file.
    """
    rows = {
        "profile": profile_rows(flat, mfg_type=mfg_type),
        "maturity": maturity_rows(criteria, mfg_type=mfg_type, flat=flat),
        "scenes": scene_rows(criteria, flat=flat),
        "kpis": kpi_rows(criteria, flat=flat, measures=measures),
        "eligibility": eligibility_rows(criteria, flat=flat),
    }
    book = WorkbookBuilder(title="智能制造评估填报表", author="冀智对接", created=created)
    _write_intro(book, info)
    for kind in SHEETS:
        sheet = book.sheet(kind.title, _columns(kind, criteria), form=True)
        for cells in rows[kind.key]:
            _write_row(sheet, kind, AnnotatedRow(cells))
        sheet.done()
    return book.to_bytes()


def write_annotated(
    info: TemplateInfo,
    criteria: CriterionSet,
    sheets: Sequence[tuple[str, Sequence[AnnotatedRow]]],
    *,
    created: datetime,
) -> bytes:
    """Write what somebody sent with a column 问题; corrected, it can be sent in again.

    Args:
        info, criteria, created: as for `write_template`.
        sheets: key of the sheet kind with its rows.
    """
    book = WorkbookBuilder(title="标出问题的评估填报表", author="冀智对接", created=created)
    _write_intro(book, info)
    for key, rows in sheets:
        kind = SHEET_BY_KEY[key]
        columns = [*_columns(kind, criteria), Column(PROBLEM_TITLE, 50)]
        sheet = book.sheet(kind.title, columns, form=True)
        for row in rows:
            _write_row(sheet, kind, row, problem_column=True)
        sheet.done()
    return book.to_bytes()


def _write_intro(book: WorkbookBuilder, info: TemplateInfo) -> None:
    lines = [f"智能制造评估填报表：{info.factory_name}", *INTRO, "下面几行供平台识别，请勿修改。"]
    sheet = book.sheet("填写说明", [Column("标识", 18), Column("值", 60)], intro=lines, form=True)
    values = {
        "mark": TEMPLATE_MARK,
        "version": str(TEMPLATE_VERSION),
        "criteria": info.criteria_ref,
        "factory": info.factory_id,
    }
    for key, title in MARK_ITEMS.items():
        sheet.row(Cell(title, "muted"), Cell(values[key], "muted"))
    sheet.done()


# Width, and drop-down values with the sentence that Excel shows for any other.
_LOOKS: dict[str, dict[str, tuple[float, tuple[str, ...], str]]] = {
    "profile": {"item": (18, (), ""), "value": (40, (), ""), "hint": (50, (), "")},
    "maturity": {
        "name": (16, (), ""),
        "ask": (60, (), ""),
        "score": (10, ("1", "0.8", "0.5", "0"), "得分只能是 1、0.8、0.5 或 0；没有评的留空。"),
        "trim": (8, ("是", "否"), "只能填“是”或“否”。"),
        "evidence": (30, (), ""),
        "findings": (40, (), ""),
    },
    "scenes": {
        "link": (14, (), ""),
        "name": (22, (), ""),
        "status": (10, tuple(STATUS_TITLES.values()), "现状只能是 无、规划、试点、应用 或 优化。"),
        "ai": (12, ("是", "否"), "只能填“是”或“否”。"),
    },
    "kpis": {"name": (34, (), ""), "unit": (20, (), "")},
    "eligibility": {
        "text": (70, (), ""),
        "answer": (12, ("是", "否", "不清楚"), "只能填“是”“否”或“不清楚”。"),
    },
}


def _columns(kind: SheetKind, criteria: CriterionSet) -> list[Column]:
    codes = {
        "maturity": tuple(criteria.subdomains),
        "scenes": tuple(criteria.scenes),
        "kpis": tuple(criteria.kpis),
        "eligibility": tuple(item.code for item in criteria.eligibility),
        "profile": (),
    }[kind.key]
    columns = []
    for key, titles in kind.columns.items():
        width, choices, error = _LOOKS[kind.key].get(key, (10.0, (), ""))
        if key == "code":
            # Excel's own guard: a code may be typed again, but not into another one.
            choices, error = codes, "编码由平台给出，请勿修改。"
        columns.append(Column(titles[0], width, choices=choices, error=error))
    return columns


def _write_row(
    sheet: SheetBuilder, kind: SheetKind, row: AnnotatedRow, *, problem_column: bool = False
) -> None:
    bad = row.bad or {}
    cells: list[Value | Cell] = []
    for key in kind.columns:
        text = row.cells.get(key, "")
        if key in bad:
            cells.append(Cell(text, "bad", comment=bad[key]))
        else:
            cells.append(Cell(text, "" if key in kind.inputs else "muted"))
    if problem_column:
        cells.append(Cell("；".join(row.problems), "bad" if row.problems else ""))
    sheet.row(*cells)


def maturity_rows(
    criteria: CriterionSet, *, mfg_type: MfgType, flat: Mapping[str, object]
) -> list[dict[str, str]]:
    """Give one row for each subdomain that applies and each level."""
    rows = []
    for code in criteria.weights[mfg_type].subdomains:
        subdomain = criteria.subdomains[code]
        asks = {ask.level: ask.text for ask in subdomain.asks}
        for level in LEVELS:
            row = {"code": code, "name": subdomain.name, "level": str(level)}
            row["ask"] = asks.get(level, "")
            row["score"] = _number(flat.get(f"answers.{code}.{level}"))
            if level == LEVELS[0]:
                row["trim"] = "是" if flat.get(f"trimmed.{code}") else ""
                row["evidence"] = _text(flat.get(f"evidence.{code}"))
                row["findings"] = _lines(flat.get(f"findings.{code}"))
            rows.append(row)
    return rows


def scene_rows(criteria: CriterionSet, *, flat: Mapping[str, object]) -> list[dict[str, str]]:
    """Give one row for each scene."""
    rows = []
    for code, scene in criteria.scenes.items():
        state = flat.get(f"scenes.{code}")
        row = {"code": code, "name": scene.name, "link": criteria.links[scene.link].name}
        if isinstance(state, Mapping):
            row["status"] = STATUS_TITLES[str(state["status"])]
            row["ai"] = "是" if state["ai"] else "否"
        rows.append(row)
    return rows


def kpi_rows(
    criteria: CriterionSet, *, flat: Mapping[str, object], measures: Mapping[str, str]
) -> list[dict[str, str]]:
    """Give one row for each indicator."""
    rows = []
    for code, name in criteria.kpis.items():
        measure, _, unit = measures.get(code, name).rstrip("）").rpartition("（")
        rows.append(
            {
                "code": code,
                "name": measure or unit,
                "unit": unit if measure else "",
                "before": _number(flat.get(f"kpis_before.{code}")),
                "now": _number(flat.get(f"kpis.{code}")),
            }
        )
    return rows


def eligibility_rows(criteria: CriterionSet, *, flat: Mapping[str, object]) -> list[dict[str, str]]:
    """Give one row for each condition for applying, but those that are calculated."""
    rows = []
    for item in (item for item in criteria.eligibility if item.covered_by is None):
        value = flat.get(f"eligibility.{item.code}")
        answer = {True: "是", False: "否"}.get(value) if isinstance(value, bool) else None
        rows.append({"code": item.code, "text": item.text, "answer": answer or ""})
    return rows


def profile_rows(flat: Mapping[str, object], *, mfg_type: MfgType) -> list[dict[str, str]]:
    """Give the rows about the factory as a whole."""
    systems = flat.get("profile.systems")
    budget = flat.get("profile.budget_fen")
    values = {
        "mfg_type": MFG_TITLES[str(flat.get("mfg_type", mfg_type.value))],
        "assessed_on": _text(flat.get("assessed_on")),
        "systems": "、".join(str(name) for name in systems) if isinstance(systems, list) else "",
        "budget": _number(budget / 1_000_000) if isinstance(budget, int) else "",
        "weeks": _number(flat.get("profile.horizon_weeks")),
    }
    hints = {
        "mfg_type": "流程型 或 离散型，由工厂自己选定",
        "assessed_on": "例如 2026-06-01",
        "systems": "用顿号隔开，例如 ERP、MES",
        "budget": "可以用于改造的资金，单位万元",
        "weeks": "希望多少周内完成",
    }
    return [
        {"item": title, "value": values[key], "hint": hints[key]}
        for key, title in PROFILE_ITEMS.items()
    ]


def _number(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, int | float) else ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _lines(value: object) -> str:
    return "\n".join(str(line) for line in value) if isinstance(value, list) else ""
