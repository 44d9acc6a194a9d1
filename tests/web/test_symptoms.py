"""From a pasted text to saved needs, without script: split, look, change, confirm."""

import html
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.models import AuditEvent, Need, NeedStatus
from tests.web.conftest import text_of

BEARING = "轴承什么时候坏没人知道，坏了就停线半天"
STOCK = "仓库盘点老是对不上账，找一种料要翻半天"
TEXT = f"您好！我们厂有以下几个问题：\n1、{BEARING}\n2、{STOCK}\n谢谢！"


@pytest.fixture
def factory(make):
    return make.factory()


@pytest.fixture
def owner(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def path(factory):
    return f"/factory/{factory.id}/symptoms"


@pytest.fixture
def signed_in(client, session, owner, factory):
    session.commit()
    client.log_in(owner)
    return client


def stored(session):
    session.expire_all()
    session.rollback()
    return session.scalars(select(Need).order_by(Need.title)).all()


def fields_of(page):
    """What a browser would send back when a button of the form is pressed."""
    form = re.search(r'<form method="post" action="/factory/.*?</form>', page.text, re.S)[0]
    sent = {}

    def add(name, value):
        sent.setdefault(name, []).append(html.unescape(value))

    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r' name="([^"]*)"', tag)[1]
        value = re.search(r' value="([^"]*)"', tag)
        if 'type="checkbox"' in tag and " checked" not in tag:
            continue
        add(name, value[1] if value else "on")
    for name, value in re.findall(
        r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.S
    ):
        add(name, value)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        add(name, (chosen or re.search(r'value="([^"]*)"', options))[1])
    return sent


def propose(client, path, text=TEXT):
    page = client.post(path, {"text": text, "step": "propose"})
    assert page.status_code == 200, page.text
    return page, fields_of(page)


def ticked(page, n, name="scenes"):
    return re.findall(rf'name="{name}-{n}" value="(\w+)" checked', page.text)


def test_the_factory_page_leads_to_an_empty_text_field(signed_in, factory, path):
    assert f'href="{path}"' in signed_in.get(f"/factory/{factory.id}").text
    page = signed_in.get(path)

    assert page.status_code == 200
    assert '<textarea id="field-text" name="text"' in page.text


def test_a_text_becomes_cards_and_nothing_is_saved(signed_in, session, path):
    page, sent = propose(signed_in, path)

    assert sent["symptom-1"] == [BEARING]
    assert sent["symptom-2"] == [STOCK]
    assert sent["count"] == ["2"]
    assert "S28" in ticked(page, 1)
    assert "S12" in ticked(page, 2)
    assert ticked(page, 1, "subdomains") == ["M13"]
    assert sent["title-1"] == ["轴承什么时候坏没人知道"]
    assert "<mark>" in page.text
    assert "不是问题：问候" in page.text
    assert re.search(r"把握(高|中等|低)：\d+%", text_of(page))
    assert stored(session) == []


def test_confirming_publishes_all_and_lists_them(signed_in, session, factory, path):
    _, sent = propose(signed_in, path)

    page = signed_in.post(
        path, {**sent, "step": "publish", "budget-2": "30", "weeks-2": "8", "urgency-2": "high"}
    )

    bearing, stock = sorted(stored(session), key=lambda need: need.symptom != BEARING)
    assert "已保存 2 条需求" in page.text
    assert f'href="/factory/{factory.id}#needs"' in page.text
    assert bearing.title in page.text
    assert (bearing.status, stock.status) == (NeedStatus.PUBLISHED, NeedStatus.PUBLISHED)
    assert (bearing.symptom, bearing.subdomains) == (BEARING, ["M13"])
    assert bearing.scenes[0] == "S28"
    assert bearing.origin == {"kind": "symptom"}
    assert (stock.budget_fen, stock.weeks, stock.urgency) == (30_000_000, 8, "high")


def test_the_same_form_twice_saves_each_need_once(signed_in, session, path):
    _, sent = propose(signed_in, path)

    signed_in.post(path, {**sent, "step": "draft"})
    page = signed_in.post(path, {**sent, "step": "draft"})

    assert "已保存 2 条需求" in page.text
    assert len(stored(session)) == 2
    assert session.scalars(
        select(AuditEvent.action).where(AuditEvent.object_type == "need")
    ).all() == ["need.created", "need.created"]


def test_what_is_no_need_is_left_out_even_when_its_text_is_bad(signed_in, session, path):
    _, sent = propose(signed_in, path)

    signed_in.post(path, {**sent, "step": "draft", "drop-1": "yes", "symptom-1": "短"})

    assert [need.symptom for need in stored(session)] == [STOCK]


def test_when_every_card_is_dropped_the_page_says_so(signed_in, session, path):
    _, sent = propose(signed_in, path)

    page = signed_in.post(path, {**sent, "step": "draft", "drop-1": "yes", "drop-2": "yes"})

    assert page.status_code == 422
    assert "没有可以保存的" in page.text
    assert 'href="#field-drop-1"' in page.text
    assert stored(session) == []


