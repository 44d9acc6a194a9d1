"""Uploaded reports: what is read, and that hostile or unusable files get their own answer."""

import io
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable

import docx
import pytest
import typst
import xlsxwriter

from app.adapters import document_zip, documents
from app.adapters.document_errors import DocumentRefused
from app.adapters.documents import extract
from matching.reports.document import BlockKind

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOCUMENT = "word/document.xml"
PREAMBLE = (
    '#set page(paper: "a4")\n#set text(font: "Noto Serif CJK SC", size: 10.5pt, lang: "zh")\n'
)


def word(*texts: str) -> bytes:
    """A small honest docx."""
    document = docx.Document()
    for text in texts or ("设备管理得分1.8分。",):
        document.add_paragraph(text)
    return saved(document)


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def pdf(source: str) -> bytes:
    return typst.compile((PREAMBLE + source).encode(), ignore_system_fonts=False)


def rezipped(
    content: bytes,
    *,
    change: dict[str, bytes] | None = None,
    extra: list[tuple[str, bytes]] | None = None,
) -> bytes:
    """The same archive with parts changed or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, (change or {}).get(name, old.read(name)))
        for name, data in extra or []:
            new.writestr(name, data)
    return buffer.getvalue()


def reason(content: bytes, file_name: str) -> str:
    with pytest.raises(DocumentRefused) as caught:
        extract(content, file_name=file_name)
    (problem,) = caught.value.problems
    assert problem.field == "file"
    return problem.code


def test_extract_docx_keeps_order_headings_and_places():
    document = docx.Document()
    document.add_heading("一、评估结果", 1)
    document.add_paragraph("总体情况")
    table = document.add_table(rows=3, cols=3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "生产"
    table.cell(0, 1).text = "设备管理"
    table.cell(1, 1).text = "能源管理"
    table.cell(2, 0).merge(table.cell(2, 2)).text = "合计"
    read = extract(saved(document), file_name="报告.docx")
    assert [block.kind for block in read.blocks] == [
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.TABLE,
    ]
    assert (read.blocks[0].level, read.blocks[0].place) == (1, "第1段")
    assert read.blocks[2].rows == (
        ("生产", "设备管理", ""),
        ("生产", "能源管理", ""),
        ("合计", "合计", "合计"),
    )
    assert read.blocks[2].row_places[1] == "表1第2行"


def test_extract_pdf_joins_a_table_over_the_page_break_and_drops_furniture():
    rows = "".join(f"[{i}], [第{i}项 #v(40pt)], [{i / 10}]," for i in range(1, 31))
    source = (
        "#set page(header: [内部资料], footer: context [第 #counter(page).display() 页])\n"
        f"#table(columns: (2cm, 1fr, 2cm), table.header([序号], [名称], [得分]), {rows})\n"
        "= 结论\n完成。"
    )
    read = extract(pdf(source), file_name="a.pdf")
    tables = [block for block in read.blocks if block.kind is BlockKind.TABLE]
    assert len(tables) == 1
    assert len(tables[0].rows) == 31
    assert tables[0].row_places[30].startswith(f"第{read.pages}页表1")
    texts = [block.text for block in read.blocks if block.text]
    assert texts == ["结论", "完成。"]


def test_extract_pdf_joins_lines_of_a_paragraph_and_reads_columns_in_order():
    left = "甲" * 260 + "。"
    right = "乙" * 260 + "。"
    source = f"#set page(columns: 2)\n{left}\n#colbreak()\n{right}"
    read = extract(pdf(source), file_name="a.pdf")
    assert [block.text for block in read.blocks] == [left, right]


def test_extract_pdf_does_not_join_short_lines():
    source = "点检靠纸\n\n抄表靠人\n\n找料靠问\n\n排产靠喊"
    texts = [block.text for block in extract(pdf(source), file_name="a.pdf").blocks]
    assert texts == ["点检靠纸", "抄表靠人", "找料靠问", "排产靠喊"]


def test_extract_pdf_reads_bold_type_that_is_printed_twice_once():
    source = "#place(dx: 0.4pt)[点检靠纸质表格]点检靠纸质表格"
    (block,) = extract(pdf(source), file_name="a.pdf").blocks
    assert block.text == "点检靠纸质表格"


def test_extract_pdf_reads_a_table_without_rules():
    source = (
        "#table(stroke: none, columns: (5cm, 4cm), [子域], [得分], [集成], [1.8], [网络], [0.8])"
    )
    (block,) = extract(pdf(source + "\n"), file_name="a.pdf").blocks
    assert block.rows == (("子域", "得分"), ("集成", "1.8"), ("网络", "0.8"))


def test_extract_xlsx_splits_title_and_tables_and_expands_merged_cells():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet("评分")
        sheet.write("A1", "自评表")
        sheet.write_row("A3", ["域", "子域", "得分"])
        sheet.merge_range("A4:A5", "技术")
        sheet.write_row("B4", ["数据", 1.8])
        sheet.write_row("B5", ["集成", 1])
    read = extract(buffer.getvalue(), file_name="a.xlsx")
    assert [block.text for block in read.blocks] == ["自评表", ""]
    assert read.blocks[1].rows == (
        ("域", "子域", "得分"),
        ("技术", "数据", "1.8"),
        ("技术", "集成", "1"),
    )
    assert read.blocks[1].row_places[2] == "工作表“评分”第5行"


def test_extract_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    extract(word(), file_name="a.docx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file_name", "code"),
    [
        ("a.doc", "document_old_format"),
        ("a.wps", "document_old_format"),
        ("a.rtf", "document_old_format"),
        ("a.xls", "document_old_format"),
        ("a.docm", "document_macro"),
        ("a.png", "document_image"),
        ("a.html", "document_web_page"),
        ("a.exe", "document_unsupported"),
        ("report", "document_unsupported"),
    ],
)
def test_extract_refuses_other_types_by_name(file_name, code):
    assert reason(b"whatever it is", file_name) == code


@pytest.mark.parametrize(
    ("content", "file_name", "code"),
    [
        (b"", "a.docx", "document_empty"),
        (b"x" * (documents.MAX_BYTES + 1), "a.docx", "document_too_large"),
        (b"<html><body>1</body></html>", "a.docx", "document_content_mismatch"),
        (b"\x89PNG\r\n", "a.pdf", "document_content_mismatch"),
        (b"%PDF-1.4\n", "a.docx", "document_content_mismatch"),
        (b"PK\x03\x04", "a.pdf", "document_content_mismatch"),
        (OLE + b"\0" * 600, "a.docx", "document_old_format"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "document_encrypted"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "document_encrypted"),
        (b"PK\x03\x04 no archive", "a.docx", "document_damaged"),
        (b"%PDF-1.7\nnothing more", "a.pdf", "document_damaged"),
    ],
)
def test_extract_refuses_wrong_content(content, file_name, code):
    assert reason(content, file_name) == code


def _bomb() -> bytes:
    return rezipped(word(), extra=[("word/media/a.bin", b"\0" * 30_000_000)])


def _many() -> bytes:
    return rezipped(word(), extra=[(f"word/media/{i}.bin", b"") for i in range(1001)])


def _duplicate() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return rezipped(word(), extra=[(DOCUMENT, b"<x/>")])


def _doctype() -> bytes:
    xml = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    return rezipped(word(), change={DOCUMENT: xml})


def _doctype_utf16() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x SYSTEM "http://127.0.0.1/"><x/>'
    return rezipped(word(), change={DOCUMENT: xml.encode("utf-16")})


def _other_encoding() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-7"?><x/>'
    return rezipped(word(), change={DOCUMENT: xml.encode()})


def _bad_checksum() -> bytes:
    content = bytearray(word())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        info = archive.getinfo(DOCUMENT)
    start = info.header_offset + 30 + len(info.filename)
    content[start + info.compress_size // 2] ^= 0xFF
    return bytes(content)


def _lying_size() -> bytes:
    """The directory says one size, the data is another."""
    content = bytearray(word())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        info = archive.getinfo(DOCUMENT)
    at = bytes(content).rfind(b"PK\x01\x02", 0, bytes(content).rfind(DOCUMENT.encode()))
    content[at + 24 : at + 28] = struct.pack("<I", info.file_size // 2)
    return bytes(content)


def _overlap() -> bytes:
    """Two directory entries point at the same local header."""
    content = bytearray(rezipped(word(), extra=[("word/media/1.bin", b"a" * 99)]))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        offset = archive.getinfo(DOCUMENT).header_offset
    at = bytes(content).rfind(b"PK\x01\x02")
    content[at + 42 : at + 46] = struct.pack("<I", offset)
    return bytes(content)


def _symlink() -> bytes:
    buffer = io.BytesIO(word())
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("word/media/link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    return buffer.getvalue()


def _truncated() -> bytes:
    content = word()
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (_bomb, "document_zip_ratio"),
        (_many, "document_zip_entries"),
        (_duplicate, "document_zip_duplicate"),
        (_overlap, "document_zip_overlap"),
        (_symlink, "document_zip_path"),
        (_doctype, "document_xml_entity"),
        (_doctype_utf16, "document_xml_entity"),
        (_other_encoding, "document_xml_entity"),
        (_bad_checksum, "document_damaged"),
        (_lying_size, "document_damaged"),
        (_truncated, "document_damaged"),
    ],
)
def test_extract_refuses_a_hostile_archive(build: Callable[[], bytes], code):
    assert reason(build(), "a.docx") == code


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("../evil.xml", b"<x/>", "document_zip_path"),
        ("/etc/evil.xml", b"<x/>", "document_zip_path"),
        ("word\\..\\..\\evil.xml", b"<x/>", "document_zip_path"),
        ("C:/evil.xml", b"<x/>", "document_zip_path"),
        ("word/vbaProject.bin", b"x", "document_macro"),
        ("word/activeX/activeX1.bin", b"x", "document_macro"),
        ("word/media/inner.zip", b"x", "document_zip_nested"),
        ("word/media/image1.png", b"PK\x03\x04" + b"x" * 40, "document_zip_nested"),
    ],
)
def test_extract_refuses_a_part_that_does_not_belong(name, data, code):
    assert reason(rezipped(word(), extra=[(name, data)]), "a.docx") == code


def test_extract_accepts_the_workbook_behind_a_chart():
    content = rezipped(
        word("正文"), extra=[("word/embeddings/Microsoft_Excel_Sheet1.xlsx", b"PK\x03\x04 data")]
    )
    assert extract(content, file_name="a.docx").blocks[0].text == "正文"


def test_extract_refuses_an_xlsx_named_docx():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        book.add_worksheet().write("A1", "x")
    assert reason(buffer.getvalue(), "a.docx") == "document_content_mismatch"


def test_extract_refuses_a_document_without_text():
    assert reason(saved(docx.Document()), "a.docx") == "document_no_text"


def test_extract_refuses_a_scan():
    image = b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'><rect width='90' height='90'/></svg>"
    source = f'#image(bytes("{image.decode()}"), format: "svg")'
    assert reason(pdf(source), "scan.pdf") == "document_scanned"


def test_extract_refuses_too_many_pages():
    assert reason(pdf("#for i in range(301) [第 #i 页 #pagebreak(weak: true)]"), "a.pdf") == (
        "document_too_many_pages"
    )


def test_extract_refuses_a_pdf_with_a_password():
    content = pdf("正文")
    # A standard security handler whose keys fit no password.
    lock = (
        b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <"
        + b"42" * 32 + b"> >> /ID [<" + b"43" * 16 + b"> <" + b"43" * 16 + b">] /Root"
    )  # fmt: skip
    at = content.rfind(b"/Root")
    assert reason(content[:at] + lock + content[at + 5 :], "a.pdf") == "document_encrypted"


def test_extract_refuses_more_unpacked_bytes_than_allowed(monkeypatch):
    monkeypatch.setattr(document_zip, "MAX_UNPACKED", 20_000)
    assert reason(word(), "a.docx") == "document_zip_unpacked"


def test_check_parts_counts_real_bytes(monkeypatch):
    content = word()
    monkeypatch.setattr(document_zip, "MAX_UNPACKED", 20_000)
    with pytest.raises(DocumentRefused) as caught:
        document_zip.check_parts(content)
    assert caught.value.reason == "document_zip_unpacked"


@pytest.mark.parametrize(
    "attempt",
    [
        "__import__('socket').socket()",
        "open('left.txt', 'w')",
        "__import__('subprocess').run(['true'])",
        "__import__('os').mkdir('left')",
    ],
)
def test_worker_may_not_reach_outside(attempt, tmp_path):
    script = (
        "import sys, socket, subprocess\n"
        "from app.adapters import document_worker as worker\n"
        "worker.limit_self()\n"
        "sys.addaudithook(worker._refuse_outside)\n"
        f"try:\n    {attempt}\nexcept PermissionError:\n    sys.exit(7)\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], cwd=tmp_path, check=False)
    assert done.returncode == 7
    assert list(tmp_path.iterdir()) == []


def test_extract_gives_up_on_a_worker_that_takes_too_long(monkeypatch):
    monkeypatch.setattr(documents, "WALL_SECONDS", 0.01)
    assert reason(word(), "a.docx") == "document_too_heavy"
