"""Official reference data (names of scenes, subdomains, industries, units ...) for shown words.

Read once from `seed_data/reference`; the criterion set for gap analysis comes from the same
files through `matching.gaps`.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from matching.gaps import CriterionSet, load_criteria, read_reference


@dataclass(frozen=True)
class Region:
    """A reporting unit (统计单元) of Hebei with its counties."""

    code: str
    name: str
    short: str
    organiser: str | None
    counties: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """Names by code, in Chinese and English; `name_of` is what pages use."""

    names: dict[str, dict[str, tuple[str, str]]]
    scene_links: dict[str, str]
    regions: tuple[Region, ...]
    mfg_type_by_industry: dict[str, str]
    related_industries: dict[str, frozenset[str]]
    criteria: CriterionSet

    def name_of(self, kind: str, code: str, language: str = "zh") -> str:
        """Give the name of a code of `kind`; an unknown code is shown as it is."""
        pair = self.names[kind].get(code)
        if pair is None:
            return code
        return pair[1] if language == "en" and pair[1] else pair[0]

    def codes(self, kind: str) -> list[str]:
        """Give the codes of a kind in their official order."""
        return list(self.names[kind])

    @cached_property
    def region_shorts(self) -> list[str]:
        """Give the short names of the reporting units in their order."""
        return [region.short for region in self.regions]


def load_reference(folder: Path) -> Reference:
    """Read the reference folder.

    Raises:
        OSError, ValueError: a file is missing or broken; the message names it.
    """
    data = read_reference(folder)
    raw = {path.stem: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    scenes = raw["scenes"]
    return Reference(
        names={
            "scene": _names(scenes["scenes"]),
            "scene_link": _names(scenes["links"]),
            "provider_type": _names(scenes["provider_type_vocabulary"]),
            "technology": _names(scenes["technology_vocabulary"]),
            "subdomain": _names(raw["maturity"]["subdomains"]),
            "domain": _names(raw["maturity"]["domains"]),
            "element": _names(raw["maturity"]["elements"]),
            "maturity_level": {
                str(entry["level"]): (entry["name"], entry.get("name_en", ""))
                for entry in raw["maturity"]["levels"]
            },
            "factory_link": _names(raw["factory_levels"]["links"]),
            "kpi": _names(raw["kpis"]["kpis"]),
            "kpi_measure": _measures(raw["kpis"]["kpis"]),
            "industry": _names(raw["industries"]["divisions"]),
        },
        scene_links={scene["code"]: scene["link_code"] for scene in scenes["scenes"]},
        regions=tuple(_region(entry) for entry in raw["regions"]["regions"]),
        mfg_type_by_industry={
            entry["code"]: entry["mfg_type"] for entry in raw["industries"]["divisions"]
        },
        related_industries=_related(raw["industries"]),
        criteria=load_criteria(data),
    )


def _names(entries: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Index names by code."""
    return {entry["code"]: (entry["name"], entry.get("name_en", "")) for entry in entries}


def _measures(kpis: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Name what is measured before and after, with its unit: a case states values, not changes."""
    measures = {entry["code"]: entry.get("base_measure") or entry for entry in kpis}
    return {
        entry["code"]: (
            f"{measures[entry['code']]['name']}（{measures[entry['code']]['unit']}）",
            entry.get("name_en", ""),
        )
        for entry in kpis
    }


def _related(industries: dict[str, Any]) -> dict[str, frozenset[str]]:
    """Give for each division those that share one of the province's industrial chains with it.

    The chains in which the division is a primary one count; only a division that is primary
    nowhere counts the primary ones of the chains that it supplies.
    """
    chains = [
        (set(chain["primary_divisions"]), set(chain["related_divisions"]))
        for chain in industries["hebei_chains"]
    ]
    related = {}
    for entry in industries["divisions"]:
        code = entry["code"]
        own = [primary | other for primary, other in chains if code in primary]
        served = [primary for primary, other in chains if code in other]
        related[code] = frozenset().union(*(own or served)) - {code}
    return related


def _region(entry: dict[str, Any]) -> Region:
    """Read one reporting unit; counties include functional zones, where factories register."""
    places = [*entry.get("districts", []), *entry.get("functional_zones", [])]
    return Region(
        code=entry["code"] or "",
        name=entry["name"],
        short=entry["short"].removesuffix("新区"),
        organiser=entry.get("organiser"),
        counties=tuple(place["name"] for place in places),
    )
