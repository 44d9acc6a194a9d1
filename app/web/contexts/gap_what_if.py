"""What the what-if page shows: ticks on one side, what they move on the other."""

from collections.abc import Sequence

from starlette.requests import Request

from app.core.actors import Actor
from app.services.criteria import SetInfo
from app.services.gap_work import GapWork, Ticks
from app.web.contexts.factory_charts import RadarView, radar_view
from app.web.contexts.factory_gaps import Namer, scene_cell
from app.web.contexts.gap_common import (
    TONES,
    address_of,
    common_context,
    namer,
    remarks,
)
from app.web.forms.gaps import cell_text
from matching.gaps import WhatIf, measure_cells, radar


def what_if_context(
    request: Request,
    work: GapWork,
    outcome: WhatIf,
    *,
    ticks: Ticks,
    lost: bool,
    sets: Sequence[SetInfo],
    actor: Actor,
) -> dict[str, object]:
    """Prepare the form with its ticks and the result before and after."""
    common = common_context(request, work, sets, actor=actor)
    name = namer(request, work.criteria)
    address = address_of(request, work)
    return {
        **common,
        "remarks": [*remarks(request, [*work.ignored, *(["tick"] if lost else [])])],
        "fields": address.fields,
        "fill_url": address.to("gap_what_if", fill="path"),
        "clear_url": address.to("gap_what_if"),
        "is_empty": ticks == Ticks(),
        "links": _links(work, ticks, name),
        "measures": _measures(work, ticks, name, grade=outcome.before.target.grade),
        "outcome": outcome,
        "grades": _grades(outcome),
        "changes": [
            {
                "label": change.label,
                "before": (change.before.value, TONES[change.before]),
                "after": (change.after.value, TONES[change.after]),
            }
            for change in outcome.changes
        ],
        "still_open": [
            {"label": c.label, "status": c.status.value, "tone": TONES[c.status]}
            for c in outcome.after.conditions
            if c.status.value in ("not_met", "unknown")
        ],
        "closed": [(code, name(code)) for code in outcome.closed_gaps],
        "fresh": [(code, name(code)) for code in outcome.new_gaps],
        "blocked": [
            ((scene.code, name(scene.code)), [(code, name(code)) for code in scene.missing])
            for scene in outcome.applied.blocked
        ],
        "idle_ai": [(code, name(code)) for code in outcome.applied.idle_ai],
        "lifts": len(outcome.applied.lifts),
        "radar": _radar(outcome, name),
    }


def _grades(outcome: WhatIf) -> list[tuple[str, str, str, bool]]:
    """Rows of (code of the reading, before, after, moved)."""
    rows = [
        ("grade", *outcome.grade),
        ("by_step", *outcome.by_step),
        ("by_band", *outcome.by_band),
    ]
    total = tuple(f"{value:.2f}" for value in outcome.total)
    return [
        *((code, str(before), str(after), before != after) for code, before, after in rows),
        ("total", total[0], total[1], total[0] != total[1]),
    ]


def _links(work: GapWork, ticks: Ticks, name: Namer) -> list[dict[str, object]]:
    """The scenes by link; those in use can only be given AI, those with AI nothing more."""
    links = []
    for link in work.criteria.links.values():
        scenes = []
        for code in link.scenes:
            cell = scene_cell(work, code, name)
            in_use = work.facts.in_use(code)
            scenes.append(
                {
                    **cell,
                    "can_do": not in_use,
                    "can_ai": not (in_use and cell["ai"]),
                    "done": code in ticks.scenes and not in_use,
                    "with_ai": code in ticks.ai,
                }
            )
        ticked = sum(bool(scene["done"] or scene["with_ai"]) for scene in scenes)
        links.append(
            {"code": link.code, "name": name(link.code), "scenes": scenes, "ticked": ticked}
        )
    return links


def _measures(work: GapWork, ticks: Ticks, name: Namer, *, grade: int) -> list[dict[str, object]]:
    """The levels up to the target that only rules and people can meet, and what is ticked."""
    found = []
    for code, level in measure_cells(work.facts, work.criteria):
        score = work.facts.answer(code)[level - 1]
        open_now = score is None or score < work.criteria.level_met_min
        if (code, level) in ticks.measures or (level <= grade and open_now):
            asks = work.criteria.subdomains[code].asks
            found.append(
                {
                    "value": cell_text((code, level)),
                    "code": code,
                    "name": name(code),
                    "level": level,
                    "ask": next((ask.text for ask in asks if ask.level == level), ""),
                    "ticked": (code, level) in ticks.measures,
                }
            )
    return found


def _radar(outcome: WhatIf, name: Namer) -> RadarView:
    before, after = radar(outcome.before), radar(outcome.after)
    return radar_view(
        [(name(point.domain), round(point.now, 1), point.target) for point in before],
        extra=[round(point.now, 1) for point in after],
    )
