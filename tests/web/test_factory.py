"""A factory's pages: glance, gaps, match form and runs, for its people and those who look on."""

import copy
from uuid import uuid4

import pytest
from sqlalchemy import event, func, select

from app.core.actors import Role
from app.models import ListingStatus, MatchRun, NeedStatus
from tests.web.conftest import text_of
from tests.web.statements import statements

STANDING = {code: {"status": "applied", "ai": False} for code in ("S02", "S27")}


@pytest.fixture
def factory(make):
    """A factory in 邢台 with an assessment and one published need."""
    factory = make.factory(organisation=make.organisation(name="听轴机械"), name="听轴机械一厂")
    make.assessment(factory=factory, scenes=STANDING)
    make.need(factory=factory)
    return factory


@pytest.fixture
def owner(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def stranger(make):
    return make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())


def form(**values):
    return {
        "id": str(uuid4()),
        "budget": "200",
        "weeks": "52",
        "max_providers": "3",
        "target": "FL1",
        **values,
    }


def runs(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(MatchRun))


def test_with_one_factory_the_start_page_shows_it_at_once(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.get("/factory")

    assert page.status_code == 200
    assert "<h1>听轴机械一厂</h1>" in page.text
    for title in ("成熟度评估", "差距分析", "发布需求", "组合方案"):
        assert title in page.text
    assert "1 项已发布" in page.text
    assert "还没有匹配过" in page.text


def test_with_two_factories_the_start_page_lists_them(client, make, session, owner, factory):
    make.factory(organisation=factory.organisation, name="听轴机械二厂")
    session.commit()
    client.log_in(owner)

    page = client.get("/factory")

    assert f'<a href="/factory/{factory.id}">听轴机械一厂</a>' in page.text
    assert "听轴机械二厂" in page.text


def test_without_a_factory_the_start_page_says_what_to_do(client, session, stranger):
    session.commit()
    client.log_in(stranger)

    assert "还没有您可以查看的工厂" in client.get("/factory").text


def test_a_visitor_is_sent_to_sign_in_and_back(client, session, factory):
    session.commit()

    answer = client.get(f"/factory/{factory.id}/gaps", follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/login?next=/factory/{factory.id}/gaps"


@pytest.mark.parametrize("page", ["", "/gaps", "/match", "/needs/new"])
def test_a_stranger_finds_no_such_factory(client, session, stranger, factory, page):
    session.commit()
    client.log_in(stranger)

    answer = client.get(f"/factory/{factory.id}{page}")

    assert answer.status_code == 404
    assert "听轴机械" not in answer.text


def test_gaps_show_radar_with_table_grade_by_both_rules_and_conditions(
    client, session, owner, factory
):
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/{factory.id}/gaps")

    assert '<svg class="chart chart-radar" role="img"' in page.text
    assert 'aria-labelledby="radar-title radar-desc"' in page.text
    assert "看数据表" in page.text
    assert "逐级达到" in page.text
    assert "仅供参考：两种规则取较低者" in page.text
    assert "国家没有给出数值" in page.text
    assert "未达到" in page.text
    assert "优先级 = 1000 × 各因素相乘" in page.text
    assert "第 1 阶段" in page.text
    assert "style=" not in page.text


def test_another_target_level_can_be_chosen_in_the_address(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/{factory.id}/gaps", params={"target": "FL3"})

    assert "<h2>卓越级的条件</h2>" in page.text
    assert '<option value="FL3" selected>' in page.text


def test_an_unknown_target_falls_back_to_the_factorys_own(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/{factory.id}/gaps", params={"target": "FL9"})

    assert page.status_code == 200
    assert '<option value="FL1" selected>' in page.text


def test_without_an_assessment_gaps_and_match_say_so(client, make, session):
    factory = make.factory()
    user = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    session.commit()
    client.log_in(user)

    for page in ("gaps", "match"):
        assert "还没有成熟度评估" in client.get(f"/factory/{factory.id}/{page}").text
    refused = client.post(f"/factory/{factory.id}/match", form())
    assert refused.status_code == 409
    assert "还没有提交成熟度评估" in refused.text


def test_the_citys_organiser_looks_and_matches_but_writes_no_need(client, make, session, factory):
    organiser = make.user(
        role=Role.CITY_ORGANISER, organisation=make.organisation(region=factory.region)
    )
    make.need(factory=factory, title="还没想好的草稿", status=NeedStatus.DRAFT)
    session.commit()
    client.log_in(organiser)

    page = client.get(f"/factory/{factory.id}")

    assert "轴承突然坏" in page.text
    assert "还没想好的草稿" not in page.text
    assert "写一条需求" not in page.text
    assert client.get(f"/factory/{factory.id}/match").status_code == 200
    assert client.get(f"/factory/{factory.id}/needs/new").status_code == 403


def test_the_province_looks_but_does_not_match(client, make, session, factory):
    province = make.user(
        role=Role.PROVINCIAL_ORGANISER, organisation=make.organisation(region="河北")
    )
    session.commit()
    client.log_in(province)

    assert client.get(f"/factory/{factory.id}/gaps").status_code == 200
    assert "生成组合方案" not in text_of(client.get(f"/factory/{factory.id}"))
    assert client.get(f"/factory/{factory.id}/match").status_code == 403
    assert client.post(f"/factory/{factory.id}/match", form()).status_code == 403
    assert runs(session) == 0


def test_an_organiser_of_another_city_finds_no_such_factory(client, make, session, factory):
    other = make.user(role=Role.CITY_ORGANISER, organisation=make.organisation(region="唐山"))
    session.commit()
    client.log_in(other)

    assert client.get(f"/factory/{factory.id}").status_code == 404


def test_match_form_is_filled_in_from_the_profile(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/{factory.id}/match")

    assert 'name="budget" type="text" value="200"' in page.text
    assert 'name="weeks" type="text" value="52"' in page.text
    assert "<option selected>4</option>" in page.text
    assert '<option value="FL1" selected>' in page.text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"budget": ""}, "请填写此项"),
        ({"budget": "两百"}, "请填写数字，例如 12.5；收到的是“两百”"),
        ({"budget": "0"}, "不能小于 0.01"),
        ({"weeks": "0"}, "不能小于 1"),
        ({"max_providers": "7"}, "不能大于 6"),
        ({"target": "FL9"}, "“FL9”不在可选范围内，请重新选择"),
    ],
)
def test_a_wrong_match_form_comes_back_with_everything_typed(
    client, session, owner, factory, values, sentence
):
    session.commit()
    client.log_in(owner)

    page = client.post(f"/factory/{factory.id}/match", form(**{"weeks": "33", **values}))

    assert page.status_code == 422
    assert "<title>错误：生成组合方案" in page.text
    assert page.text.count(sentence) == 2
    assert runs(session) == 0
    if "weeks" not in values:
        assert 'value="33"' in page.text


def test_a_run_shows_bundles_with_reasons_proof_and_versions(client, make, session, owner, factory):
    provider = make.provider(organisation=make.organisation(name="振声科技"))
    offering = make.offering(provider=provider, name="轴承听诊器")
    session.commit()
    client.log_in(owner)

    page = client.post(f"/factory/{factory.id}/match", form())

    assert page.status_code == 200
    assert "/factory/runs/" in str(page.url)
    words = text_of(page)
    for expected in (
        "已证明最优",
        "振声科技",
        "15 万元",
        "为本行业设计",
        "还没有经他人确认的案例",
        "建设顺序",
        "第 1–8 周",
        "还没有补上的",
        "得分账",
        "目录版本 1",
    ):
        assert expected in words
    assert f'<a href="/catalogue/offerings/{offering.id}">轴承听诊器</a>' in page.text
    assert "<mark>轴承</mark>" in page.text


def test_the_same_match_form_sent_twice_makes_one_run(client, make, session, owner, factory):
    make.offering(provider=make.provider())
    session.commit()
    client.log_in(owner)
    same = form()

    first = client.post(f"/factory/{factory.id}/match", same)
    second = client.post(f"/factory/{factory.id}/match", same)

    assert str(first.url) == str(second.url)
    assert runs(session) == 1


def test_a_run_outlives_the_offering_it_chose(client, make, session, owner, factory):
    provider = make.provider(organisation=make.organisation(name="振声科技"))
    offering = make.offering(provider=provider, name="轴承听诊器")
    session.commit()
    client.log_in(owner)
    address = str(client.post(f"/factory/{factory.id}/match", form()).url)
    offering.status = ListingStatus.REMOVED
    session.commit()

    page = client.get(address)

    assert page.status_code == 200
    assert "轴承听诊器" in page.text
    assert "振声科技" in page.text
    assert "已不在目录" in page.text
    assert f"/catalogue/offerings/{offering.id}" not in page.text


def test_too_small_a_budget_says_why_there_is_no_bundle_and_what_to_change(
    client, make, session, owner, factory
):
    make.offering(provider=make.provider())
    session.commit()
    client.log_in(owner)

    page = client.post(f"/factory/{factory.id}/match", form(budget="1", weeks="3"))

    words = text_of(page)
    assert "没有得出组合方案" in words
    assert "最便宜的约 15 万元，高于预算 1 万元：请提高预算" in words
    assert "最快的方案需要 8 周，长于期限 3 周：请放宽期限" in words


def test_a_factory_that_lacks_nothing_is_told_so(client, make, session):
    factory = make.factory(level="FL1")
    answers = {f"M{n:02d}": [1.0] * 5 for n in range(1, 21)}
    scenes = {f"S{n:02d}": {"status": "optimised", "ai": True} for n in range(1, 41)}
    make.assessment(factory=factory, answers=answers, scenes=scenes)
    user = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    session.commit()
    client.log_in(user)

    gaps = client.get(f"/factory/{factory.id}/gaps")
    page = client.post(f"/factory/{factory.id}/match", form())

    assert "相对这个目标没有发现差距" in gaps.text
    assert "相对这个目标没有找到差距，也没有已发布的需求" in page.text
    assert "选择更高的目标等级，或先发布需求" in page.text


def test_an_empty_catalogue_says_so(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.post(f"/factory/{factory.id}/match", form())

    assert "没有价格和周期都公开、又足够对题的" in page.text


def test_the_run_is_on_the_factorys_page_and_hidden_from_strangers(
    client, make, session, owner, stranger, factory
):
    make.offering(provider=make.provider())
    session.commit()
    client.log_in(owner)
    client.post(f"/factory/{factory.id}/match", form())
    session.rollback()
    run = session.scalars(select(MatchRun)).one()

    assert f'href="/factory/runs/{run.id}"' in client.get(f"/factory/{factory.id}").text
    client.post("/logout")
    client.log_in(stranger)
    assert client.get(f"/factory/runs/{run.id}").status_code == 404


def test_a_match_form_without_our_key_is_refused(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    assert client.post(f"/factory/{factory.id}/match", form(id="x")).status_code == 404
    assert runs(session) == 0


def test_three_more_needs_cost_no_more_queries(client, make, session, owner, factory, database):
    session.commit()
    client.log_in(owner)
    seen = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    client.get(f"/factory/{factory.id}")
    before = len(seen)
    for number in range(3):
        make.need(factory=factory, title=f"又一条{number}")
    session.commit()
    seen.clear()
    client.get(f"/factory/{factory.id}")

    assert len(seen) == before


def test_the_closed_share_reads_the_same_on_the_list_and_on_the_run(
    client, make, session, owner, factory
):
    make.offering(provider=make.provider())
    session.commit()
    client.log_in(owner)
    client.post(f"/factory/{factory.id}/match", form())
    session.rollback()
    run = session.scalars(select(MatchRun)).one()
    result = copy.deepcopy(run.result)
    for variant in result["bundles"]["variants"]:
        variant["closure_permille"] = 666
    run.result = result
    session.commit()

    listed = text_of(client.get(f"/factory/{factory.id}"))
    shown = text_of(client.get(f"/factory/runs/{run.id}"))

    assert "66.6%" in listed
    assert "补上差距的 66.6%" in shown


@pytest.mark.parametrize("page", ["/factory", "/factory/{id}"])
def test_more_factories_and_runs_cost_no_more_queries(
    client, make, session, owner, factory, wiring, page
):
    def more():
        make.factory(organisation=factory.organisation, name=f"分厂{uuid4()}")
        run = session.scalars(select(MatchRun)).first()
        columns = {c.name: getattr(run, c.name) for c in MatchRun.__table__.columns}
        session.add(MatchRun(**{**columns, "id": uuid4()}))
        session.commit()

    session.commit()
    client.log_in(owner)
    client.post(f"/factory/{factory.id}/match", form())
    more()
    counts = []
    for rows in (1, 3):
        with statements(wiring) as seen:
            answer = client.get(page.format(id=factory.id))
        assert answer.status_code == 200
        counts.append(len(seen))
        for _ in range(2 if rows == 1 else 0):
            more()

    assert counts[0] == counts[1]
