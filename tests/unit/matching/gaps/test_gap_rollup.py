"""The roll-up: literal cases and the invariants that hold for every assessment."""

import dataclasses

import pytest
from gap_factories import DISCRETE, an_assessment, assessments, scores
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import InvalidInput
from matching.gaps import (
    CriterionSet,
    MfgType,
    answers_from_grade,
    effective_weights,
    grades_from_level_scores,
    roll_up,
)
from matching.gaps.assessment import grade_of_answer

EPS = 1e-9


@pytest.mark.parametrize(
    ("grade", "answer"),
    [
        (0.0, (0, 0, 0, 0, 0)),
        (0.5, (0.5, 0, 0, 0, 0)),
        (1.8, (1, 0.8, 0, 0, 0)),
        (3.0, (1, 1, 1, 0, 0)),
        (5.0, (1, 1, 1, 1, 1)),
    ],
)
def test_answers_from_grade_spread_over_levels_and_back(grade, answer):
    assert answers_from_grade(grade) == answer
    assert grade_of_answer(answer, met_min=0.8) == pytest.approx(grade)


@pytest.mark.parametrize("grade", [-0.5, 1.3, 5.5, 5.8])
def test_answers_from_grade_refuses_other_numbers(grade):
    with pytest.raises(InvalidInput) as refused:
        answers_from_grade(grade)

    assert refused.value.code == "bad_grade"


def test_what_is_done_above_a_level_not_met_does_not_lift_a_subdomain():
    assert grade_of_answer((0.5, 1, 1, 0, 0), met_min=0.8) == 0.5


def test_worked_example_of_the_reference_is_grade_2(criteria):
    grades = grades_from_level_scores((0.95, 0.86, 0.62, 0.10, 0), criteria)

    assert grades.total == pytest.approx(2.72)
    assert (grades.by_step, grades.by_band, grades.platform) == (2, 2, 2)


def test_counter_example_is_grade_2_by_band_but_1_on_the_platform(criteria):
    grades = grades_from_level_scores((1.0, 0.75, 0.50, 0.30, 0), criteria)

    assert grades.total == pytest.approx(2.55)
    assert (grades.by_step, grades.by_band, grades.platform) == (1, 2, 1)


@pytest.mark.parametrize(
    ("grade", "expected"), [(0.5, 0), (0.8, 1), (1.0, 1), (1.8, 2), (2.5, 2), (5.0, 5)]
)
def test_an_even_factory_has_the_grade_of_its_subdomains(criteria, grade, expected):
    result = roll_up(an_assessment(grade=grade), criteria)

    assert result.grade == expected
    assert result.coverage == pytest.approx(1)


def test_one_weak_subdomain_lowers_the_level_by_its_share(criteria):
    result = roll_up(an_assessment(grade=1.0, grades={"M17": 0.5}), criteria)

    assert result.level_scores[0] == pytest.approx(1 - 0.77 * 0.13 * 0.5)
    assert result.subdomain_grades["M17"] == 0.5


def test_unanswered_subdomains_count_zero_and_are_reported(criteria):
    complete = an_assessment(grade=2.0)
    answers = {**complete.answers, "M17": None, "M18": None, "M03": None}
    result = roll_up(dataclasses.replace(complete, answers=answers), criteria)

    assert result.unanswered == ("M03", "M17", "M18")
    assert result.coverage == pytest.approx(1 - 2 * 0.77 * 0.13 - 0.11 * 0.46)
    assert result.level_scores[0] == pytest.approx(result.coverage)
    assert (result.grade, result.grade_if_unknown_met) == (0, 2)


def test_trimming_a_domain_gives_its_weight_to_the_rest_of_its_element(criteria):
    weights = effective_weights(criteria, mfg_type=MfgType.DISCRETE, trimmed=["M18"])

    assert "MD11" not in weights.domains
    assert weights.domains["MD09"] == pytest.approx(0.48 / 0.87)
    assert weights.elements["ME4"] == pytest.approx(0.77)
    assert weights.shares["M01"] == pytest.approx(0.03)


def test_trimming_one_subdomain_gives_its_weight_to_its_sibling(criteria):
    weights = effective_weights(criteria, mfg_type=MfgType.DISCRETE, trimmed=["M08"])

    assert weights.subdomains["M09"] == 1.0
    assert weights.domains["MD08"] == pytest.approx(0.13)


def test_nothing_left_to_assess_is_refused(criteria):
    with pytest.raises(InvalidInput) as refused:
        effective_weights(criteria, mfg_type=MfgType.DISCRETE, trimmed=DISCRETE)

    assert refused.value.code == "all_trimmed"


def test_trimming_production_closes_the_gate_of_grade_3(criteria):
    result = roll_up(an_assessment(grade=4.0, trimmed=frozenset({"M16"})), criteria)

    assert result.grades.platform == 4
    assert result.grade == 2
    assert [(g.level, g.open, g.missing) for g in result.gates] == [(3, False, ("M16",))]


def test_trimming_outside_production_leaves_the_gate_open(criteria):
    assert roll_up(an_assessment(grade=4.0, trimmed=frozenset({"M18"})), criteria).grade == 4


def test_every_result_says_that_it_is_reference_only_and_where_weights_are_placeholders(criteria):
    result = roll_up(an_assessment(), criteria)

    assert "仅供参考" in result.note
    assert result.placeholder_weights == ("M10", "M11", "M12", "M13", "M14", "M15", "M16")


@given(assessment=assessments(), data=st.data())
def test_raising_an_answer_never_lowers_any_score(criteria: CriterionSet, assessment, data):
    code = data.draw(st.sampled_from(sorted(assessment.answers)))
    level = data.draw(st.integers(0, 4))
    old = assessment.answer(code)
    higher = [*old]
    higher[level] = data.draw(scores.filter(lambda score: score >= (old[level] or 0.0)))
    raised = dataclasses.replace(assessment, answers={**assessment.answers, code: tuple(higher)})

    before, after = roll_up(assessment, criteria), roll_up(raised, criteria)

    assert all(b <= a for b, a in zip(before.level_scores, after.level_scores, strict=True))
    assert before.grades.total <= after.grades.total
    assert before.grade <= after.grade


@given(assessment=assessments())
def test_weights_sum_to_one_on_every_layer_after_trimming(criteria: CriterionSet, assessment):
    weights = effective_weights(criteria, mfg_type=assessment.mfg_type, trimmed=assessment.trimmed)

    assert sum(weights.shares.values()) == pytest.approx(1)
    assert sum(weights.elements.values()) == pytest.approx(1)
    for element in weights.elements:
        kept = [d for d in criteria.elements[element].domains if d in weights.domains]
        assert sum(weights.domains[d] for d in kept) == pytest.approx(1)
    for domain in weights.domains:
        kept = [m for m in criteria.domains[domain].subdomains if m in weights.subdomains]
        assert sum(weights.subdomains[m] for m in kept) == pytest.approx(1)
    assert not assessment.trimmed & set(weights.shares)


@given(assessment=assessments())
def test_the_grade_is_never_above_either_reading(criteria: CriterionSet, assessment):
    result = roll_up(assessment, criteria)

    assert result.grade <= min(result.grades.by_step, result.grades.by_band)
    assert result.grade <= result.grade_if_unknown_met
    assert all(-EPS <= score <= 1 + EPS for score in result.level_scores)
    assert 0 <= result.coverage <= 1
