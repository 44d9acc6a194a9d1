"""Weights and lexicon files."""

import json
from pathlib import Path

import pytest

from matching.errors import InvalidInput
from matching.rank.lexicon import LabelledText, load_lexicon, load_seed_texts
from matching.rank.weights import as_dict, default_weights, load_weights

HEADER = "scene\tindustry\tvoice\ttext\n"


def test_shipped_weights_keep_the_text_above_all_claims() -> None:
    weights = as_dict(default_weights())
    text = sum(weights[name] for name in ("lexical", "dense", "scene", "industry"))
    facts = sum(weights.values()) - text - weights["gate_floor"]

    assert text > facts


@pytest.mark.parametrize(
    ("change", "place"),
    [({"payment": 1.0}, "weights.json"), ({"dense": -1}, "dense"), ({"dense": "1"}, "dense")],
)
def test_strange_weights_are_refused(tmp_path: Path, change: dict[str, object], place: str) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(as_dict(default_weights()) | change))

    with pytest.raises(InvalidInput, match=place):
        load_weights(file)


def test_a_lexicon_row_becomes_a_labelled_text(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text(HEADER + "S29\tC31;C30\tneed\t点检靠手抄\n", "utf-8")

    assert load_lexicon(tmp_path) == [LabelledText("点检靠手抄", ("S29",), ("C31", "C30"), "need")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("S41\t\tneed\t文字", "unknown_scene"),
        ("S01\tC99\tneed\t文字", "unknown_industry"),
        ("S01\t\tboss\t文字", "bad_lexicon_row"),
        ("S01\t\tneed\t", "bad_lexicon_row"),
        ("S01\tneed\t文字", "bad_table_row"),
    ],
)
def test_a_bad_lexicon_row_is_refused_with_file_and_line(
    tmp_path: Path, row: str, code: str
) -> None:
    (tmp_path / "a.tsv").write_text(HEADER + "S01\t\tneed\t好的\n" + row + "\n", "utf-8")

    with pytest.raises(InvalidInput, match=rf"{code} at a\.tsv:3"):
        load_lexicon(tmp_path)


def test_a_folder_without_tables_gives_no_texts(tmp_path: Path) -> None:
    assert load_seed_texts(tmp_path) == []
