"""Splitting: what people on a shop floor write comes apart where a person would cut it."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.needs.asides import AsideKind, aside_kind
from matching.needs.split import split_problems

CASES = {
    "one line, one problem": (
        "仓库盘点老是对不上账，找一种料要翻半天",
        ["仓库盘点老是对不上账，找一种料要翻半天"],
    ),
    "cause stays with its problem": (
        "空压机隔三差五跳停。因为没人盯着油温，等发现的时候已经烧了。",
        ["空压机隔三差五跳停。因为没人盯着油温，等发现的时候已经烧了。"],
    ),
    "number stays with its problem": (
        "焊缝返修太多。一个月光返工工时就有三百多个钟头。",
        ["焊缝返修太多。一个月光返工工时就有三百多个钟头。"],
    ),
    "wish stays with its problem": (
        "电费一年涨了两成，哪台设备费电说不清。希望能分到每条线上看。",
        ["电费一年涨了两成，哪台设备费电说不清。希望能分到每条线上看。"],
    ),
    "numbered with dots": (
        "1. 排产靠计划员在白板上画，插个急单全乱\n2. 冲床模具坏了才知道，一停半天\n3. 客户要查是哪炉料，翻本子翻一天",
        [
            "排产靠计划员在白板上画，插个急单全乱",
            "冲床模具坏了才知道，一停半天",
            "客户要查是哪炉料，翻本子翻一天",
        ],
    ),
    "numbered in one line": (
        "1、叉车找料全凭喊；2、成品表面划伤要人一张张看；3、配电室半夜没人巡",
        ["叉车找料全凭喊", "成品表面划伤要人一张张看", "配电室半夜没人巡"],
    ),
    "numbered with brackets": (
        "（1）来料检验单手写\n（2）热处理炉温曲线没人看",
        ["来料检验单手写", "热处理炉温曲线没人看"],
    ),
    "circled numbers": (
        "①铸件气孔废品率下不来②砂处理岗位粉尘大，没人愿意干",
        ["铸件气孔废品率下不来", "砂处理岗位粉尘大，没人愿意干"],
    ),
    "chinese numbers at lines": (
        "一、模具库找模具要半天\n二、注塑机参数各调各的，换个人就出废品",
        ["模具库找模具要半天", "注塑机参数各调各的，换个人就出废品"],
    ),
    "first and second in words": (
        "一是设备坏了没有记录，修过啥谁也不知道；二是备件库存压了几百万",
        ["设备坏了没有记录，修过啥谁也不知道", "备件库存压了几百万"],
    ),
    "causes in words are no list": (
        "轧辊消耗比同行高一截，原因一是来料硬度不匀，二是换辊全凭感觉",
        ["轧辊消耗比同行高一截，原因一是来料硬度不匀，二是换辊全凭感觉"],
    ),
    "an item keeps its explanation": (
        "1. 锅炉房蒸汽漏得厉害。每个月多烧几十吨煤。\n2. 质检数据记在纸上。出了事查不到。",
        ["锅炉房蒸汽漏得厉害。每个月多烧几十吨煤。", "质检数据记在纸上。出了事查不到。"],
    ),
    "bullets": (
        "- 车间温湿度靠人抄表\n- 发货装错车一个月好几回",
        ["车间温湿度靠人抄表", "发货装错车一个月好几回"],
    ),
    "lines": (
        "计划排了也白排，天天插单\n污水站加药全凭老师傅手感",
        ["计划排了也白排，天天插单", "污水站加药全凭老师傅手感"],
    ),
    "a line that explains": (
        "计划排了也白排，天天插单\n导致交货老是晚",
        ["计划排了也白排，天天插单\n导致交货老是晚"],
    ),
    "blank line": (
        "采购价格全靠电话问，同一种轴承三个价\n\n行车吊运钢卷时底下还有人走",
        ["采购价格全靠电话问，同一种轴承三个价", "行车吊运钢卷时底下还有人走"],
    ),
    "besides, after a full stop": (
        "轴承座什么时候坏没人知道。另外，仓库里的料摆得到处都是。",
        ["轴承座什么时候坏没人知道。", "仓库里的料摆得到处都是。"],
    ),
    "and then, after a comma": (
        "冲压件毛刺靠人眼看，看漏了客户就退货，还有就是叉车送料老跑空",
        ["冲压件毛刺靠人眼看，看漏了客户就退货", "叉车送料老跑空"],
    ),
    "moreover": (
        "染色批次色差大，回修率百分之八。此外电费占成本越来越高，峰谷用电没人管。",
        ["染色批次色差大，回修率百分之八。", "电费占成本越来越高，峰谷用电没人管。"],
    ),
    "once more": (
        "铸造车间粉尘大，环保查了两回，再就是图纸版本乱，车间拿旧图干活",
        ["铸造车间粉尘大，环保查了两回", "图纸版本乱，车间拿旧图干活"],
    ),
    "full stop where the topic changes": (
        "成品库找货靠记性，装车等两个小时。焊接质量全看焊工手艺，探伤返修一成多。",
        ["成品库找货靠记性，装车等两个小时。", "焊接质量全看焊工手艺，探伤返修一成多。"],
    ),
    "full stop inside one problem": (
        "磨床主轴突然抱死。厂家的人三天才到，整条线干等。",
        ["磨床主轴突然抱死。厂家的人三天才到，整条线干等。"],
    ),
    "greeting and thanks": (
        "您好！我们的挤出机换色要冲掉两百公斤料，希望能少点浪费。谢谢！",
        ["我们的挤出机换色要冲掉两百公斤料，希望能少点浪费。"],
    ),
    "introduction and contact": (
        "各位专家好，我们公司成立于2003年，主要生产精密丝杠。现有员工160人。"
        "丝杠螺距误差要下线才测得出来，废一根就是好几千。联系人：李先生，电话13800138000。",
        ["丝杠螺距误差要下线才测得出来，废一根就是好几千。"],
    ),
    "lead-in before a list": (
        "我们厂现在主要有以下几个问题：\n1、压铸机漏铝没报警\n2、夜班没人抄电表",
        ["压铸机漏铝没报警", "夜班没人抄电表"],
    ),
    "short lead-in after a greeting": (
        "您好，我们厂的问题：\n1、压铸机漏铝没报警\n2、夜班没人抄电表",
        ["压铸机漏铝没报警", "夜班没人抄电表"],
    ),
    "a thousands comma does not cut": (
        "一年要打印12,000张流转卡，丢一张就断线索",
        ["一年要打印12,000张流转卡，丢一张就断线索"],
    ),
    "decimals are no list": (
        "包装称重误差0.5公斤，1.5公斤的袋子常被客户退",
        ["包装称重误差0.5公斤，1.5公斤的袋子常被客户退"],
    ),
    "wrapped line": (
        "我们这条连退线张力一波动就断带，断一次重新穿带要四个钟头，上个月断了\n六次，产量少了一千多吨",
        [
            "我们这条连退线张力一波动就断带，断一次重新穿带要四个钟头，上个月断了\n六次，产量少了一千多吨"
        ],
    ),
    "full-width number marks": (
        "１．喷漆房废气超标\n２．调度打电话喊人",
        ["喷漆房废气超标", "调度打电话喊人"],
    ),
}


@pytest.mark.parametrize(("text", "problems"), CASES.values(), ids=CASES.keys())
def test_a_text_comes_apart_where_a_person_would_cut_it(scenes, text, problems):
    split = split_problems(text, profile=scenes.profiles)

    assert [problem.text for problem in split.problems] == problems


def test_asides_say_what_they_are_and_where_they_stand(scenes):
    text = "您好，我们公司成立于1998年，主要生产铸管。离心机一停全线等料，说停就停。联系电话：13800138000。谢谢！"

    split = split_problems(text, profile=scenes.profiles)

    assert [(text[a.start : a.end], a.kind.value) for a in split.asides] == [
        ("您好，", "greeting"),
        ("我们公司成立于1998年，主要生产铸管。", "about"),
        ("联系电话：13800138000。", "contact"),
        ("谢谢！", "thanks"),
    ]
    assert [p.text for p in split.problems] == ["离心机一停全线等料，说停就停。"]


def test_spans_point_into_the_text_as_written(scenes):
    text = "  １、喷漆房废气超标 。\r\n２、调度打电话喊人"

    for problem in split_problems(text, profile=scenes.profiles).problems:
        assert text[problem.start : problem.end] == problem.text


def test_a_text_of_greetings_holds_no_problem(scenes):
    split = split_problems("领导好！谢谢！", profile=scenes.profiles)

    assert split.problems == ()
    assert [a.kind for a in split.asides] == [AsideKind.GREETING, AsideKind.THANKS]


@pytest.mark.parametrize("text", ["", "   ", "还有", "另外，", "。。。！！", "\n\n1. \n2. "])
def test_nothing_gives_nothing(scenes, text):
    assert split_problems(text, profile=scenes.profiles).problems == ()


@pytest.mark.parametrize(
    "clause",
    [
        "公司的账和库里对不上",
        "我们厂的设备老是坏",
        "员工流失太快没人会调机",
        "谢谢的话不说了先看看这台磨床",
        "电话里说不清楚到底发没发货",
        "年产量掉了两成",
        "手机扫码老是失灵",
        "我们厂主要生产的法兰老是开裂",
        "公司成立这么多年账都没对上过",
    ],
)
def test_a_clause_with_a_problem_is_no_aside(clause):
    assert aside_kind(clause) is None


def never_sure(texts):
    return np.zeros((len(texts), 40), dtype=np.float32)


def always_different(texts):
    """Every text is sure of a scene of its own."""
    rows = np.zeros((len(texts), 40), dtype=np.float32)
    rows[np.arange(len(texts)), np.arange(len(texts)) % 40] = 1.0
    return rows


def test_where_no_scene_is_known_only_marks_split():
    text = "泵又漏了修了三回。账又错了对了两天。\n灯又坏了换了一批。"

    split = split_problems(text, profile=never_sure)

    assert [p.text for p in split.problems] == [
        "泵又漏了修了三回。账又错了对了两天。",
        "灯又坏了换了一批。",
    ]


def test_sure_and_different_sentences_are_split():
    split = split_problems("泵又漏了修了三回。账又错了对了两天。", profile=always_different)

    assert [p.text for p in split.problems] == ["泵又漏了修了三回。", "账又错了对了两天。"]


@given(st.text(alphabet="设备坏了仓库，。；\n1２.、①一是另外 还有：您好", max_size=120))
def test_spans_are_in_order_and_inside_the_text(text):
    for profile in (never_sure, always_different):
        split = split_problems(text, profile=profile)
        spans = sorted([(s.start, s.end) for s in (*split.problems, *split.asides)])

        assert all(problem.text.strip() for problem in split.problems)
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= two[0] for one, two in pairwise(spans))
        assert all(text[p.start : p.end] == p.text for p in split.problems)
