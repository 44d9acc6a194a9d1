"""Make broken and hostile upload files into a folder at test time; nothing big lies in the repository.

    for case in build_hostile(tmp_path):
        answer = read(case.path.read_bytes(), case.file_name)
        assert answer is about one of case.families

Families: `accepted` (honest content must come through, nothing else may happen), `damaged`, `empty`,
`encrypted`, `macros`, `scanned`, `too_large` (bytes, unpacked bytes, entries, pages, cells),
`unsafe` (entities, paths out of the archive, embedded programs), `wrong_type`.
"""

import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import xlsxwriter

from tests.data import hostile_parts as parts

FILES = Path(__file__).parent / "reports" / "files"
_BOMB_MIB = 200
_Writer = Callable[[Path], None]


@dataclass(frozen=True)
class Hostile:
    """One file: where it lies, the name it is uploaded under, and what the answer must be about."""

    name: str
    path: Path
    file_name: str
    expected_family: str
    also: tuple[str, ...] = ()
    why: str = ""
    holds: tuple[str, ...] = field(default=())

    @property
    def families(self) -> frozenset[str]:
        """Return every family that is a right answer."""
        return frozenset((self.expected_family, *self.also))


def _bytes_of(path_parts: dict[str, str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, content in path_parts.items():
            target.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return out.getvalue()


def _put(content: bytes | str) -> _Writer:
    data = content.encode() if isinstance(content, str) else content
    return lambda path: path.write_bytes(data) and None


def _word(document: str | None = None, **more: str) -> _Writer:
    return lambda path: parts.write_zip(path, {**parts.word_parts(document), **more})


def _flat_bomb(path: Path) -> None:
    xml = parts.document_xml("@@").encode()
    before, after = xml.split(b"@@")
    rest = {k: v for k, v in parts.word_parts().items() if k != "word/document.xml"}
    parts.write_bomb(path, rest, "word/document.xml", (before, after), _BOMB_MIB)


def _sheet_bomb(path: Path) -> None:
    rest = parts.sheet_parts("@@", dimension="A1")
    before, after = rest.pop("xl/worksheets/sheet1.xml").encode().split(b"@@")
    parts.write_bomb(path, rest, "xl/worksheets/sheet1.xml", (before, after), _BOMB_MIB)


def _nested_bomb(path: Path) -> None:
    level = bytes(10 << 20)
    for depth in range(4):
        inner = BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as target:
            for i in range(1 if depth == 0 else 16):
                target.writestr(f"lib{i}.zip", level)
        level = inner.getvalue()
    path.write_bytes(level)


def _many_entries(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for name, content in parts.word_parts().items():
            target.writestr(name, content)
        for i in range(100_000):
            target.writestr(zipfile.ZipInfo(f"word/media/{i:06d}.txt"), b"x")


def _zip_slip(path: Path) -> None:
    parts.write_zip(path, {**parts.word_parts(), "../../../../tmp/evil.txt": "out of the box"})


def _macros(path: Path) -> None:
    program = parts.ole_file({"VBA": b'Attribute VB_Name = "AutoOpen"'})
    whole = {**parts.word_parts(content_type=parts.WORD_MACRO), "word/vbaProject.bin": program}
    parts.write_zip(path, whole)


def _bad_crc(path: Path) -> None:
    content = bytearray(_bytes_of(parts.word_parts(), method=zipfile.ZIP_STORED))
    at = content.find("数据得".encode())
    content[at : at + 3] = "魏".encode()
    path.write_bytes(bytes(content))


def _scanned(path: Path) -> None:
    rng = random.Random(7)
    row = bytes(255 if rng.random() > 0.1 else 40 for _ in range(600))
    pixels = zlib.compress(row * 800)
    head = b"/Type /XObject /Subtype /Image /Width 600 /Height 800 /ColorSpace /DeviceGray "
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /XObject << /Im1 5 0 R >> >> >>",
        parts.pdf_stream(b"q 595 0 0 842 0 0 cm /Im1 Do Q"),
        parts.pdf_stream(pixels, head + b"/BitsPerComponent 8 /Filter /FlateDecode"),
    ]
    path.write_bytes(parts.pdf_file(objects))


def _pdf_stream_bomb(path: Path) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(_BOMB_MIB)) + packer.flush()
    objects = parts.text_pages(1)
    objects[4] = parts.pdf_stream(packed, b"/Filter /FlateDecode")
    path.write_bytes(parts.pdf_file(objects))


def _page_loop(path: Path) -> None:
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] /Parent 3 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [2 0 R] /Parent 2 0 R >>",
    ]
    path.write_bytes(parts.pdf_file(objects))


def _script_pdf(path: Path) -> None:
    action = b"/OpenAction << /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1/'\\)) >>"
    path.write_bytes(parts.pdf_file(parts.text_pages(1, catalog=action)))


