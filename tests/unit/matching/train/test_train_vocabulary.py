"""The tokenizer: characters and listed words, in a standard file."""

from collections import Counter

from matching.text import Tokeniser
from matching.train.vocabulary import (
    build_tokenizer,
    choose_words,
    common_characters,
    token_features,
)

TEXTS = ["点检表还是手抄的", "点检靠手抄", "AGV 小车", "AGV 停了"]


def pieces(text: str) -> list[str]:
    counts = choose_words(TEXTS, tokeniser=Tokeniser(), limit=100)
    return list(build_tokenizer(counts).encode(text, add_special_tokens=False).tokens)


def test_listed_two_character_words_survive() -> None:
    assert pieces("手抄点检") == ["手抄", "点检"]


def test_unlisted_words_fall_back_to_characters() -> None:
    assert pieces("质量点检") == ["质", "量", "点检"]


def test_width_and_case_make_no_difference_and_punctuation_is_dropped() -> None:
    assert pieces("ＡＧＶ，点检！") == pieces("agv 点检") == ["agv", "点检"]


def test_a_limit_keeps_the_most_frequent_words_and_every_character() -> None:
    counts = choose_words(TEXTS, tokeniser=Tokeniser(), limit=2)

    assert sorted(word for word in counts if len(word) > 1) == ["agv", "手抄"]
    assert counts["检"] == 2
    assert counts["镍"] == 0


def test_common_characters_are_the_first_level_of_the_standard() -> None:
    characters = common_characters()

    assert len(characters) == len(set(characters)) == 3755
    assert (characters[0], characters[-1]) == ("啊", "座")


def test_a_word_shares_its_characters_parts() -> None:
    features, count = token_features(["点", "点检表", "agv"])

    assert features[0][0] in features[1]
    assert len(features[1]) == 6
    assert len(features[2]) == 1
    assert count == len({part for parts in features for part in parts})


def test_counts_are_a_counter_of_all_tokens() -> None:
    assert isinstance(choose_words([], tokeniser=Tokeniser(), limit=5), Counter)
