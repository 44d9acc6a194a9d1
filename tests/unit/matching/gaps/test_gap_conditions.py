"""Conditions of a target: met, not met, unknown, or without an official number."""

import dataclasses

import pytest
from gap_factories import an_assessment

from matching.gaps import ConditionStatus, MfgType, SceneState, SceneStatus, analyse

MET, NOT_MET = ConditionStatus.MET, ConditionStatus.NOT_MET
UNKNOWN, NO_NUMBER = ConditionStatus.UNKNOWN, ConditionStatus.NO_OFFICIAL_NUMBER


def conditions_of(criteria, target, **fields):
    analysis = analyse(an_assessment(**fields), criteria, target=target)
    return {c.code: c for c in analysis.conditions}


def test_basic_level_asks_grade_2_production_scenes_and_four_eligibility_items(criteria):
    conditions = conditions_of(criteria, "FL1", grade=2.0, applied=("S20",))

    assert {code: c.status for code, c in conditions.items()} == {
        "maturity": MET,
        "link:F3": MET,
        "links_min": MET,
        "ai_scene_ratio_min": NO_NUMBER,
        "scene_count_min": NO_NUMBER,
        "equipment_nc_rate_min": NO_NUMBER,
        "equipment_networking_rate_min": NO_NUMBER,
        "revenue_min": NO_NUMBER,
        "eligibility:EL1": UNKNOWN,
        "eligibility:EL2": UNKNOWN,
        "eligibility:EL3": UNKNOWN,
        "eligibility:EL4": UNKNOWN,
    }


def test_excellence_level_adds_gate_prior_level_ratio_and_two_items(criteria):
    conditions = conditions_of(
        criteria,
        "FL3",
        grade=2.0,
        applied=("S02", "S20", "S10"),
        current_level="FL2",
        eligibility={"EL6": False, "EL7": True},
    )

    assert conditions["maturity"].status is NOT_MET
    assert conditions["gate:3"].status is MET
    assert [c for c in conditions if c.startswith("link:") and conditions[c].status is MET] == [
        "link:F1",
        "link:F3",
        "link:F4",
    ]
    assert (conditions["links_min"].value, conditions["links_min"].required) == (3.0, 5.0)
    assert conditions["ai_scene_ratio_min"].status is NOT_MET
    assert conditions["prior_level"].status is MET
    assert conditions["eligibility:EL6"].status is NOT_MET
    assert (conditions["eligibility:EL7"].status, conditions["eligibility:EL7"].hard) == (
        MET,
        False,
    )


@pytest.mark.parametrize(
    ("ai", "value", "status"),
    [((), 0.0, NOT_MET), (("S20",), 0.2, MET), (("S20", "S10"), 0.4, MET)],
)
def test_ai_ratio_is_scenes_with_ai_among_scenes_in_use(criteria, ai, value, status):
    conditions = conditions_of(criteria, "FL3", applied=("S02", "S10", "S20", "S24", "S15"), ai=ai)

    assert conditions["ai_scene_ratio_min"].value == pytest.approx(value)
    assert conditions["ai_scene_ratio_min"].status is status


def test_pilots_count_for_no_link_and_no_ratio(criteria):
    scenes = {"S20": SceneState(SceneStatus.PILOT, ai=True)}
    conditions = conditions_of(criteria, "FL3", scenes=scenes)

    assert conditions["link:F3"].status is NOT_MET
    assert (conditions["ai_scene_ratio_min"].status, conditions["ai_scene_ratio_min"].value) == (
        NOT_MET,
        0.0,
    )


def test_unrecorded_scenes_make_scene_conditions_unknown(criteria):
    conditions = conditions_of(criteria, "FL3")

    assert {conditions[c].status for c in ("link:F1", "links_min", "ai_scene_ratio_min")} == {
        UNKNOWN
    }


def test_maturity_is_unknown_only_while_open_answers_could_decide(criteria):
    assessment = an_assessment(grade=2.0)
    open_answers = {**assessment.answers, **dict.fromkeys(["M17", "M18", "M19"])}
    some_open = dataclasses.replace(assessment, answers=open_answers)

    def status(target):
        return analyse(some_open, criteria, target=target).conditions[0].status

    assert status("ML2") is UNKNOWN
    assert status("ML3") is NOT_MET


def test_missing_prior_level_is_not_met(criteria):
    prior = conditions_of(criteria, "FL3", current_level="FL1")["prior_level"]

    assert (prior.status, prior.value, prior.required) == (NOT_MET, "FL1", "FL2")


def test_a_kpi_without_threshold_is_shown_but_not_judged(criteria):
    condition = conditions_of(criteria, "FL2", kpis={"K01": 42.0})["equipment_nc_rate_min"]

    assert (condition.status, condition.value, condition.required) == (NO_NUMBER, 0.42, None)
    assert condition.hard is False


def test_a_threshold_that_gets_an_official_number_is_judged(criteria):
    level = criteria.factory_levels["FL2"]
    numbered = dataclasses.replace(
        level, thresholds={**level.thresholds, "equipment_nc_rate_min": 0.5}
    )
    changed = dataclasses.replace(
        criteria, factory_levels={**criteria.factory_levels, "FL2": numbered}
    )

    low = conditions_of(changed, "FL2", kpis={"K01": 42.0})["equipment_nc_rate_min"]
    high = conditions_of(changed, "FL2", kpis={"K01": 50.0})["equipment_nc_rate_min"]

    assert (low.status, high.status) == (NOT_MET, MET)


def test_a_maturity_target_has_grade_and_gates_only(criteria):
    conditions = conditions_of(criteria, "ML3", grade=3.0, mfg_type=MfgType.PROCESS)

    assert list(conditions) == ["maturity", "gate:3"]


def test_every_condition_names_its_source(criteria):
    for target in ("FL1", "FL2", "FL3", "FL4", "ML3"):
        for condition in conditions_of(criteria, target).values():
            assert condition.source.startswith(("page:", "recalled", "derived"))