def _formulas(path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet = book.add_worksheet("自评表")
    sheet.write_row(0, 0, ["子域", "得分", "问题"])
    sheet.write_row(1, 0, ["数据", 1.6, "=cmd|'/c calc'!A1"])
    sheet.write_row(2, 0, ["集成", 1.4, '@SUM(1+1)*cmd|"/c calc"!A0'])
    sheet.write_string(3, 0, "装备")
    sheet.write_formula(3, 1, "=1+1", None, 2)
    sheet.write_formula(
        3, 2, '=HYPERLINK("http://127.0.0.1/","点这里看问题")', None, "点这里看问题"
    )
    sheet.write_formula(4, 0, '=DDE("cmd","/c calc","x")', None, "网络")
    book.close()


def _wide_sheet(path: Path) -> None:
    """Write a last cell in column 1,000,000 (BDWGN), beyond what the format allows."""
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="BDWGN1"><v>2</v></c></row>'
    parts.write_zip(path, parts.sheet_parts(rows, dimension="A1:BDWGN1"))


def _huge_sheet(path: Path) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    rows += '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    parts.write_zip(path, parts.sheet_parts(rows, dimension="A1:XFD1048576"))


def _laughs() -> str:
    lines = ['<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">']
    lines += [f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10)]
    return f"<!DOCTYPE w:document [{''.join(lines)}]>"


def _polyglot(path: Path) -> None:
    path.write_bytes(parts.pdf_file(parts.text_pages(1)) + _bytes_of(parts.word_parts()))


def _portable_executable() -> bytes:
    head = b"MZ" + bytes(58) + struct.pack("<I", 128)
    return head.ljust(128, b"\0") + b"PE\0\0\x4c\x01" + bytes(4096)


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    size = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    pixels = zlib.compress((b"\0" + bytes(8)) * 8)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def _cut(name: str, share: float) -> _Writer:
    content = (FILES / name).read_bytes()
    return _put(content[: int(len(content) * share)])


_XXE = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
_REMOTE_DTD = '<!DOCTYPE w:document SYSTEM "http://127.0.0.1:9/evil.dtd">'
_TEMPLATE = parts.relationships(
    '<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/attachedTemplate" Target="http://127.0.0.1:9/evil.dotm" TargetMode="External"/>'
)
_LOCKED = {
    "EncryptionInfo": b"\x04\0\x04\0\x40\0\0\0<encryption/>",
    "EncryptedPackage": b"\x07" * 5000,
}
_HONEST = ("数据得1.6分，记录靠手抄。",)
_SANE_PDF = ("Maturity report, page 1, score 1.6",)

