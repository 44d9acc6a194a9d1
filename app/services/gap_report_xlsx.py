"""The gap report as a workbook: numbers as numbers, one sheet a question."""

from app.adapters.workbooks import Cell, Column, Tone, Value, WorkbookBuilder
from app.core.clock import CHINA
from app.core.money import wan_from_fen
from app.services.gap_report_parts import Coded, GapReport, ReportGap

CONDITION_TONES: dict[str, Tone] = {
    "达到": "good",
    "未达到": "bad",
    "情况不明": "warn",
    "国家没有给出数值": "muted",
}
SCENE_TONES: dict[str, Tone] = {
    "无": "muted",
    "规划": "muted",
    "试点": "warn",
    "应用": "good",
    "优化": "good",
}


def gap_report_xlsx(report: GapReport) -> bytes:
    """Write the report as xlsx; the same report gives the same bytes."""
    factory = report.factory
    book = WorkbookBuilder(
        title=f"{factory.name} 差距分析报告", author="冀智对接", created=report.made_at
    )
    _overview(book, report)
    _conditions(book, report)
    _subdomains(book, report)
    _scenes(book, report)
    _build_order(book, report)
    _needs(book, report)
    return book.to_bytes()


def _named(items: tuple[Coded, ...]) -> str:
    return "、".join(f"{item.code} {item.name}" for item in items)


def _wan(fen: int | None) -> float | None:
    return None if fen is None else float(wan_from_fen(fen))


def _overview(book: WorkbookBuilder, report: GapReport) -> None:
    factory, assessment, grade = report.factory, report.assessment, report.grade
    columns = [Column("项目", 26), Column("内容", 44, "any"), Column("说明", 60)]
    sheet = book.sheet("概览", columns, intro=("智能工厂差距分析报告", factory.name))
    level = Cell(f"{factory.level.name} → {factory.target.name}", bold=True)
    made = report.made_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    rows: tuple[tuple[Value | Cell, ...], ...] = (
        ("所属机构", factory.organisation, ""),
        ("所在地", factory.place, ""),
        ("行业", factory.industry, ""),
        ("制造类型", factory.mfg_type.name, "权重表按此选用"),
        ("现有等级 → 目标", level, ""),
        ("从业人员（人）", factory.staff, ""),
        ("上年营业收入（万元）", _wan(factory.revenue_fen), ""),
        ("改造预算（万元）", _wan(factory.budget_fen), ""),
        ("计划周期（周）", factory.horizon_weeks, ""),
        ("成熟度推算（级）", Cell(grade.grade, bold=True), grade.note),
        ("目标要求（级）", grade.target, ""),
        ("逐级判定（级）", grade.by_step, "每级得分不低于 0.8，逐级达到"),
        ("总分判定（级）", grade.by_band, "总分落在的分数段；两种读法取较低者"),
        ("总分", round(grade.total, 4), "各级得分之和，达到的级计 1"),
        *(
            (f"A{n} 得分", round(score, 4), f"第 {n} 级的加权得分，0 到 1")
            for n, score in enumerate(grade.level_scores, start=1)
        ),
        ("已作答", f"{grade.coverage:.0%}", f"未答的都算达到，最高 {grade.best} 级"),
        ("评估版本", assessment.version, assessment.status.name),
        ("评估日期", assessment.assessed_on.isoformat(), "数据截至此日"),
        (
            "标准集",
            f"{assessment.criteria_title}（{assessment.jurisdiction}）",
            assessment.criteria_code,
        ),
        ("标准集版本", assessment.criteria_version, f"评估录入时：{assessment.recorded_by}"),
        ("报告生成", made, f"{report.made_by}，北京时间"),
        *(
            (f"能力域：{axis.name}", round(axis.now, 2), _axis(axis.target, axis.peers))
            for axis in report.radar
        ),
    )
    for row in rows:
        sheet.row(*row)
    sheet.done()


def _axis(target: float, peers: float | None) -> str:
    return f"目标 {target:g}" + ("" if peers is None else f"，同行中位数 {peers:.1f}")


def _conditions(book: WorkbookBuilder, report: GapReport) -> None:
    columns = [
        Column("代码", 24),
        Column("条件", 52),
        Column("结果", 20, tones=CONDITION_TONES),
        Column("硬性", 8),
        Column("说明", 60),
    ]
    sheet = book.sheet("等级条件", columns)
    for condition in report.conditions:
        sheet.row(
            condition.code,
            condition.label,
            condition.status.name,
            condition.hard,
            condition.detail,
        )
    sheet.done()


