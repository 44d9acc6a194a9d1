"""Words that need and offering share."""

from matching.text import Tokeniser
from matching.text.highlight import matched_terms


def test_matched_terms_give_spans_in_the_original_strings() -> None:
    need, offering = "ＡＧＶ 老是停", "两台AGV替人送料，agv 自己充电"

    (match,) = matched_terms(need, offering, tokeniser=Tokeniser())

    assert match.term == "agv"
    assert [need[start:end] for start, end in match.need_spans] == ["ＡＧＶ"]
    assert [offering[start:end] for start, end in match.offering_spans] == ["AGV", "agv"]


def test_stop_words_are_never_highlighted() -> None:
    assert matched_terms("我们没有系统", "我们没有系统", tokeniser=Tokeniser()) == []


def test_longest_terms_come_first_up_to_the_limit() -> None:
    matches = matched_terms(
        "点检靠手抄，AGV停机", "AGV停机少，点检手抄", tokeniser=Tokeniser(), limit=2
    )

    assert [match.term for match in matches] == ["agv", "点检"]
