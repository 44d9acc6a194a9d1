"""Versioned index folders: verified before use, written aside, switched by one rename.

Layout under a root: `CURRENT` holds the name of the live generation, and each generation
is a folder with `manifest.json`, `ids.json`, `vectors.npy` and, for HNSW, `index.faiss`.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from matching.encode.base import Vectors
from matching.errors import MatchingError
from matching.index.faiss_index import FaissIndex

FORMAT = "jizhi-index/1"
_GENERATION = re.compile(r"g[0-9]{6}")


class SnapshotError(MatchingError):
    """A snapshot that must not be used; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot contains; `files` maps file names to SHA-256 hex digests."""

    format: str
    model_fingerprint: str
    dim: int
    count: int
    catalogue_version: str
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A verified snapshot in memory."""

    manifest: Manifest
    index: FaissIndex


def save_snapshot(
    root: Path, index: FaissIndex, *, model_fingerprint: str, catalogue_version: str
) -> Path:
    """Write `index` as a new generation under `root` and make it current.

    The folder is complete and on disk before it gets its name, and the name is complete
    before `CURRENT` points to it: a crash leaves the previous generation in force.
    """
    root.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="building-", dir=root))
    try:
        _write_content(building, index)
        manifest = Manifest(
            format=FORMAT,
            model_fingerprint=model_fingerprint,
            dim=index.dim,
            count=len(index.ids),
            catalogue_version=catalogue_version,
            files={file.name: _digest(file) for file in sorted(building.iterdir())},
        )
        (building / "manifest.json").write_text(
            json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True), "utf-8"
        )
        for file in building.iterdir():
            _sync(file)
        _sync(building)
        generation = root / _next_generation(root)
        building.rename(generation)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _point_current(root, generation.name)
    return generation


def load_snapshot(root: Path, *, model_fingerprint: str) -> Snapshot:
    """Verify and load the current generation under `root`.

    Raises:
        SnapshotError: nothing there, a file is missing, changed or unreadable, the format
            is unknown, or it was built with another model.
    """
    pointer = root / "CURRENT"
    if not pointer.is_file():
        raise SnapshotError(f"{pointer}: no index has been built here")
    name = pointer.read_text("utf-8").strip()
    if not _GENERATION.fullmatch(name):
        raise SnapshotError(f"{pointer}: {name!r} is not a generation name")
    folder = root / name
    manifest = _read_manifest(folder / "manifest.json")
    if manifest.model_fingerprint != model_fingerprint:
        raise SnapshotError(f"{folder}: built with another model; rebuild the index")
    for file, digest in manifest.files.items():
        if not (folder / file).is_file():
            raise SnapshotError(f"{folder / file}: missing")
        if _digest(folder / file) != digest:
            raise SnapshotError(f"{folder / file}: content does not match its checksum")
    return Snapshot(manifest, _read_index(folder, manifest))


def _write_content(folder: Path, index: FaissIndex) -> None:
    ids = json.dumps(list(index.ids), ensure_ascii=False)
    (folder / "ids.json").write_text(ids, "utf-8")
    np.save(folder / "vectors.npy", index.vectors, allow_pickle=False)
    if index.kind == "hnsw":  # a flat index is its rows; only the graph is worth storing
        index.save_index(folder / "index.faiss")


def _read_manifest(file: Path) -> Manifest:
    try:
        raw = json.loads(file.read_text("utf-8"))
        manifest = Manifest(**raw)
    except OSError as error:
        raise SnapshotError(f"{file}: missing or unreadable") from error
    except (ValueError, TypeError) as error:
        raise SnapshotError(f"{file}: not an index manifest") from error
    if manifest.format != FORMAT:
        raise SnapshotError(f"{file}: format {manifest.format!r}, this version reads {FORMAT!r}")
    if not {"ids.json", "vectors.npy"} <= set(manifest.files):
        raise SnapshotError(f"{file}: does not list ids.json and vectors.npy")
    if any(Path(name).name != name for name in manifest.files):
        raise SnapshotError(f"{file}: lists a file outside its folder")
    return manifest


def _read_index(folder: Path, manifest: Manifest) -> FaissIndex:
    try:
        ids: Sequence[str] = json.loads((folder / "ids.json").read_text("utf-8"))
        vectors: Vectors = np.load(folder / "vectors.npy", allow_pickle=False)
        if vectors.shape != (manifest.count, manifest.dim) or len(ids) != manifest.count:
            raise ValueError(f"shape {vectors.shape}, {len(ids)} ids, not as in the manifest")
        index = FaissIndex(manifest.dim)
        if "index.faiss" in manifest.files:
            index.load_index(folder / "index.faiss", ids, vectors)
        else:
            index.add(ids, vectors)
    except (ValueError, RuntimeError) as error:
        raise SnapshotError(f"{folder}: {error}") from error
    return index


def _next_generation(root: Path) -> str:
    taken = [int(entry.name[1:]) for entry in root.iterdir() if _GENERATION.fullmatch(entry.name)]
    return f"g{max(taken, default=0) + 1:06d}"


def _point_current(root: Path, name: str) -> None:
    pending = root / "CURRENT.new"
    pending.write_text(name + "\n", "utf-8")
    _sync(pending)
    pending.replace(root / "CURRENT")
    _sync(root)


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
