"""A provider writes offerings, hands them in, and sees where they stand."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.models import AuditEvent, CatalogueChange, ListingStatus, Offering, OfferingKind
from tests.conftest import NOW
from tests.web.conftest import text_of
from tests.web.statements import statements

# Session with user, memberships and organisations; providers, their organisations and offerings;
# organisations without a profile.
QUERIES_OF_HOME = 8

FULL = {
    "name": "空压机余热回收",
    "kind": "整体方案",
    "scenes": ["S30"],
    "pain_points": "空压机的热气白白放掉，澡堂还另烧锅炉",
    "description": "给空压机加装油路换热器和保温水箱，热水接到澡堂和车间采暖",
    "weeks_min": "4",
    "weeks_max": "8",
}


@pytest.fixture
def provider(make):
    """A provider profile in 邢台."""
    return make.provider(organisation=make.organisation(name="余热科技"))


@pytest.fixture
def owner(make, provider):
    """A member of the provider's organisation."""
    return make.user(role=Role.PROVIDER_MEMBER, organisation=provider.organisation)


def new_form(provider, **values):
    return {"id": str(uuid4()), "provider_id": str(provider.id), "version": "0", **FULL, **values}


def stored(session):
    session.expire_all()
    session.rollback()
    return session.scalars(select(Offering)).all()


def test_home_shows_status_freshness_and_what_is_missing(client, make, session, owner, provider):
    make.offering(provider=provider, name="在目录的", status=ListingStatus.LISTED)
    make.offering(
        provider=provider,
        name="退回的",
        status=ListingStatus.DRAFT,
        review_note="价格依据请补充",
        weeks_min=None,
        weeks_max=None,
    )
    session.commit()
    client.log_in(owner)

    page = client.get("/provider")

    words = text_of(page)
    assert page.status_code == 200
    assert "1 项在目录" in words
    assert "已退回" in words
    assert "退回理由： 价格依据请补充" in words
    assert "请填写交付周期" in words
    assert words.index("退回的") < words.index("在目录的")


@pytest.mark.parametrize(("days_left", "said"), [(-1, "已过有效期"), (60, "即将到期"), (61, "")])
def test_home_warns_before_an_entry_runs_out(
    client, make, session, owner, provider, days_left, said
):
    make.offering(provider=provider, valid_to=(NOW + timedelta(days=days_left)).date())
    session.commit()
    client.log_in(owner)

    words = text_of(client.get("/provider"))

    assert [text for text in ("已过有效期", "即将到期") if text in words] == (
        [said] if said else []
    )


def test_home_says_how_old_an_entry_is(client, make, session, owner, provider):
    make.offering(provider=provider, updated_at=NOW - timedelta(days=400))
    session.commit()
    client.log_in(owner)

    assert '<span class="badge badge-warn">400 天前</span>' in client.get("/provider").text


def test_home_asks_the_database_as_often_for_three_as_for_one(
    client, make, session, wiring, owner, provider
):
    make.offering(provider=provider)
    session.commit()
    client.log_in(owner)

    with statements(wiring) as for_one:
        client.get("/provider")
    for _ in range(2):
        make.offering(provider=provider)
    session.commit()
    with statements(wiring) as for_three:
        client.get("/provider")

    assert len(for_one) == len(for_three) == QUERIES_OF_HOME


def test_home_of_a_provider_without_offerings_says_what_to_do(client, session, owner):
    session.commit()
    client.log_in(owner)

    assert "还没有登记产品或方案" in client.get("/provider").text


