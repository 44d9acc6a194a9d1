"""The gap report as PDF: numbers become text here, the template only sets type."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from app.adapters.pdf import render_pdf
from app.core.clock import CHINA
from app.core.money import format_wan
from app.services.gap_report import CONDITION_WORDS
from app.services.gap_report_parts import GapReport, ReportGap

TOP_GAPS = 20


def gap_report_pdf(report: GapReport) -> bytes:
    """Typeset the report; the same report gives the same bytes."""
    return render_pdf("gap_report", _document(report), timestamp=report.made_at)


def _document(report: GapReport) -> dict[str, Any]:
    """Give the report as JSON values, with every number written as it is to be printed."""
    plain = asdict(report)
    counted = Counter(condition.status.code for condition in report.conditions)
    return {
        **plain,
        "made_at": None,
        "made_on": report.made_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
        "factory": {
            **plain["factory"],
            "revenue_wan": _wan(report.factory.revenue_fen),
            "budget_wan": _wan(report.factory.budget_fen),
        },
        "assessment": {
            **plain["assessment"],
            "assessed_on": report.assessment.assessed_on.isoformat(),
        },
        "grade": {
            **plain["grade"],
            "total_text": f"{report.grade.total:.2f}",
            "coverage_text": f"{report.grade.coverage:.0%}",
            "scores_text": "、".join(f"{score:.2f}" for score in report.grade.level_scores),
        },
        "radar": [
            {**axis, "now_text": f"{axis['now']:.1f}", "target_text": f"{axis['target']:g}"}
            for axis in plain["radar"]
        ],
        "counts": [
            {"code": code, "word": word, "n": counted[code]}
            for code, word in CONDITION_WORDS.items()
            if counted[code]
        ],
        "top_gaps": [_gap(gap) for gap in report.gaps[:TOP_GAPS]],
        "phases": [
            {
                "number": phase.number,
                "scenes": [
                    {
                        "code": scene.code,
                        "name": scene.name,
                        "action": action.name,
                        "priority": priority,
                    }
                    for scene, action, priority in phase.scenes
                ],
            }
            for phase in report.phases
        ],
        "needs": [{**need, "budget_wan": _wan(need["budget_fen"])} for need in plain["needs"]],
        "subdomains": [
            {**row, "share_text": f"{row['share']:.1%}", "present_text": f"{row['present']:.1f}"}
            for row in plain["subdomains"]
        ],
    }


def _wan(fen: int | None) -> str | None:
    return None if fen is None else format_wan(fen)


def _gap(gap: ReportGap) -> dict[str, Any]:
    """One row of the table of gaps; only the first reason fits there."""
    return {
        **asdict(gap),
        "reason": gap.reasons[0] if gap.reasons else "",
        "factors": [{"text": f"{factor.value:.2f}"} for factor in gap.factors],
    }
