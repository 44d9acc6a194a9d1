"""Four spreadsheet layouts of test reports."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from itertools import groupby

import xlsxwriter

from tests.data.report_definitions import (
    DOMAIN_OF,
    EVIDENCE,
    KPIS,
    NAMES,
    SCENES,
    STATUS,
    TYPE_NAMES,
    Definition,
    Sub,
)


class _Book:
    """A workbook in memory with a fixed date, rows written one after another."""

    def __init__(self) -> None:
        self._out = BytesIO()
        self.book = xlsxwriter.Workbook(self._out, {"in_memory": True})
        self.book.set_properties({"author": "虚构样例", "created": datetime(2026, 1, 1)})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})

    def sheet(
        self, name: str, rows: Sequence[Sequence[str | float | None]]
    ) -> xlsxwriter.worksheet.Worksheet:
        """Add a sheet and write `rows` from the top left."""
        sheet = self.book.add_worksheet(name)
        for i, row in enumerate(rows):
            for j, value in enumerate(row):
                if value is not None and value != "":
                    sheet.write(i, j, value, self.wrap)
        sheet.set_column(0, 8, 18)
        return sheet

    def close(self) -> bytes:
        """Return the file."""
        self.book.close()
        return self._out.getvalue()


def one_sheet(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """17: title rows over the head, grades as 2级, an average row and signatures below."""
    rows: list[list[str | float | None]] = [
        [f"{report.name}成熟度自评表"],
        [report.intro],
        [],
        ["序号", "子域", "自评等级", "存在的差距", "做得好的地方", "整改措施"],
    ]
    for i, s in enumerate(report.subs, 1):
        rows.append(
            [
                i,
                NAMES[s.code],
                written(s),
                "".join(s.findings),
                "".join(s.strengths),
                "".join(s.needs),
            ]
        )
    rows += [
        ["", "平均等级", f"{report.mean():.1f}级"],
        [],
        ["填表人：", "", "审核人：", "", "日期："],
    ]
    book = _Book()
    sheet = book.sheet("自评表", rows)
    sheet.merge_range(0, 0, 0, 5, str(rows[0][0]))
    sheet.merge_range(1, 0, 1, 5, report.intro, book.wrap)
    return book.close()


def three_sheets(report: Definition, _: Callable[[Sub], str]) -> bytes:
    """18: hundred-point scores on one sheet, problems on another, proposals on a third."""
    book = _Book()
    total: list[list[str | float | None]] = [
        ["企业名称", report.name],
        ["企业类型", TYPE_NAMES[report.mfg_type]],
        ["说明", report.intro],
        [],
        ["能力域", "子域名称", "得分", "满分", "得分率"],
    ]
    for s in report.subs:
        points = round((s.grade or 0) * 20)
        total.append([DOMAIN_OF[s.code], NAMES[s.code], points, 100, f"{points}%"])
    total.append(
        [
            "合计",
            "",
            sum(round((s.grade or 0) * 20) for s in report.subs),
            100 * len(report.subs),
            "",
        ]
    )
    book.sheet("总表", total)
    problems: list[list[str | float | None]] = [
        ["序号", "所属子域", "问题描述", "严重程度", "责任部门"]
    ]
    for s in report.subs:
        problems += [
            [len(problems) + i, NAMES[s.code], t, "中", "生产部"] for i, t in enumerate(s.findings)
        ]
    book.sheet("问题清单", problems)
    ideas: list[list[str | float | None]] = [["所属子域", "改进建议", "优先级"]]
    ideas += [[NAMES[s.code], t, "高"] for s in report.subs for t in s.needs]
    book.sheet("改进建议", ideas)
    plus: list[list[str | float | None]] = [["亮点"]]
    plus += [[t] for s in report.subs for t in s.strengths]
    book.sheet("亮点", plus)
    book.sheet("资料清单", [["部门", "资料", "份数"], *EVIDENCE])
    return book.close()


def transposed(report: Definition, _: Callable[[Sub], str]) -> bytes:
    """19: subdomains across, kinds of statement down; scene and KPI sheets."""
    book = _Book()
    rows: list[list[str | float | None]] = [
        [f"{report.name}（{TYPE_NAMES[report.mfg_type]}）"],
        [report.intro],
        ["项目", *(NAMES[s.code] for s in report.subs), "平均"],
        ["得分", *(s.grade for s in report.subs), round(report.mean(), 2)],
        ["存在问题", *("".join(s.findings) for s in report.subs)],
        ["改进需求", *("".join(s.needs) for s in report.subs)],
    ]
    book.sheet("评分", rows)
    scenes: list[list[str | float | None]] = [["场景编码", "场景", "状态"]]
    scenes += [[c, SCENES[c], STATUS[v]] for c, v in report.scenes.items()]
    book.sheet("场景", scenes)
    kpis: list[list[str | float | None]] = [["指标", "单位", "建设前", "现在"]]
    kpis += [[KPIS[c]["name"], KPIS[c]["unit"], b, n] for c, (b, n) in report.kpis.items()]
    book.sheet("指标", kpis)
    return book.close()


def questions(report: Definition, written: Callable[[Sub], str]) -> bytes:
    """20: a row per question scored 1/0.8/0.5/0, a subtotal row per subdomain with its score."""
    asks = ["制度与职责是否落实", "日常记录是否完整", "系统是否支撑业务", "数据是否用于改进"]
    marks = [1, 0.8, 0.5, 0]
    rows: list[list[str | float | None]] = [
        [f"{report.name} 评估打分表", "", "", f"类型：{TYPE_NAMES[report.mfg_type]}"],
        [report.intro],
        ["能力域", "能力子域", "评估要点", "打分", "证据", "发现的问题", "改进建议"],
    ]
    for domain, group in groupby(report.subs, lambda s: DOMAIN_OF[s.code]):
        for s in group:
            for i, ask in enumerate(asks):
                problem = s.findings[0] if i == 2 and s.findings else ""
                idea = s.needs[0] if i == 2 and s.needs else ""
                rows.append([domain, NAMES[s.code], ask, marks[i], "现场记录", problem, idea])
            rows.append([domain, f"{NAMES[s.code]} 小计", "", float(written(s)), "", "", ""])
    rows.append(["总分", "", "", round(report.mean(), 2)])
    book = _Book()
    book.sheet("打分表", rows)
    book.sheet(
        "打分说明",
        [["打分", "含义"], [1, "全部满足"], [0.8, "大部分满足"], [0.5, "部分满足"], [0, "不满足"]],
    )
    return book.close()
