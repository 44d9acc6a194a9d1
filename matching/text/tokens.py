"""Tokens of Chinese text for BM25: words, single characters and overlapping bigrams.

Words alone miss shop-floor speech that no dictionary knows, characters alone match too
much; the three together were the best lexical baseline measured (docs/matching.md).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from matching.text.normalise import normalise

if TYPE_CHECKING:
    from rjieba import Jieba

CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff〇"
_RUNS = re.compile(rf"[{CJK}]+|[a-z0-9]+(?:[.\-_/+][a-z0-9]+)*")
_CJK_START = re.compile(rf"[{CJK}]")
DOMAIN_WORD_FREQUENCY = 100_000  # high enough that jieba never splits a listed word


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one text, each tuple in text order, repetitions kept.

    `words` holds words of two characters or more, `chars` single CJK characters,
    `bigrams` overlapping pairs inside a CJK run. Latin words, model names and numbers
    ("5g", "opc", "iso-9001") stand in `words` and, as one unit, in `chars`.
    """

    words: tuple[str, ...]
    chars: tuple[str, ...]
    bigrams: tuple[str, ...]


class Tokeniser:
    """Cuts text with its own jieba instance that also knows `domain_words`."""

    def __init__(self, domain_words: Iterable[str] = ()) -> None:
        """Remember `domain_words` (the caller's vocabulary); jieba loads on first use."""
        self._domain_words: Sequence[str] = tuple(
            sorted({normalise(word) for word in domain_words if len(word.strip()) > 1})
        )

    @cached_property
    def _jieba(self) -> "Jieba":
        from rjieba import Jieba  # loads a 5 MB dictionary: only when a text is cut

        jieba = Jieba()
        for word in self._domain_words:
            jieba.add_word(word, DOMAIN_WORD_FREQUENCY, None)
        return jieba

    def words(self, text: str) -> list[str]:
        """Return the words of `text` with two or more characters, in order."""
        found: list[str] = []
        for run in _RUNS.findall(normalise(text)):
            if _CJK_START.match(run):
                found.extend(word for word in self._jieba.cut(run) if len(word) > 1)
            else:
                found.append(run)
        return found

    def tokens(self, text: str) -> Tokens:
        """Return all three token kinds of `text`."""
        words: list[str] = []
        chars: list[str] = []
        bigrams: list[str] = []
        for run in _RUNS.findall(normalise(text)):
            if _CJK_START.match(run):
                words.extend(word for word in self._jieba.cut(run) if len(word) > 1)
                chars.extend(run)
                bigrams.extend(run[i : i + 2] for i in range(len(run) - 1))
            else:
                words.append(run)
                chars.append(run)
        return Tokens(tuple(words), tuple(chars), tuple(bigrams))
