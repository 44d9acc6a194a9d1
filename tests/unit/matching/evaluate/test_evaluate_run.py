"""BEIR folders and the four systems."""

import json
from pathlib import Path

import pytest

from matching.encode import HashingEncoder
from matching.errors import InvalidInput
from matching.evaluate.beir import load_collection
from matching.evaluate.run import SYSTEMS, evaluate
from matching.rank.lexicon import LabelledText

LEXICON = [
    LabelledText("点检手抄", ("S29",), (), "need"),
    LabelledText("电费太高", ("S15",), (), "need"),
]
CORPUS = [
    {"_id": "d1", "title": "点检系统", "text": "扫码点检", "metadata": {"industry": "C31"}},
    {"_id": "d2", "text": "能源计量", "metadata": {"industry": None}},
    {"_id": "d3", "title": "点检系统", "text": "扫码点检", "metadata": {"industry": "C15"}},
]
QUERIES = [
    {"_id": "q1", "text": "点检靠手抄", "metadata": {"industry": "C15"}},
    {"_id": "q2", "text": "能源", "metadata": {}},
]


def written(
    folder: Path, *, corpus: list[object] = CORPUS, qrels: str = "q1\td3\t3\nq2\td2\t1\n"
) -> Path:  # type: ignore[assignment]
    (folder / "qrels").mkdir(exist_ok=True)
    for name, rows in (("corpus", corpus), ("queries", QUERIES)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + qrels, "utf-8")
    return folder


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_system_reports_the_promised_keys(tmp_path: Path, system: str) -> None:
    report = evaluate(
        written(tmp_path), system=system, encoder=HashingEncoder(dim=128), lexicon=LEXICON
    )

    assert list(report.as_json()) == ["ndcg@10", "hit@1", "hit@5", "recall@10", "mrr", "queries"]
    assert report.queries == 2
    assert report.interval[0] <= report.means["ndcg@10"] <= report.interval[1]


def test_only_full_may_use_the_industry(tmp_path: Path) -> None:
    def first(system: str) -> float:
        return evaluate(
            written(tmp_path), system=system, encoder=HashingEncoder(dim=128), lexicon=LEXICON
        ).means["hit@1"]

    assert first("full") == 1.0
    assert first("lexical") == first("dense") == first("hybrid") == 0.5


def test_title_and_text_are_one_document(tmp_path: Path) -> None:
    assert load_collection(written(tmp_path)).corpus[0].text == "点检系统，扫码点检"


@pytest.mark.parametrize(
    ("corpus", "qrels", "place"),
    [
        ([*CORPUS, CORPUS[0]], "q1\td1\t1\n", "duplicate_id at corpus.jsonl:4"),
        ([{"_id": "d1", "text": 5}], "q1\td1\t1\n", "bad_text at corpus.jsonl:1"),
        ([{"_id": "", "text": "x"}], "q1\td1\t1\n", "bad_id at corpus.jsonl:1"),
        (["x"], "q1\td1\t1\n", "bad_json at corpus.jsonl:1"),
        (
            [{"_id": "d1", "text": "x", "metadata": {"industry": "31"}}],
            "q1\td1\t1\n",
            "unknown_industry at corpus.jsonl:1",
        ),
        (CORPUS, "q1\td9\t1\n", "unknown_id at qrels/test.tsv:2"),
        (CORPUS, "q9\td1\t1\n", "unknown_id at qrels/test.tsv:2"),
        (CORPUS, "q1 d1 1\n", "bad_qrels_row at qrels/test.tsv:2"),
        (CORPUS, "q1\td1\t0\n", "no_judgements at qrels/test.tsv"),
    ],
)
def test_malformed_folders_are_refused_with_file_and_line(
    tmp_path: Path, corpus: list[object], qrels: str, place: str
) -> None:
    with pytest.raises(InvalidInput, match=place):
        load_collection(written(tmp_path, corpus=corpus, qrels=qrels))


def test_a_missing_file_and_an_unknown_system_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"missing_file at known_item\.tsv"):
        load_collection(written(tmp_path), qrels="known_item")
    with pytest.raises(InvalidInput, match="unknown_system"):
        evaluate(tmp_path, system="magic", encoder=HashingEncoder(), lexicon=LEXICON)
