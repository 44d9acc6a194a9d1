"""Gaps, their priorities and the build order."""

import dataclasses
from math import prod

import pytest
from gap_factories import SCENES, an_assessment, assessments
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.errors import InvalidInput
from matching.gaps import (
    CriterionSet,
    Finding,
    MfgType,
    PriorityWeights,
    ReasonKind,
    SceneAction,
    SceneState,
    SceneStatus,
    analyse,
    radar,
)
from matching.gaps.criteria import hard_layers
from matching.gaps.pain import measure_pain
from matching.gaps.priorities import Factor, FactorName, priority_of

TARGETS = ["FL1", "FL2", "FL3", "FL4", "ML1", "ML3", "ML5"]


def subdomain_gap(analysis, code):
    return next(gap for gap in analysis.subdomain_gaps if gap.code == code)


def scene_gap(analysis, code):
    return next(gap for gap in analysis.scene_gaps if gap.code == code)


def test_a_factory_at_the_target_has_no_gaps(criteria):
    applied = tuple(SCENES)
    analysis = analyse(
        an_assessment(grade=3.0, applied=applied, ai=applied), criteria, target="FL3"
    )

    assert (analysis.subdomain_gaps, analysis.scene_gaps, analysis.build_order) == ((), (), ())


def test_a_short_subdomain_gives_present_target_deficit_and_what_is_asked(criteria):
    analysis = analyse(an_assessment(grade=2.0, grades={"M13": 0.5}), criteria, target="FL2")
    gap = subdomain_gap(analysis, "M13")

    assert [g.code for g in analysis.subdomain_gaps] == ["M13"]
    assert (gap.present, gap.target, gap.deficit) == (0.5, 2, 1.5)
    assert gap.short_levels == (1, 2)
    assert [ask.level for ask in gap.asks] == [1, 2]


def test_scenes_are_implied_at_the_levels_to_reach_only(criteria):
    analysis = analyse(an_assessment(grade=2.0, grades={"M07": 1.0}), criteria, target="ML2")

    assert subdomain_gap(analysis, "M07").scenes == ("S02",)
    assert [gap.code for gap in analysis.scene_gaps] == ["S02"]
    assert scene_gap(analysis, "S02").reasons[0].code == "M07"


def test_a_scene_in_use_is_not_implied_again(criteria):
    analysis = analyse(
        an_assessment(grade=2.0, grades={"M07": 1.0}, applied=("S02",)), criteria, target="ML2"
    )

    assert subdomain_gap(analysis, "M07").scenes == ()
    assert analysis.scene_gaps == ()


@pytest.mark.parametrize("code", ["M01", "M02"])
def test_strategy_and_skills_are_gaps_with_service_providers(criteria, code):
    analysis = analyse(an_assessment(grade=3.0, grades={code: 1.0}), criteria, target="FL3")

    assert subdomain_gap(analysis, code).provider_types == ("P14", "P19")


def test_a_gap_that_no_scene_closes_points_to_services(criteria):
    analysis = analyse(an_assessment(grade=2.0, grades={"M05": 0.5}), criteria, target="ML1")
    gap = subdomain_gap(analysis, "M05")

    assert (gap.scenes, gap.provider_types) == ((), ("P14", "P19"))
    assert analysis.scene_gaps == ()


def test_an_unanswered_subdomain_is_an_open_question_not_a_scene(criteria):
    assessment = an_assessment(grade=2.0)
    unanswered = dataclasses.replace(assessment, answers={**assessment.answers, "M07": None})
    analysis = analyse(unanswered, criteria, target="ML2")
    gap = subdomain_gap(analysis, "M07")

    assert (gap.short_levels, gap.unknown_levels, gap.deficit) == ((), (1, 2), 2.0)
    assert analysis.scene_gaps == ()


