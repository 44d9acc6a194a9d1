"""Needs: saved once however often the form arrives, only by their people, with a trace."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.errors import Blocked, Forbidden, IllegalTransition, NotFound
from app.models import AuditEvent, Need, NeedStatus
from app.queries import needs as queries
from app.services.needs import NeedDraft, close_need, publish_need, save_need

DRAFT = NeedDraft("", "轴承什么时候坏没人知道，坏了就停线半天", scenes=("S28",), budget_fen=100)


@pytest.fixture
def factory(make):
    return make.factory()


@pytest.fixture
def owner(make, factory):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def colleague(make, factory):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def stranger(make):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=make.organisation())


@pytest.fixture
def organiser(make):
    return make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))


def save(session, factory, actor, now, *, need_id=None, draft=DRAFT, publish=False):
    return save_need(
        session,
        factory=factory,
        need_id=need_id or uuid4(),
        draft=draft,
        publish=publish,
        actor=actor,
        now=now,
    )


def actions(session):
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def test_a_saved_draft_takes_its_title_from_the_text(session, factory, owner, now):
    need = save(session, factory, owner, now)

    assert need.title == "轴承什么时候坏没人知道"
    assert need.status is NeedStatus.DRAFT
    assert need.scenes == ["S28"]
    assert actions(session) == ["need.created"]


def test_saving_and_publishing_at_once_records_both(session, factory, owner, now):
    need = save(session, factory, owner, now, publish=True)

    assert need.status is NeedStatus.PUBLISHED
    assert actions(session) == ["need.created", "need.published"]


def test_the_same_form_twice_makes_one_need_and_one_trace(session, factory, owner, now):
    key = uuid4()
    save(session, factory, owner, now, need_id=key, publish=True)
    save(session, factory, owner, now, need_id=key, publish=True)

    assert [need.id for need in session.scalars(select(Need))] == [key]
    assert actions(session) == ["need.created", "need.published"]


def test_a_colleague_may_change_a_draft(session, factory, owner, colleague, now):
    need = save(session, factory, owner, now)

    save(
        session,
        factory,
        colleague,
        now,
        need_id=need.id,
        draft=NeedDraft("换个标题", DRAFT.symptom, urgency="high"),
    )

    assert (need.title, need.urgency, need.scenes) == ("换个标题", "high", [])
    assert actions(session) == ["need.created", "need.changed"]


def test_a_published_need_cannot_be_changed_by_an_old_form(session, factory, owner, now):
    need = save(session, factory, owner, now, publish=True)

    with pytest.raises(Blocked) as refused:
        save(
            session,
            factory,
            owner,
            now,
            need_id=need.id,
            draft=NeedDraft("", "另一件完全不同的事情，请改"),
        )

    assert [p.code for p in refused.value.problems] == ["need_not_draft"]
    assert need.symptom == DRAFT.symptom


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (NeedDraft("", "太短"), "too_short"),
        (NeedDraft("", "长" * 1001), "too_long"),
        (NeedDraft("找13800138000", DRAFT.symptom), "contact_in_text"),
    ],
)
def test_a_need_with_problems_is_not_saved(session, factory, owner, now, draft, code):
    with pytest.raises(Blocked) as refused:
        save(session, factory, owner, now, draft=draft)

    assert [p.code for p in refused.value.problems] == [code]
    assert session.scalars(select(Need)).all() == []


def test_only_the_factorys_people_write(session, factory, stranger, organiser, now):
    for actor in (stranger, organiser):
        with pytest.raises(Forbidden):
            save(session, factory, actor, now)


def test_a_key_of_another_factorys_need_is_not_found(session, make, factory, owner, now):
    foreign = make.need(factory=make.factory(), status=NeedStatus.DRAFT)

    with pytest.raises(NotFound):
        save(session, factory, owner, now, need_id=foreign.id)

    assert foreign.title == "轴承突然坏"


def test_publishing_twice_changes_nothing_the_second_time(session, make, factory, owner, now):
    need = make.need(factory=factory, status=NeedStatus.DRAFT)

    publish_need(session, need_id=need.id, actor=owner, now=now)
    publish_need(session, need_id=need.id, actor=owner, now=now)

    assert need.status is NeedStatus.PUBLISHED
    assert actions(session) == ["need.published"]


def test_a_closed_need_stays_closed(session, make, factory, owner, now):
    need = make.need(factory=factory)
    close_need(session, need_id=need.id, actor=owner, now=now)

    with pytest.raises(IllegalTransition):
        publish_need(session, need_id=need.id, actor=owner, now=now)

    assert need.status is NeedStatus.CLOSED
    assert actions(session) == ["need.closed"]


def test_an_organiser_of_the_region_sees_a_published_need_but_may_not_close_it(
    session, make, factory, organiser, now
):
    need = make.need(factory=factory)

    with pytest.raises(Forbidden):
        close_need(session, need_id=need.id, actor=organiser, now=now)


def test_a_stranger_cannot_tell_that_the_need_exists(session, make, factory, stranger, now):
    need = make.need(factory=factory)

    with pytest.raises(NotFound):
        close_need(session, need_id=need.id, actor=stranger, now=now)


def test_a_draft_is_for_the_factorys_own_people_only(session, make, factory, owner, organiser):
    draft = make.need(factory=factory, status=NeedStatus.DRAFT, title="草稿")
    published = make.need(factory=factory, title="发布的")

    assert [n.title for n in queries.list_visible(session, factory, to=owner)] == [
        published.title,
        draft.title,
    ]
    assert [n.title for n in queries.list_visible(session, factory, to=organiser)] == ["发布的"]
    with pytest.raises(NotFound):
        queries.one_visible(session, draft.id, to=organiser)
