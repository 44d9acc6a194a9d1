"""Counts, references and provenance marks of the official reference data."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from matching.gaps.criteria import CriterionSet, hard_layers

FILES = [
    "clusters",
    "factory_levels",
    "industries",
    "kpis",
    "maturity",
    "pain_lexicon",
    "regions",
    "scene_map",
    "scenes",
]

# The lists whose entries are records: each entry must say where it comes from.
RECORDS = {
    "clusters": ["clusters", "facts"],
    "factory_levels": ["links", "eligibility", "levels", "versions"],
    "industries": ["divisions", "hebei_chains", "hebei_context", "not_found"],
    "kpis": ["categories", "kpis", "benchmarks", "related_standards"],
    "maturity": ["levels", "elements", "domains", "subdomains", "level_gates"],
    "pain_lexicon": ["groups"],
    "regions": ["regions", "notes"],
    "scene_map": ["pairs", "prerequisites", "topological_layers", "coverage", "coverage_notes"],
    "scenes": ["links", "scenes", "technology_vocabulary", "provider_type_vocabulary"],
}

MARK = re.compile(r"(page:[a-z0-9-]+|recalled|derived)(（[^）]*）|：.*)?(；.*)?")


def marks(node: Any) -> Iterator[str]:
    """Yield every provenance mark below `node`."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "src":
                yield from value.values() if isinstance(value, dict) else [value]
            else:
                yield from marks(value)
    elif isinstance(node, list):
        for value in node:
            yield from marks(value)


def test_reference_folder_holds_exactly_the_documented_files(reference):
    assert sorted(reference) == FILES


@pytest.mark.parametrize("name", FILES)
def test_file_names_itself_its_version_and_its_edition(reference, name):
    data = reference[name]

    assert data["reference"] == name
    assert re.fullmatch(r"\d+\.\d+\.\d+", data["version"])
    assert data["edition"]
    assert data["as_of"] == "2026-11-23"


@pytest.mark.parametrize("name", FILES)
def test_every_record_has_provenance(reference, name):
    without = [
        (listing, index)
        for listing in RECORDS[name]
        for index, record in enumerate(reference[name][listing])
        if not record.get("src")
    ]

    assert without == []


@pytest.mark.parametrize("name", FILES)
def test_every_mark_is_a_known_page_or_recalled_or_derived(reference, name):
    sources = reference[name]["sources"]
    wrong = []
    for joined in marks(reference[name]):
        for mark in joined.split(" ; "):
            match = MARK.fullmatch(mark)
            page = mark.startswith("page:") and re.match(r"page:([a-z0-9-]+)", mark)
            if not match or (page and page[1] not in sources):
                wrong.append(mark)

    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_every_listed_source_is_used(reference, name):
    used = {
        m for joined in marks(reference[name]) for m in re.findall(r"page:([a-z0-9-]+)", joined)
    }

    assert used == set(reference[name]["sources"])


def test_scenes_are_40_in_8_links_split_as_published(reference):
    scenes = reference["scenes"]

    assert [link["scene_count"] for link in scenes["links"]] == [3, 2, 2, 12, 10, 4, 3, 4]
    assert [s["code"] for s in scenes["scenes"]] == [f"S{n:02d}" for n in range(1, 41)]
    assert Counter(s["link_code"] for s in scenes["scenes"]) == {
        link["code"]: link["scene_count"] for link in scenes["links"]
    }
    assert scenes["document"]["doc_no"] == "工信厅通装函〔2025〕155号"


def test_provider_types_of_scenes_are_in_the_vocabulary(reference):
    known = {p["code"] for p in reference["scenes"]["provider_type_vocabulary"]}

    assert len(known) == 19
    assert {p for s in reference["scenes"]["scenes"] for p in s["provider_types"]} <= known


def test_maturity_has_4_elements_12_domains_20_subdomains(reference):
    maturity = reference["maturity"]

    assert [len(maturity[key]) for key in ("elements", "domains", "subdomains", "levels")] == [
        4,
        12,
        20,
        5,
    ]
    assert [len(s["levels"]) for s in maturity["subdomains"]] == [5] * 20


