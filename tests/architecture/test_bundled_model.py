"""The shipped model is the one that the shipped texts give, small, and free of pickles."""

import hashlib
import json

from app.settings import ROOT
from matching.train.data import load_training_data

MODEL = ROOT / "matching" / "models" / "jizhi-static-zh"


def test_the_manifest_names_the_texts_as_they_are():
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))

    assert manifest["sources"] == load_training_data(ROOT / "seed_data").sources


def test_the_model_is_safetensors_and_small():
    files = {path.name: path.stat().st_size for path in MODEL.rglob("*") if path.is_file()}

    assert {name for name in files if name.endswith((".bin", ".pt", ".pkl", ".pickle"))} == set()
    assert files["model.safetensors"] <= 15 * 2**20


def test_hashes_in_the_manifest_are_of_the_files(tmp_path):
    manifest = json.loads((MODEL / "manifest.json").read_text("utf-8"))
    name, digest = next(iter(sorted(manifest["sources"].items())))

    assert hashlib.sha256((ROOT / "seed_data" / name).read_bytes()).hexdigest() == digest
