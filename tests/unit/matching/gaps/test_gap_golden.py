"""Golden examples of the roll-up and of every level condition, worked by hand in the comments.

Shares of the whole: 离散型 ME1 6 % (M01, M02 half each: 0.03), ME2 11 % (M03 46 %: 0.0506, M04 and
M05 27 %: 0.0297), ME3 6 % (M06 67 %: 0.0402, M07 33 %: 0.0198), ME4 77 % (设计 13 % in two: 0.05005
each, 生产 48 % in seven: 0.0528 each, 物流 and 销售 13 %: 0.1001 each, 服务 13 % in two: 0.05005).
流程型 ME1 6 %, ME2 11 %, ME3 15 % (0.1005, 0.0495), ME4 68 % (设计 4 %: M09 0.0272, 生产 63 % in
seven: 0.0612 each, 物流 and 销售 15 %: 0.102 each, 服务 3 %: M19 0.0204).
"""

import dataclasses
import re

import pytest
from gap_factories import DISCRETE, PROCESS, an_assessment, assessments, scores
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.gaps import (
    ConditionStatus,
    CriterionSet,
    MfgType,
    ReasonKind,
    SceneState,
    SceneStatus,
    analyse,
    effective_weights,
    grades_from_level_scores,
    roll_up,
)

MET, NOT_MET = ConditionStatus.MET, ConditionStatus.NOT_MET
UNKNOWN, NO_NUMBER = ConditionStatus.UNKNOWN, ConditionStatus.NO_OFFICIAL_NUMBER


def with_answers(assessment, **answers):
    return dataclasses.replace(assessment, answers={**assessment.answers, **answers})


def test_shares_of_the_discrete_table(criteria):
    shares = effective_weights(criteria, mfg_type=MfgType.DISCRETE).shares

    assert {m: round(share, 5) for m, share in shares.items()} == {
        "M01": 0.03,  # 0.06 · 0.5
        "M02": 0.03,
        "M03": 0.0506,  # 0.11 · 0.46
        "M04": 0.0297,  # 0.11 · 0.27
        "M05": 0.0297,
        "M06": 0.0402,  # 0.06 · 0.67
        "M07": 0.0198,  # 0.06 · 0.33
        "M08": 0.05005,  # 0.77 · 0.13 · 0.5
        "M09": 0.05005,
        **dict.fromkeys([f"M{n}" for n in range(10, 17)], 0.0528),  # 0.77 · 0.48 / 7
        "M17": 0.1001,  # 0.77 · 0.13
        "M18": 0.1001,
        "M19": 0.05005,
        "M20": 0.05005,
    }


def test_shares_of_the_process_table(criteria):
    shares = effective_weights(criteria, mfg_type=MfgType.PROCESS).shares

    assert {m: round(share, 5) for m, share in shares.items()} == {
        "M01": 0.03,
        "M02": 0.03,
        "M03": 0.0506,
        "M04": 0.0297,
        "M05": 0.0297,
        "M06": 0.1005,  # 0.15 · 0.67
        "M07": 0.0495,  # 0.15 · 0.33
        "M09": 0.0272,  # 0.68 · 0.04, alone in 设计
        **dict.fromkeys([f"M{n}" for n in range(10, 17)], 0.0612),  # 0.68 · 0.63 / 7
        "M17": 0.102,  # 0.68 · 0.15
        "M18": 0.102,
        "M19": 0.0204,  # 0.68 · 0.03, alone in 服务
    }
    assert set(shares) == set(PROCESS)


def test_discrete_factory_that_meets_two_levels(criteria):
    # all subdomains meet levels 1 and 2, but: 组织战略 0.5 / 0, 质量 (M12) 0.8 / 0, 物流 1 / 0.5
    factory = with_answers(
        an_assessment(grade=2.0),
        M01=(0.5, 0.0, 0.0, 0.0, 0.0),
        M12=(0.8, 0.0, 0.0, 0.0, 0.0),
        M17=(1.0, 0.5, 0.0, 0.0, 0.0),
    )
    result = roll_up(factory, criteria)

    # A1 = 1 - 0.03 · 0.5 - 0.0528 · 0.2 = 1 - 0.015 - 0.01056 = 0.97444
    # A2 = 1 - 0.03 - 0.0528 - 0.1001 · 0.5 = 1 - 0.03 - 0.0528 - 0.05005 = 0.86715
    assert result.level_scores == pytest.approx((0.97444, 0.86715, 0, 0, 0))
    assert (result.grades.total, result.grades.by_step, result.grades.by_band) == (2.0, 2, 2)
    assert result.grade == 2


