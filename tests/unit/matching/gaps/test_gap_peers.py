"""Peers: nothing below five organisations, and the rank worked by hand."""

import pytest
from gap_factories import an_assessment
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import InvalidInput
from matching.gaps import peer_statistics, peer_values, percentile_rank, roll_up


def peers(*values: float) -> list[tuple[str, dict[str, float]]]:
    return [(f"org{i}", {"MD01": value}) for i, value in enumerate(values)]


def test_median_quartiles_and_mid_rank_by_hand():
    statistics = peer_statistics({"MD01": 2.0}, peers(1.0, 3.0, 2.0, 2.0, 5.0))
    value = statistics.of("MD01")

    # ordered: 1 2 2 3 5; below 2.0: one, equal: two, so 100 · (1 + 1) / 5 = 40
    assert (value.lower_quartile, value.median, value.upper_quartile) == (2.0, 2.0, 3.0)
    assert value.percentile == 40.0
    assert (value.own, value.organisations, statistics.organisations) == (2.0, 5, 5)


def test_quartiles_lie_between_values():
    value = peer_statistics({"MD01": 0.0}, peers(1, 2, 3, 4, 5, 6)).of("MD01")

    # type 7: position 1 + 0.25 · 5 = 2.25 -> 2.25; 3.5; 4.75
    assert (value.lower_quartile, value.median, value.upper_quartile) == (2.25, 3.5, 4.75)
    assert value.percentile == 0.0


def test_four_organisations_tell_nothing():
    assert peer_statistics({"MD01": 2.0}, peers(1, 2, 3, 4)) is None


def test_many_factories_of_four_organisations_tell_nothing():
    assert peer_statistics({"MD01": 2.0}, peers(1, 2, 3, 4) * 3) is None


def test_factories_of_one_organisation_count_as_one_with_their_mean():
    others = [*peers(1, 2, 3, 4), ("group", {"MD01": 4.0}), ("group", {"MD01": 6.0})]
    value = peer_statistics({"MD01": 4.5}, others).of("MD01")

    assert value.organisations == 5
    assert value.percentile == 80.0  # 1, 2, 3, 4 below; the group's 5 above
    assert value.median == 3.0


def test_a_value_that_few_organisations_have_is_left_out():
    others = [*peers(1, 2, 3, 4), ("org4", {"MD02": 1.0, "MD01": 2.0})]
    statistics = peer_statistics({"MD01": 2.0, "MD02": 2.0}, others)

    assert statistics.of("MD01") is not None
    assert statistics.of("MD02") is None


def test_the_limit_can_be_raised_but_not_to_one():
    assert peer_statistics({"MD01": 2.0}, peers(1, 2, 3, 4, 5), min_organisations=6) is None
    with pytest.raises(InvalidInput) as refused:
        peer_statistics({"MD01": 2.0}, peers(1), min_organisations=1)
    assert refused.value.code == "too_few_organisations_asked"


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(InvalidInput) as refused:
        peer_statistics({"MD01": 2.0}, peers(1, 2, 3, 4, float("nan")))

    assert (refused.value.code, refused.value.field) == ("not_finite", "values.MD01")


def test_domains_and_total_of_a_result_are_compared(criteria):
    values = peer_values(roll_up(an_assessment(grade=1.8), criteria))

    assert list(values) == [f"MD{n:02d}" for n in range(1, 13)] + ["total"]
    assert values["MD01"] == pytest.approx(1.8)
    assert values["total"] == pytest.approx(2.0)  # 0.8 at level 2 meets it and counts 1


@given(
    others=st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5, 5.0]), min_size=5, max_size=12),
    own=st.floats(0, 5),
    more=st.floats(0, 5),
)
def test_a_higher_value_never_ranks_lower(others, own, more):
    low, high = sorted([own, more])

    assert 0 <= percentile_rank(low, others) <= percentile_rank(high, others) <= 100


@given(others=st.lists(st.floats(0, 5), min_size=5, max_size=12), data=st.data())
def test_the_order_of_the_peers_does_not_matter(others, data):
    rows = peers(*others)
    shuffled = data.draw(st.permutations(rows))

    assert peer_statistics({"MD01": 2.0}, rows) == peer_statistics({"MD01": 2.0}, shuffled)
