"""From a text to scene probabilities: a vote of the nearest labelled phrases."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.encode.base import Encoder, Vectors
from matching.errors import InvalidInput
from matching.rank.lexicon import LabelledText
from matching.text.tokens import Tokeniser

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SCENES = tuple(f"S{number:02d}" for number in range(1, 41))
BLOCK = 512  # texts compared with all phrases at once: 512 x 6 000 similarities are 12 MB
COLUMN = {code: index for index, code in enumerate(SCENES)}


@dataclass(frozen=True, slots=True)
class InferenceSettings:
    """How neighbours vote: the flat middle of a grid on one held-out split of our seed texts.

    `covered_from` keeps 95 % of needs that the lexicon does not hold (430 held-out pairs) and
    refuses 41 % of 400 questions about everything else; the two overlap (AUROC 0.84), so "not
    covered" is right more often than it is said.
    """

    neighbours: int = 12
    temperature: float = 0.05  # of similarity; a phrase 0.05 nearer counts e times as much
    dense_share: float = 0.45  # of the similarity, the rest is lexical
    covered_from: float = 0.28  # similarity below which nothing in the lexicon is near


@dataclass(frozen=True, slots=True)
class SceneGuess:
    """What a text is about. `covered` is False when no phrase is near: say so, don't guess.

    `probabilities` hold scenes with at least 1 %, best first; `nearest` is the closest
    labelled text and `similarity` its similarity in 0..1.
    """

    probabilities: Mapping[str, float]
    covered: bool
    nearest: str
    similarity: float


class SceneInferer:
    """Votes of the nearest labelled phrases, weighted by similarity."""

    def __init__(
        self,
        phrases: Sequence[LabelledText],
        *,
        encoder: Encoder,
        tokeniser: Tokeniser,
        settings: InferenceSettings | None = None,
    ) -> None:
        """Index `phrases`; raises InvalidInput when there is none."""
        if not phrases:
            raise InvalidInput("empty_lexicon", "lexicon", "scene inference needs labelled phrases")
        self._phrases = tuple(phrases)
        self._encoder = encoder
        self._settings = settings or InferenceSettings()
        texts = [phrase.text for phrase in phrases]
        self._dense = encoder.encode_documents(texts)
        self._space = _TermSpace(texts, tokeniser)
        self._labels = np.zeros((len(phrases), len(SCENES)), dtype=np.float32)
        for row, phrase in enumerate(phrases):
            for code in phrase.scenes:
                self._labels[row, COLUMN[code]] = 1.0 / len(phrase.scenes)

    def profiles(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return scene probabilities, float32 `(len(texts), 40)`; uncovered texts give zeros."""
        blocks = [
            self._vote(texts[start : start + BLOCK])[0] for start in range(0, len(texts), BLOCK)
        ]
        return np.concatenate([np.zeros((0, len(SCENES)), dtype=np.float32), *blocks])

    def infer(self, text: str) -> SceneGuess:
        """Return the guess for one text, with the phrase it rests on."""
        profiles, nearest, similarity = self._vote([text], keep_uncovered=True)
        order = np.argsort(-profiles[0], kind="stable")
        probabilities = {
            SCENES[column]: float(profiles[0, column])
            for column in order
            if profiles[0, column] >= 0.01
        }
        best = float(similarity[0])
        return SceneGuess(
            probabilities,
            best >= self._settings.covered_from,
            self._phrases[int(nearest[0])].text,
            best,
        )

    def _vote(
        self, texts: Sequence[str], *, keep_uncovered: bool = False
    ) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.float32]]:
        share = self._settings.dense_share
        dense = np.clip(self._encoder.encode_queries(texts) @ self._dense.T, 0.0, 1.0)
        similarity = share * dense + (1 - share) * self._space.similarities(texts)
        count = min(self._settings.neighbours, len(self._phrases))
        top = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
        values = np.take_along_axis(similarity, top, axis=1)
        best = values.max(axis=1)
        votes = np.exp((values - best[:, None]) / self._settings.temperature)
        profiles = np.einsum("nk,nks->ns", votes, self._labels[top])
        profiles /= profiles.sum(axis=1, keepdims=True)
        if not keep_uncovered:
            profiles[best < self._settings.covered_from] = 0.0
        nearest = similarity.argmax(axis=1)
        return profiles.astype(np.float32), nearest, best.astype(np.float32)


class _TermSpace:
    """Cosine of TF-IDF vectors over words, characters and bigrams."""

    def __init__(self, texts: Sequence[str], tokeniser: Tokeniser) -> None:
        self._tokeniser = tokeniser
        counted = [self._terms(text) for text in texts]
        holders = Counter(term for terms in counted for term in terms)
        self._columns = {term: index for index, term in enumerate(sorted(holders))}
        self._idf = np.array(
            [np.log(1 + len(texts) / holders[term]) for term in sorted(holders)], dtype=np.float32
        )
        self._matrix = self._rows(counted)

    def similarities(self, texts: Sequence[str]) -> Vectors:
        """Return cosines of `texts` (rows) with the indexed texts (columns)."""
        product = self._rows([self._terms(text) for text in texts]) @ self._matrix.T
        return np.asarray(product.toarray(), dtype=np.float32)

    def _terms(self, text: str) -> Counter[str]:
        tokens = self._tokeniser.tokens(text)
        return Counter([*tokens.chars, *tokens.bigrams, *(f"w:{word}" for word in tokens.words)])

    def _rows(self, counted: Sequence[Counter[str]]) -> "csr_matrix":
        from scipy.sparse import csr_matrix

        values: list[float] = []
        columns: list[int] = []
        starts = [0]
        for terms in counted:
            known = [(self._columns[t], n) for t, n in terms.items() if t in self._columns]
            weights = np.array([(1 + np.log(n)) * self._idf[c] for c, n in known])
            length = float(np.linalg.norm(weights)) or 1.0
            values.extend(weights / length)
            columns.extend(column for column, _ in known)
            starts.append(len(values))
        shape = (len(counted), len(self._columns))
        return csr_matrix((np.array(values, dtype=np.float32), columns, starts), shape=shape)
