"""Every vector index agrees with the exact one, with and without filters."""

from collections.abc import Callable

import numpy as np
import pytest

from matching.encode.base import Vectors, unit_rows
from matching.index.base import VectorIndex
from matching.index.exact import ExactIndex
from matching.index.faiss_index import FaissIndex

DIM, COUNT = 16, 1000
IDS = [f"d{number:04d}" for number in range(COUNT)]

Maker = Callable[[], VectorIndex]
MAKERS: dict[str, Maker] = {
    "exact": lambda: ExactIndex(DIM),
    "flat": lambda: FaissIndex(DIM),
    "flat with selector": lambda: FaissIndex(DIM, exact_selected=0),
    "hnsw": lambda: FaissIndex(DIM, flat_limit=200),
}


@pytest.fixture(scope="module")
def rows() -> Vectors:
    return unit_rows(np.random.default_rng(11).normal(size=(COUNT, DIM)).astype(np.float32))


@pytest.fixture(scope="module")
def queries() -> Vectors:
    return unit_rows(np.random.default_rng(12).normal(size=(20, DIM)).astype(np.float32))


@pytest.fixture(scope="module", params=MAKERS)
def index(request: pytest.FixtureRequest, rows: Vectors) -> VectorIndex:
    made = MAKERS[request.param]()
    made.add(IDS[:300], rows[:300])
    made.add(IDS[300:], rows[300:])
    return made


@pytest.fixture(scope="module")
def oracle(rows: Vectors) -> ExactIndex:
    made = ExactIndex(DIM)
    made.add(IDS, rows)
    return made


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01])
def test_filtered_search_finds_what_the_oracle_finds(
    index: VectorIndex, oracle: ExactIndex, queries: Vectors, share: float
) -> None:
    allowed = np.random.default_rng(13).random(COUNT) < share
    found = index.search(queries, k=10, allowed=allowed)
    expected = oracle.search(queries, k=10, allowed=allowed)

    for got, want in zip(found, expected, strict=True):
        assert len(got) == len(want) == min(10, int(allowed.sum()))
        assert all(allowed[IDS.index(item)] for item, _ in got)
    shared = sum(
        len({i for i, _ in got} & {i for i, _ in want})
        for got, want in zip(found, expected, strict=True)
    )
    wanted = sum(len(want) for want in expected)
    assert shared >= (0.98 * wanted if share == 1.0 else wanted)


def test_scores_are_inner_products_in_falling_order(
    index: VectorIndex, rows: Vectors, queries: Vectors
) -> None:
    (hits,) = index.search(queries[:1], k=5)

    scores = [score for _, score in hits]
    assert scores == sorted(scores, reverse=True)
    expected = [float(rows[IDS.index(item)] @ queries[0]) for item, _ in hits]
    np.testing.assert_allclose(scores, expected, atol=1e-5)


def test_a_set_and_a_mask_filter_alike(index: VectorIndex, queries: Vectors) -> None:
    mask = np.arange(COUNT) % 7 == 0
    chosen = {identifier for identifier, inside in zip(IDS, mask, strict=True) if inside}

    assert index.search(queries, k=5, allowed=chosen) == index.search(queries, k=5, allowed=mask)


def test_nothing_allowed_gives_empty_lists(index: VectorIndex, queries: Vectors) -> None:
    assert index.search(queries[:2], k=3, allowed=set()) == [[], []]


def test_more_wanted_than_there_is_gives_all(index: VectorIndex, queries: Vectors) -> None:
    (hits,) = index.search(queries[:1], k=5, allowed={"d0001", "d0500", "none"})

    assert {item for item, _ in hits} == {"d0001", "d0500"}


def test_a_wrong_mask_length_is_refused(index: VectorIndex, queries: Vectors) -> None:
    with pytest.raises(ValueError, match="mask has shape"):
        index.search(queries, k=3, allowed=np.ones(3, dtype=bool))


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_a_known_id_or_a_wrong_shape_is_refused(maker: Maker, rows: Vectors) -> None:
    made = maker()
    made.add(["a"], rows[:1])

    with pytest.raises(ValueError, match="'a' is in the index already"):
        made.add(["b", "a"], rows[1:3])
    with pytest.raises(ValueError, match="expected vectors of shape"):
        made.add(["c"], rows[:1, :4])
    assert list(made.ids) == ["a"]


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS)
def test_an_empty_index_finds_nothing(maker: Maker, queries: Vectors) -> None:
    assert maker().search(queries[:2], k=3) == [[], []]
