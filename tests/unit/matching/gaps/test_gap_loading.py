"""Reading of the reference data, and how broken data is refused."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from matching.errors import InvalidInput
from matching.gaps import MfgType, load_criteria, read_reference


def by_code(records: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(r for r in records if r["code"] == code)


def test_criteria_carry_code_jurisdiction_and_joined_version(criteria):
    assert criteria.code == "HB-FL-2025"
    assert criteria.jurisdiction == "河北省"
    assert criteria.version == (
        "scenes-1.0.0+maturity-1.0.0+factory_levels-1.0.0+scene_map-1.0.0+kpis-1.0.0"
        "+pain_lexicon-1.0.0"
    )


def test_flat_shares_multiply_the_three_layers(criteria):
    discrete = criteria.flat_shares(MfgType.DISCRETE)
    process = criteria.flat_shares(MfgType.PROCESS)

    assert discrete["M08"] == pytest.approx(0.77 * 0.13 * 0.5)
    assert process["M12"] == pytest.approx(0.68 * 0.63 / 7)
    assert sum(discrete.values()) == pytest.approx(1)
    assert sum(process.values()) == pytest.approx(1)
    assert sorted(set(discrete) - set(process)) == ["M08", "M20"]


def test_links_hold_the_scenes_of_their_guide_links(criteria):
    assert {code: len(link.scenes) for code, link in criteria.links.items()} == {
        "F1": 3,
        "F2": 4,
        "F3": 10,
        "F4": 12,
        "F5": 11,
    }


def test_threshold_sources_are_those_of_the_field(criteria):
    level = criteria.factory_levels["FL3"]

    assert level.threshold_src["maturity_level_min"] == "page:kb-2025 ; page:mdt-conditions"
    assert level.threshold_src["revenue_min"] == "derived（见 no_official_threshold）"


def break_weight(data: dict[str, Any]) -> None:
    by_code(data["maturity"]["weights"]["process"]["elements"], "ME4")["weight_pct"] = 60


def break_cycle(data: dict[str, Any]) -> None:
    edge = data["scene_map"]["prerequisites"][0]
    data["scene_map"]["prerequisites"].append(
        {**edge, "before": edge["after"], "after": edge["before"]}
    )


def break_scene(data: dict[str, Any]) -> None:
    data["scene_map"]["pairs"][0]["scene_code"] = "S99"


def break_strength(data: dict[str, Any]) -> None:
    data["scene_map"]["prerequisites"][0]["strength"] = "rigid"


def break_ask(data: dict[str, Any]) -> None:
    by_code(data["maturity"]["subdomains"], "M05")["levels"].pop()


def break_name(data: dict[str, Any]) -> None:
    del by_code(data["scenes"]["scenes"], "S07")["name"]


def break_provenance(data: dict[str, Any]) -> None:
    del by_code(data["factory_levels"]["eligibility"], "EL3")["src"]


def break_floor(data: dict[str, Any]) -> None:
    by_code(data["factory_levels"]["levels"], "FL2")["thresholds"]["maturity_level_min"] = None


def break_file(data: dict[str, Any]) -> None:
    del data["kpis"]


@pytest.mark.parametrize(
    ("damage", "code", "field"),
    [
        (break_weight, "weights_not_100", "maturity.json:weights.process.elements"),
        (break_cycle, "prerequisites_cyclic", "scene_map.json:prerequisites"),
        (break_scene, "unknown_code", "scene_map.json:pairs[S99-M06]"),
        (break_strength, "bad_choice", "scene_map.json:prerequisites[0]"),
        (break_ask, "levels_incomplete", "maturity.json:subdomains[M05]"),
        (break_name, "missing_field", "scenes.json:scenes[S07]"),
        (break_provenance, "missing_field", "factory_levels.json:eligibility[EL3]"),
        (break_floor, "no_maturity_floor", "factory_levels.json:levels[FL2]"),
        (break_file, "missing_file", "kpis.json"),
    ],
)
def test_broken_reference_names_file_place_and_rule(
    reference: dict[str, object],
    damage: Callable[[dict[str, Any]], None],
    code: str,
    field: str,
):
    data = copy.deepcopy(reference)
    damage(data)

    with pytest.raises(InvalidInput) as refused:
        load_criteria(data)

    assert (refused.value.code, refused.value.field) == (code, field)


def test_a_file_that_is_no_json_is_named(tmp_path):
    (tmp_path / "scenes.json").write_text("{", encoding="utf-8")

    with pytest.raises(InvalidInput) as refused:
        read_reference(tmp_path)

    assert (refused.value.code, refused.value.field) == ("not_json", "scenes.json")