def test_an_uncovered_link_wants_the_scene_that_is_furthest_on(criteria):
    scenes = {
        "S02": SceneState(SceneStatus.APPLIED),
        "S20": SceneState(SceneStatus.PLANNED),
        "S24": SceneState(SceneStatus.PILOT),
    }
    analysis = analyse(an_assessment(grade=2.0, scenes=scenes), criteria, target="FL1")
    gap = scene_gap(analysis, "S24")

    assert [g.code for g in analysis.scene_gaps] == ["S24"]
    assert (gap.action, gap.reasons[0].kind, gap.reasons[0].code) == (
        SceneAction.EXTEND,
        ReasonKind.LINK,
        "F3",
    )
    assert "S20" in gap.reasons[0].alternatives
    assert gap.factors[2].value == 1.0


def test_among_equally_near_scenes_of_a_link_the_most_useful_is_wanted(criteria):
    # S23 helps 人员技能 (3 %, secondary pair), S27 helps 设备管理 (5.3 %, primary pair)
    analysis = analyse(
        an_assessment(grade=2.0, grades={"M02": 1.0, "M13": 1.0}, applied=("S02",)),
        criteria,
        target="FL1",
    )
    wanted_for = {g.code: {r.kind for r in g.reasons} for g in analysis.scene_gaps}

    assert wanted_for["S23"] == {ReasonKind.SUBDOMAIN}
    assert wanted_for["S27"] == {ReasonKind.SUBDOMAIN, ReasonKind.LINK}


def test_a_low_ai_ratio_wants_ai_in_scenes_already_in_use(criteria):
    applied = tuple(SCENES)
    analysis = analyse(
        an_assessment(grade=3.0, applied=applied, ai=("S20",)), criteria, target="FL3"
    )

    assert len(analysis.scene_gaps) == 7  # 20 % of 40 are 8, one is there
    assert {gap.action for gap in analysis.scene_gaps} == {SceneAction.ADD_AI}
    assert {gap.reasons[0].kind for gap in analysis.scene_gaps} == {ReasonKind.AI_RATIO}


def test_missing_hard_prerequisites_are_added_before_the_scene(criteria):
    analysis = analyse(an_assessment(grade=3.0, grades={"M11": 2.0}), criteria, target="ML3")
    phase_of = {code: p.number for p in analysis.build_order for code in p.scenes}

    assert "S09" in phase_of
    assert phase_of["S06"] < phase_of["S09"]
    assert phase_of["S04"] < phase_of["S06"]
    assert {r.kind for r in scene_gap(analysis, "S04").reasons} == {ReasonKind.PREREQUISITE}


def test_a_foundation_ranks_at_least_as_high_as_what_it_opens(criteria):
    analysis = analyse(an_assessment(grade=3.0, grades={"M11": 2.0}), criteria, target="ML3")

    assert scene_gap(analysis, "S04").priority >= scene_gap(analysis, "S06").priority
    assert scene_gap(analysis, "S06").priority >= scene_gap(analysis, "S09").priority


@pytest.mark.parametrize(
    ("status", "readiness"),
    [(SceneStatus.PLANNED, 0.4), (SceneStatus.PILOT, 0.7), (SceneStatus.OPTIMISED, 1.0)],
)
def test_readiness_counts_a_pilot_of_a_prerequisite_by_half(criteria, status, readiness):
    # S27 has one hard prerequisite, S02
    analysis = analyse(
        an_assessment(grade=2.0, grades={"M13": 1.0}, scenes={"S02": SceneState(status)}),
        criteria,
        target="ML2",
    )

    assert criteria.hard_before("S27") == ("S02",)
    assert scene_gap(analysis, "S27").factors[4].value == pytest.approx(readiness)


