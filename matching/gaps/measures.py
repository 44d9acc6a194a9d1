"""What building changes: applied scenes and management measures, and the scores that they lift.

The rule is derived (our own, openly stated; docs/gaps.md) from the scene map. It is a planning aid:
a real score still has to be earned by using what was built.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from matching.errors import InvalidInput
from matching.gaps.assessment import Assessment, SceneState, SceneStatus
from matching.gaps.criteria import LEVELS, CriterionSet
from matching.gaps.rollup import TOLERANCE, effective_weights

Cell = tuple[str, int]
"""A subdomain and a level, such as `("M07", 2)`."""

SUPPORTERS_NEEDED = 2
"""So many supporting scenes in use lift a cell as far as one primary scene does (derived)."""


@dataclass(frozen=True, slots=True)
class CellSupport:
    """Scenes that support one cell: not yet in use (primary, secondary), and already in use."""

    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    in_use: tuple[str, ...]

    def met_by(self, applied: frozenset[str] | set[str]) -> tuple[str, ...]:
        """Return the scenes of `applied` that lift the cell to "met"; empty if they do not."""
        primary = tuple(code for code in self.primary if code in applied)
        second = self.helped_by(applied)
        enough = len(second) + len(self.in_use) >= SUPPORTERS_NEEDED
        return primary or (second if second and enough else ())

    def helped_by(self, applied: frozenset[str] | set[str]) -> tuple[str, ...]:
        """Return the secondary scenes of `applied`."""
        return tuple(code for code in self.secondary if code in applied)

    @property
    def needs_measure(self) -> bool:
        """Tell whether all scenes left to build together would not lift the cell to "met"."""
        return not self.met_by({*self.primary, *self.secondary})


@dataclass(frozen=True, slots=True)
class Lift:
    """A score that rises: from `before` (None: unanswered) to `after`; `scenes` empty: measure."""

    subdomain: str
    level: int
    before: float | None
    after: float
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlockedScene:
    """A ticked scene that cannot work: `missing` are hard prerequisites that are not in use."""

    code: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """Outcome of `apply_ticks`.

    Attributes:
        assessment: as if everything that can work were done.
        scenes: scenes that came into use; ai: scenes in use that AI was added to.
        blocked: ticked scenes that stay as they are, with what they lack.
        idle_ai: scenes that AI was ticked for although they are not in use afterwards.
        lifts: every score that rose, by subdomain and level.
    """

    assessment: Assessment
    scenes: tuple[str, ...]
    ai: tuple[str, ...]
    blocked: tuple[BlockedScene, ...]
    idle_ai: tuple[str, ...]
    lifts: tuple[Lift, ...]


def lift_scores(criteria: CriterionSet) -> tuple[float, float]:
    """Return the scores "met" (lowest that meets a level, 0.8) and "part" (next lower, 0.5)."""
    met = min(s for s in criteria.scores if s >= criteria.level_met_min - TOLERANCE)
    return met, max((s for s in criteria.scores if s < met), default=0.0)


def cell_supports(assessment: Assessment, criteria: CriterionSet) -> dict[Cell, CellSupport]:
    """Return, for every assessed subdomain and level, the scenes that support it."""
    assessed = effective_weights(
        criteria, mfg_type=assessment.mfg_type, trimmed=assessment.trimmed
    ).shares
    found: dict[Cell, dict[str, bool]] = {(m, lv): {} for m in sorted(assessed) for lv in LEVELS}
    for pair in criteria.pairs:
        for level in pair.levels:
            if pair.subdomain in assessed:
                scenes = found[pair.subdomain, level]
                scenes[pair.scene] = scenes.get(pair.scene, False) or pair.primary
    return {cell: _support(assessment, scenes) for cell, scenes in found.items()}


def _support(assessment: Assessment, scenes: Mapping[str, bool]) -> CellSupport:
    to_build = sorted(code for code in scenes if not assessment.in_use(code))
    return CellSupport(
        primary=tuple(code for code in to_build if scenes[code]),
        secondary=tuple(code for code in to_build if not scenes[code]),
        in_use=tuple(sorted(code for code in scenes if assessment.in_use(code))),
    )


def measure_cells(assessment: Assessment, criteria: CriterionSet) -> tuple[Cell, ...]:
    """Return where a management measure is allowed: no scene left to build could meet the cell.

    These are the levels of rules, people and strategy, those with one lone secondary scene, and
    those whose scenes are all in use already (what lacks there is using them well).
    """
    supports = cell_supports(assessment, criteria)
    return tuple(cell for cell, support in supports.items() if support.needs_measure)


def apply_measures(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    scenes: Iterable[str] = (),
    ai: Iterable[str] = (),
    measures: Iterable[Cell] = (),
) -> Assessment:
    """Return `assessment` as if `scenes`, AI in `ai` and management `measures` were done.

    Raises:
        InvalidInput: see `apply_ticks`.
    """
    return apply_ticks(assessment, criteria, scenes=scenes, ai=ai, measures=measures).assessment


def apply_ticks(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    scenes: Iterable[str] = (),
    ai: Iterable[str] = (),
    measures: Iterable[Cell] = (),
) -> Applied:
    """Apply ticked scenes, AI additions and management measures, and tell what happened.

    A scene comes into use if its hard prerequisites are in use or come into use with it; otherwise
    it is blocked and nothing about it changes. A scene that comes into use lifts each (subdomain,
    level) of its pairs to at least 0.8 if primary, 0.5 if secondary; two supporting scenes in use,
    one of them new, lift to 0.8. A measure lifts to at least 0.8. Nothing is ever lowered, and an
    unanswered score counts 0 before it is lifted. Scenes already in use are left alone.

    Raises:
        InvalidInput: `unknown_scene`, `unknown_subdomain`, `bad_level`, `not_assessed` (trimmed or
            not applicable), `measure_not_allowed` (scenes are there for that), `all_trimmed`.
    """
    ticked, wanted_ai, cells = set(scenes), set(ai), set(measures)
    for code in sorted((ticked | wanted_ai) - set(criteria.scenes)):
        raise InvalidInput("unknown_scene", f"scenes.{code}", f"{code!r} is not in the criteria")
    supports = cell_supports(assessment, criteria)
    for cell in sorted(cells):
        _check_measure(cell, supports, criteria)
    applied, blocked = _come_into_use(assessment, criteria, ticked)
    states = dict(assessment.scenes)
    for code in sorted(applied):
        had_ai = code in states and states[code].ai
        states[code] = SceneState(SceneStatus.APPLIED, ai=had_ai)
    now = replace(assessment, scenes=states)
    added = sorted(code for code in wanted_ai if now.in_use(code) and not states[code].ai)
    states.update({code: replace(states[code], ai=True) for code in added})
    lifts = _lifts(assessment, criteria, supports=supports, applied=applied, measures=cells)
    return Applied(
        assessment=replace(now, answers=_lifted(assessment, lifts)),
        scenes=tuple(sorted(applied)),
        ai=tuple(added),
        blocked=blocked,
        idle_ai=tuple(sorted(code for code in wanted_ai if not now.in_use(code))),
        lifts=lifts,
    )


def _check_measure(
    cell: Cell, supports: Mapping[Cell, CellSupport], criteria: CriterionSet
) -> None:
    subdomain, level = cell
    place = f"measures.{subdomain}.{level}"
    if subdomain not in criteria.subdomains:
        raise InvalidInput("unknown_subdomain", place, f"{subdomain!r} is not in the criteria")
    if level not in LEVELS:
        raise InvalidInput("bad_level", place, f"{level!r} is not a level from 1 to 5")
    if cell not in supports:
        raise InvalidInput("not_assessed", place, f"{subdomain} is trimmed or does not apply")
    if not supports[cell].needs_measure:
        scenes = ", ".join([*supports[cell].primary, *supports[cell].secondary])
        raise InvalidInput("measure_not_allowed", place, f"scenes are there for that: {scenes}")


def _come_into_use(
    assessment: Assessment, criteria: CriterionSet, ticked: set[str]
) -> tuple[frozenset[str], tuple[BlockedScene, ...]]:
    """Apply ticked scenes until no more has its hard prerequisites in use."""
    waiting = {
        code: {b for b in criteria.hard_before(code) if not assessment.in_use(b)}
        for code in ticked
        if not assessment.in_use(code)
    }
    applied: set[str] = set()
    while ready := {code for code, before in waiting.items() if before <= applied}:
        applied |= ready
        waiting = {code: before for code, before in waiting.items() if code not in ready}
    blocked = tuple(
        BlockedScene(code, tuple(sorted(before - applied)))
        for code, before in sorted(waiting.items())
    )
    return frozenset(applied), blocked


def _lifts(
    assessment: Assessment,
    criteria: CriterionSet,
    *,
    supports: Mapping[Cell, CellSupport],
    applied: frozenset[str],
    measures: set[Cell],
) -> tuple[Lift, ...]:
    met, part = lift_scores(criteria)
    lifts = []
    for cell, support in supports.items():
        scenes, score = support.met_by(applied), met
        if not scenes and cell not in measures:
            scenes, score = support.helped_by(applied), part
            if not scenes:
                continue
        before = assessment.answer(cell[0])[cell[1] - 1]
        if before is None or before < score:
            lifts.append(Lift(cell[0], cell[1], before, score, scenes))
    return tuple(lifts)


def _lifted(
    assessment: Assessment, lifts: Iterable[Lift]
) -> dict[str, tuple[float | None, ...] | None]:
    answers = dict(assessment.answers)
    for lift in lifts:
        scores = list(answers.get(lift.subdomain) or (None,) * len(LEVELS))
        scores[lift.level - 1] = lift.after
        answers[lift.subdomain] = tuple(scores)
    return answers
