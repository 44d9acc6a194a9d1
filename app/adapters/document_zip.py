"""Checks of an office file as a zip archive: the directory first, then each part, counted."""

import io
import itertools
import re
import struct
import zipfile
import zlib
from pathlib import PurePosixPath

from app.adapters.document_errors import DocumentRefused

MIB = 1024 * 1024
MAX_ENTRIES = 1000
MAX_UNPACKED = 200 * MIB
MAX_RATIO = 200
RATIO_FLOOR = 4 * MIB
"""Below this unpacked size no ratio is refused: small parts of one word repeated are honest."""
MAX_XML = 64 * MIB

_CHUNK = 64 * 1024
_LOCAL_HEADER = struct.Struct("<4s5H3I2H")
_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".bz2", ".xz", ".jar")
_ARCHIVE_MAGIC = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
# Charts keep their numbers in a small workbook inside the report. It is never opened.
_CHART_DATA = re.compile(r"(word|xl|ppt)/embeddings/[^/]+\.xlsx", re.IGNORECASE)
_FORBIDDEN_MARKUP = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']{1,40})[\"']")
_GOOD_ENCODINGS = {"utf-8", "utf8", "utf-16", "us-ascii", "ascii"}
_SYMLINK = 0o120000
_MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}


def check_directory(content: bytes, *, kind: str) -> None:
    """Refuse by what the zip directory says, without unpacking anything.

    Raises:
        DocumentRefused: `document_damaged`, `document_zip_entries`, `document_zip_unpacked`,
            `document_zip_ratio`, `document_zip_path`, `document_zip_duplicate`,
            `document_zip_overlap`, `document_zip_nested`, `document_macro`, `document_encrypted`,
            `document_content_mismatch`.
    """
    infos = _entries(content)
    if len(infos) > MAX_ENTRIES:
        raise DocumentRefused("document_zip_entries", count=len(infos), max=MAX_ENTRIES)
    seen: set[str] = set()
    for info in infos:
        _check_entry(info)
        key = info.filename.casefold()
        if key in seen:
            raise DocumentRefused("document_zip_duplicate", name=info.filename[:80])
        seen.add(key)
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise DocumentRefused("document_zip_unpacked", max=MAX_UNPACKED // MIB)
    _check_overlaps(content, infos)
    if _MAIN_PARTS[kind] not in seen:
        found = next((k for k, part in _MAIN_PARTS.items() if part in seen), "zip")
        raise DocumentRefused("document_content_mismatch", extension=f".{kind}", found=found)


def _entries(content: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise DocumentRefused("document_damaged") from error


def _check_entry(info: zipfile.ZipInfo) -> None:
    name = info.filename
    shown = name[:80]
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in info.orig_filename or ":" in name:
        raise DocumentRefused("document_zip_path", name=shown)
    if (info.external_attr >> 16) & 0o170000 == _SYMLINK:
        raise DocumentRefused("document_zip_path", name=shown)
    if info.flag_bits & 0x1:
        raise DocumentRefused("document_encrypted")
    low = name.casefold()
    if low.endswith("vbaproject.bin") or "/activex/" in low or low.endswith("vbadata.xml"):
        raise DocumentRefused("document_macro")
    if low.endswith(_ARCHIVES):
        raise DocumentRefused("document_zip_nested", name=shown)
    if info.file_size > RATIO_FLOOR and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise DocumentRefused("document_zip_ratio", name=shown)


def _check_overlaps(content: bytes, infos: list[zipfile.ZipInfo]) -> None:
    """Two entries that share bytes multiply them on unpacking; no honest writer does that."""
    ranges: list[tuple[int, int]] = []
    for info in infos:
        header = content[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise DocumentRefused("document_damaged")
        name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
        start = info.header_offset
        end = start + _LOCAL_HEADER.size + name_length + extra_length + info.compress_size
        ranges.append((start, end))
    ranges.sort()
    for (_, end), (start, _) in itertools.pairwise(ranges):
        if start < end:
            raise DocumentRefused("document_zip_overlap")
    if ranges and ranges[-1][1] > len(content):
        raise DocumentRefused("document_damaged")


def check_parts(content: bytes) -> None:
    """Unpack every part in small pieces, counting real bytes, and look at what it holds.

    Raises:
        DocumentRefused: `document_zip_unpacked` (the directory lied), `document_zip_nested`,
            `document_xml_entity`, `document_macro`, `document_damaged` (bad checksum, cut short).
    """
    left = MAX_UNPACKED
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for info in archive.infolist():
            try:
                left -= _check_part(archive, info, left=left)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                raise DocumentRefused("document_damaged") from error


def _check_part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, *, left: int) -> int:
    low = info.filename.casefold()
    is_xml = low.endswith((".xml", ".rels", ".vml"))
    size = 0
    tail = b""
    with archive.open(info) as part:
        while chunk := part.read(_CHUNK):
            if size == 0:
                _check_start(info, chunk, is_xml=is_xml)
            size += len(chunk)
            if size > left or (is_xml and size > MAX_XML):
                raise DocumentRefused("document_zip_unpacked", max=MAX_UNPACKED // MIB)
            if is_xml:
                window = tail + chunk
                if any(word in window for word in _FORBIDDEN_MARKUP):
                    raise DocumentRefused("document_xml_entity")
                if low == "[content_types].xml" and b"macroEnabled" in window:
                    raise DocumentRefused("document_macro")
                tail = window[-32:]
    return size


def _check_start(info: zipfile.ZipInfo, chunk: bytes, *, is_xml: bool) -> None:
    if chunk.startswith(_ARCHIVE_MAGIC) and not _CHART_DATA.fullmatch(info.filename):
        raise DocumentRefused("document_zip_nested", name=info.filename[:80])
    if not is_xml:
        return
    # Another encoding (UTF-7, EBCDIC) could hide a DOCTYPE from the search for its bytes.
    found = _ENCODING.search(chunk[:400])
    if found and found.group(1).decode("ascii", "replace").lower() not in _GOOD_ENCODINGS:
        raise DocumentRefused("document_xml_entity")
