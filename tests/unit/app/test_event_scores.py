"""What a meeting is worth: both directions from literal parts."""

import pytest

from app.models import EventParticipant, Factory, Organisation, Provider
from app.services.event_roster import short_name
from app.services.event_scores import (
    GapAnswer,
    gain_of_factory,
    gain_of_provider,
    interest_parts,
)
from matching.rank.quality import Quality
from matching.rank.types import Query


def answer(value: int, *, weight: float = 1.0) -> GapAnswer:
    return GapAnswer(
        "need:1", "轴承", weight, "o", Query(text="轴承"), Quality(value, 1.0, 1.0, 1.0)
    )


@pytest.mark.parametrize(
    ("answers", "gain"),
    [
        ([], 0),
        ([answer(900)], 780),  # 0.8 x 900 + 0.2 x 300
        ([answer(900), answer(600)], 820),  # 0.8 x 900 + 0.2 x 500
        ([answer(1000), answer(1000), answer(1000), answer(1000)], 1000),
        ([answer(900, weight=0.0)], 546),  # a gap of least weight keeps 0.7 of its quality
    ],
)
def test_the_best_answer_decides_and_breadth_adds_a_little(answers, gain):
    assert gain_of_factory(answers) == gain


def pair(**provider: object) -> tuple[Factory, Provider]:
    factory = Factory(
        region="邢台", industry="C34", level="FL1", target_level="FL2", budget_fen=100_000_000
    )
    other = Provider(**{"industries": ["C34"], "service_places": ["全省"], **provider})
    other.organisation = Organisation(region="石家庄")
    return factory, other


def test_a_factory_that_fits_everything_is_worth_most():
    parts = interest_parts(*pair(), cheapest_fen=50_000_000)

    assert parts == {"industry": 1000, "region": 1000, "budget": 1000, "level": 1000}
    assert gain_of_provider(parts) == 1000


def test_another_trade_lowers_everything_else():
    parts = interest_parts(*pair(industries=["C13"]), cheapest_fen=50_000_000)

    assert parts["industry"] == 400
    assert gain_of_provider(parts) == 400


def test_a_price_at_twice_the_budget_leaves_no_room():
    parts = interest_parts(*pair(), cheapest_fen=200_000_000)

    assert parts["budget"] == 0
    assert gain_of_provider(parts) == 600


def test_an_unknown_price_counts_half():
    assert interest_parts(*pair(), cheapest_fen=None)["budget"] == 500


def test_a_place_that_is_not_served_counts_nothing():
    parts = interest_parts(*pair(service_places=["唐山"]), cheapest_fen=1)

    assert parts["region"] == 0
    assert gain_of_provider(parts) == 600


@pytest.mark.parametrize(
    ("name", "county", "short"),
    [
        ("宁晋县津华线缆有限公司", "宁晋县", "津华线缆"),
        ("河北沁泵流体机械有限公司", "内丘县", "沁泵流体机械"),
        ("邢台市任泽区恒锻环件有限公司", "任泽区", "任泽区恒锻环件"),
        ("邢台有限公司", "", "邢台"),
        ("甲轴承", "", "甲轴承"),
    ],
)
def test_a_factory_is_short_without_place_and_legal_form(name, county, short):
    factory = Factory(name=name, region="邢台", county=county)
    participant = EventParticipant(factory=factory)

    assert short_name(participant) == short
