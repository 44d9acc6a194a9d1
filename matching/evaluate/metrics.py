"""Ranking metrics as trec_eval computes them.

nDCG uses the grade itself as gain (linear, like trec_eval's ndcg_cut; not 2^grade - 1) and
discount 1 / log2(rank + 1). A document counts as relevant for hit, recall and MRR when its
grade is above 0. MRR looks at the whole ranking, not only at its first ten.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np

Grades = Mapping[str, int]


def ndcg(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Return nDCG@k in 0..1."""
    gained = sum(
        grades.get(document, 0) / math.log2(rank + 1)
        for rank, document in enumerate(ranking[:k], start=1)
    )
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:k]
    ideal = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, start=1))
    return gained / ideal if ideal else 0.0


def hit(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Return 1 if a relevant document stands among the first k, else 0."""
    return float(any(grades.get(document, 0) > 0 for document in ranking[:k]))


def recall(ranking: Sequence[str], grades: Grades, *, k: int) -> float:
    """Return the share of relevant documents among the first k."""
    relevant = {document for document, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], grades: Grades) -> float:
    """Return 1 / rank of the first relevant document, 0 if there is none."""
    for rank, document in enumerate(ranking, start=1):
        if grades.get(document, 0) > 0:
            return 1.0 / rank
    return 0.0


def all_metrics(ranking: Sequence[str], grades: Grades) -> dict[str, float]:
    """Return the reported metrics of one query, keyed as in the report."""
    return {
        "ndcg@10": ndcg(ranking, grades, k=10),
        "hit@1": hit(ranking, grades, k=1),
        "hit@5": hit(ranking, grades, k=5),
        "recall@10": recall(ranking, grades, k=10),
        "mrr": reciprocal_rank(ranking, grades),
    }


def bootstrap_interval(
    values: Sequence[float], *, seed: int = 0, rounds: int = 1000
) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean over resampled queries."""
    rng = np.random.default_rng(seed)
    sample = np.asarray(values, dtype=np.float64)
    means = sample[rng.integers(0, len(sample), (rounds, len(sample)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)