@pytest.mark.parametrize(("kind", "applicable"), [("process", 18), ("discrete", 20)])
def test_weights_sum_to_100_on_each_layer(reference, kind, applicable):
    maturity = reference["maturity"]
    weights = maturity["weights"][kind]
    pct = {
        layer: {w["code"]: w["weight_pct"] for w in weights[layer]}
        for layer in ("elements", "domains", "subdomains")
    }

    assert sum(pct["elements"].values()) == 100
    for element in maturity["elements"]:
        assert sum(pct["domains"][code] for code in element["domain_codes"]) == 100
    for domain in maturity["domains"]:
        total = sum(pct["subdomains"][code] for code in domain["subdomain_codes"])
        assert total == pytest.approx(100)
    assert sum(w["applicable"] for w in weights["subdomains"]) == applicable


@pytest.mark.parametrize("kind", ["process", "discrete"])
def test_weights_of_the_production_domain_have_no_official_value(reference, kind):
    unofficial = [
        w["code"]
        for w in reference["maturity"]["weights"][kind]["subdomains"]
        if w["official_weight_pct"] is None
    ]

    assert unofficial == ["M10", "M11", "M12", "M13", "M14", "M15", "M16"]


def test_revision_draft_is_not_in_force_and_carries_no_weights(reference):
    draft = reference["maturity"]["revision_draft"]

    assert draft["in_force"] is False
    assert [key for key in draft if "weight" in key] == []


def test_factory_levels_are_4_with_their_official_numbers(reference):
    levels = reference["factory_levels"]["levels"]

    assert [lv["code"] for lv in levels] == ["FL1", "FL2", "FL3", "FL4"]
    assert [lv["thresholds"]["maturity_level_min"] for lv in levels] == [2, 2, 3, 4]
    assert [lv["thresholds"]["ai_scene_ratio_min"] for lv in levels] == [None, None, 0.2, 0.6]
    assert [lv["prior_level"] for lv in levels] == [None, "FL1", "FL2", "FL3"]


def test_numbers_without_official_threshold_are_null(reference):
    names = ["scene_count_min", "equipment_nc_rate_min", "equipment_networking_rate_min"]
    values = {
        lv["thresholds"][name]
        for lv in reference["factory_levels"]["levels"]
        for name in [*names, "revenue_min"]
    }

    assert values == {None}


def test_scene_map_has_117_pairs_and_covers_every_scene(reference):
    pairs = reference["scene_map"]["pairs"]

    assert len(pairs) == 117
    assert len({(p["scene_code"], p["subdomain_code"]) for p in pairs}) == 117
    assert len({p["scene_code"] for p in pairs}) == 40
    assert len({p["subdomain_code"] for p in pairs}) == 20


def test_prerequisites_are_acyclic(criteria: CriterionSet):
    layers = hard_layers(criteria.prerequisites, criteria.scenes)

    assert len(criteria.prerequisites) == 73
    assert sum(len(layer) for layer in layers) == 40


def test_industries_are_the_31_divisions_of_manufacturing(reference):
    codes = [d["code"] for d in reference["industries"]["divisions"]]

    assert codes == [f"C{n}" for n in range(13, 44)]
    assert {d["mfg_type"] for d in reference["industries"]["divisions"]} == {"process", "discrete"}


def test_regions_are_14_reporting_units(reference):
    regions = reference["regions"]["regions"]
    shorts = {r["short"] for r in regions}

    assert len(regions) == 14
    assert Counter(r["kind"] for r in regions) == {"设区市": 11, "国家级新区": 1, "省直管县级市": 2}
    assert {near for r in regions for near in r["adjacent"]} <= shorts


def test_clusters_are_marked_seen_or_recalled(reference):
    clusters = reference["clusters"]["clusters"]

    assert Counter(c["basis"] for c in clusters) == {"seen": 65, "recalled": 76}
    assert {c["src"]["name"] == "recalled" for c in clusters if c["basis"] == "recalled"} == {True}
    assert {c["on_107_list"] for c in clusters} == {"unverified"}


def test_kpis_are_20_and_name_known_scenes(reference):
    kpis = reference["kpis"]["kpis"]
    scenes = {s["code"] for s in reference["scenes"]["scenes"]}

    assert [k["code"] for k in kpis] == [f"K{n:02d}" for n in range(1, 21)]
    assert {s for k in kpis for s in k["scene_codes"]} <= scenes
