"""The build order as a small graph: wanted scenes, what they stand on, as few edges as possible.

Only data for a drawing; nothing here decides what is wanted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matching.errors import InvalidInput
from matching.gaps.analysis import GapAnalysis
from matching.gaps.criteria import CriterionSet, hard_layers
from matching.gaps.scene_gaps import SceneAction

Edges = Mapping[str, frozenset[str]]
"""Scene -> its hard prerequisites within the graph."""


class NodeStatus(StrEnum):
    """In use already (地基), in use but AI is wanted, or wanted."""

    IN_USE = "in_use"
    ADD_AI = "add_ai"
    WANTED = "wanted"


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A scene; `layer` 0 is in use, 1 can start at once, and so on."""

    code: str
    name: str
    layer: int
    status: NodeStatus


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """`before` comes before `after`; without a hard one `after` cannot work."""

    before: str
    after: str
    hard: bool


@dataclass(frozen=True, slots=True)
class BuildGraph:
    """Nodes by layer, then code; edges by codes. Every edge leads to a later layer."""

    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    @property
    def layers(self) -> tuple[tuple[GraphNode, ...], ...]:
        """The nodes of each layer from 0 up; layer 0 is empty where nothing in use is touched."""
        depth = max((node.layer for node in self.nodes), default=-1) + 1
        return tuple(tuple(n for n in self.nodes if n.layer == layer) for layer in range(depth))


def build_graph(
    wanted: GapAnalysis | Iterable[str], criteria: CriterionSet, *, in_use: Iterable[str] = ()
) -> BuildGraph:
    """Lay out the build order of `wanted` scenes.

    Args:
        wanted: scene codes (such as those of a shortest path), or an analysis: then its scene gaps.
        criteria: gives names and prerequisites.
        in_use: scenes in use; an analysis tells by itself which prerequisites are there.

    Returns:
        Wanted scenes, and those in use that a wanted one stands on directly. Hard edges are
        transitively reduced. Soft edges are kept between wanted scenes only, where they lead to a
        later layer and no hard way says the same already.

    Raises:
        InvalidInput: `unknown_scene`.
    """
    there = set(in_use)
    add_ai: set[str] = set()
    if isinstance(wanted, GapAnalysis):
        add_ai = {gap.code for gap in wanted.scene_gaps if gap.action is SceneAction.ADD_AI}
        for gap in wanted.scene_gaps:
            there |= set(criteria.hard_before(gap.code)) - set(gap.missing_prerequisites)
        codes = {gap.code for gap in wanted.scene_gaps} - add_ai
    else:
        codes = set(wanted) - there
    for code in sorted((codes | there) - set(criteria.scenes)):
        raise InvalidInput("unknown_scene", f"scenes.{code}", f"{code!r} is not in the criteria")
    there = (there | add_ai) - codes
    # What stands in use needs nothing any more, so no way between wanted scenes leads through it.
    before = _hard_before(criteria, codes | there)
    hard = _reduced({**before, **{code: frozenset[str]() for code in there}})
    layer_of = dict.fromkeys(there, 0)
    for number, layer in enumerate(hard_layers(criteria.prerequisites, codes), start=1):
        layer_of.update(dict.fromkeys(layer, number))
    edges = [GraphEdge(b, after, True) for after in codes for b in hard[after]]
    edges += _soft_edges(criteria, codes, layer_of)
    touched = {edge.before for edge in edges} & there
    nodes = [
        GraphNode(code, criteria.scenes[code].name, layer_of[code], _status(code, codes, add_ai))
        for code in codes | touched | add_ai
    ]
    return BuildGraph(
        nodes=tuple(sorted(nodes, key=lambda node: (node.layer, node.code))),
        edges=tuple(sorted(edges, key=lambda edge: (edge.before, edge.after))),
    )


def _status(code: str, wanted: set[str], add_ai: set[str]) -> NodeStatus:
    if code in wanted:
        return NodeStatus.WANTED
    return NodeStatus.ADD_AI if code in add_ai else NodeStatus.IN_USE


def _hard_before(criteria: CriterionSet, codes: set[str]) -> Edges:
    return {code: frozenset(criteria.hard_before(code)) & codes for code in codes}


def _ancestors(edges: Edges, code: str) -> frozenset[str]:
    """Return everything that `code` stands on, directly or not."""
    found: set[str] = set()
    todo = list(edges[code])
    while todo:
        before = todo.pop()
        if before not in found:
            found.add(before)
            todo += edges[before]
    return frozenset(found)


def _reduced(edges: Edges) -> Edges:
    """Drop edges that a longer way implies (transitive reduction; unique without cycles)."""
    return {
        code: frozenset(
            b
            for b in befores
            if not any(b in _ancestors(edges, other) for other in befores if other != b)
        )
        for code, befores in edges.items()
    }


def _soft_edges(
    criteria: CriterionSet, wanted: set[str], layer_of: Mapping[str, int]
) -> list[GraphEdge]:
    hard = _hard_before(criteria, wanted)
    return [
        GraphEdge(edge.before, edge.after, False)
        for edge in criteria.prerequisites
        if not edge.hard
        and edge.before in wanted
        and edge.after in wanted
        and layer_of[edge.before] < layer_of[edge.after]
        and edge.before not in _ancestors(hard, edge.after)
    ]
