"""The PDF adapter: bundled fonts only, texts stay texts, the same bytes each time."""

import io
import socket
from dataclasses import replace
from datetime import UTC, date, datetime

import pypdfium2
import pytest
import typst

from app.adapters.pdf import FONTS, covered_characters, missing_characters, render_pdf
from app.services import gap_report as words
from app.services.gap_report_parts import (
    Coded,
    GapReport,
    RadarAxis,
    ReportAssessment,
    ReportCondition,
    ReportFactory,
    ReportGrade,
    ReportLink,
    ReportNeed,
    ReportScene,
)
from app.services.gap_report_pdf import gap_report_pdf
from app.services.gap_report_xlsx import CONDITION_TONES, SCENE_TONES
from app.web.contexts import report as page
from app.web.labels import LABELS

MADE = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def report(**changes) -> GapReport:
    """A small report without gaps; only its shape matters here."""
    scene = ReportScene("S01", "工厂数字化规划设计", Coded("pilot", "试点"), True, None)
    made = GapReport(
        factory=ReportFactory(
            name="昇喆轴承厂",
            organisation="昇喆集团",
            place="邢台临西县",
            industry="通用设备制造业",
            mfg_type=Coded("discrete", "离散型"),
            level=Coded("FL1", "基础级"),
            target=Coded("FL2", "先进级"),
            staff=None,
            revenue_fen=1_234_500_000,
            budget_fen=None,
            horizon_weeks=26,
        ),
        assessment=ReportAssessment(
            version=2,
            status=Coded("verified", "已复核"),
            assessed_on=date(2026, 6, 1),
            recorded_by="OLD 1",
            criteria_code="HB-FL-2025",
            criteria_version="maturity-1.0.0",
            criteria_title="河北",
            jurisdiction="河北省",
            findings=0,
        ),
        grade=ReportGrade(2, 2, 2, 3, 2.85, (1.0, 0.9, 0.5, 0.45, 0.0), 0.9, 3, (), "仅供参考"),
        radar=tuple(RadarAxis(name, 1.5, 2.0, None) for name in "甲乙丙丁"),
        conditions=tuple(
            ReportCondition(code, f"条件{word}", Coded(code, word), True, "说明")
            for code, word in words.CONDITION_WORDS.items()
        ),
        subdomains=(),
        links=(ReportLink("F1", "工厂建设", True, 0, (scene,)),),
        gaps=(),
        phases=(),
        path=None,
        needs=(
            ReportNeed(
                title="堃翀燚垚",
                symptom="珺",
                scenes=(),
                urgency=Coded("high", "高"),
                status=Coded("draft", "草稿"),
                budget_fen=None,
                weeks=None,
                confidential=True,
            ),
        ),
        formula="gap-priority-1",
        made_by="王工",
        made_at=MADE,
    )
    return replace(made, **changes)


def text_of(content: bytes) -> str:
    """All words without space: typesetting adds some between Chinese and Latin."""
    document = pypdfium2.PdfDocument(content)
    try:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
        return "".join(text.split())
    finally:
        document.close()


@pytest.mark.parametrize(
    "text",
    ["昇喆珺堃翀燚垚", "①⑳㎡℃≥≤±×→", "“”——……《》、。！", "Ab9 ¥%‰", "犇骉翯祎禛"],
)
def test_names_and_signs_of_reports_have_glyphs(text):
    assert missing_characters(text) == set()


def test_what_has_no_glyph_is_named_and_what_has_no_shape_is_not():
    assert missing_characters("𠮷田") == {"𠮷"}
    assert missing_characters("CO₂") == {"₂"}
    assert missing_characters("零宽\u200b\ufeff，变体\ufe00，控制\x07\t\r\n") == set()
    assert missing_characters("e\u0301te") == set()  # composed to é


def test_both_lists_say_what_the_font_files_hold():
    """Typst refuses a PDF/UA text without a glyph, so setting all of a list proves the list."""
    source = b"""#set document(title: "t")
#set text(font: "Jizhi Sans SC", lang: "zh", fallback: false, weight: sys.inputs.weight)
#sys.inputs.text"""
    for name, weight in (("regular", "regular"), ("bold", "bold")):
        points = [
            range(int(a, 16), int(b or a, 16) + 1)
            for line in (FONTS / f"{name}.txt").read_text("utf-8").splitlines()
            if not line.startswith("#")
            for a, _, b in (part.partition("-") for part in line.split(","))
        ]
        text = "".join(chr(point) for run in points for point in run)
        made = typst.compile(
            source,
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"text": text, "weight": weight},
            pdf_standards=["ua-1"],
        )
        assert isinstance(made, bytes)
        assert len(text) == {"regular": 9349, "bold": 4176}[name]


