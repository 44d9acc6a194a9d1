"""Indexes over offerings: vectors, tokens, and versioned snapshots of both on disk."""

from matching.index.base import Allowed, VectorIndex
from matching.index.exact import ExactIndex

__all__ = ["Allowed", "ExactIndex", "VectorIndex"]