def test_discrete_factory_on_which_the_two_readings_part(criteria):
    # five subdomains of 生产 half at level 2, 物流 not at all there, 数据 already at level 3
    weak = dict.fromkeys([f"M{n}" for n in range(10, 15)], (1.0, 0.5, 0.0, 0.0, 0.0))
    factory = with_answers(
        an_assessment(grade=2.0),
        **weak,
        M17=(1.0, 0.0, 0.0, 0.0, 0.0),
        M03=(1.0, 1.0, 1.0, 0.0, 0.0),
    )
    result = roll_up(factory, criteria)

    # A2 = 1 - 5 · 0.0528 · 0.5 - 0.1001 = 1 - 0.132 - 0.1001 = 0.7679 < 0.8: level 2 is not met
    # A3 = 0.0506; S = 1 + 0.7679 + 0.0506 = 1.8185, inside the band of level 2
    assert result.level_scores == pytest.approx((1, 0.7679, 0.0506, 0, 0))
    assert result.grades.total == pytest.approx(1.8185)
    assert (result.grades.by_step, result.grades.by_band) == (1, 2)
    assert result.grade == 1


def test_process_factory(criteria):
    # 设备 (M13) 0.5 / 0, 物流 0.8 / 0.5; the rest meets levels 1 and 2
    factory = with_answers(
        an_assessment(grade=2.0, mfg_type=MfgType.PROCESS),
        M13=(0.5, 0.0, 0.0, 0.0, 0.0),
        M17=(0.8, 0.5, 0.0, 0.0, 0.0),
    )
    result = roll_up(factory, criteria)

    # A1 = 1 - 0.0612 · 0.5 - 0.102 · 0.2 = 1 - 0.0306 - 0.0204 = 0.949
    # A2 = 1 - 0.0612 - 0.102 · 0.5 = 1 - 0.0612 - 0.051 = 0.8878
    assert result.level_scores == pytest.approx((0.949, 0.8878, 0, 0, 0))
    assert (result.grades.total, result.grade) == (2.0, 2)
    # 生产: (6 · 2 + 0.5) / 7 = 1.7857; 物流: level 1 met (0.8), level 2 adds 0.5
    values = {domain.code: domain.value for domain in result.domains}
    assert values["MD09"] == pytest.approx(12.5 / 7)
    assert values["MD10"] == pytest.approx(1.3)


def test_the_same_answers_weigh_differently_for_process_and_discrete(criteria):
    # 装备 (M06) at level 0: 0.0402 of a discrete, 0.1005 of a process factory
    discrete = roll_up(an_assessment(grade=1.0, grades={"M06": 0.0}), criteria)
    process = roll_up(
        an_assessment(grade=1.0, grades={"M06": 0.0}, mfg_type=MfgType.PROCESS), criteria
    )

    assert discrete.level_scores[0] == pytest.approx(0.9598)
    assert process.level_scores[0] == pytest.approx(0.8995)


def test_trimming_moves_weight_within_the_element(criteria):
    # 销售 (M18) is trimmed: 制造 keeps 0.77, its domains are divided by 1 - 0.13 = 0.87
    factory = with_answers(
        an_assessment(grade=2.0, trimmed=frozenset({"M18"})), M17=(1.0, 0.0, 0.0, 0.0, 0.0)
    )
    result = roll_up(factory, criteria)

    # 物流: 0.77 · 0.13 / 0.87 = 0.1150575; 生产 each: 0.77 · 0.48 / 0.87 / 7 = 0.0606897
    assert result.weights.shares["M17"] == pytest.approx(0.1150575)
    assert result.weights.shares["M13"] == pytest.approx(0.0606897)
    assert result.weights.shares["M01"] == pytest.approx(0.03)
    assert result.level_scores[1] == pytest.approx(0.8849425)
    assert result.grade == 2


