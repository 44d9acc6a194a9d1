"""The workbook writer: text stays text, forms guard what is typed, files are the same each time."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.adapters.workbooks import Cell, Column, WorkbookBuilder, written

CREATED = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def builder() -> WorkbookBuilder:
    return WorkbookBuilder(title="测试", author="冀智对接", created=CREATED)


def rows_of(content: bytes, sheet: str) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_name(sheet).to_python()


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name).decode()


def one_cell(value: str) -> bytes:
    book = builder()
    book.sheet("表", [Column("甲")]).row(value)
    return book.to_bytes()


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A1", "+1", "@SUM(A1)", "000123", "http://x.cn"]
)
def test_text_that_looks_like_more_stays_text(text):
    content = one_cell(text)

    assert rows_of(content, "表") == [["甲"], [text]]
    sheet = part(content, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert 't="s"' in sheet.split('r="A2"')[1].split(">")[0]  # a shared string


@given(st.text(max_size=60))
def test_any_text_makes_a_file_that_can_be_read(text):
    kept = written(text)

    assert rows_of(one_cell(text), "表")[1:] == ([[kept]] if kept else [])


def test_text_beyond_the_size_of_a_cell_is_cut():
    assert len(written("长" * 40_000)) == 32_767
    assert written("长" * 40_000).endswith("…")
    assert written("a\x00b\r\nc\ud800") == "ab\nc"


def test_numbers_dates_and_truth_keep_their_kind():
    book = builder()
    columns = [Column("数", kind="number"), Column("日", kind="date"), Column("否"), Column("空")]
    book.sheet("表", columns).row(2.5, date(2026, 6, 1), False, None)

    assert rows_of(book.to_bytes(), "表")[1] == [2.5, date(2026, 6, 1), "否", ""]


def test_intro_lines_stand_above_the_header():
    book = builder()
    sheet = book.sheet("表", [Column("甲")], intro=("标题", "说明"))
    number = sheet.row("乙")
    sheet.done()
    content = book.to_bytes()

    assert sheet.header_row == 2
    assert number == 3
    assert rows_of(content, "表") == [["标题"], ["说明"], ["甲"], ["乙"]]
    assert '<pane ySplit="3"' in part(content, "xl/worksheets/sheet1.xml")


def test_a_form_offers_choices_and_refuses_others_in_chinese():
    book = builder()
    book.sheet("填报", [Column("状态", choices=("无", "应用"), required=True)], form=True).done()
    content = book.to_bytes()
    sheet = part(content, "xl/worksheets/sheet1.xml")

    assert rows_of(content, "填报") == [["状态 *"]]
    assert '<formula1>"无,应用"</formula1>' in sheet
    assert 'error="请从下拉列表中选择一项。"' in sheet
    assert 'sqref="A2:A1001"' in sheet


def test_choices_too_long_for_a_cell_come_from_a_hidden_sheet():
    choices = tuple(f"S{n:02d} 名字比较长的场景" for n in range(1, 41))
    book = builder()
    book.sheet("填报", [Column("场景", choices=choices)], form=True)
    content = book.to_bytes()

    assert "<formula1>'选项'!$A$1:$A$40</formula1>" in part(content, "xl/worksheets/sheet1.xml")
    assert rows_of(content, "选项")[39] == ["S40 名字比较长的场景"]
    assert '<sheet name="选项" sheetId="2" state="hidden"' in part(content, "xl/workbook.xml")


@pytest.mark.parametrize(
    ("column", "sentence"),
    [
        (Column("分", kind="number", minimum=0, maximum=1), "请填写 0 到 1 之间的数字。"),
        (Column("数", kind="int", minimum=0), "请填写不小于 0 的整数。"),
        (Column("日", kind="date"), "请填写日期，例如 2026-06-01。"),
        (Column("分", kind="number", error="得分只能是 0 到 1。"), "得分只能是 0 到 1。"),
    ],
)
def test_a_form_says_what_belongs_into_a_cell(column, sentence):
    book = builder()
    book.sheet("填报", [column], form=True)

    assert f'error="{sentence}"' in part(book.to_bytes(), "xl/worksheets/sheet1.xml")


def test_a_comment_hangs_at_its_cell():
    book = builder()
    book.sheet("错误", [Column("甲"), Column("乙")]).row("好", Cell(3, "bad", comment="超过 1"))
    comments = part(book.to_bytes(), "xl/comments1.xml")

    assert 'ref="B2"' in comments
    assert "超过 1" in comments


def test_a_table_has_a_filter_and_prints_on_a4_across():
    book = builder()
    sheet = book.sheet("表", [Column("甲"), Column("乙", tones={"达到": "good"})])
    sheet.row("一", "达到")
    sheet.done()
    xml = part(book.to_bytes(), "xl/worksheets/sheet1.xml")

    assert '<autoFilter ref="A1:B2"/>' in xml
    assert 'paperSize="9"' in xml
    assert 'orientation="landscape"' in xml
    assert '<conditionalFormatting sqref="B2">' in xml


@pytest.mark.parametrize("name", ["", "a/b", "x" * 32, "选项", "有[括号]"])
def test_a_sheet_name_that_excel_refuses_is_an_error(name):
    with pytest.raises(ValueError, match="sheet"):
        builder().sheet(name, [Column("甲")])


def test_a_sheet_name_stands_once():
    book = builder()
    book.sheet("Sheet", [Column("甲")])

    with pytest.raises(ValueError, match="already"):
        book.sheet("sheet", [Column("甲")])


def test_more_values_than_columns_is_an_error():
    with pytest.raises(ValueError, match="2 values for 1 columns"):
        builder().sheet("表", [Column("甲")]).row(1, 2)


def test_the_same_content_gives_the_same_bytes():
    assert one_cell("一") == one_cell("一")
