"""From words to saved needs: nothing written while proposing, all or nothing when saving."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.errors import Blocked, Forbidden, InvalidInput, NotFound
from app.models import AuditEvent, Need, NeedStatus
from app.queries.factories import latest_assessment
from app.services.matching_runs import analyse_factory
from app.services.need_proposals import (
    NeedToSave,
    StartText,
    need_engine,
    proposal_from_texts,
    save_proposals,
    split_text,
    texts_from_gaps,
)
from app.services.needs import NeedDraft

BEARING = "轴承什么时候坏没人知道，坏了就停线半天"
STOCK = "仓库盘点老是对不上账，找一种料要翻半天"


@pytest.fixture
def factory(make):
    return make.factory()


@pytest.fixture
def owner(make, factory):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def engine(wiring):
    index = wiring.index
    return need_engine(
        scenes=index.scenes, encoder=index.encoder, criteria=wiring.reference.criteria
    )


@pytest.fixture
def propose(session, factory, owner, engine):
    def run(*texts, **more):
        starts = [text if isinstance(text, StartText) else StartText(text) for text in texts]
        return proposal_from_texts(
            session,
            **{"factory": factory, "texts": starts, "engine": engine, "actor": owner, **more},
        )

    return run


def to_save(symptom=BEARING, **values):
    draft = NeedDraft("", symptom, **{"origin": {"kind": "symptom"}, "subdomains": (), **values})
    return NeedToSave(uuid4(), draft)


def save(session, factory, actor, now, *needs, publish=False):
    return save_proposals(
        session, factory=factory, needs=needs, publish=publish, actor=actor, now=now
    )


def test_proposing_writes_nothing(session, propose):
    proposed = propose(BEARING, STOCK)

    assert [p.proposal.scenes[0].code for p in proposed] == ["S28", "S12"]
    assert session.scalars(select(Need)).all() == []
    assert session.scalars(select(AuditEvent)).all() == []


def test_what_is_given_with_a_text_stays_with_it(propose):
    start = StartText(
        STOCK, scenes=("S13",), subdomains=("M17",), kind="report", source="诊断报告第3页"
    )

    assert propose(start)[0].start.origin == {"kind": "report", "source": "诊断报告第3页"}
    assert propose(start)[0].start.scenes == ("S13",)


def test_names_of_others_are_warned_of_but_not_ones_own_or_a_departments(make, factory, propose):
    make.organisation(name="河北恒通装备有限公司", short_name="恒通装备")
    own = factory.organisation.name

    found = propose(f"{own}去年用了恒通装备的线，老停机，找13800138000也没用")[0].warnings

    assert [(w.kind.value, w.text) for w in found] == [
        ("organisation", "恒通装备"),
        ("contact", "13800138000"),
    ]


def test_drafts_and_published_needs_are_near_closed_and_foreign_ones_are_not(
    make, factory, propose
):
    draft = make.need(factory=factory, symptom=BEARING, title="草稿", status=NeedStatus.DRAFT)
    make.need(factory=factory, symptom=BEARING, title="关闭", status=NeedStatus.CLOSED)
    make.need(factory=make.factory(), symptom=BEARING, title="别家")

    near = propose(f"{BEARING}，想提前知道")[0].similar

    assert [(n.title, n.status) for n in near] == [("草稿", NeedStatus.DRAFT)]
    assert propose(BEARING, without=[draft.id])[0].similar == ()


def test_a_stranger_and_the_organiser_get_no_proposals(make, propose):
    organiser = make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))
    stranger = make.actor(role=Role.FACTORY_MEMBER, organisation=make.organisation())

    for actor in (organiser, stranger):
        with pytest.raises(Forbidden):
            propose(BEARING, actor=actor)


def test_more_than_twelve_texts_are_refused(propose):
    with pytest.raises(InvalidInput) as refused:
        propose(*[BEARING] * 13)

    assert [(p.code, p.params) for p in refused.value.problems] == [
        ("symptoms_too_many", {"max": 12, "count": 13})
    ]


def test_a_text_is_split_and_greetings_alone_are_refused(engine):
    split = split_text(f"您好！\n1、{BEARING}\n2、{STOCK}", engine=engine)

    assert [p.text for p in split.problems] == [BEARING, STOCK]
    with pytest.raises(InvalidInput) as refused:
        split_text("领导好！谢谢！", engine=engine)
    assert [p.code for p in refused.value.problems] == ["symptoms_no_problem"]


def test_saving_keeps_scenes_subdomains_and_origin(session, factory, owner, now):
    need = to_save(scenes=("S28",), subdomains=("M13",), origin={"kind": "gap", "source": "M13"})

    saved = save(session, factory, owner, now, need)[0]

    assert (saved.scenes, saved.subdomains) == (["S28"], ["M13"])
    assert saved.origin == {"kind": "gap", "source": "M13"}
    assert saved.status is NeedStatus.DRAFT


def test_saving_the_same_form_twice_makes_each_need_once(session, factory, owner, now):
    needs = [to_save(), to_save(STOCK)]

    save(session, factory, owner, now, *needs, publish=True)
    save(session, factory, owner, now, *needs, publish=True)

    assert {n.id for n in session.scalars(select(Need))} == {n.need_id for n in needs}
    assert list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq))) == [
        "need.created",
        "need.published",
        "need.created",
        "need.published",
    ]


def test_one_bad_need_saves_none(session, factory, owner, now):
    with pytest.raises(Blocked) as refused:
        save(session, factory, owner, now, to_save(), to_save("太短"))

    assert [p.code for p in refused.value.problems] == ["too_short"]
    assert session.scalars(select(Need)).all() == []


def test_saving_nothing_is_refused(session, factory, owner, now):
    with pytest.raises(Blocked) as refused:
        save(session, factory, owner, now)

    assert [p.code for p in refused.value.problems] == ["symptoms_nothing_kept"]


def test_a_stranger_saves_nothing(session, make, factory, now):
    stranger = make.actor(role=Role.FACTORY_MEMBER, organisation=make.organisation())

    with pytest.raises(Forbidden):
        save(session, factory, stranger, now, to_save())


def test_a_key_of_another_factorys_need_is_not_found(session, make, factory, owner, now):
    foreign = make.need(factory=make.factory(), status=NeedStatus.DRAFT)

    with pytest.raises(NotFound):
        save(session, factory, owner, now, NeedToSave(foreign.id, to_save().draft))


@pytest.fixture
def gaps(session, make, factory, wiring):
    make.assessment(factory=factory)
    assessment = latest_assessment(session, factory.id)

    def run(*codes, target="FL2"):
        analysis = analyse_factory(factory, assessment, wiring.reference.criteria, target=target)
        return texts_from_gaps(analysis, findings=assessment.findings, codes=codes)

    return run


def test_a_gap_with_findings_speaks_their_words(gaps):
    start = gaps("M13")[0]

    assert start.text == "轴承坏了才知道，全靠老师傅耳听手摸"
    assert (start.subdomains, start.kind, start.source) == (("M13",), "gap", "M13")
    assert start.title == "设备管理"


def test_a_gap_without_findings_says_what_is_short(gaps):
    start = gaps("M16")[0]

    assert start.text.startswith("能源管理：当前1.5级，目标")
    assert "还差：" in start.text
    assert 10 <= len(start.text) <= 1000


def test_a_scene_gap_names_its_scene_and_the_subdomains_behind_it(gaps):
    start = gaps("S16")[0]

    assert start.scenes == ("S16",)
    assert start.subdomains[0] == "M16"
    assert len(start.text) <= 1000


def test_no_chosen_gap_is_refused(gaps):
    for codes in ((), ("S99", "M99")):
        with pytest.raises(InvalidInput) as refused:
            gaps(*codes)
        assert [p.code for p in refused.value.problems] == ["gaps_none_chosen"]
