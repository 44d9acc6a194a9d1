"""The template: written, read back, moved about, annotated; and what is typed into its cells."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
import xlsxwriter

from app.adapters.assessment_workbook import (
    AnnotatedRow,
    TemplateInfo,
    write_annotated,
    write_template,
)
from app.adapters.document_errors import DocumentRefused
from app.adapters.reference import load_reference
from app.adapters.workbook_grid import GridSheet, read_grid
from app.core.errors import InvalidInput
from app.services.assessment_import_book import BookRules, is_template, mark_of
from app.services.assessment_import_flat import Item, changes_between, merged
from app.services.assessment_import_json import JsonRules, document_of, parse_json, read_document
from app.services.assessment_import_sheets import read_book
from app.services.assessment_import_values import (
    BadCell,
    read_day,
    read_level,
    read_number,
    read_score,
    read_status,
    read_yes_no_unknown,
)
from app.settings import ROOT
from matching.gaps import MfgType

REFERENCE = load_reference(ROOT / "seed_data" / "reference")
CRITERIA = REFERENCE.criteria
MEASURES = {code: pair[0] for code, pair in REFERENCE.names["kpi_measure"].items()}
CREATED = datetime(2026, 11, 24, tzinfo=UTC)
TODAY = date(2026, 11, 24)
INFO = TemplateInfo("00000000-0000-0000-0000-000000000001", "测试一厂", "HB-FL-2025@x")
SCALE = CRITERIA.scores
FLAT: dict[str, object] = {
    "mfg_type": "discrete",
    "assessed_on": "2026-06-01",
    "answers.M03.1": 1.0,
    "answers.M03.2": 0.5,
    "answers.M20.5": 0.8,
    "evidence.M03": "制度文件第 3 版",
    "findings.M03": ["设备台账靠人记", "没有点检记录"],
    "trimmed.M19": True,
    "scenes.S28": {"status": "pilot", "ai": True},
    "scenes.S40": {"status": "none", "ai": False},
    "kpis.K01": 62.5,
    "kpis_before.K11": 4.0,
    "eligibility.EL1": True,
    "eligibility.EL2": False,
    "profile.systems": ["ERP", "MES"],
    "profile.budget_fen": 300_000_000,
    "profile.horizon_weeks": 40,
}


def rules(mfg_type: MfgType = MfgType.DISCRETE) -> BookRules:
    return BookRules(CRITERIA, mfg_type, MEASURES, TODAY)


def template(**flat: object) -> bytes:
    return write_template(
        INFO,
        CRITERIA,
        mfg_type=MfgType.DISCRETE,
        flat=flat or FLAT,
        measures=MEASURES,
        created=CREATED,
    )


def book(sheets: dict[str, list[list[Any]]]) -> tuple[GridSheet, ...]:
    return tuple(
        GridSheet(name, tuple(tuple(str(cell) for cell in row) for row in rows))
        for name, rows in sheets.items()
    )


def maturity(*rows: list[Any], header: list[str] | None = None) -> tuple[GridSheet, ...]:
    head = header or ["编码", "能力子域", "等级", "要求", "得分", "裁剪", "证据", "评估发现"]
    return book({"成熟度": [head, *rows]})


def problems_of(sheets: tuple[GridSheet, ...]) -> list[tuple[str, int, str]]:
    return [(p.code, p.row, p.column) for p in read_book(sheets, rules()).problems]


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("1", 1.0),
        ("１．０", 1.0),
        ("0.8", 0.8),
        ("80", 0.8),
        ("100%", 1.0),
        ("50％", 0.5),
        ("大部分满足", 0.8),
        ("部分满足", 0.5),
        (" 不满足 ", 0.0),
        ("√", 1.0),
        ("0", 0.0),
        ("0.8（大部分）", 0.8),
    ],
)
def test_scores_are_understood_as_people_write_them(text, score):
    assert read_score(text, SCALE) == score


@pytest.mark.parametrize("text", ["0.7", "2", "1%", "很好", "1e999999999", "NaN", "Infinity", "-1"])
def test_what_is_no_score_is_refused_with_the_scale(text):
    with pytest.raises(BadCell) as bad:
        read_score(text, SCALE)

    assert bad.value.code == "import_score"
    assert bad.value.params["scale"] == "1、0.8、0.5、0"


def test_other_cells_are_understood_as_people_write_them():
    assert read_level("第三级", (1, 2, 3, 4, 5)) == 3
    assert read_level("２", (1, 2, 3, 4, 5)) == 2
    assert read_status("试点中") == "pilot"
    assert read_yes_no_unknown("有") is True
    assert read_yes_no_unknown("×") is False
    assert read_yes_no_unknown("不清楚") is None
    assert read_number("１，２００.5", minimum=0, maximum=1e6) == 1200.5
    assert read_number("85%", minimum=0, maximum=100) == 85.0
    assert read_day("2026年6月1日", latest=TODAY) == date(2026, 6, 1)
    assert read_day("46174", latest=TODAY) == date(2026, 6, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [("2027-01-01", "import_day_future"), ("2026-13-01", "import_day"), ("昨天", "import_day")],
)
def test_impossible_days_are_refused(text, code):
    with pytest.raises(BadCell) as bad:
        read_day(text, latest=TODAY)

    assert bad.value.code == code


def test_a_filled_template_reads_back_as_what_it_was_filled_with():
    sheets = read_grid(template())

    reading = read_book(sheets, rules())

    assert reading.problems == []
    assert merged({}, reading.items) == FLAT
    assert mark_of(sheets) == {
        "mark": "智能制造评估填报模板",
        "version": "1",
        "criteria": "HB-FL-2025@x",
        "factory": "00000000-0000-0000-0000-000000000001",
    }


def test_the_template_has_a_row_for_everything_that_is_asked():
    sheets = {sheet.name: sheet.rows for sheet in read_grid(template())}

    assert list(sheets)[:6] == ["填写说明", "概况", "成熟度", "场景", "指标", "申报条件"]
    applicable = len(CRITERIA.weights[MfgType.DISCRETE].subdomains)
    assert len(sheets["成熟度"]) == 1 + 5 * applicable
    assert len(sheets["场景"]) == 41
    assert len(sheets["指标"]) == 21


def test_an_untouched_template_says_nothing_but_the_factory_type():
    reading = read_book(read_grid(template(mfg_type="discrete", assessed_on="2026-06-01")), rules())

    assert {item.field for item in reading.items} == {"mfg_type", "assessed_on"}


def test_columns_and_sheets_may_be_moved_and_renamed():
    sheets = book(
        {
            "三季度自评": [
                ["说明：请部门经理填写"],
                [],
                ["评分", "级别", "备注", "编码"],
                ["大部分满足", "２", "下月补", "ｍ０３"],
                ["", "", "", ""],
                ["100%", "一级", "", "M04"],
            ]
        }
    )

    reading = read_book(sheets, rules())

    assert [(i.field, i.value, i.row) for i in reading.items] == [
        ("answers.M03.2", 0.8, 4),
        ("answers.M04.1", 1.0, 6),
    ]
    assert (reading.good, reading.bad) == (2, 0)


def test_good_and_bad_rows_are_split_exactly():
    sheets = maturity(
        ["M03", "", 1, "", "1", "", "", ""],
        ["M03", "", 2, "", "0.7", "", "有记录", ""],
        ["M99", "", 1, "", "1", "", "", ""],
        ["", "", 1, "", "0.5", "", "", ""],
        ["M03", "", 1, "", "0.5", "", "", ""],
        ["M04", "", 9, "", "0.5", "", "", ""],
        ["M01", "", 1, "", "", "是", "", ""],
        ["M05", "", 1, "", "", "", "", ""],
        ["M05", "", 2, "", "0.5", "", "", "停机多"],
    )

    reading = read_book(sheets, rules())

    assert (reading.good, reading.bad) == (2, 6)
    assert [(p.code, p.row, p.column) for p in reading.problems] == [
        ("import_score", 3, "E"),
        ("import_unknown_subdomain", 4, "A"),
        ("import_code_missing", 5, "A"),
        ("import_duplicate", 6, "C"),
        ("import_level", 7, "C"),
        ("import_not_trimmable", 8, "F"),
    ]
    assert [(i.field, i.value) for i in reading.items] == [
        ("answers.M03.1", 1.0),
        ("answers.M05.2", 0.5),
        ("findings.M05", ["停机多"]),
    ]


def test_scenes_indicators_and_conditions_are_checked():
    sheets = book(
        {
            "a": [
                ["编码", "现状", "用人工智能"],
                ["S41", "试点", ""],
                ["S01", "在建", ""],
                ["S02", "", "是"],
            ],
            "b": [["编码", "建设前", "目前"], ["K01", "40", "140"], ["K12", "abc", "3"]],
            "c": [["编码", "是否满足"], ["EL1", "大概"], ["EL8", "是"]],
        }
    )

    assert problems_of(sheets) == [
        ("import_unknown_scene", 2, "A"),
        ("import_scene_status", 3, "B"),
        ("import_ai_without_status", 4, "B"),
        ("import_number_range", 2, "C"),
        ("import_number", 3, "B"),
        ("import_yes_no_unknown", 2, "B"),
        ("import_unknown_eligibility", 3, "A"),
    ]


def test_subdomains_of_the_other_type_are_refused_by_the_type_in_the_same_file():
    other = set(CRITERIA.subdomains) - set(CRITERIA.weights[MfgType.PROCESS].subdomains)
    code = sorted(other)[0]
    sheets = (
        *maturity([code, "", 1, "", "1", "", "", ""]),
        *book({"概况": [["项目", "填写内容"], ["制造类型", "流程型"]]}),
    )

    assert [p.code for p in read_book(sheets, rules()).problems] == ["import_not_applicable"]


def test_evidence_and_findings_over_several_rows_are_put_together_once():
    sheets = maturity(
        ["M03", "", 1, "", "1", "", "台账", "漏油\n漏油"],
        ["M03", "", 2, "", "1", "", "台账", "没人修"],
    )

    values = {item.field: item.value for item in read_book(sheets, rules()).items}

    assert values["evidence.M03"] == "台账"
    assert values["findings.M03"] == ["漏油", "没人修"]


def test_too_long_texts_are_refused():
    sheets = maturity(["M03", "", 1, "", "1", "", "长" * 1001, ""])

    assert problems_of(sheets) == [("import_text_long", 2, "G")]


def test_text_that_begins_like_a_formula_stays_text():
    flat = {**FLAT, "evidence.M03": "=cmd|' /C calc'!A0"}
    reading = read_book(read_grid(template(**flat)), rules())

    assert merged({}, reading.items)["evidence.M03"] == "=cmd|' /C calc'!A0"


def test_formula_cells_come_as_their_stored_value_never_computed():
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = made.add_worksheet("成熟度")
    sheet.write_row(0, 0, ["编码", "等级", "得分"])
    sheet.write_row(1, 0, ["M03", 1])
    sheet.write_formula(1, 2, '=WEBSERVICE("http://x.example/")', value=0.8)
    made.close()

    reading = read_book(read_grid(buffer.getvalue()), rules())

    assert [(i.field, i.value) for i in reading.items] == [("answers.M03.1", 0.8)]


def test_merged_code_cells_hold_for_all_their_rows():
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = made.add_worksheet("x")
    sheet.write_row(0, 0, ["编码", "等级", "得分"])
    sheet.merge_range(1, 0, 2, 0, "M03")
    sheet.write_row(1, 1, [1, 1])
    sheet.write_row(2, 1, [2, 0.5])
    made.close()

    reading = read_book(read_grid(buffer.getvalue()), rules())

    assert [(i.field, i.value) for i in reading.items] == [
        ("answers.M03.1", 1.0),
        ("answers.M03.2", 0.5),
    ]


def test_a_broken_workbook_is_refused_by_the_grid_reader():
    with pytest.raises(DocumentRefused) as refused:
        read_grid(b"PK\x03\x04 not really")

    assert refused.value.reason == "document_damaged"


def test_sheets_of_millions_of_empty_cells_are_refused_together():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        for _ in range(2):
            book.add_worksheet().write_string(19_000, 90, "x")
    with pytest.raises(DocumentRefused) as refused:
        read_grid(buffer.getvalue())

    assert refused.value.problems[0].code == "document_too_many_rows"


def test_the_annotated_copy_can_be_sent_in_again():
    row = AnnotatedRow(
        {"code": "M03", "level": "2", "score": "0.7"},
        ("不是可用的得分",),
        {"score": "不是可用的得分"},
    )
    content = write_annotated(INFO, CRITERIA, [("maturity", [row])], created=CREATED)
    sheets = read_grid(content)
    copy = next(sheet for sheet in sheets if sheet.name == "成熟度")

    assert is_template(sheets)
    assert copy.rows[0][-1] == "问题"
    assert copy.rows[1][-1] == "不是可用的得分"
    assert [p.code for p in read_book(sheets, rules()).problems] == ["import_score"]


def test_a_report_workbook_is_not_taken_for_the_template():
    assert not is_template(book({"评估": [["能力子域", "得分"], ["设备管理", "2.1"]]}))


def test_adding_findings_twice_changes_nothing_and_keeps_the_old_ones():
    old = {"findings.M03": ["旧"]}
    item = Item("findings.M03", ["新"], adds=True)
    once = merged(old, [item])

    assert once == {"findings.M03": ["旧", "新"]}
    assert changes_between(once, merged(once, [item])) == []


def test_a_report_score_leaves_levels_alone_that_it_does_not_know():
    old = {"answers.M03.1": 0.5, "answers.M03.3": 0.8}

    new = merged(old, [Item("answers.M03", [1.0, 0.5, None, None, None])])

    assert new == {"answers.M03.1": 1.0, "answers.M03.2": 0.5, "answers.M03.3": 0.8}


def json_rules() -> JsonRules:
    return JsonRules(CRITERIA, "HB-FL-2025@x", MfgType.DISCRETE, TODAY)


def test_a_json_document_reads_back_as_what_was_written():
    document = document_of(FLAT, criteria_ref="HB-FL-2025@x")

    reading = read_document(dict(document), json_rules())

    assert reading.problems == ()
    assert merged({"kpis.K02": 1.0}, reading.items, replaces=reading.replaces) == FLAT
    assert document_of(merged({}, reading.items), criteria_ref="HB-FL-2025@x") == document


def test_json_problems_point_to_their_place_and_the_rest_is_good():
    reading = read_document(
        {
            "format": "jizhi-assessment/1",
            "answers": {"M03": [1, 0.7, None, None, None], "M99": [1] * 5, "M04": [1, 1, 1, 1, 1]},
            "scenes": {"S01": {"status": "built"}, "S02": {"status": "pilot", "x": 1}},
            "findings": [{"subdomain": "M03", "text": ""}, {"subdomain": "M03", "text": "停机"}],
            "kpis": {"K01": -1},
            "profile": {"horizon_weeks": "12"},
            "colour": "red",
        },
        json_rules(),
    )

    assert {(p.pointer, p.code) for p in reading.problems} == {
        ("/answers/M03/1", "import_score"),
        ("/answers/M99", "import_unknown_subdomain"),
        ("/scenes/S01/status", "json_choice"),
        ("/scenes/S02/x", "json_extra"),
        ("/findings/0/text", "json_length"),
        ("/kpis/K01", "json_range"),
        ("/profile/horizon_weeks", "json_type"),
        ("/colour", "json_extra"),
    }
    fields = {item.field for item in reading.items}
    assert {f"answers.M04.{level}" for level in range(1, 6)} <= fields
    assert "findings.M03" in fields
    assert "answers.M03" in reading.keeps


def test_a_bad_json_entry_keeps_the_present_value():
    reading = read_document(
        {"format": "jizhi-assessment/1", "kpis": {"K01": "viel", "K02": 3.0}}, json_rules()
    )
    old = {"kpis.K01": 50.0, "kpis.K03": 7.0}

    new = merged(old, reading.items, replaces=reading.replaces, keeps=reading.keeps)

    assert new == {"kpis.K01": 50.0, "kpis.K02": 3.0}


@pytest.mark.parametrize(
    "document",
    [{"findings": [1] * 100_000}, {"trimmed": ["M99"] * 100_000}],
)
def test_a_document_of_countless_mistakes_is_not_gone_through(document):
    reading = read_document({"format": "jizhi-assessment/1", **document}, json_rules())

    assert [(p.code, p.pointer) for p in reading.problems] == [("json_length", "")]
    assert (reading.items, reading.replaces) == ((), ())


def test_json_texts_are_one_line_without_control_characters():
    document = {
        "format": "jizhi-assessment/1",
        "findings": [
            {"subdomain": "M03", "text": "点检靠纸\n记录不全"},
            {"subdomain": "M03", "text": "\u0000"},
        ],
        "profile": {"systems": ["ERP\u0000", "\u200b", "ERP", "MES\n二期"]},
    }
    reading = read_document(document, json_rules())
    values = {item.field: item.value for item in reading.items}

    assert values["findings.M03"] == ["点检靠纸 记录不全"]
    assert values["profile.systems"] == ["ERP", "MES 二期"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"a": "' + b"x" * 2 * 1024 * 1024 + b'"}', "document_too_large"),
        (b'{"a": ' + b"9" * 5000 + b"}", "import_json"),
        (b"\xff\xfe{", "import_json_encoding"),
        (b'{"a": 1,\n "b": }', "import_json"),
        (b'{"a": NaN}', "import_json"),
        (b"[" * 100_000, "import_json_deep"),
        (b"[1]", "json_type"),
    ],
)
def test_what_is_no_json_document_is_refused(content, code):
    with pytest.raises(InvalidInput) as refused:
        parse_json(content)

    assert [p.code for p in refused.value.problems] == [code]
