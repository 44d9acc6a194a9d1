"""Eight PDF layouts of test reports, set with typst."""

from collections.abc import Callable, Iterable
from itertools import groupby

import typst

from tests.data.report_definitions import (
    DOMAIN_OF,
    ELEMENT_OF,
    EVIDENCE,
    KPIS,
    NAMES,
    NAMES_EN,
    SCENES,
    STATUS,
    TYPE_NAMES,
    Definition,
    Sub,
)
from tests.data.report_docx import BANDS, RULES

FONT = "Noto Sans CJK SC"
FONT_PATHS = ["/usr/share/fonts"]
SHORT = {
    "M06": "设备装备",
    "M07": "网络设施",
    "M11": "计划调度",
    "M14": "仓储与配送",
    "M15": "安环",
    "M16": "能源管控",
    "M02": "人员技能",
}


def _t(text: str) -> str:
    """Return typst markup that prints `text` as it is."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'#"{escaped}"'


def _table(
    columns: str, header: Iterable[str], rows: Iterable[Iterable[str]], extra: str = ""
) -> str:
    head = ", ".join(f"[*{_t(h)}*]" for h in header)
    body = ",\n".join(", ".join(f"[{_t(c)}]" for c in row) for row in rows)
    return f"#table(columns: {columns}, inset: 4pt, {extra}\n table.header({head}),\n{body})\n"


def _compile(body: str, page: str, *, size: str = "10pt") -> bytes:
    source = (
        f'#set document(title: "评估报告", author: "虚构样例", date: none)\n#set page({page})\n'
        f'#set text(font: "{FONT}", size: {size}, lang: "zh", region: "cn")\n#set par(justify: true)\n{body}'
    )
    result = typst.compile(source.encode(), font_paths=FONT_PATHS)
    assert isinstance(result, bytes)
    return result


def _scenes(report: Definition, *, marks: dict[str, str] = STATUS) -> str:
    rows = [[c, SCENES[c], marks[s]] for c, s in report.scenes.items()]
    return _table("3", ["场景编号", "场景名称", "状态"], rows)


def _kpis(report: Definition, header: tuple[str, ...]) -> str:
    rows = [
        [KPIS[c]["name"], f"{b:g}{_unit(c)}", f"{n:g}{_unit(c)}"]
        for c, (b, n) in report.kpis.items()
    ]
    return _table("3", header, rows)


def _unit(code: str) -> str:
    return "%" if KPIS[code]["unit"] == "%" else ""


def _rules() -> str:
    return (
        "= 附录：评分说明\n"
        + _table("2", ["得分", "含义"], RULES)
        + _table("3", ["等级", "名称", "得分区间"], BANDS)
    )


def slides(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """09: consultant's slides: score chips, two boxes (短板, 对策) per element."""
    body = f"#align(center + horizon)[#text(28pt)[{_t(report.name)}] \\ {_t('智能工厂现状诊断汇报')}]\n#pagebreak()\n"
    body += f"= {_t('企业速览')}\n{_t(report.intro)}\n\n{_t('类型：' + TYPE_NAMES[report.mfg_type])}\n#pagebreak()\n"
    for element, group in groupby(report.subs, lambda s: ELEMENT_OF[s.code]):
        subs = list(group)
        chips = ", ".join(
            f"box(fill: rgb(220, 232, 245), inset: 6pt)[{_t(NAMES[s.code])} #text(16pt)[{_t(written(s))}]]"
            for s in subs
        )
        body += f"= {_t(element + '维度')}\n#grid(columns: 5, gutter: 6pt, {chips})\n#v(6pt)\n"
        bad = "\n".join(f"- {_t(NAMES[s.code] + '：' + t)}" for s in subs for t in s.findings)
        good = "\n".join(f"- {_t(NAMES[s.code] + '：' + t)}" for s in subs for t in s.needs)
        plus = "\n".join(f"- {_t(t)}" for s in subs for t in s.strengths)
        boxes = [
            f"block(stroke: 1pt, inset: 8pt, width: 100%)[*{n}*\n{x}]"
            for n, x in (("短板", bad), ("对策", good))
            if x
        ]
        if boxes:
            body += f"#grid(columns: (1fr,) * {len(boxes)}, gutter: 8pt, {', '.join(boxes)})\n"
        body += f"#v(4pt)\n*做得好*\n{plus}\n" if plus else ""
        body += "#pagebreak()\n"
    body += "= 指标变化\n" + _kpis(report, ("指标", "建设前", "建设后"))
    body += _t(f"综合评价：{report.mean():.1f}分，二级。")
    page = 'width: 25.4cm, height: 14.3cm, margin: 1.4cm, footer: [#"内部资料 请勿外传" #h(1fr) #context counter(page).display()]'
    return _compile(body, page, size="11pt")


