"""PDF documents through typst: bundled fonts, data as JSON, the same bytes for the same data.

Nothing is read from the system (fonts) or the network (packages), and no file is written.
"""

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache

import typst

from app.settings import ROOT

ASSETS = ROOT / "app" / "assets"
FONTS = ASSETS / "fonts"
TEMPLATES = ASSETS / "typst"
# 〓 is what Chinese typesetting prints where a character is not to be had.
STAND_IN = "〓"

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


@cache
def covered_characters() -> frozenset[int]:
    """Give the code points of the bundled Regular font, read from the list it was made from."""
    points: set[int] = set()
    for line in (FONTS / "regular.txt").read_text("utf-8").splitlines():
        for part in [] if line.startswith("#") else line.split(","):
            first, _, last = part.partition("-")
            points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)


def missing_characters(text: str) -> set[str]:
    """Give the visible characters of `text` that the bundled font cannot print."""
    covered = covered_characters()
    return {c for c in _printable(text) if ord(c) not in covered and c != "\n"}


def render_pdf(template: str, data: Mapping[str, Json], *, timestamp: datetime) -> bytes:
    """Typeset a document.

    Args:
        template: name of a file in `app/assets/typst`, without ".typ".
        data: what the template reads from `sys.inputs.data`; its texts are never markup. The
            template also gets `sys.inputs.missing`: characters that no bundled font has, which
            are printed as 〓, as a list of "U+20BB7".
        timestamp: aware time in the document's properties.

    Returns:
        The file, valid as PDF/A-2a and PDF/UA-1; equal for equal arguments.

    Raises:
        RuntimeError: there is no such template, or (as typst.TypstError) it is broken or does not
            fit the data; always a bug.
    """
    missing: set[str] = set()
    body = _fit(data, missing)
    inputs = {
        "data": json.dumps(body, ensure_ascii=False),
        "missing": json.dumps(sorted(f"U+{ord(c):04X}" for c in missing)),
    }
    made = typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        # For keeping and for screen readers; typst accepts the two together.
        pdf_standards=["a-2a", "ua-1"],
        timestamp=timestamp.replace(microsecond=0),  # typst refuses parts of a second
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    )


def _fit(value: Json, missing: set[str]) -> Json:
    """Copy JSON data with every text made printable; collect what is missing."""
    if isinstance(value, str):
        return _fit_text(value, missing)
    if isinstance(value, Mapping):
        return {key: _fit(inner, missing) for key, inner in value.items()}
    if isinstance(value, Sequence):
        return [_fit(inner, missing) for inner in value]
    return value


def _fit_text(text: str, missing: set[str]) -> str:
    found = missing_characters(text)
    missing |= found
    return "".join(STAND_IN if c in found else c for c in _printable(text))


def _printable(text: str) -> str:
    """Compose accents; leave out what has no shape of its own, except the line end."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    return "".join(c for c in composed if c == "\n" or not _shapeless(c))


def _shapeless(character: str) -> bool:
    """Tell whether it is a control, format or half character, or a variation selector."""
    point = ord(character)
    selector = 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
    return selector or unicodedata.category(character) in {"Cc", "Cf", "Cs"}