def test_a_level_that_needs_no_scene_can_start_at_once(criteria):
    # no scene helps M16 at level 1; at level 2 only S16 does, and it waits for S02
    short = analyse(an_assessment(grade=2.0, grades={"M16": 1.0}), criteria, target="ML2")
    shorter = analyse(an_assessment(grade=2.0, grades={"M16": 0.5}), criteria, target="ML2")

    assert subdomain_gap(short, "M16").factors[4].value == pytest.approx(0.4)
    assert subdomain_gap(shorter, "M16").factors[4].value == 1.0


def test_only_hard_prerequisites_put_scenes_in_a_later_phase(criteria):
    # S01 before S03 is soft, S02 before S03 is hard
    assert hard_layers(criteria.prerequisites, ["S01", "S03"]) == [["S01", "S03"]]
    assert hard_layers(criteria.prerequisites, ["S02", "S03"]) == [["S02"], ["S03"]]


def test_findings_raise_the_priority_and_show_their_words(criteria):
    quiet = an_assessment(grade=1.0)
    loud = dataclasses.replace(
        quiet, findings=(Finding("M13", "减速机一坏就停产，备件全靠老师傅记"),)
    )
    before = subdomain_gap(analyse(quiet, criteria, target="FL1"), "M13")
    after = subdomain_gap(analyse(loud, criteria, target="FL1"), "M13")

    assert after.priority > before.priority
    assert [f.value for f in before.factors[:3]] == [f.value for f in after.factors[:3]]
    assert after.factors[3].why == "1条评估发现，痛点词：停产、老师傅、全靠"


@pytest.mark.parametrize(
    ("text", "points", "words"),
    [
        ("全年没有停机", 1, ()),
        ("没有发生过停机，可是返工多", 1 + 3, ("停机", "返工")),
        ("没有发生停机，可是返工多", 1 + 2, ("返工",)),
        ("零部件报废多", 1 + 3, ("报废",)),
        ("图纸和人工智能评估", 1, ()),
    ],
)
def test_pain_counts_the_strongest_word_unless_denied(criteria, text, points, words):
    pain = measure_pain([text], criteria.pain)

    assert (pain.points, pain.words) == (points, words)


def test_a_hard_maturity_condition_doubles_a_gap(criteria):
    short = an_assessment(grade=2.0, grades={"M13": 1.0})
    met = analyse(short, criteria, target="FL2")
    not_met = analyse(
        dataclasses.replace(short, answers=an_assessment(grade=1.0).answers),
        criteria,
        target="FL2",
    )

    assert met.result.grade == 2
    assert subdomain_gap(met, "M13").factors[2].value == 0.5
    assert subdomain_gap(not_met, "M13").factors[2].value == 1.0


def test_priority_is_the_printed_product(criteria):
    analysis = analyse(an_assessment(grade=1.0, applied=("S01",)), criteria, target="FL2")

    for gap in analysis.gaps:
        assert [f.name for f in gap.factors] == list(FactorName)
        assert gap.priority == max(1, round(1000 * prod(f.value for f in gap.factors)))
        assert all(f.why for f in gap.factors)


def test_radar_has_twelve_domains_and_leaves_trimmed_ones_out(criteria):
    full = radar(analyse(an_assessment(grade=1.8), criteria, target="FL3"))
    trimmed = radar(
        analyse(an_assessment(grade=1.8, trimmed=frozenset({"M18"})), criteria, target="FL3")
    )

    assert [p.domain for p in full] == [f"MD{n:02d}" for n in range(1, 13)]
    assert {round(p.now, 6) for p in full} == {1.8}
    assert {p.target for p in full} == {3.0}
    assert {p.domain for p in full} - {p.domain for p in trimmed} == {"MD11"}


def test_radar_averages_the_subdomains_of_a_domain(criteria):
    points = radar(analyse(an_assessment(grade=2.0, grades={"M08": 1.0}), criteria, target="ML2"))

    assert next(p.now for p in points if p.domain == "MD08") == pytest.approx(1.5)


