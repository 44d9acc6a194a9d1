"""Eight Word layouts of test reports."""

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import groupby

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.data.report_definitions import (
    DOMAIN_OF,
    ELEMENT_OF,
    EVIDENCE,
    KPIS,
    NAMES,
    SCENES,
    STATUS,
    TYPE_NAMES,
    Definition,
    Sub,
)

RULES = [
    ("1", "全部满足"),
    ("0.8", "大部分满足"),
    ("0.5", "部分满足"),
    ("0", "不满足"),
]
BANDS = [
    ("一级", "规划级", "0.8≤S<1.8"),
    ("二级", "规范级", "1.8≤S<2.8"),
    ("三级", "集成级", "2.8≤S<3.8"),
    ("四级", "优化级", "3.8≤S<4.8"),
    ("五级", "引领级", "4.8≤S≤5"),
]
RENAMED = {
    "M02": "人员能力",
    "M03": "数据应用",
    "M04": "系统集成",
    "M06": "设备装备",
    "M07": "网络建设",
    "M11": "生产计划与调度",
    "M12": "生产作业执行",
    "M13": "设备运维",
    "M15": "安全与环保",
    "M16": "能源",
    "M17": "物流运输",
    "M19": "售后服务",
}


def _open(title: str) -> "Document":
    doc = Document()
    style = doc.styles["Normal"]
    style.font.name = "宋体"
    style.font.size = Pt(11)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    doc.core_properties.title = title
    doc.core_properties.author = "虚构样例"
    return doc


def _bytes(doc: "Document") -> bytes:
    out = BytesIO()
    doc.save(out)
    return out.getvalue()


def _table(doc: "Document", header: Sequence[str], rows: Iterable[Sequence[str]]):
    table = doc.add_table(rows=1, cols=len(header))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.text = text
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return table


def _scenes(doc: "Document", report: Definition, *, marks: dict[str, str] = STATUS) -> None:
    rows = [(str(i), SCENES[c], marks[s]) for i, (c, s) in enumerate(report.scenes.items(), 1)]
    _table(doc, ["序号", "典型场景", "建设状态"], rows)


def _kpis(doc: "Document", report: Definition) -> None:
    rows = [
        (KPIS[c]["name"], KPIS[c]["unit"], f"{before:g}", f"{now:g}")
        for c, (before, now) in report.kpis.items()
    ]
    _table(doc, ["指标", "单位", "改造前", "改造后"], rows)


def _rules(doc: "Document") -> None:
    doc.add_heading("附录 评分规则", 1)
    doc.add_paragraph("每条要求按满足程度取分，同一子域内取平均，再按权重汇总。")
    _table(doc, ["得分", "满足程度"], RULES)
    doc.add_paragraph("等级判定区间：")
    _table(doc, ["等级", "名称", "得分区间"], BANDS)
    doc.add_paragraph(
        "说明：组织战略、数据、集成等子域均设五个等级；二级中数据子域的示例得分0.86仅用于说明算法。"
    )


