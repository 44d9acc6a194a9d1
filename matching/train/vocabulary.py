"""The domain vocabulary as a standard tokenizer.json: characters plus known words.

A Unigram model over a *given* word list picks the most probable segmentation, so a listed
two-character word survives and an unlisted one falls back to its characters. (A Unigram
vocabulary *learnt* from raw Chinese keeps long clauses as tokens and ranks far worse.)
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from matching.text.normalise import normalise
from matching.text.tokens import CJK, Tokeniser

if TYPE_CHECKING:
    from tokenizers import Tokenizer

UNKNOWN = "[UNK]"
_CJK_CHAR = re.compile(f"[{CJK}]")
_LATIN = re.compile(r"[a-z0-9]+")


def common_characters() -> list[str]:
    """Return the 3 755 everyday characters (GB 2312 level 1), so that few are unknown."""
    return [
        bytes((row, cell)).decode("gb2312")
        for row in range(0xB0, 0xD8)
        for cell in range(0xA1, 0xFF)
        if not (row == 0xD7 and cell > 0xF9)
    ]


def choose_words(
    texts: Iterable[str], *, tokeniser: Tokeniser, limit: int, min_count: int = 2
) -> Counter[str]:
    """Count words, characters and Latin tokens of `texts`; keep the `limit` most frequent words.

    Returns counts; single characters are all kept and the common ones added with count 0.
    """
    words: Counter[str] = Counter()
    characters: Counter[str] = Counter(dict.fromkeys(common_characters(), 0))
    for text in texts:
        plain = normalise(text)
        characters.update(_CJK_CHAR.findall(plain))
        words.update(word for word in tokeniser.words(plain) if _CJK_CHAR.match(word))
        words.update(_LATIN.findall(plain))
    chosen = Counter(
        {
            word: count
            for word, count in sorted(words.items(), key=lambda item: (-item[1], item[0]))[:limit]
            if count >= min_count
        }
    )
    chosen.update(dict(characters))
    for character in characters:  # Counter.update drops nothing, but zero counts must stay listed
        chosen.setdefault(character, 0)
    return chosen


def build_tokenizer(counts: Counter[str]) -> "Tokenizer":
    """Return a tokenizer over `counts`, most frequent first; id 0 is the unknown token."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

    total = sum(counts.values()) + len(counts)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    # A word replaces its characters when its own log-probability beats the sum of theirs;
    # add-one smoothing keeps words that were seen once or never usable.
    pieces = [(UNKNOWN, -30.0)]
    pieces += [(token, math.log((count + 1) / total)) for token, count in ordered]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    runs = Regex(rf"[{CJK}]+|[a-z0-9]+")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(runs, behavior="removed", invert=True)
    return tokenizer


def token_features(tokens: Sequence[str]) -> tuple[list[list[int]], int]:
    """Return for each token the ids of its parts: itself, its characters, its inner bigrams.

    During training a token's row is the sum of its parts' rows, so that a rare word learns
    from its characters; the sums are what is shipped. Ids run from 0 to the returned count.
    """
    ids: dict[str, int] = {}
    features: list[list[int]] = []
    for token in tokens:
        parts = [f"t:{token}"]
        if len(token) > 1 and _CJK_CHAR.match(token):
            parts += [f"t:{character}" for character in token]
            parts += [f"b:{token[i : i + 2]}" for i in range(len(token) - 1) if len(token) > 2]
        features.append([ids.setdefault(part, len(ids)) for part in parts])
    return features, len(ids)