def test_merging_joins_two_cards_and_is_shown_before_it_is_saved(signed_in, session, path):
    _, sent = propose(signed_in, path)

    page = signed_in.post(path, {**sent, "step": "publish", "merge-2": "yes"})

    assert page.status_code == 200
    assert stored(session) == []
    again = fields_of(page)
    assert again["count"] == ["1"]
    assert again["symptom-1"] == [f"{BEARING}\n{STOCK}"]
    assert again["id-1"] == sent["id-1"]
    assert {"S28", "S12"} <= set(ticked(page, 1))
    signed_in.post(path, {**again, "step": "draft"})
    assert [need.symptom for need in stored(session)] == [f"{BEARING}\n{STOCK}"]


def test_a_changed_text_is_judged_anew_and_an_unchanged_one_keeps_its_choices(signed_in, path):
    _, sent = propose(signed_in, path)

    page = signed_in.post(
        path,
        {**sent, "step": "again", "symptom-1": "图纸版本乱，车间拿旧图干活", "scenes-2": ["S13"]},
    )

    assert "S28" not in ticked(page, 1)
    assert fields_of(page)["title-1"] != sent["title-1"]
    assert ticked(page, 2) == ["S13"]


def test_going_back_gives_the_text_as_it_was_typed(signed_in, path):
    _, sent = propose(signed_in, path)

    page = signed_in.post(path, {**sent, "step": "back"})

    assert page.status_code == 200
    assert fields_of(page)["text"] == [TEXT]


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"symptom-2": "太短了"}, "symptom-2", "至少写 10 个字，现在是 3 个"),
        ({"symptom-2": "长" * 1001}, "symptom-2", "最多 1000 个字，现在是 1001 个"),
        ({"symptom-2": f"{STOCK}，打13800138000"}, "symptom-2", "像是有联系方式“13800138000”"),
        ({"budget-2": "很多"}, "budget-2", "收到的是“很多”"),
        ({"weeks-2": "2.5"}, "weeks-2", "请填写整数；收到的是“2.5”"),
        ({"urgency-2": "now"}, "urgency-2", "“now”不在可选范围内"),
        ({"scenes-2": ["S99"]}, "scenes-2", "“S99”不在可选范围内"),
        ({"subdomains-2": ["M99"]}, "subdomains-2", "“M99”不在可选范围内"),
    ],
)
def test_problems_stand_at_their_card_and_everything_typed_is_kept(
    signed_in, session, path, values, field, sentence
):
    _, sent = propose(signed_in, path)

    page = signed_in.post(path, {**sent, "step": "publish", "title-1": "我的标题", **values})

    assert page.status_code == 422
    assert "<title>错误：核对要提的需求" in page.text
    assert f'href="#field-{field}"' in page.text
    assert f'id="error-{field}"' in page.text
    assert page.text.count(sentence) == 2
    assert 'value="我的标题"' in page.text
    assert fields_of(page)["id-2"] == sent["id-2"]
    assert stored(session) == []


def test_contact_data_may_stay_once_it_is_confirmed(signed_in, session, path):
    _, sent = propose(signed_in, path)
    text = f"{STOCK}，料号13800138000"
    asked = signed_in.post(path, {**sent, "step": "draft", "symptom-2": text})
    assert 'name="contact_ok-2"' in asked.text

    signed_in.post(path, {**fields_of(asked), "step": "draft", "contact_ok-2": "yes"})

    assert text in [need.symptom for need in stored(session)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写此项"),
        ("太短了", "至少写 10 个字，现在是 3 个"),
        ("长" * 5001, "最多 5000 个字，现在是 5001 个"),
        ("各位领导好！谢谢各位领导！", "没有看出要解决的问题"),
        ("\n".join(f"{n}、{STOCK}{n}" for n in range(1, 14)), "一次最多 12 条，这里有 13 条"),
    ],
)
def test_a_text_that_cannot_be_used_comes_back_with_the_reason(signed_in, path, text, sentence):
    page = signed_in.post(path, {"text": text, "step": "propose"})

    assert page.status_code == 422
    assert page.text.count(sentence) == 2
    assert fields_of(page)["text"] == [text]


def test_warnings_and_near_needs_are_shown(client, make, session, owner, factory, path):
    near = make.need(factory=factory, symptom=BEARING, title="轴承老坏")
    make.organisation(name="河北恒通装备有限公司", short_name="恒通装备")
    session.commit()
    client.log_in(owner)

    page, _ = propose(client, path, f"{BEARING}，恒通装备的人来过，找王经理也没用")

    assert "提到了平台上的其他机构：“恒通装备”" in page.text
    assert "像是人名：“王经理”" in page.text
    assert "与已有需求相近" in page.text
    assert f'href="/factory/needs/{near.id}"' in page.text


