"""The one promise every encoder keeps."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.errors import MatchingError

Vectors = NDArray[np.float32]


class ModelError(MatchingError):
    """A model folder or name that cannot be used; the message says which file and why."""


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into unit vectors; deterministic for a given `fingerprint`."""

    @property
    def dim(self) -> int:
        """Length of each vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) over weights, tokenizer and prompts: same value, same vectors."""
        ...

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return float32 `(len(texts), dim)`; rows have length 1, or 0 for an unreadable text."""
        ...

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Same shape and promise as `encode_queries`, for the offering side."""
        ...


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Scale each row to length 1; rows of zeros stay zeros."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 1e-12)
    return scaled


def fingerprint_of(files: Iterable[Path], *, prompts: Sequence[str]) -> str:
    """Hash file contents in the given order, then the prompts."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    for prompt in prompts:
        digest.update(hashlib.sha256(prompt.encode()).digest())
    return digest.hexdigest()
