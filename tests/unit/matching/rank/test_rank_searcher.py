"""Search: filters first, then an additive score."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rank_cases import DOCS, searcher

from matching.errors import InvalidInput
from matching.rank.types import Query

NEED = Query(text="点检还靠手抄，设备坏了才知道", industry="C31", region="唐山")
SEARCHER = searcher()


def ids(query: Query, **options: object) -> list[str]:
    return [hit.id for hit in SEARCHER.search(query, k=10, **options)]  # type: ignore[arg-type]


def test_the_offering_that_solves_the_need_is_first() -> None:
    assert ids(NEED)[0] == "o-repair"


def test_hidden_listings_are_never_ranked() -> None:
    assert "o-hidden" not in ids(NEED)
    assert "o-hidden" not in ids(NEED, allowed={"o-hidden", "o-trace"})


def test_allowed_ids_and_masks_filter_alike() -> None:
    mask = np.array([False, True, True, False])

    assert sorted(ids(NEED, allowed=mask)) == sorted(ids(NEED, allowed={"o-trace", "o-energy"}))
    assert "o-repair" not in ids(NEED, allowed=mask)


def test_an_offering_past_its_date_is_out_from_the_next_day() -> None:
    dated = searcher((replace(DOCS[0], valid_to=date(2026, 11, 23)), *DOCS[1:]))

    last_day = dated.search(replace(NEED, on=date(2026, 11, 23)), k=1)
    day_after = dated.search(replace(NEED, on=date(2026, 11, 24)), k=1)

    assert last_day[0].id == "o-repair"
    assert day_after[0].id != "o-repair"


@settings(max_examples=25, deadline=None)
@given(
    text=st.text("点检表手抄设备坏追溯电费高料", min_size=0, max_size=12),
    industry=st.sampled_from([None, "C31", "C15"]),
    budget=st.one_of(st.none(), st.integers(1, 10**9)),
    weeks=st.one_of(st.none(), st.integers(1, 60)),
    existing=st.sampled_from([None, frozenset(), frozenset({"S02"})]),
)
def test_every_score_is_the_sum_of_its_parts(
    text: str,
    industry: str | None,
    budget: int | None,
    weeks: int | None,
    existing: frozenset[str] | None,
) -> None:
    query = Query(
        text=text, industry=industry, budget=budget, weeks=weeks, existing_scenes=existing
    )

    hits = SEARCHER.search(query, k=10)

    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert abs(math.fsum(p.contribution for p in hit.parts) - hit.score) < 1e-9
        assert all(abs(p.weight * p.value - p.contribution) < 1e-12 for p in hit.parts)
        assert all(-1e-6 <= p.value <= 1 + 1e-6 for p in hit.parts)


def test_given_scenes_decide_where_the_words_say_nothing() -> None:
    assert ids(Query(text="", scenes={"S15": 1.0}))[0] == "o-energy"
    assert ids(Query(text="", scenes={"S26": 1.0}))[0] == "o-trace"


def test_an_unknown_scene_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidInput, match=r"query\.scenes\.S99"):
        SEARCHER.search(replace(NEED, scenes={"S99": 1.0}), k=3)


def test_a_smaller_budget_never_raises_an_offering() -> None:
    def score(budget: int) -> float:
        hits = SEARCHER.search(replace(NEED, budget=budget), k=10)
        return next(hit.score for hit in hits if hit.id == "o-repair")

    assert score(2_000_000) > score(1_500_000) > score(1_000_000) == score(500_000)


@pytest.mark.parametrize(
    ("offering", "code"),
    [
        ("o-nowhere", "unknown"),
        ("o-hidden", "hidden_status"),
        ("o-trace", "not_allowed"),
        ("o-repair", "shown"),
        ("o-energy", "ranked_lower"),
    ],
)
def test_why_not_names_the_filter_or_the_rank(offering: str, code: str) -> None:
    query = replace(NEED, text=NEED.text + "电费")
    absence = SEARCHER.why_not(query, offering, k=1, allowed={"o-repair", "o-energy", "o-hidden"})

    assert absence.code == code
    assert (absence.rank is not None) == (code in {"shown", "ranked_lower"})
