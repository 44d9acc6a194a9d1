"""The assessment form: section by section, without script, from the first page to the hand-in."""

import re
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.models import Assessment, AssessmentStatus, AuditEvent, ManufacturingType
from tests.web.conftest import text_of
from tests.web.test_fuzz import FIELD, NASTY, assert_harmless

HX = {"HX-Request": "true"}
ANSWERS = {f"level{n}": value for n, value in enumerate(("1", "0.8", "0.5", "0", "0"), start=1)}
SCOPE = {"mfg_type": "discrete", "assessed_on": "2026-11-20"}


@pytest.fixture
def factory(make):
    return make.factory(name="听轴机械一厂")


@pytest.fixture
def owner(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def colleague(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def stranger(make):
    return make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())


@pytest.fixture
def organiser(make):
    return make.user(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))


def draft_of(make, factory, **values):
    return make.assessment(
        factory=factory,
        **{
            "status": AssessmentStatus.DRAFT,
            "answers": {},
            "scenes": {},
            "assessed_on": date(2026, 11, 20),
            **values,
        },
    )


def returned_of(make, factory, **notes):
    return draft_of(
        make,
        factory,
        status=AssessmentStatus.RETURNED,
        review_note="请补材料",
        field_notes=notes,
    )


def hidden(page):
    return dict(re.findall(r'<input type="hidden" id="form-\w+" name="(\w+)" value="(\w*)"', page))


def section(client, assessment, code):
    return client.get(f"/factory/assessments/{assessment.id}/sections/{code}")


def save(client, assessment, code, values, *, action="next", seen=None, **more):
    """Send a section with what its form carries, as a browser does."""
    carried = seen if seen is not None else hidden(section(client, assessment, code).text)
    return client.post(
        f"/factory/assessments/{assessment.id}/sections/{code}",
        {**carried, **values, "action": action},
        follow_redirects=False,
        **more,
    )


def stored(session, assessment):
    session.rollback()
    session.expire_all()
    return session.get(Assessment, assessment.id)


def test_the_whole_path_without_script(client, session, factory, owner):
    session.commit()
    client.log_in(owner)
    page = client.get("/factory")
    assert "开始自评" in page.text

    started = client.post(
        f"/factory/{factory.id}/assessments", {"id": str(uuid4())}, follow_redirects=False
    )
    place = started.headers["Location"]
    overview = client.get(place)
    assert "继续：评估范围" in overview.text
    assert "已完成 0 / 29 节" in overview.text

    at = f"{place}/sections/scope"
    visited = []
    while "/sections/" in at:
        visited.append(at.rsplit("/", 1)[1])
        values = {**SCOPE, **ANSWERS, "EL1": "yes", "budget": "120", "systems": "MES"}
        if visited[-1] == "kpis":
            values = {"now_K01": "62.5", "before_K01": "40"}
        if visited[-1].startswith("F"):
            values = dict.fromkeys(
                re.findall(r'name="(status_S\d\d)"', client.get(at).text), "none"
            )
        form = {**hidden(client.get(at).text), **values, "action": "next"}
        answer = client.post(at, form, follow_redirects=False)
        assert answer.status_code == 303, at
        at = answer.headers["Location"]
    assert len(visited) == 29
    assert at == f"{place}/check"

    check = client.get(at)
    assert "必须填的都填好了，可以提交" in check.text
    assert "现在 62.5，建设前 40（%）" in check.text
    done = client.post(f"{place}/submit")
    assert "自评已提交" in done.text
    assert re.search(r"CSD-2026-[0-9A-F]{8}-V1", done.text)
    assert "各市工信部门指导自评并复核认定" in done.text
    session.rollback()
    row = session.scalars(select(Assessment)).one()
    assert row.status is AssessmentStatus.SUBMITTED
    assert row.kpis == {"K01": 62.5}
    assert (
        session.scalars(
            select(AuditEvent.action).where(AuditEvent.object_type == "assessment")
        ).all()[-1]
        == "assessment.submitted"
    )
    assert "已提交" in client.get("/factory").text


def test_the_factory_page_tells_its_people_of_the_draft_and_nobody_else(
    client, make, session, factory, owner, organiser
):
    draft_of(make, factory)
    session.commit()
    client.log_in(owner)
    assert "草稿，已填 0%" in client.get(f"/factory/{factory.id}").text

    client.post("/logout")
    client.log_in(organiser)
    page = client.get(f"/factory/{factory.id}")
    assert page.status_code == 200
    assert "草稿" not in text_of(page)


