"""Further layouts: domain tables, stated scales, subtotals, run-in heads, comments, captions."""

import pytest

from matching.reports import Block, Document, ReportProposal, heading, paragraph, read_report, table


@pytest.fixture
def read(criteria, names):
    def run(*blocks: Block) -> ReportProposal:
        return read_report(Document("docx", 0, blocks), criteria, names=names)

    return run


def grades(report: ReportProposal) -> dict[str, float | None]:
    return {score.subdomain: score.grade for score in report.scores}


def findings(report: ReportProposal) -> list[tuple[str | None, str]]:
    return [(t.subdomain, t.text) for t in report.findings]


def needs(report: ReportProposal) -> list[tuple[str | None, str]]:
    return [(t.subdomain, t.text) for t in report.needs]


def test_one_cell_of_a_domain_holds_strong_points_shortfalls_and_advice(read):
    cell = (
        "亮点：设备联网率高。\n不足：点检仍靠纸质表单；排产由计划员手工完成。\n建议：上线点检系统。"
    )
    report = read(table([["能力域", "亮点 / 不足 / 建议"], ["生产", cell]], "表1"))
    assert findings(report) == [
        ("M13", "点检仍靠纸质表单"),
        ("M11", "排产由计划员手工完成"),
    ]
    assert needs(report) == [("M13", "上线点检系统")]


@pytest.mark.parametrize("head", [[], [["能力域", "类别", "内容"]]])
def test_a_row_for_each_kind_under_a_merged_domain(read, head):
    rows = [
        *head,
        ["生产", "亮点", "班组长都会用看板"],
        ["生产", "不足", "轴承点检没有底数"],
        ["生产", "建议", "建立点检台账"],
        ["物流", "不足", "装车前车辆排队三小时"],
    ]
    report = read(table(rows, "表1"))
    assert findings(report) == [("M13", "轴承点检没有底数"), ("M17", "装车前车辆排队三小时")]
    assert needs(report) == [("M13", "建立点检台账")]


def test_the_words_of_a_text_choose_only_within_its_domain(read):
    rows = [["能力域", "存在问题"], ["设计", "工艺文件手写，图纸版本混乱"], ["服务", "网络信号弱"]]
    report = read(table(rows, "表1"))
    assert [code for code, _ in findings(report)] == ["M09", None]
    assert report.findings[1].candidates == ("M19", "M20")


def test_levels_under_a_merged_head_whose_cells_are_left_empty(read):
    rows = [
        ["序号", "评估子域", "得分", "", "", "", ""],
        ["", "", "一级", "二级", "三级", "四级", "五级"],
        ["1", "数据", "1", "0.8", "0.5", "0", "0"],
    ]
    (score,) = read(table(rows, "表1")).scores
    assert (score.subdomain, score.grade, score.scores) == ("M03", None, (1.0, 0.8, 0.5, 0.0, 0.0))


