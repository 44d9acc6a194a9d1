"""统一社会信用代码: the standard's own example, its alphabet, and what people get wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.credit_code import ALPHABET, check_digit, credit_code_problem, normalise
from app.core.demo_codes import demo_credit_code

# The worked example of GB 32100-2015.
STANDARD_EXAMPLE = "91350100M000100Y43"


def weighted_check_digit(first17: str) -> str:
    """The formula of GB 32100-2015 written out: (31 - sum(value * 3**i mod 31) mod 31) mod 31."""
    total = sum(ALPHABET.index(c) * (3**place % 31) for place, c in enumerate(first17))
    return ALPHABET[(31 - total % 31) % 31]


def test_the_example_of_the_standard_is_right():
    assert credit_code_problem(STANDARD_EXAMPLE) is None
    assert check_digit(STANDARD_EXAMPLE[:17]) == "3"


@given(st.text(ALPHABET, min_size=17, max_size=17))
def test_the_check_digit_follows_the_formula(first17):
    assert check_digit(first17) == weighted_check_digit(first17)
    assert credit_code_problem(first17 + check_digit(first17)) is None


@given(
    st.text(ALPHABET, min_size=17, max_size=17),
    st.integers(0, 17),
    st.sampled_from(ALPHABET),
)
def test_one_wrong_character_is_always_noticed(first17, place, other):
    code = first17 + check_digit(first17)
    wrong = code[:place] + other + code[place + 1 :]

    assert (credit_code_problem(wrong) is None) == (wrong == code)


def test_a_code_that_begins_with_a_letter_is_allowed():
    first17 = "N2139900MA0000000"

    assert credit_code_problem(first17 + check_digit(first17)) is None


@pytest.mark.parametrize("length", [0, 17, 19])
def test_the_length_is_said(length):
    problem = credit_code_problem("9" * length)

    assert problem is not None
    assert (problem.code, problem.params) == ("credit_code_length", {"length": length})


@pytest.mark.parametrize(
    ("character", "suggestion"), [("O", "0"), ("I", "1"), ("S", "5"), ("Z", "2"), ("V", "U")]
)
def test_a_letter_taken_for_a_digit_gets_a_suggestion(character, suggestion):
    problem = credit_code_problem(STANDARD_EXAMPLE[:9] + character + STANDARD_EXAMPLE[10:])

    assert problem is not None
    assert problem.code == "credit_code_look_alike"
    assert problem.params == {"place": 10, "character": character, "suggestion": suggestion}


@pytest.mark.parametrize("character", ["*", "省", "a"])
def test_any_other_character_is_named_with_its_place(character):
    problem = credit_code_problem(character + STANDARD_EXAMPLE[1:])

    assert problem is not None
    assert problem.code == "credit_code_character"
    assert problem.params == {"place": 1, "character": character}


def test_a_wrong_check_digit_is_named():
    problem = credit_code_problem(STANDARD_EXAMPLE[:17] + "4")

    assert problem is not None
    assert (problem.code, problem.field) == ("credit_code_check_digit", "credit_code")


@pytest.mark.parametrize(
    "typed",
    [
        "91350100m000100y43",
        " 9135 0100 M000 100Y 43 ",
        "91350100-M000100Y-43",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "\u300091350100M000100Y43\n",
    ],
)
def test_width_case_spaces_and_hyphens_do_not_matter(typed):
    assert normalise(typed) == STANDARD_EXAMPLE


def test_nothing_else_is_guessed():
    assert normalise("9135O100M000100Y43") == "9135O100M000100Y43"


@given(st.text(min_size=1), st.booleans())
def test_demo_codes_are_valid_and_lie_in_a_division_that_is_none(key, department):
    code = demo_credit_code(key, department=department)

    assert credit_code_problem(code) is None
    assert code[2:8] == "139900"
    assert code[:2] == ("11" if department else "91")
    assert code == demo_credit_code(key, department=department)
