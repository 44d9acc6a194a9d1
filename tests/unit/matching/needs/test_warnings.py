"""Warnings: contact data, names of others, people; and what only looks like them."""

import pytest

from matching.needs.warnings import text_warnings


def found(text, **more):
    return [(w.kind.value, text[w.start : w.end]) for w in text_warnings(text, **more)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("找13800138000问", [("contact", "13800138000")]),
        (
            "发到abc@example.com，或打0310-1234567",
            [("contact", "abc@example.com"), ("contact", "0310-1234567")],
        ),
        ("我们给石家庄华光机械有限公司供货", [("organisation_like", "石家庄华光机械有限公司")]),
        ("跟华北轴承集团比差一截", [("organisation_like", "华北轴承集团")]),
        ("不如隔壁的宏远铸造股份有限公司", [("organisation_like", "宏远铸造股份有限公司")]),
        ("找王经理要图纸", [("person", "王经理")]),
        ("李总说了今年要上", [("person", "李总")]),
        ("全靠张师傅耳听手摸", [("person", "张师傅")]),
        ("张师傅一退休没人会调", [("person", "张师傅")]),
        ("联系人：赵先生", [("person", "赵先生")]),
    ],
)
def test_what_others_should_not_read_is_found(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "集团要求月底前上报",
        "我们集团三个厂各报各的",
        "乳品集团那样的客户要追溯",
        "有限公司这几年也想上系统",
        "车间主任不管，老师傅说了算",
        "总装线等料，总量对不上",
        "任何主管都看不到进度",
        "设备高总是报警",
        "一年2026000件，批号20261124001",
        "工程师傅不够用",
    ],
)
def test_ordinary_words_raise_no_warning(text):
    assert found(text) == []


def test_registered_names_are_found_longest_first_and_whatever_their_width():
    names = ["恒通装备", "河北恒通装备有限公司", "ＡＢＣ智造"]

    assert found(
        "河北恒通装备有限公司报过价，恒通装备的线不好用，abc智造也来过", other_names=names
    ) == [
        ("organisation", "河北恒通装备有限公司"),
        ("organisation", "恒通装备"),
        ("organisation", "abc智造"),
    ]


def test_a_registered_name_of_two_characters_is_left_out():
    assert found("精工的活儿没人会", other_names=["精工"]) == []


def test_ones_own_name_raises_no_warning():
    text = "邢台示范轴承有限公司一厂老停机，示范轴承想改"

    assert (
        found(text, own_names=("邢台示范轴承有限公司", "示范轴承"), other_names=["示范轴承"]) == []
    )


def test_each_kind_has_a_sentence_code():
    assert [w.code for w in text_warnings("找王经理，13800138000")] == [
        "need_warning_person",
        "need_warning_contact",
    ]
