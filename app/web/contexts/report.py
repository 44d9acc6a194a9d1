"""What the gap report page shows, and what its files are called."""

import re
from collections import Counter

from starlette.requests import Request

from app.core.clock import CHINA
from app.models import Factory
from app.services.gap_report_parts import GapReport, ReportGap, ReportScene
from app.web.contexts.factory import TARGETS
from app.web.contexts.factory_charts import radar_view
from app.web.contexts.gap_common import ACTIONS, FACTOR_NAMES
from app.web.i18n import N_, translate
from app.web.labels import label

CONDITION_TONES = {"met": "good", "not_met": "bad", "unknown": "warn", "no_official_number": ""}
SCENE_TONES = {"none": "", "planned": "", "pilot": "warn", "applied": "good", "optimised": "good"}
TOP_GAPS = 20
# Windows refuses these in names; a header must hold no line end.
_BAD_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]')


def report_context(request: Request, factory: Factory, report: GapReport) -> dict[str, object]:
    """Prepare the report for printing in the reader's language."""
    counted = Counter(condition.status.code for condition in report.conditions)
    target = report.factory.target.code
    return {
        "factory": factory,
        "report": report,
        "target": target,
        "targets": TARGETS,
        "other_target": "" if target == factory.target_level else f"?target={target}",
        "radar": radar_view(
            [(axis.name, round(axis.now, 1), axis.target) for axis in report.radar],
            extra=[None if axis.peers is None else round(axis.peers, 1) for axis in report.radar],
        ),
        "peer_name": (
            translate(request, N_("同行中位数"))
            if any(axis.peers is not None for axis in report.radar)
            else ""
        ),
        "condition_counts": [
            (code, CONDITION_TONES[code], counted[code]) for code in CONDITION_TONES
        ],
        "condition_tones": CONDITION_TONES,
        "links": [
            {"link": link, "scenes": [_scene(request, scene) for scene in link.scenes]}
            for link in report.links
        ],
        "gaps": [_gap(request, gap) for gap in report.gaps[:TOP_GAPS]],
        "factor_names": [translate(request, name) for name in FACTOR_NAMES.values()],
        "phases": [
            {
                "number": phase.number,
                "scenes": [
                    {
                        "code": scene.code,
                        "action": translate(request, ACTIONS[action.code]),
                        "priority": priority,
                    }
                    for scene, action, priority in phase.scenes
                ],
            }
            for phase in report.phases
        ],
        "level_scores": "、".join(f"{score:.2f}" for score in report.grade.level_scores),
    }


def file_name(report: GapReport, kind: str) -> str:
    """Name the file to keep after factory, target and day; without what file systems refuse."""
    name = _BAD_IN_NAMES.sub("", report.factory.name).strip(". ")[:60] or "工厂"
    day = report.made_at.astimezone(CHINA).strftime("%Y%m%d")
    return f"{name}-差距分析报告-{report.factory.target.code}-{day}.{kind}"


def _scene(request: Request, scene: ReportScene) -> dict[str, object]:
    return {
        "code": scene.code,
        "status": translate(request, label("scene_status", scene.status.code)),
        "tone": SCENE_TONES[scene.status.code],
        "ai": scene.ai,
        "wanted": translate(request, ACTIONS[scene.wanted.code]) if scene.wanted else "",
    }


def _gap(request: Request, gap: ReportGap) -> dict[str, object]:
    if gap.action is not None:
        summary = translate(request, ACTIONS[gap.action.code])
    else:
        text = translate(request, N_("当前 {present} 级，目标 {target} 级"))
        summary = text.format(present=f"{gap.present:.1f}", target=gap.target)
    return {
        "place": gap.place,
        "kind": "scene" if gap.is_scene else "subdomain",
        "code": gap.code,
        "priority": gap.priority,
        "summary": summary,
        "reason": gap.reasons[0] if gap.reasons else "",
        "before": gap.before,
        "helps": gap.helps,
        "factors": [f"{factor.value:.2f}" for factor in gap.factors],
    }
