"""A made-up criterion set that is small enough to try every path by hand."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from matching.gaps import (
    Assessment,
    ConditionStatus,
    CriterionSet,
    MfgType,
    analyse,
    apply_ticks,
    measure_cells,
)
from matching.gaps.criteria import (
    Domain,
    Element,
    FactoryLink,
    LayerWeights,
    Prerequisite,
    ScenePair,
)

TINY_SCENES = ("S01", "S02", "S03", "S04", "S05")
TINY_SUBDOMAINS = ("M01", "M03", "M07")
BUILDABLE = ("maturity", "gate:", "link:", "links_min", "ai_scene_ratio_min", "scene_count_min")


def pair(scene: str, subdomain: str, levels: tuple[int, ...], *, primary: bool) -> ScenePair:
    return ScenePair(scene, subdomain, primary, levels, "made up")


def tiny_criteria(
    criteria: CriterionSet,
    *,
    pairs: Iterable[ScenePair],
    hard: Iterable[tuple[str, str]] = (),
    weights: Mapping[str, float] | None = None,
    thresholds: Mapping[str, float | None] | None = None,
) -> CriterionSet:
    """Three subdomains, five scenes, links F1 (S01, S02), F2 (S03), F3 (S04, S05); FL1 asks F3."""
    shares = dict(weights or {"M01": 0.25, "M03": 0.35, "M07": 0.4})
    elements = {m: Element(f"E{m}", m, (f"D{m}",)) for m in TINY_SUBDOMAINS}
    layer = LayerWeights(
        elements={f"E{m}": shares[m] for m in TINY_SUBDOMAINS},
        domains={f"D{m}": 1.0 for m in TINY_SUBDOMAINS},
        subdomains=dict.fromkeys(TINY_SUBDOMAINS, 1.0),
        placeholder=frozenset(),
    )
    level = dataclasses.replace(
        criteria.factory_levels["FL1"],
        links_required=("F3",),
        thresholds={
            **criteria.factory_levels["FL1"].thresholds,
            "maturity_level_min": 2.0,
            "links_min": 2.0,
            **dict(thresholds or {}),
        },
    )
    return dataclasses.replace(
        criteria,
        elements={e.code: e for e in elements.values()},
        domains={f"D{m}": Domain(f"D{m}", m, f"E{m}", (m,)) for m in TINY_SUBDOMAINS},
        subdomains={
            m: dataclasses.replace(criteria.subdomains[m], domain=f"D{m}") for m in TINY_SUBDOMAINS
        },
        weights=dict.fromkeys(MfgType, layer),
        trimmable_elements=frozenset(),
        gates=(),
        factory_levels={"FL1": level},
        eligibility=(),
        links={
            "F1": FactoryLink("F1", "甲", ("S01", "S02")),
            "F2": FactoryLink("F2", "乙", ("S03",)),
            "F3": FactoryLink("F3", "丙", ("S04", "S05")),
        },
        scenes={code: criteria.scenes[code] for code in TINY_SCENES},
        pairs=tuple(pairs),
        prerequisites=tuple(Prerequisite(b, a, True, "made up") for b, a in hard),
        service_hints={},
    )


def holds(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    target: str,
    scenes: Iterable[str],
    measures: Iterable[tuple[str, int]] = (),
    ai: Iterable[str] = (),
) -> bool:
    """Judge one set by the published rule: nothing blocked, every buildable condition met."""
    applied = apply_ticks(assessment, criteria, scenes=scenes, measures=measures, ai=ai)
    if applied.blocked or applied.idle_ai:
        return False
    conditions = analyse(applied.assessment, criteria, target=target).conditions
    settled = (ConditionStatus.MET, ConditionStatus.NO_OFFICIAL_NUMBER)
    return all(c.status in settled for c in conditions if c.code.startswith(BUILDABLE))


def subsets(items: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    return combinations(sorted(items), size)


def brute_counts(
    assessment: Assessment, criteria: CriterionSet, *, target: str
) -> tuple[int, int, int] | None:
    """Try everything: fewest scenes, then measures, then AI additions; None: out of reach."""
    free = [code for code in criteria.scenes if not assessment.in_use(code)]
    cells = [cell for cell in measure_cells(assessment, criteria) if cell[1] <= 2]

    def open_ai(scenes: tuple[str, ...]) -> list[str]:
        states = apply_ticks(assessment, criteria, scenes=scenes).assessment.scenes
        used = [c for c in states if assessment.in_use(c) or c in scenes]
        return sorted(c for c in used if not states[c].ai)

    def fits(scenes: tuple[str, ...], measures: Iterable[tuple[str, int]], ai: list[str]) -> bool:
        return holds(assessment, criteria, target=target, scenes=scenes, measures=measures, ai=ai)

    for size in range(len(free) + 1):
        sets = [s for s in subsets(free, size) if not_blocked(assessment, criteria, s)]
        sets = [s for s in sets if fits(s, cells, open_ai(s))]
        if not sets:
            continue
        for count in range(len(cells) + 1):
            best = [
                (s, m) for s in sets for m in combinations(cells, count) if fits(s, m, open_ai(s))
            ]
            if best:
                return (
                    size,
                    count,
                    min(
                        number
                        for s, m in best
                        for number in range(len(open_ai(s)) + 1)
                        if fits(s, m, open_ai(s)[:number])
                    ),
                )
    return None


def not_blocked(assessment: Assessment, criteria: CriterionSet, scenes: tuple[str, ...]) -> bool:
    return not apply_ticks(assessment, criteria, scenes=scenes).blocked
