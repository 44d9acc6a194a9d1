"""Reading of pdf: ruled and aligned tables, columns, lines joined to paragraphs, no page furniture.

Coordinates are pdf points, y downwards. A page is read as *items* (a line of text or a table);
repeated headers and footers are dropped over the whole document, then tables that go on over a
page break are joined and lines become paragraphs.
"""

import io
import itertools
from collections.abc import Sequence

import pdfplumber
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from app.adapters.document_errors import DocumentRefused
from app.adapters.pdf_layout import Item, PageItems, Word, aligned_tables, lines_of, outside
from app.adapters.pdf_pages import assemble, drop_furniture, joined_lines
from matching.reports.document import Document

MAX_PAGES = 300
STAMP_CHARACTERS = 20
"""Pages of pictures with less text than this each are a scan with stamped page numbers."""
_GARBLED = 0.3


def read_pdf(content: bytes) -> Document:
    """Read a pdf.

    Raises:
        DocumentRefused: `document_encrypted`, `document_too_many_pages`, `document_scanned`,
            `document_garbled`, `document_damaged`.
    """
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            count = len(list(itertools.islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1)))
            if count > MAX_PAGES:
                raise DocumentRefused("document_too_many_pages", max=MAX_PAGES)
            if count == 0:
                raise DocumentRefused("document_damaged")
            return _document([_page(page, number) for number, page in enumerate(pdf.pages, 1)])
    except (PdfminerException, PDFEncryptionError) as error:
        inner = error.args[0] if error.args else error
        locked = isinstance(inner, PDFPasswordIncorrect | PDFEncryptionError)
        locked = locked or isinstance(error, PDFEncryptionError)
        raise DocumentRefused("document_encrypted" if locked else "document_damaged") from error


def _document(pages: Sequence[PageItems]) -> Document:
    characters = sum(page.characters for page in pages)
    pictured = sum(page.pictures for page in pages)
    stamped = characters < STAMP_CHARACTERS * len(pages) and pictured >= 0.8 * len(pages)
    if characters == 0 or stamped:
        raise DocumentRefused("document_scanned")
    if sum(page.garbled for page in pages) > _GARBLED * characters:
        raise DocumentRefused("document_garbled")
    silent = tuple(page.number for page in pages if page.characters == 0 and page.pictures)
    return Document("pdf", len(pages), tuple(assemble(drop_furniture(pages))), silent)


def _page(page: Page, number: int) -> PageItems:
    if _printed_twice(page):
        page = page.dedupe_chars()
    words = [
        Word(
            text=w["text"], x0=w["x0"], x1=w["x1"], top=w["top"], bottom=w["bottom"], size=w["size"]
        )
        for w in page.extract_words(x_tolerance_ratio=0.4, y_tolerance=2, extra_attrs=["size"])
    ]
    ruled = [found for found in page.find_tables() if len(found.rows) > 1]
    tables = [
        Item(found.bbox[1], found.bbox[3], found.bbox[0], found.bbox[2], rows=rows)
        for found in ruled
        if (rows := _grid(page, found.cells)) and len(rows[0]) > 1
    ]
    free = [word for word in words if outside(word, tables)]
    lines = lines_of(free, width=float(page.width), height=float(page.height))
    items = [*tables, *aligned_tables(lines)]
    characters = sum(len(word["text"]) for word in words)
    garbled = sum(len(word["text"]) for word in words if "(cid:" in word["text"])
    result = PageItems(number, float(page.height), characters, garbled, bool(page.images), items)
    page.close()
    return result


def _printed_twice(page: Page) -> bool:
    """Tell whether bold type was made by printing characters twice (removing them is slow)."""
    places = {(c["text"], round(c["x0"] / 2), round(c["top"] / 2)) for c in page.chars}
    return len(places) < 0.97 * len(page.chars)


def _grid(page: Page, cells: Sequence[tuple[float, float, float, float]]) -> list[list[str]]:
    """Lay the cells of a ruled table on the grid of all their edges; wide ones are repeated."""
    xs = _edges([x for cell in cells for x in (cell[0], cell[2])])
    ys = _edges([y for cell in cells for y in (cell[1], cell[3])])
    rows = [[""] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for x0, top, x1, bottom in cells:
        text = _cell_text(page, (x0, top, x1, bottom))
        for i, (upper, lower) in enumerate(itertools.pairwise(ys)):
            for j, (left, right) in enumerate(itertools.pairwise(xs)):
                if x0 < (left + right) / 2 < x1 and top < (upper + lower) / 2 < bottom:
                    rows[i][j] = text
    return [row for row in rows if any(row)]


def _edges(values: list[float]) -> list[float]:
    """Merge edges that are less than three points apart."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > 3:
            kept.append(value)
    return kept


def _cell_text(page: Page, bbox: tuple[float, float, float, float]) -> str:
    text = page.within_bbox(
        (
            max(bbox[0], page.bbox[0]),
            max(bbox[1], page.bbox[1]),
            min(bbox[2], page.bbox[2]),
            min(bbox[3], page.bbox[3]),
        ),
        strict=False,
    ).extract_text(x_tolerance_ratio=0.4, y_tolerance=2)
    return joined_lines((text or "").split("\n"))
