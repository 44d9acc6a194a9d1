"""What the command line asks of a match: limits that nothing fits are refused before the search."""

import pytest

from app.cli.parts import FALLBACK_BUDGET_FEN, match_request
from app.core.errors import InvalidInput
from app.models import Factory


def factory(**values) -> Factory:
    return Factory(
        **{"budget_fen": 5_000_000, "horizon_weeks": 20, "target_level": "FL2", **values}
    )


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"budget_wan": 0}, "budget"),
        ({"budget_wan": -3}, "budget"),
        ({"budget_wan": float("nan")}, "budget"),
        ({"budget_wan": float("inf")}, "budget"),
        ({"weeks": 0}, "weeks"),
        ({"weeks": -5}, "weeks"),
        ({"max_providers": 0}, "max_providers"),
    ],
)
def test_an_impossible_limit_is_refused(limits, field):
    with pytest.raises(InvalidInput) as refused:
        match_request(factory(), **limits)

    assert [problem.field for problem in refused.value.problems] == [field]


def test_what_is_not_said_is_the_factorys_own():
    request = match_request(factory())

    assert (request.budget_fen, request.weeks_limit, request.target) == (5_000_000, 20, "FL2")
    assert match_request(factory(budget_fen=None)).budget_fen == FALLBACK_BUDGET_FEN
