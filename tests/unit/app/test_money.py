"""Money: 万元 outside, integer fen inside."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import fen_from_wan, format_wan, wan_from_fen


@pytest.mark.parametrize(
    ("wan", "fen"),
    [
        (1, 1_000_000),
        ("12.5", 12_500_000),
        (0.1, 100_000),
        ("0.000001", 1),
        ("0.0000005", 1),  # half a fen rounds up
        ("0.0000004", 0),
        (0, 0),
        (Decimal("1000000"), 1_000_000_000_000),
    ],
)
def test_wan_becomes_whole_fen(wan, fen):
    assert fen_from_wan(wan) == fen


@given(st.integers(0, 10**15))
def test_fen_survive_the_way_to_wan_and_back(fen):
    assert fen_from_wan(wan_from_fen(fen)) == fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "0"),
        (12_500_000, "12.5"),
        (100_000_000, "100"),
        (1_234_560_000, "1,234.56"),
        (12_345_678, "12.35"),
        (5_000, "0.01"),
        (4_999, "0"),
    ],
)
def test_amounts_are_written_with_at_most_two_decimals(fen, text):
    assert format_wan(fen) == text
