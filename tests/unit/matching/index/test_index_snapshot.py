"""Snapshots: what is saved comes back, what is damaged or foreign is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from matching.encode.base import unit_rows
from matching.index.faiss_index import FaissIndex
from matching.index.snapshot import SnapshotError, load_snapshot, save_snapshot

MODEL = "ab" * 32


def made(count: int = 20, *, flat_limit: int = 100_000) -> FaissIndex:
    index = FaissIndex(8, flat_limit=flat_limit)
    rows = np.random.default_rng(5).normal(size=(count, 8)).astype(np.float32)
    index.add([f"o{number}" for number in range(count)], unit_rows(rows))
    return index


def saved(root: Path, index: FaissIndex, version: str = "v1") -> Path:
    return save_snapshot(root, index, model_fingerprint=MODEL, catalogue_version=version)


@pytest.mark.parametrize("flat_limit", [100, 10], ids=["flat", "hnsw"])
def test_a_saved_index_answers_as_before(tmp_path: Path, flat_limit: int) -> None:
    index = made(flat_limit=flat_limit)
    saved(tmp_path, index)

    snapshot = load_snapshot(tmp_path, model_fingerprint=MODEL)

    assert snapshot.index.kind == index.kind
    assert snapshot.manifest.count == 20
    assert snapshot.index.search(index.vectors[:3], k=4) == index.search(index.vectors[:3], k=4)


def test_the_newest_generation_is_current_and_the_old_one_stays(tmp_path: Path) -> None:
    first = saved(tmp_path, made(5), "v1")
    saved(tmp_path, made(6), "v2")

    assert load_snapshot(tmp_path, model_fingerprint=MODEL).manifest.catalogue_version == "v2"
    assert first.is_dir()
    assert [entry.name for entry in tmp_path.iterdir() if "building" in entry.name] == []


def test_another_model_is_refused(tmp_path: Path) -> None:
    saved(tmp_path, made())

    with pytest.raises(SnapshotError, match="another model"):
        load_snapshot(tmp_path, model_fingerprint="cd" * 32)


@pytest.mark.parametrize("name", ["vectors.npy", "ids.json"])
def test_one_changed_byte_is_refused_by_file_name(tmp_path: Path, name: str) -> None:
    file = saved(tmp_path, made()) / name
    content = bytearray(file.read_bytes())
    content[-2] ^= 1
    file.write_bytes(content)

    with pytest.raises(SnapshotError, match=f"{name}: content does not match"):
        load_snapshot(tmp_path, model_fingerprint=MODEL)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    (saved(tmp_path, made()) / "vectors.npy").unlink()

    with pytest.raises(SnapshotError, match=r"vectors\.npy: missing"):
        load_snapshot(tmp_path, model_fingerprint=MODEL)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": "other/9"}, "format 'other/9'"),
        ({"count": 19}, "not as in the manifest"),
        ({"files": {}}, "does not list"),
        ({"extra": 1}, "not an index manifest"),
    ],
)
def test_a_foreign_manifest_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    file = saved(tmp_path, made()) / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))

    with pytest.raises(SnapshotError, match=message):
        load_snapshot(tmp_path, model_fingerprint=MODEL)


def test_a_pickled_array_is_refused_even_with_a_right_checksum(tmp_path: Path) -> None:
    import hashlib

    folder = saved(tmp_path, made())
    np.save(folder / "vectors.npy", np.array([{}], dtype=object), allow_pickle=True)
    file = folder / "manifest.json"
    manifest = json.loads(file.read_text())
    digest = hashlib.sha256((folder / "vectors.npy").read_bytes()).hexdigest()
    manifest["files"]["vectors.npy"] = digest
    file.write_text(json.dumps(manifest))

    with pytest.raises(SnapshotError, match="allow_pickle"):
        load_snapshot(tmp_path, model_fingerprint=MODEL)


def test_an_empty_root_and_a_strange_pointer_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no index has been built"):
        load_snapshot(tmp_path, model_fingerprint=MODEL)
    (tmp_path / "CURRENT").write_text("../elsewhere")
    with pytest.raises(SnapshotError, match="not a generation name"):
        load_snapshot(tmp_path, model_fingerprint=MODEL)
