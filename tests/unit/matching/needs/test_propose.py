"""Proposals: scenes with probability, subdomains, confidence in words, and what decided."""

from itertools import pairwise

import pytest

from matching.needs.propose import Confidence
from matching.needs.subdomains import SubdomainGuesser

BEARING = "轴承什么时候坏没人知道，坏了就停线半天"


def test_a_text_gets_scenes_subdomains_and_a_title(proposer):
    proposal = proposer.propose(BEARING)

    assert proposal.covered
    assert proposal.title == "轴承什么时候坏没人知道"
    assert proposal.scenes[0].code == "S28"
    assert proposal.scenes[0].ticked
    assert proposal.subdomains[0] == "M13"
    assert 0 < len(proposal.scenes) <= 3
    assert proposal.nearest


def test_scenes_come_best_first_and_none_is_below_a_tenth(proposer):
    for text in (BEARING, "电费涨了，仓库也乱，订单老是晚", "图纸版本乱，车间拿旧图干活"):
        shares = [pick.probability for pick in proposer.propose(text).scenes]

        assert shares == sorted(shares, reverse=True)
        assert min(shares) >= 0.1
        assert [p.ticked for p in proposer.propose(text).scenes] == [s >= 0.2 for s in shares]


def test_a_text_that_nothing_resembles_gets_no_guess(proposer):
    proposal = proposer.propose("zzqx vbnm wkjh plok ytre qazx")

    assert not proposal.covered
    assert (proposal.scenes, proposal.subdomains, proposal.deciding) == ((), (), ())
    assert (proposal.confidence, proposal.certainty) == (Confidence.NONE, 0.0)


def test_a_text_that_names_a_subdomain_gets_it_without_any_scene(criteria, tokeniser):
    guesser = SubdomainGuesser(criteria, tokeniser=tokeniser)

    assert guesser.guess("涉密设计机和外网分开，信息安全查得严", {})[0] == "M05"
    assert guesser.guess("这事不好办", {}) == ()


def test_an_empty_text_is_not_covered(proposer):
    assert not proposer.propose("").covered


def test_taking_a_deciding_word_out_lowers_the_best_scene(proposer, scenes):
    text = "化验单第二天才出来，一卷镀锌板多耗几公斤锌"
    proposal = proposer.propose(text)
    best = proposal.scenes[0]

    assert proposal.deciding
    for word in proposal.deciding:
        without = text.replace(text[word.start : word.end], "")
        left = scenes.infer(without)
        share = left.probabilities.get(best.code, 0.0) if left.covered else 0.0
        assert best.probability - share == pytest.approx(word.drop, abs=0.011)
        assert word.drop >= 0.01


def test_deciding_words_are_spans_of_the_text_as_written(proposer):
    text = "ＡＧＶ送料老跑空，叉车工喊破嗓子也等不来料"

    words = proposer.propose(text).deciding

    assert words
    assert all(text[w.start : w.end] for w in words)
    assert all(a.end <= b.start for a, b in pairwise(words))


def test_quantities_are_never_marked_as_deciding(proposer):
    text = "仓库盘点老是对不上账，找料要翻半天，月底三个人对两天"

    words = [text[w.start : w.end] for w in proposer.propose(text).deciding]

    assert words
    assert not {"半天", "三个", "两天"} & set(words)


def test_a_clear_text_is_surer_than_a_vague_one(proposer):
    clear = proposer.propose("设备振动大了没人知道，轴承坏了才停机抢修，想提前知道")
    vague = proposer.propose("反正就是不太好弄，大家都觉得麻烦，领导也着急")

    assert clear.confidence is Confidence.HIGH
    assert clear.certainty > vague.certainty
