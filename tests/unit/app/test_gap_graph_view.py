"""Layout of the build order and of the radar's third series; reading of gap addresses."""

from itertools import pairwise

import pytest
from starlette.datastructures import QueryParams

from app.core.criteria import CriterionRef
from app.services.gap_work import Ticks
from app.web.contexts.factory_charts import radar_view
from app.web.contexts.gap_graph import graph_view, wrapped
from app.web.forms.gaps import read_ticks, read_wish, tick_params
from matching.gaps import BuildGraph, GraphEdge, GraphNode, NodeStatus

WANTED = NodeStatus.WANTED


def drawn(graph):
    return graph_view(graph, name=lambda code: f"名{code}", heading=lambda n: f"第{n}列")


def test_layers_stand_from_left_to_right_and_arrows_lead_to_the_right():
    graph = BuildGraph(
        nodes=(
            GraphNode("S01", "甲", 0, NodeStatus.IN_USE),
            GraphNode("S02", "乙", 1, WANTED),
            GraphNode("S03", "丙", 2, WANTED),
        ),
        edges=(GraphEdge("S01", "S02", True), GraphEdge("S02", "S03", False)),
    )

    view = drawn(graph)

    assert [(node.code, node.x, node.y, node.status) for node in view.nodes] == [
        ("S01", 8, 38, "in_use"),
        ("S02", 242, 38, "wanted"),
        ("S03", 476, 38, "wanted"),
    ]
    assert view.nodes[0].lines == ("S01 名S01",)
    assert [column.name for column in view.columns] == ["第0列", "第1列", "第2列"]
    assert (view.width, view.height) == (660, 92)
    assert view.edges[0].path == "M184,61 C213,61 211,61 240,61"
    assert [edge.hard for edge in view.edges] == [True, False]


def test_an_empty_first_layer_leaves_no_empty_column():
    graph = BuildGraph(nodes=(GraphNode("S02", "乙", 1, WANTED),), edges=())

    view = drawn(graph)

    assert [column.name for column in view.columns] == ["第1列"]
    assert view.nodes[0].x == 8


def test_boxes_follow_their_neighbours_so_that_arrows_do_not_cross_and_lone_ones_stand_last():
    graph = BuildGraph(
        nodes=(
            GraphNode("S01", "", 1, WANTED),  # stands alone
            GraphNode("S02", "", 1, WANTED),
            GraphNode("S03", "", 1, WANTED),
            GraphNode("S04", "", 2, WANTED),
            GraphNode("S05", "", 2, WANTED),
        ),
        edges=(GraphEdge("S02", "S05", True), GraphEdge("S03", "S04", True)),
    )

    place = {node.code: node.y for node in drawn(graph).nodes}

    assert (place["S02"] < place["S03"]) == (place["S05"] < place["S04"])
    assert place["S01"] > max(place["S02"], place["S03"])


def test_no_two_boxes_overlap():
    nodes = tuple(GraphNode(f"S{n:02d}", "", n % 3, WANTED) for n in range(1, 20))
    view = drawn(BuildGraph(nodes=nodes, edges=()))

    corners = {(node.x, node.y) for node in view.nodes}

    assert len(corners) == 19
    assert all(y + view.node_height <= view.height for _, y in corners)
    rows = sorted({y for _, y in corners})
    assert all(b - a >= view.node_height for a, b in pairwise(rows))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("S02 数字基础设施建设", ("S02 数字基础设施建设",)),
        ("S17 碳资产全生命周期管理", ("S17 碳资产全生命周期管理",)),
        ("S40 Smart supply chain logistics", ("S40 Smart supply chain", "logistics")),
        (
            "S01 一二三四五六七八九十一二三四五六七八九十一二三",
            ("S01 一二三四五六七八九十", "一二三四五六七八九十一…"),
        ),
    ],
)
def test_names_break_into_two_lines_and_are_cut_visibly(text, lines):
    assert wrapped(text) == lines


def test_a_third_series_skips_what_is_missing_and_needs_three_values():
    points = [("甲", 1.0, 2.0), ("乙", 2.0, 2.0), ("丙", 3.0, 2.0), ("丁", 0.0, 2.0)]

    full = radar_view(points, extra=[1.0, None, 5.0, 0.0])
    thin = radar_view(points, extra=[1.0, None, None, 2.0])

    assert full.extra == "210.0,150.6 210.0,297.0 210.0,175.0"
    assert [axis.extra for axis in full.axes] == [1.0, None, 5.0, 0.0]
    assert thin.extra == ""
    assert radar_view(points).extra == ""


def test_an_address_is_read_and_what_cannot_be_read_is_named():
    good = read_wish(QueryParams("target=FL3&set=A@1%2B2&version=4&w_pain=2&w_hard=0"))
    bad = read_wish(QueryParams("set=A&version=%C2%B2&w_pain=9&w_hard=nan"))

    assert (good.target, good.criteria, good.version) == ("FL3", CriterionRef("A", "1+2"), 4)
    assert (good.weights.pain, good.weights.hard, good.weights.weight) == (2.0, 0.0, 1.0)
    assert good.ignored == ()
    assert (bad.criteria, bad.version, bad.weights.version) == (None, None, "gap-priority-1")
    assert bad.ignored == ("set", "version", "w_hard", "w_pain")


def test_ticks_come_back_from_their_address_as_they_went():
    ticks = Ticks(("S01", "S02"), ("S02",), (("M01", 2),))

    assert tick_params(ticks) == {"done": ["S01", "S02"], "ai": ["S02"], "measure": ["M01.2"]}
    assert read_ticks(QueryParams("done=S01&done=S02&ai=S02&measure=M01.2")) == (ticks, False)
    assert read_ticks(QueryParams("measure=M01.9&measure=M01&measure=.2x")) == (Ticks(), True)