def test_the_fonts_stay_small_and_carry_their_licence():
    sizes = sum(path.stat().st_size for path in FONTS.glob("*.otf"))

    assert sizes < 5.1e6
    assert len(covered_characters()) == 9349
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text("utf-8")
    families = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)]
    ).families()
    assert families == ["Jizhi Sans SC"]  # no name that the licence reserves


def test_the_same_report_gives_the_same_bytes():
    first = gap_report_pdf(report())

    assert gap_report_pdf(report()) == first
    assert gap_report_pdf(report(made_by="李工")) != first


def test_a_time_with_parts_of_a_second_is_fine():
    exact = gap_report_pdf(report())

    assert gap_report_pdf(report(made_at=MADE.replace(microsecond=123_456))) == exact


def test_the_document_is_tagged_and_archivable():
    content = gap_report_pdf(report())

    assert b"pdfuaid" in content
    assert b"pdfaid" in content
    document = pypdfium2.PdfDocument(content)
    try:
        assert document.get_metadata_dict()["Title"] == "智能工厂差距分析报告"
        assert document.is_tagged()
        assert document[0].get_size() == pytest.approx((595.28, 841.89), abs=0.1)  # A4
    finally:
        document.close()


def test_the_report_prints_its_facts_and_every_status_in_words():
    text = text_of(gap_report_pdf(report()))

    for expected in (
        "昇喆轴承厂",
        "基础级→目标：先进级",
        "1,234.5万元",
        "未填写",
        "26周",
        "2级目标2级",
        "总分判定：3级",
        "总分2.85",
        "达到1项",
        "未达到1项",
        "情况不明1项",
        "国家没有给出数值1项",
        "堃翀燚垚保密",
        "评估录入时按OLD1",
        "相对这个目标没有发现差距",
        "由王工于2026-11-2310:30（北京时间）",
        "第1页，共",
    ):
        assert expected in text, expected
    assert "最短路径" not in text.replace("建设顺序和最短路径由平台推导", "")
    assert "同行中位数" not in text


def test_peers_are_drawn_only_where_every_axis_has_them():
    whole = tuple(RadarAxis(name, 1.5, 2.0, 1.8) for name in "甲乙丙丁")
    partly = (*whole[:3], RadarAxis("丁", 1.5, 2.0, None))

    assert "同行中位数" in text_of(gap_report_pdf(report(radar=whole)))
    assert "同行中位数" not in text_of(gap_report_pdf(report(radar=partly)))


@pytest.mark.parametrize(
    "name",
    ['#eval("1")', "*强* _斜_ $x^2$", "@ref <label>", "// 注释 /* x */", "\\ ` = - +", "[#]"],
)
def test_markup_in_a_name_stays_literal(name):
    made = report()

    text = text_of(gap_report_pdf(report(factory=replace(made.factory, name=name))))
    assert "".join(name.split()) in text


def test_a_missing_character_is_printed_as_a_stand_in_and_named():
    made = report()
    text = text_of(gap_report_pdf(report(factory=replace(made.factory, name="𠮷田"))))

    assert "〓田" in text
    assert "缺少下列字符，文中以“〓”代替：U+20BB7" in text


def test_a_very_long_word_and_a_hostile_text_do_not_break_the_document():
    made = report()
    need = replace(
        made.needs[0], title="长" * 120, symptom="A" * 2_000 + "\ud800\x00\n" + "）" * 500
    )

    assert "长" * 10 in text_of(gap_report_pdf(report(needs=(need,))))


def test_rendering_needs_no_network_and_leaves_no_file(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    content = gap_report_pdf(report())

    assert io.BytesIO(content).read(5) == b"%PDF-"
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_template_is_a_bug_that_is_told():
    with pytest.raises(RuntimeError, match="No such file"):
        render_pdf("no_such_report", {}, timestamp=MADE)


def test_the_words_of_the_report_are_those_of_the_pages():
    assert LABELS["condition_status"] == words.CONDITION_WORDS
    assert LABELS["scene_status"] == words.SCENE_WORDS
    assert LABELS["urgency"] == words.URGENCY_WORDS
    assert LABELS["need_status"] == words.NEED_WORDS
    assert LABELS["assessment_status"] == words.ASSESSMENT_WORDS
    assert LABELS["mfg_type"] == words.TYPE_WORDS
    assert page.ACTIONS == words.ACTION_WORDS
    assert page.FACTOR_NAMES == words.FACTOR_WORDS
    assert set(CONDITION_TONES) == set(words.CONDITION_WORDS.values())
    assert set(SCENE_TONES) == set(words.SCENE_WORDS.values())