def test_trimming_can_turn_the_grade(criteria):
    # 物流 and 服务 lack level 2: 1 - 0.1001 - 0.1001 = 0.7998, just short. Without 服务 (not the
    # factory's business) 物流 weighs 0.1150575: 0.8849, met.
    lacking = dict.fromkeys(["M17", "M19", "M20"], 1.0)
    full = roll_up(an_assessment(grade=2.0, grades=lacking), criteria)
    trimmed = roll_up(
        an_assessment(grade=2.0, grades=lacking, trimmed=frozenset({"M19", "M20"})), criteria
    )

    assert full.level_scores[1] == pytest.approx(0.7998)
    assert trimmed.level_scores[1] == pytest.approx(0.8849425)
    assert (full.grade, trimmed.grade) == (1, 2)


def test_trimming_a_whole_domain_and_a_whole_element(criteria):
    # 生产 trimmed: 制造 keeps 0.77 for four domains of 0.13 each, a quarter each
    production = frozenset(f"M{n}" for n in range(10, 17))
    shares = effective_weights(criteria, mfg_type=MfgType.DISCRETE, trimmed=production).shares
    assert shares["M17"] == pytest.approx(0.1925)
    assert shares["M08"] == pytest.approx(0.09625)

    # 制造 trimmed: 人员 0.06, 技术 0.11, 资源 0.06 of 0.23
    manufacturing = frozenset(DISCRETE[7:])
    shares = effective_weights(criteria, mfg_type=MfgType.DISCRETE, trimmed=manufacturing).shares
    assert shares["M01"] == pytest.approx(0.03 / 0.23)
    assert shares["M03"] == pytest.approx(0.0506 / 0.23)
    assert sum(shares.values()) == pytest.approx(1)


def test_worked_and_counter_example_as_the_reference_file_tells_them(criteria, reference):
    """The sentences of the file are read, so that the file cannot change without this test."""
    example = reference["maturity"]["worked_example"]
    worked = [float(x) for x in re.findall(r"级(?:得分)?(\d\.\d+)", example["text"])]
    counter = [float(x) for x in re.findall(r"级(\d\.\d+)", example["counter_example"])]

    assert worked == [0.95, 0.86, 0.62, 0.10]
    assert counter == [1.0, 0.75, 0.50, 0.30]
    # 0.95 and 0.86 meet 0.8 and count 1 each: S = 1 + 1 + 0.62 + 0.10 = 2.72, in [1.8, 2.8)
    grades = grades_from_level_scores([*worked, 0.0], criteria)
    assert (round(grades.total, 9), grades.by_step, grades.by_band, grades.platform) == (
        2.72,
        2,
        2,
        2,
    )
    # 0.75 is not met and counts as it is: S = 1 + 0.75 + 0.5 + 0.3 = 2.55, in [1.8, 2.8), yet
    # without level 2 only one level is met in a row
    grades = grades_from_level_scores([*counter, 0.0], criteria)
    assert (round(grades.total, 9), grades.by_step, grades.by_band, grades.platform) == (
        2.55,
        1,
        2,
        1,
    )


FLOOR = {"FL1": 2, "FL2": 2, "FL3": 3, "FL4": 4}
LINKS = {
    "FL1": ["F3"],
    "FL2": ["F3", "F4", "F5"],
    "FL3": ["F1", "F2", "F3", "F4", "F5"],
    "FL4": ["F1", "F2", "F3", "F4", "F5"],
}
ONE_PER_LINK = {"F1": "S02", "F2": "S04", "F3": "S20", "F4": "S10", "F5": "S34"}


def conditions(assessment, criteria, target):
    return {c.code: c for c in analyse(assessment, criteria, target=target).conditions}


