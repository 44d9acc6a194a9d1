"""Build a gap report: one frozen value that the page, the PDF and the workbook are made from."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.adapters.reference import Reference
from app.models import Assessment, Factory, Need, NeedStatus
from app.services.gap_report_parts import (
    Coded,
    GapReport,
    RadarAxis,
    ReportAssessment,
    ReportCondition,
    ReportFactor,
    ReportFactory,
    ReportGap,
    ReportGrade,
    ReportLink,
    ReportNeed,
    ReportPath,
    ReportPathScene,
    ReportPhase,
    ReportScene,
    ReportSubdomain,
    ReportSwap,
)
from matching.gaps import (
    IN_USE,
    Condition,
    CriterionSet,
    GapAnalysis,
    PathScene,
    PathStatus,
    SceneGap,
    SceneStatus,
    ShortestPath,
    SubdomainGap,
    radar,
)

Names = Mapping[str, str]

# The report is a Chinese document; its words are those of the pages (tests compare them).
CONDITION_WORDS = {
    "met": "达到",
    "not_met": "未达到",
    "unknown": "情况不明",
    "no_official_number": "国家没有给出数值",
}
SCENE_WORDS = {
    "none": "无",
    "planned": "规划",
    "pilot": "试点",
    "applied": "应用",
    "optimised": "优化",
}
ACTION_WORDS = {"build": "新建", "extend": "由试点推开", "add_ai": "加入人工智能"}
FACTOR_WORDS = {
    "weight": "权重",
    "deficit": "缺口",
    "hard": "硬条件",
    "pain": "痛点",
    "readiness": "就绪度",
}
URGENCY_WORDS = {"high": "高", "medium": "中", "low": "低"}
NEED_WORDS = {"draft": "草稿", "published": "已发布", "closed": "已关闭"}
ASSESSMENT_WORDS = {
    "draft": "草稿",
    "submitted": "已提交",
    "verified": "已复核",
    "returned": "已退回",
}
TYPE_WORDS = {"process": "流程型", "discrete": "离散型"}
NO_LEVEL = "未认定"


def gap_report(
    factory: Factory,
    assessment: Assessment,
    analysis: GapAnalysis,
    needs: Sequence[Need],
    *,
    criteria: CriterionSet,
    reference: Reference,
    made_by: str,
    made_at: datetime,
    path: ShortestPath | None = None,
    peers: Mapping[str, float] | None = None,
) -> GapReport:
    """Build the report of one analysis; reads nothing and writes nothing.

    Args:
        factory: with its organisation loaded.
        assessment: the one that was analysed, with findings.
        analysis: outcome of `analyse_factory` for the target wanted.
        needs: those that the reader may see; closed ones are left out.
        criteria: the set that it was analysed by.
        reference: names of what the set does not name.
        made_by: shown name of who asked for the report.
        made_at: aware time.
        path: shortest path for the same target; None leaves the section out.
        peers: domain -> median of comparable factories (0 to 5); only where it may be shown.
    """
    medians = peers or {}
    names = _names(criteria, reference)
    return GapReport(
        factory=_factory(factory, analysis, criteria, reference),
        assessment=_assessment(assessment, criteria),
        grade=_grade(analysis, names),
        radar=tuple(
            RadarAxis(point.name, round(point.now, 2), point.target, medians.get(point.domain))
            for point in radar(analysis)
        ),
        conditions=tuple(_condition(condition) for condition in analysis.conditions),
        subdomains=_subdomains(analysis, criteria),
        links=_links(assessment, analysis, criteria),
        gaps=tuple(_gap(place, gap, names) for place, gap in enumerate(analysis.gaps, start=1)),
        phases=_phases(analysis),
        path=_path(path, names) if path else None,
        needs=tuple(_need(need, names) for need in needs if need.status != NeedStatus.CLOSED),
        formula=analysis.weights.version,
        made_by=made_by,
        made_at=made_at,
    )


def _names(criteria: CriterionSet, reference: Reference) -> Names:
    """Names by code: those of the criterion set, then the reference's (a need may name more)."""
    official = {code: reference.name_of("scene", code) for code in reference.codes("scene")}
    own = (criteria.scenes, criteria.subdomains, criteria.links)
    return official | {code: item.name for table in own for code, item in table.items()}


