"""The measuring of report readers, by literal cases, and the made reports' own soundness."""

from collections import Counter

import pytest

from tests.data.report_definitions import KPIS, NAMES, SCENES, STATUS
from tests.data.report_scores import (
    Tally,
    add_up,
    load_reports,
    measure,
    overlap,
    score_report,
)

TRUTH = {
    "mfg_type": "discrete",
    "scores": {
        "M03": {"grade": 1.6, "levels": None, "as_written": "1.6"},
        "M06": {"grade": None, "levels": [1.0, 0.8, 0.5, 0.0, 0.0], "as_written": "…"},
    },
    "findings": [
        {"subdomain": "M03", "text": "数据靠手抄，月底才补录。"},
        {"subdomain": "M13", "text": "设备坏了才修，没有备件记录。"},
    ],
    "needs": [{"subdomain": "M03", "text": "上线自动采集。"}],
    "scenes": {"S24": "pilot"},
    "kpis": {"K09": {"before": 3.2, "now": 1.9}},
}


def test_the_truth_itself_is_all_right():
    tallies = score_report(TRUTH, TRUTH)

    assert {name: (t.precision, t.recall) for name, t in tallies.items()} == dict.fromkeys(
        tallies, (1.0, 1.0)
    )


def test_nothing_proposed_has_no_precision_and_no_recall_of_anything():
    tally = score_report(TRUTH, {})["findings"]

    assert tally == Tally(0, 0, 2)
    assert tally.precision is None
    assert tally.recall == 0.0


@pytest.mark.parametrize(
    ("score", "right"),
    [
        ({"M03": {"grade": 1.65}}, 1),
        ({"M03": {"grade": 1.7}}, 0),
        ({"M03": {"grade": None, "levels": [1, 1, 1, 1, 1]}}, 0),
        ({"M04": {"grade": 1.6}}, 0),
        ({"M06": {"grade": 2.3, "levels": [1.0, 0.8, 0.5, 0.0, 0.0]}}, 1),
        ({"M06": {"levels": [1.0, 0.8, 0.4, 0.0, 0.0]}}, 0),
        ({"M06": {"grade": 2.3}}, 0),
    ],
)
def test_a_score_counts_only_with_its_subdomain_and_number(score, right):
    assert score_report(TRUTH, {"scores": score})["scores"] == Tally(right, 1, 2)


def test_a_finding_under_a_wrong_subdomain_counts_as_text_only():
    made = {"findings": [{"subdomain": "M04", "text": "数据靠手抄，月底才补录"}]}

    tallies = score_report(TRUTH, made)

    assert tallies["findings"] == Tally(0, 1, 2)
    assert tallies["finding_texts"] == Tally(1, 1, 2)


def test_a_passage_proposed_twice_is_right_once():
    twice = [{"subdomain": "M03", "text": "数据靠手抄，月底才补录。"}] * 2

    assert score_report(TRUTH, {"findings": twice})["findings"] == Tally(1, 2, 2)


def test_overlap_is_the_f1_of_bigrams_without_white_space():
    assert overlap("数据靠手抄", "数据 靠\n手抄") == 1.0
    assert overlap("甲乙丙", "乙丙丁") == 0.5
    assert overlap("甲乙", "丙丁") == 0.0


@pytest.mark.parametrize(
    ("kpi", "right"),
    [({"before": 3.2, "now": 1.9}, 1), ({"before": 1.9, "now": 3.2}, 0), ({"before": 3.2}, 0)],
)
def test_a_kpi_needs_both_numbers_in_their_places(kpi, right):
    assert score_report(TRUTH, {"kpis": {"K09": kpi}})["kpis"] == Tally(right, 1, 1)


def test_counts_of_files_are_added_not_averaged():
    one = score_report(TRUTH, TRUTH)
    none = score_report(TRUTH, {"findings": [{"subdomain": "M01", "text": "别的"}]})

    assert add_up([one, none])["findings"] == Tally(2, 3, 4)


def test_measuring_tells_files_halves_and_all():
    by_path = {r.path: r.truth for r in load_reports()}

    result = measure(by_path.__getitem__, half="dev")

    assert list(result.halves) == ["dev"]
    assert len(result.files) == 10
    assert result.everything["findings"].precision == 1.0
    assert result.everything["findings"].expected == sum(
        len(r.truth["findings"]) for r in load_reports("dev")
    )
    assert result.table().splitlines()[-1].startswith("all ")


def test_the_made_reports_are_twenty_in_two_halves_with_files_and_known_codes():
    reports = load_reports()

    assert Counter((r.half, r.path.suffix) for r in reports) == {
        ("dev", ".docx"): 4,
        ("dev", ".pdf"): 4,
        ("dev", ".xlsx"): 2,
        ("held_out", ".docx"): 4,
        ("held_out", ".pdf"): 4,
        ("held_out", ".xlsx"): 2,
    }
    for report in reports:
        assert report.path.stat().st_size < 300_000
        assert set(report.truth["scores"]) <= set(NAMES)
        assert {f["subdomain"] for f in report.truth["findings"]} <= set(NAMES)
        assert set(report.truth["scenes"]) <= set(SCENES)
        assert set(report.truth["scenes"].values()) <= set(STATUS)
        assert set(report.truth["kpis"]) <= set(KPIS)
