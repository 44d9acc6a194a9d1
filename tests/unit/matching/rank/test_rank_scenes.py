"""Scene and industry inference."""

import numpy as np
import pytest
from rank_cases import PHRASES, inferer

from matching.encode import HashingEncoder
from matching.errors import InvalidInput
from matching.rank.industries import COLUMN, declared_profile, default_industries
from matching.rank.scenes import SceneInferer
from matching.text import Tokeniser


def test_a_need_near_one_phrase_gets_its_scene() -> None:
    guess = inferer().infer("点检表全是手抄的")

    assert next(iter(guess.probabilities)) == "S29"
    assert guess.covered
    assert guess.nearest == "点检表手抄，设备坏了才修"


def test_a_text_far_from_every_phrase_is_uncovered_and_votes_for_nothing() -> None:
    strange = "zzz qqq"

    assert not inferer().infer(strange).covered
    np.testing.assert_array_equal(inferer().profiles([strange]), np.zeros((1, 40)))


def test_profiles_are_probabilities() -> None:
    profiles = inferer().profiles([phrase.text for phrase in PHRASES])

    np.testing.assert_allclose(profiles.sum(axis=1), 1.0, atol=1e-5)
    assert (profiles.argmax(axis=1) + 1).tolist() == [29, 29, 26, 26, 15, 15]


def test_a_lexicon_without_phrases_is_refused() -> None:
    with pytest.raises(InvalidInput, match="empty_lexicon"):
        SceneInferer([], encoder=HashingEncoder(), tokeniser=Tokeniser())


@pytest.mark.parametrize(
    ("text", "division"),
    [
        ("高炉铁水温度靠看", "C31"),
        ("轴承磨加工", "C34"),
        ("白酒灌装线老停", "C15"),
        ("瓦楞纸箱压线", "C22"),
    ],
)
def test_product_words_name_the_division(text: str, division: str) -> None:
    profile = default_industries().profile(text)

    assert int(profile.argmax()) == COLUMN[division]
    assert 0 < float(profile.sum()) < 1


def test_a_text_without_product_words_has_no_industry() -> None:
    assert float(default_industries().profile("月底对不上").sum()) == 0.0


def test_unknown_divisions_are_ignored() -> None:
    assert float(declared_profile(["C31", "X99"]).sum()) == 1.0