def _subdomains(book: WorkbookBuilder, report: GapReport) -> None:
    factors = [factor.name for gap in report.gaps[:1] for factor in gap.factors]
    columns = [
        Column("子域", 8),
        Column("名称", 16),
        Column("能力域", 14),
        Column("权重占比", 10, "percent"),
        Column("当前", 8, "number"),
        Column("目标", 8, "int"),
        Column("差", 8, "number"),
        Column("优先级", 10, "int", bars=True),
        *(Column(name, 9, "number", note="0 到 1；优先级 = 1000 × 各因素相乘") for name in factors),
        Column("要求", 56),
        Column("有帮助的场景", 40),
        Column("因素的依据", 60),
    ]
    sheet = book.sheet("子域差距", columns)
    gaps = {gap.code: gap for gap in report.gaps if not gap.is_scene}
    for row in report.subdomains:
        gap = gaps.get(row.code)
        sheet.row(
            row.code,
            row.name,
            row.domain,
            row.share,
            round(row.present, 2),
            row.target,
            round(max(0.0, row.target - row.present), 2),
            row.priority,
            *_factors(gap, len(factors)),
            "；".join(gap.reasons) if gap else "" if row.answered else "未答全",
            _named(gap.helps) if gap else "",
            _why(gap),
        )
    sheet.done()


def _factors(gap: ReportGap | None, count: int) -> list[float | None]:
    return [round(factor.value, 4) for factor in gap.factors] if gap else [None] * count


def _why(gap: ReportGap | None) -> str:
    return "\n".join(f"{f.name}：{f.why}" for f in gap.factors) if gap else ""


def _scenes(book: WorkbookBuilder, report: GapReport) -> None:
    factors = [factor.name for gap in report.gaps[:1] for factor in gap.factors]
    columns = [
        Column("环节", 14),
        Column("目标要求覆盖", 10),
        Column("场景", 8),
        Column("名称", 26),
        Column("状态", 10, tones=SCENE_TONES),
        Column("AI", 6),
        Column("目标要求", 16),
        Column("优先级", 10, "int", bars=True),
        *(Column(name, 9, "number") for name in factors),
        Column("为什么要", 56),
        Column("先要有", 34),
        Column("因素的依据", 60),
    ]
    sheet = book.sheet("场景热力", columns)
    gaps = {gap.code: gap for gap in report.gaps if gap.is_scene}
    for link in report.links:
        for scene in link.scenes:
            gap = gaps.get(scene.code)
            sheet.row(
                f"{link.code} {link.name}",
                link.required,
                scene.code,
                scene.name,
                scene.status.name,
                scene.ai,
                scene.wanted.name if scene.wanted else None,
                gap.priority if gap else None,
                *_factors(gap, len(factors)),
                "；".join(gap.reasons) if gap else "",
                _named(gap.before) if gap else "",
                _why(gap),
            )
    sheet.done()


def _build_order(book: WorkbookBuilder, report: GapReport) -> None:
    columns = [
        Column("阶段", 8, "int", note="同一阶段可以并行；后一阶段以前面阶段为硬前置"),
        Column("场景", 8),
        Column("名称", 28),
        Column("要做什么", 16),
        Column("优先级", 10, "int", bars=True),
        Column("在最短路径上", 12, note="达到目标的最少场景组合；空白表示没有计算"),
        Column("在路径上的作用", 60),
    ]
    sheet = book.sheet("建设顺序", columns)
    serves = {scene.code: scene.serves for scene in report.path.scenes} if report.path else {}
    wanted: set[str] = set()
    for phase in report.phases:
        for scene, action, priority in phase.scenes:
            on_path = scene.code in serves if report.path and report.path.reachable else None
            wanted.add(scene.code)
            sheet.row(
                phase.number,
                scene.code,
                scene.name,
                action.name,
                priority,
                on_path,
                serves.get(scene.code, ""),
            )
    for extra in report.path.scenes if report.path else ():
        if extra.code not in wanted:
            sheet.row(
                extra.phase, extra.code, extra.name, "仅在最短路径上", None, True, extra.serves
            )
    sheet.done()


def _needs(book: WorkbookBuilder, report: GapReport) -> None:
    columns = [
        Column("需求", 30),
        Column("现象", 60),
        Column("场景", 36),
        Column("紧急程度", 10, tones={"高": "bad", "中": "warn"}),
        Column("状态", 10),
        Column("预算（万元）", 12, "number"),
        Column("周期（周）", 10, "int"),
        Column("保密", 8),
    ]
    sheet = book.sheet("需求", columns)
    for need in report.needs:
        sheet.row(
            need.title,
            need.symptom,
            _named(need.scenes),
            need.urgency.name,
            need.status.name,
            _wan(need.budget_fen),
            need.weeks,
            need.confidential,
        )
    sheet.done()
