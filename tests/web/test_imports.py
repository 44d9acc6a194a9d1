"""The import pages and the pages for tokens, as people use them."""

import io
import json
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.adapters.workbook_grid import read_grid
from app.core.actors import Role
from app.models import ApiToken, Assessment, AssessmentImport, AssessmentStatus, Factory, User
from app.settings import ROOT
from tests.factories import Make
from tests.web.conftest import Client, text_of

REPORTS = ROOT / "tests" / "data" / "reports" / "files"
JSON = json.dumps(
    {
        "format": "jizhi-assessment/1",
        "answers": {"M03": [1, 0.5, None, None, None]},
        "kpis": {"K01": -1},
    }
).encode()


@pytest.fixture
def factory(make: Make) -> Factory:
    return make.factory()


@pytest.fixture
def owner(make: Make, factory: Factory) -> User:
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def signed_in(client: Client, session: Session, owner: User) -> Client:
    session.commit()
    client.log_in(owner)
    return client


def send(client: Client, factory: Factory, name: str, content: bytes, **more):
    path = f"/factory/{factory.id}/import"
    return client.post(path, files={"file": (name, io.BytesIO(content))}, **more)


def the_import(session: Session) -> AssessmentImport:
    session.rollback()
    return session.scalars(select(AssessmentImport)).one()


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_upload_leads_to_a_preview_that_writes_nothing(signed_in, session, factory):
    page = send(signed_in, factory, "导出.json", JSON)
    words = text_of(page)

    assert page.status_code == 200
    assert page.url.path == f"/factory/imports/{the_import(session).id}"
    assert "导出.json" in words
    assert "/kpis/K01" in words
    assert "超出范围" in words
    assert "M03" in words
    assert count(session, Assessment) == 0


def test_accepting_leads_to_the_assessment_and_twice_is_harmless(signed_in, session, factory):
    send(signed_in, factory, "a.json", JSON)
    path = f"/factory/imports/{the_import(session).id}/accept"

    answers = [signed_in.post(path, follow_redirects=False) for _ in range(2)]

    session.rollback()
    stored = session.scalars(select(Assessment)).one()
    assert [a.status_code for a in answers] == [303, 303]
    assert {a.headers["Location"] for a in answers} == {f"/factory/assessments/{stored.id}"}
    assert stored.answers == {"M03": [1.0, 0.5, None, None, None]}
    assert stored.revision == 1


def test_the_preview_shows_old_and_new(signed_in, session, make, factory):
    make.assessment(factory=factory, status=AssessmentStatus.DRAFT)
    session.commit()

    words = text_of(send(signed_in, factory, "a.json", JSON))

    assert "第 1 版" in words
    # Every other answer of the section goes, because the file says the whole section.
    assert "M04" in words


def test_the_same_file_again_is_told(signed_in, session, factory):
    send(signed_in, factory, "a.json", JSON)
    words = text_of(send(signed_in, factory, "b.json", JSON))

    assert "已经上传过" in words
    assert count(session, AssessmentImport) == 1


def test_no_file_and_a_bad_file_come_back_with_the_sentence_at_the_field(
    signed_in, session, factory
):
    none = signed_in.post(f"/factory/{factory.id}/import")
    bad = send(signed_in, factory, "a.xlsx", b"MZ nothing")

    assert none.status_code == bad.status_code == 422
    assert "请先选择文件" in text_of(none)
    assert "错误：" in none.text
    assert 'id="error-file"' in bad.text
    assert "内容不是这种文件" in text_of(bad)
    assert count(session, AssessmentImport) == 0


def test_a_file_beyond_the_limit_is_refused(signed_in, factory):
    answer = send(signed_in, factory, "a.pdf", b"%PDF-" + b"0" * (22 * 1024 * 1024))

    assert answer.status_code == 413


def test_a_file_larger_than_other_forms_may_be_is_read(signed_in, factory):
    answer = send(signed_in, factory, "a.pdf", b"%PDF-" + b"0" * (3 * 1024 * 1024))

    assert answer.status_code == 422


def test_the_template_is_a_workbook_with_a_chinese_name(signed_in, factory):
    answer = signed_in.get(f"/factory/{factory.id}/import/template.xlsx")

    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E8")
    assert [sheet.name for sheet in read_grid(answer.content)][:3] == [
        "填写说明",
        "概况",
        "成熟度",
    ]


def test_the_annotated_copy_is_offered_for_templates_only(signed_in, session, factory):
    send(signed_in, factory, "a.json", JSON)
    answer = signed_in.get(f"/factory/imports/{the_import(session).id}/errors.xlsx")

    assert answer.status_code == 404


def test_a_report_shows_passages_places_and_tick_boxes(signed_in, session, factory):
    content = (REPORTS / "11_pumps_long_table.pdf").read_bytes()
    page = send(signed_in, factory, "报告.pdf", content)
    record = the_import(session)
    first = record.proposal["items"][0]

    assert page.text.count('name="item"') == len(record.proposal["items"])
    assert first["place"] in text_of(page)
    assert "不同：请确认是不是本厂的报告" in text_of(page) or "名称不同" in text_of(page)

    done = signed_in.post(
        f"/factory/imports/{record.id}/accept", {"item": ["0"]}, follow_redirects=False
    )
    assert done.status_code == 303


