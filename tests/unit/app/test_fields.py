"""Reading posted fields: what people type, what is refused, what is kept."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from app.web.forms.fields import FieldReader, FormView, clean, prose, typed_values


def reader(*pairs):
    return FieldReader(FormData(list(pairs)))


def found(fields):
    return [(problem.code, problem.field, dict(problem.params)) for problem in fields.problems]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("  轴承，坏了；（半夜）：停线！ ", "轴承，坏了；（半夜）：停线！"),
        ("ＡＢＣ１２３", "ABC123"),
        ("①用 50㎡ 的Ⅱ型", "①用 50㎡ 的Ⅱ型"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("零宽\u200b字\x00符", "零宽字符"),
        ("\u3000全角空格\u3000", "全角空格"),
    ],
)
def test_prose_keeps_chinese_punctuation_and_folds_letters_and_digits(typed, value):
    fields = reader(("story", typed))

    assert fields.text("story", max_length=100) == value
    assert fields.problems == []


@given(st.text())
def test_prose_is_stable(text):
    assert prose(prose(text)) == prose(text)


def test_codes_are_folded_altogether():
    assert clean(" ｐ０１；（ａ） ") == "p01;(a)"


def test_a_missing_text_is_a_problem_only_where_it_is_required():
    fields = reader(("name", "  "))

    assert fields.text("name", max_length=5) == ""
    assert fields.problems == []
    fields.text("name", required=True, max_length=5)
    fields.text("absent", required=True, max_length=5)
    assert found(fields) == [("required", "name", {}), ("required", "absent", {})]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("六个字太长了", [("too_long", "name", {"max": 5, "length": 6})]),
        ("短", [("too_short", "name", {"min": 2, "length": 1})]),
        ("正好五个字", []),
        ("", []),
    ],
)
def test_text_has_bounds(typed, expected):
    fields = reader(("name", typed))

    fields.text("name", max_length=5, min_length=2)

    assert found(fields) == expected


def test_an_upload_in_a_text_field_is_no_text():
    from starlette.datastructures import UploadFile

    fields = FieldReader(FormData([("name", UploadFile(file=None))]))  # type: ignore[arg-type]

    assert fields.text("name", max_length=5) == ""
    assert fields.raw("name") == ""


@pytest.mark.parametrize(
    ("typed", "value"),
    [("8", 8), ("８", 8), ("1,200", 1200), ("1 200", 1200), ("8.0", 8), ("1e2", 100), ("", None)],
)
def test_whole_numbers_as_people_type_them(typed, value):
    fields = reader(("weeks", typed))

    assert fields.whole("weeks", minimum=1, maximum=2000) == value
    assert fields.problems == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("八", ("not_a_number", {"value": "八"})),
        ("NaN", ("not_a_number", {"value": "NaN"})),
        ("Infinity", ("not_a_number", {"value": "Infinity"})),
        ("1.5", ("not_a_whole_number", {"value": "1.5"})),
        ("0", ("number_too_small", {"min": 1})),
        ("-3", ("number_too_small", {"min": 1})),
        ("2001", ("number_too_large", {"max": 2000})),
        ("9" * 400, ("number_too_large", {"max": 2000})),
        ("1e999", ("number_too_large", {"max": 2000})),
    ],
)
def test_other_numbers_are_refused(typed, expected):
    fields = reader(("weeks", typed))

    assert fields.whole("weeks", minimum=1, maximum=2000) is None
    code, params = expected
    assert found(fields) == [(code, "weeks", params)]


@pytest.mark.parametrize(
    ("typed", "fen"), [("12.5", 12_500_000), ("１２．５", 12_500_000), ("0", 0), ("", None)]
)
def test_amounts_in_wan_become_fen(typed, fen):
    fields = reader(("price", typed))

    assert fields.wan("price") == fen
    assert fields.problems == []


@pytest.mark.parametrize("typed", ["-0.01", "1000001", "12万"])
def test_amounts_nobody_means_are_refused(typed):
    fields = reader(("price", typed))

    assert fields.wan("price") is None
    assert len(fields.problems) == 1


def test_a_required_number_is_asked_for():
    fields = reader()

    assert fields.wan("price", required=True) is None
    assert fields.whole("weeks", minimum=1, maximum=9, required=True) is None
    assert found(fields) == [("required", "price", {}), ("required", "weeks", {})]


def test_a_choice_is_one_of_the_choices():
    fields = reader(("kind", "软件"), ("other", "魔法"))

    assert fields.choice("kind", ["软件", "装备"]) == "软件"
    assert fields.choice("other", ["软件"]) is None
    assert fields.choice("absent", ["软件"]) is None
    assert fields.choice("absent", ["软件"], required=True) is None
    assert found(fields) == [
        ("not_a_choice", "other", {"value": "魔法"}),
        ("required", "absent", {}),
    ]


def test_choices_keep_their_order_without_repeats_and_blanks():
    fields = reader(("s", "S28"), ("s", ""), ("s", "S02"), ("s", "S28"))

    assert fields.choices("s", ["S02", "S28"], maximum=2) == ["S28", "S02"]
    assert fields.problems == []


def test_choices_are_counted_and_checked():
    fields = reader(("many", "a"), ("many", "b"), ("foreign", "z"))

    fields.choices("many", "ab", maximum=1)
    assert fields.choices("foreign", "ab", maximum=1) == []
    fields.choices("none", "ab", required=True, maximum=1)
    assert found(fields) == [
        ("too_many_choices", "many", {"max": 1, "count": 2}),
        ("not_a_choice", "foreign", {"value": "z"}),
        ("choose_at_least_one", "none", {}),
    ]


@pytest.mark.parametrize(
    "typed", ["2029-11-23", "2029/11/23", "2029.11.23", "２０２９－１１－２３", "2029-11-23 "]
)
def test_days_in_the_usual_ways(typed):
    assert reader(("day", typed)).day("day") == date(2029, 11, 23)


@pytest.mark.parametrize("typed", ["明年", "2029-02-30", "20291123", "2029-11", "99999-1-1"])
def test_other_days_are_refused(typed):
    fields = reader(("day", typed))

    assert fields.day("day") is None
    assert found(fields) == [("not_a_date", "day", {"value": typed})]


@pytest.mark.parametrize(("typed", "minute"), [("09:30", 570), ("０９：３０", 570), ("00:00", 0)])
def test_clock_times_become_minutes(typed, minute):
    assert reader(("at", typed)).minute_of_day("at") == minute


@pytest.mark.parametrize("typed", ["24:00", "九点", "9点半"])
def test_other_times_are_refused(typed):
    fields = reader(("at", typed))

    assert fields.minute_of_day("at") is None
    assert found(fields) == [("not_a_time", "at", {"value": typed})]


def test_required_days_and_times_are_asked_for():
    fields = reader()

    assert fields.day("day", required=True) is None
    assert fields.minute_of_day("at", required=True) is None
    assert [code for code, _, _ in found(fields)] == ["required", "required"]


def test_a_redrawn_form_has_what_was_typed_untouched():
    posted = FormData([("name", " Ａ "), ("s", "S28"), ("s", "S02"), ("name", "last")])

    view = FormView(typed_values(posted, repeated=("s",)), {"name": "太短"})

    assert view.value("name") == "last"
    assert view.chosen("s") == ["S28", "S02"]
    assert view.error("name") == "太短"
    assert view.error("s") == view.value("absent") == ""
    assert view.chosen("absent") == []
