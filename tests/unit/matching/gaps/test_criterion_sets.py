"""Criterion sets as files: what they change, and how a broken one is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.settings import ROOT
from matching.gaps import read_reference
from matching.gaps.sets import BrokenSet, build_set, read_set

BASE = read_reference(ROOT / "seed_data" / "reference")


def set_text(**changes: Any) -> str:
    data: dict[str, Any] = {
        "criterion_set": {
            "code": "XX-FL-2025",
            "title": "试验标准集",
            "jurisdiction": "某省",
            "src": "derived",
        },
        "version": "1.0.0",
        "changes": [
            {
                "file": "factory_levels",
                "at": "levels[FL1].thresholds.maturity_level_min",
                "value": 1,
                "src": "page:x",
            }
        ],
    }
    data.update(changes)
    return json.dumps(
        {k: v for k, v in data.items() if v is not None}, ensure_ascii=False, indent=1
    )


def change(at: str, value: object, file: str = "factory_levels") -> dict[str, object]:
    return {"file": file, "at": at, "value": value, "src": "page:y"}


def test_a_set_changes_what_it_names_and_takes_the_rest_from_the_base(criteria):
    found = read_set(set_text(), base=BASE)

    changed = found.criteria.factory_levels["FL1"]
    assert (found.code, found.version, found.jurisdiction) == ("XX-FL-2025", "1.0.0", "某省")
    assert found.criteria.title == "试验标准集"
    assert changed.thresholds["maturity_level_min"] == 1
    assert changed.threshold_src["maturity_level_min"] == "page:x"
    kept = criteria.factory_levels["FL2"]
    assert found.criteria.factory_levels["FL2"] == replace(kept, review=kept.review[:1])
    assert found.criteria.weights == criteria.weights
    assert criteria.factory_levels["FL1"].thresholds["maturity_level_min"] == 2  # base untouched


def test_a_null_threshold_means_that_there_is_no_official_number():
    at = "levels[FL3].thresholds.ai_scene_ratio_min"
    found = read_set(set_text(changes=[change(at, None)]), base=BASE)

    assert found.criteria.factory_levels["FL3"].thresholds["ai_scene_ratio_min"] is None


def test_another_province_does_not_inherit_who_decides_in_hebei(criteria):
    elsewhere = read_set(set_text(), base=BASE).criteria.factory_levels["FL1"]

    assert [step.body for step in criteria.factory_levels["FL1"].review] == ["national", "hebei"]
    assert [step.body for step in elsewhere.review] == ["national"]


def test_a_whole_file_can_be_replaced():
    maturity = json.loads(json.dumps(BASE["maturity"]))
    maturity["version"] = "9.0.0"
    maturity["level_rule"]["level_met_min"] = 0.75
    found = read_set(set_text(files={"maturity": maturity}, changes=None), base=BASE)

    assert found.criteria.level_met_min == 0.75


def test_stored_content_builds_the_same_set():
    found = read_set(set_text(), base=BASE)
    stored = json.loads(json.dumps(found.content, ensure_ascii=False))

    assert build_set(stored) == found.criteria


def test_shipped_sets_are_sound():
    paths = sorted((ROOT / "seed_data" / "criteria").glob("*.json"))
    sets = [read_set(path.read_text("utf-8"), base=BASE) for path in paths]

    assert [(found.code, path.stem) for found, path in zip(sets, paths, strict=True)] == [
        ("CN-FL-2024", "cn-fl-2024"),
        ("HI-FL-2025", "hi-fl-2025"),
    ]
    levels = sets[0].criteria.factory_levels
    assert {code: lv.thresholds["ai_scene_ratio_min"] for code, lv in levels.items()} == {
        "FL1": None,
        "FL2": None,
        "FL3": None,
        "FL4": None,
    }


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ('{\n "version": "1",\n "criterion_set": {,}\n}', "not_json", '"criterion_set": {,}'),
        (set_text(version=None), "missing_field", "{"),
        (set_text(version="1 0"), "bad_version", "{"),
        (set_text(changes=[change("levels[FL9].name", "x")]), "unknown_place", '"changes"'),
        (set_text(changes=[change("levels..name!", "x")]), "unknown_place", '"changes"'),
        (
            set_text(changes=[change("levels[FL1].name", "甲"), change("x", 1, file="regions")]),
            "unknown_file",
            '"changes"',
        ),
        (
            set_text(
                changes=[
                    change("levels[FL1].thresholds.links_min", 1),
                    change("levels[FL3].thresholds.maturity_level_min", 7),
                ]
            ),
            "no_maturity_floor",
            '"changes"',
        ),
        (
            set_text(changes=[change("weights.process.elements[ME4].weight_pct", 60, "maturity")]),
            "weights_not_100",
            '"changes"',
        ),
        (
            set_text(
                files={"kpis": {**BASE["kpis"], "kpis": [{"code": "K01", "name": ""}]}},  # type: ignore[dict-item]
                changes=None,
            ),
            "not_a_text",
            '"kpis": [',
        ),
    ],
)
def test_a_broken_set_is_refused_with_line_and_rule(text, code, words):
    with pytest.raises(BrokenSet) as refused:
        read_set(text, base=BASE)

    error = refused.value
    assert error.code == code
    named = text.splitlines()[error.line - 1 :]
    assert words in "".join(text.splitlines()[: error.line]) or words in named[0]
    assert error.line >= 1


def test_the_line_is_that_of_the_change_to_blame():
    text = set_text(
        changes=[
            change("levels[FL1].thresholds.links_min", 1),
            change("levels[FL3].thresholds.maturity_level_min", 7),
            change("levels[FL2].name", "乙"),
        ]
    )
    with pytest.raises(BrokenSet) as refused:
        read_set(text, base=BASE)

    assert refused.value.field == "factory_levels.json:levels[FL3]"
    around = text.splitlines()[refused.value.line - 1 : refused.value.line + 4]
    assert any("levels[FL3].thresholds.maturity_level_min" in line for line in around)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (set_text().replace('"value": 1', '"value": ' + "9" * 5000), "not_json"),
        (set_text().replace('"value": 1', '"value": 1e400'), "not_json"),
        (set_text().replace('"value": 1', '"value": NaN'), "not_json"),
        (set_text().replace('"value": 1', '"value": -Infinity'), "not_json"),
        (set_text().replace('"value": 1', '"value": 1' + "0" * 400), "not_a_number"),
        (set_text().replace("试验标准集", "\\ud800"), "not_json"),
        (set_text().replace("试验标准集", "\\u0000"), "not_a_text"),
        (set_text().replace("试验标准集", "甲" * 201), "not_a_text"),
        (set_text().replace("某省", "甲" * 61), "not_a_text"),
    ],
)
def test_what_could_not_be_kept_or_compared_is_refused(text, code):
    with pytest.raises(BrokenSet) as refused:
        read_set(text, base=BASE)

    assert refused.value.code == code


def test_a_set_far_too_deep_is_refused():
    with pytest.raises(BrokenSet) as refused:
        read_set("[" * 200_000, base=BASE)

    assert refused.value.code == "not_json"


def test_set_files_lie_where_the_readme_says():
    assert (Path(ROOT) / "seed_data" / "criteria" / "README.md").is_file()
