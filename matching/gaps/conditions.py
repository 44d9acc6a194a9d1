"""Conditions of a target, each judged on its own; a missing official number is never a failure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from matching.gaps.assessment import Assessment
from matching.gaps.criteria import CriterionSet, FactoryLevel
from matching.gaps.rollup import GradeResult
from matching.gaps.targets import Target

RATIO_TOLERANCE = 1e-9

THRESHOLD_LABELS = {
    "links_min": "覆盖环节数",
    "ai_scene_ratio_min": "应用人工智能的场景比例",
    "scene_count_min": "已应用场景数",
    "equipment_nc_rate_min": "关键设备数控化率",
    "equipment_networking_rate_min": "关键设备联网率",
    "revenue_min": "营业收入",
}
"""Threshold fields of `factory_levels.json` that are numbers, and what people call them."""


class ConditionStatus(StrEnum):
    """Outcome of one condition; `no_official_number` can be shown, never failed on."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NO_OFFICIAL_NUMBER = "no_official_number"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of the target.

    Attributes:
        code: `maturity`, `gate:3`, `link:F3`, `links_min`, `ai_scene_ratio_min`, `prior_level`,
            `eligibility:EL1` and the other threshold fields.
        label: what it asks, in Chinese.
        status: the outcome.
        value: what the factory has (None: not known); ratios are 0 to 1.
        required: what is asked (None: no official number).
        hard: false for mere commitments (such as EL7).
        source: provenance mark of the requirement.
        detail: one Chinese sentence that explains the outcome.
    """

    code: str
    label: str
    status: ConditionStatus
    value: float | str | bool | None
    required: float | str | bool | None
    hard: bool
    source: str
    detail: str


def judge_conditions(
    assessment: Assessment, criteria: CriterionSet, *, target: Target, result: GradeResult
) -> tuple[Condition, ...]:
    """Judge every condition of `target` in a fixed order.

    A maturity target has the grade and the level gates; a factory level adds links, numeric
    thresholds, the prior level and the eligibility items that apply to it.
    """
    conditions = [_maturity(target, result), *_gate_conditions(target, result)]
    if target.level is not None:
        conditions += _links(assessment, criteria, target.level)
        conditions += _thresholds(assessment, criteria, target.level)
        conditions += _prior(assessment, criteria, target.level)
        conditions += _eligibility(assessment, criteria, target.level)
    return tuple(conditions)


def covered_links(assessment: Assessment, criteria: CriterionSet) -> tuple[str, ...]:
    """Return the links with at least one applied or optimised scene."""
    return tuple(
        link.code
        for link in criteria.links.values()
        if any(assessment.in_use(scene) for scene in link.scenes)
    )


def ai_scene_ratio(assessment: Assessment) -> float | None:
    """Return scenes in use with AI ÷ scenes in use; None where no scene is in use."""
    in_use = [code for code in assessment.scenes if assessment.in_use(code)]
    if not in_use:
        return None
    return sum(assessment.scenes[code].ai for code in in_use) / len(in_use)


def _maturity(target: Target, result: GradeResult) -> Condition:
    low, high = result.grade, result.grade_if_unknown_met
    if low >= target.grade:
        status, detail = ConditionStatus.MET, f"推算为{low}级，达到{target.grade}级"
    elif high < target.grade:
        status, detail = ConditionStatus.NOT_MET, f"推算为{low}级，低于{target.grade}级"
    else:
        status = ConditionStatus.UNKNOWN
        detail = f"有未作答的子域，等级在{low}级到{high}级之间，补齐后才能判断"
    source = "derived"
    if target.level is not None:
        source = target.level.threshold_src["maturity_level_min"]
    return Condition(
        code="maturity",
        label=f"智能制造能力成熟度不低于{target.grade}级",
        status=status,
        value=float(low),
        required=float(target.grade),
        hard=True,
        source=source,
        detail=f"{detail}（{result.note}）",
    )


def _gate_conditions(target: Target, result: GradeResult) -> Iterator[Condition]:
    for gate in result.gates:
        if gate.level <= target.grade:
            missing = "、".join(gate.missing)
            yield Condition(
                code=f"gate:{gate.level}",
                label=gate.text,
                status=ConditionStatus.MET if gate.open else ConditionStatus.NOT_MET,
                value=gate.open,
                required=True,
                hard=True,
                source=gate.src,
                detail="评估范围完整" if gate.open else f"裁剪了{missing}，不能申请该等级",
            )


def _links(
    assessment: Assessment, criteria: CriterionSet, level: FactoryLevel
) -> Iterator[Condition]:
    for code in level.links_required:
        link = criteria.links[code]
        count = sum(assessment.in_use(scene) for scene in link.scenes)
        if not assessment.scenes:
            status, detail = ConditionStatus.UNKNOWN, "没有记录场景，无法判断"
        elif count:
            status, detail = ConditionStatus.MET, f"已有{count}个场景在用"
        else:
            status, detail = ConditionStatus.NOT_MET, "还没有场景达到应用状态"
        yield Condition(
            code=f"link:{code}",
            label=f"覆盖{link.name}环节",
            status=status,
            value=float(count) if assessment.scenes else None,
            required=1.0,
            hard=True,
            source=level.links_src,
            detail=detail,
        )


def _measured(assessment: Assessment, criteria: CriterionSet) -> dict[str, float | None]:
    """Return what the factory has for each numeric threshold; None where it is not known."""
    values: dict[str, float | None] = dict.fromkeys(THRESHOLD_LABELS)
    for name, kpi in criteria.threshold_kpis.items():
        if kpi in assessment.kpis:
            values[name] = assessment.kpis[kpi] / 100  # these KPIs are per cent
    if assessment.scenes:
        values["links_min"] = float(len(covered_links(assessment, criteria)))
        values["scene_count_min"] = float(sum(assessment.in_use(s) for s in assessment.scenes))
        values["ai_scene_ratio_min"] = ai_scene_ratio(assessment) or 0.0
    return values


def _thresholds(
    assessment: Assessment, criteria: CriterionSet, level: FactoryLevel
) -> Iterator[Condition]:
    values = _measured(assessment, criteria)
    for name, label in THRESHOLD_LABELS.items():
        if name not in level.thresholds:
            continue
        required, value = level.thresholds[name], values[name]
        status, detail = _compare(value, required, show=_formatter(name))
        yield Condition(
            code=name,
            label=label,
            status=status,
            value=value,
            required=required,
            hard=required is not None,
            source=level.threshold_src[name],
            detail=detail,
        )


def _formatter(name: str) -> Callable[[float], str]:
    if name.endswith(("ratio_min", "rate_min")):
        return lambda value: f"{value:.0%}"
    return lambda value: f"{value:g}"


def _compare(
    value: float | None, required: float | None, *, show: Callable[[float], str]
) -> tuple[ConditionStatus, str]:
    if required is None:
        now = "未记录" if value is None else show(value)
        return ConditionStatus.NO_OFFICIAL_NUMBER, f"没有官方数值，仅供参考；当前{now}"
    if value is None:
        return ConditionStatus.UNKNOWN, f"要求不低于{show(required)}，当前未记录"
    if value >= required - RATIO_TOLERANCE:
        return ConditionStatus.MET, f"当前{show(value)}，要求不低于{show(required)}"
    return ConditionStatus.NOT_MET, f"当前{show(value)}，低于要求的{show(required)}"


def _prior(
    assessment: Assessment, criteria: CriterionSet, level: FactoryLevel
) -> Iterator[Condition]:
    if level.prior_level is None:
        return
    prior = criteria.factory_levels[level.prior_level]
    met = criteria.level_order(assessment.current_level) >= prior.order
    yield Condition(
        code="prior_level",
        label=f"已达到{prior.name}",
        status=ConditionStatus.MET if met else ConditionStatus.NOT_MET,
        value=assessment.current_level,
        required=prior.code,
        hard=True,
        source=level.prior_src,
        detail=level.prior_rule,
    )


def _eligibility(
    assessment: Assessment, criteria: CriterionSet, level: FactoryLevel
) -> Iterator[Condition]:
    outcome = {
        True: (ConditionStatus.MET, "企业确认满足"),
        False: (ConditionStatus.NOT_MET, "企业确认不满足"),
        None: (ConditionStatus.UNKNOWN, "企业未填写"),
    }
    for item in criteria.eligibility:
        applies = not item.levels or level.code in item.levels
        if not applies or item.covered_by is not None:
            continue  # EL5 repeats the maturity floor, which is judged by itself
        value = assessment.eligibility.get(item.code)
        status, detail = outcome[value]
        yield Condition(
            code=f"eligibility:{item.code}",
            label=item.text,
            status=status,
            value=value,
            required=True,
            hard=item.hard,
            source=item.src,
            detail=detail,
        )
