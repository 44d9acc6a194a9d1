"""Events in the browser: the organiser's steps, and who sees what before and after publication."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, func, select

from app.core.actors import Role
from app.models import (
    Event,
    EventPairRule,
    EventParticipant,
    EventRun,
    OrganisationKind,
    PairRuleKind,
    PoolStatus,
    Side,
)
from tests.web.conftest import text_of
from tests.web.statements import statements

FORM = {
    "title": "邢台轴承供需对接会",
    "venue": "会展中心",
    "held_on": "2026-12-10",
    "notes": "",
    "slot_minutes": "20",
    "pause_minutes": "5",
    "morning_start": "10:00",
    "morning_slots": "2",
    "afternoon_start": "13:30",
    "afternoon_slots": "2",
    "tables": "A1-A3",
    "factory_min": "1",
    "factory_max": "4",
    "provider_min": "1",
    "provider_max": "4",
    "fairness": "2",
}


class Town:
    """A department with its organiser and an event with two factories and two providers."""

    def __init__(self, make):
        self.make = make
        self.department = make.organisation(kind=OrganisationKind.DEPARTMENT)
        self.organiser = make.user(role=Role.CITY_ORGANISER, organisation=self.department)
        self.event = make.event(organisation=self.department)
        self.factories, self.providers = [], []
        for name in ("甲轴承", "乙轴承"):
            factory = make.factory(name=name)
            make.assessment(factory=factory)
            make.need(factory=factory)
            make.participant(event=self.event, who=factory)
            self.factories.append(factory)
        for name in ("丙监测", "丁监测"):
            provider = make.provider(organisation=make.organisation(name=name, short_name=name))
            make.offering(provider=provider)
            make.participant(event=self.event, who=provider)
            self.providers.append(provider)
        self.path = f"/organiser/events/{self.event.id}"

    def member(self, who):
        role = Role.FACTORY_MEMBER if who in self.factories else Role.PROVIDER_MEMBER
        return self.make.user(role=role, organisation=who.organisation)

    def stranger(self, role: Role):
        region = "河北" if role is Role.PROVINCIAL_ORGANISER else "唐山"
        return self.make.user(role=role, organisation=self.make.organisation(region=region))


@pytest.fixture
def town(make):
    return Town(make)


@pytest.fixture
def generated(client, town, session):
    """The town with one generated run; the organiser is signed in."""
    session.commit()
    client.log_in(town.organiser)
    answer = client.post(f"{town.path}/generate", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    town.run_path = answer.headers["Location"]
    return town


def test_the_list_shows_the_own_department_only(client, town, make, session):
    other = make.event(organisation=make.organisation(region="唐山"), title="唐山对接会")
    session.commit()
    client.log_in(town.organiser)

    page = client.get("/organiser/events")

    assert page.status_code == 200
    assert town.event.title in page.text
    assert other.title not in page.text


def test_the_province_sees_all_events(client, town, session):
    province = town.stranger(Role.PROVINCIAL_ORGANISER)
    session.commit()
    client.log_in(province)

    assert town.event.title in client.get("/organiser/events").text
    assert client.get(town.path).status_code == 200


def test_a_longer_list_costs_no_more_queries(client, town, make, session, wiring):
    session.commit()
    client.log_in(town.organiser)
    statements = []
    event.listen(
        wiring.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_more: statements.append(statement),
    )

    def cost() -> int:
        statements.clear()
        assert client.get("/organiser/events").status_code == 200
        return sum(statement.startswith("SELECT") for statement in statements)

    with_one = cost()
    for _ in range(2):
        make.event(organisation=town.department)
    session.commit()

    assert cost() == with_one == 7


@pytest.mark.parametrize("role", [Role.FACTORY_MEMBER, Role.PROVIDER_MEMBER])
def test_members_of_firms_have_no_event_pages(client, town, session, role):
    user = town.stranger(role)
    session.commit()
    client.log_in(user)

    assert client.get("/organiser/events").status_code == 403
    assert client.get("/organiser/events/new").status_code == 403
    assert client.get(town.path).status_code == 404


PAGES = ["", "/edit", "/participants", "/rules", f"/runs/{uuid4()}"]
POSTS = ["/edit", "/participants", "/rules", "/generate", f"/runs/{uuid4()}/publish", "/unpublish"]


def test_another_city_cannot_tell_that_the_event_exists(client, town, session):
    stranger = town.stranger(Role.CITY_ORGANISER)
    session.commit()
    client.log_in(stranger)

    assert {client.get(town.path + page).status_code for page in PAGES} == {404}
    assert {client.post(town.path + page, FORM).status_code for page in POSTS} == {404}


def test_a_visitor_is_sent_to_the_sign_in_page(client, town, session):
    session.commit()

    for page in ["/organiser/events", town.path, "/my/meetings"]:
        answer = client.get(page, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"][:6]) == (303, "/login")


def test_an_event_is_made_from_the_form(client, town, session):
    session.commit()
    client.log_in(town.organiser)

    page = client.post("/organiser/events", {**FORM, "event_id": str(uuid4())})

    assert page.status_code == 200
    assert "邢台轴承供需对接会" in text_of(page)
    assert "上午 10:00–10:20 上午 10:25–10:45 下午 13:30–13:50 下午 13:55–14:15" in text_of(page)
    assert "参会名单里还没有工厂" in text_of(page)


def test_a_double_click_makes_one_event(client, town, session):
    session.commit()
    client.log_in(town.organiser)
    form = {**FORM, "event_id": str(uuid4())}

    first = client.post("/organiser/events", form, follow_redirects=False)
    second = client.post("/organiser/events", form, follow_redirects=False)

    assert first.headers["Location"] == second.headers["Location"]
    assert session.scalar(select(func.count()).where(Event.title == FORM["title"])) == 1


def test_wrong_fields_come_back_with_sentences_and_typed_values(client, town, session):
    session.commit()
    client.log_in(town.organiser)

    page = client.post(
        "/organiser/events", {**FORM, "factory_min": "5", "held_on": "昨天", "tables": ""}
    )

    assert page.status_code == 422
    assert "<title>错误：新建活动" in page.text
    assert "请按 2026-11-23 的格式填写日期；收到的是“昨天”" in page.text
    assert 'value="昨天"' in page.text

    page = client.post("/organiser/events", {**FORM, "factory_min": "5", "tables": ""})

    assert page.status_code == 422
    assert page.text.count("最多场次不能少于最少场次") == 2  # in the summary and at the field
    assert page.text.count("还没有桌位，请至少填写一张桌子") == 2
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_the_second_editor_keeps_the_typed_words_and_is_warned(client, town, session):
    session.commit()
    client.log_in(town.organiser)
    client.post(f"{town.path}/edit", {**FORM, "version": "1", "title": "先保存的名称"})

    late = client.post(f"{town.path}/edit", {**FORM, "version": "1", "title": "后保存的名称"})

    assert late.status_code == 409
    assert "这条记录在您打开后已被他人修改" in late.text
    assert 'value="后保存的名称"' in late.text
    assert "先保存的名称" in client.get(town.path).text


def test_the_task_list_says_what_is_missing_and_what_fits(client, town, session):
    session.commit()
    client.log_in(town.organiser)

    text = text_of(client.get(town.path))

    assert "参会名单 已完成" in text
    assert "配对规则 可选" in text
    assert "生成配对和时间表 可以开始" in text
    assert "3 张桌子 × 4 个时段 = 12 个席次；承诺的最少场次需要 2 场，全部排满最多 8 场" in text


def test_the_check_warns_of_guarantees_that_nobody_can_keep(client, town, session):
    town.event.factory_min = 3
    session.commit()
    client.log_in(town.organiser)

    assert "每家工厂至少 3 场，但名单里只有 2 家服务商" in client.get(town.path).text


def test_a_firm_is_found_added_and_removed(client, town, make, session):
    newcomer = make.factory(name="戊轴承", industry="C33")
    session.commit()
    client.log_in(town.organiser)

    found = client.get(f"{town.path}/participants", params={"q": "戊", "industry": "C33"})
    assert "共 1 家可邀请" in text_of(found)

    page = client.post(f"{town.path}/participants", {"side": "factory", "ids": str(newcomer.id)})
    assert "工厂（3）" in page.text

    seat = session.scalars(
        select(EventParticipant.id).where(EventParticipant.factory_id == newcomer.id)
    ).one()
    page = client.post(f"{town.path}/participants/{seat}/remove")
    assert "工厂（2）" in page.text


def test_a_factory_of_another_city_is_neither_offered_nor_accepted(client, town, make, session):
    foreign = make.factory(name="唐山的厂", organisation=make.organisation(region="唐山"))
    session.commit()
    client.log_in(town.organiser)

    assert "唐山的厂" not in client.get(f"{town.path}/participants").text
    answer = client.post(f"{town.path}/participants", {"side": "factory", "ids": str(foreign.id)})

    assert answer.status_code == 422
    assert "选择的企业不在可邀请范围内" in answer.text


def test_adding_nobody_says_so(client, town, session):
    session.commit()
    client.log_in(town.organiser)

    answer = client.post(f"{town.path}/participants", {"side": "provider"})

    assert answer.status_code == 422
    assert "请至少选择一项" in answer.text


def test_htmx_gets_only_the_candidates(client, town, make, session):
    make.factory(name="戊轴承")
    session.commit()
    client.log_in(town.organiser)

    part = client.get(f"{town.path}/participants", headers={"HX-Request": "true"})

    assert part.text.lstrip().startswith("<form")
    assert "戊轴承" in part.text
    assert "<html" not in part.text


def seat_of(session, town, side: Side) -> UUID:
    query = select(EventParticipant.id).where(
        EventParticipant.event_id == town.event.id, EventParticipant.side == side
    )
    return session.scalars(query.order_by(EventParticipant.id)).first()


def test_own_limits_and_absences_are_kept(client, town, session):
    session.commit()
    client.log_in(town.organiser)
    seat = seat_of(session, town, Side.FACTORY)
    session.rollback()

    client.post(
        f"{town.path}/participants/{seat}",
        {"min_meetings": "0", "max_meetings": "1", "absent": ["0", "3"]},
    )

    stored = session.get(EventParticipant, seat)
    assert (stored.min_meetings, stored.max_meetings, stored.absent_slots) == (0, 1, [0, 3])


def test_limits_in_the_wrong_order_come_back(client, town, session):
    session.commit()
    client.log_in(town.organiser)
    seat = seat_of(session, town, Side.PROVIDER)

    page = client.post(
        f"{town.path}/participants/{seat}",
        {"min_meetings": "3", "max_meetings": "2", "absent": ["1"]},
    )

    assert page.status_code == 422
    assert "最多场次不能少于最少场次" in page.text
    assert 'value="1" checked' in page.text


def test_a_rule_is_added_replaced_and_removed(client, town, session):
    session.commit()
    client.log_in(town.organiser)
    pair = {
        "factory": str(seat_of(session, town, Side.FACTORY)),
        "provider": str(seat_of(session, town, Side.PROVIDER)),
    }
    session.rollback()

    assert "已有规则（1）" in client.post(f"{town.path}/rules", {**pair, "kind": "must"}).text
    page = client.post(f"{town.path}/rules", {**pair, "kind": "forbid"})
    assert "已有规则（1）" in page.text
    assert ">不得安排</span>" in page.text

    rule = session.scalars(select(EventPairRule.id)).one()
    session.rollback()
    assert "已有规则（0）" in client.post(f"{town.path}/rules/{rule}/remove").text


def test_a_rule_without_a_provider_says_so(client, town, session):
    session.commit()
    client.log_in(town.organiser)

    page = client.post(f"{town.path}/rules", {"factory": str(seat_of(session, town, Side.FACTORY))})

    assert page.status_code == 422
    assert page.text.count("请填写此项") == 4  # provider and kind, each in summary and field


def test_the_run_page_shows_proof_timetable_matrix_and_reasons(client, generated):
    page = client.get(generated.run_path)
    text = text_of(page)

    assert "已证明最优" in text
    assert "4 场洽谈" in text
    assert "没有违反任何规则" in text
    assert "空档 0 次，证明的下界 0 次，相差 0 次" in text
    assert page.text.count('class="meeting"') == 12  # four meetings: grid and both agendas
    assert page.text.count(" meets") == 4
    assert "针对“轴承突然坏”，可用《轴承振动在线监测" in text
    assert "发布这张时间表" in text


def test_generating_again_without_a_change_shows_the_same_run(client, generated):
    again = client.post(f"{generated.path}/generate", follow_redirects=False)

    assert again.headers["Location"] == generated.run_path


def test_generating_an_empty_event_gives_sentences(client, town, make, session):
    empty = make.event(organisation=town.department)
    session.commit()
    client.log_in(town.organiser)

    answer = client.post(f"/organiser/events/{empty.id}/generate")

    assert answer.status_code == 409
    assert "参会名单里还没有工厂" in answer.text
    assert "参会名单里还没有服务商" in answer.text


def test_an_infeasible_event_names_the_rule_and_the_smallest_change(client, town, make, session):
    tight = make.event(
        organisation=town.department, slots=1, tables=1,
        factory_min=1, factory_max=1, provider_min=1, provider_max=1,
    )  # fmt: skip
    for who in (*town.factories, *town.providers):
        make.participant(event=tight, who=who)
    session.commit()
    client.log_in(town.organiser)

    page = client.post(f"/organiser/events/{tight.id}/generate")
    text = text_of(page)

    assert page.status_code == 200
    assert "无可行方案" in text
    assert "1 张桌子 × 1 个时段最多 1 场，需要 2 场：再加 1 张桌子或 1 个时段" in text
    assert "发布这张时间表" not in text
    run = session.scalars(select(EventRun).where(EventRun.event_id == tight.id)).one()
    session.rollback()
    answer = client.post(f"/organiser/events/{tight.id}/runs/{run.id}/publish")
    assert answer.status_code == 409
    assert "没有得到完整的时间表" in answer.text


def test_before_publication_nobody_but_the_organiser_sees_meetings(client, generated, session):
    town = generated
    run_id = town.run_path.rsplit("/", 1)[-1]
    users = [
        town.member(town.factories[0]),
        town.member(town.providers[0]),
        town.stranger(Role.CITY_ORGANISER),
    ]
    session.commit()
    assert "丙监测" in client.get(town.run_path).text
    client.post("/logout")

    for user in users:
        client.log_in(user)
        own = client.get("/my/meetings")
        assert own.status_code == 200
        assert "还没有洽谈安排" in own.text
        assert town.event.title not in own.text
        assert client.get(f"{town.path}/runs/{run_id}").status_code == 404
        client.post("/logout")
    answer = client.get(town.run_path, follow_redirects=False)
    assert answer.status_code == 303


def published(client, town):
    answer = client.post(f"{town.run_path}/publish")
    assert "已发布" in answer.text


def test_after_publication_each_firm_sees_its_own_meetings_only(client, generated, session):
    town = generated
    published(client, town)
    factory, provider = town.member(town.factories[0]), town.member(town.providers[0])
    stranger = town.stranger(Role.FACTORY_MEMBER)
    session.commit()
    client.post("/logout")

    client.log_in(factory)
    page = text_of(client.get("/my/meetings"))
    assert town.event.title in page
    assert "丙监测" in page
    assert "丁监测" in page
    assert "乙轴承" not in page
    client.post("/logout")

    client.log_in(provider)
    page = text_of(client.get("/my/meetings"))
    assert "甲轴承" in page
    assert "乙轴承" in page
    assert "丁监测" not in page
    assert "轴承突然坏" not in page  # the factory's own words stay with the factory
    client.post("/logout")

    client.log_in(stranger)
    assert "还没有洽谈安排" in client.get("/my/meetings").text


def test_taking_the_timetable_back_hides_it_again(client, generated, session):
    town = generated
    published(client, town)
    member = town.member(town.factories[0])
    session.commit()
    client.post(f"{town.path}/unpublish")
    client.post("/logout")

    client.log_in(member)

    assert "还没有洽谈安排" in client.get("/my/meetings").text


def test_an_outdated_run_cannot_be_published_and_says_why(client, generated, session):
    seat = seat_of(session, generated, Side.FACTORY)
    session.rollback()
    client.post(f"{generated.path}/participants/{seat}", {"max_meetings": "1"})

    page = client.get(generated.run_path)
    answer = client.post(f"{generated.run_path}/publish")

    assert "第 1 次生成之后，活动信息、名单或规则有改动" in page.text
    assert answer.status_code == 409
    assert "需要重做" in client.get(generated.path).text


def test_a_replacing_run_is_what_the_firms_see(client, generated, session):
    town = generated
    published(client, town)
    seat = session.scalars(
        select(EventParticipant.id).where(EventParticipant.provider_id == town.providers[1].id)
    ).one()
    member = town.member(town.factories[0])
    session.commit()
    client.post(f"{town.path}/participants/{seat}", {"min_meetings": "0", "max_meetings": "0"})
    second = client.post(f"{town.path}/generate", follow_redirects=False).headers["Location"]
    assert "用这次结果替换已发布的时间表" in client.get(second).text
    client.post(f"{second}/publish")
    client.post("/logout")

    client.log_in(member)
    page = text_of(client.get("/my/meetings"))

    assert "丙监测" in page
    assert "丁监测" not in page


def test_going_back_and_sending_a_new_event_again_with_other_words_loses_nothing(
    client, town, session
):
    session.commit()
    client.log_in(town.organiser)
    form = {**FORM, "event_id": str(uuid4())}
    client.post("/organiser/events", form)

    answer = client.post("/organiser/events", {**form, "title": "邢台线缆供需对接会"})

    assert answer.status_code == 409
    assert "邢台线缆供需对接会" in answer.text
    version = '<input type="hidden" name="version" value="1">'
    assert version in answer.text
    client.post(f"/organiser/events/{form['event_id']}/edit", {**form, "version": "1",
                "title": "邢台线缆供需对接会"})  # fmt: skip
    titles = session.scalars(select(Event.title).where(Event.id == UUID(form["event_id"]))).all()
    assert titles == ["邢台线缆供需对接会"]


@pytest.mark.parametrize(
    "tables", ["A" + "1" * 5_000 + "-A" + "1" * 5_000, "、".join(["A1-A400"] * 3_000)]
)
def test_endless_table_labels_are_refused_and_not_expanded(client, town, session, tables):
    session.commit()
    client.log_in(town.organiser)

    answer = client.post("/organiser/events", {**FORM, "event_id": str(uuid4()), "tables": tables})

    assert answer.status_code == 422
    assert session.scalar(select(func.count()).select_from(Event)) == 1


def test_what_a_factory_of_another_city_lacks_is_not_told_to_the_organiser(
    client, town, make, session
):
    guest = make.factory(organisation=make.organisation(region="唐山"), name="外市客厂")
    make.assessment(factory=guest)
    title = "外市的难处"
    make.need(factory=guest, title=title, symptom="轴承什么时候坏没人知道，坏了就停线半天")
    make.participant(event=town.event, who=guest)
    province = town.stranger(Role.PROVINCIAL_ORGANISER)
    session.commit()
    client.log_in(town.organiser)
    path = client.post(f"{town.path}/generate", follow_redirects=False).headers["Location"]

    page = text_of(client.get(path))

    assert "外市客厂" in page
    assert "轴承突然坏" in page  # the own city's factories
    assert title not in page
    client.post("/logout")
    client.log_in(province)
    assert title in text_of(client.get(path))


def test_a_provider_that_left_the_pool_is_named_but_not_linked(client, generated, session):
    town = generated
    published(client, town)
    member = town.member(town.factories[0])
    session.commit()
    link = f"/providers/{town.providers[0].id}"
    client.post("/logout")
    client.log_in(member)
    assert link in client.get("/my/meetings").text
    town.providers[0].pool_status = PoolStatus.SUSPENDED
    session.commit()

    page = client.get("/my/meetings").text

    assert "丙监测" in page
    assert link not in page


def test_a_newcomer_that_nobody_has_reviewed_is_not_offered_for_an_event(
    client, town, make, session
):
    newcomer = make.provider(
        organisation=make.organisation(name="未审新厂商"), pool_status=PoolStatus.CANDIDATE
    )
    session.commit()
    client.log_in(town.organiser)

    page = client.get(f"{town.path}/participants?side=provider")
    answer = client.post(
        f"{town.path}/participants", {"side": "provider", "ids": [str(newcomer.id)]}
    )

    assert "未审新厂商" not in page.text
    assert answer.status_code == 422


@pytest.mark.parametrize("page", ["", "/participants", "/rules", "/edit", "run", "/my/meetings"])
def test_a_larger_event_costs_no_more_queries(client, town, make, session, wiring, page):
    third = make.factory(name="丙轴承")
    make.assessment(factory=third)
    small = make.event(organisation=town.department, title="小活动")
    seats = {id(who): make.participant(event=small, who=who) for who in
             (town.factories[0], town.providers[0])}  # fmt: skip
    make.pair_rule(
        factory=seats[id(town.factories[0])],
        provider=seats[id(town.providers[0])],
        kind=PairRuleKind.MUST,
    )
    large = make.event(organisation=town.department, title="大活动", slots=6, tables=5)
    more = [*town.factories, third, *town.providers]
    rows = {id(who): make.participant(event=large, who=who) for who in more}
    for factory in (*town.factories, third):
        make.pair_rule(
            factory=rows[id(factory)], provider=rows[id(town.providers[0])], kind=PairRuleKind.MUST
        )
    member = make.user(role=Role.PROVIDER_MEMBER, organisation=town.providers[0].organisation)
    session.commit()
    counts = []
    for one in (small, large):
        client.log_in(town.organiser)
        path = f"/organiser/events/{one.id}"
        run = client.post(f"{path}/generate", follow_redirects=False).headers["Location"]
        client.post(f"{run}/publish")
        if page == "/my/meetings":
            client.log_in(member)
        where = {"run": run, "/my/meetings": page}.get(page, path + page)
        client.get(where)
        with statements(wiring) as seen:
            answer = client.get(where)
        assert answer.status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1]
