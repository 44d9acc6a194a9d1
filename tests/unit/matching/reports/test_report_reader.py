"""From blocks to proposals: the layouts that assessment reports have."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.gaps import MfgType, SceneStatus
from matching.reports import Block, Document, ReportProposal, heading, paragraph, read_report, table

NAMES = [
    *(
        "组织战略",
        "人员技能",
        "数据",
        "集成",
        "信息安全",
        "装备",
        "网络",
        "产品设计",
        "工艺设计",
        "采购",
    ),
    *("计划与调度", "生产作业", "设备管理", "仓储配送", "安全环保", "能源管理", "物流", "销售"),
    *("客户服务", "产品服务"),
]


def grades(report: ReportProposal) -> dict[str, float | None]:
    return {score.subdomain: score.grade for score in report.scores}


def texts(
    report: ReportProposal,
) -> tuple[list[tuple[str | None, str]], list[tuple[str | None, str]]]:
    return (
        [(t.subdomain, t.text) for t in report.findings],
        [(t.subdomain, t.text) for t in report.needs],
    )


@pytest.fixture
def read(criteria, names):
    def run(*blocks: Block) -> ReportProposal:
        return read_report(Document("docx", 0, blocks), criteria, names=names)

    return run


def test_one_table_gives_scores_findings_and_needs_with_places(read):
    rows = [
        ["能力域", "能力子域", "权重", "得分", "目标", "存在问题", "改进建议"],
        [
            "生产",
            "设备\n管理",
            "14",
            "1.8",
            "3",
            "1.点检靠纸质表格；2.停机原因没有统计",
            "上线设备管理系统",
        ],
        ["生产", "能源管理", "14", "０．５分", "3", "无", "—"],
        ["合计", "合计", "100", "1.2", "3", "", ""],
    ]
    report = read(table(rows, "表3"))
    assert grades(report) == {"M13": 1.8, "M16": 0.5}
    assert texts(report) == (
        [("M13", "点检靠纸质表格"), ("M13", "停机原因没有统计")],
        [("M13", "上线设备管理系统")],
    )
    assert report.scores[0].source.place == "表3第2行"
    assert "1.8" in report.scores[0].source.passage
    assert report.scores[0].source.confidence > 0.9
    assert report.unresolved == ()


def test_a_table_with_a_column_for_each_level(read):
    rows = [
        ["编号", "子域", "得分", "得分", "得分", "得分", "得分"],
        ["编号", "子域", "一级", "二级", "三级", "四级", "五级"],
        ["M13", "设备管理", "1", "0.8", "0.5", "0", "0"],
        ["M16", "能源管理", "100%", "85%", "", "", ""],
    ]
    report = read(table(rows, "表1"))
    assert [(s.subdomain, s.scores, s.exact) for s in report.scores] == [
        ("M13", (1.0, 0.8, 0.5, 0.0, 0.0), True),
        ("M16", (1.0, 0.8, 0.0, 0.0, 0.0), False),
    ]
    assert report.scores[1].notes == ("rounded",)


def test_a_tick_in_a_level_column_is_the_level(read):
    rows = [
        ["子域", "1级", "2级", "3级", "4级", "5级"],
        ["数据", "", "√", "", "", ""],
        ["集成", "√", "", "", "", ""],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M03": 2.0, "M04": 1.0}
    assert report.scores[0].notes == ("level_only",)


def test_a_row_for_each_requirement_is_averaged_within_the_level(read):
    rows = [["子域", "等级", "要求", "得分"]]
    rows += [
        ["网络", level, "某项", score]
        for level, score in (("一级", "1"), ("二级", "0.8"), ("二级", "0.5"))
    ]
    report = read(table(rows, "表1"))
    (score,) = report.scores
    assert (score.subdomain, score.scores[0], score.exact) == ("M07", 1.0, False)
    assert score.scores[1] in (0.5, 0.8)


def test_names_along_the_top_and_two_groups_side_by_side(read):
    turned = [["子域", *NAMES[:10]], ["得分", *["1.8"] * 10]]
    beside = [["序号", "子域", "得分", "序号", "子域", "得分"]]
    beside += [[str(i), NAMES[9 + i], "0.8", str(i + 5), NAMES[14 + i], "1.5"] for i in range(1, 6)]
    report = read(table(turned, "表1"), table(beside, "表2"))
    assert len(report.scores) == 20
    assert grades(report)["M10"] == 1.8
    assert grades(report)["M15"] == 0.8
    assert grades(report)["M20"] == 1.5


def test_a_table_without_header(read):
    rows = [[str(i), name, f"{0.5 + i % 3}"] for i, name in enumerate(NAMES, start=1)]
    report = read(table(rows, "表1"))
    assert len(report.scores) == 20
    assert grades(report)["M01"] == 1.5
    assert all(score.source.confidence < 0.85 for score in report.scores)


def test_the_later_of_two_scores_is_taken(read):
    rows = [["评估项", "自评得分", "专家复评得分"], ["采购", "2.5", "1.8"], ["物流", "2", "1.5"]]
    assert grades(read(table(rows, "表1"))) == {"M10": 1.8, "M17": 1.5}


def test_a_card_for_each_subdomain(read):
    rows = [
        ["子域名称", "仓储配送（M14）", "得　分", "1.5 分"],
        ["现状描述", "有库管制度。", "有库管制度。", "有库管制度。"],
        ["主要问题", "账实不符", "账实不符", "账实不符"],
        ["改进建议", "建立条码管理", "建立条码管理", "建立条码管理"],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M14": 1.5}
    assert texts(report) == ([("M14", "账实不符")], [("M14", "建立条码管理")])


def test_numbered_headings_with_labelled_paragraphs(read):
    report = read(
        paragraph("第三章 评估详情", "第1段"),
        paragraph("3.1 设备管理", "第2段"),
        paragraph(
            "本子域得分：1.8分。现状：已有制度。问题：点检靠纸。建议：上线点检系统。", "第3段"
        ),
        paragraph("3.2 能源管理（0.8分）", "第4段"),
        paragraph("存在的问题：", "第5段"),
        paragraph("抄表靠人工", "第6段"),
        paragraph("设备保养计划靠记忆", "第7段"),
        paragraph("改进建议：", "第8段"),
        paragraph("加装分项计量", "第9段"),
        paragraph("第四章 亮点", "第10段"),
        paragraph("销售没有丢单，较上年好。", "第11段"),
    )
    assert grades(report) == {"M13": 1.8, "M16": 0.8}
    findings, needs = texts(report)
    assert findings == [("M13", "点检靠纸"), ("M16", "抄表靠人工"), ("M16", "设备保养计划靠记忆")]
    assert needs == [("M13", "上线点检系统"), ("M16", "加装分项计量")]


def test_a_list_of_problems_is_given_out_by_name_or_words(read):
    report = read(
        heading("四、主要问题", "第1段", 1),
        paragraph("（1）设备管理：点检仍用纸质表格，无法统计故障。", "第2段"),
        paragraph("（2）信息安全方面，工业主机未安装补丁。", "第3段"),
        paragraph("（3）ERP与MES之间没有接口，数据二次录入。", "第4段"),
        paragraph("（4）总体推进力度一般。", "第5段"),
        heading("五、改进建议", "第6段", 1),
        paragraph("引入排程软件，实现车间排产自动化。", "第7段"),
    )
    findings, needs = texts(report)
    assert [code for code, _ in findings] == ["M13", "M05", "M04", None]
    assert findings[0][1] == "点检仍用纸质表格，无法统计故障"
    assert needs == [("M11", "引入排程软件，实现车间排产自动化")]
    confidences = [finding.source.confidence for finding in report.findings]
    assert confidences[0] > confidences[2] > confidences[3]


def test_scores_inside_sentences(read):
    report = read(
        paragraph(
            "组织战略、人员技能均为二级，数据得分1.8分，集成0.8分；设备管理处于一级。", "第1段"
        ),
        paragraph(
            "能源管理目标是2027年达到三级。采购（1.5分）、物流1.0、网络得分2.35分。", "第2段"
        ),
    )
    assert grades(report) == {
        "M01": 2.0, "M02": 2.0, "M03": 1.8, "M04": 0.8, "M07": 2.35, "M10": 1.5, "M13": 1.0, "M17": 1.0,
    }  # fmt: skip
    network = next(s for s in report.scores if s.subdomain == "M07")
    assert network.scores == (1.0, 1.0, 0.0, 0.0, 0.0)
    assert network.notes == ("rounded",)


def test_two_places_that_differ_are_told(read):
    rows = [["子域", "得分"], ["数据", "1.8"], ["集成", "1"]]
    report = read(table(rows, "表1"), paragraph("数据得分0.5分。", "第9段"))
    data = report.scores[0]
    assert (data.grade, data.notes) == (1.8, ("conflict",))
    assert [other.grade for other in data.others] == [0.5]
    assert data.source.confidence < report.scores[1].source.confidence


def test_rows_that_cannot_be_given_to_a_subdomain_are_listed(read):
    rows = [["评估项", "得分"], ["数据", "1.8"], ["党建引领", "1.5"], ["安全", "1"], ["集成", "65"]]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M03": 1.8}
    assert [(u.reason, u.place) for u in report.unresolved] == [
        ("unknown_name", "表1第3行"),
        ("ambiguous_name", "表1第4行"),
        ("unknown_scale", "表1第5行"),
    ]
    assert set(report.unresolved[1].candidates) == {"M05", "M15"}


def test_elements_are_not_mistaken_for_subdomains(read):
    rows = [["能力要素", "得分"], ["人员", "1.8"], ["技术", "1.5"], ["资源", "1"], ["制造", "1.2"]]
    report = read(table(rows, "表1"))
    assert report.scores == ()
    assert report.unresolved == ()


def test_a_subdomain_left_out_is_trimmed(read):
    rows = [["子域", "得分"], ["产品设计", "不适用"], ["工艺设计", "1.5"]]
    assert read(table(rows, "表1")).trimmed == ("M08",)


def test_scenes_and_kpis(read):
    scenes = [
        ["序号", "场景名称", "应用状态", "是否应用AI"],
        ["1", "车间智能排产", "试点", "否"],
        ["2", "S16 能源智能管控", "未开展", "否"],
        ["3", "设备运行监控", "已应用", "是"],
    ]
    ticks = [["场景", "无", "规划", "试点", "应用", "优化"], ["在线智能检测", "", "√", "", "", ""]]
    kpis = [
        ["指标名称", "单位", "建设前", "建设后"],
        ["关键设备数控化率", "%", "35", "62"],
        ["产品不良率", "%", "3.2", "2.1"],
    ]
    report = read(table(scenes, "表1"), table(ticks, "表2"), table(kpis, "表3"))
    assert {s.scene: (s.status, s.ai) for s in report.scenes} == {
        "S09": (SceneStatus.PILOT, False),
        "S16": (SceneStatus.NONE, False),
        "S24": (SceneStatus.PLANNED, False),
        "S27": (SceneStatus.APPLIED, True),
    }
    assert [(k.kpi, k.value, k.before, k.after, k.unit) for k in report.kpis] == [
        ("K01", 62.0, 35.0, 62.0, "%"),
        ("K09", None, 3.2, 2.1, "%"),
    ]


def test_facts_of_the_report(read):
    report = read(
        heading("智能制造能力成熟度评估报告", "第1段", 1),
        table(
            [
                ["企业名称", "唐山示例铸造有限公司", "统一社会信用代码", "91130200MA07ABCD12"],
                ["现场评估日期", "2026年3月4日至2026年3月6日", "制造类型", "□流程型 ☑离散型"],
            ],
            "表1",
        ),
        paragraph("目标等级：三级。", "第2段"),
        paragraph("综合得分为1.92分，成熟度等级为二级（规范级）。", "第3段"),
    )
    assert {name: fact.value for name, fact in report.facts.items()} == {
        "factory_name": "唐山示例铸造有限公司",
        "credit_code": "91130200MA07ABCD12",
        "assessed_on": "2026-03-06",
        "mfg_type": "discrete",
        "total": "1.92",
        "grade": "2",
    }
    assert report.mfg_type is MfgType.DISCRETE


def test_passages_are_cut_to_300_characters(read):
    report = read(paragraph("主要问题", "第1段"), paragraph("设备点检靠纸，" * 90, "第2段"))
    assert len(report.findings[0].source.passage) == 300


CELL = st.sampled_from(
    [
        "",
        "数据",
        "设备管理",
        "1.8",
        "二级",
        "子域",
        "得分",
        "存在问题",
        "场景",
        "安全",
        "√",
        "85%",
        "点检靠纸质表格。",
    ]
)
BLOCK = st.one_of(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=5).map(
        lambda rows: table(rows, "表1")
    ),
    st.lists(CELL, max_size=6).map(lambda parts: paragraph("".join(parts), "第1段")),
    CELL.map(lambda text: heading(text, "第1段", 2)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCK, max_size=5))
def test_any_document_is_read_the_same_twice_and_within_bounds(criteria, names, blocks):
    document = Document("docx", 0, tuple(blocks))
    report = read_report(document, criteria, names=names)
    assert report == read_report(document, criteria, names=names)
    for score in report.scores:
        assert len(score.scores) == 5
        assert all(value in (None, 0.0, 0.5, 0.8, 1.0) for value in score.scores)
    for proposal in (*report.scores, *report.findings, *report.needs, *report.scenes, *report.kpis):
        assert 0 <= proposal.source.confidence <= 1
        assert len(proposal.source.passage) <= 300
        assert proposal.source.place