def test_a_visitor_is_sent_to_the_sign_in_page(client):
    answer = client.get("/provider", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/login?next=/provider"


def test_a_factory_member_has_no_provider_area(client, make, session):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(user)

    assert client.get("/provider").status_code == 403
    assert client.get("/provider/offerings/new").status_code == 403


def test_a_new_offering_is_saved_as_a_draft(client, session, owner, provider):
    session.commit()
    client.log_in(owner)
    form = new_form(
        provider,
        price_min="１２．５",
        price_max="1,200",
        functions="换热\n\n保温储水\n换热",
        industries=["C33", "C34"],
        deployment="设备",
        price_model="一次性",
        prerequisite_scenes=["S27"],
        action="save",
    )

    answer = client.post("/provider/offerings/new", form, follow_redirects=False)

    (offering,) = stored(session)
    assert answer.headers["Location"] == "/provider?done=saved"
    assert str(offering.id) == form["id"]
    assert offering.status is ListingStatus.DRAFT
    assert offering.kind is OfferingKind.WHOLE_PLANT
    assert (offering.price_min_fen, offering.price_max_fen) == (12_500_000, 1_200_000_000)
    assert (offering.weeks_min, offering.weeks_max) == (4, 8)
    assert offering.functions == ["换热", "保温储水"]
    assert offering.industries == ["C33", "C34"]
    assert offering.prerequisite_scenes == ["S27"]
    assert offering.version == 1
    assert "已保存为草稿" in client.get("/provider?done=saved").text
    assert "offering.created" in session.scalars(select(AuditEvent.action)).all()


def test_a_double_click_saves_one_draft(client, session, owner, provider):
    session.commit()
    client.log_in(owner)
    form = new_form(provider, action="submit")

    first = client.post("/provider/offerings/new", form, follow_redirects=False)
    second = client.post("/provider/offerings/new", form, follow_redirects=False)

    assert first.status_code == second.status_code == 303
    assert [offering.status for offering in stored(session)] == [ListingStatus.SUBMITTED]
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("offering.created") == 1
    assert actions.count("offering.submitted") == 1


def test_going_back_and_sending_other_text_is_not_lost(client, session, owner, provider):
    session.commit()
    client.log_in(owner)
    form = new_form(provider, action="save")
    client.post("/provider/offerings/new", form)

    answer = client.post("/provider/offerings/new", {**form, "indicators": "省气三成"})

    assert answer.status_code == 409
    assert "这条记录在您打开后已被他人修改" in answer.text
    assert "省气三成" in answer.text
    assert stored(session)[0].indicators == ""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": " "}, "请填写此项"),
        ({"name": "长" * 121}, "最多 120 个字，现在是 121 个"),
        ({"kind": "魔法"}, "“魔法”不在可选范围内，请重新选择"),
        ({"price_min": "20", "price_max": "10"}, "最高价不能低于最低价"),
        ({"price_min": "一百"}, "请填写数字，例如 12.5；收到的是“一百”"),
        ({"price_min": "-1"}, "不能小于 0"),
        ({"weeks_min": "9", "weeks_max": "8"}, "最长周期不能短于最短周期"),
        ({"weeks_min": "1.5"}, "请填写整数；收到的是“1.5”"),
        ({"weeks_min": "0"}, "不能小于 1"),
        ({"scenes": ["S99"]}, "“S99”不在可选范围内，请重新选择"),
        ({"scenes": ["S01", "S02", "S03", "S04", "S05"]}, "最多选择 4 项，现在是 5 项"),
        ({"description": "长" * 2001}, "最多 2000 个字，现在是 2001 个"),
        ({"functions": "长" * 121}, "最多 120 个字，现在是 121 个"),
    ],
)
def test_bad_input_is_named_at_its_field_and_nothing_is_stored(
    client, session, owner, provider, values, message
):
    session.commit()
    client.log_in(owner)

    answer = client.post("/provider/offerings/new", new_form(provider, action="save", **values))

    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert answer.text.count(message) == 2  # in the summary and at the field
    assert "空压机的热气白白放掉" in answer.text
    assert stored(session) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pain_points": ""}, "请写明解决什么痛点"),
        ({"description": "加换热器"}, "至少写 20 个字，现在是 4 个"),
        ({"scenes": []}, "请至少选择一个对应场景"),
        ({"weeks_min": "", "weeks_max": ""}, "请填写交付周期"),
    ],
)
def test_handing_in_asks_for_more_than_saving(client, session, owner, provider, values, message):
    session.commit()
    client.log_in(owner)
    form = new_form(provider, **values)

    refused = client.post("/provider/offerings/new", {**form, "action": "submit"})
    assert refused.status_code == 422
    assert message in refused.text
    assert stored(session) == []

    client.post("/provider/offerings/new", {**form, "action": "save"})
    (offering,) = stored(session)
    assert offering.status is ListingStatus.DRAFT
    assert message in client.get(f"/provider/offerings/{offering.id}/edit").text
    blocked = client.post(f"/provider/offerings/{offering.id}/submit")
    assert blocked.status_code == 409
    assert message in blocked.text


