"""What-if: the rule of effects, literally, and what more ticks can never do."""

import dataclasses

import pytest
from gap_factories import SCENES, an_assessment, assessments
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import InvalidInput
from matching.gaps import (
    BlockedScene,
    ConditionStatus,
    CriterionSet,
    Lift,
    SceneState,
    SceneStatus,
    apply_measures,
    apply_ticks,
    assessment_problems,
    measure_cells,
    what_if,
)

MET, NOT_MET = ConditionStatus.MET, ConditionStatus.NOT_MET
TARGETS = ["FL1", "FL2", "FL3", "FL4", "ML3"]


def lifts_of(applied, subdomain):
    return {lift.level: lift.after for lift in applied.lifts if lift.subdomain == subdomain}


def test_a_primary_scene_lifts_to_08_and_a_secondary_one_to_05(criteria):
    # S02: M07 and M05 primary at levels 2 to 4, M03 and M04 secondary at levels 2 and 3
    applied = apply_ticks(an_assessment(grade=1.0), criteria, scenes=["S02"])

    assert applied.scenes == ("S02",)
    assert lifts_of(applied, "M07") == {2: 0.8, 3: 0.8, 4: 0.8}
    assert lifts_of(applied, "M03") == {2: 0.5, 3: 0.5}
    assert applied.assessment.answer("M07") == (1.0, 0.8, 0.8, 0.8, 0.0)
    assert {lift.subdomain for lift in applied.lifts} == {"M03", "M04", "M05", "M07"}
    assert applied.assessment.scenes["S02"] == SceneState(SceneStatus.APPLIED)


def test_nothing_is_lowered_and_what_is_high_enough_is_no_lift(criteria):
    before = an_assessment(grade=3.0, grades={"M03": 1.8})
    after = apply_ticks(before, criteria, scenes=["S02"])

    assert after.assessment.answer("M03") == (1.0, 0.8, 0.5, 0.0, 0.0)
    assert after.assessment.answer("M07") == (1.0, 1.0, 1.0, 0.8, 0.0)


def test_an_unanswered_score_counts_nothing_and_is_then_lifted(criteria):
    full = an_assessment(grade=1.0)
    some_open = dataclasses.replace(full, answers={**full.answers, "M07": None})
    applied = apply_ticks(some_open, criteria, scenes=["S02"])

    assert applied.assessment.answer("M07") == (None, 0.8, 0.8, 0.8, None)
    assert Lift("M07", 2, None, 0.8, ("S02",)) in applied.lifts


def test_two_secondary_scenes_lift_to_08_together(criteria):
    # 人员技能 at level 2: S23 and S31 are both secondary; S31 stands on S10, and that on S02
    base = an_assessment(grade=1.0, applied=("S02", "S10"))

    assert lifts_of(apply_ticks(base, criteria, scenes=["S23"]), "M02") == {2: 0.5, 3: 0.5}
    assert lifts_of(apply_ticks(base, criteria, scenes=["S23", "S31"]), "M02") == {2: 0.8, 3: 0.8}


def test_one_of_the_two_may_be_in_use_already_but_one_must_be_new(criteria):
    base = an_assessment(grade=1.0, applied=("S02", "S10", "S31"))

    assert lifts_of(apply_ticks(base, criteria, scenes=["S23"]), "M02") == {2: 0.8, 3: 0.8}
    assert apply_ticks(base, criteria, scenes=["S31"]).lifts == ()


def test_a_scene_without_its_hard_prerequisites_is_blocked_and_changes_nothing(criteria):
    # S11 stands on S09 and S10; S09 on S06, S08, S10; S10 on S02
    applied = apply_ticks(an_assessment(grade=1.0), criteria, scenes=["S11", "S10"], ai=["S11"])

    assert applied.blocked == (
        BlockedScene("S10", ("S02",)),
        BlockedScene("S11", ("S09", "S10")),
    )
    assert (applied.scenes, applied.lifts, applied.idle_ai) == ((), (), ("S11",))
    assert applied.assessment.answers == an_assessment(grade=1.0).answers


def test_prerequisites_ticked_together_come_into_use_in_order(criteria):
    applied = apply_ticks(an_assessment(grade=1.0), criteria, scenes=["S31", "S10", "S02"])

    assert (applied.scenes, applied.blocked) == (("S02", "S10", "S31"), ())


def test_ai_comes_into_scenes_in_use_and_stays_where_it_was(criteria):
    scenes = {"S02": SceneState(SceneStatus.APPLIED), "S24": SceneState(SceneStatus.PILOT, ai=True)}
    applied = apply_ticks(
        an_assessment(scenes=scenes), criteria, scenes=["S24"], ai=["S02", "S24", "S20"]
    )

    assert applied.assessment.scenes["S24"] == SceneState(SceneStatus.APPLIED, ai=True)
    assert (applied.ai, applied.idle_ai) == (("S02",), ("S20",))


def test_a_measure_lifts_what_no_scene_can(criteria):
    # no scene supports 人员技能 at level 1
    base = an_assessment(grade=1.0, grades={"M02": 0.5})
    after = apply_measures(base, criteria, measures=[("M02", 1)])

    assert after.answer("M02") == (0.8, 0.0, 0.0, 0.0, 0.0)


