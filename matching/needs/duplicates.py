"""Needs of the same factory that say the same thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from matching.encode.base import Encoder
from matching.text.normalise import normalise

# Chosen on the seed needs: 701 pairs of different needs of one factory share at most 12 % of their
# bigrams and reach a cosine of 0.67, so none is flagged; needs that lost a clause, were put in
# another order, typed badly or written around all are (measured by
# tests/unit/matching/needs/test_seed_rates.py). Full rewordings are found only by meaning.
SHARED_ALONE = 0.3  # share of the shorter text's bigrams that the other has: copied words
SHARED_WITH_MEANING, MEANING_WITH_SHARED = 0.12, 0.6
MEANING_ALONE = 0.8  # cosine of the embeddings


@dataclass(frozen=True, slots=True)
class SimilarNeed:
    """An existing need (its place in the sequence given) that is near, and how near.

    `likeness` is the larger of the embeddings' cosine and the shared bigrams, in 0..1.
    """

    index: int
    likeness: float


def similar_needs(
    text: str, existing: Sequence[str], *, encoder: Encoder
) -> tuple[SimilarNeed, ...]:
    """Find texts that say the same as `text`, the nearest first.

    Two texts are near when they share most character pairs of the shorter one, or some of them
    and their meaning. Whether they really are the same need is for a person to say.
    """
    if not existing:
        return ()
    cosines = (encoder.encode_queries([text]) @ encoder.encode_queries(existing).T)[0]
    found = []
    for index, other in enumerate(existing):
        shared, meaning = shared_bigrams(text, other), float(cosines[index])
        if is_near(shared=shared, meaning=meaning):
            found.append(SimilarNeed(index, min(1.0, max(shared, meaning))))
    return tuple(sorted(found, key=lambda item: (-item.likeness, item.index)))


def is_near(*, shared: float, meaning: float) -> bool:
    """Tell whether shares of bigrams and a cosine speak for one and the same need."""
    both = shared >= SHARED_WITH_MEANING and meaning >= MEANING_WITH_SHARED
    return both or shared >= SHARED_ALONE or meaning >= MEANING_ALONE


def shared_bigrams(one: str, other: str) -> float:
    """Return the share of the shorter text's different character bigrams that the other has."""
    first, second = _bigrams(one), _bigrams(other)
    shorter = min(len(first), len(second))
    return len(first & second) / shorter if shorter else 0.0


def _bigrams(text: str) -> set[str]:
    """Return the pairs of neighbouring letters and digits; marks and spaces are left out."""
    letters = "".join(c for c in normalise(text) if c.isalnum())
    return {letters[i : i + 2] for i in range(len(letters) - 1)}
