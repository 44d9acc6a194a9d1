"""Organisers decide about submitted offerings; what is listed is found at once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.core.actors import Role
from app.models import AuditEvent, CatalogueChange, ListingStatus, Membership, Offering
from app.web.contexts.review import years_later
from tests.conftest import NOW
from tests.web.conftest import text_of
from tests.web.statements import statements

# Session with user, memberships and organisations; offerings with providers and organisations.
QUERIES_OF_THE_QUEUE = 7


@pytest.fixture
def organiser(make):
    """The city organiser of 邢台."""
    department = make.organisation(name="邢台主管部门", region="邢台")
    return make.user(role=Role.CITY_ORGANISER, organisation=department)


@pytest.fixture
def waiting(make):
    """A submitted offering of a provider in 邢台, waiting since ten days."""
    provider = make.provider(organisation=make.organisation(region="邢台"))
    return make.offering(
        provider=provider,
        status=ListingStatus.SUBMITTED,
        name="待审的监测",
        submitted_at=NOW - timedelta(days=10),
    )


def reloaded(session, offering):
    session.rollback()
    session.expire_all()
    return session.get_one(Offering, offering.id)


def changes(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(CatalogueChange))


def test_the_queue_shows_age_and_checks_longest_waiting_first(
    client, make, session, organiser, waiting
):
    make.offering(
        provider=waiting.provider,
        status=ListingStatus.SUBMITTED,
        name="刚提交的",
        pain_points="",
    )
    session.commit()
    client.log_in(organiser)

    words = text_of(client.get("/organiser/review"))

    assert "共 2 项待审核" in words
    assert words.index("待审的监测") < words.index("刚提交的")
    assert "10 天" in words
    assert "缺 1 项" in words


def test_the_queue_asks_the_database_as_often_for_three_as_for_one(
    client, make, session, wiring, organiser, waiting
):
    session.commit()
    client.log_in(organiser)

    with statements(wiring) as for_one:
        client.get("/organiser/review")
    for _ in range(2):
        make.offering(provider=make.provider(), status=ListingStatus.SUBMITTED)
    session.commit()
    with statements(wiring) as for_three:
        client.get("/organiser/review")

    assert len(for_one) == len(for_three) == QUERIES_OF_THE_QUEUE


def test_an_empty_queue_says_that_all_is_done(client, session, organiser):
    session.commit()
    client.log_in(organiser)

    assert "全部处理完毕" in client.get("/organiser/review").text


def test_the_queue_holds_only_the_own_city_and_the_province_sees_all(
    client, make, session, organiser, waiting
):
    elsewhere = make.provider(organisation=make.organisation(region="唐山"))
    other = make.offering(provider=elsewhere, status=ListingStatus.SUBMITTED, name="唐山的监测")
    province = make.user(
        role=Role.PROVINCIAL_ORGANISER, organisation=make.organisation(region="河北")
    )
    session.commit()

    client.log_in(organiser)
    page = client.get("/organiser/review").text
    assert "待审的监测" in page
    assert "唐山的监测" not in page
    assert client.get(f"/organiser/review/{other.id}").status_code == 404
    decision = {"decision": "list", "version": "1", "valid_to": "2029-11-23"}
    assert client.post(f"/organiser/review/{other.id}", decision).status_code == 404
    assert reloaded(session, other).status is ListingStatus.SUBMITTED

    client.post("/logout")
    client.log_in(province)
    assert "唐山的监测" in client.get("/organiser/review").text
    client.post(f"/organiser/review/{other.id}", decision)
    assert reloaded(session, other).status is ListingStatus.LISTED


def test_the_detail_page_shows_content_proposals_and_the_default_date(
    client, session, organiser, waiting
):
    session.commit()
    client.log_in(organiser)

    page = client.get(f"/organiser/review/{waiting.id}")

    words = text_of(page)
    assert "轴承坏了才知道，停一次少产半天" in words
    assert "按文字推荐" in words
    assert "S28" in words
    assert 'value="2029-11-23"' in page.text
    assert waiting.provider.organisation.credit_code in words


def test_listing_needs_a_date_and_tells_the_index(client, session, organiser, waiting):
    session.commit()
    before = changes(session)
    client.log_in(organiser)
    url = f"/organiser/review/{waiting.id}"
    decision = {"decision": "list", "version": "1", "document_no": "冀工信〔2026〕1号"}

    refused = client.post(url, {**decision, "valid_to": ""})
    assert refused.status_code == 422
    assert "请填写此项" in refused.text
    assert "冀工信〔2026〕1号" in refused.text
    assert changes(session) == before

    answer = client.post(url, {**decision, "valid_to": "２０２９/11/23"}, follow_redirects=False)
    assert answer.headers["Location"] == "/organiser/review?done=listed"
    offering = reloaded(session, waiting)
    assert offering.status is ListingStatus.LISTED
    assert offering.valid_to == date(2029, 11, 23)
    assert offering.document_no == "冀工信〔2026〕1号"
    assert offering.listed_at == NOW
    assert changes(session) == before + 1
    assert "offering.listed" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(
    ("valid_to", "message"),
    [
        ("2026-11-22", "日期已经过去"),
        ("明年", "请按 2026-11-23 的格式填写日期；收到的是“明年”"),
    ],
)
def test_a_useless_date_is_refused(client, session, organiser, waiting, valid_to, message):
    session.commit()
    client.log_in(organiser)

    answer = client.post(
        f"/organiser/review/{waiting.id}",
        {"decision": "list", "version": "1", "valid_to": valid_to},
    )

    assert answer.status_code == 422
    assert answer.text.count(message) == 2
    assert reloaded(session, waiting).status is ListingStatus.SUBMITTED


def test_a_second_click_lists_once(client, session, organiser, waiting):
    session.commit()
    before = changes(session)
    client.log_in(organiser)
    decision = {"decision": "list", "version": "1", "valid_to": "2029-11-23"}

    for _ in range(2):
        answer = client.post(f"/organiser/review/{waiting.id}", decision, follow_redirects=False)
        assert answer.status_code == 303

    assert changes(session) == before + 1
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("offering.listed") == 1


def test_returning_needs_a_reason_which_the_provider_sees(
    client, make, session, organiser, waiting
):
    member = make.user(role=Role.PROVIDER_MEMBER, organisation=waiting.provider.organisation)
    session.commit()
    before = changes(session)
    client.log_in(organiser)
    url = f"/organiser/review/{waiting.id}"

    refused = client.post(url, {"decision": "return", "version": "1", "note": " "})
    assert refused.status_code == 422
    assert refused.text.count("请写明退回的理由") == 2
    assert reloaded(session, waiting).status is ListingStatus.SUBMITTED

    note = {"decision": "return", "version": "1", "note": "第一条：价格依据\n第二条：案例"}
    for _ in range(2):
        client.post(url, note)
    offering = reloaded(session, waiting)
    assert offering.status is ListingStatus.DRAFT
    assert changes(session) == before
    assert client.get(url).status_code == 404
    assert session.scalars(select(AuditEvent.action)).all().count("offering.returned") == 1

    client.post("/logout")
    client.log_in(member)
    assert "已退回" in client.get("/provider").text
    page = client.get(f"/provider/offerings/{waiting.id}/edit").text
    assert "审核退回，理由如下" in page
    assert "第一条：价格依据" in page


def test_what_lacks_something_cannot_be_listed(client, make, session, organiser, waiting):
    lacking = make.offering(
        provider=waiting.provider, status=ListingStatus.SUBMITTED, pain_points=""
    )
    session.commit()
    client.log_in(organiser)
    url = f"/organiser/review/{lacking.id}"

    assert "不能列入目录，请退回补充" in client.get(url).text
    answer = client.post(url, {"decision": "list", "version": "1", "valid_to": "2029-11-23"})

    assert answer.status_code == 409
    assert "请写明解决什么痛点" in answer.text
    assert reloaded(session, lacking).status is ListingStatus.SUBMITTED


def test_a_decision_about_an_older_version_is_refused(client, make, session, organiser, waiting):
    waiting.version = 3
    session.commit()
    client.log_in(organiser)

    answer = client.post(
        f"/organiser/review/{waiting.id}",
        {"decision": "return", "version": "2", "note": "我写的理由"},
    )

    assert answer.status_code == 409
    assert "这条记录在您打开后已被他人修改" in answer.text
    assert "我写的理由" in answer.text
    assert 'name="version" value="3"' in answer.text
    assert reloaded(session, waiting).status is ListingStatus.SUBMITTED


def test_a_listed_offering_is_not_decided_again(client, make, session, organiser, waiting):
    listed = make.offering(provider=waiting.provider, name="早就在目录的")
    session.commit()
    client.log_in(organiser)
    url = f"/organiser/review/{listed.id}"

    assert "无需再决定" in client.get(url).text
    answer = client.post(url, {"decision": "return", "version": "1", "note": "撤回"})

    assert answer.status_code == 409
    assert reloaded(session, listed).status is ListingStatus.LISTED


def test_nobody_decides_about_the_own_organisation(client, make, session, organiser, waiting):
    own = waiting.provider.organisation
    session.add(
        Membership(
            user_id=organiser.id,
            organisation_id=own.id,
            role=Role.PROVIDER_MEMBER,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    session.commit()
    client.log_in(organiser)
    url = f"/organiser/review/{waiting.id}"

    assert "须由其他审核人员决定" in client.get(url).text
    answer = client.post(url, {"decision": "list", "version": "1", "valid_to": "2029-11-23"})

    assert answer.status_code == 403
    assert reloaded(session, waiting).status is ListingStatus.SUBMITTED


def test_providers_factories_and_visitors_do_not_review(client, make, session, waiting):
    member = make.user(role=Role.PROVIDER_MEMBER, organisation=waiting.provider.organisation)
    factory = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    url = f"/organiser/review/{waiting.id}"
    decision = {"decision": "list", "version": "1", "valid_to": "2029-11-23"}

    visitor = client.get("/organiser/review", follow_redirects=False)
    assert visitor.headers["Location"] == "/login?next=/organiser/review"
    client.log_in(member)
    assert client.get("/organiser/review").status_code == 403
    assert client.post(url, decision).status_code == 403
    client.post("/logout")
    client.log_in(factory)
    assert client.get(url).status_code == 403
    assert client.post(url, decision).status_code == 404
    assert reloaded(session, waiting).status is ListingStatus.SUBMITTED


def test_a_draft_is_nothing_to_the_organiser(client, make, session, organiser, waiting):
    draft = make.offering(provider=waiting.provider, status=ListingStatus.DRAFT, name="没交的")
    session.commit()
    client.log_in(organiser)

    assert "没交的" not in client.get("/organiser/review").text
    assert client.get(f"/organiser/review/{draft.id}").status_code == 404


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 23), date(2029, 11, 23)),
        (date(2028, 2, 29), date(2031, 2, 28)),
    ],
)
def test_three_years_later_is_always_a_day(day, expected):
    assert years_later(day, 3) == expected


def test_from_registration_to_being_found_by_symptom(client, session, organiser):
    """The whole way over HTTP: register, hand in, list, found by a visitor's words."""
    from app.core.demo_codes import demo_credit_code
    from app.models import Provider

    session.commit()
    symptom = "空压机的热气白白放掉，澡堂还另烧锅炉"
    registration = {
        "id": str(uuid4()),
        "name": "河北新余热科技有限公司",
        "credit_code": demo_credit_code("whole-way"),
        "short_name": "新余热",
        "region": "邢台",
        "types": ["P10"],
        "service_places": ["全省"],
        "contact": "王敏",
        "login": "heat",
        "password": "heat and water",
        "password_again": "heat and water",
    }
    client.post("/register/provider", registration)
    client.post("/login", {"login": "heat", "password": "heat and water"})
    provider = session.scalars(select(Provider)).one()
    client.post(
        "/provider/offerings/new",
        {
            "id": str(uuid4()),
            "provider_id": str(provider.id),
            "version": "0",
            "action": "submit",
            "name": "空压机余热回收",
            "kind": "整体方案",
            "scenes": ["S30"],
            "pain_points": symptom,
            "description": "给空压机加装油路换热器和保温水箱，热水接到澡堂和车间采暖",
            "weeks_min": "4",
        },
    )
    client.post("/logout")
    assert "空压机余热回收" not in client.get("/catalogue", params={"q": symptom}).text

    client.log_in(organiser)
    assert "空压机余热回收" in client.get("/organiser/review").text
    session.rollback()
    offering = session.scalars(select(Offering)).one()
    decision = {"decision": "list", "version": str(offering.version), "valid_to": "2029-11-23"}
    client.post(f"/organiser/review/{offering.id}", decision)
    assert "全部处理完毕" in client.get("/organiser/review").text
    client.post("/logout")

    found = client.get("/catalogue", params={"q": "空压机热气放掉了，锅炉还得另烧"})
    assert "空压机余热回收" in found.text
    assert client.get(f"/catalogue/offerings/{offering.id}").status_code == 200
