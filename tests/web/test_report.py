"""The gap report: page, PDF and workbook, for whom, and what stands in them."""

import io
from urllib.parse import unquote

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from app.core.actors import Role
from app.models import NeedStatus
from tests.web.conftest import text_of

KINDS = ["report", "report.pdf", "report.xlsx"]


@pytest.fixture
def factory(make):
    """A factory with an assessment and needs in three states."""
    organisation = make.organisation(region="邢台", county="临西县")
    factory = make.factory(organisation=organisation, name="邢台翀垚轴承一厂", target_level="FL2")
    make.assessment(
        factory=factory,
        scenes={"S02": {"status": "applied", "ai": True}, "S27": {"status": "pilot", "ai": False}},
    )
    make.need(factory=factory, title="轴承突然坏", status=NeedStatus.PUBLISHED)
    make.need(factory=factory, title="盘点对不上账", status=NeedStatus.DRAFT)
    make.need(factory=factory, title="早就不用了", status=NeedStatus.CLOSED)
    return factory


@pytest.fixture
def owner(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


def path_of(factory, kind="report", query="") -> str:
    return f"/factory/{factory.id}/{kind}{query}"


def words_of_pdf(content: bytes) -> str:
    """The document's words without any space: typesetting adds some between Chinese and Latin."""
    document = pypdfium2.PdfDocument(content)
    try:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
        return "".join(text.split())
    finally:
        document.close()


def rows_of(content: bytes, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def test_the_page_reports_grade_conditions_scenes_gaps_path_and_needs(
    client, session, owner, factory
):
    session.commit()
    client.log_in(owner)
    answer = client.get(path_of(factory))
    words = text_of(answer)

    assert answer.status_code == 200
    assert "邢台翀垚轴承一厂 · 未认定 → 先进级" in words
    assert "1 级 目标要求 2 级" in words
    assert "仅供参考：两种规则取较低者，不代替有资质机构的评估。" in words
    assert "智能制造能力成熟度不低于2级 未达到" in words
    assert "营业收入 （非硬性） 国家没有给出数值" in words
    assert "达到目标至少还要建成" in words
    assert "已证明没有更少的场景组合。" in words
    assert "S02 数字基础设施建设 应用 AI" in words
    assert "S27 设备运行监控 试点 要：由试点推开" in words
    assert "共 " in words
    assert "第 1 阶段" in words
    assert "轴承突然坏" in words
    assert "盘点对不上账" in words
    assert "早就不用了" not in words
    assert answer.text.count('class="scene-heat"') == 5
    assert 'class="series-now"' in answer.text


def test_the_pdf_says_the_same_and_is_named_after_the_factory(client, session, owner, factory):
    session.commit()
    client.log_in(owner)
    answer = client.get(path_of(factory, "report.pdf"))
    words = words_of_pdf(answer.content)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    shown = answer.headers["content-disposition"]
    assert shown.startswith("attachment; filename=report.pdf; filename*=UTF-8''")
    assert unquote(shown.split("''")[1]) == "邢台翀垚轴承一厂-差距分析报告-FL2-20261123.pdf"
    assert answer.content.startswith(b"%PDF-")
    for text in (
        "智能工厂差距分析报告",
        "邢台翀垚轴承一厂",
        "先进级的条件",
        "国家没有给出数值",
        "最短路径",
        "场景热力",
        "要：由试点推开",
        "建设顺序",
        "盘点对不上账",
        "2026-11-2310:30",
        owner.display_name,
    ):
        assert text in words, text
    assert "早就不用了" not in words
    assert "〓" not in words


def test_the_pdf_is_the_same_when_asked_for_again(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    first = client.get(path_of(factory, "report.pdf")).content
    assert client.get(path_of(factory, "report.pdf")).content == first


def test_the_workbook_holds_numbers_as_numbers(client, session, owner, factory):
    session.commit()
    client.log_in(owner)
    answer = client.get(path_of(factory, "report.xlsx"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))

    assert answer.status_code == 200
    assert book.sheet_names == ["概览", "等级条件", "子域差距", "场景热力", "建设顺序", "需求"]
    overview = {row[0]: row[1] for row in rows_of(answer.content, "概览")}
    assert overview["成熟度推算（级）"] == 1
    assert overview["A1 得分"] == 1
    assert overview["A2 得分"] == 0.5
    assert overview["改造预算（万元）"] == 200
    subdomains = rows_of(answer.content, "子域差距")
    assert len(subdomains) == 21
    assert subdomains[1][:3] == ["M01", "组织战略", "组织战略"]
    assert subdomains[1][4:7] == [1.5, 2, 0.5]
    scenes = rows_of(answer.content, "场景热力")
    assert len(scenes) == 41
    assert ["F1 工厂建设", "否", "S02", "数字基础设施建设", "应用", "是"] in [r[:6] for r in scenes]
    assert [row[0] for row in rows_of(answer.content, "需求")[1:]] == ["盘点对不上账", "轴承突然坏"]


def test_another_target_may_be_chosen_in_the_address(client, session, owner, factory):
    session.commit()
    client.log_in(owner)

    page = client.get(path_of(factory, query="?target=FL3"))
    pdf = client.get(path_of(factory, "report.pdf", "?target=FL3"))
    odd = client.get(path_of(factory, query="?target=FL9"))

    assert "卓越级的条件" in text_of(page)
    assert f'{path_of(factory, "report.pdf")}?target=FL3"' in page.text
    assert "卓越级的条件" in words_of_pdf(pdf.content)
    assert "-FL3-" in pdf.headers["content-disposition"]
    assert "先进级的条件" in text_of(odd)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_finds_no_such_report(client, make, session, factory, kind):
    stranger = make.user(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    session.commit()
    client.log_in(stranger)

    assert client.get(path_of(factory, kind)).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_visitor_is_asked_to_sign_in(client, session, factory, kind):
    session.commit()
    answer = client.get(path_of(factory, kind), follow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("kind", KINDS)
def test_the_citys_organiser_reads_it_without_drafts(client, make, session, factory, kind):
    organiser = make.user(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))
    session.commit()
    client.log_in(organiser)
    answer = client.get(path_of(factory, kind))

    assert answer.status_code == 200
    words = {
        "report": lambda: text_of(answer),
        "report.pdf": lambda: words_of_pdf(answer.content),
        "report.xlsx": lambda: str(rows_of(answer.content, "需求")),
    }[kind]()
    assert "轴承突然坏" in words
    assert "盘点对不上账" not in words


def test_without_an_assessment_the_page_says_so_and_there_are_no_files(client, make, session):
    organisation = make.organisation()
    factory = make.factory(organisation=organisation)
    owner = make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(owner)

    assert "还没有" in text_of(client.get(path_of(factory)))
    assert client.get(path_of(factory, "report.pdf")).status_code == 404
    assert client.get(path_of(factory, "report.xlsx")).status_code == 404


def test_names_that_look_like_markup_or_formulas_stay_what_they_are(client, make, session):
    organisation = make.organisation(name='#eval("1+1")*强*$x$公司')
    factory = make.factory(
        organisation=organisation, name='=HYPERLINK("http://x.cn") <b>#strong[厂]'
    )
    make.assessment(factory=factory)
    make.need(factory=factory, title="=1+1", symptom="#panic() \\ _下划线_ @SUM(A1)")
    owner = make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(owner)
    pdf = client.get(path_of(factory, "report.pdf"))
    book = client.get(path_of(factory, "report.xlsx")).content

    words = words_of_pdf(pdf.content)
    assert '#eval("1+1")*强*$x$公司' in words
    assert "#strong[厂]" in words
    assert "#panic()\\_下划线_@SUM(A1)" in words
    assert rows_of(book, "需求")[1][:2] == ["=1+1", "#panic() \\ _下划线_ @SUM(A1)"]
    assert "=HYPERLINK(httpx.cn) b#strong[厂]-差距分析报告" in unquote(
        pdf.headers["content-disposition"]
    )


def test_a_character_without_a_glyph_is_named_at_the_end(client, make, session):
    organisation = make.organisation()
    factory = make.factory(organisation=organisation, name="𠮷田轴承")
    make.assessment(factory=factory)
    owner = make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    session.commit()
    client.log_in(owner)
    words = words_of_pdf(client.get(path_of(factory, "report.pdf")).content)

    assert "〓田轴承" in words
    assert "U+20BB7" in words
