"""What a shortest path is made of, and how its parts are explained."""

from dataclasses import dataclass
from enum import StrEnum

from matching.gaps.assessment import Assessment, SceneStatus
from matching.gaps.conditions import Condition
from matching.gaps.criteria import CriterionSet, hard_layers
from matching.gaps.measures import Cell
from matching.gaps.scene_gaps import BuildPhase
from matching.gaps.targets import Target
from matching.gaps.whatif import WhatIf


class PathStatus(StrEnum):
    """Proven smallest, found but not proven smallest, or out of reach by building."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class PathChoice:
    """One set that reaches the target: new scenes, management measures, scenes to add AI to."""

    scenes: tuple[str, ...]
    measures: tuple[Cell, ...]
    ai: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathScene:
    """A scene of the path and what it is for.

    Attributes:
        code, name, link: which one; status: where it is today.
        lifts: (subdomain, level) pairs whose score it lifts, up to the target grade.
        covers: required links that have no scene in use today.
        opens: later scenes of the path that need it.
    """

    code: str
    name: str
    link: str
    status: SceneStatus
    lifts: tuple[Cell, ...]
    covers: tuple[str, ...]
    opens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PathMeasure:
    """A management measure (rules, people, strategy): what the subdomain asks at the level."""

    subdomain: str
    name: str
    level: int
    ask: str


@dataclass(frozen=True, slots=True)
class ShortestPath:
    """Outcome of `shortest_path`.

    Attributes:
        status: see `PathStatus`.
        criteria_code, criteria_version, target: what it was found for.
        choice: the path as codes; empty where nothing is needed or nothing helps.
        scenes, measures: the same, explained; choice.ai tells where AI is added.
        phases: the new scenes in prerequisite order.
        bound: proven lower bound on the number of new scenes (None: infeasible).
        alternatives: other sets with as many new scenes, fewest measures first.
        unreachable: conditions that stay open even with everything built (infeasible only).
        outside: conditions that building cannot change (eligibility, prior level, key figures),
            each with its status today.
        unanswered: subdomains with unanswered scores, which count 0 here: answering them may
            shorten the path.
        what_if: the path judged again (None: infeasible).
    """

    status: PathStatus
    criteria_code: str
    criteria_version: str
    target: Target
    choice: PathChoice
    scenes: tuple[PathScene, ...]
    measures: tuple[PathMeasure, ...]
    phases: tuple[BuildPhase, ...]
    bound: int | None
    alternatives: tuple[PathChoice, ...]
    unreachable: tuple[Condition, ...]
    outside: tuple[Condition, ...]
    unanswered: tuple[str, ...]
    what_if: WhatIf | None


def path_scenes(
    criteria: CriterionSet, target: Target, outcome: WhatIf | None, *, assessment: Assessment
) -> tuple[PathScene, ...]:
    """Tell what every scene of a judged path is for; empty without one."""
    if outcome is None:
        return ()
    chosen = outcome.applied.scenes
    open_links = {
        change.code.removeprefix("link:")
        for change in outcome.changes
        if change.code.startswith("link:")
    }
    return tuple(
        PathScene(
            code=code,
            name=criteria.scenes[code].name,
            link=criteria.scenes[code].link,
            status=assessment.scenes[code].status
            if code in assessment.scenes
            else SceneStatus.NONE,
            lifts=tuple(
                (lift.subdomain, lift.level)
                for lift in outcome.applied.lifts
                if code in lift.scenes and lift.level <= target.grade
            ),
            covers=tuple(sorted(c for c in open_links if code in criteria.links[c].scenes)),
            opens=tuple(after for after in chosen if code in criteria.hard_before(after)),
        )
        for code in chosen
    )


def path_measures(criteria: CriterionSet, choice: PathChoice) -> tuple[PathMeasure, ...]:
    """Tell what every management measure of a path has to bring about."""
    found = []
    for code, level in choice.measures:
        subdomain = criteria.subdomains[code]
        ask = next(ask.text for ask in subdomain.asks if ask.level == level)
        found.append(PathMeasure(code, subdomain.name, level, ask))
    return tuple(found)


def path_phases(criteria: CriterionSet, choice: PathChoice) -> tuple[BuildPhase, ...]:
    """Put the new scenes of a path into phases, hard prerequisites first."""
    layers = hard_layers(criteria.prerequisites, choice.scenes)
    return tuple(BuildPhase(number, tuple(layer)) for number, layer in enumerate(layers, start=1))
