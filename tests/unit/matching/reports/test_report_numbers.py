"""Grades and level scores as reports write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.reports.numbers import (
    ALLOWED,
    not_applicable,
    read_grade,
    read_level,
    read_level_score,
    read_number,
    spread,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.8", 1.8),
        ("１．８分", 1.8),
        (" 2 . 5 ", 2.5),
        ("得分：0.5", 0.5),
        ("1.8/5", 1.8),
        ("1.8（规范级）", 1.8),
        ("二级", 2.0),
        ("2级", 2.0),
        ("Ⅱ级", 2.0),
        ("L3", 3.0),
        ("规范级", 2.0),
        ("二级（规范级）", 2.0),
        ("未达一级", 0.0),
    ],
)
def test_read_grade_accepts_what_reports_use(text, value):
    grade = read_grade(text)
    assert grade is not None
    assert grade.value == value
    assert grade.exact


@pytest.mark.parametrize("text", ["", "—", "7.5", "85", "已建立制度", "3.1.2", "2026年3月", "12%"])
def test_read_grade_leaves_other_cells(text):
    assert read_grade(text) is None


def test_spread_gives_the_nearest_scores_below():
    grade = spread(2.35)
    assert grade.scores == (1.0, 1.0, 0.0, 0.0, 0.0)
    assert not grade.exact
    assert spread(2.6).scores == (1.0, 1.0, 0.5, 0.0, 0.0)


@given(st.floats(min_value=0, max_value=5))
def test_spread_never_claims_more_than_was_read(value):
    grade = spread(value)
    total = sum(score for score in grade.scores if score is not None)
    assert total <= value + 1e-6
    assert value - total < 0.51
    assert set(grade.scores) <= set(ALLOWED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", (1.0, True)),
        ("0.8", (0.8, True)),
        ("85%", (0.8, False)),
        ("60 %", (0.5, False)),
        ("100%", (1.0, True)),
        ("√", (1.0, True)),
        ("部分满足", (0.5, True)),
        ("×", (0.0, True)),
        ("有制度", None),
        ("3", None),
    ],
)
def test_read_level_score_takes_numbers_percent_and_ticks(text, expected):
    assert read_level_score(text) == expected


def test_read_number_takes_one_number_only():
    assert read_number("1.8") == 1.8
    assert read_number("1.8 2.0") is None
    assert read_number("得1.8分，较好") is None


def test_read_level_ignores_plain_numbers():
    assert read_level("1.8") is None
    assert read_level("三级") == 3


def test_not_applicable_knows_the_usual_words():
    assert not_applicable("不 适用")
    assert not_applicable("N/A")
    assert not not_applicable("适用")