def test_handing_in_names_everything_at_once(client, session, owner, provider):
    session.commit()
    client.log_in(owner)
    empty = {"id": str(uuid4()), "provider_id": str(provider.id), "version": "0"}

    page = client.post("/provider/offerings/new", {**empty, "action": "submit"}).text

    for field in ("name", "kind", "pain_points", "description", "scenes", "weeks_min"):
        assert f'href="#field-{field}"' in page


def test_the_chosen_values_survive_an_error(client, session, owner, provider):
    session.commit()
    client.log_in(owner)

    page = client.post(
        "/provider/offerings/new",
        new_form(provider, action="save", name="", scenes=["S30", "S28"], industries=["C34"]),
    ).text

    assert '<option value="S30" selected>' in page
    assert '<option value="S28" selected>' in page
    assert 'name="industries" value="C34" checked' in page
    assert '<option value="整体方案" selected>' in page


def test_scenes_are_proposed_from_the_text_without_storing(client, session, owner, provider):
    session.commit()
    client.log_in(owner)
    form = new_form(
        provider,
        action="suggest",
        name="",
        scenes=[],
        pain_points="轴承坏了才知道，半夜停机全靠老师傅耳朵听",
        description="在设备上装振动传感器，提前发现轴承劣化并预测故障",
        weeks_min="不知道",
    )

    page = client.post("/provider/offerings/new", form)
    fragment = client.post("/provider/offerings/new", form, headers={"HX-Request": "true"})

    assert page.status_code == 200
    assert "可能对应" in page.text
    assert "最接近的说法" in page.text
    assert 'value="不知道"' in page.text
    assert "错误：" not in page.text
    assert fragment.text.lstrip().startswith('<div id="scene-block"')
    assert stored(session) == []


def test_asking_for_scenes_without_text_says_what_to_write_first(client, session, owner, provider):
    session.commit()
    client.log_in(owner)
    empty = {"id": str(uuid4()), "provider_id": str(provider.id), "action": "suggest"}

    assert "请先写名称、痛点或做法" in client.post("/provider/offerings/new", empty).text


def test_a_draft_is_changed_and_its_version_grows(client, make, session, owner, provider):
    draft = make.offering(provider=provider, status=ListingStatus.DRAFT)
    session.commit()
    client.log_in(owner)
    url = f"/provider/offerings/{draft.id}/edit"
    assert "轴承坏了才知道，停一次少产半天" in client.get(url).text

    form = {**new_form(provider), "version": "1", "action": "save"}
    client.post(url, form)
    client.post(url, form)

    (offering,) = stored(session)
    assert offering.name == "空压机余热回收"
    assert offering.version == 2
    assert offering.updated_at == NOW


def test_a_stale_form_is_refused_and_both_texts_are_shown(client, make, session, owner, provider):
    draft = make.offering(provider=provider, status=ListingStatus.DRAFT, indicators="同事写的指标")
    session.commit()
    client.log_in(owner)
    url = f"/provider/offerings/{draft.id}/edit"
    client.post(url, {**new_form(provider), "version": "1", "indicators": "同事改后的指标"})

    mine = {**new_form(provider), "version": "1", "indicators": "我写的指标", "action": "save"}
    refused = client.post(url, mine)

    assert refused.status_code == 409
    assert "我写的指标" in refused.text
    assert "同事改后的指标" in refused.text
    assert 'name="version" value="2"' in refused.text
    assert stored(session)[0].indicators == "同事改后的指标"

    client.post(url, {**mine, "version": "2"})
    assert stored(session)[0].indicators == "我写的指标"


def test_an_error_does_not_hide_a_colleagues_change(client, make, session, owner, provider):
    draft = make.offering(provider=provider, status=ListingStatus.DRAFT, version=5)
    session.commit()
    client.log_in(owner)

    page = client.post(
        f"/provider/offerings/{draft.id}/edit",
        {**new_form(provider), "version": "4", "name": "", "action": "save"},
    )

    assert 'name="version" value="4"' in page.text


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (ListingStatus.SUBMITTED, "正在审核，不能修改"),
        (ListingStatus.LISTED, "请用“复制为新草稿”改好后重新提交审核"),
        (ListingStatus.SUSPENDED, "请用“复制为新草稿”改好后重新提交审核"),
    ],
)
def test_what_is_reviewed_or_listed_cannot_be_changed(
    client, make, session, owner, provider, status, message
):
    offering = make.offering(provider=provider, status=status, indicators="原来的指标")
    session.commit()
    client.log_in(owner)
    url = f"/provider/offerings/{offering.id}/edit"

    assert client.get(url).status_code == 409
    refused = client.post(url, {**new_form(provider), "version": "1", "indicators": "我的新指标"})

    assert refused.status_code == 409
    assert message in refused.text
    assert "我的新指标" in refused.text
    assert stored(session)[0].indicators == "原来的指标"


