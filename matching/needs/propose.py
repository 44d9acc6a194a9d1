"""What a problem in a factory's own words is about: scenes, subdomains, and which words decided."""

import math
import re
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.gaps.criteria import CriterionSet
from matching.needs.subdomains import SubdomainGuesser
from matching.needs.title import title_of
from matching.rank.scenes import COLUMN, SceneGuess, SceneInferer
from matching.text.highlight import STOP_WORDS
from matching.text.normalise import fold_with_offsets
from matching.text.tokens import Tokeniser

MOST_SCENES = 3
LEAST_SHARE = 0.1  # of the votes; below this a scene is not proposed
TICKED_SHARE = 0.2  # from this share on a scene is chosen unless the person says no
MOST_TERMS = 60  # words tried for one text, the first ones
MOST_DECIDING = 5
LEAST_DROP = 0.01  # of probability; a word that takes less away decided nothing
# 三个, 半天, 20多吨: how much and how long, which mark no topic in anybody's eyes.
_QUANTITY = re.compile(r"[一二两三四五六七八九十百千万几半多\d].*")
# Logistic fit on the 633 findings of the seed data (never used for training): how often the best
# scene serves the finding's own subdomain, by the scene's share and the nearest phrase's likeness.
_INTERCEPT, _BY_SHARE, _BY_SIMILARITY = -1.80, 1.64, 4.69
HIGH_FROM, MEDIUM_FROM = 0.75, 0.6


class Confidence(StrEnum):
    """Words for the share of comparable proposals that were right."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ScenePick:
    """A proposed scene with its probability in 0..1, and whether it should be chosen at once."""

    code: str
    probability: float
    ticked: bool


@dataclass(frozen=True, slots=True)
class DecidingWord:
    """A stretch `[start, end)` of the text; `drop` is what the best scene loses without it."""

    start: int
    end: int
    drop: float


@dataclass(frozen=True, slots=True)
class NeedProposal:
    """What we think a text is about.

    Attributes:
        title: made from the text's first clauses.
        scenes: at most three, best first; empty where the lexicon holds nothing near.
        subdomains: at most three codes, best first.
        covered: False says that the platform does not know; somebody has to choose.
        confidence: in words; `certainty` is the number behind it, 0 where not covered.
        nearest: the phrase of the lexicon that is nearest to the text.
        deciding: the words that decided, in text order, never overlapping.
    """

    title: str
    scenes: tuple[ScenePick, ...]
    subdomains: tuple[str, ...]
    covered: bool
    confidence: Confidence
    certainty: float
    nearest: str
    deciding: tuple[DecidingWord, ...]


class NeedProposer:
    """Proposes scenes, subdomains and a title for problems."""

    def __init__(
        self, *, scenes: SceneInferer, criteria: CriterionSet, tokeniser: Tokeniser
    ) -> None:
        """Keep the inference and read the criterion set once."""
        self._scenes = scenes
        self._tokeniser = tokeniser
        self._subdomains = SubdomainGuesser(criteria, tokeniser=tokeniser)

    def propose(self, text: str) -> NeedProposal:
        """Propose for one problem; nothing is proposed for a text that the lexicon lacks."""
        guess = self._scenes.infer(text)
        certainty = _certainty(guess)
        known = guess.probabilities if guess.covered else {}
        return NeedProposal(
            title=title_of(text),
            scenes=tuple(
                ScenePick(code, share, share >= TICKED_SHARE)
                for code, share in list(known.items())[:MOST_SCENES]
                if share >= LEAST_SHARE
            ),
            subdomains=self._subdomains.guess(text, known),
            covered=guess.covered,
            confidence=_in_words(certainty),
            certainty=certainty,
            nearest=guess.nearest,
            deciding=self._deciding(text, guess) if guess.covered else (),
        )

    def _deciding(self, text: str, guess: SceneGuess) -> tuple[DecidingWord, ...]:
        """Find the words that decided, by leaving out one term at a time.

        Each word of two or more characters (no stop words, no quantities) is taken out of the
        text at all its places and the text is judged again; the word's drop is what the best
        scene's probability loses. A text that is no longer like any phrase has lost all of it.
        The words with the largest drops are kept; their places are spans of the text as written.
        """
        folded, offsets = fold_with_offsets(text)
        found = {
            word
            for word in self._tokeniser.words(text)
            if word in folded and word not in STOP_WORDS and not _QUANTITY.fullmatch(word)
        }
        words = sorted(found, key=lambda word: (folded.index(word), -len(word)))[:MOST_TERMS]
        if not words:
            return ()
        best, share = next(iter(guess.probabilities.items()))
        without = self._scenes.profiles([folded.replace(word, "") for word in words])
        drops = share - without[:, COLUMN[best]]
        order = np.argsort(-drops, kind="stable")[:MOST_DECIDING]
        spans = [
            DecidingWord(offsets[at.start()], offsets[at.end() - 1] + 1, float(drops[index]))
            for index in order
            if drops[index] >= LEAST_DROP
            for at in re.finditer(re.escape(words[index]), folded)
        ]
        return _without_overlaps(spans)


def _certainty(guess: SceneGuess) -> float:
    """Return the share of comparable texts whose best scene was right; 0 where not covered."""
    if not guess.covered:
        return 0.0
    share = next(iter(guess.probabilities.values()))
    logit = _INTERCEPT + _BY_SHARE * share + _BY_SIMILARITY * guess.similarity
    return 1 / (1 + math.exp(-logit))


def _in_words(certainty: float) -> Confidence:
    if certainty == 0.0:
        return Confidence.NONE
    if certainty >= HIGH_FROM:
        return Confidence.HIGH
    return Confidence.MEDIUM if certainty >= MEDIUM_FROM else Confidence.LOW


def _without_overlaps(spans: list[DecidingWord]) -> tuple[DecidingWord, ...]:
    """Keep the strongest of overlapping spans; return them in text order."""
    kept: list[DecidingWord] = []
    for span in sorted(spans, key=lambda item: (-item.drop, item.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda item: item.start))