def test_starting_twice_gives_one_draft(client, session, factory, owner):
    session.commit()
    client.log_in(owner)

    for _ in range(2):
        client.post(f"/factory/{factory.id}/assessments", {"id": str(uuid4())})

    session.rollback()
    assert len(session.scalars(select(Assessment)).all()) == 1


def test_a_new_version_starts_from_the_verified_one(client, make, session, factory, owner):
    old = make.assessment(factory=factory)
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/assessments/{old.id}")
    assert "以这一版为底开始新的一版" in page.text
    client.post(f"/factory/{factory.id}/assessments", {"id": str(uuid4()), "base": str(old.id)})

    session.rollback()
    rows = session.scalars(select(Assessment).order_by(Assessment.version)).all()
    assert [row.version for row in rows] == [1, 2]
    assert rows[1].answers == rows[0].answers


@pytest.mark.parametrize("name", ["id", "base"])
def test_a_key_that_is_none_is_not_found(client, session, factory, owner, name):
    session.commit()
    client.log_in(owner)

    form = {"id": str(uuid4()), "base": str(uuid4()), name: "x"}
    answer = client.post(f"/factory/{factory.id}/assessments", form)

    assert answer.status_code == 404


PAGES = ("", "/sections/M03", "/check", "/submitted", "/discard")


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_and_the_city_find_no_draft(
    client, make, session, factory, stranger, organiser, page
):
    draft = draft_of(make, factory)
    session.commit()
    for person in (stranger, organiser):
        client.log_in(person)
        assert client.get(f"/factory/assessments/{draft.id}{page}").status_code == 404
        client.post("/logout")


@pytest.mark.parametrize("path", ["/sections/M03", "/submit", "/discard"])
def test_a_stranger_cannot_post_to_a_draft(client, make, session, factory, stranger, path):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(stranger)

    answer = client.post(f"/factory/assessments/{draft.id}{path}", {"level1": "1", "revision": "0"})

    assert answer.status_code == 404
    assert stored(session, draft).answers == {}


def test_the_city_reads_a_verified_one_but_opens_no_form(client, make, session, factory, organiser):
    row = make.assessment(factory=factory)
    session.commit()
    client.log_in(organiser)

    page = client.get(f"/factory/assessments/{row.id}")
    assert page.status_code == 200
    assert "轴承坏了才知道" in page.text
    assert "以这一版为底" not in page.text
    assert section(client, row, "M03").status_code == 403
    assert client.get(f"/factory/assessments/{row.id}/check").status_code == 403
    assert client.post(f"/factory/assessments/{row.id}/submit").status_code == 403
    assert (
        client.post(f"/factory/{factory.id}/assessments", {"id": str(uuid4())}).status_code == 403
    )


# What everybody gets for a verified one: a stranger finds nothing, the province only looks.
PERSONA_STATUS = {
    "GET ": (200, 404, 200),
    "GET /sections/M03": (303, 404, 403),
    "GET /check": (303, 404, 403),
    "GET /submitted": (303, 404, 403),
    "GET /discard": (303, 404, 403),
    "POST /sections/M03": (409, 404, 403),
    "POST /submit": (409, 404, 403),
    "POST /discard": (409, 404, 403),
}


def test_each_address_answers_owner_stranger_and_province_as_decided(
    client, make, session, factory, owner, stranger
):
    row = make.assessment(factory=factory)
    province = make.user(
        role=Role.PROVINCIAL_ORGANISER, organisation=make.organisation(region="河北")
    )
    session.commit()
    seen: dict[str, list[int]] = {key: [] for key in PERSONA_STATUS}
    for person in (owner, stranger, province):
        client.log_in(person)
        for key, found in seen.items():
            method, path = key.split(" ")
            address = f"/factory/assessments/{row.id}{path}"
            answer = getattr(client, method.lower())(address, follow_redirects=False)
            found.append(answer.status_code)
        client.post("/logout")

    assert {key: tuple(found) for key, found in seen.items()} == PERSONA_STATUS
    assert session.scalars(select(AuditEvent.action)).all().count("assessment.changed") == 0


@pytest.mark.parametrize("code", ["M21", "F6", "x", "M08"])
def test_a_section_that_is_not_asked_does_not_exist(client, make, session, owner, factory, code):
    draft = draft_of(make, factory, mfg_type=ManufacturingType.PROCESS)
    session.commit()
    client.log_in(owner)

    assert section(client, draft, code).status_code == 404


