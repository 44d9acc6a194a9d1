"""Shortest path: literal answers, proof against brute force, minimality, what is out of reach."""

import dataclasses
import subprocess
import sys

import pytest
from gap_factories import SCENES, an_assessment, assessments
from hypothesis import given, settings
from hypothesis import strategies as st
from path_cases import (
    TINY_SCENES,
    TINY_SUBDOMAINS,
    brute_counts,
    holds,
    pair,
    tiny_criteria,
)

from matching.errors import InvalidInput
from matching.gaps import (
    Assessment,
    ConditionStatus,
    CriterionSet,
    MfgType,
    PathChoice,
    PathStatus,
    SceneState,
    SceneStatus,
    roll_up,
    shortest_path,
)
from matching.gaps.path_instance import path_instance
from matching.gaps.targets import parse_target

APPLIED, PILOT = SceneState(SceneStatus.APPLIED), SceneState(SceneStatus.PILOT)


def tiny_assessment(*, scores=None, scenes=None) -> Assessment:
    """Level 1 met everywhere, level 2 nowhere, unless `scores` says otherwise."""
    answers = dict.fromkeys(TINY_SUBDOMAINS, (1.0, 0.0, 0.0, 0.0, 0.0)) | dict(scores or {})
    return Assessment(mfg_type=MfgType.DISCRETE, answers=answers, scenes=dict(scenes or {}))


def test_the_path_takes_the_one_scene_that_does_the_work_of_two(criteria):
    # Level 2 needs 0.8: M01 0.25, M03 0.35, M07 0.4, so each of the three must be lifted to 0.8
    # (0.25 · 0 + 0.75 · 0.8 = 0.6). S05 lifts all of them, but waits for S01; F3 by S05, F1 by S01.
    pairs = [
        *(pair("S05", m, (2,), primary=True) for m in TINY_SUBDOMAINS),
        *(
            pair(s, m, (2,), primary=True)
            for s, m in zip(TINY_SCENES, TINY_SUBDOMAINS, strict=False)
        ),
    ]
    tiny = tiny_criteria(criteria, pairs=pairs, hard=[("S01", "S05")])
    path = shortest_path(tiny_assessment(), tiny, target="FL1")

    assert (path.status, path.bound) == (PathStatus.OPTIMAL, 2)
    assert path.choice.scenes == ("S01", "S05")
    assert [phase.scenes for phase in path.phases] == [("S01",), ("S05",)]
    assert [(s.code, s.opens, s.covers) for s in path.scenes] == [
        ("S01", ("S05",), ()),
        ("S05", (), ("F3",)),
    ]
    assert path.what_if.grade == (1, 2)
    assert path.alternatives == ()


def test_two_secondary_scenes_do_what_a_primary_one_does(criteria):
    pairs = [pair(s, m, (2,), primary=False) for s in ("S01", "S04") for m in TINY_SUBDOMAINS]
    tiny = tiny_criteria(criteria, pairs=pairs)
    path = shortest_path(tiny_assessment(), tiny, target="FL1")

    assert path.choice == PathChoice(("S01", "S04"), (), ())


def test_measures_stand_in_where_no_scene_is_there_and_only_as_many_as_needed(criteria):
    # M01 has no scene: without a measure level 2 is 0.75 · 0.8 = 0.6 < 0.8
    pairs = [
        pair("S01", "M03", (2,), primary=True),
        pair("S04", "M07", (2,), primary=True),
    ]
    tiny = tiny_criteria(criteria, pairs=pairs)
    path = shortest_path(tiny_assessment(), tiny, target="FL1")

    assert path.choice.scenes == ("S01", "S04")
    assert path.choice.measures == (("M01", 2),)
    assert [(m.subdomain, m.level, m.name) for m in path.measures] == [("M01", 2, "组织战略")]
    assert path.measures[0].ask


def test_ai_is_added_until_the_ratio_holds(criteria):
    # two scenes in use and the link's S04 to build: 60 % of 3 are 1.8, so AI in two
    tiny = tiny_criteria(
        criteria, pairs=[], thresholds={"ai_scene_ratio_min": 0.6, "links_min": None}
    )
    met = dict.fromkeys(TINY_SUBDOMAINS, (1.0, 1.0, 0.0, 0.0, 0.0))
    path = shortest_path(
        tiny_assessment(scores=met, scenes={"S01": APPLIED, "S02": APPLIED}), tiny, target="FL1"
    )

    assert path.choice == PathChoice(("S04",), (), ("S01", "S02"))
    assert [other.scenes for other in path.alternatives] == [("S05",)]


def test_among_equal_scenes_the_one_furthest_on_is_taken(criteria):
    tiny = tiny_criteria(criteria, pairs=[], thresholds={"links_min": None})
    met = dict.fromkeys(TINY_SUBDOMAINS, (1.0, 1.0, 0.0, 0.0, 0.0))
    none = shortest_path(tiny_assessment(scores=met), tiny, target="FL1")
    pilot = shortest_path(
        tiny_assessment(scores=met, scenes={"S05": PILOT, "S04": SceneState(SceneStatus.PLANNED)}),
        tiny,
        target="FL1",
    )

    assert (none.choice.scenes, pilot.choice.scenes) == (("S04",), ("S05",))


