"""What every vector index promises, and how filters are given."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from matching.encode.base import Vectors

Mask = NDArray[np.bool_]
Allowed = AbstractSet[str] | Mask | None
"""Which documents may be returned: a set of ids, a mask over rows in insertion order, or all."""

Found = list[tuple[str, float]]
"""Ids with scores, best first; equal scores stand in row order."""


@runtime_checkable
class VectorIndex(Protocol):
    """Inner-product search over unit rows; ids are unique strings."""

    @property
    def ids(self) -> Sequence[str]:
        """All ids in insertion order; masks refer to this order."""
        ...

    @property
    def dim(self) -> int:
        """Length of each vector."""
        ...

    def add(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Append rows.

        Raises:
            ValueError: an id is there already, or the shape is not `(len(ids), dim)`.
        """
        ...

    def search(self, vectors: Vectors, *, k: int, allowed: Allowed = None) -> list[Found]:
        """Return for each query row the `k` best allowed ids, never fewer if they exist."""
        ...


def mask_of(allowed: Allowed, ids: Sequence[str]) -> Mask | None:
    """Turn any filter into a row mask; None stays None (everything allowed).

    Raises:
        ValueError: a mask has not one entry per row.
    """
    if allowed is None:
        return None
    if isinstance(allowed, np.ndarray):
        if allowed.shape != (len(ids),):
            raise ValueError(f"mask has shape {allowed.shape}, the index has {len(ids)} rows")
        return allowed.astype(np.bool_, copy=False)
    return np.fromiter((item in allowed for item in ids), dtype=np.bool_, count=len(ids))


def checked_rows(
    ids: Sequence[str], vectors: Vectors, *, dim: int, known: AbstractSet[str]
) -> Vectors:
    """Return `vectors` as contiguous float32 after checking shape and ids."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.shape != (len(ids), dim):
        raise ValueError(f"expected vectors of shape {(len(ids), dim)}, got {rows.shape}")
    if len(set(ids)) != len(ids) or not known.isdisjoint(ids):
        twice = next(item for item in ids if item in known or list(ids).count(item) > 1)
        raise ValueError(f"id {twice!r} is in the index already")
    return rows


def checked_queries(vectors: Vectors, *, dim: int) -> Vectors:
    """Return query rows as contiguous float32 of shape `(n, dim)`, or raise ValueError."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    if rows.ndim != 2 or rows.shape[1] != dim:
        raise ValueError(f"expected query vectors of shape (n, {dim}), got {rows.shape}")
    return rows
