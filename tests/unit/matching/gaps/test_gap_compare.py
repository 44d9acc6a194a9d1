"""Two criterion sets side by side, and what a set does not know."""

import dataclasses

import pytest
from gap_factories import an_assessment, assessments
from hypothesis import given

from matching.gaps import (
    ConditionStatus,
    CriterionSet,
    Finding,
    SceneState,
    SceneStatus,
    analyse,
    assessment_problems,
    compare,
    restrict,
)


def stricter(criteria: CriterionSet) -> CriterionSet:
    """FL2 asks grade 3 and ten scenes; the condition on links_min is gone."""
    level = criteria.factory_levels["FL2"]
    thresholds = {**level.thresholds, "maturity_level_min": 3.0, "scene_count_min": 10.0}
    del thresholds["links_min"]
    changed = dataclasses.replace(level, thresholds=thresholds)
    return dataclasses.replace(
        criteria,
        version="2",
        factory_levels={**criteria.factory_levels, "FL2": changed},
    )


def without_s20(criteria: CriterionSet) -> CriterionSet:
    gone = {"S20"}
    return dataclasses.replace(
        criteria,
        scenes={code: scene for code, scene in criteria.scenes.items() if code not in gone},
        links={
            code: dataclasses.replace(link, scenes=tuple(s for s in link.scenes if s not in gone))
            for code, link in criteria.links.items()
        },
        pairs=tuple(p for p in criteria.pairs if p.scene not in gone),
        prerequisites=tuple(
            p for p in criteria.prerequisites if p.before not in gone and p.after not in gone
        ),
        kpis={code: unit for code, unit in criteria.kpis.items() if code != "K20"},
        eligibility=tuple(e for e in criteria.eligibility if e.code != "EL2"),
    )


def test_conditions_are_paired_by_code_and_say_where_they_differ(criteria):
    factory = an_assessment(grade=2.0, applied=("S20", "S10", "S34"))
    outcome = compare(
        analyse(factory, criteria, target="FL2"), analyse(factory, stricter(criteria), target="FL2")
    )
    pairs = {pair.code: pair for pair in outcome.conditions}

    assert pairs["maturity"].left.status is ConditionStatus.MET
    assert pairs["maturity"].right.status is ConditionStatus.NOT_MET
    assert pairs["links_min"].right is None
    assert pairs["gate:3"].left is None
    assert pairs["scene_count_min"].left.status is ConditionStatus.NO_OFFICIAL_NUMBER
    assert pairs["scene_count_min"].right.status is ConditionStatus.NOT_MET
    assert sorted(code for code, pair in pairs.items() if pair.differs) == [
        "gate:3",
        "links_min",
        "maturity",
        "scene_count_min",
    ]
    assert outcome.conditions[-1].code == "gate:3"


def test_gaps_are_split_into_left_right_and_both_with_both_priorities(criteria):
    factory = an_assessment(grade=2.0, grades={"M13": 1.0}, applied=("S02",))
    left = analyse(factory, criteria, target="FL1")
    right = analyse(factory, criteria, target="ML3")
    outcome = compare(left, right)
    both = {pair.code: pair for pair in outcome.both}

    assert {pair.code for pair in outcome.only_left} == {gap.code for gap in left.gaps} - {
        gap.code for gap in right.gaps
    }
    assert both["M13"].left == next(g.priority for g in left.gaps if g.code == "M13")
    assert both["M13"].right == next(g.priority for g in right.gaps if g.code == "M13")
    assert "M03" in {pair.code for pair in outcome.only_right}
    assert len(outcome.gaps) == len({g.code for g in (*left.gaps, *right.gaps)})


def test_grades_and_totals_are_given_for_both_sides(criteria):
    factory = an_assessment(grade=2.0)
    lower = dataclasses.replace(criteria, level_met_min=1.0)
    mixed = dataclasses.replace(factory, answers=an_assessment(grade=1.8).answers)
    outcome = compare(analyse(mixed, criteria, target="ML2"), analyse(mixed, lower, target="ML2"))

    # 0.8 at level 2: met under the first set (counts 1), not met under the second (counts 0.8)
    assert outcome.totals == pytest.approx((2.0, 1.8))
    assert outcome.by_step == (2, 1)
    assert outcome.by_band == (2, 2)
    assert outcome.grades == (2, 1)


def test_comparing_a_set_with_itself_shows_no_difference(criteria):
    analysis = analyse(an_assessment(grade=1.0), criteria, target="FL3")
    outcome = compare(analysis, analysis)

    assert not any(pair.differs for pair in outcome.conditions)
    assert (outcome.only_left, outcome.only_right) == ((), ())
    assert all(pair.left == pair.right for pair in outcome.both)


def test_what_the_other_set_does_not_know_is_dropped_and_told(criteria):
    other = without_s20(criteria)
    factory = an_assessment(
        grade=2.0,
        applied=("S20", "S02"),
        kpis={"K20": 1.0, "K01": 40.0},
        eligibility={"EL1": True, "EL2": True},
    )
    restricted, dropped = restrict(factory, other)

    assert dropped == ("eligibility.EL2", "kpis.K20", "scenes.S20")
    assert set(restricted.scenes) == {"S02"}
    assert analyse(restricted, other, target="FL1").result.grade == 2


def test_scores_levels_trims_and_findings_of_another_set_are_dropped(criteria):
    factory = dataclasses.replace(
        an_assessment(grade=2.0),
        answers={"M01": (0.9, 0.8, 0.0, 0.0, 0.0), "M02": (1.0,), "M99": (1.0,) * 5},
        findings=(Finding("M99", "x"), Finding("M01", "y")),
        trimmed=frozenset({"M01", "M18", "M99"}),
        current_level="FL9",
        scenes={"S02": SceneState(SceneStatus.APPLIED)},
    )
    restricted, dropped = restrict(factory, criteria)

    assert dropped == (
        "answers.M01.1",
        "answers.M02",
        "answers.M99",
        "current_level",
        "findings.M99",
        "trimmed.M01",
        "trimmed.M99",
    )
    assert restricted.answers == {"M01": (None, 0.8, 0.0, 0.0, 0.0), "M02": None}
    assert (restricted.current_level, restricted.trimmed) == ("FL0", frozenset({"M18"}))
    assert restricted.findings == (Finding("M01", "y"),)
    assert assessment_problems(restricted, criteria) == []


@given(assessment=assessments())
def test_a_set_that_knows_everything_drops_nothing(criteria: CriterionSet, assessment):
    if not assessment_problems(assessment, criteria):
        assert restrict(assessment, criteria) == (assessment, ())


@given(assessment=assessments())
def test_restricting_leaves_nothing_to_object_to(criteria: CriterionSet, assessment):
    other = without_s20(criteria)
    restricted, _ = restrict(assessment, other)

    assert assessment_problems(restricted, other) == []
    assert restrict(restricted, other) == (restricted, ())
