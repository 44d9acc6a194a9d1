"""FAISS behind the same promise: flat while small, HNSW above, exact under narrow filters."""

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import faiss  # noqa: TID253 (this module is imported only where an index is used)
import numpy as np
from numpy.typing import NDArray

from matching.encode.base import Vectors
from matching.index.base import Allowed, Found, Mask, checked_queries, checked_rows, mask_of
from matching.index.exact import best_of

if TYPE_CHECKING:
    from faiss import Index

# The wheel's type stubs describe the C++ constructors, not the Python ones in use here.
_swig: ModuleType = faiss

FLAT_LIMIT = 100_000  # rows; up to here a flat scan takes < 6 ms CPU (docs/matching.md)
EXACT_SELECTED = 100_000  # filtered HNSW drops true neighbours, so gather this many rows instead
HNSW_LINKS = 32
HNSW_BUILD = 100
HNSW_SEARCH = 128


class FaissIndex:
    """Inner-product search; switches from flat to HNSW once `flat_limit` rows are passed."""

    def __init__(
        self, dim: int, *, flat_limit: int = FLAT_LIMIT, exact_selected: int = EXACT_SELECTED
    ) -> None:
        """Start empty; the two limits are parameters so that tests can be small."""
        self._dim = dim
        self._flat_limit = flat_limit
        self._exact_selected = exact_selected
        self._ids: list[str] = []
        self._known: set[str] = set()
        self._rows: Vectors = np.zeros((0, dim), dtype=np.float32)
        self._index: Index = faiss.IndexFlatIP(dim)

    @property
    def ids(self) -> Sequence[str]:
        """All ids in insertion order."""
        return self._ids

    @property
    def dim(self) -> int:
        """Length of each vector."""
        return self._dim

    @property
    def vectors(self) -> Vectors:
        """The rows, in the order of `ids`; also what exact filtered search reads."""
        return self._rows

    @property
    def kind(self) -> str:
        """`flat` or `hnsw`."""
        return "flat" if isinstance(self._index, faiss.IndexFlatIP) else "hnsw"

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Append rows; ValueError on a known id or a wrong shape."""
        rows = checked_rows(ids, vectors, dim=self._dim, known=self._known)
        self._ids.extend(ids)
        self._known.update(ids)
        self._rows = np.concatenate([self._rows, rows])
        if self.kind == "flat" and len(self._ids) > self._flat_limit:
            self._index = faiss.IndexHNSWFlat(self._dim, HNSW_LINKS, faiss.METRIC_INNER_PRODUCT)
            self._index.hnsw.efConstruction = HNSW_BUILD
            self._index.hnsw.efSearch = HNSW_SEARCH
            rows = self._rows
        if len(rows):
            self._index.add(rows)

    def search(self, vectors: Vectors, *, k: int, allowed: Allowed = None) -> list[Found]:
        """Return for each query row the `k` best allowed ids, never fewer if they exist."""
        queries = checked_queries(vectors, dim=self._dim)
        mask = mask_of(allowed, self._ids)
        selected = len(self._ids) if mask is None else int(mask.sum())
        if k <= 0 or selected == 0 or len(queries) == 0:
            return [[] for _ in queries]
        if mask is not None and selected <= self._exact_selected:
            return self._exact(queries, k, np.flatnonzero(mask))
        found = self._faiss(queries, min(k, selected), mask)
        if any(len(hits) < min(k, selected) for hits in found):  # HNSW ran dry: be exact
            rows = np.arange(len(self._ids)) if mask is None else np.flatnonzero(mask)
            return self._exact(queries, k, rows)
        return found

    def load_index(self, file: Path, ids: Sequence[str], vectors: Vectors) -> None:
        """Replace the content by a stored FAISS graph with its rows (already verified)."""
        index = faiss.read_index(str(file))
        if index.ntotal != len(ids) or index.d != self._dim or vectors.shape != (len(ids), index.d):
            raise ValueError(f"{file}: {index.ntotal}x{index.d} does not fit the manifest")
        self._index, self._ids, self._known, self._rows = index, list(ids), set(ids), vectors

    def save_index(self, file: Path) -> None:
        """Write the FAISS structure to `file`."""
        faiss.write_index(self._index, str(file))

    def _exact(self, queries: Vectors, k: int, rows: NDArray[np.intp]) -> list[Found]:
        scores = queries @ self._rows[rows].T
        return [
            [(self._ids[rows[at]], float(line[at])) for at in best_of(line, k)] for line in scores
        ]

    def _faiss(self, queries: Vectors, k: int, mask: Mask | None) -> list[Found]:
        parameters = None
        if mask is not None:
            bits = np.packbits(mask, bitorder="little")
            selector = _swig.IDSelectorBitmap(bits)
            parameters = (
                _swig.SearchParameters(sel=selector)
                if self.kind == "flat"
                else _swig.SearchParametersHNSW(sel=selector, efSearch=HNSW_SEARCH)
            )
        scores, rows = self._index.search(queries, k, params=parameters)
        return [
            [
                (self._ids[row], float(score))
                for row, score in zip(line, values, strict=True)
                if row >= 0
            ]
            for line, values in zip(rows, scores, strict=True)
        ]
