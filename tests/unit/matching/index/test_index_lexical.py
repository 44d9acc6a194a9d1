"""BM25 over words, characters and bigrams."""

from pathlib import Path

import pytest

from matching.index.lexical import LexicalIndex
from matching.text import Tokeniser

DOCS = [
    ("a", "设备点检与维修工单，手机扫码报修"),
    ("b", "质量追溯平台，一物一码"),
    ("c", "能源管理系统，分项计量水电气"),
    ("d", "设备振动监测与诊断"),
]


@pytest.fixture
def index() -> LexicalIndex:
    made = LexicalIndex(Tokeniser())
    made.add(DOCS)
    made.commit()
    return made


def ids(index: LexicalIndex, text: str, **options: object) -> list[str]:
    allowed = options.get("allowed")
    assert allowed is None or isinstance(allowed, set)
    return [hit for hit, _ in index.search(text, k=10, allowed=allowed).hits]


def test_the_text_with_most_shared_words_is_first(index: LexicalIndex) -> None:
    assert ids(index, "设备点检靠手抄")[:2] == ["a", "d"]


def test_documents_without_a_shared_character_are_not_found(index: LexicalIndex) -> None:
    assert ids(index, "水电气") == ["c"]


def test_the_filter_holds_before_ranking(index: LexicalIndex) -> None:
    assert ids(index, "设备点检", allowed={"d", "b"}) == ["d"]
    assert ids(index, "设备点检", allowed=set()) == []


def test_a_filter_does_not_change_scores(index: LexicalIndex) -> None:
    free = dict(index.search("设备点检", k=10).hits)
    filtered = dict(index.search("设备点检", k=10, allowed={"d"}).hits)

    assert filtered["d"] == pytest.approx(free["d"])


def test_changes_are_visible_after_commit_only(index: LexicalIndex) -> None:
    index.delete(["a"])
    index.add([("e", "点检表电子化"), ("b", "点检仪")])

    assert "e" not in ids(index, "点检")
    index.commit()
    assert sorted(ids(index, "点检")) == ["b", "e"]
    assert len(index) == 4


def test_confidence_is_high_for_a_document_itself_and_low_for_a_stray_word(
    index: LexicalIndex,
) -> None:
    assert index.search("能源管理系统，分项计量水电气", k=3).confidence > 0.8
    assert index.search("老板天天催交期电话打爆", k=3).confidence < 0.2


def test_text_without_tokens_finds_nothing(index: LexicalIndex) -> None:
    result = index.search("！？", k=3)

    assert (result.hits, result.confidence) == ([], 0.0)


def test_a_folder_keeps_documents_between_openings(tmp_path: Path) -> None:
    first = LexicalIndex(Tokeniser(), folder=tmp_path / "lex")
    first.add(DOCS)
    first.commit()
    del first

    again = LexicalIndex(Tokeniser(), folder=tmp_path / "lex")

    assert ids(again, "追溯") == ["b"]
