"""Metrics against values worked out by hand."""

import math

import pytest

from matching.evaluate.metrics import (
    all_metrics,
    bootstrap_interval,
    hit,
    ndcg,
    recall,
    reciprocal_rank,
)

GRADES = {"a": 3, "b": 1, "z": 0}


def test_ndcg_uses_linear_gain() -> None:
    ranking = ["x", "a", "b"]
    expected = (3 / math.log2(3) + 1 / 2) / (3 + 1 / math.log2(3))

    assert ndcg(ranking, GRADES, k=10) == pytest.approx(expected)
    assert ndcg(["a", "b", "x"], GRADES, k=10) == pytest.approx(1.0)


def test_ndcg_sees_only_the_first_k() -> None:
    assert ndcg(["x", "y", "a"], GRADES, k=2) == 0.0


def test_a_grade_of_zero_is_not_relevant() -> None:
    assert hit(["z"], GRADES, k=1) == 0.0
    assert recall(["z", "a"], GRADES, k=2) == 0.5
    assert reciprocal_rank(["z", "x", "b"], GRADES) == pytest.approx(1 / 3)


def test_an_empty_ranking_scores_nothing() -> None:
    assert all_metrics([], GRADES) == dict.fromkeys(
        ("ndcg@10", "hit@1", "hit@5", "recall@10", "mrr"), 0.0
    )


def test_the_interval_holds_the_mean_and_repeats() -> None:
    values = [0.0, 0.5, 1.0, 0.5] * 10

    low, high = bootstrap_interval(values)

    assert low < 0.5 < high
    assert (low, high) == bootstrap_interval(values)
