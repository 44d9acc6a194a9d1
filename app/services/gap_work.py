"""What the gap pages need: one assessment, the set it is judged by, a target, and strengths."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.criteria import CriterionRef
from app.core.errors import NotFound
from app.models import Assessment, AssessmentStatus, Factory
from app.permissions import Permission, require
from app.queries import assessments as queries
from app.services.assessments import engine_assessment
from app.services.criteria import CriteriaShelf, ref_of
from matching import gaps as engine
from matching.errors import InvalidInput
from matching.gaps.criteria import LEVELS
from matching.gaps.measures import Cell

# Deterministic seconds of each solver step; proofs on forty scenes take a small part of it.
PATH_WORK = 2.0


@dataclass(frozen=True, slots=True)
class GapWish:
    """What an address asks for; empty parts mean the default.

    `ignored` names the parts of the address that could not be read.
    """

    target: str = ""
    criteria: CriterionRef | None = None
    version: int | None = None
    weights: engine.PriorityWeights = field(default_factory=engine.PriorityWeights)
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GapWork:
    """One assessment ready to be analysed.

    Attributes:
        factory: visible to who asks.
        assessment: the version shown; versions: all that the actor may see, newest first.
        latest: the newest that is more than a draft; None where there are drafts only.
        criteria: the set it is judged by; own: the set that it was recorded under.
        facts: the engine's form of it, without what `criteria` does not know.
        dropped: places that `criteria` does not know, such as `scenes.S41`.
        target: a target that `criteria` has; weights: settings of the priorities.
        ignored: parts of the address that mean nothing here.
    """

    factory: Factory
    assessment: Assessment
    versions: tuple[Assessment, ...]
    latest: Assessment | None
    criteria: engine.CriterionSet
    own: engine.CriterionSet
    facts: engine.Assessment
    dropped: tuple[str, ...]
    target: str
    weights: engine.PriorityWeights
    ignored: tuple[str, ...]

    @property
    def is_default(self) -> bool:
        """Tell whether the newest assessment is shown, judged by its own set."""
        return self.assessment is self.latest and ref_of(self.criteria) == ref_of(self.own)


@dataclass(frozen=True, slots=True)
class Ticks:
    """What is supposed to be done: scenes, AI in scenes, management measures."""

    scenes: tuple[str, ...] = ()
    ai: tuple[str, ...] = ()
    measures: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class SetComparison:
    """An assessment judged under two sets, and what each of them does not know of it."""

    left: engine.CriterionSet
    right: engine.CriterionSet
    comparison: engine.Comparison
    left_dropped: tuple[str, ...]
    right_dropped: tuple[str, ...]


def targets_of(criteria: engine.CriterionSet) -> tuple[str, ...]:
    """Give the targets that a set knows: its factory levels, then the maturity grades."""
    levels = sorted(criteria.factory_levels.values(), key=lambda level: level.order)
    return (*(level.code for level in levels), *(f"ML{grade}" for grade in LEVELS))


def open_work(
    session: Session, *, shelf: CriteriaShelf, factory: Factory, wish: GapWish, actor: Actor
) -> GapWork | None:
    """Find what an address asks for; what it asks wrongly falls back to the default.

    Gives None where the factory has no assessment that the actor may see. The default is the newest
    that is more than a draft; where there is none, the draft itself, for the factory's own people.

    Raises:
        Forbidden: the actor may not read the factory.
    """
    require(actor, Permission.FACTORY_READ, factory)
    versions = tuple(queries.of_factory(session, factory, to=actor))
    latest = next((one for one in versions if one.status is not AssessmentStatus.DRAFT), None)
    assessment = latest or next(iter(versions), None)
    if assessment is None:
        return None
    ignored = list(wish.ignored)
    if wish.version is not None:
        found = next((one for one in versions if one.version == wish.version), None)
        assessment = found or assessment
        ignored += [] if found else ["version"]
    own = shelf.of_assessment(session, assessment)
    criteria = own
    if wish.criteria is not None and wish.criteria != ref_of(own):
        chosen = set_in_use(session, shelf, wish.criteria)
        criteria = chosen or own
        ignored += [] if chosen else ["set"]
    facts, dropped = facts_under(factory, assessment, criteria, own=own)
    target = wish.target or factory.target_level
    known = targets_of(criteria)
    if target not in known:
        target = factory.target_level if factory.target_level in known else known[0]
        ignored += ["target"] if wish.target else []
    return GapWork(
        factory=factory,
        assessment=assessment,
        versions=versions,
        latest=latest,
        criteria=criteria,
        own=own,
        facts=facts,
        dropped=dropped,
        target=target,
        weights=wish.weights,
        ignored=tuple(dict.fromkeys(ignored)),
    )


def set_in_use(
    session: Session, shelf: CriteriaShelf, ref: CriterionRef
) -> engine.CriterionSet | None:
    """Give a set that people may judge by; None where there is no such one."""
    if not any(info.ref == ref for info in shelf.choices(session)):
        return None
    try:
        return shelf.get(session, ref)
    except NotFound:
        return None


def facts_under(
    factory: Factory,
    assessment: Assessment,
    criteria: engine.CriterionSet,
    *,
    own: engine.CriterionSet,
) -> tuple[engine.Assessment, tuple[str, ...]]:
    """Give the engine's assessment under a set, and what had to be dropped for it.

    Under its own set nothing is dropped: data that contradict it must be seen, not hidden.
    """
    facts = engine_assessment(factory, assessment)
    if ref_of(criteria) == ref_of(own):
        return facts, ()
    return engine.restrict(facts, criteria)


def analysis_of(work: GapWork) -> engine.GapAnalysis:
    """Analyse; raises the engine's `InvalidInput` for data that contradict their own set."""
    return engine.analyse(work.facts, work.criteria, target=work.target, weights=work.weights)