@pytest.mark.parametrize("level", FLOOR)
def test_maturity_of_every_level_met_not_met_and_unknown(criteria, level):
    floor = FLOOR[level]
    met = conditions(an_assessment(grade=float(floor)), criteria, level)["maturity"]
    short = conditions(an_assessment(grade=float(floor - 1)), criteria, level)["maturity"]
    # 物流, 销售 and 服务 open: 1 - 0.3003 = 0.6997 without them, 1 with them
    some_open = with_answers(
        an_assessment(grade=float(floor)), M17=None, M18=None, M19=None, M20=None
    )
    unknown = conditions(some_open, criteria, level)["maturity"]

    assert [c.status for c in (met, short, unknown)] == [MET, NOT_MET, UNKNOWN]
    assert {c.required for c in (met, short, unknown)} == {float(floor)}
    assert (met.value, short.value, unknown.value) == (float(floor), float(floor - 1), 0.0)


@pytest.mark.parametrize("level", LINKS)
def test_links_of_every_level_met_not_met_and_unknown(criteria, level):
    needed = LINKS[level]
    scenes = tuple(ONE_PER_LINK[link] for link in needed)
    met = conditions(an_assessment(applied=scenes), criteria, level)
    asked = [code for code in met if code.startswith("link:")]
    assert asked == [f"link:{link}" for link in needed]
    assert {met[code].status for code in (*asked, "links_min")} == {MET}

    for missing in needed:
        # a pilot does not count; S02 stands in so that scenes are recorded
        states = {
            ONE_PER_LINK[link]: SceneState(
                SceneStatus.PILOT if link == missing else SceneStatus.OPTIMISED
            )
            for link in needed
        }
        found = conditions(an_assessment(scenes=states), criteria, level)
        assert found[f"link:{missing}"].status is NOT_MET
        assert found["links_min"].status is NOT_MET
        assert [c for c in asked if found[c].status is NOT_MET] == [f"link:{missing}"]

    unknown = conditions(an_assessment(), criteria, level)
    assert {unknown[code].status for code in (*asked, "links_min")} == {UNKNOWN}
    assert unknown["links_min"].value is None


@pytest.mark.parametrize(
    ("level", "ai", "status"),
    [
        ("FL1", 0, NO_NUMBER),
        ("FL2", 5, NO_NUMBER),
        ("FL3", 0, NOT_MET),  # 0 of 5
        ("FL3", 1, MET),  # 1 of 5 = 20 %
        ("FL4", 2, NOT_MET),  # 2 of 5 = 40 %
        ("FL4", 3, MET),  # 3 of 5 = 60 %
        ("FL3", None, UNKNOWN),
        ("FL4", None, UNKNOWN),
    ],
)
def test_ai_ratio_of_every_level(criteria, level, ai, status):
    scenes = tuple(ONE_PER_LINK.values())
    factory = an_assessment() if ai is None else an_assessment(applied=scenes, ai=scenes[:ai])
    condition = conditions(factory, criteria, level)["ai_scene_ratio_min"]

    assert condition.status is status
    assert condition.hard is (level in ("FL3", "FL4"))


@pytest.mark.parametrize(
    ("level", "current", "status"),
    [
        ("FL2", "FL0", NOT_MET),
        ("FL2", "FL1", MET),
        ("FL3", "FL1", NOT_MET),
        ("FL3", "FL2", MET),
        ("FL4", "FL2", NOT_MET),
        ("FL4", "FL3", MET),
        ("FL4", "FL4", MET),
    ],
)
def test_prior_level_of_every_level(criteria, level, current, status):
    assert (
        conditions(an_assessment(current_level=current), criteria, level)["prior_level"].status
        is status
    )


def test_the_first_level_has_no_prior_level(criteria):
    assert "prior_level" not in conditions(an_assessment(), criteria, "FL1")


@pytest.mark.parametrize(
    ("level", "items"),
    [
        ("FL1", ["EL1", "EL2", "EL3", "EL4"]),
        ("FL2", ["EL1", "EL2", "EL3", "EL4"]),
        ("FL3", ["EL1", "EL2", "EL3", "EL4", "EL6", "EL7"]),
        ("FL4", ["EL1", "EL2", "EL3", "EL4", "EL6", "EL7"]),
    ],
)
@pytest.mark.parametrize(("value", "status"), [(True, MET), (False, NOT_MET), (None, UNKNOWN)])
def test_eligibility_of_every_level(criteria, level, items, value, status):
    factory = an_assessment(eligibility=dict.fromkeys(items, value))
    found = conditions(factory, criteria, level)

    assert {
        code.removeprefix("eligibility:"): found[code].status
        for code in found
        if code.startswith("eligibility:")
    } == dict.fromkeys(items, status)