def _word(words: Names, code: str) -> Coded:
    return Coded(code, words[code])


def _coded(names: Names, codes: Iterable[str]) -> tuple[Coded, ...]:
    return tuple(Coded(code, names.get(code, "")) for code in codes)


def _factory(
    factory: Factory, analysis: GapAnalysis, criteria: CriterionSet, reference: Reference
) -> ReportFactory:
    target = analysis.target
    level = criteria.factory_levels.get(factory.level)
    return ReportFactory(
        name=factory.name,
        organisation=factory.organisation.name,
        place=f"{factory.region}{factory.county}",
        industry=reference.name_of("industry", factory.industry),
        mfg_type=_word(TYPE_WORDS, analysis.mfg_type.value),
        level=Coded(factory.level, level.short if level else NO_LEVEL),
        target=Coded(
            target.code, target.level.short if target.level else f"成熟度{target.grade}级"
        ),
        staff=factory.staff,
        revenue_fen=factory.revenue_fen,
        budget_fen=factory.budget_fen,
        horizon_weeks=factory.horizon_weeks,
    )


def _assessment(assessment: Assessment, criteria: CriterionSet) -> ReportAssessment:
    return ReportAssessment(
        version=assessment.version,
        status=_word(ASSESSMENT_WORDS, assessment.status.value),
        assessed_on=assessment.assessed_on,
        recorded_by=f"{assessment.criteria_code} {assessment.criteria_version}",
        criteria_code=criteria.code,
        criteria_version=criteria.version,
        criteria_title=criteria.title,
        jurisdiction=criteria.jurisdiction,
        findings=len(assessment.findings),
    )


def _grade(analysis: GapAnalysis, names: Names) -> ReportGrade:
    result = analysis.result
    return ReportGrade(
        grade=result.grade,
        target=analysis.target.grade,
        by_step=result.grades.by_step,
        by_band=result.grades.by_band,
        total=result.grades.total,
        level_scores=result.level_scores,
        coverage=result.coverage,
        best=result.grade_if_unknown_met,
        unanswered=_coded(names, result.unanswered),
        note=result.note,
    )


def _condition(condition: Condition) -> ReportCondition:
    return ReportCondition(
        code=condition.code,
        label=condition.label,
        status=_word(CONDITION_WORDS, condition.status.value),
        hard=condition.hard,
        detail=condition.detail,
    )


def _subdomains(analysis: GapAnalysis, criteria: CriterionSet) -> tuple[ReportSubdomain, ...]:
    """All subdomains in scope in their official order; those without a gap have no priority."""
    result = analysis.result
    priorities = {gap.code: gap.priority for gap in analysis.subdomain_gaps}
    return tuple(
        ReportSubdomain(
            code=code,
            name=criteria.subdomains[code].name,
            domain=criteria.domains[criteria.subdomains[code].domain].name,
            share=result.weights.shares[code],
            present=present,
            target=analysis.target.grade,
            answered=code not in result.unanswered,
            priority=priorities.get(code),
        )
        for code, present in sorted(result.subdomain_grades.items())
    )


def _links(
    assessment: Assessment, analysis: GapAnalysis, criteria: CriterionSet
) -> tuple[ReportLink, ...]:
    """The scenes by the links of the factory-level conditions, F1..F5."""
    level = analysis.target.level
    required = level.links_required if level else ()
    wanted = {gap.code: _word(ACTION_WORDS, gap.action.value) for gap in analysis.scene_gaps}
    links = []
    for link in criteria.links.values():
        scenes = tuple(_scene(code, assessment, wanted, criteria) for code in link.scenes)
        in_use = sum(SceneStatus(scene.status.code) in IN_USE for scene in scenes)
        links.append(ReportLink(link.code, link.name, link.code in required, in_use, scenes))
    return tuple(links)