def test_measures_are_allowed_for_rules_lone_secondary_scenes_and_scenes_in_use(criteria):
    none = measure_cells(an_assessment(), criteria)
    with_network = measure_cells(an_assessment(applied=("S02",)), criteria)

    assert ("M02", 1) in none  # no scene
    assert ("M01", 1) in none  # S01 alone, secondary
    assert ("M07", 2) not in none  # S02, primary, can be built
    assert ("M07", 2) in with_network  # S02 is there: what lacks is using it


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (("M07", 2), "measure_not_allowed"),
        (("M99", 1), "unknown_subdomain"),
        (("M02", 6), "bad_level"),
        (("M18", 1), "not_assessed"),
    ],
)
def test_other_measures_are_refused_with_their_place(criteria, cell, code):
    with pytest.raises(InvalidInput) as refused:
        apply_measures(an_assessment(trimmed=frozenset({"M18"})), criteria, measures=[cell])

    assert (refused.value.code, refused.value.field) == (code, f"measures.{cell[0]}.{cell[1]}")


def test_an_unknown_scene_is_refused(criteria):
    with pytest.raises(InvalidInput) as refused:
        what_if(an_assessment(), criteria, target="FL1", scenes=["S41"])

    assert (refused.value.code, refused.value.field) == ("unknown_scene", "scenes.S41")


def test_grade_conditions_and_gaps_move(criteria):
    # four of the seven subdomains of 生产 (0.77 · 0.48 / 7 = 0.0528 each) lack level 2:
    # A2 = 1 - 4 · 0.0528 = 0.7888 < 0.8
    short = dict.fromkeys(["M10", "M11", "M13", "M15"], 1.0)
    base = an_assessment(grade=2.0, grades=short, applied=("S02",))
    outcome = what_if(base, criteria, target="FL1", scenes=["S27"])

    assert outcome.before.result.level_scores[1] == pytest.approx(0.7888)
    # S27 lifts 设备管理 (M13) to 0.8 at level 2: + 0.0528 · 0.8 = 0.04224
    assert outcome.after.result.level_scores[1] == pytest.approx(0.7888 + 0.04224)
    assert (outcome.grade, outcome.by_step, outcome.by_band) == ((1, 2), (1, 2), (1, 2))
    # A3: M13 0.0528 · 0.8 = 0.04224; 数据 (M03) 0.0506 · 0.8 = 0.04048, because S02 in use and S27
    # support it together; A4: 装备 (M06) 0.0402 · 0.5 = 0.0201; S = 2 + 0.10282
    assert outcome.total == pytest.approx((1.7888, 2.10282))
    assert [(c.code, c.before, c.after) for c in outcome.changes] == [
        ("maturity", NOT_MET, MET),
        ("link:F3", NOT_MET, MET),
    ]
    assert {"M13", "S27"} <= set(outcome.closed_gaps)


def test_no_ticks_change_nothing(criteria):
    outcome = what_if(an_assessment(grade=1.0), criteria, target="FL2")

    assert outcome.before == outcome.after
    assert (outcome.changes, outcome.closed_gaps, outcome.new_gaps) == ((), (), ())


def test_the_ai_ratio_alone_can_fall(criteria):
    base = an_assessment(grade=3.0, applied=("S02", "S20", "S10", "S24"), ai=("S20",))
    outcome = what_if(base, criteria, target="FL3", scenes=["S01", "S15"])

    # 1 of 4 is 25 %, 1 of 6 is 17 % of the 20 % asked
    assert ("ai_scene_ratio_min", MET, NOT_MET) in [
        (c.code, c.before, c.after) for c in outcome.changes
    ]


scene_sets = st.frozensets(st.sampled_from(SCENES), max_size=15)


@settings(max_examples=60, deadline=None)
@given(
    assessment=assessments(),
    target=st.sampled_from(TARGETS),
    few=scene_sets,
    more=scene_sets,
    ai=scene_sets,
)
def test_more_ticks_never_lower_a_grade_or_undo_a_condition(
    criteria: CriterionSet, assessment, target, few, more, ai
):
    cells = measure_cells(assessment, criteria)
    small = what_if(assessment, criteria, target=target, scenes=few)
    large = what_if(
        assessment, criteria, target=target, scenes=few | more, ai=ai, measures=cells[::3]
    )

    for low, high in ((small.before, small.after), (small.after, large.after)):
        assert low.result.grade <= high.result.grade
        assert low.result.grades.by_step <= high.result.grades.by_step
        assert low.result.grades.by_band <= high.result.grades.by_band
        assert all(
            new.status is MET
            for old, new in zip(low.conditions, high.conditions, strict=True)
            if old.status is MET and old.code != "ai_scene_ratio_min"
        )
        short = {gap.code for gap in low.subdomain_gaps}
        assert {gap.code for gap in high.subdomain_gaps} <= short


@settings(max_examples=60, deadline=None)
@given(assessment=assessments(), ticked=scene_sets, ai=scene_sets)
def test_applying_gives_a_valid_assessment_that_is_nowhere_lower(
    criteria: CriterionSet, assessment, ticked, ai
):
    applied = apply_ticks(assessment, criteria, scenes=ticked, ai=ai)
    after = applied.assessment

    assert assessment_problems(after, criteria) == []
    for code in assessment.answers:
        for old, new in zip(assessment.answer(code), after.answer(code), strict=True):
            assert old is None or (new is not None and new >= old)
    assert set(applied.scenes) | {b.code for b in applied.blocked} == {
        code for code in ticked if not assessment.in_use(code)
    }
    assert apply_ticks(after, criteria, scenes=applied.scenes).lifts == ()