def test_english_and_bilingual_heads_and_names(read):
    rows = [
        ["No.", "Sub-domain", "Score", "Findings", "Recommendations"],
        ["1", "Equipment Management", "1.8", "点检靠纸质表单", "上线点检系统"],
        ["2", "能源管理 Energy Management", "0.8", "None", "Install sub-meters."],
        ["3", "Planning & Scheduling", "1.5", "", "N/A"],
        ["", "Overall", "1.4", "", ""],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M11": 1.5, "M13": 1.8, "M16": 0.8}
    assert findings(report) == [("M13", "点检靠纸质表单")]
    assert needs(report) == [("M13", "上线点检系统"), ("M16", "Install sub-meters")]
    assert report.unresolved == ()


@pytest.mark.parametrize(
    ("header", "row", "grade", "notes"),
    [
        (["子域", "满分", "得分", "得分率"], ["采购", "100", "36", "36%"], 1.8, ("scaled",)),
        (["子域", "满分", "得分"], ["采购", "20", "10", ""][:3], 2.5, ("scaled",)),
        (["子域", "满分", "得分"], ["采购", "5", "1.8"], 1.8, ()),
        (["子域", "得分", "得分率"], ["采购", "1.8", "36%"], 1.8, ()),
        (["子域", "得分率"], ["采购", "47%"], 2.35, ("rounded", "scaled")),
        (["子域", "得分（百分制）"], ["采购", "56"], 2.8, ("scaled",)),
    ],
)
def test_a_stated_scale_is_brought_to_five(read, header, row, grade, notes):
    (score,) = read(table([header, row], "表1")).scores
    assert (score.grade, score.notes) == (grade, notes)
    assert (score.source.confidence < 0.7) == ("scaled" in notes)


def test_a_hundred_stated_in_the_text_counts_for_the_tables(read):
    rows = [["子域", "得分"], ["销售", "60"]]
    report = read(paragraph("本次打分采用百分制。", "第1段"), table(rows, "表1"))
    assert grades(report) == {"M18": 3.0}


def test_a_subtotal_carries_the_score_above_its_questions(read):
    rows = [
        ["子域", "问题", "得分", "发现", "建议"],
        ["设备管理 小计", "", "1.8", "", ""],
        ["", "是否制定点检制度？", "1", "", ""],
        ["", "是否采集设备状态", "0.8", "停机原因无人记录", "采集停机信号"],
        ["能源管理 小计", "", "0.5", "", ""],
        ["", "是否分项计量", "0.5", "只有一块总表", ""],
        ["合计", "", "1.2", "", ""],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M13": 1.8, "M16": 0.5}
    assert report.scores[0].notes == ()
    assert findings(report) == [("M13", "停机原因无人记录"), ("M16", "只有一块总表")]
    assert needs(report) == [("M13", "采集停机信号")]


def test_questions_without_levels_make_no_grade(read):
    rows = [["子域", "评估问题", "得分"]]
    rows += [["网络", "有无拓扑图", "1"], ["网络", "是否全覆盖", "0.8"], ["网络", "有无冗余", "0"]]
    report = read(table(rows, "表1"))
    assert report.scores == ()
    assert [u.reason for u in report.unresolved] == ["unknown_scale"]


def test_sheets_named_by_what_they_hold(read):
    problems = [["序号", "子域", "描述"], ["1", "设备管理", "润滑周期靠记忆"]]
    advice = [["序号", "子域", "内容"], ["1", "设备管理", "按运行小时派发润滑任务"]]
    report = read(
        heading("问题清单", "工作表“问题清单”", 1),
        table(problems, "工作表“问题清单”"),
        heading("改进建议", "工作表“改进建议”", 1),
        table(advice, "工作表“改进建议”"),
    )
    assert findings(report) == [("M13", "润滑周期靠记忆")]
    assert needs(report) == [("M13", "按运行小时派发润滑任务")]


def test_chapters_with_scores_and_labels_in_brackets(read):
    report = read(
        paragraph("一、制造能力", "第1段"),
        paragraph("（一）设备管理【得分 1.8】", "第2段"),
        paragraph("【现状】有台账。", "第3段"),
        paragraph("【不足】润滑周期靠记忆。【建议】按运行小时派发润滑任务。", "第4段"),
        paragraph("（二）能源管理【0.8分】", "第5段"),
        paragraph("【不足】全厂一块表。", "第6段"),
    )
    assert grades(report) == {"M13": 1.8, "M16": 0.8}
    assert findings(report) == [("M13", "润滑周期靠记忆"), ("M16", "全厂一块表")]
    assert needs(report) == [("M13", "按运行小时派发润滑任务")]


def test_run_in_heads_change_the_subject_within_a_paragraph(read):
    report = read(
        paragraph(
            "设备管理得1.8分。走访中看到，润滑周期写在黑板上。为此建议按运行小时派发润滑任务。"
            "说到物流，只能给1.2分，装车前车辆排队三小时。我们的意见是：网上预约进厂。"
            "采购（2.5分）没有大的问题。销售得2.6分。电商渠道同行领先。",
            "第1段",
        )
    )
    assert grades(report) == {"M10": 2.5, "M13": 1.8, "M17": 1.2, "M18": 2.6}
    assert findings(report) == [("M13", "润滑周期写在黑板上"), ("M17", "装车前车辆排队三小时")]
    assert needs(report) == [("M13", "按运行小时派发润滑任务"), ("M17", "网上预约进厂")]


def test_bullets_with_an_arrow_before_the_advice(read):
    report = read(
        heading("不足", "第1页"),
        paragraph("• 设备管理：润滑周期靠记忆。→建议：按运行小时派发润滑任务。", "第1页"),
        paragraph("• 物流：装车排队三小时，建议网上预约进厂。", "第1页"),
    )
    assert findings(report) == [("M13", "润滑周期靠记忆"), ("M17", "装车排队三小时")]
    assert needs(report) == [("M13", "按运行小时派发润滑任务"), ("M17", "网上预约进厂")]


def test_two_pairs_of_names_and_scores_on_a_line(read):
    report = read(
        paragraph("子域 得分 子域 得分", "第1页"),
        paragraph("采购 1.6/5 物流 1.5/5", "第1页"),
        paragraph("网络2/5 销售 2.25/5", "第1页"),
    )
    assert grades(report) == {"M10": 1.6, "M17": 1.5, "M18": 2.25, "M07": 2.0}


def test_comments_of_a_factory_in_its_own_words(read):
    report = read(
        paragraph("我们厂做弹簧，一百二十人，给三家主机厂供货。", "第1段"),
        paragraph("机修组说的：", "第2段"),
        paragraph("轴承坏了才晓得要换，备件还得现买。盼着：能提前知道哪台机器要坏。", "第3段"),
        paragraph("老师傅手艺不错。", "第4段"),
        paragraph("大家天天跑来跑去，说不清为什么。", "第5段"),
    )
    assert findings(report) == [
        ("M13", "轴承坏了才晓得要换，备件还得现买"),
        (None, "大家天天跑来跑去，说不清为什么"),
    ]
    assert needs(report) == [("M13", "能提前知道哪台机器要坏")]


def test_rules_contents_captions_and_lists_of_documents_give_nothing(read):
    report = read(
        paragraph("目 录", "第1段"),
        paragraph("5 改进建议..............5", "第2段"),
        heading("5 改进建议", "第3段", 1),
        paragraph("（1）【采购】与供应商共享到货计划。", "第4段"),
        paragraph("表4 查阅资料清单", "第5段"),
        table([["部门", "资料", "建议"], ["供应部", "采购：合同、到货单", "补充三份"]], "表1"),
        heading("附录A 评分规则", "第6段", 1),
        paragraph("设备管理没有制度的得0分，未达到要求的得0.5分。", "第7段"),
        table([["子域", "得分", "问题"], ["设备管理", "0.5", "没有制度"]], "表2"),
    )
    assert report.scores == ()
    assert report.findings == ()
    assert needs(report) == [("M10", "与供应商共享到货计划")]


def test_marks_in_front_of_the_text_of_a_column(read):
    rows = [
        ["子域", "得分", "现场发现"],
        ["采购", "2", "优）准时到货九成五"],
        ["物流", "1.5", "缺）装车排队三小时"],
        ["销售", "1.5", "未见明显不足"],
    ]
    assert findings(read(table(rows, "表1"))) == [("M17", "装车排队三小时")]


@pytest.mark.parametrize(
    "titles", [("去年", "今年"), ("建设前", "现在"), ("2024年", "2025年"), ("基期值", "报告期值")]
)
def test_kpi_values_by_the_time_in_their_titles(read, titles):
    rows = [["指标", *titles], ["订单准时交付率", "78%", "85%"], ["单位时间产出", "46", "53"]]
    report = read(table(rows, "表1"))
    assert [(k.kpi, k.before, k.after) for k in report.kpis] == [("K07", 46, 53), ("K13", 78, 85)]


def test_a_merged_cell_over_several_subdomains_is_read_once_and_its_words_decide(read):
    cell = "不足：编程员只有两名，工艺卡手写。\n建议：开展内训。"
    rows = [
        ["能力域", "能力子域", "得分", "评估说明"],
        ["人员", "组织战略", "2.1", cell],
        ["人员", "人员技能", "1.5", cell],
        ["生产", "采购", "2", "不足：到货没有预约"],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M01": 2.1, "M02": 1.5, "M10": 2.0}
    assert [text for _, text in findings(report)] == ["编程员只有两名，工艺卡手写", "到货没有预约"]
    assert findings(report)[1][0] == "M10"
    assert len(report.needs) == 1
    assert {report.needs[0].subdomain, *report.needs[0].candidates} <= {None, "M01", "M02"}


def test_a_row_for_a_domain_lists_subdomains_with_their_scores(read):
    rows = [
        ["能力域", "子域及得分", "不足", "建议"],
        ["生产", "设备管理1.8、能源管理0.8", "点检靠纸；电费无法分摊", "加装电表"],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M13": 1.8, "M16": 0.8}
    assert findings(report) == [("M13", "点检靠纸"), ("M16", "电费无法分摊")]
    assert needs(report) == [("M16", "加装电表")]


def test_a_card_whose_name_has_no_label(read):
    rows = [
        ["人员技能", "得分：1.5"],
        ["亮点", "培训有记录"],
        ["不足", "骨干只有两名"],
        ["建议", "与学校合办班"],
    ]
    report = read(table(rows, "表1"))
    assert grades(report) == {"M02": 1.5}
    assert findings(report) == [("M02", "骨干只有两名")]
    assert needs(report) == [("M02", "与学校合办班")]


def test_what_a_factory_is_is_no_shortfall(read):
    report = read(
        heading("企业概况", "第1段", 1),
        paragraph("公司成立于2003年，没有分支机构。", "第2段"),
        heading("诊断意见", "第3段", 1),
        paragraph("采购没有寻源流程。", "第4段"),
    )
    assert findings(report) == [("M10", "采购没有寻源流程")]


def test_a_level_with_its_name_is_no_part_of_the_text(read):
    report = read(paragraph("物流处于二级（规范级）水平，装车前车辆排队三小时。", "第1段"))
    assert grades(report) == {"M17": 2.0}
    assert findings(report) == [("M17", "装车前车辆排队三小时")]


def test_a_name_in_english_before_a_colon_is_the_subject(read):
    report = read(
        heading("Findings", "第1页"), paragraph("• Customer service: 投诉没有台账。", "第1页")
    )
    assert findings(report) == [("M19", "投诉没有台账")]


def test_advice_that_asks_for_nothing_in_particular_is_no_need(read):
    report = read(
        heading("总体结论", "第1段", 1), paragraph("采购存在短板，建议优先补齐。", "第2段")
    )
    assert report.needs == ()


def test_a_caption_of_its_own_ends_what_the_section_announces_for_its_table(read):
    rows = [["阶段", "任务"], ["近期", "建设一套设备管理系统"], ["中期", "建设一套能源管理系统"]]
    costs = [["阶段", "费用构成"], ["近期", "软件许可与实施服务费用"], ["中期", "计量仪表与安装费"]]
    report = read(
        heading("改进建议", "第1段", 1),
        table(rows, "表1"),
        paragraph("表2 费用估算", "第2段"),
        table(costs, "表2"),
    )
    assert needs(report) == [("M13", "建设一套设备管理系统"), ("M16", "建设一套能源管理系统")]
