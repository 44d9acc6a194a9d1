"""Peers: which assessments count, how often the database is asked, nothing below five."""

from uuid import uuid4

import pytest

from app.core.actors import Role
from app.models import AssessmentStatus
from app.queries.peers import PeerRow, peers_of
from app.services.gap_peers import CITY, INDUSTRY, INDUSTRY_CITY, medians, peer_groups
from app.services.gap_work import GapWish, open_work
from matching.gaps import TOTAL
from tests.web.statements import statements

FULL = {f"M{n:02d}": [1.0, 1.0, 0.0, 0.0, 0.0] for n in range(1, 21)}
NOTHING = {f"M{n:02d}": [0.0] * 5 for n in range(1, 21)}


@pytest.fixture
def mine(make):
    """A factory of division C34 in 邢台, everything at grade 1.5."""
    factory = make.factory(organisation=make.organisation())
    make.assessment(factory=factory)
    return factory


@pytest.fixture
def compared(session, wiring, make, mine):
    """Compare the factory with its peers."""
    actor = make.actor(role=Role.FACTORY_MEMBER, organisation=mine.organisation)

    def compare():
        work = open_work(session, shelf=wiring.criteria, factory=mine, wish=GapWish(), actor=actor)
        groups = peer_groups(session, shelf=wiring.criteria, work=work)
        return {group.kind: group.statistics for group in groups}

    return compare


def peer(make, *, answers=FULL, region="邢台", industry="C34", organisation=None, **values):
    owner = organisation or make.organisation(region=region)
    factory = make.factory(
        organisation=owner,
        name=f"{owner.name}{uuid4().hex}",
        region=region,
        industry=industry,
    )
    make.assessment(factory=factory, answers=answers, **values)
    return factory


def test_four_other_organisations_are_too_few_and_five_are_enough(make, compared):
    for _ in range(4):
        peer(make)
    four = compared()
    peer(make)
    five = compared()

    assert four == {INDUSTRY: None, CITY: None, INDUSTRY_CITY: None}
    assert {kind: found.organisations for kind, found in five.items()} == {
        INDUSTRY: 5,
        CITY: 5,
        INDUSTRY_CITY: 5,
    }
    total = five[INDUSTRY].of(TOTAL)
    assert (total.median, total.own, total.percentile) == (2.0, 1.5, 0.0)


def test_several_factories_of_one_organisation_count_once(make, compared):
    group = make.organisation()
    for _ in range(5):
        peer(make, organisation=group)

    assert compared()[INDUSTRY] is None


def test_only_what_other_organisations_had_verified_counts(make, mine, compared):
    for _ in range(4):
        peer(make)
    peer(make, organisation=mine.organisation)
    peer(make, status=AssessmentStatus.DRAFT)
    peer(make, status=AssessmentStatus.RETURNED)
    peer(make, status=AssessmentStatus.SUBMITTED)
    before = compared()[INDUSTRY]
    peer(make, status=AssessmentStatus.VERIFIED)

    assert before is None
    assert compared()[INDUSTRY].organisations == 5


def test_groups_are_by_industry_by_city_and_by_both(make, compared):
    for _ in range(5):
        peer(make, region="唐山")
        peer(make, industry="C13")
    found = compared()

    assert found[INDUSTRY].organisations == 5
    assert found[CITY].organisations == 5
    assert found[INDUSTRY_CITY] is None


def test_a_small_group_is_held_back_where_a_larger_one_less_it_would_name_a_few(make, compared):
    for _ in range(5):
        peer(make)
    alike = compared()
    peer(make, industry="C13")
    one_more_in_the_city = compared()
    for _ in range(4):
        peer(make, industry="C13")
    five_more = compared()

    assert alike[INDUSTRY_CITY].organisations == 5
    assert one_more_in_the_city[CITY].organisations == 6
    assert one_more_in_the_city[INDUSTRY_CITY] is None
    assert five_more[INDUSTRY_CITY].organisations == 5


def test_the_newest_counted_version_is_taken(make, session, mine):
    factory = peer(make, answers=NOTHING)
    make.assessment(factory=factory, version=2, answers=FULL)
    make.assessment(factory=factory, version=3, status=AssessmentStatus.DRAFT)

    [row] = peers_of(session, mine)

    assert row.answers == FULL


def test_data_that_contradict_their_set_are_left_out(make, compared):
    for _ in range(4):
        peer(make)
    peer(make, answers={"M99": [1.0] * 5})
    before = compared()[INDUSTRY]
    peer(make)

    assert before is None
    assert compared()[INDUSTRY].organisations == 5


def test_the_number_of_queries_does_not_grow_with_the_factories(make, wiring, compared):
    for _ in range(5):
        peer(make)
    with statements(wiring) as few:
        compared()
    for _ in range(20):
        peer(make)
    with statements(wiring) as many:
        compared()

    assert len(few) == len(many)
    assert sum("max(assessments.version)" in statement for statement in many) == 1


def test_rows_hold_no_name(make, session, mine):
    peer(make, organisation=make.organisation(name="绝密同行"))

    [row] = peers_of(session, mine)

    assert "绝密同行" not in repr(row)
    assert not any("name" in field for field in PeerRow.__dataclass_fields__)


def test_the_radar_takes_the_first_group_that_may_be_told(make, session, wiring, mine, compared):
    for _ in range(5):
        peer(make, industry="C13")
    actor = make.actor(role=Role.FACTORY_MEMBER, organisation=mine.organisation)
    work = open_work(session, shelf=wiring.criteria, factory=mine, wish=GapWish(), actor=actor)

    kind, found = medians(peer_groups(session, shelf=wiring.criteria, work=work))

    assert kind == CITY
    assert found["MD01"] == 2.0
