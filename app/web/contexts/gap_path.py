"""What the page of the shortest path shows."""

from collections.abc import Sequence

from starlette.requests import Request

from app.core.actors import Actor
from app.services.criteria import SetInfo
from app.services.gap_work import GapWork, Ticks
from app.web.contexts.factory_gaps import Namer, phase_word
from app.web.contexts.gap_common import (
    TONES,
    address_of,
    common_context,
    condition_view,
    namer,
)
from app.web.contexts.gap_graph import graph_view
from app.web.forms.gaps import tick_params
from matching.gaps import IN_USE, PathChoice, PathScene, PathStatus, ShortestPath, build_graph


def path_context(
    request: Request,
    work: GapWork,
    path: ShortestPath | None,
    *,
    sets: Sequence[SetInfo],
    actor: Actor,
) -> dict[str, object]:
    """Prepare phases, measures, AI, what lies outside, alternatives; None: no path by this set."""
    common = common_context(request, work, sets, actor=actor)
    if path is None:
        return {**common, "shortest": None}
    name = namer(request, work.criteria)
    scenes = {scene.code: scene for scene in path.scenes}
    return {
        **common,
        "shortest": path,
        "status": path.status.value,
        "fill_url": choice_url(request, work, path.choice),
        "phases": [
            {"number": p.number, "scenes": [_scene(scenes[c], name) for c in p.scenes]}
            for p in path.phases
        ],
        "graph": _graph(request, work, path, name),
        "measures": [
            {"code": m.subdomain, "name": name(m.subdomain), "level": m.level, "ask": m.ask}
            for m in path.measures
        ],
        "ai": [(code, name(code)) for code in path.choice.ai],
        "outside": [condition_view(request, condition) for condition in path.outside],
        "unreachable": [condition_view(request, c) for c in path.unreachable],
        "unanswered": [name(code) for code in path.unanswered],
        "alternatives": [
            {**_swap(path.choice, other, name), "url": choice_url(request, work, other)}
            for other in path.alternatives
        ],
        "tones": TONES,
    }


def fill_url(request: Request, work: GapWork, path: ShortestPath | None) -> str:
    """Give the what-if page with the path ticked; without one, the page that says why."""
    if path is None or path.status is PathStatus.INFEASIBLE:
        return address_of(request, work).to("gap_path")
    return choice_url(request, work, path.choice)


def choice_url(request: Request, work: GapWork, choice: PathChoice) -> str:
    """Give the what-if page with a choice ticked."""
    ticks = Ticks(choice.scenes, choice.ai, choice.measures)
    return address_of(request, work).to("gap_what_if", **tick_params(ticks))


def _scene(scene: PathScene, name: Namer) -> dict[str, object]:
    by_subdomain: dict[str, list[int]] = {}
    for subdomain, level in scene.lifts:
        by_subdomain.setdefault(subdomain, []).append(level)
    return {
        "code": scene.code,
        "name": name(scene.code),
        "status": scene.status.value,
        "lifts": [
            (name(code), [str(level) for level in sorted(levels)])
            for code, levels in by_subdomain.items()
        ],
        "covers": [name(code) for code in scene.covers],
        "opens": [(code, name(code)) for code in scene.opens],
    }


def _graph(request: Request, work: GapWork, path: ShortestPath, name: Namer) -> object:
    if not path.choice.scenes:
        return None
    in_use = [code for code, state in work.facts.scenes.items() if state.status in IN_USE]
    graph = build_graph(path.choice.scenes, work.criteria, in_use=in_use)
    return graph_view(graph, name=name, heading=lambda layer: phase_word(request, layer))


def _swap(mine: PathChoice, other: PathChoice, name: Namer) -> dict[str, object]:
    """Tell what another choice leaves out and takes in instead."""
    return {
        "drop": [(code, name(code)) for code in mine.scenes if code not in other.scenes],
        "add": [(code, name(code)) for code in other.scenes if code not in mine.scenes],
        "measures": len(other.measures),
        "ai": len(other.ai),
    }
