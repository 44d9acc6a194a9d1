"""Text preparation: normal form, tokens for the lexical index, words to highlight."""

from matching.text.normalise import fold_with_offsets, normalise
from matching.text.tokens import Tokeniser, Tokens

__all__ = ["Tokeniser", "Tokens", "fold_with_offsets", "normalise"]