@pytest.mark.parametrize(("kind", "sections"), [("discrete", 29), ("process", 27)])
def test_twenty_or_eighteen_subdomains_by_type(
    client, make, session, owner, factory, kind, sections
):
    draft = draft_of(make, factory, mfg_type=ManufacturingType(kind))
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/assessments/{draft.id}")

    assert f"已完成 0 / {sections} 节" in page.text
    assert ("M20 " in page.text) is (kind == "discrete")
    assert f"第 3 / {sections} 节" in section(client, draft, "M02").text


def test_a_section_shows_five_questions_and_says_where_a_level_adds_nothing(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)

    page = section(client, draft, "M01").text

    assert page.count('type="radio"') == 25
    assert "1 级 · 规划级" in page
    assert "一般与 3 级答得一样" in page
    assert 'rel="prev"' in page
    assert 'rel="next"' in page
    assert "style=" not in page


def test_saved_answers_evidence_and_findings_come_back(client, make, session, owner, factory):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)

    answer = save(
        client,
        draft,
        "M03",
        {**ANSWERS, "level5": "", "evidence": "台账", "findings": "料单对不上\r\n\r\n 数据导不出 "},
        action="list",
    )

    assert answer.headers["Location"] == f"/factory/assessments/{draft.id}"
    row = stored(session, draft)
    assert row.answers == {"M03": [1.0, 0.8, 0.5, 0.0, None]}
    page = section(client, draft, "M03").text
    assert 'name="level2" value="0.8" checked' in page
    assert "料单对不上\n数据导不出</textarea>" in page
    overview = text_of(client.get(f"/factory/assessments/{draft.id}"))
    assert re.search(r"M03 数据 4 / 5 填了一部分", overview)


@pytest.mark.parametrize(
    ("code", "values", "field", "words"),
    [
        ("scope", {"mfg_type": "discrete", "assessed_on": "昨天"}, "assessed_on", "格式填写日期"),
        ("scope", {"assessed_on": "2026-11-20"}, "mfg_type", "请填写此项"),
        ("M03", {"evidence": "长" * 1001}, "evidence", "最多 1000 个字，现在是 1001 个"),
        ("M03", {"findings": "短\n" + "长" * 301}, "findings", "第 2 条有 301 个字"),
        ("M03", {"level1": "0.7"}, "level1", "不在可选范围内"),
        ("F3", {"ai_S20": "yes"}, "status_S20", "请先选择这个场景的状态"),
        ("kpis", {"now_K01": "六成"}, "now_K01", "收到的是“六成”"),
        ("kpis", {"before_K01": "-1"}, "before_K01", "不能小于 0"),
        ("eligibility", {"EL1": "maybe"}, "EL1", "不在可选范围内"),
        ("profile", {"budget": "0"}, "budget", "不能小于 0.01"),
        ("profile", {"systems_other": "长" * 41}, "systems_other", "最多 40 个字"),
    ],
)
def test_what_cannot_be_read_is_said_at_the_field_and_nothing_typed_is_lost(
    client, make, session, owner, factory, code, values, field, words
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)

    answer = save(client, draft, code, values)

    assert answer.status_code == 422
    assert "<title>错误：" in answer.text
    assert answer.text.count(words) == 2  # in the summary and at the field
    assert f'href="#field-{field}"' in answer.text
    assert f'id="field-{field}"' in answer.text
    for value in values.values():
        shown = value if value not in {"0.7", "maybe", "yes"} else ""
        assert shown in answer.text.replace("\r\n", "\n")
    assert stored(session, draft).revision == 0


def test_a_ticked_box_survives_an_error_elsewhere(client, make, session, owner, factory):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)

    page = save(client, draft, "F3", {"ai_S20": "yes", "status_S21": "pilot"}).text

    assert 'name="ai_S20" value="yes" checked' in page
    assert 'name="status_S21" value="pilot" checked' in page


def test_tailoring_closes_the_section_and_renews_the_shares(client, make, session, owner, factory):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)
    before = section(client, draft, "scope").text
    assert "三级门槛" in before
    assert "M01" not in re.findall(r'name="trimmed" value="(M\d\d)"', before)

    save(client, draft, "scope", {**SCOPE, "trimmed": ["M18", "M17"]})

    assert stored(session, draft).trimmed == ["M17", "M18"]
    page = section(client, draft, "scope").text
    shares = re.findall(r"权重 ([\d.]+)%", page)
    assert len(shares) == len(re.findall(r"权重 ([\d.]+)%", before)) - 2
    overview = text_of(client.get(f"/factory/assessments/{draft.id}"))
    assert "已完成 1 / 27 节" in overview
    assert re.search(r"M17 物流 已裁剪", overview)
    assert section(client, draft, "M16").text.count(f"/factory/assessments/{draft.id}/sections/M19")


