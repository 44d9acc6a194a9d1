"""Match runs: computed once, kept whole, with names, reasons and every factor of quality."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.errors import Blocked, Forbidden, NotFound
from app.models import AuditEvent, ListingStatus, MatchRun, OfferingKind
from app.queries.match_parts import match_parts, still_public
from app.services.matching_runs import MatchRequest, match_factory

REQUEST = MatchRequest(budget_fen=200_000_000, weeks_limit=52, max_providers=3, target="FL1")

# What monitoring and prediction (S28) are built on.
STANDING = {code: {"status": "applied", "ai": False} for code in ("S02", "S27")}


@pytest.fixture
def factory(make):
    factory = make.factory()
    make.assessment(factory=factory, scenes=STANDING)
    make.need(factory=factory)
    return factory


@pytest.fixture
def owner(make, factory):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def match(session, wiring, now):
    """Run the use-case with the engine of the present catalogue."""

    def run(factory, actor, *, request=REQUEST, run_id=None):
        return match_factory(
            session,
            factory=factory,
            request=request,
            engine=wiring.match_engine(session, now=now),
            actor=actor,
            now=now,
            run_id=run_id,
        )

    return run


def offerings_of(run):
    return [o for v in run.result["bundles"]["variants"] for o in v["offerings"]]


def test_a_run_keeps_the_bundle_with_names_reasons_and_factors(make, match, factory, owner):
    provider = make.provider(organisation=make.organisation(name="听轴科技"))
    offering = make.offering(provider=provider)

    run = match(factory, owner)

    kept = offerings_of(run)[0]
    assert kept["id"] == str(offering.id)
    assert kept["provider_name"] == "听轴科技"
    assert kept["quality"]["industry"] == 1.0
    assert kept["quality"]["advisory"] == 1.0
    assert 1 <= len(kept["reasons"]) <= 3
    assert {"closes", "net_points", "misfits", "matched"} <= kept.keys()
    variant = run.result["bundles"]["variants"][0]
    assert variant["status"] == "optimal"
    assert variant["violations"] == []
    assert sum(line["points"] for line in variant["ledger"]) == variant["objective"]


def test_a_run_is_audited_and_carries_the_versions(session, make, match, factory, owner, wiring):
    make.offering(provider=make.provider())

    run = match(factory, owner)

    assert run.catalogue_version == 1
    assert run.model_fingerprint == wiring.index.encoder.fingerprint
    assert session.scalars(select(AuditEvent.action)).all() == ["factory.matched"]


def test_the_same_form_twice_gives_the_same_run(session, make, match, factory, owner):
    make.offering(provider=make.provider())
    key = uuid4()

    first, second = match(factory, owner, run_id=key), match(factory, owner, run_id=key)

    assert first is second
    assert session.scalars(select(MatchRun.id)).all() == [key]


def test_a_key_of_another_factorys_run_is_not_found(make, match, factory, owner):
    other = make.factory()
    make.assessment(factory=other)
    actor = make.actor(role=Role.FACTORY_MEMBER, organisation=other.organisation)
    run = match(other, actor)

    with pytest.raises(NotFound):
        match(factory, owner, run_id=run.id)


def test_a_provincial_organiser_looks_but_does_not_match(make, match, factory):
    province = make.organisation(region="河北")

    with pytest.raises(Forbidden):
        match(factory, make.actor(role=Role.PROVINCIAL_ORGANISER, organisation=province))


def test_the_organiser_of_the_city_may_match(make, match, factory):
    city = make.organisation(region="邢台")

    run = match(factory, make.actor(role=Role.CITY_ORGANISER, organisation=city))

    assert run.factory_id == factory.id


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"budget_fen": 0}, "budget"),
        ({"max_providers": 0}, "max_providers"),
        ({"weeks_limit": 0}, "weeks"),
    ],
)
def test_an_impossible_request_is_refused(session, match, factory, owner, changes, field):
    with pytest.raises(Blocked) as refused:
        match(factory, owner, request=replace(REQUEST, **changes))

    assert [p.field for p in refused.value.problems] == [field]
    assert session.scalars(select(MatchRun)).all() == []


def test_without_an_assessment_there_is_no_run(make, match):
    factory = make.factory()
    actor = make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)

    with pytest.raises(Blocked) as refused:
        match(factory, actor)

    assert [p.code for p in refused.value.problems] == ["no_assessment"]


def test_an_offering_of_another_trade_loses_to_one_of_the_own(make, match, factory, owner):
    foreign = make.offering(provider=make.provider(), industries=["C17"], price_min_fen=9_000_000)
    own = make.offering(provider=make.provider(), industries=["C34"])

    run = match(factory, owner)

    chosen = {o["id"] for o in offerings_of(run)}
    assert str(own.id) in chosen
    assert str(foreign.id) not in chosen


def test_a_line_for_a_related_trade_loses_to_software_for_it(make, match, factory, owner):
    line = make.offering(provider=make.provider(), industries=["C33"], kind=OfferingKind.LINE)
    software = make.offering(provider=make.provider(), industries=["C33"])

    run = match(factory, owner)

    qualities = {o["id"]: o["quality"]["industry"] for o in offerings_of(run)}
    assert qualities == {str(software.id): 0.7}
    assert str(line.id) not in qualities


def test_an_offering_without_price_is_counted_but_not_chosen(make, match, factory, owner):
    make.offering(provider=make.provider(), price_min_fen=None, price_max_fen=None)

    run = match(factory, owner)

    assert offerings_of(run) == []
    assert run.result["without_price_or_weeks"] == 1
    assert run.result["candidates"] == 0


def test_too_small_a_budget_says_what_the_cheapest_costs(make, match, factory, owner):
    make.offering(provider=make.provider())

    run = match(factory, owner, request=replace(REQUEST, budget_fen=1_000_000))

    assert run.result["bundles"]["variants"] == []
    assert run.result["within_reach"] == {
        "cheapest_fen": 15_000_000,
        "shortest_weeks": 8,
        "missing_scenes": [],
    }


def test_a_factory_without_gaps_or_needs_gets_no_bundle(make, match):
    factory = make.factory(level="FL1", target_level="FL1")
    answers = {f"M{n:02d}": [1.0] * 5 for n in range(1, 21)}
    scenes = {f"S{n:02d}": {"status": "optimised", "ai": True} for n in range(1, 41)}
    make.assessment(factory=factory, answers=answers, scenes=scenes)
    make.offering(provider=make.provider())
    actor = make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)

    run = match(factory, actor)

    assert run.result["gaps"] == []
    assert run.result["bundles"]["variants"] == []


def test_a_prerequisite_that_nobody_builds_is_named(make, match, owner, factory):
    make.offering(provider=make.provider(), prerequisite_scenes=["S05"])

    run = match(factory, owner)

    assert run.result["bundles"]["variants"] == []
    assert run.result["within_reach"]["missing_scenes"] == ["S05"]


def test_only_services_of_pure_advisers_count_as_advice(session, make):
    adviser = make.provider(types=["P14", "P19"])
    mixed = make.provider(types=["P01", "P14"])
    course = make.offering(provider=adviser, kind=OfferingKind.SERVICE)
    make.offering(provider=adviser, kind=OfferingKind.SOFTWARE)
    make.offering(provider=mixed, kind=OfferingKind.SERVICE)

    parts = match_parts(session)

    assert parts.advisory == {str(course.id)}
    assert parts.trade_bound == set()
    assert parts.integrators == {str(mixed.id)}
    assert parts.provider_names[str(mixed.id)] == mixed.organisation.name


def test_what_left_the_catalogue_is_no_longer_public(session, make):
    shown = make.offering(provider=make.provider())
    gone = make.offering(provider=make.provider(), status=ListingStatus.REMOVED)

    assert still_public(session, {str(shown.id), str(gone.id)}) == {str(shown.id)}