def clean_ticks(work: GapWork, ticks: Ticks) -> tuple[Ticks, bool]:
    """Leave out what the set does not know or does not allow; tell whether anything was."""
    scenes = tuple(code for code in dict.fromkeys(ticks.scenes) if code in work.criteria.scenes)
    ai = tuple(code for code in dict.fromkeys(ticks.ai) if code in work.criteria.scenes)
    allowed = set(engine.measure_cells(work.facts, work.criteria))
    measures = tuple(cell for cell in dict.fromkeys(ticks.measures) if cell in allowed)
    cleaned = Ticks(scenes, ai, measures)
    lost = (
        set(ticks.scenes) - set(scenes)
        or set(ticks.ai) - set(ai)
        or set(ticks.measures) - set(measures)
    )
    return cleaned, bool(lost)


def what_if_of(work: GapWork, ticks: Ticks) -> engine.WhatIf:
    """Judge before and after cleaned ticks."""
    return engine.what_if(
        work.facts,
        work.criteria,
        target=work.target,
        scenes=ticks.scenes,
        ai=ticks.ai,
        measures=ticks.measures,
        weights=work.weights,
    )


def path_of(work: GapWork) -> engine.ShortestPath | None:
    """Find the shortest path; None where the bands of a loaded set do not allow one."""
    try:
        return engine.shortest_path(
            work.facts, work.criteria, target=work.target, weights=work.weights, work=PATH_WORK
        )
    except InvalidInput as refused:
        if refused.code == "unsupported_bands":
            return None
        raise


def compare_sets(
    work: GapWork, *, left: engine.CriterionSet, right: engine.CriterionSet
) -> SetComparison:
    """Judge the assessment of `work` under two sets that both know its target."""
    analyses, dropped = [], []
    for criteria in (left, right):
        facts, lost = facts_under(work.factory, work.assessment, criteria, own=work.own)
        analyses.append(engine.analyse(facts, criteria, target=work.target, weights=work.weights))
        dropped.append(lost)
    return SetComparison(left, right, engine.compare(*analyses), dropped[0], dropped[1])


def common_targets(sets: Sequence[engine.CriterionSet]) -> tuple[str, ...]:
    """Give the targets that all of the sets know."""
    others = [set(targets_of(criteria)) for criteria in sets[1:]]
    return tuple(t for t in targets_of(sets[0]) if all(t in known for known in others))


def retargeted(work: GapWork, targets: Sequence[str], *, ignored: Sequence[str]) -> GapWork:
    """Give the same work for a target among `targets`, with other remarks."""
    if work.target in targets:
        return replace(work, ignored=tuple(dict.fromkeys(ignored)))
    return replace(work, target=targets[0], ignored=tuple(dict.fromkeys([*ignored, "target"])))
