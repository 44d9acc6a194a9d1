"""A factory's whole path in a real browser: from an empty account to needs and the PDF report.

Walked twice, without script at phone width and with script; then the city's check of what was
handed in. Only the workbook is filled by a program, as a person would fill it in Excel.
"""

import io
import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
import xlsxwriter
from playwright.sync_api import Browser, Page, expect

from app.adapters.workbook_grid import read_grid
from app.core.demo_codes import demo_credit_code
from app.services.seeding import DEMO_PASSWORD
from tests.browser.conftest import Visit

PASSWORD = "纸鸢 北窗 石阶 三更"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CONFLICT = "the server responded with a status of 409"
BEARING = "轧辊轴承什么时候坏没人知道，坏了就停线半天"
STOCK = "仓库盘点老是对不上账，找一种料要翻半天"
NUMBERS = itertools.count(1)
# The column of the score on the sheet 成熟度, counted from 0.
CODE, LEVEL, SCORE, EVIDENCE = 0, 2, 4, 6
FILLED = {"1": "1", "2": "0.5", "3": "0.5", "4": "0", "5": "0"}


class Walk(Visit):
    """A person at work: goes by links and buttons, and looks at every page that comes."""

    def __init__(self, page: Page, site: str) -> None:
        super().__init__(page, site)
        self.seen: set[str] = set()

    def open(self, path: str) -> None:
        super().open(path)
        self.look()

    def look(self) -> None:
        """Refuse a page that scrolls sideways; an error page would stand in the complaints."""
        self.page.wait_for_load_state()
        path = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "*", self.page.url.removeprefix(self.site))
        assert self.too_wide_by <= 0, path
        self.seen.add(path.partition("?")[0])

    def press(self, text: str) -> None:
        """Press the first link or button of the page with that text and look at what comes."""
        what = self.page.locator("main a, main button").filter(has_text=text)
        with self.page.expect_navigation():
            what.first.click()
        self.look()

    def says(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("main")).to_contain_text(text)

    def take(self, text: str) -> bytes:
        """Press a link that gives a file; its content."""
        with self.page.expect_download() as given:
            self.page.locator("main a").filter(has_text=text).first.click()
        return Path(given.value.path()).read_bytes()

    def send(self, name: str, content: bytes) -> None:
        self.page.set_input_files(
            "#field-file", {"name": name, "mimeType": XLSX, "buffer": content}
        )
        self.press("上传并预览")

    def sign_in(self, login: str, password: str) -> None:
        self.page.fill("#field-login", login)
        self.page.fill("#field-password", password)
        self.press("登录")


@pytest.fixture
def walks(browser: Browser, site: str) -> Iterator[Callable[..., Walk]]:
    """Give browser windows of different people."""
    contexts = []

    def make(*, script: bool, width: int) -> Walk:
        contexts.append(
            browser.new_context(
                java_script_enabled=script, viewport={"width": width, "height": 900}
            )
        )
        contexts[-1].set_default_timeout(8_000)
        return Walk(contexts[-1].new_page(), site)

    yield make
    for context in contexts:
        context.close()


def register(walk: Walk, *, region: str, mfg_type: str) -> str:
    """Register a made-up factory and sign in; its name."""
    number = next(NUMBERS)
    name, login = f"虚构{region}第{number}轴承厂", f"path{number}"
    walk.open("/login")
    walk.press("工厂注册")
    page = walk.page
    page.fill("#field-name", name)
    page.fill("#field-credit_code", demo_credit_code(f"browser-path-{number}"))
    page.select_option("#field-region", label=region)
    page.select_option("#field-industry", "C34")
    page.select_option("#field-mfg_type", mfg_type)
    page.fill("#field-contact", "虚构联系人")
    page.fill("#field-login", login)
    page.fill("#field-password", PASSWORD)
    page.fill("#field-password_again", PASSWORD)
    walk.press("注册")
    walk.says("登记成功")
    walk.sign_in(login, PASSWORD)
    expect(page.locator("h1")).to_have_text(name)  # whoever has one factory starts from it
    walk.says("还没有成熟度评估", "还没有需求")
    aim_at(walk, "先进级")
    return name


def aim_at(walk: Walk, level: str) -> None:
    """Choose the target in the factory's profile."""
    walk.press("企业档案")
    walk.page.select_option("#field-target_level", label=level)
    walk.press("保存")
    walk.press("回到工厂首页")
    walk.says(f"未认定 → {level}")