def test_trimming_production_says_that_level_three_is_out_of_reach(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory, trimmed=["M12"])
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/assessments/{draft.id}").text

    assert "因为裁剪，最高只能到 2 级" in page


def test_a_conflict_shows_both_versions_and_saving_again_decides(
    client, make, session, owner, colleague, factory
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)
    opened = hidden(section(client, draft, "M03").text)
    client.post("/logout")
    client.log_in(colleague)
    save(client, draft, "M03", {**ANSWERS, "evidence": "同事写的"})
    client.post("/logout")
    client.log_in(owner)

    answer = save(client, draft, "M03", {**ANSWERS, "evidence": "我写的"}, seen=opened)

    assert answer.status_code == 409
    assert "有人在您之后改过这一节" in answer.text
    assert "同事写的" in answer.text
    assert "我写的</textarea>" in answer.text
    assert "hx-post" not in answer.text
    assert stored(session, draft).evidence == {"M03": "同事写的"}
    save(client, draft, "M03", {**ANSWERS, "evidence": "我写的"}, seen=hidden(answer.text))
    assert stored(session, draft).evidence == {"M03": "我写的"}


def test_two_people_fill_two_sections_at_the_same_time(client, make, session, owner, factory):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)
    first, second = (hidden(section(client, draft, code).text) for code in ("M03", "M04"))

    assert save(client, draft, "M03", ANSWERS, seen=first).status_code == 303
    assert save(client, draft, "M04", ANSWERS, seen=second).status_code == 303
    assert stored(session, draft).revision == 2


def test_an_automatic_save_answers_with_the_time_and_the_new_revision(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)

    answer = save(client, draft, "M03", ANSWERS, action="autosave", headers=HX)

    assert answer.status_code == 200
    assert "已自动保存 10:30" in answer.text
    assert 'id="form-revision" name="revision" value="1" hx-swap-oob="true"' in answer.text
    assert "<html" not in answer.text
    row = stored(session, draft)
    assert row.answers["M03"] == [1.0, 0.8, 0.5, 0.0, 0.0]
    assert row.sections_done == []


def test_an_automatic_save_then_a_button_with_its_revision_saves_both(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)
    first = save(client, draft, "M03", ANSWERS, action="autosave", headers=HX)

    answer = save(client, draft, "M03", {**ANSWERS, "evidence": "台账"}, seen=hidden(first.text))

    assert answer.status_code == 303
    assert stored(session, draft).evidence == {"M03": "台账"}


@pytest.mark.parametrize(
    ("values", "seen", "status", "words"),
    [
        ({"evidence": "长" * 1001}, None, 422, "没有自动保存：佐证 最多 1000 个字"),
        (ANSWERS, {"revision": "0", "digest": "x"}, 409, "没有自动保存：这条记录在您打开后"),
    ],
)
def test_an_automatic_save_that_fails_says_so_in_one_sentence(
    client, make, session, owner, factory, values, seen, status, words
):
    draft = draft_of(make, factory, revision=3)
    session.commit()
    client.log_in(owner)

    answer = save(client, draft, "M03", values, action="autosave", seen=seen, headers=HX)

    assert answer.status_code == status
    assert words in re.sub(r"\s+", " ", text_of(answer))
    assert "<html" not in answer.text
    assert stored(session, draft).revision == 3


@pytest.mark.parametrize("status", [AssessmentStatus.SUBMITTED, AssessmentStatus.VERIFIED])
def test_what_is_fixed_refuses_every_change_and_says_why(
    client, make, session, owner, factory, status
):
    row = make.assessment(factory=factory, status=status)
    session.commit()
    client.log_in(owner)
    assert section(client, row, "M03").url.path == f"/factory/assessments/{row.id}"

    refused = save(client, row, "M03", ANSWERS, seen={"revision": "0"})
    automatic = save(
        client, row, "M03", ANSWERS, action="autosave", seen={"revision": "0"}, headers=HX
    )

    why = "已经提交" if status is AssessmentStatus.SUBMITTED else "已经复核，不能再改"
    for answer in (refused, automatic):
        assert answer.status_code == 409
        assert why in answer.text
    verified = status is AssessmentStatus.VERIFIED
    assert ("以这一版为底开始新的一版" in refused.text) is verified
    assert stored(session, row).answers["M03"] == [1.0, 0.5, 0.0, 0.0, 0.0]


