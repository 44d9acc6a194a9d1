"""Writing a need: symptom, proposed scenes, saving, publishing, closing."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.models import AuditEvent, Need, NeedStatus
from tests.conftest import NOW
from tests.web.conftest import text_of

SYMPTOM = "轴承什么时候坏没人知道，坏了就停线半天"


@pytest.fixture
def factory(make):
    return make.factory()


@pytest.fixture
def owner(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def colleague(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def stranger(make):
    return make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())


def form(step="propose", **values):
    return {"id": str(uuid4()), "symptom": SYMPTOM, "urgency": "medium", "step": step, **values}


def stored(session):
    session.expire_all()
    session.rollback()
    return session.scalars(select(Need)).all()


def ticked(page):
    return re.findall(r'name="scenes" value="(S\d\d)" checked', page.text)


def test_the_first_step_asks_for_the_symptom_and_saves_nothing(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/{factory.id}/needs/new")

    assert page.status_code == 200
    assert "下一步：看看属于哪些场景" in page.text
    assert 'value="publish"' not in page.text
    assert stored(session) == []


def test_the_second_step_proposes_scenes_with_likelihood_and_the_nearest_phrase(
    client, session, owner, factory
):
    session.commit()
    client.log_in(owner)

    page = client.post(f"/factory/{factory.id}/needs/new", form(budget="30"))

    assert page.status_code == 200
    assert "S28" in ticked(page)
    assert "词库里最接近的说法" in page.text
    assert re.search(r"可能性 \d+%", text_of(page))
    assert SYMPTOM in page.text
    assert 'value="30"' in page.text
    assert stored(session) == []


def test_a_text_that_nothing_resembles_is_said_to_be_uncovered(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.post(
        f"/factory/{factory.id}/needs/new", form(symptom="zzqx vbnm wkjh plok ytre qazx")
    )

    assert "词库里没有接近的说法，不替您猜" in page.text
    assert ticked(page) == []


def test_unticked_scenes_stay_unticked_while_the_text_is_the_same(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.post(
        f"/factory/{factory.id}/needs/new", form(scenes_seen=SYMPTOM, scenes=["S29"])
    )

    assert ticked(page) == ["S29"]


def test_publishing_saves_what_was_written_and_confirmed(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.post(
        f"/factory/{factory.id}/needs/new",
        form(
            "publish",
            scenes=["S28", "S29"],
            budget="12.5",
            weeks="８",
            urgency="high",
            constraints="不停产",
            confidential="yes",
        ),
    )

    assert page.status_code == 200
    need = stored(session)[0]
    assert str(page.url).endswith(f"/factory/needs/{need.id}")
    assert (need.title, need.symptom) == ("轴承什么时候坏没人知道", SYMPTOM)
    assert (need.scenes, need.budget_fen, need.weeks) == (["S28", "S29"], 12_500_000, 8)
    assert (need.urgency, need.constraints, need.confidential) == ("high", "不停产", True)
    assert need.status is NeedStatus.PUBLISHED
    assert "已发布" in page.text


def test_the_same_form_sent_twice_saves_one_need(client, session, owner, factory):
    session.commit()
    client.log_in(owner)
    same = form("publish")

    client.post(f"/factory/{factory.id}/needs/new", same)
    client.post(f"/factory/{factory.id}/needs/new", same)

    assert [str(need.id) for need in stored(session)] == [same["id"]]
    assert list(
        session.scalars(select(AuditEvent.action).where(AuditEvent.object_type == "need"))
    ) == [
        "need.created",
        "need.published",
    ]


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"symptom": ""}, "symptom", "请填写此项"),
        ({"symptom": "太短了"}, "symptom", "至少写 10 个字，现在是 3 个"),
        ({"symptom": "长" * 1001}, "symptom", "最多 1000 个字，现在是 1001 个"),
        ({"symptom": f"{SYMPTOM}，打13800138000"}, "symptom", "像是有联系方式“13800138000”"),
        ({"constraints": "发到a@b.cn"}, "constraints", "像是有联系方式“a@b.cn”"),
        ({"budget": "很多"}, "budget", "收到的是“很多”"),
        ({"weeks": "2.5"}, "weeks", "请填写整数；收到的是“2.5”"),
        ({"urgency": "now"}, "urgency", "“now”不在可选范围内"),
        ({"scenes": ["S99"]}, "scenes", "“S99”不在可选范围内"),
        ({"scenes": [f"S0{n}" for n in range(1, 8)]}, "scenes", "最多选择 6 项，现在是 7 项"),
    ],
)
def test_problems_stand_at_their_field_and_nothing_is_saved(
    client, session, owner, factory, values, field, sentence
):
    session.commit()
    client.log_in(owner)

    page = client.post(
        f"/factory/{factory.id}/needs/new",
        form("publish", title="我的标题", scenes_seen=SYMPTOM, **values),
    )

    assert page.status_code == 422
    assert "<title>错误：写需求" in page.text
    assert f'href="#field-{field}"' in page.text
    assert f'id="error-{field}"' in page.text
    assert page.text.count(sentence) == 2
    assert 'value="我的标题"' in page.text
    assert stored(session) == []


def test_contact_data_may_stay_once_it_is_confirmed(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    client.post(
        f"/factory/{factory.id}/needs/new",
        form("draft", symptom=f"{SYMPTOM}，设备编号13800138000", contact_ok="yes"),
    )

    assert stored(session)[0].status is NeedStatus.DRAFT


def test_a_draft_is_changed_by_a_colleague_and_then_published(
    client, make, session, owner, colleague, factory
):
    need = make.need(factory=factory, status=NeedStatus.DRAFT)
    session.commit()
    client.log_in(colleague)

    page = client.get(f"/factory/needs/{need.id}/edit")
    assert ticked(page) == ["S28"]
    client.post(
        f"/factory/{factory.id}/needs/new",
        form("draft", id=str(need.id), title="改过的标题", scenes=["S28"]),
    )
    shown = client.post(f"/factory/needs/{need.id}/publish")

    assert "改过的标题" in shown.text
    assert stored(session)[0].status is NeedStatus.PUBLISHED


def test_an_old_form_cannot_change_what_is_published(client, make, session, owner, factory):
    need = make.need(factory=factory)
    session.commit()
    client.log_in(owner)

    refused = client.post(
        f"/factory/{factory.id}/needs/new", form("draft", id=str(need.id), title="想改标题")
    )

    assert refused.status_code == 409
    assert "已经发布或关闭，不能再改" in refused.text
    assert stored(session)[0].title == "轴承突然坏"
    assert str(client.get(f"/factory/needs/{need.id}/edit").url).endswith(f"/needs/{need.id}")


def test_closing_is_confirmed_on_a_page_of_its_own(client, make, session, owner, factory):
    need = make.need(factory=factory)
    session.commit()
    client.log_in(owner)

    asked = client.get(f"/factory/needs/{need.id}/close")
    assert "关闭后不能再打开" in asked.text
    assert stored(session)[0].status is NeedStatus.PUBLISHED

    page = client.post(f"/factory/needs/{need.id}/close")

    assert "已关闭" in page.text
    assert stored(session)[0].status is NeedStatus.CLOSED
    assert client.post(f"/factory/needs/{need.id}/publish").status_code == 409


def test_a_stranger_finds_no_such_need(client, make, session, stranger, factory):
    need = make.need(factory=factory)
    session.commit()
    client.log_in(stranger)

    assert client.get(f"/factory/needs/{need.id}").status_code == 404
    assert client.get(f"/factory/needs/{need.id}/edit").status_code == 404
    assert client.post(f"/factory/needs/{need.id}/close").status_code == 404
    assert client.post(f"/factory/{factory.id}/needs/new", form("publish")).status_code == 404
    assert [n.status for n in stored(session)] == [NeedStatus.PUBLISHED]


def test_an_organiser_reads_a_need_but_has_no_buttons(client, make, session, factory):
    need = make.need(factory=factory)
    organiser = make.user(
        role=Role.CITY_ORGANISER, organisation=make.organisation(region=factory.region)
    )
    session.commit()
    client.log_in(organiser)

    page = client.get(f"/factory/needs/{need.id}")

    assert page.status_code == 200
    assert "确认关闭" not in page.text
    assert f"/factory/needs/{need.id}/close" not in page.text
    assert client.post(f"/factory/needs/{need.id}/close").status_code == 403


def test_the_second_of_two_colleagues_is_told_and_loses_no_word(
    client, make, session, owner, factory
):
    earlier = NOW - timedelta(days=1)
    need = make.need(factory=factory, status=NeedStatus.DRAFT, updated_at=earlier)
    session.commit()
    client.log_in(owner)
    seen = re.search(
        r'name="seen" value="([^"]+)"', client.get(f"/factory/needs/{need.id}/edit").text
    )
    path = f"/factory/{factory.id}/needs/new"
    client.post(path, form("draft", id=str(need.id), seen=seen[1], title="同事先改了"))

    answer = client.post(path, form("draft", id=str(need.id), seen=seen[1], title="我后改的"))

    assert answer.status_code == 409
    assert "已被他人修改" in answer.text
    assert "我后改的" in answer.text
    assert [n.title for n in stored(session)] == ["同事先改了"]
    again = re.search(r'name="seen" value="([^"]+)"', answer.text)
    client.post(path, form("draft", id=str(need.id), seen=again[1], title="我后改的"))
    assert [n.title for n in stored(session)] == ["我后改的"]


def test_opening_and_saving_a_draft_keeps_its_budget_to_the_fen(
    client, make, session, owner, factory
):
    need = make.need(factory=factory, status=NeedStatus.DRAFT, budget_fen=12_345_678)
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/needs/{need.id}/edit")

    assert re.search(r'name="budget"[^>]*value="12.345678"', page.text)
