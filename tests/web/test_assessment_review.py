"""The pages by which a city checks assessments."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.models import Assessment, AssessmentStatus, AuditEvent, Finding, Membership
from tests.conftest import NOW
from tests.web.conftest import text_of
from tests.web.statements import statements

QUEUE = "/organiser/assessments"
SUBMITTED = AssessmentStatus.SUBMITTED
EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def organiser(make):
    department = make.organisation(name="邢台主管部门", region="邢台")
    return make.user(role=Role.CITY_ORGANISER, organisation=department)


@pytest.fixture
def waiting(make):
    """A second version handed in ten days ago; it differs from the verified first in five places."""
    factory = make.factory(name="待复核工厂")
    make.assessment(factory=factory)
    answers = {f"M{n:02d}": [1.0, 0.5, 0.0, 0.0, 0.0] for n in range(1, 21)}
    answers["M13"] = [1.0, 0.8, None, 0.0, 0.0]
    row = make.assessment(
        factory=factory,
        version=2,
        status=SUBMITTED,
        submitted_at=NOW - timedelta(days=10),
        revision=7,
        answers=answers,
        scenes={"S02": {"status": "applied", "ai": True}},
        kpis={"K01": 61.5},
        kpis_before={"K01": 40.0},
        eligibility={"EL1": True},
        profile={"systems": ["ERP", "MES"], "budget_fen": 300_000_000, "horizon_weeks": None},
    )
    row.factory = factory
    return row


def decision(**values):
    return {"decision": "verify", "revision": "7", "note": "", **values}


def reloaded(session, assessment):
    session.rollback()
    session.expire_all()
    return session.get_one(Assessment, assessment.id)


def audited(session):
    session.rollback()
    query = select(AuditEvent.action).where(AuditEvent.object_type == "assessment")
    return session.scalars(query).all()


def test_the_queue_shows_age_grade_and_completeness_oldest_first(
    client, make, session, organiser, waiting
):
    make.assessment(
        factory=make.factory(name="刚交的工厂"), status=SUBMITTED, submitted_at=NOW, answers={}
    )
    session.commit()
    client.log_in(organiser)

    page = client.get(QUEUE)

    words = text_of(page)
    assert "共 2 份待复核" in words
    assert words.index("待复核工厂") < words.index("刚交的工厂")
    assert "10 天" in words
    assert "98%" in words
    assert "0%" in words
    assert "通用设备制造业" in words
    assert 'aria-current="page">评估复核' in page.text


def test_the_queue_asks_the_database_as_often_for_three_as_for_one(
    client, make, session, wiring, organiser, waiting
):
    session.commit()
    client.log_in(organiser)

    with statements(wiring) as for_one:
        client.get(QUEUE)
    for _ in range(2):
        make.assessment(factory=make.factory(), status=SUBMITTED, submitted_at=NOW)
    session.commit()
    with statements(wiring) as for_three:
        client.get(QUEUE)

    assert len(for_one) == len(for_three)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "全部处理完毕"),
        ("?status=returned", "没有退回修改的评估"),
        ("?status=verified", "还没有通过复核的评估"),
        ("?status=draft&page=9x", "全部处理完毕"),
        ("?page=99999999999", "全部处理完毕"),
    ],
)
def test_an_empty_queue_says_why(client, session, organiser, query, words):
    session.commit()
    client.log_in(organiser)

    answer = client.get(QUEUE + query)

    assert answer.status_code == 200
    assert words in answer.text


def test_the_page_shows_every_section_and_what_changed(client, session, organiser, waiting):
    session.commit()
    client.log_in(organiser)

    page = client.get(f"{QUEUE}/{waiting.id}")

    words = text_of(page)
    assert "与上一版不同（处）" in words
    assert "<strong>5</strong><span>与上一版不同（处）" in page.text
    assert "0.5 → 0.8" in words
    assert "0 → 未答" in words
    assert "S02 数字基础设施建设 应用 · AI 有变化 上一版：试点" in words
    assert '<a class="chip" href="#scenes.S02">' in page.text
    assert "40 → 61.5" in words
    assert "轴承坏了才知道，全靠老师傅耳听手摸" in words
    assert "ERP、MES" in words
    assert "有智能制造发展规划，并安排相应资源投入" in words
    for place in ("answers.M03", "scenes.S40", "kpis.K20", "eligibility.EL7", "scope.trimmed"):
        assert f'name="notes.{place}"' in page.text


def test_a_first_version_marks_nothing_as_changed(client, make, session, organiser):
    first = make.assessment(factory=make.factory(), status=SUBMITTED, submitted_at=NOW, revision=7)
    session.commit()
    client.log_in(organiser)

    words = text_of(client.get(f"{QUEUE}/{first.id}"))

    assert "这是第一次提交，没有上一版" in words
    assert "有变化" not in words


def test_a_process_factory_is_asked_for_eighteen_subdomains(client, make, session, organiser):
    answers = {f"M{n:02d}": [1.0, 0.5, 0.0, 0.0, 0.0] for n in range(1, 21) if n != 19}
    factory = make.factory(industry="C31", mfg_type="process")
    row = make.assessment(
        factory=factory, status=SUBMITTED, submitted_at=NOW, mfg_type="process", answers=answers
    )
    session.commit()
    client.log_in(organiser)

    page = client.get(f"{QUEUE}/{row.id}").text

    assert page.count('<article class="card"') == 18


def test_verifying_leaves_the_queue_and_says_who_and_when(client, session, organiser, waiting):
    session.commit()
    client.log_in(organiser)

    for _ in range(2):
        answer = client.post(f"{QUEUE}/{waiting.id}", decision(), follow_redirects=False)
        assert answer.headers["Location"] == f"{QUEUE}?done=verified"

    assert "已通过复核，结果已告知工厂" in client.get(f"{QUEUE}?done=verified").text
    assert reloaded(session, waiting).status is AssessmentStatus.VERIFIED
    assert audited(session) == ["assessment.verified"]
    assert "待复核工厂" not in client.get(QUEUE).text
    assert "待复核工厂" in client.get(f"{QUEUE}?status=verified").text
    page = client.get(f"{QUEUE}/{waiting.id}").text
    assert f"{organiser.display_name}于 2026-11-23 10:30 通过复核" in page
    assert 'value="verify"' not in page


def test_returning_needs_a_note_and_hides_the_factorys_work(client, session, organiser, waiting):
    session.commit()
    client.log_in(organiser)
    url = f"{QUEUE}/{waiting.id}"

    refused = client.post(url, decision(decision="return"))
    assert refused.status_code == 422
    assert "<title>错误：" in refused.text
    assert refused.text.count("退回修改至少要写一条意见") == 2
    assert audited(session) == []

    notes = {"notes.answers.M03": "请附培训记录", "notes.status": "无此项"}
    answer = client.post(url, decision(decision="return", **notes), follow_redirects=False)
    assert answer.headers["Location"] == f"{QUEUE}?done=returned"
    row = reloaded(session, waiting)
    assert row.status is AssessmentStatus.RETURNED
    assert row.field_notes == {"answers.M03": "请附培训记录"}
    page = client.get(url).text
    assert "请附培训记录" in page
    assert "工厂正在修改，重新提交后才能看到内容" in page
    assert "全靠老师傅" not in page


def test_notes_typed_are_kept_when_the_decision_is_refused(client, session, organiser, waiting):
    session.commit()
    client.log_in(organiser)
    url = f"{QUEUE}/{waiting.id}"
    typed = {"notes.scenes.S28": "没有看到系统", "note": "总的还行"}

    with_notes = client.post(url, decision(**typed))
    assert with_notes.status_code == 422
    assert "有 1 处写了修改意见，不能同时通过" in with_notes.text
    assert "没有看到系统</textarea>" in with_notes.text
    assert "总的还行</textarea>" in with_notes.text
    too_long = client.post(url, decision(decision="return", **{"notes.answers.M03": "改" * 501}))
    assert too_long.text.count("最多 500 个字，现在是 501 个") == 2
    assert "M03" in text_of(too_long)
    older = client.post(url, decision(decision="return", **typed, revision="6"))
    assert older.status_code == 409
    assert "这条记录在您打开后已被他人修改" in older.text
    assert 'name="revision" value="7"' in older.text
    assert "没有看到系统</textarea>" in older.text
    assert reloaded(session, waiting).status is SUBMITTED


def test_a_colleagues_decision_is_told_and_the_typed_notes_are_shown(
    client, make, session, organiser, waiting
):
    colleague = make.user(
        role=Role.CITY_ORGANISER, organisation=make.organisation(name="邢台另一处室")
    )
    session.commit()
    url = f"{QUEUE}/{waiting.id}"
    client.log_in(colleague)
    client.post(url, decision())
    client.post("/logout")
    client.log_in(organiser)

    answer = client.post(url, decision(decision="return", **{"notes.answers.M03": "请附记录"}))

    assert answer.status_code == 409
    assert f"{colleague.display_name}已于 2026-11-23 10:30 通过复核" in answer.text
    assert "您刚才写的意见没有保存" in answer.text
    assert "请附记录" in answer.text
    assert reloaded(session, waiting).status is AssessmentStatus.VERIFIED
    assert audited(session) == ["assessment.verified"]


@pytest.mark.parametrize("values", [{"decision": "delete"}, {"decision": ""}, {"revision": "x"}])
def test_a_form_that_was_tampered_with_is_refused(client, session, organiser, waiting, values):
    session.commit()
    client.log_in(organiser)

    assert client.post(f"{QUEUE}/{waiting.id}", decision(**values)).status_code == 422
    assert reloaded(session, waiting).status is SUBMITTED


def test_nobody_decides_about_the_own_organisation(client, session, organiser, waiting):
    session.add(
        Membership(
            user_id=organiser.id,
            organisation_id=waiting.factory.organisation_id,
            role=Role.FACTORY_MEMBER,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    session.commit()
    client.log_in(organiser)

    assert "须由其他人员复核" in client.get(f"{QUEUE}/{waiting.id}").text
    assert client.post(f"{QUEUE}/{waiting.id}", decision()).status_code == 403
    assert reloaded(session, waiting).status is SUBMITTED


@pytest.mark.parametrize(
    ("role", "region", "queue", "page", "post"),
    [
        (Role.FACTORY_MEMBER, "邢台", 403, 404, 404),
        (Role.PROVIDER_MEMBER, "邢台", 403, 404, 404),
        (Role.CITY_ORGANISER, "唐山", 200, 404, 404),
        (Role.PROVINCIAL_ORGANISER, "河北", 403, 200, 403),
    ],
)
def test_others_see_and_decide_nothing_and_the_province_looks(
    client, make, session, waiting, role, region, queue, page, post
):
    user = make.user(role=role, organisation=make.organisation(region=region))
    session.commit()
    client.log_in(user)

    listed = client.get(QUEUE)
    assert listed.status_code == queue
    assert "待复核工厂" not in listed.text
    shown = client.get(f"{QUEUE}/{waiting.id}")
    assert shown.status_code == page
    assert 'value="verify"' not in shown.text
    assert client.post(f"{QUEUE}/{waiting.id}", decision()).status_code == post
    assert reloaded(session, waiting).status is SUBMITTED


def test_the_owner_does_not_review_the_own_assessment_and_visitors_sign_in(
    client, make, session, waiting
):
    owner = make.user(role=Role.FACTORY_MEMBER, organisation=waiting.factory.organisation)
    session.commit()

    visitor = client.get(QUEUE, follow_redirects=False)
    assert visitor.headers["Location"] == f"/login?next={QUEUE}"
    client.log_in(owner)
    assert client.get(f"{QUEUE}/{waiting.id}").status_code == 404
    assert client.post(f"{QUEUE}/{waiting.id}", decision()).status_code == 404
    assert reloaded(session, waiting).status is SUBMITTED


def test_drafts_are_nothing_to_the_city(client, make, session, organiser):
    draft = make.assessment(factory=make.factory(name="没交的工厂"), status=AssessmentStatus.DRAFT)
    session.commit()
    client.log_in(organiser)

    assert "没交的工厂" not in client.get(QUEUE).text
    assert client.get(f"{QUEUE}/{draft.id}").status_code == 404


def test_markup_in_what_the_factory_wrote_stays_text(client, make, session, organiser):
    factory = make.factory(name=EVIL)
    row = make.assessment(
        factory=factory,
        status=SUBMITTED,
        submitted_at=NOW,
        evidence={"M01": EVIL},
        profile={"systems": [EVIL]},
    )
    session.add(Finding(assessment_id=row.id, position=9, subdomain="M01", text=EVIL))
    session.commit()
    client.log_in(organiser)
    url = f"{QUEUE}/{row.id}"

    pages = [client.get(QUEUE), client.get(url)]
    pages.append(client.post(url, decision(revision="0", **{"notes.answers.M01": EVIL})))

    for page in pages:
        assert EVIL not in page.text
        assert "&lt;img src=x" in page.text


def test_an_assessment_that_does_not_fit_its_criteria_can_still_be_looked_at(
    client, make, session, organiser
):
    row = make.assessment(
        factory=make.factory(), status=SUBMITTED, submitted_at=NOW, answers={"M99": [1.0]}
    )
    session.commit()
    client.log_in(organiser)

    assert "算不出" in client.get(QUEUE).text
    assert client.get(f"{QUEUE}/{row.id}").status_code == 200
