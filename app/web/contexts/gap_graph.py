"""Geometry of the build order: columns from left to right, few crossings, short names in boxes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from unicodedata import east_asian_width

from matching.gaps import BuildGraph, GraphNode

NODE_WIDTH, NODE_HEIGHT = 176, 46
COLUMN_GAP, ROW_GAP = 58, 12
MARGIN, HEAD = 8, 30
LINE_UNITS, MAX_LINES = 24, 2
"""A line of a box holds twelve Chinese characters or twenty-four narrow ones."""


@dataclass(frozen=True, slots=True)
class ColumnView:
    """Heading of a column."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class NodeView:
    """A box: upper left corner, lines of text, and `NodeStatus` as a word for its class."""

    code: str
    status: str
    x: float
    y: float
    text_y: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EdgeView:
    """A line from the right of one box to the left of another; soft ones are dashed."""

    path: str
    hard: bool


@dataclass(frozen=True, slots=True)
class GraphView:
    """A drawing of `width` by `height`, edges below nodes."""

    width: int
    height: int
    node_width: int
    node_height: int
    columns: tuple[ColumnView, ...]
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]


def graph_view(
    graph: BuildGraph, *, name: Callable[[str], str], heading: Callable[[int], str]
) -> GraphView:
    """Lay out a build graph.

    Args:
        graph: nodes by layer, edges by code.
        name: shown name of a scene.
        heading: shown heading of a layer; 0 is what is in use.
    """
    layers = [(number, nodes) for number, nodes in enumerate(graph.layers) if nodes]
    rows = _rows(graph, [nodes for _, nodes in layers])
    columns, nodes, corner = [], [], {}
    for place, (number, _) in enumerate(layers):
        x = MARGIN + place * (NODE_WIDTH + COLUMN_GAP)
        columns.append(ColumnView(heading(number), x, MARGIN + 12))
        for row, node in enumerate(rows[place]):
            y = MARGIN + HEAD + row * (NODE_HEIGHT + ROW_GAP)
            corner[node.code] = (x, y)
            nodes.append(_node(node, x, y, name(node.code)))
    tallest = max((len(column) for column in rows), default=0)
    return GraphView(
        width=2 * MARGIN + max(0, len(layers) * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP),
        height=2 * MARGIN + HEAD + max(0, tallest * (NODE_HEIGHT + ROW_GAP) - ROW_GAP),
        node_width=NODE_WIDTH,
        node_height=NODE_HEIGHT,
        columns=tuple(columns),
        nodes=tuple(nodes),
        edges=tuple(
            EdgeView(_path(corner[edge.before], corner[edge.after]), edge.hard)
            for edge in graph.edges
        ),
    )


def wrapped(text: str, *, units: int = LINE_UNITS, lines: int = MAX_LINES) -> tuple[str, ...]:
    """Break a text into lines of at most `units` (a Chinese character is two); "…" if cut off."""
    found, line = [], ""
    for piece in _pieces(text):
        if line and _units(line + piece.rstrip()) > units:
            found.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    found.append(line.rstrip())
    if len(found) <= lines:
        return tuple(found)
    last = found[lines - 1]
    while last and _units(last) > units - 2:
        last = last[:-1]
    return (*found[: lines - 1], f"{last.rstrip()}…")


def _pieces(text: str) -> list[str]:
    """Cut where a line may break: around wide characters, and after spaces."""
    pieces = [""]
    for character in text:
        if _units(character) == 2:
            pieces += [character, ""]
        else:
            pieces[-1] += character
            if character == " ":
                pieces.append("")
    return [piece for piece in pieces if piece]


def _units(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _node(node: GraphNode, x: float, y: float, name: str) -> NodeView:
    lines = wrapped(f"{node.code} {name}")
    text_y = y + NODE_HEIGHT / 2 + (5 if len(lines) == 1 else -3)
    return NodeView(node.code, node.status.value, x, y, text_y, lines)


def _path(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + NODE_WIDTH, start[1] + NODE_HEIGHT / 2
    x2, y2 = end[0] - 2, end[1] + NODE_HEIGHT / 2
    bend = COLUMN_GAP / 2
    return f"M{x1:g},{y1:g} C{x1 + bend:g},{y1:g} {x2 - bend:g},{y2:g} {x2:g},{y2:g}"


def _rows(graph: BuildGraph, layers: Sequence[Sequence[GraphNode]]) -> list[list[GraphNode]]:
    """Order each column by the mean row of its neighbours (barycentre), boxes without any last."""
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for edge in graph.edges:
        before.setdefault(edge.after, []).append(edge.before)
        after.setdefault(edge.before, []).append(edge.after)
    rows = [sorted(nodes, key=lambda node: node.code) for nodes in layers]
    for _ in range(2):
        for place in reversed(range(len(rows) - 1)):
            rows[place] = _ordered(rows[place], after, _row_of(rows))
        for place in range(1, len(rows)):
            rows[place] = _ordered(rows[place], before, _row_of(rows))
    alone = {node.code for nodes in layers for node in nodes} - before.keys() - after.keys()
    return [sorted(column, key=lambda node: node.code in alone) for column in rows]


def _row_of(rows: Sequence[Sequence[GraphNode]]) -> dict[str, int]:
    return {node.code: row for column in rows for row, node in enumerate(column)}


def _ordered(
    column: Sequence[GraphNode],
    neighbours: Mapping[str, Sequence[str]],
    row_of: Mapping[str, int],
) -> list[GraphNode]:
    def middle(node: GraphNode) -> float:
        near = neighbours.get(node.code)
        return fmean(row_of[code] for code in near) if near else row_of[node.code]

    return sorted(column, key=lambda node: (middle(node), node.code))
