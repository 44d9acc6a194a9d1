"""The question behind a shortest path, as plain whole numbers for the solver.

Scores and ratios are scaled to integers so that rounding can only ask for more: weighted scores are
rounded down, and what is needed is rounded up from slightly less than half of the tolerance that
the roll-up itself forgives. Whatever the model accepts, the roll-up accepts too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor

from matching.gaps.assessment import Assessment, SceneStatus
from matching.gaps.conditions import covered_links
from matching.gaps.criteria import LEVELS, CriterionSet, FactoryLevel
from matching.gaps.measures import SUPPORTERS_NEEDED, Cell, cell_supports, lift_scores
from matching.gaps.rollup import TOLERANCE, effective_weights
from matching.gaps.targets import Target

SCALE = 10**11
"""Units of one whole. With up to 40 subdomains, rounding down loses less than the slack below."""

SLACK = TOLERANCE / 2

_STATUS_ORDER = (SceneStatus.PILOT, SceneStatus.PLANNED, SceneStatus.NONE)


@dataclass(frozen=True, slots=True)
class PathCell:
    """A cell below "met": scaled gains of lifting it to "met" and to "part", and how to."""

    cell: Cell
    met: int
    part: int
    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    in_use: int
    supporters: int
    measure: bool


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link without a scene in use; `scenes` could cover it."""

    code: str
    scenes: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: new scenes, management measures, number of AI additions."""

    scenes: tuple[str, ...]
    measures: tuple[Cell, ...]
    ai: int


@dataclass(frozen=True, slots=True)
class PathInstance:
    """What the solver is asked.

    Attributes:
        scenes: scenes not in use, in the order in which ties are broken.
        before: scene -> hard prerequisites that are not in use either.
        cells: cells below "met" at the levels up to the target.
        needed: level -> scaled gain that the level lacks.
        open_links, links_lacking, scenes_lacking: links without a scene, and counts to reach.
        in_use_now, ai_now, open_ai: scenes in use, those with AI, those without.
        new_with_ai: scenes not in use that have AI already (pilots with AI).
        ai_needed: scaled ratio, 0 where none is asked; scale: units of one whole.
    """

    scenes: tuple[str, ...]
    before: Mapping[str, tuple[str, ...]]
    cells: tuple[PathCell, ...]
    needed: Mapping[int, int]
    open_links: tuple[OpenLink, ...]
    links_lacking: int
    scenes_lacking: int
    in_use_now: int
    ai_now: int
    open_ai: int
    new_with_ai: frozenset[str]
    ai_needed: int
    scale: int = SCALE

    def everything(self) -> Found:
        """Return the answer that builds all there is; where this fails, no other one holds."""
        return Found(
            scenes=self.scenes,
            measures=tuple(c.cell for c in self.cells if c.measure),
            ai=self.open_ai + len(self.scenes) - len(self.new_with_ai),
        )


def path_instance(assessment: Assessment, criteria: CriterionSet, target: Target) -> PathInstance:
    """Build the question of how to reach `target` from `assessment`."""
    states = assessment.scenes
    to_build = sorted(
        (code for code in criteria.scenes if not assessment.in_use(code)),
        key=lambda code: (_STATUS_ORDER.index(_status(assessment, code)), code),
    )
    in_use = [code for code in states if assessment.in_use(code)]
    with_ai = sum(states[code].ai for code in in_use)
    cells, needed = _cells(assessment, criteria, target)
    level = target.level
    ratio = (level.thresholds.get("ai_scene_ratio_min") or 0.0) if level else 0.0
    return PathInstance(
        scenes=tuple(to_build),
        before={
            code: tuple(b for b in criteria.hard_before(code) if not assessment.in_use(b))
            for code in to_build
        },
        cells=cells,
        needed=needed,
        open_links=_open_links(assessment, criteria, level),
        links_lacking=_lacking(level, "links_min", len(covered_links(assessment, criteria))),
        scenes_lacking=max(
            _lacking(level, "scene_count_min", len(in_use)),
            1 if ratio > 0 and not in_use else 0,
        ),
        in_use_now=len(in_use),
        ai_now=with_ai,
        open_ai=len(in_use) - with_ai,
        new_with_ai=frozenset(code for code in to_build if code in states and states[code].ai),
        ai_needed=ceil((ratio - SLACK) * SCALE) if ratio > 0 else 0,
    )


def _status(assessment: Assessment, code: str) -> SceneStatus:
    state = assessment.scenes.get(code)
    return SceneStatus.NONE if state is None else state.status


def _lacking(level: FactoryLevel | None, name: str, now: int) -> int:
    """Return how many are missing to the threshold `name`; 0 without an official number."""
    required = level.thresholds.get(name) if level else None
    return 0 if required is None else max(0, ceil(required - TOLERANCE) - now)


def _open_links(
    assessment: Assessment, criteria: CriterionSet, level: FactoryLevel | None
) -> tuple[OpenLink, ...]:
    if level is None:
        return ()
    covered = set(covered_links(assessment, criteria))
    return tuple(
        OpenLink(link.code, link.scenes, link.code in level.links_required)
        for link in criteria.links.values()
        if link.code not in covered
    )


def _cells(
    assessment: Assessment, criteria: CriterionSet, target: Target
) -> tuple[tuple[PathCell, ...], dict[int, int]]:
    """Return the cells that can rise, and what each level lacks today."""
    shares = effective_weights(
        criteria, mfg_type=assessment.mfg_type, trimmed=assessment.trimmed
    ).shares
    met, part = lift_scores(criteria)
    levels = LEVELS[: target.grade]
    needed = dict.fromkeys(levels, ceil((criteria.level_met_min - SLACK) * SCALE))
    cells = []
    for cell, support in cell_supports(assessment, criteria).items():
        if cell[1] not in levels:
            continue
        share = shares[cell[0]]
        score = assessment.answer(cell[0])[cell[1] - 1] or 0.0
        base = floor(share * score * SCALE)
        needed[cell[1]] -= base
        if score < met:
            cells.append(
                PathCell(
                    cell=cell,
                    met=floor(share * met * SCALE) - base,
                    part=max(0, floor(share * part * SCALE) - base),
                    primary=support.primary,
                    secondary=support.secondary,
                    in_use=len(support.in_use),
                    supporters=SUPPORTERS_NEEDED,
                    measure=support.needs_measure,
                )
            )
    return tuple(cells), needed
