"""A visitor registers a factory; who is on the platform adds one; the profile is kept up."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.demo_codes import demo_credit_code
from app.models import (
    AuditEvent,
    Factory,
    ManufacturingType,
    Membership,
    Organisation,
    OrganisationKind,
    User,
)
from tests.web.conftest import text_of

CODE = demo_credit_code("new-factory")
PASSWORD = "  轴承 bearing 2026 "
EVIL = '<script>alert("x")</script>'


def form(**values):
    return {
        "id": str(uuid4()),
        "factory_id": str(uuid4()),
        "name": "邢台新轴承制造有限公司",
        "credit_code": CODE,
        "short_name": "",
        "region": "邢台",
        "county": "信都区",
        "factory_name": "",
        "industry": "C34",
        "mfg_type": "",
        "product": "圆锥滚子轴承",
        "staff": "320",
        "contact": "李强",
        "login": "bearing@example.cn",
        "password": PASSWORD,
        "password_again": PASSWORD,
        **values,
    }


def profile(factory=None, **values):
    return {
        "seen": factory.updated_at.isoformat() if factory else "",
        "name": "一厂",
        "region": "邢台",
        "county": "信都区",
        "industry": "C34",
        "mfg_type": "discrete",
        "product": "轴承",
        "profile": "做滚子轴承",
        "staff": "300",
        "revenue": "1,234,567.5",
        "systems": "ERP、MES，能源监测、ERP",
        "target_level": "FL2",
        "budget": "300",
        "weeks": "40",
        **values,
    }


def all_of(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(select(model)).all()


def actions(session):
    return [event.action for event in all_of(session, AuditEvent)]


@pytest.fixture
def owner(make):
    """A factory of 邢台 with a member who is signed in by `client.log_in(owner.user)`."""
    factory = make.factory(name="一厂", county="老城区")
    factory.user = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    return factory


def test_sign_in_page_and_home_lead_to_the_registration(client):
    assert 'href="/register/factory"' in client.get("/login").text
    assert 'href="/register/provider"' in client.get("/login").text
    assert 'href="/register/factory"' in client.get("/").text
    assert client.get("/register/factory").status_code == 200


def test_a_visitor_registers_signs_in_and_sees_the_task_list(client, session):
    answer = client.post("/register/factory", form(), follow_redirects=False)

    assert answer.headers["Location"] == "/login?registered=factory"
    assert "登记成功" in client.get("/login?registered=factory").text
    (organisation,) = all_of(session, Organisation)
    (factory,) = all_of(session, Factory)
    (membership,) = all_of(session, Membership)
    assert organisation.kind is OrganisationKind.ENTERPRISE
    assert organisation.short_name == "邢台新轴承制造有限公司"
    assert membership.role is Role.FACTORY_MEMBER
    assert factory.name == "邢台新轴承制造有限公司"
    assert (factory.region, factory.county, factory.industry) == ("邢台", "信都区", "C34")
    assert (factory.level, factory.target_level, factory.staff) == ("FL0", "FL1", 320)
    assert factory.mfg_type is ManufacturingType.DISCRETE
    assert actions(session) == ["factory.registered"]

    signed_in = client.post("/login", {"login": "bearing@example.cn", "password": PASSWORD})
    words = text_of(signed_in)
    assert "邢台新轴承制造有限公司" in words
    assert "怎么一步步做" in words
    assert client.get(f"/factory/{factory.id}").status_code == 200


def test_the_industry_proposes_the_type_and_the_factory_decides(client, session):
    client.post("/register/factory", form(industry="C31"))
    client.post(
        "/register/factory",
        form(
            industry="C31",
            mfg_type="discrete",
            credit_code=demo_credit_code("second"),
            login="second",
        ),
    )

    kinds = sorted(factory.mfg_type.value for factory in all_of(session, Factory))
    assert kinds == ["discrete", "process"]


def test_a_double_click_registers_once(client, session):
    posted = form()

    for _ in range(2):
        answer = client.post("/register/factory", posted, follow_redirects=False)
        assert answer.status_code == 303

    assert len(all_of(session, Organisation)) == len(all_of(session, User)) == 1
    assert len(all_of(session, Factory)) == 1
    assert actions(session) == ["factory.registered"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": ""}, "请填写此项"),
        ({"credit_code": "911399"}, "统一社会信用代码应为 18 位，现在是 6 位"),
        ({"credit_code": "O" + CODE[1:]}, "第 1 位是字母 O，代码中没有这个字母，是否应为 0？"),
        ({"region": "广东"}, "“广东”不在可选范围内，请重新选择"),
        ({"county": "路北区"}, "“路北区”不在邢台的县（市、区）里"),
        ({"industry": ""}, "请填写此项"),
        ({"industry": "C99"}, "“C99”不在可选范围内，请重新选择"),
        ({"staff": "三百"}, "请填写数字，例如 12.5；收到的是“三百”"),
        ({"login": "李 强"}, "账号用 3 到 80 个字母、数字"),
        ({"password": "short", "password_again": "short"}, "密码至少 10 位，现在是 5 位"),
        ({"password_again": "something else"}, "两次输入的密码不一样"),
    ],
)
def test_bad_input_is_named_at_its_field_and_all_is_kept(client, session, values, message):
    posted = form(**values)

    answer = client.post("/register/factory", posted)

    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert answer.text.count(message) == 2
    assert 'value="圆锥滚子轴承"' in answer.text
    assert f'value="{posted["id"]}"' in answer.text
    assert f'value="{posted["factory_id"]}"' in answer.text
    assert '<option value="C34" selected>' in answer.text or "industry" in values
    assert PASSWORD.strip() not in answer.text
    assert all_of(session, Organisation) == all_of(session, User) == all_of(session, Factory) == []


def test_a_code_that_is_registered_asks_to_join(client, make, session):
    make.organisation(credit_code=CODE)
    session.commit()

    answer = client.post("/register/factory", form())

    assert answer.status_code == 422
    assert "已经登记，请联系本机构管理员加入" in answer.text
    assert all_of(session, Factory) == []


@pytest.mark.parametrize("taken", ["id", "factory_id"])
def test_the_key_of_another_row_cannot_be_taken(client, make, session, taken):
    factory = make.factory()
    session.commit()
    key = factory.organisation_id if taken == "id" else factory.id

    answer = client.post("/register/factory", form(**{taken: str(key)}))

    assert answer.status_code == 422
    assert "这张表单已经提交过" in answer.text
    assert len(all_of(session, Organisation)) == len(all_of(session, Factory)) == 1


def test_a_broken_key_names_nothing(client, session):
    assert client.post("/register/factory", form(id="x")).status_code == 404
    assert client.post("/register/factory", form(factory_id="x")).status_code == 404
    assert all_of(session, Organisation) == []


def test_markup_in_names_stays_text(client, session):
    page = client.post("/register/factory", form(name=EVIL, staff="x")).text
    assert EVIL not in page
    assert "&lt;script&gt;" in page

    client.post("/register/factory", form(name=EVIL))
    client.post("/login", {"login": "bearing@example.cn", "password": PASSWORD})
    (factory,) = all_of(session, Factory)
    for path in (f"/factory/{factory.id}", f"/factory/{factory.id}/profile", "/factory/new"):
        page = client.get(path).text
        assert EVIL not in page
        assert "&lt;script&gt;" in page


def test_a_provider_member_adds_the_first_factory_and_becomes_its_member(client, make, session):
    organisation = make.organisation(name="又买又卖有限公司")
    user = make.user(role=Role.PROVIDER_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(user)
    answer = client.get("/register/factory", follow_redirects=False)
    assert answer.headers["Location"] == "/factory/new"
    assert "又买又卖有限公司" in client.get("/factory/new").text
    posted = profile(id=str(uuid4()), organisation_id=str(organisation.id))

    for _ in range(2):
        answer = client.post("/factory/new", posted, follow_redirects=False)
        assert answer.headers["Location"] == f"/factory/{posted['id']}"

    (factory,) = all_of(session, Factory)
    assert factory.organisation_id == organisation.id
    roles = {row.role for row in all_of(session, Membership) if row.user_id == user.id}
    assert roles == {Role.PROVIDER_MEMBER, Role.FACTORY_MEMBER}
    done = actions(session)
    assert done.count("membership.granted") == done.count("factory.created") == 1
    assert client.get(f"/factory/{factory.id}").status_code == 200
    assert client.get(f"/factory/{factory.id}/profile").status_code == 200


def test_a_provider_member_is_not_let_in_where_a_factory_is(client, make, session, owner):
    provider = make.user(role=Role.PROVIDER_MEMBER, organisation=owner.organisation)
    session.commit()
    client.log_in(provider)
    posted = profile(id=str(uuid4()), organisation_id=str(owner.organisation_id), name="二厂")

    assert client.get("/factory/new").status_code == 404
    assert client.post("/factory/new", posted).status_code == 403
    assert len(all_of(session, Factory)) == 1
    assert client.get(f"/factory/{owner.id}/profile").status_code == 404


def test_a_member_adds_a_second_factory_but_not_of_the_same_name(client, session, owner):
    session.commit()
    client.log_in(owner.user)
    posted = profile(id=str(uuid4()), organisation_id=str(owner.organisation_id))

    refused = client.post("/factory/new", posted)
    assert refused.status_code == 422
    assert refused.text.count("本机构已有同名工厂") == 2
    assert 'value="300"' in refused.text

    client.post("/factory/new", {**posted, "name": "二厂"})
    assert sorted(factory.name for factory in all_of(session, Factory)) == ["一厂", "二厂"]
    assert 'href="/factory/new"' in client.get("/factory").text


def test_a_stranger_adds_nothing_to_a_foreign_organisation(client, make, session, owner):
    stranger = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(stranger)
    posted = profile(id=str(uuid4()), organisation_id=str(owner.organisation_id), name="二厂")

    assert client.post("/factory/new", posted).status_code == 404
    assert len(all_of(session, Factory)) == 1


def test_the_member_changes_the_profile_and_the_audit_names_fields_only(client, session, owner):
    session.commit()
    client.log_in(owner.user)
    url = f"/factory/{owner.id}/profile"
    page = client.get(url)
    assert 'value="老城区"' in page.text
    assert "由主管部门认定" in page.text

    answer = client.post(url, profile(owner, county="老城区"), follow_redirects=False)

    assert answer.headers["Location"] == f"{url}?done=saved"
    assert "已保存企业档案" in client.get(f"{url}?done=saved").text
    (factory,) = all_of(session, Factory)
    assert factory.revenue_fen == 1_234_567_500_000
    assert factory.systems == ["ERP", "MES", "能源监测"]
    assert (factory.target_level, factory.budget_fen) == ("FL2", 300_000_000)
    assert (factory.horizon_weeks, factory.staff, factory.level) == (40, 300, "FL0")
    events = [e for e in all_of(session, AuditEvent) if e.action == "factory.changed"]
    assert len(events) == 1
    assert set(events[0].detail["fields"]) == {
        "product",
        "profile",
        "staff",
        "revenue_fen",
        "target_level",
        "budget_fen",
        "horizon_weeks",
        "systems",
    }
    assert "滚子" not in str(events[0].detail)

    client.post(url, profile(owner, county="老城区"))
    assert actions(session).count("factory.changed") == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "厂"}, "至少写 2 个字，现在是 1 个"),
        ({"county": "路北区"}, "“路北区”不在邢台的县（市、区）里"),
        ({"revenue": "很多"}, "请填写数字，例如 12.5；收到的是“很多”"),
        ({"revenue": "-1"}, "不能小于 0"),
        ({"budget": "0"}, "不能小于 0.01"),
        ({"weeks": "261"}, "不能大于 260"),
        ({"target_level": "FL9"}, "“FL9”不在可选范围内"),
        ({"systems": "长" * 41}, "一个系统的名称最多 40 个字，现在是 41 个"),
    ],
)
def test_a_profile_with_problems_is_not_saved_and_keeps_what_was_typed(
    client, session, owner, values, message
):
    session.commit()
    client.log_in(owner.user)

    answer = client.post(f"/factory/{owner.id}/profile", profile(owner, **values))

    assert answer.status_code == 422
    assert answer.text.count(message) == 2
    assert "做滚子轴承" in answer.text
    assert all_of(session, Factory)[0].profile == ""


def test_what_a_colleague_saved_meanwhile_is_shown_first(client, session, owner):
    session.commit()
    opened = profile(owner, county="老城区")
    client.log_in(owner.user)
    url = f"/factory/{owner.id}/profile"
    owner.product = "同事写的产品"
    owner.updated_at = owner.updated_at.replace(year=2027)
    session.commit()

    refused = client.post(url, opened)
    assert refused.status_code == 409
    assert "同事写的产品" in refused.text
    assert "做滚子轴承" in refused.text
    assert all_of(session, Factory)[0].product == "同事写的产品"

    session.expire_all()
    client.post(url, {**opened, "seen": all_of(session, Factory)[0].updated_at.isoformat()})
    assert all_of(session, Factory)[0].product == "轴承"


def test_strangers_do_not_find_the_profile_and_departments_do_not_change_it(
    client, make, session, owner
):
    # Who, what the foreign profile answers, what the form for an own new factory answers.
    people = [
        (Role.FACTORY_MEMBER, "邢台", 404, 200),
        (Role.PROVIDER_MEMBER, "邢台", 404, 200),
        (Role.CITY_ORGANISER, "唐山", 404, 404),
        (Role.CITY_ORGANISER, "邢台", 403, 404),
        (Role.PROVINCIAL_ORGANISER, "河北", 403, 404),
    ]
    users = [make.user(role=p[0], organisation=make.organisation(region=p[1])) for p in people]
    session.commit()
    url = f"/factory/{owner.id}/profile"

    visitor = client.get(url, follow_redirects=False)
    assert visitor.headers["Location"] == f"/login?next={url}"
    for user, (_, _, status, new_status) in zip(users, people, strict=True):
        client.log_in(user)
        assert client.get(url).status_code == status
        assert client.post(url, profile(owner)).status_code == status
        assert client.get("/factory/new").status_code == new_status
        client.post("/logout")
    assert all_of(session, Factory)[0].product == ""