def two_columns(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """10: two columns of running text, subdomain and score as run-in heads."""
    body = f'#place(top + center, scope: "parent", float: true)[#text(16pt)[*{_t(report.name + "智能制造成熟度评估简报")}*]]\n'
    body += f"{_t(report.intro)} {_t('适用' + TYPE_NAMES[report.mfg_type] + '评估域。')}\n\n"
    for element, group in groupby(report.subs, lambda s: ELEMENT_OF[s.code]):
        body += f"== {_t(element)}\n"
        for s in group:
            body += f"*{_t(f'{NAMES[s.code]}（{written(s)}分）')}* "
            body += _t(
                "".join([*s.strengths, *s.findings]) or "基本符合所评等级要求，未见突出问题。"
            )
            body += "\n\n" + "".join(f"{_t('【建议】' + t)}\n\n" for t in s.needs)
    body += f"== {_t('结论')}\n{_t(f'平均得分{report.mean():.2f}分，判定一级。')}\n"
    return _compile(body, 'paper: "a4", columns: 2, margin: 2cm', size="11pt")


def long_table(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """11: one table over several pages, its head repeated, long cells, page header and footer."""
    rows = [
        [
            str(i),
            NAMES[s.code],
            written(s),
            "".join([*(f"（优）{t}" for t in s.strengths), *s.findings]) or "未见明显不足",
            "".join(s.needs) or "/",
        ]
        for i, s in enumerate(report.subs, 1)
    ]
    rows.append(["", "加权总分", f"{report.mean():.2f}", "", ""])
    body = f"#align(center)[#text(18pt)[*{_t(report.name)}* \\ {_t('成熟度现场评估记录')}]]\n{_t(report.intro)}\n\n"
    body += _t(f"适用类型：{TYPE_NAMES[report.mfg_type]}；评估子域：{len(rows) - 1}个。") + "\n\n"
    body += _table(
        "(auto, 2.4cm, 1.4cm, 1fr, 1fr)", ["序号", "能力子域", "得分", "现场发现", "改进建议"], rows
    )
    body += _rules()
    page = 'paper: "a4", margin: 2.7cm, header: [#"评估记录 JZ-2026-011"], footer: [#"评估员签字：        第" #context counter(page).display() #"页"]'
    return _compile(body, page, size="12pt")


def full_marks(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """12: 得分, 满分, 得分率; strong points beside shortfalls; scenes."""
    rows = [
        [DOMAIN_OF[s.code], NAMES[s.code], "5", written(s), f"{(s.grade or 0) * 20:.0f}%"]
        for s in report.subs
    ]
    rows.append(
        [
            "合计",
            "",
            "100",
            f"{sum(s.grade or 0 for s in report.subs):.1f}",
            f"{report.mean() * 20:.0f}%",
        ]
    )
    body = f"= {_t(report.name + '评估结果通报')}\n{_t(report.intro)}\n\n{_t('企业为' + TYPE_NAMES[report.mfg_type] + '制造。')}\n"
    body += _table("5", ["能力域", "能力子域", "满分", "得分", "得分率"], rows)
    pairs = [
        [NAMES[s.code], "".join(s.strengths) or "—", "".join(s.findings) or "—"]
        for s in report.subs
        if s.strengths or s.findings
    ]
    body += f"== {_t('优势与不足')}\n" + _table(
        "(2.4cm, 1fr, 1.4fr)", ["子域", "优势", "不足"], pairs
    )
    body += f"== {_t('下一步需求')}\n" + "".join(
        f"+ {_t(f'{t}（对应{NAMES[s.code]}）')}\n" for s in report.subs for t in s.needs
    )
    body += f"== {_t('场景建设')}\n" + _scenes(
        report, marks={**STATUS, "none": "未建", "planned": "规划中"}
    )
    body += f"== {_t('查阅资料')}\n" + _table("3", ["部门", "资料", "份数"], EVIDENCE)
    return _compile(body, 'paper: "a4", margin: 2cm')


def english(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """13: heads in English, names in both languages, KPI table Before/After."""
    rows = [
        [
            f"{NAMES_EN[s.code]} {NAMES[s.code]}",
            written(s),
            f"L{int((s.grade or 0) + 0.2)}",
            "".join(s.findings) or "N/A",
            "".join(s.needs) or "-",
        ]
        for s in report.subs
    ]
    rows.append(["Overall 总体", f"{report.mean():.2f}", "L2", "", ""])
    body = f"= {_t('CMMM Assessment Report')}\n{_t(report.name)} {_t('Type: Process 流程型')}\n\n{_t(report.intro)}\n"
    body += _table(
        "(3.4cm, 1.3cm, 1.2cm, 1fr, 1fr)",
        ["Sub-domain", "Score", "Level", "Findings", "Recommendations"],
        rows,
    )
    body += "= Strengths\n" + "".join(f"- {_t(t)}\n" for s in report.subs for t in s.strengths)
    body += "= KPI\n" + _kpis(report, ("KPI 指标", "Before", "After"))
    return _compile(
        body,
        'paper: "a4", flipped: true, margin: 1.8cm, footer: [Confidential #h(1fr) Page #context counter(page).display()]',
        size="9.5pt",
    )


def prose_tables(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """14: prose diagnosis, then a page with a scene table and a KPI table."""
    say = ["{n}，{w}分：", "说到{n}，只能给{w}分，", "{n}目前是{w}分。", "{n}（{w}分）"]
    body = f"#align(center)[#text(17pt)[*{_t('专家入企诊断意见')}*]]\n{_t(report.name)}\n\n{_t(report.intro)}{_t('按离散型制造看，满分5分。')}\n\n"
    text = ""
    for i, s in enumerate(report.subs):
        text += say[i % 4].format(n=NAMES[s.code], w=written(s))
        text += "".join([*s.strengths, *s.findings]) or "没有大的问题。"
        text += "".join(f"我们的意见是：{t}" for t in s.needs)
        if i % 3 == 2:
            body += _t(text) + "\n\n"
            text = ""
    body += _t(text + f"总的看，平均{report.mean():.1f}分，先把一级做实。") + "\n#pagebreak()\n"
    body += f"== {_t('附表一 场景现状')}\n" + _scenes(report)
    body += f"== {_t('附表二 指标')}\n" + _kpis(report, ("指标名称", "去年", "今年"))
    return _compile(body, 'paper: "a4", margin: 2.4cm', size="11pt")


def bracket_chapters(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """15: Chinese-numbered chapters per domain, score in brackets, trimmed subdomains."""
    digits = "一二三四五六七八九十"
    body = f"#align(center)[#text(18pt)[*{_t(report.name)}*\\ {_t('智能制造能力评估报告')}]]\n{_t(report.intro)}\n\n"
    body += (
        _t(
            "本次为流程型评估，按企业业务裁剪了采购、生产作业、物流、销售和客户服务，裁剪部分不评分。"
        )
        + "\n\n"
    )
    for i, (domain, group) in enumerate(groupby(report.subs, lambda s: DOMAIN_OF[s.code])):
        body += f"= {_t(digits[i] + '、' + domain + '域')}\n" if i < 10 else ""
        for j, s in enumerate(group):
            body += f"== {_t(f'（{digits[j]}）{NAMES[s.code]} 【得分 {written(s)}】')}\n"
            body += "".join(f"*{_t('优点')}* {_t(t)}\n\n" for t in s.strengths)
            body += "".join(f"*{_t('存在问题')}* {_t(t)}\n\n" for t in s.findings)
            body += "".join(f"*{_t('改进建议')}* {_t(t)}\n\n" for t in s.needs)
            body += "" if s.findings or s.strengths else _t("符合要求。") + "\n\n"
    body += f"= {_t('附件 资料清单')}\n"
    body += "".join(f"+ {_t(f'{who}提供{what}，{n}份')}\n" for who, what, n in EVIDENCE)
    return _compile(
        body, 'paper: "a4", margin: 2.2cm, header: [#"智能制造能力评估"]', size="10.5pt"
    )


def three_lines(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """16: three-line table, scores as x/5, shortened names, bullets with arrows."""
    names = {**NAMES, **SHORT}
    half = (len(report.subs) + 1) // 2
    left, right = report.subs[:half], report.subs[half:]
    cells = [
        [names[a.code], written(a), names[b.code] if b else "", written(b) if b else ""]
        for a, b in zip(left, [*right, *[None] * (half - len(right))], strict=True)
    ]
    body = f"= {_t(report.name)}\n{_t('诊断摘要（离散型）。' + report.intro)}\n\n"
    body += _table("4", ["子域", "得分", "子域", "得分"], cells, "stroke: (x: none, y: 0.4pt),")
    body += f"\n{_t(f'合计平均 {report.mean():.2f}/5')}\n\n== {_t('不足')}\n"
    for s in report.subs:
        for i, text in enumerate(s.findings):
            tail = f" → 建议：{s.needs[i]}" if i < len(s.needs) else ""
            body += f"- {_t(f'{names[s.code]}：{text}{tail}')}\n"
    body += f"== {_t('亮点')}\n" + "".join(
        f"- {_t(f'{names[s.code]}：{t}')}\n" for s in report.subs for t in s.strengths
    )
    return _compile(body, 'paper: "a4", margin: 2.2cm', size="11pt")
