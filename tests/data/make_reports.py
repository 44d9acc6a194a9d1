"""Make the twenty test reports and their truth: `python -m tests.data.make_reports`.

The truth of a file comes from the same definition and the same way of writing a score as the file
itself. Needs the typst package and the font Noto Sans CJK SC for the PDF files.
"""

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from tests.data import report_docx, report_typst, report_xlsx
from tests.data.report_definitions import REPORTS, Definition, Sub, read_definitions, truth_of

HALVES = ("dev", "held_out")


def two_places(sub: Sub) -> str:
    """Write 1.60."""
    return f"{sub.grade:.2f}"


def one_place(sub: Sub) -> str:
    """Write 1.6."""
    return f"{sub.grade:.1f}"


def level_word(sub: Sub) -> str:
    """Write 二级."""
    return f"{'零一二三四五'[round(sub.grade or 0)]}级"


def level_digit(sub: Sub) -> str:
    """Write 2级."""
    return f"{sub.grade:.0f}级"


def full_width(sub: Sub) -> str:
    """Write １．６, now and then with a unit."""
    wide = one_place(sub).translate(str.maketrans("0123456789.", "０１２３４５６７８９．"))
    return f" {wide}分" if sub.code in {"M04", "M12"} else wide


def of_five(sub: Sub) -> str:
    """Write 1.6/5."""
    return f"{sub.grade:.1f}/5"


def of_hundred(sub: Sub) -> str:
    """Write 45 (of 100, in the next column)."""
    return f"{(sub.grade or 0) * 20:.0f}"


def plain(sub: Sub) -> str:
    """Write the number as a spreadsheet shows it."""
    return f"{sub.grade:g}"


def by_level(sub: Sub) -> str:
    """Write the five level scores, as five cells."""
    return " ".join(f"{x:.2f}" if x else "0" for x in sub.levels or [])


@dataclass(frozen=True)
class Layout:
    """How one definition becomes a file."""

    name: str
    half: str
    build: Callable[[Definition, Callable[[Sub], str]], bytes]
    written: Callable[[Sub], str]
    type_stated: bool = True

    @property
    def about(self) -> str:
        """Return the layout in one line (the builder's own docstring)."""
        return (self.build.__doc__ or "").split(": ", 1)[1].strip()


LAYOUTS = {
    "01": Layout("01_rolling_formal.docx", "dev", report_docx.formal, two_places),
    "02": Layout("02_casting_merged.docx", "held_out", report_docx.by_element, one_place),
    "03": Layout("03_bearing_levels.docx", "held_out", report_docx.five_levels, by_level),
    "04": Layout("04_food_chapters.docx", "dev", report_docx.chapters, one_place),
    "05": Layout("05_pharma_prose.docx", "dev", report_docx.prose, one_place),
    "06": Layout("06_textile_words.docx", "held_out", report_docx.level_words, level_word),
    "07": Layout("07_ceramics_ugly.docx", "held_out", report_docx.ugly, full_width),
    "08": Layout("08_doors_comments.docx", "dev", report_docx.comments, plain, type_stated=False),
    "09": Layout("09_cement_slides.pdf", "dev", report_typst.slides, one_place),
    "10": Layout("10_chemicals_columns.pdf", "held_out", report_typst.two_columns, one_place),
    "11": Layout("11_pumps_long_table.pdf", "dev", report_typst.long_table, two_places),
    "12": Layout("12_autoparts_rates.pdf", "held_out", report_typst.full_marks, one_place),
    "13": Layout("13_glass_english.pdf", "held_out", report_typst.english, two_places),
    "14": Layout("14_wiremesh_prose.pdf", "dev", report_typst.prose_tables, one_place),
    "15": Layout("15_coking_brackets.pdf", "held_out", report_typst.bracket_chapters, one_place),
    "16": Layout("16_bags_three_lines.pdf", "dev", report_typst.three_lines, of_five),
    "17": Layout(
        "17_rubber_sheet.xlsx", "dev", report_xlsx.one_sheet, level_digit, type_stated=False
    ),
    "18": Layout("18_fittings_sheets.xlsx", "held_out", report_xlsx.three_sheets, of_hundred),
    "19": Layout("19_furniture_across.xlsx", "dev", report_xlsx.transposed, plain),
    "20": Layout("20_dairy_questions.xlsx", "held_out", report_xlsx.questions, plain),
}


def _same_bytes(content: bytes) -> bytes:
    """Return a zip with fixed dates, so that a rebuild changes nothing."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(out, "w") as target:
        for info in source.infolist():
            fixed = zipfile.ZipInfo(info.filename, (2026, 1, 1, 0, 0, 0))
            fixed.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fixed, source.read(info), compresslevel=9)
    return out.getvalue()


def main() -> None:
    """Write files, truth and index below `reports/`."""
    (REPORTS / "truth").mkdir(parents=True, exist_ok=True)
    (REPORTS / "files").mkdir(exist_ok=True)
    index = []
    for number, report in read_definitions().items():
        layout = LAYOUTS[number]
        content = layout.build(report, layout.written)
        if not layout.name.endswith(".pdf"):
            content = _same_bytes(content)
        (REPORTS / "files" / layout.name).write_bytes(content)
        truth = truth_of(report, layout.written, type_stated=layout.type_stated)
        stem = layout.name.rsplit(".", 1)[0]
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        (REPORTS / "truth" / f"{stem}.json").write_text(text + "\n", encoding="utf-8")
        index.append(
            {
                "name": stem,
                "file": f"files/{layout.name}",
                "truth": f"truth/{stem}.json",
                "half": layout.half,
                "mfg_type": report.mfg_type,
                "layout": layout.about,
            }
        )
    text = json.dumps({"reports": index}, ensure_ascii=False, indent=1)
    (REPORTS / "index.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
