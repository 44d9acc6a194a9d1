"""How much the findings of a subdomain hurt: a simple, printable count over a lexicon."""

from collections.abc import Iterable
from dataclasses import dataclass

from matching.gaps.criteria import PainLexicon

NEGATION_REACH = 2  # characters between a negator and the word that it cancels: 没有发生事故


@dataclass(frozen=True, slots=True)
class Pain:
    """Pain of one subdomain.

    Attributes:
        points: one for each finding, plus the points of the strongest word found in it.
        findings: number of findings.
        words: the words that counted, finding by finding, within one in the order of the lexicon.
    """

    points: int
    findings: int
    words: tuple[str, ...]

    def scaled(self, half: float) -> float:
        """Return 0 (no finding) to just under 1; `half` points give 0.5 (saturating, derived)."""
        return self.points / (self.points + half)


def measure_pain(texts: Iterable[str], lexicon: PainLexicon) -> Pain:
    """Count the pain in finding `texts`; a word after a negator (没有停机) does not count."""
    points = count = 0
    words: dict[str, None] = {}
    for text in texts:
        count += 1
        found = [
            (group.points, word)
            for group in lexicon.groups
            for word in group.words
            if _says(text, word, lexicon.negators)
        ]
        points += 1 + max((strength for strength, _ in found), default=0)
        words.update(dict.fromkeys(word for _, word in found))
    return Pain(points, count, tuple(words))


def _says(text: str, word: str, negators: tuple[str, ...]) -> bool:
    """Tell whether `word` stands in `text` at least once without a negator shortly before it."""
    start = text.find(word)
    while start >= 0:
        before = text[:start]
        tails = [before[: len(before) - gap] for gap in range(NEGATION_REACH + 1)]
        if not any(tail.endswith(negators) for tail in tails):
            return True
        start = text.find(word, start + 1)
    return False