def _scene(
    code: str, assessment: Assessment, wanted: Mapping[str, Coded], criteria: CriterionSet
) -> ReportScene:
    state = assessment.scenes.get(code, {"status": "none", "ai": False})
    return ReportScene(
        code=code,
        name=criteria.scenes[code].name,
        status=_word(SCENE_WORDS, str(state["status"])),
        ai=bool(state["ai"]),
        wanted=wanted.get(code),
    )


def _gap(place: int, gap: SubdomainGap | SceneGap, names: Names) -> ReportGap:
    action, present, target = None, None, None
    if isinstance(gap, SceneGap):
        action = _word(ACTION_WORDS, gap.action.value)
        summary = action.name
        reasons = tuple(reason.text for reason in gap.reasons)
        before, helps = gap.missing_prerequisites, tuple[str, ...]()
    else:
        present, target = gap.present, gap.target
        summary = f"当前{gap.present:.1f}级，目标{gap.target}级"
        reasons = tuple(ask.text for ask in gap.asks)
        before, helps = (), gap.scenes
    return ReportGap(
        place=place,
        is_scene=action is not None,
        action=action,
        present=present,
        target=target,
        code=gap.code,
        name=gap.name,
        priority=gap.priority,
        summary=summary,
        reasons=reasons,
        before=_coded(names, before),
        helps=_coded(names, helps),
        factors=tuple(
            ReportFactor(
                factor.name.value, FACTOR_WORDS[factor.name.value], factor.value, factor.why
            )
            for factor in gap.factors
        ),
    )


def _phases(analysis: GapAnalysis) -> tuple[ReportPhase, ...]:
    gaps = {gap.code: gap for gap in analysis.scene_gaps}
    return tuple(
        ReportPhase(
            phase.number,
            tuple(
                (
                    Coded(code, gaps[code].name),
                    _word(ACTION_WORDS, gaps[code].action.value),
                    gaps[code].priority,
                )
                for code in phase.scenes
            ),
        )
        for phase in analysis.build_order
    )


def _path(path: ShortestPath, names: Names) -> ReportPath:
    phase_of = {code: phase.number for phase in path.phases for code in phase.scenes}
    return ReportPath(
        reachable=path.status is not PathStatus.INFEASIBLE,
        proven=path.status is PathStatus.OPTIMAL,
        scenes=tuple(
            ReportPathScene(
                code=scene.code,
                name=scene.name,
                phase=phase_of[scene.code],
                now=_word(SCENE_WORDS, scene.status.value),
                serves=_serves(scene, names),
            )
            for scene in sorted(path.scenes, key=lambda s: (phase_of[s.code], s.code))
        ),
        ai=_coded(names, path.choice.ai),
        measures=tuple(f"{m.name}（{m.level}级）：{m.ask}" for m in path.measures),
        alternatives=tuple(
            ReportSwap(
                drop=_coded(names, sorted({*path.choice.scenes} - {*other.scenes})),
                add=_coded(names, sorted({*other.scenes} - {*path.choice.scenes})),
            )
            for other in path.alternatives
        ),
        open=tuple(condition.label for condition in path.unreachable),
        outside=tuple(_condition(condition) for condition in path.outside),
    )


def _serves(scene: PathScene, names: Names) -> str:
    """Say in one sentence what a scene of the path is for."""
    parts = []
    if scene.covers:
        links = "、".join(names[code] for code in scene.covers)
        parts.append(f"覆盖{links}环节")
    if scene.lifts:
        codes = dict.fromkeys(code for code, _level in scene.lifts)
        parts.append("提升" + "、".join(names[code] for code in codes))
    if scene.opens:
        parts.append("是" + "、".join(scene.opens) + "的前置")
    return "；".join(parts)


def _need(need: Need, names: Names) -> ReportNeed:
    return ReportNeed(
        title=need.title,
        symptom=need.symptom,
        scenes=_coded(names, need.scenes),
        urgency=_word(URGENCY_WORDS, need.urgency),
        status=_word(NEED_WORDS, need.status.value),
        budget_fen=need.budget_fen,
        weeks=need.weeks,
        confidential=need.confidential,
    )
