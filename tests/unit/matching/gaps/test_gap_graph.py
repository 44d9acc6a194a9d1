"""The build graph: layers, statuses, and no edge that a longer way implies."""

import pytest
from gap_factories import SCENES, an_assessment
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import InvalidInput
from matching.gaps import CriterionSet, NodeStatus, analyse, build_graph


def test_longer_ways_make_short_edges_needless(criteria):
    # S11 stands on S09 and S10, and S09 on S10 too: S10 -> S11 says nothing new
    graph = build_graph(["S02", "S10", "S09", "S11"], criteria)

    assert [(e.before, e.after) for e in graph.edges if e.hard] == [
        ("S02", "S10"),
        ("S09", "S11"),
        ("S10", "S09"),
    ]
    assert [(n.code, n.layer) for n in graph.nodes] == [
        ("S02", 1),
        ("S10", 2),
        ("S09", 3),
        ("S11", 4),
    ]
    assert {n.status for n in graph.nodes} == {NodeStatus.WANTED}


def test_scenes_in_use_lie_under_what_stands_on_them(criteria):
    graph = build_graph(["S10", "S27"], criteria, in_use=["S02", "S37"])

    assert [(n.code, n.layer, n.status) for n in graph.nodes] == [
        ("S02", 0, NodeStatus.IN_USE),
        ("S10", 1, NodeStatus.WANTED),
        ("S27", 1, NodeStatus.WANTED),
    ]
    assert [n.code for n in graph.layers[0]] == ["S02"]


def test_a_soft_edge_is_kept_only_forward_and_without_a_hard_way(criteria):
    # soft: S27 -> S09 (forward: layers 2 and 3), S01 -> S03 (forward), S37 -> S19 (not wanted)
    graph = build_graph(["S02", "S27", "S06", "S04", "S09", "S10", "S01", "S03"], criteria)
    soft = [(e.before, e.after) for e in graph.edges if not e.hard]

    assert soft == [("S01", "S03"), ("S27", "S09")]


def test_an_analysis_tells_what_is_in_use_and_where_ai_is_wanted(criteria):
    factory = an_assessment(grade=3.0, grades={"M13": 1.0}, applied=("S02", "S20", "S10"))
    graph = build_graph(analyse(factory, criteria, target="FL3"), criteria)
    status = {node.code: node.status for node in graph.nodes}

    assert status["S27"] is NodeStatus.WANTED
    assert status["S02"] in (NodeStatus.IN_USE, NodeStatus.ADD_AI)
    assert NodeStatus.ADD_AI in status.values()
    assert ("S02", "S27", True) in [(e.before, e.after, e.hard) for e in graph.edges]


def test_nothing_wanted_draws_nothing(criteria):
    graph = build_graph([], criteria, in_use=["S02"])

    assert (graph.nodes, graph.edges, graph.layers) == ((), (), ())


def test_an_unknown_scene_is_refused(criteria):
    with pytest.raises(InvalidInput) as refused:
        build_graph(["S41"], criteria)

    assert refused.value.field == "scenes.S41"


def ways(edges):
    """Every (before, after) that the edges say, directly or not."""
    found = set(edges)
    while new := {(a, d) for a, b in found for c, d in found if b == c} - found:
        found |= new
    return found


@given(
    wanted=st.frozensets(st.sampled_from(SCENES), max_size=20),
    used=st.frozensets(st.sampled_from(SCENES), max_size=8),
)
def test_reduction_says_the_same_about_wanted_scenes_with_no_edge_to_spare(
    criteria: CriterionSet, wanted, used
):
    wanted = wanted - used
    graph = build_graph(wanted, criteria, in_use=used)
    hard = {(e.before, e.after) for e in graph.edges if e.hard}
    full = {(b, a) for a in wanted for b in criteria.hard_before(a) if b in wanted}
    layer = {node.code: node.layer for node in graph.nodes}

    assert ways({(b, a) for b, a in hard if b in wanted}) == ways(full)
    for edge in hard:
        assert edge not in ways(hard - {edge})
    assert all(layer[e.before] < layer[e.after] for e in graph.edges)
    assert wanted <= set(layer)


def test_a_scene_in_use_between_two_wanted_ones_hides_no_edge(criteria):
    after = "S11"
    for between in criteria.hard_before(after):
        for before in set(criteria.hard_before(between)) & set(criteria.hard_before(after)):
            graph = build_graph({before, after}, criteria, in_use={between})
            assert (before, after, True) in [(e.before, e.after, e.hard) for e in graph.edges]
            return
    raise AssertionError("the reference data has no such triangle any more: choose another scene")
