"""The bundled model: small, complete, and made of what its manifest says."""

import hashlib
import json
from pathlib import Path

import pytest

import matching
from matching.encode import Encoder, load_encoder

FOLDER = Path(matching.__file__).parent / "models" / "jizhi-static-zh"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(FOLDER)


def test_the_shipped_model_stays_under_15_megabytes() -> None:
    assert sum(file.stat().st_size for file in FOLDER.rglob("*") if file.is_file()) <= 15_000_000


def test_the_shipped_files_are_the_ones_of_the_manifest() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text("utf-8"))

    for name, digest in manifest["files"].items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest
    assert manifest["sources"]


def test_shop_floor_words_lie_near_the_offer_that_helps(encoder: Encoder) -> None:
    needs = encoder.encode_queries(["机器坏了才去修，备件也没有", "电费太高，哪台设备费电说不清"])
    offers = encoder.encode_documents(["设备预测性维护与备件管理", "能源计量与能耗分析平台"])

    assert (needs @ offers.T).argmax(axis=1).tolist() == [0, 1]
