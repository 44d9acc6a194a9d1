"""Firms and events of which little is known: pages that say so, never a crash."""

import re

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.models import (
    Factory,
    ManufacturingType,
    MatchRun,
    NeedStatus,
    OfferingKind,
    OrganisationKind,
)
from tests.web.conftest import text_of
from tests.web.test_factory import STANDING, form


@pytest.fixture
def department(make):
    return make.organisation(kind=OrganisationKind.DEPARTMENT)


@pytest.fixture
def organiser(make, department):
    return make.user(role=Role.CITY_ORGANISER, organisation=department)


def bare(make, **values) -> Factory:
    """A factory that has filled in nothing it need not."""
    return make.factory(budget_fen=None, horizon_weeks=None, staff=None, **values)


def odd_offerings(make):
    """Offerings that may be listed with next to nothing said of them."""
    nothing = {"price_min_fen": None, "price_max_fen": None, "industries": [], "functions": []}
    for values in (
        {**nothing, "scenes": [], "kind": OfferingKind.SERVICE},
        {"weeks_min": None, "weeks_max": None},
        {"price_min_fen": 0, "price_max_fen": 0},
        {"price_min_fen": None, "weeks_max": None},
        {"valid_to": None, "prerequisite_scenes": ["S01"]},
    ):
        make.offering(provider=make.provider(industries=[], service_places=[]), **values)


ODD_ASSESSMENTS = {
    "nothing answered": {"answers": {}, "scenes": {}},
    "null scores": {"answers": {"M01": [None, None, None, None, None]}, "scenes": {}},
    "unknown conditions": {
        "answers": {"M01": [1.0, 0.8, 0.5, 0, None]},
        "eligibility": {"EL1": None, "EL2": False, "EL3": True},
    },
}


@pytest.mark.parametrize("name", ODD_ASSESSMENTS)
@pytest.mark.parametrize("kind", ManufacturingType)
def test_a_factory_that_said_little_has_all_its_pages(client, make, session, kind, name):
    factory = bare(make, mfg_type=kind, industry="C31")
    make.assessment(factory=factory, **ODD_ASSESSMENTS[name])
    make.need(factory=factory, scenes=[], budget_fen=None, weeks=None)
    make.need(factory=factory, status=NeedStatus.DRAFT, title="草稿")
    odd_offerings(make)
    owner = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    session.commit()
    client.log_in(owner)

    pages = [client.get(f"/factory/{factory.id}{page}") for page in ("", "/gaps", "/match")]
    matched = client.post(f"/factory/{factory.id}/match", form(weeks=""))

    assert [page.status_code for page in pages] == [200, 200, 200]
    budget = re.search(r'<input[^>]*name="budget"[^>]*>', pages[2].text)
    assert 'value=""' in budget[0] or "value=" not in budget[0]
    assert matched.status_code == 200
    assert "不限期限" in text_of(matched)


def test_the_numbers_of_a_bundle_agree_with_each_other(client, make, session):
    factory = make.factory()
    make.assessment(factory=factory, scenes=STANDING)
    make.need(factory=factory)
    odd_offerings(make)
    for _ in range(3):
        make.offering(provider=make.provider())
    owner = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    session.commit()
    client.log_in(owner)
    client.post(f"/factory/{factory.id}/match", form())
    session.rollback()

    result = session.scalars(select(MatchRun)).one().result

    assert result["bundles"]["variants"]
    weights = {gap["id"]: gap["weight"] for gap in result["gaps"]}
    for variant in result["bundles"]["variants"]:
        assert variant["violations"] == []
        assert variant["cost_fen"] == sum(o["price_fen"] for o in variant["offerings"])
        low, high = variant["price_range_fen"]
        assert low <= variant["cost_fen"] <= high
        assert variant["weeks"] == max(phase["finish_week"] for phase in variant["phases"])
        assert sum(line["points"] for line in variant["ledger"]) == variant["objective"]
        closed = {c["gap_id"]: c for o in variant["offerings"] for c in o["closes"]}
        points = sum(c["weight"] * c["quality"] for c in closed.values())
        assert variant["closure_permille"] == points // sum(weights.values())
        assert set(closed) | {gap["id"] for gap in variant["open_gaps"]} == set(weights)


@pytest.mark.parametrize(
    ("slots", "tables", "quota"), [(1, 1, 0), (1, 1, 1), (4, 3, 1), (4, 1, 2), (2, 2, 0)]
)
def test_an_event_of_firms_that_said_nothing_is_planned_and_shown(
    client, make, session, department, organiser, slots, tables, quota
):
    event = make.event(
        organisation=department, slots=slots, tables=tables, factory_min=quota, provider_min=quota
    )
    for kind in ManufacturingType:
        make.participant(event=event, who=bare(make, mfg_type=kind))
    make.participant(event=event, who=make.provider(industries=[], service_places=[]))
    odd_offerings(make)
    session.commit()
    client.log_in(organiser)

    answer = client.post(f"/organiser/events/{event.id}/generate")

    assert answer.status_code == 200
    assert "没有可比对的评估和需求" in text_of(answer)
    assert client.get(f"/organiser/events/{event.id}").status_code == 200


@pytest.mark.parametrize("blind", ["factory", "provider"])
def test_a_side_of_which_nothing_is_known_is_named_and_the_other_is_not(
    client, make, session, department, organiser, blind
):
    event = make.event(organisation=department, factory_min=0, provider_min=0)
    known = make.factory(name="有底数的厂")
    make.assessment(factory=known)
    make.need(factory=known)
    seller = make.provider(organisation=make.organisation(name="有产品的商"))
    make.offering(provider=seller)
    firms = [known, seller]
    if blind == "factory":
        firms.append(bare(make, name="没填表的厂"))
    else:
        firms.append(make.provider(organisation=make.organisation(name="没产品的商")))
    for firm in firms:
        make.participant(event=event, who=firm)
    session.commit()
    client.log_in(organiser)

    page = text_of(client.post(f"/organiser/events/{event.id}/generate"))

    assert ("没有可比对的评估和需求" in page) is (blind == "factory")
    assert ("没有与名单里的工厂相关的在目录产品" in page) is (blind == "provider")


def test_an_assessment_against_its_criteria_gets_a_page_that_says_so(client, make, session):
    organisation = make.organisation()
    plant = make.factory(organisation=organisation, mfg_type=ManufacturingType.PROCESS)
    make.assessment(factory=plant)  # answers all 20 subdomains, two of which a process plant lacks
    user = make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(user)

    page = client.get(f"/factory/{plant.id}/gaps")

    assert page.status_code == 422
    assert "数据有矛盾，无法计算" in page.text
