"""A visitor registers a provider organisation; an organisation on the platform gets a profile."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.demo_codes import demo_credit_code
from app.models import (
    AuditEvent,
    Membership,
    Organisation,
    OrganisationKind,
    PoolStatus,
    Provider,
    User,
)
from tests.web.conftest import text_of

CODE = demo_credit_code("new-provider")
PASSWORD = "  余热 heat 2026 "


def form(**values):
    return {
        "id": str(uuid4()),
        "name": "河北新余热科技有限公司",
        "credit_code": CODE,
        "short_name": "新余热",
        "region": "邢台",
        "county": "信都区",
        "types": ["P10"],
        "service_places": ["全省", "天津"],
        "intro": "做空压机余热回收",
        "contact": "王敏",
        "login": "heat@example.cn",
        "password": PASSWORD,
        "password_again": PASSWORD,
        **values,
    }


def all_of(session, model):
    session.rollback()
    session.expire_all()
    return session.scalars(select(model)).all()


def test_the_sign_in_page_leads_to_the_registration(client):
    assert 'href="/register/provider"' in client.get("/login").text
    assert client.get("/register/provider").status_code == 200


def test_a_visitor_registers_signs_in_and_writes_offerings(client, session):
    answer = client.post("/register/provider", form(), follow_redirects=False)

    assert answer.headers["Location"] == "/login?registered=provider"
    assert "登记成功" in client.get("/login?registered=provider").text
    (organisation,) = all_of(session, Organisation)
    (provider,) = all_of(session, Provider)
    (membership,) = all_of(session, Membership)
    assert organisation.kind is OrganisationKind.ENTERPRISE
    assert (organisation.credit_code, organisation.region) == (CODE, "邢台")
    assert organisation.is_demo is False
    assert provider.pool_status is PoolStatus.CANDIDATE
    assert (provider.types, provider.service_places) == (["P10"], ["全省", "天津"])
    assert membership.role is Role.PROVIDER_MEMBER
    assert session.scalars(select(AuditEvent.action)).all() == ["provider.registered"]

    client.post("/login", {"login": "heat@example.cn", "password": PASSWORD})
    page = client.get("/provider")
    assert "河北新余热科技有限公司" in page.text
    assert "候选" in page.text


def test_the_password_is_kept_as_a_hash_only(client, session):
    client.post("/register/provider", form())

    (user,) = all_of(session, User)
    assert user.password_hash.startswith("$argon2id$")
    assert user.display_name == "王敏"


def test_a_double_click_registers_once(client, session):
    posted = form()

    first = client.post("/register/provider", posted, follow_redirects=False)
    second = client.post("/register/provider", posted, follow_redirects=False)

    assert first.status_code == second.status_code == 303
    assert len(all_of(session, Organisation)) == len(all_of(session, User)) == 1


def test_a_code_typed_with_full_width_and_spaces_is_understood(client, session):
    wide = "".join(chr(ord(c) + 0xFEE0) for c in CODE.lower())

    client.post("/register/provider", form(credit_code=f"{wide[:6]} {wide[6:]}"))

    assert [o.credit_code for o in all_of(session, Organisation)] == [CODE]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": ""}, "请填写此项"),
        ({"credit_code": "911399"}, "统一社会信用代码应为 18 位，现在是 6 位"),
        ({"credit_code": "O" + CODE[1:]}, "第 1 位是字母 O，代码中没有这个字母，是否应为 0？"),
        ({"credit_code": CODE[:17] + ("A" if CODE[17] != "A" else "B")}, "校验位不对"),
        ({"region": "火星"}, "“火星”不在可选范围内，请重新选择"),
        ({"types": []}, "请至少选择一项"),
        ({"types": ["P01", "P02", "P03", "P04", "P05", "P06"]}, "最多选择 5 项，现在是 6 项"),
        ({"service_places": []}, "请至少选择一项"),
        ({"login": "王 敏"}, "账号用 3 到 80 个字母、数字"),
        ({"password": "short", "password_again": "short"}, "密码至少 10 位，现在是 5 位"),
        ({"password_again": "something else"}, "两次输入的密码不一样"),
        ({"password": "x" * 201, "password_again": "x" * 201}, "最多 200 个字，现在是 201 个"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_stored(client, session, values, message):
    answer = client.post("/register/provider", form(**values))

    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert answer.text.count(message) == 2
    assert "做空压机余热回收" in answer.text
    assert 'value="P10" checked' in answer.text or "types" in values
    assert PASSWORD.strip() not in answer.text
    assert all_of(session, Organisation) == all_of(session, User) == []


def test_all_problems_are_named_at_once(client, session):
    page = client.post(
        "/register/provider", form(name="", credit_code="9", login="王", password="x")
    ).text

    for message in ("请填写此项", "应为 18 位", "账号用 3 到 80 个字母", "密码至少 10 位"):
        assert page.count(message) == 2, message


def test_a_code_that_is_registered_asks_to_join(client, make, session):
    make.organisation(credit_code=CODE)
    session.commit()

    answer = client.post("/register/provider", form())

    assert answer.status_code == 422
    assert "已经登记，请联系本机构管理员加入" in answer.text
    assert len(all_of(session, Organisation)) == 1
    assert all_of(session, User) == []


def test_a_login_in_use_is_refused_whatever_its_case(client, session):
    client.post("/register/provider", form())

    answer = client.post(
        "/register/provider",
        form(credit_code=demo_credit_code("another"), login="HEAT@example.cn"),
    )

    assert answer.status_code == 422
    assert "这个账号已有人使用" in answer.text
    assert len(all_of(session, Organisation)) == 1


def test_the_id_of_another_organisation_cannot_be_taken(client, make, session):
    other = make.organisation()
    session.commit()

    answer = client.post("/register/provider", form(id=str(other.id)))

    assert answer.status_code == 422
    assert "这张表单已经提交过" in answer.text
    assert len(all_of(session, Organisation)) == 1


def test_who_is_signed_in_needs_no_registration(client, make, session):
    user = make.user(role=Role.PROVIDER_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)

    answer = client.get("/register/provider", follow_redirects=False)

    assert answer.headers["Location"] == "/provider"


def test_an_organisation_without_profile_is_asked_for_one(client, make, session):
    organisation = make.organisation(name="老机构")
    user = make.user(role=Role.PROVIDER_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(user)
    assert "老机构还没有服务商资料" in client.get("/provider").text
    profile = {"organisation_id": str(organisation.id), "types": ["P02"], "intro": "做软件"}

    refused = client.post("/provider/profile", profile)
    assert refused.status_code == 422
    assert "请至少选择一项" in refused.text
    assert all_of(session, Provider) == []

    for _ in range(2):
        client.post("/provider/profile", {**profile, "service_places": ["全国"]})
    (provider,) = all_of(session, Provider)
    assert (provider.types, provider.intro) == (["P02"], "做软件")
    assert "还没有服务商资料" not in text_of(client.get("/provider"))
    assert client.get("/provider/profile").status_code == 404


def test_a_stranger_cannot_make_a_profile_for_an_organisation(client, make, session):
    organisation = make.organisation()
    stranger = make.user(role=Role.PROVIDER_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(stranger)
    profile = {
        "organisation_id": str(organisation.id),
        "types": ["P02"],
        "service_places": ["全国"],
    }

    assert client.post("/provider/profile", profile).status_code == 404
    assert all_of(session, Provider) == []


def test_a_factory_member_of_the_organisation_may_not_make_its_profile(client, make, session):
    organisation = make.organisation()
    member = make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(member)
    profile = {
        "organisation_id": str(organisation.id),
        "types": ["P02"],
        "service_places": ["全国"],
    }

    assert client.post("/provider/profile", profile).status_code == 403
    assert all_of(session, Provider) == []
