"""Normal form of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.text import fold_with_offsets, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("ＡＧＶ 小车", "agv 小车"),
        ("５ 公斤", "5kg"),
        ("停机 3个小时", "停机 3小时"),
        ("用电 200度电", "用电 200kwh"),
        ("  多　个\t空格 ", "多 个 空格"),
        ("零\u200b宽", "零宽"),
        ("精度和吨袋", "精度和吨袋"),
    ],
)
def test_normalise_gives_one_spelling(raw: str, expected: str) -> None:
    assert normalise(raw) == expected


@given(st.text(max_size=40))
def test_normalise_twice_is_normalise_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=40))
def test_fold_offsets_point_at_the_source_character(text: str) -> None:
    folded, offsets = fold_with_offsets(text)

    assert len(folded) == len(offsets)
    assert all(0 <= at < len(text) for at in offsets)
    assert offsets == sorted(offsets)