def test_a_text_nobody_knows_is_said_to_be_uncovered(signed_in, path):
    page, _ = propose(signed_in, path, "zzqx vbnm wkjh plok ytre qazx")

    assert "词库里没有接近的说法，不替您猜" in page.text
    assert ticked(page, 1) == []


def test_markup_in_a_text_is_shown_as_text(signed_in, session, path):
    text = '<script>alert(1)</script>轴承什么时候坏没人知道"><img src=x onerror=alert(2)>'
    page, sent = propose(signed_in, path, text)

    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    shown = signed_in.post(path, {**sent, "step": "draft", "title-1": "<b>粗</b>"})
    assert "<b>粗</b>" not in shown.text
    assert "&lt;b&gt;粗&lt;/b&gt;" in shown.text


@pytest.mark.parametrize(
    "broken",
    [
        {"count": "0"},
        {"count": "13"},
        {"count": "x"},
        {"id-1": "no-key"},
        {
            "id-1": "6a6f4f6e-7f3e-4c55-9d4c-0f7c3b6f9b10",
            "id-2": "6a6f4f6e-7f3e-4c55-9d4c-0f7c3b6f9b10",
        },
    ],
)
def test_a_form_that_was_tampered_with_is_not_found(signed_in, session, path, broken):
    _, sent = propose(signed_in, path)

    assert signed_in.post(path, {**sent, "step": "draft", **broken}).status_code == 404
    assert stored(session) == []


def test_a_key_of_another_factorys_need_is_not_found(client, make, session, owner, factory, path):
    foreign = make.need(factory=make.factory(), status=NeedStatus.DRAFT)
    session.commit()
    client.log_in(owner)
    _, sent = propose(client, path)

    answer = client.post(path, {**sent, "step": "draft", "id-2": str(foreign.id)})

    assert answer.status_code == 404
    assert [need.id for need in stored(session)] == [foreign.id]


def test_strangers_find_nothing_and_organisers_may_not(client, make, session, factory, path):
    stranger = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    organiser = make.user(
        role=Role.CITY_ORGANISER, organisation=make.organisation(region=factory.region)
    )
    session.commit()
    for user, status in ((stranger, 404), (organiser, 403)):
        client.log_in(user)

        assert client.get(path).status_code == status
        assert client.post(path, {"text": TEXT, "step": "propose"}).status_code == status
        assert client.post(f"/factory/{factory.id}/needs/from-gaps").status_code == status
        assert client.get(f"{path}/saved?need={uuid4()}").status_code == status


def test_visitors_are_asked_to_sign_in(client, session, factory, path):
    session.commit()

    assert "/login" in str(client.get(path).url)


def test_the_list_of_saved_needs_shows_only_this_factorys(signed_in, make, session, path):
    foreign = make.need(factory=make.factory())
    session.commit()

    for query in ("", f"?need={foreign.id}", "?need=no-key", f"?need={uuid4()}"):
        assert signed_in.get(f"{path}/saved{query}").status_code == 404


@pytest.fixture
def assessed(client, make, session, owner, factory):
    make.assessment(factory=factory)
    session.commit()
    client.log_in(owner)
    return client


def test_chosen_gaps_start_the_second_step_and_become_needs(assessed, session, factory, path):
    page = assessed.post(
        f"/factory/{factory.id}/needs/from-gaps", {"gap": ["M13", "S16"], "target": "FL2"}
    )

    assert page.status_code == 200
    sent = fields_of(page)
    assert sent["count"] == ["2"]
    by_source = {sent[f"source-{n}"][0]: n for n in (1, 2)}
    m13, s16 = by_source["M13"], by_source["S16"]
    assert sent[f"symptom-{m13}"] == ["轴承坏了才知道，全靠老师傅耳听手摸"]
    assert ticked(page, m13, "subdomains") == ["M13"]
    assert ticked(page, s16) == ["S16"]
    assert "来自差距分析" in page.text
    assert "回去改原文" not in page.text

    assessed.post(path, {**sent, "step": "publish"})

    origins = {need.origin["source"]: need for need in stored(session)}
    assert origins["M13"].origin == {"kind": "gap", "source": "M13"}
    assert origins["S16"].scenes == ["S16"]


def test_without_a_chosen_gap_or_an_assessment_the_reason_is_given(
    client, make, session, factory, owner, assessed
):
    answer = assessed.post(f"/factory/{factory.id}/needs/from-gaps", {"target": "FL2"})
    assert answer.status_code == 422
    assert "请先勾选要变成需求的差距" in answer.text

    other = make.factory(organisation=factory.organisation, name="二厂")
    session.commit()
    answer = assessed.post(f"/factory/{other.id}/needs/from-gaps", {"gap": "M13"})
    assert answer.status_code == 409
    assert "还没有提交成熟度评估" in answer.text
