"""Adjustable priorities: strengths switch factors off or double them, and name their version."""

import dataclasses
from math import prod

import pytest
from gap_factories import an_assessment, assessments
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import InvalidInput
from matching.gaps import CriterionSet, FactorName, Finding, PriorityWeights, analyse
from matching.gaps.priorities import Factor, priority_of

strengths = st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.7, 2.0])
settings_of_priority = st.builds(
    PriorityWeights,
    weight=strengths,
    deficit=strengths,
    hard=strengths,
    pain=strengths,
    readiness=strengths,
    pain_half=st.floats(0.1, 10),
)


def test_priority_is_the_product_of_values_to_their_strengths():
    # 0.5² · 0.8 · 1 · 0.6⁰ · 0.7 = 0.14
    values = [(0.5, 2.0), (0.8, 1.0), (1.0, 1.0), (0.6, 0.0), (0.7, 1.0)]
    factors = [
        Factor(name, value, "-", strength)
        for name, (value, strength) in zip(FactorName, values, strict=True)
    ]

    assert [f.effective for f in factors] == pytest.approx([0.25, 0.8, 1.0, 1.0, 0.7])
    assert priority_of(factors) == 140


def test_a_switched_off_factor_counts_one_even_where_its_value_is_nothing():
    assert Factor(FactorName.DEFICIT, 0.0, "-", 0.0).effective == 1.0


def test_switching_pain_off_makes_findings_count_nothing(criteria):
    quiet = an_assessment(grade=1.0)
    loud = dataclasses.replace(quiet, findings=(Finding("M13", "减速机一坏就停产"),))
    off = PriorityWeights(pain=0)

    def priorities(assessment):
        gaps = analyse(assessment, criteria, target="FL1", weights=off).gaps
        return {gap.code: gap.priority for gap in gaps}

    assert priorities(quiet) == priorities(loud)


def test_every_factor_shows_its_strength(criteria):
    weights = PriorityWeights(weight=2, deficit=0.5, hard=0, pain=1.5, readiness=0.25)
    analysis = analyse(an_assessment(grade=1.0), criteria, target="FL3", weights=weights)

    assert analysis.gaps
    for gap in analysis.gaps:
        assert [f.strength for f in gap.factors] == [2, 0.5, 0, 1.5, 0.25]
        assert gap.priority == max(1, round(1000 * prod(f.value**f.strength for f in gap.factors)))


@pytest.mark.parametrize(
    ("weights", "version"),
    [
        (PriorityWeights(), "gap-priority-1"),
        (PriorityWeights(weight=2, pain=0), "gap-priority-1 (weight=2, pain=0)"),
        (PriorityWeights(readiness=0.25), "gap-priority-1 (readiness=0.25)"),
        (PriorityWeights(pain_floor=0.3), "gap-priority-1 (pain_floor=0.3)"),
    ],
)
def test_the_version_names_what_differs_from_the_default(weights, version):
    assert weights.version == version
    assert PriorityWeights.from_version(version) == weights


@given(weights=settings_of_priority)
def test_settings_can_be_rebuilt_from_their_version(weights):
    assert PriorityWeights.from_version(weights.version) == weights


@pytest.mark.parametrize(
    "version",
    [
        "gap-priority-2",
        "",
        "gap-priority-1 (colour=2)",
        "gap-priority-1 (weight=x)",
        "gap-priority-1 (weight=1)",
        "gap-priority-1 (weight=2",
        "gap-priority-1 ()",
    ],
)
def test_a_version_that_no_settings_have_is_refused(version):
    with pytest.raises(InvalidInput) as refused:
        PriorityWeights.from_version(version)

    assert refused.value.code == "unknown_version"


@pytest.mark.parametrize("name", [f.value for f in FactorName])
@pytest.mark.parametrize("value", [-0.1, 2.1, float("nan"), float("inf")])
def test_a_strength_outside_0_to_2_is_refused_by_name(name, value):
    with pytest.raises(InvalidInput) as refused:
        PriorityWeights(**{name: value})

    assert (refused.value.code, refused.value.field) == ("bad_weight", f"weights.{name}")


@settings(max_examples=40, deadline=None)
@given(assessment=assessments(), weights=settings_of_priority)
def test_strengths_change_the_order_not_the_gaps(criteria: CriterionSet, assessment, weights):
    plain = analyse(assessment, criteria, target="FL3")
    tuned = analyse(assessment, criteria, target="FL3", weights=weights)

    assert {g.code for g in plain.subdomain_gaps} == {g.code for g in tuned.subdomain_gaps}
    assert plain.conditions == tuned.conditions
    assert all(1 <= gap.priority <= 1000 for gap in tuned.gaps)


@settings(max_examples=40, deadline=None)
@given(assessment=assessments(), weights=settings_of_priority)
def test_a_prerequisite_keeps_the_worth_of_what_it_opens(
    criteria: CriterionSet, assessment, weights
):
    analysis = analyse(assessment, criteria, target="FL3", weights=weights)
    worth = {g.code: prod(f.effective for f in g.factors[:4]) for g in analysis.scene_gaps}

    for gap in analysis.scene_gaps:
        for before in gap.missing_prerequisites:
            assert worth[before] >= worth[gap.code] - 1e-12