def test_a_number_of_scenes_is_reached_if_the_set_has_one(criteria):
    tiny = tiny_criteria(criteria, pairs=[], thresholds={"scene_count_min": 4.0, "links_min": None})
    met = dict.fromkeys(TINY_SUBDOMAINS, (1.0, 1.0, 0.0, 0.0, 0.0))
    path = shortest_path(tiny_assessment(scores=met), tiny, target="FL1")

    assert path.choice.scenes == ("S01", "S02", "S03", "S04")


def test_a_factory_at_the_target_has_an_empty_proven_path(criteria):
    every = an_assessment(grade=3.0, applied=tuple(SCENES), ai=tuple(SCENES))
    path = shortest_path(every, criteria, target="FL3")

    assert (path.status, path.bound) == (PathStatus.OPTIMAL, 0)
    assert (path.choice.scenes, path.choice.measures, path.choice.ai) == ((), (), ())
    assert path.what_if.changes == ()


def test_with_every_scene_in_use_what_lacks_is_management(criteria):
    every = an_assessment(grade=1.0, applied=tuple(SCENES))
    path = shortest_path(every, criteria, target="ML2")

    assert path.choice.scenes == ()
    assert {level for _, level in path.choice.measures} == {2}
    assert path.what_if.grade == (1, 2)


def test_a_trimmed_gate_is_out_of_reach_and_named(criteria):
    path = shortest_path(
        an_assessment(grade=2.0, trimmed=frozenset({"M16"})), criteria, target="FL3"
    )

    assert path.status is PathStatus.INFEASIBLE
    assert [c.code for c in path.unreachable] == ["maturity", "gate:3"]
    assert (path.choice.scenes, path.phases, path.bound, path.what_if) == ((), (), None, None)


def test_what_building_cannot_change_is_listed_apart(criteria):
    path = shortest_path(
        an_assessment(grade=2.0, eligibility={"EL1": True, "EL2": False}),
        criteria,
        target="FL2",
    )

    assert path.status is PathStatus.OPTIMAL
    assert {c.code: c.status for c in path.outside} == {
        "prior_level": ConditionStatus.NOT_MET,
        "eligibility:EL1": ConditionStatus.MET,
        "eligibility:EL2": ConditionStatus.NOT_MET,
        "eligibility:EL3": ConditionStatus.UNKNOWN,
        "eligibility:EL4": ConditionStatus.UNKNOWN,
    }


def test_unanswered_scores_are_told_and_count_nothing(criteria):
    full = an_assessment(grade=2.0, applied=("S23",))
    some_open = dataclasses.replace(full, answers={**full.answers, "M07": None})

    assert shortest_path(some_open, criteria, target="FL1").unanswered == ("M07",)


def test_equality_with_the_threshold_is_enough(criteria):
    """Scores of exactly 0.8 everywhere sum to 0.8 only up to rounding; nothing must be added."""
    path = shortest_path(an_assessment(grade=0.8), criteria, target="ML1")
    instance = path_instance(an_assessment(grade=0.8), criteria, parse_target("ML1", criteria))

    assert instance.needed[1] <= 0
    assert (path.choice.scenes, path.choice.measures) == ((), ())


def test_reference_data_is_proven_for_every_target(criteria):
    weak = an_assessment(grade=1.5, applied=("S02", "S20"), ai=("S20",))
    sizes = {}
    for target in ("FL1", "FL2", "FL3", "FL4"):
        path = shortest_path(weak, criteria, target=target)
        assert path.status is PathStatus.OPTIMAL
        assert len(path.alternatives) == 3
        assert {len(other.scenes) for other in path.alternatives} == {len(path.choice.scenes)}
        assert len({path.choice.scenes, *(o.scenes for o in path.alternatives)}) == 4
        sizes[target] = len(path.choice.scenes)

    assert sizes["FL1"] <= sizes["FL2"] <= sizes["FL3"] <= sizes["FL4"]


def test_importing_the_package_does_not_load_the_solver():
    code = "import sys, matching.gaps; print('ortools' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"


levels = st.sampled_from([(1,), (2,), (1, 2)])
scores = st.sampled_from([0.0, 0.5, 0.8, 1.0])
tiny_states = st.builds(SceneState, st.sampled_from(list(SceneStatus)), st.booleans())