# name, uploaded as, writer, family, other right families, why, text that must come through
_CASES: list[tuple[str, str, _Writer, str, tuple[str, ...], str, tuple[str, ...]]] = [
    ("flat_bomb", "报告.docx", _flat_bomb, "too_large", ("damaged",), f"{_BOMB_MIB} MiB unpacked", ()),
    ("sheet_bomb", "自评.xlsx", _sheet_bomb, "too_large", ("damaged",), f"{_BOMB_MIB} MiB unpacked", ()),
    ("nested_bomb", "嵌套.docx", _nested_bomb, "too_large", ("wrong_type", "damaged", "unsafe"), "zips in zips, 40 GiB in all", ()),
    ("many_entries", "很多.docx", _many_entries, "too_large", (), "100,000 tiny entries", ()),
    ("zip_slip", "路径.docx", _zip_slip, "unsafe", ("damaged",), "an entry named ../../../../tmp/evil.txt", ()),
    ("macros", "宏.docx", _macros, "macros", ("unsafe", "wrong_type"), "docm renamed", ()),
    ("xxe", "实体.docx", _word(parts.document_xml("&x;", doctype=_XXE)), "unsafe", ("damaged",), "external entity", ()),
    ("remote_dtd", "外部.docx", _word(parts.document_xml(doctype=_REMOTE_DTD)), "unsafe", ("damaged",), "DTD on a network address", ()),
    ("billion_laughs", "笑.docx", _word(parts.document_xml("&a9;", doctype=_laughs())), "unsafe", ("damaged", "too_large"), "entities that double up", ()),
    ("remote_template", "模板.docx", _word(None, **{"word/_rels/document.xml.rels": _TEMPLATE}), "accepted", ("unsafe",), "template on a network address, never to be fetched", _HONEST),
    ("encrypted_docx", "加密.docx", _put(parts.ole_file(_LOCKED)), "encrypted", (), "OLE file with EncryptedPackage", ()),
    ("encrypted_xlsx", "加密.xlsx", _put(parts.ole_file(_LOCKED)), "encrypted", (), "OLE file with EncryptedPackage", ()),
    ("encrypted_pdf", "加密.pdf", lambda p: _put(parts.locked_pdf("hebei"))(p), "encrypted", (), "opens with a password only", ()),
    ("scanned_pdf", "扫描.pdf", _scanned, "scanned", (), "one page, one picture, no text", ()),
    ("truncated_pdf", "半份.pdf", lambda p: _cut("11_pumps_long_table.pdf", 0.4)(p), "damaged", (), "first 40 % of a PDF", ()),
    ("truncated_docx", "半份.docx", lambda p: _cut("01_rolling_formal.docx", 0.6)(p), "damaged", (), "first 60 % of a docx", ()),
    ("truncated_xlsx", "半份.xlsx", lambda p: _cut("18_fittings_sheets.xlsx", 0.6)(p), "damaged", (), "first 60 % of an xlsx", ()),
    ("bad_crc", "校验.docx", _bad_crc, "damaged", (), "content and checksum differ", ()),
    ("bad_xml", "标签.docx", _word(parts.document_xml("未闭合<w:t>")), "damaged", (), "XML not well-formed", ()),
    ("no_document", "空壳.docx", lambda p: parts.write_zip(p, {"readme.txt": "x"}), "wrong_type", ("damaged",), "a zip that is no Word file", ()),
    ("xlsx_as_docx", "表格.docx", lambda p: parts.write_zip(p, parts.sheet_parts("", dimension="A1")), "wrong_type", ("damaged", "empty"), "a workbook renamed", ()),
    ("png_as_docx", "图片.docx", _put(_png()), "wrong_type", ("damaged",), "png renamed", ()),
    ("html_as_pdf", "网页.pdf", _put("<!doctype html><html><body>数据 1.6 分</body></html>"), "wrong_type", ("damaged",), "html renamed", ()),
    ("exe_as_xlsx", "程序.xlsx", _put(_portable_executable()), "wrong_type", ("damaged",), "exe renamed", ()),
    ("text_as_docx", "文本.docx", _put("数据子域得分1.6分，记录靠手抄。\n"), "wrong_type", ("damaged",), "plain text renamed", ()),
    ("rtf_as_docx", "富文本.docx", _put(r"{\rtf1\ansi\deff0 {\fonttbl{\f0 Arial;}} score 1.6\par}"), "wrong_type", ("damaged",), "rtf renamed", ()),
    ("old_doc", "旧版.doc", _put(parts.ole_file({"WordDocument": b"\xec\xa5\xc1\0"})), "wrong_type", (), "Word 97 file", ()),
    ("old_doc_as_docx", "旧版.docx", _put(parts.ole_file({"WordDocument": b"\xec\xa5\xc1\0"})), "wrong_type", (), "Word 97 file renamed; not to be called encrypted", ()),
    ("empty", "空.docx", _put(b""), "empty", ("damaged", "wrong_type"), "no byte", ()),
    ("empty_document", "白纸.docx", _word(parts.document_xml("")), "empty", (), "a sound file that says nothing", ()),
    ("zeros", "零.pdf", lambda p: _put(bytes(25 << 20))(p), "too_large", ("wrong_type",), "25 MiB of zeros", ()),
    ("many_pages", "四百页.pdf", lambda p: _put(parts.pdf_file(parts.text_pages(400)))(p), "too_large", (), "400 pages", ()),
    ("page_loop", "循环.pdf", _page_loop, "damaged", ("empty", "scanned"), "page tree that holds itself", ()),
    ("stream_bomb", "膨胀.pdf", _pdf_stream_bomb, "too_large", ("damaged", "scanned", "empty"), f"page content of {_BOMB_MIB} MiB unpacked", ()),
    ("script_pdf", "脚本.pdf", _script_pdf, "accepted", ("unsafe",), "JavaScript on opening, never to run", _SANE_PDF),
    ("huge_sheet", "巨表.xlsx", _huge_sheet, "too_large", ("damaged",), "cells at A1 and XFD1048576", ()),
    ("wide_sheet", "宽表.xlsx", _wide_sheet, "too_large", ("damaged",), "a million columns", ()),
    ("formulas", "公式.xlsx", _formulas, "accepted", (), "formula and DDE cells; values come as text", ("=cmd|'/c calc'!A1", "点这里看问题", "网络")),
    ("polyglot", "双面.docx", _polyglot, "wrong_type", ("damaged", "unsafe"), "PDF in front, zip behind", ()),
    ("path_name", "../../etc/passwd.docx", _word(), "accepted", (), "sound file, name climbs out: keep the last part only", _HONEST),
    ("control_name", "报告\x00\x07\r\n\u202exslx.docx", _word(), "accepted", (), "sound file, control and direction marks in the name", _HONEST),
]  # fmt: skip


def build_hostile(folder: Path) -> list[Hostile]:
    """Write every case into `folder` (its own short names there) and return the list.

    Needs about 70 MiB on disk and a few seconds; the biggest unpack to 200 MiB and more.
    """
    made = []
    for name, file_name, write, family, also, why, holds in _CASES:
        path = folder / f"{name}.{file_name.rsplit('.', 1)[1]}"
        write(path)
        made.append(Hostile(name, path, file_name, family, also, why, holds))
    return made
