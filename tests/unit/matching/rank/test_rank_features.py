"""Structured features in 0..1."""

import pytest
from rank_cases import DOCS

from matching.rank.features import limit_fit, prerequisites_met, region_service, structured_features
from matching.rank.types import Query


@pytest.mark.parametrize(
    ("lowest", "limit", "fit"),
    [
        (100, 100, 1.0),
        (50, 100, 1.0),
        (150, 100, 0.5),
        (200, 100, 0.0),
        (900, 100, 0.0),
        (None, 100, 0.5),
        (5, None, None),
    ],
)
def test_limit_fit_falls_to_zero_at_twice_the_limit(
    lowest: int | None, limit: int | None, fit: float | None
) -> None:
    assert limit_fit(lowest, limit) == fit


@pytest.mark.parametrize(
    ("region", "served", "value"),
    [
        ("唐山", ("唐山",), 1.0),
        ("唐山", ("全国",), 0.8),
        ("唐山", ("邯郸",), 0.0),
        (None, ("唐山",), None),
        ("唐山", ("全国", "全省"), 1.0),
    ],
)
def test_region_service_prefers_near_providers(
    region: str | None, served: tuple[str, ...], value: float | None
) -> None:
    assert region_service(region, served) == value


def test_prerequisites_count_what_exists() -> None:
    assert prerequisites_met(frozenset({"S02"}), ("S02", "S10")) == 0.5
    assert prerequisites_met(frozenset(), ()) == 1.0
    assert prerequisites_met(None, ("S02",)) is None


def test_features_that_do_not_apply_are_left_out() -> None:
    assert structured_features(Query(text="x"), DOCS[0]) == {
        "verified_cases": 0.6,
        "certificates": 0.0,
        "freshness": 0.0,
    }


def test_features_know_nothing_of_payment() -> None:
    names = set(structured_features(Query(text="x", budget=1, weeks=1, region="唐山"), DOCS[0]))

    assert names == {"verified_cases", "certificates", "freshness", "price", "weeks", "region"}
