"""Provider shares, groups and exposure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.rank.diversity import cap_providers, collapse_by_provider, exposure_gini
from matching.rank.types import Hit


def hits(*providers: str) -> list[Hit]:
    return [Hit(f"o{n}", name, 1.0 - n / 100, ()) for n, name in enumerate(providers)]


def test_a_provider_gets_at_most_its_share_while_others_are_left() -> None:
    capped = cap_providers(hits("a", "a", "a", "b", "c", "d"), k=5)

    assert [hit.id for hit in capped] == ["o0", "o1", "o3", "o4", "o5"]


def test_places_are_filled_when_others_run_out() -> None:
    assert [hit.id for hit in cap_providers(hits("a", "a", "a", "b"), k=4)] == [
        "o0",
        "o3",
        "o1",
        "o2",
    ]


@given(st.lists(st.sampled_from("abc"), min_size=2, max_size=12), st.integers(2, 8))
def test_two_providers_are_shown_wherever_there_are_two(names: list[str], k: int) -> None:
    capped = cap_providers(hits(*names), k=k)

    assert len(capped) == min(k, len(names))
    assert len({hit.provider_id for hit in capped}) >= min(2, len(set(names)))


def test_groups_stand_in_the_order_of_their_best_hit() -> None:
    groups = collapse_by_provider(hits("b", "a", "b"))

    assert [(g.provider_id, g.best.id, [o.id for o in g.others]) for g in groups] == [
        ("b", "o0", ["o2"]),
        ("a", "o1", []),
    ]


@pytest.mark.parametrize(
    ("shown", "gini"),
    [({}, 0.0), ({"a": 3, "b": 3}, 0.0), ({"a": 0, "b": 0, "c": 0, "d": 8}, 0.75)],
)
def test_gini_is_zero_when_equal_and_high_when_one_takes_all(
    shown: dict[str, float], gini: float
) -> None:
    assert exposure_gini(shown) == pytest.approx(gini)