def test_process_and_discrete_factories_differ_in_weight_not_in_kind(criteria):
    process = analyse(an_assessment(grade=1.0, mfg_type=MfgType.PROCESS), criteria, target="FL1")

    assert len(process.subdomain_gaps) == 18
    assert len(radar(process)) == 12


@pytest.mark.parametrize("value", [0.0, -1.0, 1.5])
def test_priority_weights_outside_their_range_are_refused(value):
    with pytest.raises(InvalidInput) as refused:
        PriorityWeights(readiness_floor=value)

    assert refused.value.field == "weights.readiness_floor"


@settings(max_examples=60, deadline=None)
@given(assessment=assessments(), target=st.sampled_from(TARGETS))
def test_hard_prerequisites_of_every_scene_gap_are_there_or_built_before(
    criteria: CriterionSet, assessment, target
):
    analysis = analyse(assessment, criteria, target=target)
    phase_of = {code: p.number for p in analysis.build_order for code in p.scenes}

    assert sorted(phase_of) == sorted(gap.code for gap in analysis.scene_gaps)
    for gap in analysis.scene_gaps:
        for before in criteria.hard_before(gap.code):
            assert assessment.in_use(before) or phase_of[before] < phase_of[gap.code]


@settings(max_examples=60, deadline=None)
@given(assessment=assessments(), target=st.sampled_from(TARGETS))
def test_a_prerequisite_is_worth_what_it_opens_readiness_apart(
    criteria: CriterionSet, assessment, target
):
    analysis = analyse(assessment, criteria, target=target)
    worth = {g.code: prod(f.value for f in g.factors[:4]) for g in analysis.scene_gaps}

    for gap in analysis.scene_gaps:
        for before in gap.missing_prerequisites:
            assert worth[before] >= worth[gap.code] - 1e-12


@settings(max_examples=60, deadline=None)
@given(assessment=assessments(), target=st.sampled_from(TARGETS), data=st.data())
def test_a_larger_deficit_never_lowers_the_priority_of_a_subdomain(
    criteria: CriterionSet, assessment, target, data
):
    answered = sorted(code for code, answer in assessment.answers.items() if answer)
    assume(answered)
    code = data.draw(st.sampled_from(answered))
    level = data.draw(st.integers(0, 4))
    old = assessment.answers[code]
    lower = [*old]
    lower[level] = data.draw(st.sampled_from([s for s in (0.0, 0.5, 0.8, 1.0) if s <= old[level]]))
    lowered = dataclasses.replace(assessment, answers={**assessment.answers, code: tuple(lower)})

    before = analyse(assessment, criteria, target=target)
    after = analyse(lowered, criteria, target=target)

    was = {gap.code: gap.priority for gap in before.subdomain_gaps}
    now = {gap.code: gap.priority for gap in after.subdomain_gaps}
    assert set(was) <= set(now)
    if code in was:
        assert was[code] <= now[code]


@settings(max_examples=40, deadline=None)
@given(assessment=assessments(), target=st.sampled_from(TARGETS))
def test_gaps_are_ordered_bounded_and_repeatable(criteria: CriterionSet, assessment, target):
    analysis = analyse(assessment, criteria, target=target)

    order = [(-gap.priority, gap.code) for gap in analysis.gaps]
    assert order == sorted(order)
    assert all(1 <= gap.priority <= 1000 for gap in analysis.gaps)
    assert all(0 <= f.value <= 1 for gap in analysis.gaps for f in gap.factors)
    assert analyse(assessment, criteria, target=target) == analysis


@given(values=st.lists(st.floats(0, 1), min_size=5, max_size=5), raised=st.floats(0, 1))
def test_priority_is_monotone_in_the_deficit(values, raised):
    def priority(deficit):
        changed = [values[0], deficit, *values[2:]]
        return priority_of(
            Factor(name, value, "-") for name, value in zip(FactorName, changed, strict=True)
        )

    low, high = sorted([values[1], raised])
    assert priority(low) <= priority(high)
