"""Training on a toy lexicon: it learns, repeats, and its folder loads everywhere."""

import hashlib
import json
import random
from pathlib import Path

import numpy as np
import pytest

from matching.encode import load_encoder
from matching.rank.lexicon import LabelledText
from matching.train.__main__ import main
from matching.train.data import Pair, TrainingData, epoch_pairs, load_training_data
from matching.train.loop import LoopSettings, _false_negatives
from matching.train.model import train

PHRASES = tuple(
    LabelledText(text, (scene,), (), voice)
    for scene, voice, text in (
        ("S29", "need", "点检表手抄"),
        ("S29", "need", "机器坏了才修"),
        ("S29", "offer", "设备维修工单"),
        ("S15", "need", "电费太高"),
        ("S15", "need", "哪台费电"),
        ("S15", "offer", "能源分项计量"),
        ("S26", "need", "投诉查不到批次"),
        ("S26", "offer", "质量追溯编码"),
    )
)
DATA = TrainingData((Pair("坏了才修", "设备维修工单", frozenset({"S29"})),), PHRASES, {})
SMALL = LoopSettings(dim=16, epochs=15, batch=8, threads=1, dropout=0.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(DATA, tmp_path_factory.mktemp("trained") / "model", settings=SMALL)


def test_a_need_lies_nearest_to_the_offer_of_its_scene(folder: Path) -> None:
    encoder = load_encoder(folder)
    needs = encoder.encode_queries(["点检表手抄", "哪台费电", "投诉查不到批次"])
    offers = encoder.encode_documents(["设备维修工单", "能源分项计量", "质量追溯编码"])

    assert (needs @ offers.T).argmax(axis=1).tolist() == [0, 1, 2]


def test_the_same_seed_gives_the_same_model(folder: Path, tmp_path: Path) -> None:
    again = train(DATA, tmp_path / "again", settings=SMALL)

    assert load_encoder(again).fingerprint == load_encoder(folder).fingerprint


def test_unknown_characters_have_no_say(folder: Path) -> None:
    encoder = load_encoder(folder)

    np.testing.assert_array_equal(encoder.encode_queries(["龘"]), np.zeros((1, 16)))


def test_the_manifest_names_files_with_their_hashes(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))

    for name, digest in manifest["files"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert sorted(manifest["files"]) == ["model.safetensors", "tokenizer.json"]
    assert manifest["settings"]["seed"] == SMALL.seed


def test_no_file_of_a_model_is_a_pickle(folder: Path) -> None:
    names = sorted(file.name for file in folder.rglob("*") if file.is_file())

    assert names == [
        "README.md",
        "config_sentence_transformers.json",
        "manifest.json",
        "model.safetensors",
        "modules.json",
        "tokenizer.json",
    ]


def test_same_scene_pairs_are_no_negatives_but_stay_their_own_positive() -> None:
    pairs = [
        Pair("a", "b", frozenset({"S01", "S02"})),
        Pair("c", "d", frozenset({"S02"})),
        Pair("e", "f"),
        Pair("g", "h"),
    ]

    assert _false_negatives(pairs).tolist() == [
        [False, True, False, False],
        [True, False, False, False],
        [False, False, False, False],
        [False, False, False, False],
    ]


def test_partners_share_a_scene() -> None:
    scene_of = {phrase.text: set(phrase.scenes) for phrase in PHRASES}
    pairs = epoch_pairs(DATA, rng=random.Random(1))

    for pair in pairs:
        if pair not in DATA.pairs:
            assert scene_of[pair.left] & scene_of[pair.right]
    assert DATA.pairs[0] in pairs


def test_training_data_comes_from_every_table(tmp_path: Path) -> None:
    tables = {
        "lexicon/a.tsv": "scene\tindustry\tvoice\ttext\nS29\t\tneed\t点检手抄\n",
        "catalogue/offerings_a.tsv": (
            "key\tname\tscenes\tindustries\tpain_points\tdescription\tfunctions\n"
            "o-1\t工单\tS29\t\t坏了才修\t报修派工\t扫码\n"
        ),
        "catalogue/cases_a.tsv": "offering\tproblem\tsolution\no-1\t停机多\t装了传感器\n",
        "factories/factories_a.tsv": "key\tindustry\nf-1\tC31\n",
        "factories/needs_a.tsv": "factory\ttitle\tsymptom\tscenes\nf-1\t设备\t总坏\tS29\n",
    }
    for name, content in tables.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, "utf-8")

    data = load_training_data(tmp_path)

    assert Pair("停机多", "装了传感器", frozenset({"S29"})) in data.pairs
    assert Pair("坏了才修", "报修派工", frozenset({"S29"})) in data.pairs
    assert LabelledText("设备，总坏", ("S29",), ("C31",), "need") in data.phrases
    assert sorted(data.sources) == sorted(tables)


def test_the_command_refuses_a_folder_without_texts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path), "--out", str(tmp_path / "m")]) == 1
    assert "no labelled texts" in capsys.readouterr().err
