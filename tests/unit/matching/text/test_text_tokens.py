"""Words, characters and bigrams."""

from matching.text import Tokeniser, Tokens


def test_tokens_of_mixed_text_have_all_three_kinds() -> None:
    assert Tokeniser().tokens("点检表，OPC-UA 5G") == Tokens(
        words=("点检", "opc-ua", "5g"),
        chars=("点", "检", "表", "opc-ua", "5g"),
        bigrams=("点检", "检表"),
    )


def test_bigrams_never_cross_punctuation() -> None:
    assert Tokeniser().tokens("报工。漏").bigrams == ("报工",)


def test_a_domain_word_stays_whole() -> None:
    sentence = "冀智对接会"

    assert "冀智对接" not in Tokeniser().words(sentence)
    assert "冀智对接" in Tokeniser(["冀智对接"]).words(sentence)


def test_domain_words_of_one_tokeniser_do_not_leak_into_another() -> None:
    Tokeniser(["冀智对接"]).words("冀智对接")

    assert "冀智对接" not in Tokeniser().words("冀智对接会")


def test_punctuation_alone_gives_no_token() -> None:
    assert Tokeniser().tokens("，。！") == Tokens((), (), ())