def formal(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """01: cover, contents, header and footer, one long table, lists, scenes, KPIs, appendix."""
    doc = _open("智能制造能力成熟度评估报告")
    section = doc.sections[0]
    section.header.paragraphs[0].text = f"{report.name} 智能制造能力成熟度评估报告  机密"
    section.footer.paragraphs[0].text = "评估机构：冀中示例评估中心   第 1 页"
    doc.add_heading("智能制造能力成熟度评估报告", 0)
    doc.add_paragraph(f"受评单位：{report.name}")
    doc.add_paragraph("目  录")
    for line in ["1 企业概况", "2 评估说明", "3 评估结果", "4 强项", "5 改进建议", "附录 评分规则"]:
        doc.add_paragraph(f"{line}{'.' * 30}{line[0]}")
    doc.add_heading("1 企业概况", 1)
    doc.add_paragraph(report.intro)
    doc.add_heading("2 评估说明", 1)
    doc.add_paragraph(
        f"按{TYPE_NAMES[report.mfg_type]}制造企业适用范围，本次评估覆盖4个能力要素、{len(report.scored)}个能力子域。"
    )
    doc.add_heading("3 评估结果", 1)
    doc.add_paragraph(f"综合得分{report.mean():.2f}分，达到二级（规范级）。各子域得分见表1。")
    rows = [
        [
            str(i),
            ELEMENT_OF[s.code],
            DOMAIN_OF[s.code],
            NAMES[s.code],
            written(s),
            "".join(s.findings) or "—",
        ]
        for i, s in enumerate(report.subs, 1)
    ]
    rows.append(["", "综合得分", "", "", f"{report.mean():.2f}", "按权重汇总"])
    _table(doc, ["序号", "能力要素", "能力域", "能力子域", "得分", "主要差距"], rows)
    doc.add_heading("4 强项", 1)
    for s in report.subs:
        for text in s.strengths:
            doc.add_paragraph(f"{NAMES[s.code]}：{text}", style="List Bullet")
    doc.add_heading("5 改进建议", 1)
    needs = [f"【{NAMES[s.code]}】{text}" for s in report.subs for text in s.needs]
    for i, text in enumerate(needs, 1):
        doc.add_paragraph(f"（{i}）{text}")
    doc.add_paragraph("表2 典型场景建设情况")
    _scenes(doc, report)
    doc.add_paragraph("表3 关键绩效指标")
    _kpis(doc, report)
    doc.add_paragraph("表4 查阅资料清单")
    _table(doc, ["部门", "资料", "份数"], EVIDENCE)
    _rules(doc)
    return _bytes(doc)


def by_element(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """02: a table per element, domain cells merged downwards, good and bad in one cell."""
    doc = _open("能力成熟度诊断")
    doc.add_heading(f"{report.name}成熟度诊断意见", 0)
    doc.add_paragraph(f"企业类型：{TYPE_NAMES[report.mfg_type]}。{report.intro}")
    for number, (element, group) in enumerate(
        groupby(report.subs, lambda s: ELEMENT_OF[s.code]), 1
    ):
        subs = list(group)
        doc.add_heading(f"{'一二三四'[number - 1]}、{element}要素", 1)
        table = _table(doc, ["能力域", "能力子域", "得分", "评价说明"], [])
        for s in subs:
            cells = table.add_row().cells
            parts = [f"亮点：{t}" for t in s.strengths] + [f"不足：{t}" for t in s.findings]
            parts += [f"建议：{t}" for t in s.needs] or ["保持现有做法，按年度复核。"]
            for cell, text in zip(
                cells[1:], [NAMES[s.code], written(s), "\n".join(parts)], strict=True
            ):
                cell.text = text
        first = 1
        for domain, run in groupby(subs, lambda s: DOMAIN_OF[s.code]):
            length = len(list(run))
            table.cell(first, 0).merge(table.cell(first + length - 1, 0)).text = domain
            first += length
        doc.add_paragraph(f"本要素平均得分 {report.mean([s.code for s in subs]):.2f}。")
    return _bytes(doc)


def five_levels(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """03: five level columns under a two-row head, no total column; findings by heading."""
    doc = _open("自评估报告")
    doc.add_heading(f"{report.name}智能制造能力成熟度自评估报告", 0)
    doc.add_paragraph(
        f"{report.intro}评估类型：{TYPE_NAMES[report.mfg_type]}制造，二十个子域全部纳入。"
    )
    doc.add_paragraph("表1 各子域分等级得分")
    table = _table(
        doc,
        ["能力子域", "各等级得分", "", "", "", ""],
        [["", "一级", "二级", "三级", "四级", "五级"]],
    )
    table.cell(0, 1).merge(table.cell(0, 5))
    table.cell(0, 0).merge(table.cell(1, 0))
    for s in report.subs:
        for cell, text in zip(
            table.add_row().cells, [NAMES[s.code], *written(s).split()], strict=True
        ):
            cell.text = text
    row = table.add_row().cells
    for cell, text in zip(row, ["等级得分", "0.90", "0.58", "0.15", "0.01", "0"], strict=True):
        cell.text = text
    doc.add_paragraph("判定结果：一级。二级得分0.58，低于0.8。")
    doc.add_heading("2 主要不足与改进方向", 1)
    number = 0
    for s in report.subs:
        if not s.findings:
            continue
        number += 1
        doc.add_heading(f"2.{number} {NAMES[s.code]}", 2)
        for text in s.findings:
            doc.add_paragraph(text)
        for text in s.needs:
            doc.add_paragraph(f"改进方向：{text}")
    doc.add_heading("3 值得保持的做法", 1)
    for s in report.subs:
        for text in s.strengths:
            doc.add_paragraph(text, style="List Bullet")
    doc.add_heading("4 场景", 1)
    _scenes(doc, report, marks={**STATUS, "none": "未开展", "pilot": "试点中", "applied": "已应用"})
    return _bytes(doc)


def chapters(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """04: a numbered chapter per subdomain with 现状, 问题, 建议 and the score in the heading."""
    doc = _open("智能制造诊断报告")
    doc.add_heading(f"{report.name}智能制造诊断报告", 0)
    doc.add_heading("1 基本情况", 1)
    doc.add_paragraph(report.intro)
    doc.add_heading("2 诊断方法", 1)
    doc.add_paragraph(
        "企业属流程型制造，诊断采用访谈、现场走查和记录抽样，得分采用五分制，信息安全等子域结合技术核查。"
    )
    doc.add_heading("3 分项诊断", 1)
    for i, s in enumerate(report.subs, 1):
        doc.add_heading(f"3.{i} {NAMES[s.code]}（得分：{written(s)}）", 2)
        for label, texts in (("现状", s.remarks), ("问题", s.findings), ("建议", s.needs)):
            doc.add_paragraph(f"{label}：{''.join(texts) or '无。'}")
    doc.add_heading("4 小结", 1)
    doc.add_paragraph(
        f"各子域平均得分{report.mean():.1f}，总体处于一级向二级过渡阶段，建议一年后复评。"
    )
    return _bytes(doc)


def prose(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """05: a diagnosis in prose; scores stand inside sentences, no table at all."""
    doc = _open("诊断意见书")
    doc.add_heading(f"关于{report.name}的诊断意见书", 0)
    doc.add_paragraph(
        f"{report.intro}本意见书按{TYPE_NAMES[report.mfg_type]}企业的评估域撰写，满分为5分。"
    )
    say = [
        "在{n}方面，企业得分为{w}分。",
        "{n}一项，评估组给出{w}分。",
        "{n}得{w}分。",
        "评估组认为{n}可评{w}分。",
    ]
    for element, group in groupby(report.subs, lambda s: ELEMENT_OF[s.code]):
        doc.add_heading(f"关于{element}", 1)
        text = ""
        for i, s in enumerate(group):
            text += say[i % 4].format(n=NAMES[s.code], w=written(s)) + "".join(s.strengths)
            text += "".join(f"现场看到，{t}" for t in s.findings)
            text += "".join(f"为此建议{t}" for t in s.needs)
            if i % 2:
                doc.add_paragraph(text)
                text = ""
        if text:
            doc.add_paragraph(text)
    doc.add_paragraph(
        f"综合各项，企业总分{report.mean():.2f}分，判定为二级。距三级尚差{2.8 - report.mean():.2f}分。"
    )
    doc.add_heading("附：查阅资料", 1)
    for department, papers, count in EVIDENCE:
        doc.add_paragraph(f"{department}（{papers}）共{count}份；")
    return _bytes(doc)


def level_words(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """06: grades as words only (二级) beside target grades; renamed subdomains; list of shortfalls."""
    names = {**NAMES, **RENAMED}
    doc = _open("水平诊断表")
    doc.add_heading(f"{report.name}水平诊断", 0)
    doc.add_paragraph(f"{report.intro}（{TYPE_NAMES[report.mfg_type]}）")
    rows = [[f"{i}、", names[s.code], written(s), "三级"] for i, s in enumerate(report.subs, 1)]
    _table(doc, ["编号", "评估项", "目前等级", "目标等级"], rows)
    doc.add_paragraph("总体判定：一级（规划级），目标三级。")
    doc.add_heading("短板清单", 1)
    rows = [
        [f"D{i:02d}", names[s.code], "".join(s.findings), "".join(s.needs) or "待定"]
        for i, s in enumerate((s for s in report.subs if s.findings), 1)
    ]
    _table(doc, ["编号", "环节", "短板描述", "拟采取措施"], rows)
    doc.add_heading("亮点", 1)
    for s in report.subs:
        for text in s.strengths:
            doc.add_paragraph(text)
    return _bytes(doc)


def ugly(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """07: spaces and breaks inside names, full-width digits, domain and average rows between."""
    doc = _open("评估")
    doc.add_paragraph(f"{report.name}   成熟度评估（ 流程型 ）")
    doc.add_paragraph(report.intro)
    rows: list[list[str]] = []
    number = 0
    for element, group in groupby(report.subs, lambda s: ELEMENT_OF[s.code]):
        subs = list(group)
        rows.append(["", f"{element}（要素）", f"平均 {report.mean([s.code for s in subs]):.2f}"])
        for s in subs:
            number += 1
            name = "生产做业" if s.code == "M12" else NAMES[s.code]
            name = "　".join(name) if len(name) == 2 else f"{name[:2]}\n{name[2:]} "
            rows.append([f" {number} .", name, written(s)])
    rows += [
        ["", "合  计", f"{sum(s.grade or 0 for s in report.subs):.1f}"],
        ["", "平均分", f"{report.mean():.2f}"],
    ]
    _table(doc, ["序 号", "评 估\n子 域", "评 分 "], rows)
    doc.add_paragraph("")
    doc.add_paragraph("二．发现的问题　（含改进想法）")
    for i, s in enumerate((s for s in report.subs if s.findings), 1):
        doc.add_paragraph(f"（{i}）{' '.join(NAMES[s.code])} —— {''.join(s.findings)}")
        for text in s.needs:
            doc.add_paragraph(f"      改进： {text}")
    doc.add_paragraph("三.做得好的")
    for s in report.subs:
        for text in s.strengths:
            doc.add_paragraph(f"- {text}")
    return _bytes(doc)


def comments(report: Definition, _: Callable[[Sub], str]) -> bytes:
    """08: a self-check of free comments by department, no score and no subdomain name."""
    doc = _open("自查")
    doc.add_paragraph(f"{report.name}自查情况")
    doc.add_paragraph(report.intro)
    parts = [
        ("厂部和财务", ("M01", "M16")),
        ("车间", ("M03", "M06", "M15")),
        ("设计和计划", ("M08", "M11")),
    ]
    parts.append(("库房和售后", ("M14", "M19")))
    for title, codes in parts:
        doc.add_paragraph(f"{title}说的：")
        for s in report.subs:
            if s.code in codes:
                text = "".join([*s.strengths, *s.findings])
                doc.add_paragraph(text + "".join(f"盼着：{t}" for t in s.needs))
    doc.add_paragraph("以上是大家的心里话，请专家来厂里看看。")
    return _bytes(doc)
