"""Safe reading of an uploaded report (docx, pdf, xlsx) into a `Document`.

The file is checked from the outside in: size, name and first bytes, the zip directory; only then
is it opened, and that in a process of its own with little memory, little time, no writing and no
network. Nothing is stored: the bytes come in through memory and leave with the call.
"""

from pathlib import PurePath
from typing import Any

from app.adapters.document_errors import DocumentRefused
from app.adapters.document_process import WALL_SECONDS, run_reader
from app.adapters.document_zip import MIB, check_directory
from matching.reports.document import Block, Document

__all__ = ["MAX_BYTES", "WALL_SECONDS", "DocumentRefused", "extract"]

MAX_BYTES = 20 * MIB
WORKER = "app.adapters.document_worker"

_KINDS = {".docx": "docx", ".pdf": "pdf", ".xlsx": "xlsx"}
_BETTER = {
    ".doc": ".docx",
    ".wps": ".docx",
    ".rtf": ".docx",
    ".odt": ".docx",
    ".docm": ".docx",
    ".dot": ".docx",
    ".dotx": ".docx",
    ".xls": ".xlsx",
    ".et": ".xlsx",
    ".ods": ".xlsx",
    ".xlsb": ".xlsx",
    ".xlsm": ".xlsx",
    ".ppt": ".pdf",
    ".pptx": ".pdf",
    ".dps": ".pdf",
    ".ofd": ".pdf",
}
_IMAGES = {".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic"}
_WEB = {".html", ".htm", ".mht", ".mhtml", ".xml", ".svg"}
_MACRO = {".docm", ".xlsm", ".xlsb", ".dotm"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")
_MAGIC = (
    (b"PK", "zip"),
    (_OLE, "ole"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf", "7z"),
    (b"MZ", "exe"),
)
_PDF_WINDOW = 1024


def extract(content: bytes, *, file_name: str) -> Document:
    """Read an uploaded report.

    Args:
        content: the whole file.
        file_name: as the browser sent it; only its extension is used, and never trusted alone.

    Raises:
        DocumentRefused: one problem at field "file"; docs/imports.md lists the codes.
    """
    if not content:
        raise DocumentRefused("document_empty")
    if len(content) > MAX_BYTES:
        size = round(len(content) / MIB, 1)
        raise DocumentRefused("document_too_large", size=size, max=MAX_BYTES // MIB)
    kind = _checked_kind(content, file_name)
    if kind in ("docx", "xlsx"):
        check_directory(content, kind=kind)
    return _document(run_reader(WORKER, kind, content=content, seconds=WALL_SECONDS))


def _checked_kind(content: bytes, file_name: str) -> str:
    """Return the kind that name and first bytes agree on."""
    extension = PurePath(file_name.strip()).suffix.lower()
    found = _found(content)
    if found == "ole" and _ENCRYPTED_OLE in content:
        raise DocumentRefused("document_encrypted")
    kind = _KINDS.get(extension)
    if kind is None:
        raise _unsupported(extension)
    if found == "ole":
        raise DocumentRefused("document_old_format", extension=extension, better=extension)
    expected = "pdf" if kind == "pdf" else "zip"
    if found != expected:
        raise DocumentRefused("document_content_mismatch", extension=extension, found=found)
    return kind


def _unsupported(extension: str) -> DocumentRefused:
    if extension in _MACRO:
        return DocumentRefused("document_macro")
    if extension in _BETTER:
        better = _BETTER[extension]
        return DocumentRefused("document_old_format", extension=extension, better=better)
    if extension in _IMAGES:
        return DocumentRefused("document_image", extension=extension)
    if extension in _WEB:
        return DocumentRefused("document_web_page", extension=extension)
    return DocumentRefused("document_unsupported", extension=extension or "?")


def _found(content: bytes) -> str:
    """Name what the first bytes say."""
    for magic, name in _MAGIC:
        if content.startswith(magic):
            return name
    start = content[:_PDF_WINDOW]
    if b"%PDF-" in start:
        return "pdf"
    low = start.lower()
    if b"<html" in low or b"<!doctype html" in low:
        return "html"
    return "?"


def _document(answer: dict[str, Any]) -> Document:
    return Document(
        answer["kind"],
        answer["pages"],
        tuple(Block.from_json(block) for block in answer["blocks"]),
        tuple(answer.get("silent_pages", [])),
    )
