"""Pure parts of the factory's pages: titles, contact data, excerpts, proposals, radar, chains."""

import pytest

from app.adapters.reference import load_reference
from app.services.needs import NeedDraft, contacts_in, need_problems, title_of
from app.settings import ROOT
from app.web.contexts.factory_charts import radar_view
from app.web.contexts.factory_needs import proposal_of
from app.web.contexts.factory_reasons import excerpt
from matching.rank.scenes import SceneGuess


@pytest.mark.parametrize(
    ("symptom", "title"),
    [
        ("轴承坏了才知道，停一次半天。", "轴承坏了才知道"),
        ("月底，盘点对不上账，全靠老师傅记", "月底，盘点对不上账"),
        (
            "一句没有停顿的话写得特别特别长长到标题里根本放不下去",
            "一句没有停顿的话写得特别特别长长到标题里根…",
        ),
    ],
)
def test_title_comes_from_the_first_clauses(symptom, title):
    assert title_of(symptom) == title


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("打我电话13800138000找老王", ["13800138000"]),
        ("打 138 0013 8000", ["138 0013 8000"]),
        ("座机0319-2688123", ["0319-2688123"]),
        ("热线400-612-3456", ["400-612-3456"]),
        ("写信到 wang.wu@example.com。", ["wang.wu@example.com"]),
        ("一年停机138小时，损失2600万，炉号20261123001", []),
    ],
)
def test_contact_data_is_found_and_other_numbers_are_not(text, found):
    assert contacts_in(text) == found


def test_contact_data_is_a_problem_until_it_is_confirmed():
    text = "轴承坏了没人知道，打13800138000"

    assert [(p.code, p.field) for p in need_problems(NeedDraft("", text))] == [
        ("contact_in_text", "symptom")
    ]
    assert need_problems(NeedDraft("", text, contact_ok=True)) == []


def test_excerpt_marks_every_matched_word_once():
    assert excerpt("振动采集；劣化预警；振动报告", ["振动"]) == (
        ("振动", True),
        ("采集；劣化预警；", False),
        ("振动", True),
        ("报告", False),
    )


def test_excerpt_keeps_the_case_of_the_text_and_finds_words_without_it():
    assert excerpt("接ERP系统", ["erp"]) == (("接", False), ("ERP", True), ("系统", False))


def test_excerpt_of_a_long_text_begins_near_the_first_match():
    pieces = excerpt("前" * 200 + "振动" + "后" * 200, ["振动"])

    assert pieces == (
        ("…" + "前" * 30, False),
        ("振动", True),
        ("后" * 58 + "…", False),
    )


def test_excerpt_of_nothing_is_empty():
    assert excerpt("", ["振动"]) == ()


GUESS = SceneGuess({"S28": 0.62, "S27": 0.23, "S29": 0.1, "S01": 0.02}, True, "轴承坏了", 0.8)


def test_likely_scenes_are_ticked_and_unlikely_ones_left_out():
    proposal = proposal_of(GUESS, all_scenes=["S01", "S27", "S28", "S29"], chosen=None)

    assert [(s.code, s.percent, s.ticked) for s in proposal.scenes] == [
        ("S28", 62, True),
        ("S27", 23, True),
        ("S29", 10, False),
    ]
    assert proposal.others == ("S01",)


def test_what_the_person_ticked_wins_over_the_guess():
    proposal = proposal_of(GUESS, all_scenes=["S01", "S27", "S28", "S29"], chosen=["S29"])

    assert [s.code for s in proposal.scenes if s.ticked] == ["S29"]


def test_a_text_that_nothing_is_near_gets_no_proposal():
    guess = SceneGuess({"S28": 0.9}, False, "离得很远的话", 0.1)

    proposal = proposal_of(guess, all_scenes=["S01", "S28"], chosen=None)

    assert (proposal.scenes, proposal.others, proposal.covered) == ((), ("S01", "S28"), False)


def test_radar_puts_the_first_axis_up_and_scales_to_the_top():
    view = radar_view([("甲", 5.0, 2.5), ("乙", 0.0, 2.5), ("丙", 0.0, 2.5), ("丁", 0.0, 2.5)])

    assert view.now == "210.0,53.0 210.0,175.0 210.0,175.0 210.0,175.0"
    assert view.target == "210.0,114.0 271.0,175.0 210.0,236.0 149.0,175.0"
    assert [axis.anchor for axis in view.axes] == ["middle", "start", "middle", "end"]


def test_divisions_are_related_through_the_chains_of_the_province():
    related = load_reference(ROOT / "seed_data" / "reference").related_industries

    assert related["C31"] == {"C33", "C42"}
    assert related["C42"] == {"C31"}
    assert "C31" not in related["C31"]
