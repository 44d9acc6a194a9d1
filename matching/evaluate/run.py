"""Run one of the four systems over a collection and report the metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from matching.encode.base import Encoder
from matching.errors import InvalidInput
from matching.evaluate.beir import Collection, Item, load_collection
from matching.evaluate.metrics import all_metrics, bootstrap_interval
from matching.index.exact import ExactIndex
from matching.index.lexical import LexicalIndex
from matching.rank.industries import declared_profile, default_industries
from matching.rank.lexicon import LabelledText
from matching.rank.scenes import SceneInferer
from matching.rank.text_match import TextMatcher, TextWeights, blend
from matching.rank.weights import default_weights
from matching.text.tokens import Tokeniser

System = Literal["lexical", "dense", "hybrid", "full"]
SYSTEMS: tuple[System, ...] = get_args(System)
Rankings = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Report:
    """Means over the judged queries; `interval` is the 95 % bootstrap interval of nDCG@10."""

    system: System
    means: dict[str, float]
    queries: int
    interval: tuple[float, float]

    def as_json(self) -> dict[str, float | int]:
        """Return exactly the keys of the command's `--json` output."""
        return {
            **{name: round(mean, 4) for name, mean in self.means.items()},
            "queries": self.queries,
        }


def evaluate(
    folder: Path,
    *,
    system: str,
    qrels: str = "test",
    encoder: Encoder,
    lexicon: Sequence[LabelledText],
    weights: TextWeights | None = None,
) -> Report:
    """Rank the corpus for every judged query of a BEIR folder and average the metrics.

    `lexical`, `dense` and `hybrid` see texts alone; `full` also reads `metadata.industry`.

    Raises:
        InvalidInput: unknown system, or a malformed folder (file and line in `field`).
    """
    if system not in SYSTEMS:
        raise InvalidInput("unknown_system", "system", f"{system!r}; choose from {SYSTEMS}")
    collection = load_collection(folder, qrels=qrels)
    rankings = rank_collection(
        collection, system=system, encoder=encoder, lexicon=lexicon, weights=weights
    )
    rows = [all_metrics(rankings[query], grades) for query, grades in collection.qrels.items()]
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    interval = bootstrap_interval([row["ndcg@10"] for row in rows])
    return Report(system, means, len(rows), interval)


def rank_collection(
    collection: Collection,
    *,
    system: System,
    encoder: Encoder,
    lexicon: Sequence[LabelledText],
    weights: TextWeights | None = None,
) -> Rankings:
    """Return document ids best first for every judged query."""
    queries = [item for item in collection.queries if item.id in collection.qrels]
    if system == "lexical":
        return _lexical(collection.corpus, queries)
    if system == "dense":
        return _dense(collection.corpus, queries, encoder)
    matcher = _matcher(collection.corpus, encoder, lexicon)
    if system == "full":
        for row, item in enumerate(collection.corpus):
            if item.industry:
                matcher.industry_profiles[row] = declared_profile([item.industry])
    return {
        item.id: _blended(
            matcher, item, full=system == "full", weights=weights or default_weights().text
        )
        for item in queries
    }


def _lexical(corpus: Sequence[Item], queries: Sequence[Item]) -> Rankings:
    index = LexicalIndex(Tokeniser())
    index.add((item.id, item.text) for item in corpus)
    index.commit()
    return {
        item.id: [hit for hit, _ in index.search(item.text, k=len(corpus)).hits] for item in queries
    }


def _dense(corpus: Sequence[Item], queries: Sequence[Item], encoder: Encoder) -> Rankings:
    index = ExactIndex(encoder.dim)
    index.add([item.id for item in corpus], encoder.encode_documents([i.text for i in corpus]))
    vectors = encoder.encode_queries([item.text for item in queries])
    found = index.search(vectors, k=len(corpus))
    return {item.id: [hit for hit, _ in hits] for item, hits in zip(queries, found, strict=True)}


def _matcher(
    corpus: Sequence[Item], encoder: Encoder, lexicon: Sequence[LabelledText]
) -> TextMatcher:
    tokeniser = Tokeniser()
    return TextMatcher(
        [(item.id, item.text) for item in corpus],
        encoder=encoder,
        tokeniser=tokeniser,
        scenes=SceneInferer(lexicon, encoder=encoder, tokeniser=tokeniser),
        industries=default_industries(),
    )


def _blended(matcher: TextMatcher, item: Item, *, full: bool, weights: TextWeights) -> list[str]:
    need = matcher.need(item.text)
    if full and item.industry:
        need = replace(need, industries=declared_profile([item.industry]), industry_given=True)
    channels = matcher.channels(need, pool=len(matcher.ids))
    scores = blend(channels, weights)
    return [matcher.ids[channels.rows[at]] for at in np.argsort(-scores, kind="stable")]
