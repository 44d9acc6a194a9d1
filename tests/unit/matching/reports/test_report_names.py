"""Which subdomain a cell, a heading or a sentence means."""

import pytest

from matching.errors import InvalidInput
from matching.reports import SubdomainNames
from matching.reports.names import read_aliases


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("设备管理", "M13"),
        ("设备\n管理", "M13"),
        ("  设 备 管 理 ", "M13"),
        ("M13", "M13"),
        ("M13 设备管理", "M13"),
        ("（十三）设备管理", "M13"),
        ("5.3.4 设备管理能力", "M13"),
        ("设备管理（含备件）", "M13"),
        ("生产-设备管理", "M13"),
        ("装备能力子域", "M06"),
        ("数据能力域", "M03"),
        ("采购管理", "M10"),
        ("计划及调度", "M11"),
        ("安全与环保", "M15"),
        ("工控安全", "M05"),
        ("能耗", "M16"),
        ("客服", "M19"),
    ],
)
def test_resolve_sees_through_disguises(names, text, code):
    match = names.resolve(text)
    assert match is not None
    assert match.code == code


@pytest.mark.parametrize(
    "text",
    ["合计", "评估说明", "唐山", "1.8", "", "企业近年来在生产经营方面取得了一定成绩并继续努力"],
)
def test_resolve_leaves_other_texts(names, text):
    assert names.resolve(text) is None


def test_resolve_lets_the_domain_decide_between_two(names):
    open_match = names.resolve("安全")
    assert open_match is not None
    assert open_match.code is None
    assert set(open_match.codes) == {"M05", "M15"}
    assert names.resolve("安全", domain="技术").code == "M05"
    assert names.resolve("安全", domain="生产").code == "M15"


def test_resolve_is_unsure_where_code_and_name_disagree(names):
    match = names.resolve("M06 能源管理")
    assert match is not None
    assert match.code is None
    assert match.confidence < 0.5


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("空压站没有分项计量，用电靠人工抄表", "M16"),
        ("点检表是纸质的，故障停机原因没有统计", "M13"),
        ("工业主机未安装补丁，U盘随意插拔", "M05"),
        ("车间排产靠计划员经验，插单后交期难以保证", "M11"),
        ("ERP与MES没有接口，数据二次录入", "M04"),
        ("仓库账实不符，找料时间长", "M14"),
    ],
)
def test_classify_gives_a_sentence_to_its_subdomain(names, sentence, code):
    match, words = names.classify(sentence)
    assert match is not None
    assert match.code == code
    assert words


def test_classify_says_nothing_without_words(names):
    assert names.classify("情况一般") == (None, ())


def test_aliases_name_known_codes_and_contradict_no_official_name(criteria):
    official = {s.name: s.code for s in criteria.subdomains.values()}
    strong: dict[str, str] = {}
    for code, kind, text in read_aliases():
        assert code in criteria.subdomains
        if kind == "name":
            assert official.get(text, code) == code
            assert strong.setdefault(text, code) == code


def test_names_refuse_an_unknown_kind(criteria):
    with pytest.raises(InvalidInput, match="bad_kind"):
        SubdomainNames(criteria, [("M01", "nickname", "战略")])