def test_notes_of_the_city_stand_at_their_fields(client, make, session, owner, factory):
    row = returned_of(
        make,
        factory,
        **{
            "answers.M03": "意见甲",
            "evidence.M03": "意见乙",
            "scenes.S20": "意见丙",
            "kpis.K01": "意见丁",
            "eligibility.EL1": "意见戊",
            "profile.systems": "意见己",
            "scope.trimmed": "意见庚",
        },
    )
    session.commit()
    client.log_in(owner)

    overview = text_of(client.get(f"/factory/assessments/{row.id}"))
    assert "请补材料" in overview
    assert overview.count("有退回意见") == 6
    places = {
        "M03": ("意见甲", "意见乙"),
        "F3": ("意见丙",),
        "kpis": ("意见丁",),
        "eligibility": ("意见戊",),
        "profile": ("意见己",),
        "scope": ("意见庚",),
    }
    for code, notes in places.items():
        page = section(client, row, code).text
        assert all(note in page for note in notes), code
    assert 'id="note-scenes.S20"' in section(client, row, "F3").text


def test_the_overview_leads_back_to_where_one_left_off(client, make, session, owner, factory):
    answers = {f"M{n:02d}": [1.0, 0.5, 0.0, 0.0, 0.0] for n in range(1, 5)}
    draft = draft_of(make, factory, answers=answers, sections_done=["scope"])
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/assessments/{draft.id}")

    assert "继续：M05 信息安全" in page.text
    assert "从这里继续" in page.text
    assert "0 到 5 级" in text_of(page)


def test_handing_in_too_early_lists_what_is_missing_with_links(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)

    answer = client.post(f"/factory/assessments/{draft.id}/submit")

    assert answer.status_code == 409
    assert "还不能提交：有 21 处必须先填" in answer.text
    assert f'<a href="/factory/assessments/{draft.id}/sections/M20">' in answer.text
    assert "提交评估" not in answer.text
    assert stored(session, draft).status is AssessmentStatus.DRAFT


def test_handing_in_twice_hands_in_once(client, make, session, owner, factory):
    answers = {f"M{n:02d}": [1.0, 0.5, 0.0, 0.0, 0.0] for n in range(1, 21)}
    draft = draft_of(make, factory, answers=answers, sections_done=["scope"])
    session.commit()
    client.log_in(owner)

    for _ in range(2):
        assert "自评已提交" in client.post(f"/factory/assessments/{draft.id}/submit").text

    session.rollback()
    assert session.scalars(select(AuditEvent.action)).all().count("assessment.submitted") == 1


def test_a_draft_is_discarded_only_after_a_page_that_says_what_is_lost(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory)
    key = draft.id
    session.commit()
    client.log_in(owner)
    assert "找不回来" in client.get(f"/factory/assessments/{key}/discard").text

    client.post(f"/factory/assessments/{key}/discard")

    session.rollback()
    assert session.scalars(select(Assessment)).all() == []
    assert client.post(f"/factory/assessments/{key}/discard").status_code == 404


def test_a_returned_one_cannot_be_discarded(client, make, session, owner, factory):
    row = returned_of(make, factory)
    session.commit()
    client.log_in(owner)

    answer = client.post(f"/factory/assessments/{row.id}/discard")

    assert answer.status_code == 409
    assert "不能删除" in answer.text
    assert stored(session, row).status is AssessmentStatus.RETURNED


@pytest.mark.parametrize("code", ["scope", "M03", "F3", "kpis", "eligibility", "profile"])
def test_nasty_input_in_a_section_is_a_refusal_and_no_crash(
    client, make, session, owner, factory, code
):
    draft = draft_of(make, factory)
    session.commit()
    client.log_in(owner)
    path = f"/factory/assessments/{draft.id}/sections/{code}"
    names = sorted({name for name, _ in FIELD.findall(client.get(path).text)} - {"csrf_token"})

    for number, nasty in enumerate(NASTY):
        for field in (names, names[number % len(names) :][:2]):
            form = {**hidden(client.get(path).text), **dict.fromkeys(field, nasty)}
            headers = {"HX-Request": "true"} if number % 2 else {}
            answer = client.post(path, form, headers=headers, follow_redirects=False)
            assert_harmless(answer, f"{code} {nasty[:20]!r}")
    for page in ("", "/check"):
        assert_harmless(client.get(f"/factory/assessments/{draft.id}{page}"), page)