@st.composite
def tiny_cases(draw: st.DrawFn, criteria: CriterionSet) -> tuple[Assessment, CriterionSet]:
    cut = draw(st.integers(1, 8)), draw(st.integers(1, 8)), draw(st.integers(1, 8))
    shares = {m: part / sum(cut) for m, part in zip(TINY_SUBDOMAINS, cut, strict=True)}
    places = draw(
        st.sets(st.tuples(st.sampled_from(TINY_SCENES), st.sampled_from(TINY_SUBDOMAINS)))
    )
    tiny = tiny_criteria(
        criteria,
        pairs=[pair(s, m, draw(levels), primary=draw(st.booleans())) for s, m in sorted(places)],
        hard=sorted(
            (b, a)
            for b, a in draw(
                st.sets(
                    st.tuples(st.sampled_from(TINY_SCENES), st.sampled_from(TINY_SCENES)),
                    max_size=4,
                )
            )
            if b < a
        ),
        weights=shares,
        thresholds={
            "ai_scene_ratio_min": draw(st.sampled_from([None, 0.2, 0.6])),
            "links_min": draw(st.sampled_from([None, 1.0, 2.0, 3.0])),
            "scene_count_min": draw(st.sampled_from([None, 3.0])),
        },
    )
    answers = {
        m: draw(st.none() | st.tuples(scores, scores).map(lambda pair: (*pair, 0.0, 0.0, 0.0)))
        for m in TINY_SUBDOMAINS
    }
    scenes = draw(st.dictionaries(st.sampled_from(TINY_SCENES), tiny_states, max_size=4))
    return tiny_assessment(scores=answers, scenes=scenes), tiny


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(data=st.data(), target=st.sampled_from(["FL1", "ML1", "ML2"]))
def test_counts_equal_those_of_trying_everything(criteria: CriterionSet, data, target):
    assessment, tiny = data.draw(tiny_cases(criteria))
    path = shortest_path(assessment, tiny, target=target, alternatives=0)
    expected = brute_counts(assessment, tiny, target=target)

    found = None
    if path.status is PathStatus.OPTIMAL:
        found = len(path.choice.scenes), len(path.choice.measures), len(path.choice.ai)
    assert found == expected


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(assessment=assessments(), target=st.sampled_from(["FL1", "FL2", "FL3", "FL4", "ML3"]))
def test_a_path_meets_its_conditions_and_nothing_in_it_is_spare(
    criteria: CriterionSet, assessment, target
):
    path = shortest_path(assessment, criteria, target=target, alternatives=1)
    if path.status is PathStatus.INFEASIBLE:
        assert path.unreachable
        return
    scenes, measures, ai = path.choice.scenes, path.choice.measures, path.choice.ai

    def fits(some_scenes, some_measures, some_ai):
        return holds(
            assessment,
            criteria,
            target=target,
            scenes=some_scenes,
            measures=some_measures,
            ai=some_ai,
        )

    assert path.status is PathStatus.OPTIMAL
    assert fits(scenes, measures, ai)
    assert all(fits(o.scenes, o.measures, o.ai) for o in path.alternatives)
    for code in scenes:
        rest = set(scenes) - {code}
        assert not fits(rest, measures, set(ai) - {code})
    for cell in measures:
        assert not fits(scenes, set(measures) - {cell}, ai)
    for code in ai:
        assert not fits(scenes, measures, set(ai) - {code})


@settings(max_examples=5, deadline=None)
@given(assessment=assessments())
def test_the_same_question_has_the_same_answer(criteria: CriterionSet, assessment):
    first = shortest_path(assessment, criteria, target="FL3")

    assert shortest_path(assessment, criteria, target="FL3") == first


@given(assessment=assessments(), target=st.sampled_from(["FL1", "FL4", "ML5"]))
def test_whole_numbers_say_the_same_about_a_level_as_the_scores(
    criteria: CriterionSet, assessment, target
):
    instance = path_instance(assessment, criteria, parse_target(target, criteria))
    level_scores = roll_up(assessment, criteria).level_scores
    for level, needed in instance.needed.items():
        assert (needed <= 0) == (level_scores[level - 1] >= criteria.level_met_min - 1e-9)


@pytest.mark.parametrize("work", [1e-9, 1e-4])
def test_out_of_work_gives_a_path_that_holds_but_claims_no_proof(criteria, work):
    weak = an_assessment(grade=0.5)
    path = shortest_path(weak, criteria, target="FL4", work=work)
    best = shortest_path(weak, criteria, target="FL4", alternatives=0)

    assert path.status is PathStatus.FEASIBLE
    assert path.bound <= len(best.choice.scenes) <= len(path.choice.scenes)
    assert holds(
        weak,
        criteria,
        target="FL4",
        scenes=path.choice.scenes,
        measures=path.choice.measures,
        ai=path.choice.ai,
    )


def test_bands_that_start_above_their_level_are_refused(criteria):
    bands = tuple(
        dataclasses.replace(level, score_min=level.level + 0.5)
        for level in criteria.maturity_levels
    )
    odd = dataclasses.replace(criteria, maturity_levels=bands)

    with pytest.raises(InvalidInput) as refused:
        shortest_path(an_assessment(grade=1.0), odd, target="ML2")

    assert (refused.value.code, refused.value.field) == (
        "unsupported_bands",
        "maturity.levels[2]",
    )
