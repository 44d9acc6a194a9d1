"""What the gap analysis page shows."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from starlette.requests import Request

from app.core.actors import Actor
from app.permissions import Permission, allowed
from app.services.criteria import SetInfo
from app.services.gap_peers import PeerGroup, medians
from app.services.gap_work import GapWork
from app.web.contexts.factory import TARGETS
from app.web.contexts.factory_charts import RadarView, radar_view
from app.web.contexts.gap_common import (
    ACTIONS,
    FACTOR_NAMES,
    STATUS_ORDER,
    TONES,
    address_of,
    common_context,
    condition_view,
    namer,
    route_path,
)
from app.web.contexts.gap_graph import GraphView, graph_view
from app.web.contexts.gap_peers import group_word, peers_context
from app.web.forms.gaps import STANDARD, STRENGTHS, strength_field, strengths_of
from app.web.i18n import N_, translate
from matching.gaps import (
    BuildGraph,
    FactorName,
    GapAnalysis,
    SceneGap,
    SubdomainGap,
    build_graph,
    radar,
)

# Gaps shown open in the list; the rest stand in the same order below a fold.
FIRST_GAPS = 12
STRENGTH_WORDS = {"0": N_("关"), "0.5": N_("弱"), "1": N_("标准"), "2": N_("强")}
BODIES = {"national": N_("国家"), "hebei": N_("河北")}
# Darker means further on; the word stands beside it.
HEAT = {"none": 0, "planned": 1, "pilot": 2, "applied": 3, "optimised": 4}

Namer = Callable[[str], str]


def gaps_context(
    request: Request,
    work: GapWork,
    analysis: GapAnalysis,
    *,
    groups: Sequence[PeerGroup],
    sets: Sequence[SetInfo],
    actor: Actor,
) -> dict[str, object]:
    """Prepare grade, radar, conditions, gaps, heat table, build order and peers."""
    name = namer(request, work.criteria)
    gaps = [_gap(request, place, gap, name) for place, gap in enumerate(analysis.gaps, start=1)]
    kind, peers = medians(groups)
    graph = build_graph(analysis, work.criteria)
    return {
        **common_context(request, work, sets, actor=actor),
        "analysis": analysis,
        "result": analysis.result,
        "placeholders": [name(code) for code in analysis.result.placeholder_weights],
        "radar": _radar(analysis, name, peers),
        "peer_name": group_word(request, kind, median=True) if kind else "",
        "conditions": _conditions(request, analysis),
        "reviews": _reviews(request, analysis),
        "first_gaps": gaps[:FIRST_GAPS],
        "other_gaps": gaps[FIRST_GAPS:],
        "pick_url": _pick_url(request, work, actor),
        "strengths": _strengths(request),
        "reset_url": _reset_url(request, work),
        "is_tuned": any(value != STANDARD for value in strengths_of(request.query_params).values()),
        "heat": _heat(request, work, analysis, name),
        "graph": _graph(request, graph, name) if analysis.build_order else None,
        "phases": _phases(request, analysis, name),
        "peers": peers_context(request, groups, name),
    }


def _radar(analysis: GapAnalysis, name: Namer, peers: dict[str, float]) -> RadarView:
    points = radar(analysis)
    extra = [peers.get(point.domain) for point in points]
    return radar_view(
        [(name(p.domain), round(p.now, 1), p.target) for p in points],
        extra=[None if value is None else round(value, 1) for value in extra],
    )


def _conditions(request: Request, analysis: GapAnalysis) -> list[dict[str, object]]:
    """Group the conditions by outcome, what hinders first."""
    groups: list[dict[str, object]] = []
    for status in STATUS_ORDER:
        found = [condition_view(request, c) for c in analysis.conditions if c.status is status]
        if found:
            groups.append({"status": status.value, "tone": TONES[status], "items": found})
    return groups


def _reviews(request: Request, analysis: GapAnalysis) -> list[tuple[str, str]]:
    """Say who decides about the level; a maturity grade has nobody here."""
    level = analysis.target.level
    steps = level.review if level else ()
    return [(translate(request, BODIES.get(step.body, step.body)), step.who) for step in steps]


def _pick_url(request: Request, work: GapWork, actor: Actor) -> str:
    """Give where ticked gaps go; empty where the actor may not, or they would be others there."""
    may = allowed(actor, Permission.NEED_WRITE, work.factory)
    if not may or not work.is_default or work.target not in TARGETS:
        return ""
    return route_path(request, "needs_from_gaps", work.factory)


def _reset_url(request: Request, work: GapWork) -> str:
    """Give the present address with all factors at their standard strength."""
    address = address_of(request, work)
    kept = {name: value for name, value in address.kept.items() if not name.startswith("w_")}
    return replace(address, kept=kept).to("factory_gaps")


def _strengths(request: Request) -> list[dict[str, object]]:
    chosen = strengths_of(request.query_params)
    return [
        {
            "field": strength_field(name),
            "name": translate(request, FACTOR_NAMES[name.value]),
            "value": chosen[strength_field(name)],
            "options": [(value, translate(request, STRENGTH_WORDS[value])) for value in STRENGTHS],
        }
        for name in FactorName
    ]


def _strength_word(request: Request, strength: float) -> str:
    return translate(request, STRENGTH_WORDS[f"{strength:g}"])


def _gap(
    request: Request, place: int, gap: SubdomainGap | SceneGap, name: Namer
) -> dict[str, object]:
    """One gap with its factors; scene and subdomain gaps share a shape."""
    shared = {
        "place": place,
        "code": gap.code,
        "name": name(gap.code),
        "priority": gap.priority,
        "factors": [
            {
                "name": translate(request, FACTOR_NAMES[factor.name.value]),
                "value": f"{factor.value:.2f}",
                "strength": _strength_word(request, factor.strength),
                "changed": factor.strength != 1,
                "effective": f"{factor.effective:.2f}",
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
            "before": [(code, name(code)) for code in gap.missing_prerequisites],
            "helps": (),
        }
    text = N_("当前 {present} 级，目标 {target} 级，差 {deficit} 级")
    return {
        **shared,
        "is_scene": False,
        "kind": translate(request, N_("子域")),
        "summary": translate(request, text).format(
            present=f"{gap.present:.1f}", target=gap.target, deficit=f"{gap.deficit:.1f}"
        ),
        "reasons": [ask.text for ask in gap.asks],
        "before": (),
        "helps": [(code, name(code)) for code in gap.scenes],
    }


def _heat(
    request: Request, work: GapWork, analysis: GapAnalysis, name: Namer
) -> list[dict[str, object]]:
    """The scenes by link, each with its status, AI and whether the target wants it."""
    level = analysis.target.level
    required = level.links_required if level else ()
    wanted = {gap.code: ACTIONS[gap.action.value] for gap in analysis.scene_gaps}
    return [
        {
            "code": link.code,
            "name": name(link.code),
            "required": link.code in required,
            "in_use": sum(work.facts.in_use(code) for code in link.scenes),
            "count": len(link.scenes),
            "scenes": [
                {**scene_cell(work, code, name), "wanted": translate(request, wanted.get(code, ""))}
                for code in link.scenes
            ],
        }
        for link in work.criteria.links.values()
    ]


def scene_cell(work: GapWork, code: str, name: Namer) -> dict[str, object]:
    """A scene as it stands: status word code, shade, AI."""
    state = work.facts.scenes.get(code)
    status = state.status.value if state else "none"
    return {
        "code": code,
        "name": name(code),
        "status": status,
        "heat": HEAT[status],
        "ai": bool(state and state.ai),
    }


def _graph(request: Request, graph: BuildGraph, name: Namer) -> GraphView:
    return graph_view(graph, name=name, heading=lambda layer: phase_word(request, layer))


def phase_word(request: Request, number: int) -> str:
    """Name a column of the build order; 0 is what is in use."""
    if not number:
        return translate(request, N_("已在用"))
    return translate(request, N_("第 {n} 阶段")).format(n=number)


def _phases(request: Request, analysis: GapAnalysis, name: Namer) -> list[dict[str, object]]:
    """The build order with each scene's action and priority."""
    gaps = {gap.code: gap for gap in analysis.scene_gaps}
    return [
        {
            "number": phase.number,
            "scenes": [
                {
                    "code": code,
                    "name": name(code),
                    "action": translate(request, ACTIONS[gaps[code].action.value]),
                    "priority": gaps[code].priority,
                }
                for code in phase.scenes
            ],
        }
        for phase in analysis.build_order
    ]
