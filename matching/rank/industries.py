"""Which divisions a text speaks of, by product words: 「熟料」 says C30 by itself."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.rank.lexicon import read_table
from matching.text.normalise import normalise

DIVISIONS = tuple(f"C{number}" for number in range(13, 44))
COLUMN = {code: index for index, code in enumerate(DIVISIONS)}
UNDECIDED = 2.0  # mass of "no industry": one shared word alone must not decide


class IndustryInferer:
    """Counts product words of each division; rarer words across divisions count more."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        """Take the product words of each division code."""
        holders = Counter(word for listed in words.values() for word in set(listed))
        self._weights: dict[str, NDArray[np.float32]] = {}
        for code, listed in words.items():
            for word in set(listed):
                weight = self._weights.setdefault(
                    normalise(word), np.zeros(len(DIVISIONS), dtype=np.float32)
                )
                weight[COLUMN[code]] = math.log(1 + len(DIVISIONS) / holders[word]) / 2
        self._longest = max((len(word) for word in self._weights), default=0)

    def profile(self, text: str) -> NDArray[np.float32]:
        """Return shares per division, float32 `(31,)`, summing to less than 1 (0: no word)."""
        plain = normalise(text)
        total = np.zeros(len(DIVISIONS), dtype=np.float32)
        position = 0
        seen: set[str] = set()
        while position < len(plain):
            for length in range(min(self._longest, len(plain) - position), 0, -1):
                word = plain[position : position + length]
                if word in self._weights:
                    if word not in seen:  # a word said five times is no stronger evidence
                        total += self._weights[word] * min(len(word), 3)
                        seen.add(word)
                    position += length - 1
                    break
            position += 1
        return np.asarray(total / (total.sum() + UNDECIDED), dtype=np.float32)

    def profiles(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one profile per row, `(len(texts), 31)`."""
        if not texts:
            return np.zeros((0, len(DIVISIONS)), dtype=np.float32)
        return np.stack([self.profile(text) for text in texts])


def declared_profile(codes: Sequence[str]) -> NDArray[np.float32]:
    """Return a profile of 1 for each known division in `codes`; unknown codes are ignored."""
    profile = np.zeros(len(DIVISIONS), dtype=np.float32)
    for code in codes:
        if code in COLUMN:
            profile[COLUMN[code]] = 1.0
    return profile


@cache
def default_industries() -> IndustryInferer:
    """Return the inferer over the word list that ships beside this module."""
    file = Path(__file__).with_name("industry_words.tsv")
    return IndustryInferer({row["division"]: row["words"].split() for _, row in read_table(file)})
