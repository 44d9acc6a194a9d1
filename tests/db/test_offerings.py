"""The use-cases of offerings, called as the command line would call them."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.core.actors import ANONYMOUS, Role
from app.core.errors import (
    Blocked,
    Forbidden,
    IllegalTransition,
    InvalidInput,
    NotFound,
    StaleVersion,
)
from app.models import AuditEvent, CatalogueChange, ListingStatus, Offering, OfferingKind
from app.services import offerings
from app.services.offerings import (
    OfferingContent,
    content_of,
    offering_advice,
    offering_problems,
    proposed_scenes,
)

CONTENT = OfferingContent(
    name="空压机余热回收",
    kind=OfferingKind.WHOLE_PLANT,
    scenes=["S30"],
    industries=[],
    pain_points="热气白白放掉",
    description="给空压机加装油路换热器和保温水箱，热水接到澡堂",
    functions=[],
    indicators="",
    interfaces="",
    deployment=None,
    price_model=None,
    price_min_fen=None,
    price_max_fen=None,
    weeks_min=4,
    weeks_max=None,
    prerequisite_scenes=[],
    prerequisites="",
)


@pytest.fixture
def provider(make):
    return make.provider(organisation=make.organisation(region="邢台"))


@pytest.fixture
def member(make, provider):
    return make.actor(role=Role.PROVIDER_MEMBER, organisation=provider.organisation)


@pytest.fixture
def organiser(make):
    return make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))


def save(session, provider, actor, now, **values):
    arguments = {"offering_id": uuid4(), "version": 0, "content": CONTENT, **values}
    return offerings.save_offering(
        session, provider_id=provider.id, actor=actor, now=now, **arguments
    )


def codes(problems):
    return [(problem.code, problem.field) for problem in problems]


def test_nothing_stops_a_complete_offering():
    assert offering_problems(CONTENT) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"pain_points": "  "}, ("offering_pain_points_missing", "pain_points")),
        ({"description": "短" * 19}, ("offering_description_too_short", "description")),
        ({"scenes": []}, ("offering_scenes_missing", "scenes")),
        ({"scenes": ["S01", "S02", "S03", "S04", "S05"]}, ("too_many_choices", "scenes")),
        ({"weeks_min": None}, ("offering_weeks_missing", "weeks_min")),
    ],
)
def test_each_lack_is_named(change, expected):
    assert codes(offering_problems(replace(CONTENT, **change))) == [expected]


def test_a_service_needs_no_scene_and_nobody_needs_a_price():
    service = replace(CONTENT, kind=OfferingKind.SERVICE, scenes=[])

    assert offering_problems(service) == []
    assert service.price_min_fen is None


def test_advice_is_about_what_helps_but_is_not_required():
    assert codes(offering_advice(CONTENT)) == [
        ("offering_price_advice", "price_min"),
        ("offering_functions_advice", "functions"),
        ("offering_indicators_advice", "indicators"),
        ("offering_deployment_advice", "deployment"),
    ]


def test_scenes_are_proposed_by_their_share_and_never_guessed():
    shares = {"S28": 0.5, "S27": 0.2, "S02": 0.14}

    assert proposed_scenes(shares, covered=True) == ["S28", "S27"]
    assert proposed_scenes(shares, covered=False) == []


def test_a_draft_is_written_once_for_one_id(session, provider, member, now):
    identifier = uuid4()

    first = save(session, provider, member, now, offering_id=identifier)
    second = save(session, provider, member, now, offering_id=identifier)

    assert first is second
    assert content_of(first) == CONTENT
    assert first.status is ListingStatus.DRAFT
    session.flush()
    assert session.scalars(select(AuditEvent.action)).all() == ["offering.created"]


def test_only_members_write(session, make, provider, organiser, now):
    rival = make.actor(role=Role.PROVIDER_MEMBER, organisation=make.organisation())
    factory = make.actor(role=Role.FACTORY_MEMBER, organisation=provider.organisation)

    with pytest.raises(NotFound):
        save(session, provider, rival, now)
    with pytest.raises(NotFound):
        save(session, provider, factory, now)
    with pytest.raises(NotFound):
        save(session, provider, ANONYMOUS, now)
    with pytest.raises(Forbidden):
        save(session, provider, organiser, now)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Offering)) == 0


def test_an_unknown_id_with_a_version_is_no_new_draft(session, provider, member, now):
    with pytest.raises(NotFound):
        save(session, provider, member, now, version=3)


def test_a_change_grows_the_version_and_a_stale_one_is_refused(session, provider, member, now):
    draft = save(session, provider, member, now)
    later = now + timedelta(hours=1)
    changed = replace(CONTENT, indicators="省气三成")

    save(session, provider, member, later, offering_id=draft.id, version=1, content=changed)
    with pytest.raises(StaleVersion):
        save(session, provider, member, later, offering_id=draft.id, version=1)

    assert (draft.indicators, draft.version, draft.updated_at) == ("省气三成", 2, later)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (ListingStatus.SUBMITTED, "offering_not_editable_submitted"),
        (ListingStatus.LISTED, "offering_not_editable_listed"),
        (ListingStatus.WARNED, "offering_not_editable_listed"),
        (ListingStatus.SUSPENDED, "offering_not_editable_listed"),
        (ListingStatus.REMOVED, "offering_not_editable_listed"),
    ],
)
def test_only_drafts_and_expired_entries_change(session, make, provider, member, now, status, code):
    offering = make.offering(provider=provider, status=status)
    before = content_of(offering)

    with pytest.raises(Blocked) as refused:
        save(session, provider, member, now, offering_id=offering.id, version=1)

    assert codes(refused.value.problems) == [(code, "")]
    assert content_of(offering) == before


def test_handing_in_is_refused_with_all_reasons(session, provider, member, now):
    thin = replace(CONTENT, pain_points="", weeks_min=None)
    draft = save(session, provider, member, now, content=thin)

    with pytest.raises(Blocked) as refused:
        offerings.submit_offering(session, offering_id=draft.id, actor=member, now=now)

    assert codes(refused.value.problems) == [
        ("offering_pain_points_missing", "pain_points"),
        ("offering_weeks_missing", "weeks_min"),
    ]
    assert draft.status is ListingStatus.DRAFT


def test_handing_in_twice_is_handing_in_once(session, provider, member, now):
    draft = save(session, provider, member, now)

    for _ in range(2):
        offerings.submit_offering(session, offering_id=draft.id, actor=member, now=now)

    assert (draft.status, draft.submitted_at) == (ListingStatus.SUBMITTED, now)
    session.flush()
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions == ["offering.created", "offering.submitted"]


def test_a_listed_offering_cannot_be_handed_in(session, make, provider, member, now):
    listed = make.offering(provider=provider)

    with pytest.raises(IllegalTransition):
        offerings.submit_offering(session, offering_id=listed.id, actor=member, now=now)


def test_only_members_hand_in(session, make, provider, member, organiser, now):
    draft = save(session, provider, member, now)
    session.flush()
    rival = make.actor(role=Role.PROVIDER_MEMBER, organisation=make.organisation())

    for stranger in (rival, organiser, ANONYMOUS):
        with pytest.raises(NotFound):
            offerings.submit_offering(session, offering_id=draft.id, actor=stranger, now=now)
    assert draft.status is ListingStatus.DRAFT


def review(session, offering, actor, now, **values):
    arguments = {"version": 1, "valid_to": date(2029, 11, 23), "document_no": "", **values}
    return offerings.list_offering(
        session, offering_id=offering.id, actor=actor, now=now, **arguments
    )


def send_back(session, offering, actor, now, **values):
    arguments = {"version": 1, "note": "请补价格依据", **values}
    return offerings.return_offering(
        session, offering_id=offering.id, actor=actor, now=now, **arguments
    )


def test_listing_writes_one_outbox_row_and_clears_the_note(session, make, provider, organiser, now):
    offering = make.offering(
        provider=provider, status=ListingStatus.SUBMITTED, review_note="上次退回"
    )
    before = session.scalar(select(func.count()).select_from(CatalogueChange))

    review(session, offering, organiser, now, document_no="冀工信1号")
    review(session, offering, organiser, now, document_no="冀工信1号")

    session.flush()
    assert session.scalar(select(func.count()).select_from(CatalogueChange)) == before + 1
    assert (offering.status, offering.listed_at) == (ListingStatus.LISTED, now)
    assert (offering.valid_to, offering.document_no) == (date(2029, 11, 23), "冀工信1号")
    assert (offering.review_note, offering.version) == ("", 2)


def test_returning_keeps_the_note_and_leaves_the_index_alone(
    session, make, provider, organiser, now
):
    offering = make.offering(provider=provider, status=ListingStatus.SUBMITTED)
    before = session.scalar(select(func.count()).select_from(CatalogueChange))

    for _ in range(2):
        send_back(session, offering, organiser, now)

    session.flush()
    assert session.scalar(select(func.count()).select_from(CatalogueChange)) == before
    assert (offering.status, offering.review_note) == (ListingStatus.DRAFT, "请补价格依据")
    assert session.scalars(select(AuditEvent.action)).all() == ["offering.returned"]


def test_a_decision_needs_its_input(session, make, provider, organiser, now):
    offering = make.offering(provider=provider, status=ListingStatus.SUBMITTED)

    with pytest.raises(InvalidInput) as no_reason:
        send_back(session, offering, organiser, now, note="  ")
    with pytest.raises(InvalidInput) as past:
        review(session, offering, organiser, now, valid_to=date(2026, 11, 22))

    assert codes(no_reason.value.problems) == [("return_reason_missing", "note")]
    assert codes(past.value.problems) == [("date_in_past", "valid_to")]
    assert offering.status is ListingStatus.SUBMITTED


def test_a_decision_is_about_the_version_that_was_read(session, make, provider, organiser, now):
    offering = make.offering(provider=provider, status=ListingStatus.SUBMITTED, version=3)

    with pytest.raises(StaleVersion):
        review(session, offering, organiser, now, version=2)
    with pytest.raises(StaleVersion):
        send_back(session, offering, organiser, now, version=2)


def test_what_lacks_something_is_not_listed(session, make, provider, organiser, now):
    offering = make.offering(provider=provider, status=ListingStatus.SUBMITTED, pain_points="")

    with pytest.raises(Blocked):
        review(session, offering, organiser, now)

    assert offering.status is ListingStatus.SUBMITTED


def test_who_may_decide(session, make, provider, member, organiser, now):
    offering = make.offering(provider=provider, status=ListingStatus.SUBMITTED)
    elsewhere = make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="唐山"))
    own_department = make.actor(role=Role.CITY_ORGANISER, organisation=provider.organisation)
    province = make.actor(
        role=Role.PROVINCIAL_ORGANISER, organisation=make.organisation(region="河北")
    )

    with pytest.raises(NotFound):
        review(session, offering, elsewhere, now)
    with pytest.raises(NotFound):
        review(session, offering, ANONYMOUS, now)
    with pytest.raises(Forbidden):
        review(session, offering, member, now)
    with pytest.raises(Forbidden):
        review(session, offering, own_department, now)
    review(session, offering, province, now)
    assert offering.status is ListingStatus.LISTED


@pytest.mark.parametrize("status", [ListingStatus.DRAFT, ListingStatus.LISTED])
def test_only_what_waits_is_decided(session, make, provider, organiser, now, status):
    offering = make.offering(provider=provider, status=status, submitted_at=now)

    with pytest.raises(IllegalTransition):
        send_back(session, offering, organiser, now)
    with pytest.raises(IllegalTransition):
        review(session, offering, organiser, now)


def test_an_expired_offering_goes_round_again_and_keeps_its_first_day(
    session, make, provider, member, organiser, now
):
    first = now - timedelta(days=1200)
    offering = make.offering(provider=provider, status=ListingStatus.EXPIRED, listed_at=first)

    offerings.submit_offering(session, offering_id=offering.id, actor=member, now=now)
    review(session, offering, organiser, now, version=2)

    assert (offering.status, offering.listed_at) == (ListingStatus.LISTED, first)