def test_an_expired_offering_is_changed_and_handed_in_again(client, make, session, owner, provider):
    offering = make.offering(provider=provider, status=ListingStatus.EXPIRED)
    session.commit()
    client.log_in(owner)

    client.post(
        f"/provider/offerings/{offering.id}/edit",
        {**new_form(provider), "version": "1", "action": "submit"},
    )

    (changed,) = stored(session)
    assert changed.name == "空压机余热回收"
    assert changed.status is ListingStatus.SUBMITTED


def test_a_listed_offering_is_copied_into_a_new_draft(client, make, session, owner, provider):
    offering = make.offering(provider=provider, name="老名字", price_min_fen=12_345_678)
    session.commit()
    client.log_in(owner)

    page = client.get(f"/provider/offerings/new?copy={offering.id}").text

    assert 'value="老名字"' in page
    assert 'value="12.345678"' in page
    assert f'name="id" value="{offering.id}"' not in page
    assert 'name="version" value="0"' in page


def test_a_colleague_may_do_what_the_owner_may(client, make, session, provider):
    draft = make.offering(provider=provider, status=ListingStatus.DRAFT)
    colleague = make.user(role=Role.PROVIDER_MEMBER, organisation=provider.organisation)
    session.commit()
    client.log_in(colleague)

    assert client.get(f"/provider/offerings/{draft.id}/edit").status_code == 200
    client.post(f"/provider/offerings/{draft.id}/submit")

    assert stored(session)[0].status is ListingStatus.SUBMITTED


def test_a_stranger_cannot_tell_that_the_draft_exists(client, make, session, provider):
    draft = make.offering(provider=provider, status=ListingStatus.DRAFT, name="秘密产品")
    rival = make.organisation(name="对手")
    make.provider(organisation=rival)
    stranger = make.user(role=Role.PROVIDER_MEMBER, organisation=rival)
    session.commit()
    client.log_in(stranger)
    url = f"/provider/offerings/{draft.id}"

    assert "秘密产品" not in client.get("/provider").text
    assert client.get(f"{url}/edit").status_code == 404
    assert client.post(f"{url}/edit", {**new_form(provider), "version": "1"}).status_code == 404
    assert client.post(f"{url}/submit").status_code == 404
    assert client.get(f"/provider/offerings/new?copy={draft.id}").status_code == 404
    assert client.get(f"/provider/offerings/new?provider={provider.id}").status_code == 404
    assert client.post("/provider/offerings/new", new_form(provider)).status_code == 404
    (offering,) = stored(session)
    assert (offering.name, offering.status) == ("秘密产品", ListingStatus.DRAFT)


def test_a_strangers_id_cannot_be_taken_for_a_new_draft(client, make, session, provider):
    draft = make.offering(provider=provider, status=ListingStatus.DRAFT, name="秘密产品")
    rival = make.organisation(name="对手")
    own = make.provider(organisation=rival)
    stranger = make.user(role=Role.PROVIDER_MEMBER, organisation=rival)
    session.commit()
    client.log_in(stranger)

    answer = client.post("/provider/offerings/new", {**new_form(own), "id": str(draft.id)})

    assert answer.status_code == 404
    assert stored(session)[0].name == "秘密产品"


def test_an_organiser_sees_a_submitted_offering_but_may_not_change_it(
    client, make, session, provider
):
    offering = make.offering(provider=provider, status=ListingStatus.SUBMITTED)
    organiser = make.user(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))
    session.commit()
    client.log_in(organiser)

    assert client.get(f"/provider/offerings/{offering.id}/edit").status_code == 403
    assert client.post(f"/provider/offerings/{offering.id}/submit").status_code == 403


def test_drafts_leave_the_index_alone(client, session, owner, provider):
    session.commit()
    client.log_in(owner)

    client.post("/provider/offerings/new", new_form(provider, action="submit"))

    assert session.scalars(select(CatalogueChange)).all() == []


def test_a_broken_form_id_is_an_address_that_does_not_exist(client, session, owner, provider):
    session.commit()
    client.log_in(owner)

    assert client.post("/provider/offerings/new", new_form(provider, id="x")).status_code == 404
