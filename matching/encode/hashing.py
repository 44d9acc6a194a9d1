"""A deterministic encoder without any model: hashed character bigrams. For tests."""

import hashlib
from collections.abc import Sequence

import numpy as np

from matching.encode.base import Vectors, unit_rows
from matching.text.normalise import normalise


class HashingEncoder:
    """Signed feature hashing of characters and bigrams; needs no files and never changes."""

    def __init__(self, *, dim: int = 64) -> None:
        """Make vectors of length `dim`."""
        self._dim = dim

    @property
    def dim(self) -> int:
        """Length of each vector."""
        return self._dim

    @property
    def fingerprint(self) -> str:
        """Hash of the construction and its width."""
        return hashlib.sha256(f"hashing-bigrams-1:{self._dim}".encode()).hexdigest()

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode needs; the same as documents, there are no prompts."""
        return self._encode(texts)

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode offerings."""
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            plain = normalise(text)
            for feature in (*plain, *(plain[i : i + 2] for i in range(len(plain) - 1))):
                digest = hashlib.blake2b(feature.encode(), digest_size=8).digest()
                slot = int.from_bytes(digest[:4], "little") % self._dim
                row[slot] += 1.0 if digest[4] & 1 else -1.0
        return unit_rows(rows)
