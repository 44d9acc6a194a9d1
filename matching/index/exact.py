"""Exact search with numpy: small, obvious, and the oracle of every other index."""

from collections.abc import Sequence

import numpy as np

from matching.encode.base import Vectors
from matching.index.base import Allowed, Found, checked_queries, checked_rows, mask_of


class ExactIndex:
    """Keeps all rows in one matrix and compares with each."""

    def __init__(self, dim: int) -> None:
        """Start empty, for vectors of length `dim`."""
        self._rows: Vectors = np.zeros((0, dim), dtype=np.float32)
        self._ids: list[str] = []
        self._known: set[str] = set()

    @property
    def ids(self) -> Sequence[str]:
        """All ids in insertion order."""
        return self._ids

    @property
    def dim(self) -> int:
        """Length of each vector."""
        return int(self._rows.shape[1])

    @property
    def vectors(self) -> Vectors:
        """The rows, in the order of `ids`."""
        return self._rows

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Append rows; ValueError on a known id or a wrong shape."""
        rows = checked_rows(ids, vectors, dim=self.dim, known=self._known)
        self._rows = np.concatenate([self._rows, rows])
        self._ids.extend(ids)
        self._known.update(ids)

    def search(self, vectors: Vectors, *, k: int, allowed: Allowed = None) -> list[Found]:
        """Return for each query row the `k` best allowed ids; ties in row order."""
        queries = checked_queries(vectors, dim=self.dim)
        mask = mask_of(allowed, self._ids)
        rows = np.arange(len(self._ids)) if mask is None else np.flatnonzero(mask)
        scores = queries @ self._rows[rows].T
        return [
            [(self._ids[rows[at]], float(line[at])) for at in best_of(line, k)] for line in scores
        ]


def best_of(scores: Vectors, k: int) -> list[int]:
    """Return the positions of the `k` highest scores, best first, ties by position."""
    if k <= 0:
        return []
    if len(scores) > 4 * k:  # a partial sort first: the full one costs more from here on
        threshold = np.partition(scores, len(scores) - k)[len(scores) - k]
        pool = np.flatnonzero(scores >= threshold)
    else:
        pool = np.arange(len(scores))
    return [int(at) for at in pool[np.argsort(-scores[pool], kind="stable")][:k]]