def test_nothing_ticked_is_said_and_writes_nothing(signed_in, session, factory):
    content = (REPORTS / "17_rubber_sheet.xlsx").read_bytes()
    send(signed_in, factory, "报告.xlsx", content)

    answer = signed_in.post(f"/factory/imports/{the_import(session).id}/accept")

    assert answer.status_code == 409
    assert "没有勾选任何内容" in text_of(answer)
    assert count(session, Assessment) == 0


def test_needs_of_a_report_are_offered_as_needs(signed_in, session, make, factory):
    content = (REPORTS / "01_rolling_formal.docx").read_bytes()
    send(signed_in, factory, "报告.docx", content)
    record = the_import(session)
    assert record.proposal["needs"]

    page = signed_in.post(f"/factory/imports/{record.id}/accept", {"need": ["0"]})
    needs = signed_in.get(f"/factory/imports/{record.id}/needs")

    assert "整理成需求" in text_of(page)
    assert needs.status_code == 200
    assert record.proposal["needs"][0]["text"][:10] in needs.text


def test_discarding_keeps_the_assessment_and_lets_the_file_come_again(signed_in, session, factory):
    send(signed_in, factory, "a.json", JSON)
    record = the_import(session)

    page = signed_in.post(f"/factory/imports/{record.id}/discard")
    closed = signed_in.post(f"/factory/imports/{record.id}/accept")

    assert "已放弃" in text_of(page)
    assert closed.status_code == 409
    send(signed_in, factory, "a.json", JSON)
    assert count(session, AssessmentImport) == 2


def test_strangers_find_nothing_and_the_department_may_not(
    signed_in, client, session, make, factory
):
    send(signed_in, factory, "a.json", JSON)
    record = the_import(session)
    stranger = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    organiser = make.user(role=Role.CITY_ORGANISER, organisation=make.organisation())
    session.commit()
    for person, of_factory in ((stranger, 404), (organiser, 403)):
        client.post("/logout")
        client.log_in(person)
        for path in (
            f"/factory/{factory.id}/import",
            f"/factory/{factory.id}/import/template.xlsx",
        ):
            assert client.get(path).status_code == of_factory
        for step in ("", "/errors.xlsx", "/needs"):
            assert client.get(f"/factory/imports/{record.id}{step}").status_code == 404
        for step in ("/accept", "/discard"):
            assert client.post(f"/factory/imports/{record.id}{step}").status_code == 404
        assert send(client, factory, "b.json", JSON).status_code == of_factory
    assert count(session, AssessmentImport) == 1


def test_files_are_refused_where_no_form_takes_one(signed_in):
    answer = signed_in.post("/account/tokens", files={"file": ("a", b"x")})

    assert answer.status_code == 400


def new_token(client: Client, **values: str):
    page = client.get("/account/tokens").text
    key = page.split('name="id" value="')[1].split('"')[0]
    organisation = page.split('name="organisation"')[1].split('option value="')[1].split('"')[0]
    form = {"id": key, "name": "数据上报", "organisation": organisation}
    return client.post("/account/tokens", {**form, "scope": "read", "days": "30", **values})


def secret_of(text: str) -> str:
    return text.split('value="jzt_')[1].split('"')[0]


def test_a_token_is_shown_once(signed_in, session):
    made = new_token(signed_in)
    secret = secret_of(made.text)

    assert made.headers["Cache-Control"] == "no-store"
    listed = signed_in.get("/account/tokens")
    assert "数据上报" in listed.text
    assert secret not in listed.text
    session.rollback()
    assert secret not in session.scalars(select(ApiToken.token_hash)).one()


def test_a_token_form_with_mistakes_comes_back_with_what_was_typed(signed_in, session):
    page = new_token(signed_in, name="", days="7")

    assert page.status_code == 422
    assert "错误：" in page.text
    assert count(session, ApiToken) == 0


def test_a_token_is_revoked_after_asking(signed_in, session, client, make):
    new_token(signed_in)
    session.rollback()
    token_id: UUID = session.scalars(select(ApiToken.id)).one()
    asks = signed_in.get(f"/account/tokens/{token_id}/revoke")
    done = signed_in.post(f"/account/tokens/{token_id}/revoke")

    assert "停用这个令牌" in text_of(asks)
    assert "已停用" in text_of(done)
    session.rollback()
    stranger = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.post("/logout")
    client.log_in(stranger)
    assert client.get(f"/account/tokens/{token_id}/revoke").status_code == 404
    assert client.post(f"/account/tokens/{token_id}/revoke").status_code == 404


def test_visitors_are_sent_to_sign_in(client, session, factory):
    session.commit()
    for path in ("/account/tokens", f"/factory/{factory.id}/import"):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["Location"][:6]) == (303, "/login")
