"""Text to vectors. `load_encoder` picks the implementation from a model folder's content."""

from matching.encode.base import Encoder, Vectors
from matching.encode.hashing import HashingEncoder
from matching.encode.load import load_encoder

__all__ = ["Encoder", "HashingEncoder", "Vectors", "load_encoder"]
