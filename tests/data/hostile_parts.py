"""Builders of small containers, sound and unsound: OOXML zips, OLE compound files, PDF files."""

import hashlib
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

CONTENT_TYPES = "[Content_Types].xml"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD_MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def _package(part: str, content_type: str) -> dict[str, str]:
    return {
        CONTENT_TYPES: f'{XML}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{_RELS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="{part}"/></Relationships>',
    }


def document_xml(text: str = "数据得1.6分，记录靠手抄。", *, doctype: str = "") -> str:
    """Return word/document.xml with one paragraph; `doctype` stands before the root."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    body = f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body>"
    return f'{head}{doctype}<w:document xmlns:w="{_W}">{body}</w:document>'


def word_parts(document: str | None = None, *, content_type: str = WORD) -> dict[str, str]:
    """Return the parts of a least Word file."""
    parts = _package("word/document.xml", content_type)
    parts["word/document.xml"] = document_xml() if document is None else document
    return parts


def relationships(*rows: str) -> str:
    """Return a relationships part with the given Relationship elements."""
    return f'{XML}<Relationships xmlns="{_RELS}">{"".join(rows)}</Relationships>'


def sheet_parts(rows: str, *, dimension: str) -> dict[str, str]:
    """Return the parts of a least workbook whose only sheet holds `rows` (XML)."""
    parts = _package("xl/workbook.xml", SHEET)
    parts["xl/workbook.xml"] = (
        f'{XML}<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = relationships(
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    )
    parts["xl/worksheets/sheet1.xml"] = (
        f'{XML}<worksheet xmlns="{_S}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return parts


def write_zip(
    path: Path, parts: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED
) -> None:
    """Write `parts` as a zip, names as they are."""
    with zipfile.ZipFile(path, "w", method) as target:
        for name, content in parts.items():
            target.writestr(zipfile.ZipInfo(name), content, compress_type=method)


def write_bomb(
    path: Path, parts: Mapping[str, str], name: str, frame: tuple[bytes, bytes], mib: int
) -> None:
    """Write a zip with one member of `mib` MiB of spaces between two ends of XML."""
    chunk = b" " * (1 << 20)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for other, content in parts.items():
            target.writestr(other, content)
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        with target.open(info, "w", force_zip64=True) as member:
            member.write(frame[0])
            for _ in range(mib):
                member.write(chunk)
            member.write(frame[1])


def ole_file(streams: Mapping[str, bytes]) -> bytes:
    """Return an OLE compound file (version 3, 512-byte sectors) with the given streams.

    Streams are padded to 4,096 bytes, so that none is a mini stream.
    """
    sector, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    padded = {
        n: d.ljust(max(4096, -(-len(d) // sector) * sector), b"\0") for n, d in streams.items()
    }
    names = list(padded)
    directory_sectors = -(-(len(names) + 1) // 4)
    fat = [0xFFFFFFFD] + [i + 2 for i in range(directory_sectors - 1)] + [end]
    starts, body = [], b""
    for name in names:
        starts.append(len(fat))
        count = len(padded[name]) // sector
        fat += [len(fat) + i + 1 for i in range(count - 1)] + [end]
        body += padded[name]
    fat += [free] * (sector // 4 - len(fat))
    if len(fat) > sector // 4:
        raise ValueError("streams too long for one FAT sector")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHHHII", 0x3E, 3, 0xFFFE, 9, 6, 0, 0, 0)
    header += struct.pack("<IIIIIIIII", 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<109I", *([free] * 109))[4:]
    entries = _ole_entry("Root Entry", 5, end, 0, child=1)
    for i, name in enumerate(names):
        right = i + 2 if i + 1 < len(names) else free
        entries += _ole_entry(name, 2, starts[i], len(padded[name]), right=right)
    entries = entries.ljust(directory_sectors * sector, b"\0")
    return header.ljust(sector, b"\0") + struct.pack(f"<{len(fat)}I", *fat) + entries + body


def _ole_entry(
    name: str, kind: int, start: int, size: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF
) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", 0xFFFFFFFF, right, child) + bytes(36)
    return entry + struct.pack("<IQ", start, size)


def pdf_file(objects: Iterable[bytes], *, trailer: bytes = b"") -> bytes:
    """Return a PDF with objects 1, 2, …; object 1 is the catalogue."""
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\n" % (len(offsets) + 1, trailer)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def pdf_stream(content: bytes, head: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), head, content)


def text_pages(count: int, *, catalog: bytes = b"", cipher=None) -> list[bytes]:
    """Return the objects of `count` pages with a line of Latin text each.

    `cipher(number, data)` encrypts the stream of object `number`.
    """
    kids = b" ".join(b"%d 0 R" % (4 + 2 * i) for i in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for i in range(count):
        number = 4 + 2 * i
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % (number + 1)
        )
        line = b"BT /F1 12 Tf 72 720 Td (Maturity report, page %d, score 1.6) Tj ET" % (i + 1)
        objects.append(pdf_stream(cipher(number + 1, line) if cipher else line))
    return objects


_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def rc4(key: bytes, data: bytes) -> bytes:
    """Encrypt with RC4, which the oldest PDF encryption asks for."""
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked_pdf(password: str) -> bytes:
    """Return a one-page PDF that opens only with `password` (standard handler, revision 2)."""
    file_id, permissions = b"0123456789abcdef", -4
    padded = (password.encode() + _PAD)[:32]
    owner = rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    seed = padded + owner + struct.pack("<i", permissions) + file_id
    key = hashlib.md5(seed, usedforsecurity=False).digest()[:5]

    def cipher(number: int, data: bytes) -> bytes:
        salted = key + struct.pack("<I", number)[:3] + b"\0\0"
        return rc4(hashlib.md5(salted, usedforsecurity=False).digest()[:10], data)

    objects = text_pages(1, cipher=cipher)
    objects.append(
        b"<< /Filter /Standard /V 1 /R 2 /P %d /O <%s> /U <%s> >>"
        % (permissions, owner.hex().encode(), rc4(key, _PAD).hex().encode())
    )
    hexed = file_id.hex().encode()
    return pdf_file(
        objects, trailer=b"/Encrypt %d 0 R /ID [<%s> <%s>]" % (len(objects), hexed, hexed)
    )