def start_assessment(walk: Walk) -> None:
    walk.press("开始自评")
    walk.press("从空白开始")
    walk.says("已完成 0 /")
    walk.press("继续：评估范围")
    assert walk.page.locator("input[name=mfg_type]:checked").count() == 1
    walk.press("保存，下一节")


def answer(walk: Walk, *scores: str) -> str:
    """Tick the answers of the subdomain on the page; its code."""
    for level, score in enumerate(scores, start=1):
        walk.page.check(f"input[name=level{level}][value='{score}']")
    return walk.page.url.rpartition("/")[2]


def rewritten(content: bytes, change: Callable[[str, list[list[str]]], None]) -> bytes:
    """Change a workbook's sheets cell by cell, as somebody would in Excel."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        for sheet in read_grid(content):
            rows = [list(row) for row in sheet.rows]
            change(sheet.name, rows)
            written = book.add_worksheet(sheet.name)
            for number, row in enumerate(rows):
                written.write_row(number, 0, row)
    return out.getvalue()


def fill_in(bad: str) -> Callable[[str, list[list[str]]], None]:
    """Fill what is empty; the score of `bad` at level 2 is a word that is none."""

    def change(sheet: str, rows: list[list[str]]) -> None:
        if sheet == "成熟度":
            for row in rows[1:]:
                row[SCORE] = row[SCORE] or FILLED[row[LEVEL]]
                if (row[CODE], row[LEVEL]) == (bad, "2"):
                    row[SCORE] = "挺好"
        if sheet == "场景":
            for row in rows[1:]:
                row[3] = row[3] or "无"

    return change


def import_the_rest(walk: Walk, bad: str) -> bytes:
    """Take the template, fill it with one bad cell, send it, accept the rest.

    Gives the copy in which the bad cell is marked.
    """
    walk.press("用文件填写评估")
    template = walk.take("下载填报表")
    grid = {sheet.name: sheet.rows for sheet in read_grid(template)}["成熟度"]
    place = next(n for n, row in enumerate(grid, 1) if (row[CODE], row[LEVEL]) == (bad, "2"))
    walk.send("填报表.xlsx", rewritten(template, fill_in(bad)))
    walk.says(f"工作表“成熟度”第 {place} 行 E 列", "“挺好”不是可用的得分", "1行有问题")
    marked = walk.take("下载标出问题的表")
    walk.press("采用好的")
    return marked


def fill_the_facts(walk: Walk) -> None:
    """Scenes of one link, indicators, eligibility and profile by their forms."""
    page = walk.page
    link = page.locator("main .task-list a[href*='/sections/F']").first
    with page.expect_navigation():
        link.click()
    walk.look()
    names = page.locator("input[type=radio][value=applied]")
    names.nth(0).check()
    names.nth(1).check()
    page.locator("input[name^=ai_]").first.check()
    walk.press("保存，回目录")
    walk.press("关键绩效指标")
    page.fill("input[name=before_K01]", "41.5")
    page.fill("input[name=now_K01]", "62")
    walk.press("保存，下一节")
    for item in page.locator("input[type=radio][value=yes]").all():
        item.check()
    walk.press("保存，下一节")
    page.check("input[name=systems][value=ERP]")
    page.fill("#field-systems_other", "地磅系统")
    page.fill("#field-budget", "120")
    page.fill("#field-weeks", "40")
    walk.press("保存，去检查")


def hand_in(walk: Walk, formed: str) -> None:
    walk.says("必须填的都填好了", "地磅系统", "62")
    assert walk.page.locator("#blocking").count() == 0
    expect(walk.page.locator(f"#section-{formed}")).to_contain_text("照片和台账")
    walk.press("提交评估")
    walk.says("自评已提交", "编号")


def look_at_gaps(walk: Walk) -> None:
    """Both readings stand on the page; what-if from the shortest path reaches the target."""
    page = walk.page
    walk.press("查看差距")
    walk.says("逐级达到（每级得分不低于 0.8）", "落在的分数段", "目标要求")
    assert page.locator("svg[role=img] polygon").count() >= 2
    wanted = int(re.search(r"目标要求 (\d) 级", page.inner_text("main"))[1])
    walk.press("最短路径")
    walk.says("已证明最小")
    outside = page.locator("section:has(h2:text-is('不靠建设的条件')) .condition-list strong")
    elsewhere = " ".join(outside.all_inner_texts())
    walk.press("在“假如建成”里看结果")
    walk.says("先进级")
    row = page.locator("#what-if-result tbody tr").first
    before, after = (int(row.locator("td").nth(n).inner_text()) for n in (1, 2))
    assert before < wanted <= after
    still = page.locator("#what-if-result details:has(summary:has-text('仍未达到')) li")
    left = [text.split("\n")[0] for text in still.all_inner_texts()]
    assert left
    assert [text for text in left if text not in elsewhere] == []


def untick_a_scene(walk: Walk) -> None:
    """One scene less of the smallest set leaves more open; the page says so without reloading."""
    still = walk.page.locator("#what-if-result details:has(summary:has-text('仍未达到')) li")
    before = still.count()
    walk.page.evaluate("document.body.dataset.same = 'yes'")
    walk.page.locator("input[name=done]:checked").first.uncheck()
    expect(still).not_to_have_count(before)
    assert still.count() > before
    assert walk.page.evaluate("document.body.dataset.same") == "yes"
    expect(walk.page.locator("#announce")).to_have_text(re.compile("^等级由"))


def needs_from_words(walk: Walk, name: str) -> None:
    """Two problems in one text become two needs, looked at before they are saved."""
    walk.press(name)
    walk.press("用几句话说出问题")
    walk.page.fill("#field-text", f"您好，我们厂的问题：\n1、{BEARING}\n2、{STOCK}\n谢谢！")
    walk.press("下一步")
    walk.says("共 2 条")
    first = walk.page.locator("#card-1")
    expect(first).to_contain_text("设备故障诊断与预测")
    assert first.locator("mark").count() > 0
    assert first.locator("input[name=scenes-1]:checked").count() >= 1
    walk.press("确认并发布")
    walk.says("已保存 2 条需求", "已发布")
    walk.press("回到工厂的需求")


def need_from_gap(walk: Walk) -> None:
    walk.press("查看差距")
    walk.page.locator("input[name=gap]").first.check()
    walk.press("把选中的差距变成需求")
    walk.says("共 1 条")
    assert walk.page.locator("input[name=origin-1]").get_attribute("value") == "gap"
    walk.press("确认并发布")
    walk.says("已保存 1 条需求")
    walk.press("回到工厂的需求")
    assert walk.page.locator("#needs tbody tr").count() == 3
    expect(walk.page.locator("#needs")).to_contain_text("轴承")
    expect(walk.page.locator("#needs")).to_contain_text("盘点")


def take_reports(walk: Walk, name: str) -> None:
    walk.press("查看差距")
    walk.press("差距报告")
    walk.says(name, BEARING)
    pdf = walk.take("下载 PDF")
    assert pdf.startswith(b"%PDF")
    assert len(pdf) > 20_000
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) > 1
    document.close()
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        words = "".join("".join((page.extract_text() or "").split()) for page in document.pages)
    assert name in words
    assert "盘点" in words
    sheets = read_grid(walk.take("下载 Excel"))
    assert any(name in cell for sheet in sheets for row in sheet.rows for cell in row)


def needs_and_reports(walk: Walk, name: str) -> None:
    needs_from_words(walk, name)
    need_from_gap(walk)
    take_reports(walk, name)


def test_the_whole_path_without_script_on_a_phone(walks):
    walk = walks(script=False, width=375)
    name = register(walk, region="邢台", mfg_type="process")
    start_assessment(walk)
    first = answer(walk, "1", "1", "0.8", "0.5", "0")
    walk.page.fill("#field-evidence", "照片和台账")
    walk.press("保存，下一节")
    second = answer(walk, "1", "0.8", "0.5", "0", "0")
    walk.page.fill("#field-findings", "报表靠人抄\n图纸有三个版本")
    walk.press("保存，回目录")
    walk.says("已完成 3 /")

    marked = import_the_rest(walk, bad="M05")
    walk.press("检查")
    walk.says("还不能提交：有 1 处必须先填")

    def correct(_sheet: str, rows: list[list[str]]) -> None:
        for row in rows:
            row[:] = ["0.8" if cell == "挺好" else cell for cell in row]

    walk.press("回到目录")
    walk.press("用文件填写评估")
    walk.send("改好的表.xlsx", rewritten(marked, correct))
    walk.press("采用好的")
    fill_the_facts(walk)
    hand_in(walk, first)
    look_at_gaps(walk)
    needs_and_reports(walk, name)

    assert first != second
    assert walk.complaints == []
    assert len(walk.seen) >= 15


def test_the_whole_path_with_script(walks):
    walk = walks(script=True, width=1280)
    page = walk.page
    name = register(walk, region="唐山", mfg_type="discrete")
    start_assessment(walk)
    first = answer(walk, "1", "1", "0.8", "0.5", "0")
    page.fill("#field-evidence", "照片和台账")
    expect(page.locator("#autosave")).to_contain_text("已自动保存")
    with page.expect_navigation():
        page.get_by_role("link", name="目录", exact=True).click()
    walk.look()
    with page.expect_navigation():
        page.locator(f"main .task-list a[href$='/sections/{first}']").click()
    walk.look()
    expect(page.locator("#field-evidence")).to_have_value("照片和台账")
    ticked = page.locator("input[type=radio]:checked")
    assert [box.get_attribute("value") for box in ticked.all()] == ["1", "1", "0.8", "0.5", "0"]
    walk.press("保存，下一节")

    walk.press("目录")
    import_the_rest(walk, bad="M05")
    with page.expect_navigation():
        page.locator("main .task-list a[href$='/sections/M05']").click()
    walk.look()
    assert page.locator("input[name=level2][value='']").is_checked()
    page.check("input[name=level2][value='0.5']")
    walk.press("保存，回目录")
    fill_the_facts(walk)
    hand_in(walk, first)
    look_at_gaps(walk)
    untick_a_scene(walk)
    needs_and_reports(walk, name)

    assert walk.complaints == []


def test_the_city_returns_an_assessment_and_verifies_the_next(walks):
    factory, city = walks(script=True, width=1280), walks(script=True, width=1280)
    name = register(factory, region="邢台", mfg_type="discrete")
    start_assessment(factory)
    formed = answer(factory, "1", "1", "1", "1", "1")
    factory.page.fill("#field-evidence", "照片和台账")
    factory.press("保存，回目录")
    factory.press("用文件填写评估")
    template = factory.take("下载填报表")
    factory.send("填报表.xlsx", rewritten(template, fill_in("")))
    factory.press("采用好的")
    fill_the_facts(factory)
    hand_in(factory, formed)

    judge(city, name, formed)

    factory.press("查看提交的内容")
    factory.says("市级主管部门退回了这份评估", "有退回意见")
    with factory.page.expect_navigation():
        factory.page.locator(f"main .task-list a[href$='/sections/{formed}']").click()
    expect(factory.page.locator(f"[id='note-answers.{formed}']")).to_contain_text("五级没有佐证")
    answer(factory, "1", "1", "1", "0.5", "0")
    factory.press("保存，回目录")
    late = Walk(factory.page.context.new_page(), factory.site)
    late.open(factory.page.url.removeprefix(factory.site) + f"/sections/{formed}")
    factory.press("检查")
    hand_in(factory, formed)

    verify(city, name, formed)

    late.page.fill("#field-evidence", "晚了一步")
    late.press("保存，回目录")
    late.says("没有保存", "市级主管部门已经复核，内容不能再改")
    assert "晚了一步" not in late.page.inner_text("main")
    late.press("以这一版为底开始新的一版")
    late.says("第 2 版", "草稿")
    with late.page.expect_navigation():
        late.page.locator(f"main .task-list a[href$='/sections/{formed}']").click()
    assert late.page.locator("input[name=level4][value='0.5']").is_checked()
    expect(late.page.locator("#field-evidence")).to_have_value("照片和台账")

    assert factory.complaints == city.complaints == []
    # The refusal is told by its status, which the browser notes in its console.
    assert [text for text in late.complaints if CONFLICT not in text] == []


def judge(city: Walk, name: str, formed: str) -> None:
    """The city's person signs in, finds the factory in the queue and returns it with a note."""
    city.open("/login")
    city.sign_in("organiser", DEMO_PASSWORD)
    open_from_queue(city, name)
    row = city.page.locator(f"[id='answers.{formed}']")
    expect(row).to_contain_text("照片和台账")
    row.get_by_text("写意见").click()
    row.locator("textarea").fill("五级没有佐证，请按实际情况打分")
    city.press("退回修改")
    city.says("已退回修改，意见会显示在工厂表单的对应位置")
    assert city.page.locator(f"tbody a:has-text('{name}')").count() == 0


def verify(city: Walk, name: str, formed: str) -> None:
    """The city's person sees what was asked for last time and verifies."""
    open_from_queue(city, name)
    row = city.page.locator(f"[id='answers.{formed}']")
    expect(row).to_contain_text("上次退回时的意见：五级没有佐证")
    city.press("通过复核")
    city.says("已通过复核，结果已告知工厂")


def open_from_queue(city: Walk, name: str) -> None:
    with city.page.expect_navigation():
        city.page.locator("header a:has-text('评估复核')").click()
    city.look()
    city.press(name)
    city.says(f"{name}的评估", "已提交")
