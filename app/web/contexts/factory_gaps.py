"""What the gap analysis page shows."""

from collections import Counter

from starlette.requests import Request

from app.core.actors import Actor
from app.models import Assessment, Factory
from app.web.contexts.factory import TARGETS, rights
from app.web.contexts.factory_charts import radar_view
from app.web.i18n import N_, language_of, translate
from matching.gaps import (
    Condition,
    ConditionStatus,
    GapAnalysis,
    SceneGap,
    SubdomainGap,
    radar,
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
TONES = {
    ConditionStatus.MET: "good",
    ConditionStatus.NOT_MET: "bad",
    ConditionStatus.UNKNOWN: "warn",
    ConditionStatus.NO_OFFICIAL_NUMBER: "",
}
# Gaps shown open in the list; the rest stand in the same order below a fold.
FIRST_GAPS = 12


def gaps_context(
    request: Request,
    factory: Factory,
    assessment: Assessment,
    analysis: GapAnalysis,
    *,
    actor: Actor,
) -> dict[str, object]:
    """Prepare grade, radar, conditions, gaps and build order of an analysis."""
    gaps = [_gap(request, place, gap) for place, gap in enumerate(analysis.gaps, start=1)]
    counted = Counter(condition.status for condition in analysis.conditions)
    points = [(_domain(request, p.domain), round(p.now, 1), p.target) for p in radar(analysis)]
    return {
        **rights(factory, actor),
        "factory": factory,
        "assessment": assessment,
        "analysis": analysis,
        "target": analysis.target.code,
        "targets": TARGETS,
        "result": analysis.result,
        "radar": radar_view(points),
        "conditions": [_condition(condition) for condition in analysis.conditions],
        "condition_counts": [(s.value, TONES[s], counted[s]) for s in ConditionStatus],
        "first_gaps": gaps[:FIRST_GAPS],
        "other_gaps": gaps[FIRST_GAPS:],
        "phases": _phases(request, analysis),
    }


def _domain(request: Request, code: str) -> str:
    reference = request.app.state.wiring.reference
    return str(reference.name_of("domain", code, language_of(request)))


def _condition(condition: Condition) -> dict[str, object]:
    return {
        "label": condition.label,
        "status": condition.status.value,
        "tone": TONES[condition.status],
        "detail": condition.detail,
        "hard": condition.hard,
    }


def _gap(request: Request, place: int, gap: SubdomainGap | SceneGap) -> dict[str, object]:
    """One gap with its factors; scene and subdomain gaps share a shape."""
    shared = {
        "place": place,
        "code": gap.code,
        "name": gap.name,
        "priority": gap.priority,
        "factors": [
            {
                "name": translate(request, FACTOR_NAMES[factor.name.value]),
                "value": f"{factor.value:.2f}",
                "why": factor.why,
            }
            for factor in gap.factors
        ],
    }
    if isinstance(gap, SceneGap):
        return {
            **shared,
            "is_scene": True,
            "kind": translate(request, N_("场景")),
            "summary": translate(request, ACTIONS[gap.action.value]),
            "reasons": [reason.text for reason in gap.reasons],
            "before": gap.missing_prerequisites,
            "helps": (),
        }
    text = N_("当前 {present} 级，目标 {target} 级")
    return {
        **shared,
        "is_scene": False,
        "kind": translate(request, N_("子域")),
        "summary": translate(request, text).format(present=f"{gap.present:.1f}", target=gap.target),
        "reasons": [ask.text for ask in gap.asks],
        "before": (),
        "helps": gap.scenes,
    }


def _phases(request: Request, analysis: GapAnalysis) -> list[dict[str, object]]:
    """The build order with each scene's action and priority."""
    gaps = {gap.code: gap for gap in analysis.scene_gaps}
    return [
        {
            "number": phase.number,
            "scenes": [
                {
                    "code": code,
                    "action": translate(request, ACTIONS[gaps[code].action.value]),
                    "priority": gaps[code].priority,
                }
                for code in phase.scenes
            ],
        }
        for phase in analysis.build_order
    ]