@pytest.mark.parametrize("level", FLOOR)
@pytest.mark.parametrize(
    "name",
    ["scene_count_min", "equipment_nc_rate_min", "equipment_networking_rate_min", "revenue_min"],
)
def test_what_has_no_official_number_is_shown_and_never_failed_on(criteria, level, name):
    condition = conditions(an_assessment(applied=("S02",)), criteria, level)[name]

    assert (condition.status, condition.required, condition.hard) == (NO_NUMBER, None, False)
    assert "没有官方数值" in condition.detail


@pytest.mark.parametrize(
    ("level", "asked"), [("FL1", False), ("FL2", False), ("FL3", True), ("FL4", True)]
)
def test_the_gate_of_production_belongs_to_the_upper_levels(criteria, level, asked):
    whole = conditions(an_assessment(grade=4.0), criteria, level)
    cut = conditions(an_assessment(grade=4.0, trimmed=frozenset({"M16"})), criteria, level)

    assert ("gate:3" in whole) is asked
    if asked:
        assert (whole["gate:3"].status, cut["gate:3"].status) == (MET, NOT_MET)
        # the grade itself stays below the closed gate
        assert (whole["maturity"].status, cut["maturity"].value) == (MET, 2.0)
        assert "M16" in cut["gate:3"].detail


@settings(max_examples=200, deadline=None)
@given(
    assessment=assessments(),
    target=st.sampled_from(["FL1", "FL3", "FL4", "ML2", "ML5"]),
    data=st.data(),
)
def test_raising_a_score_never_lowers_a_grade_adds_a_gap_or_raises_a_deficit(
    criteria: CriterionSet, assessment, target, data
):
    code = data.draw(st.sampled_from(sorted(assessment.answers)))
    level = data.draw(st.integers(0, 4))
    old = assessment.answer(code)
    higher = [*old]
    higher[level] = data.draw(scores.filter(lambda score: score >= (old[level] or 0.0)))
    before = analyse(assessment, criteria, target=target)
    after = analyse(with_answers(assessment, **{code: tuple(higher)}), criteria, target=target)

    assert before.result.grade <= after.result.grade
    assert before.result.grades.by_step <= after.result.grades.by_step
    assert before.result.grades.by_band <= after.result.grades.by_band
    was = {gap.code: gap.deficit for gap in before.subdomain_gaps}
    now = {gap.code: gap.deficit for gap in after.subdomain_gaps}
    assert set(now) <= set(was)
    assert all(now[m] <= was[m] + 1e-9 for m in now)
    if None not in old:  # an answer where none was tells of a shortfall that nobody knew
        # A link wants one scene, the most useful of its equally near ones: only that choice may
        # move, and only to what was listed beside it, with what that scene stands on.
        links = [r for gap in before.scene_gaps for r in gap.reasons if r.kind is ReasonKind.LINK]
        chosen = {scene for reason in links for scene in reason.alternatives}
        new = {gap.code for gap in after.scene_gaps} - {gap.code for gap in before.scene_gaps}
        stood_on = {before for scene in chosen for before in criteria.hard_before(scene)}
        assert new <= chosen | stood_on


@settings(max_examples=40, deadline=None)
@given(assessment=assessments(), target=st.sampled_from(["FL2", "FL4", "ML3"]))
def test_judging_again_gives_the_same_whatever_the_order_of_the_entries(
    criteria: CriterionSet, assessment, target
):
    turned = dataclasses.replace(
        assessment,
        answers=dict(reversed(list(assessment.answers.items()))),
        scenes=dict(reversed(list(assessment.scenes.items()))),
    )
    first = analyse(assessment, criteria, target=target)

    assert analyse(assessment, criteria, target=target) == first
    assert analyse(turned, criteria, target=target) == first
