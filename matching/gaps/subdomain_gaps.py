"""Gaps of subdomains: where the factory is below the target grade, and what could close it."""

from collections.abc import Mapping
from dataclasses import dataclass

from matching.gaps.assessment import Answer, Assessment, SceneStatus
from matching.gaps.criteria import LEVELS, Ask, CriterionSet
from matching.gaps.pain import Pain, measure_pain
from matching.gaps.priorities import (
    Factor,
    PriorityWeights,
    deficit_factor,
    hard_factor,
    pain_factor,
    priority_of,
    readiness_factor,
    weight_factor,
)
from matching.gaps.rollup import TOLERANCE, GradeResult
from matching.gaps.targets import Target


@dataclass(frozen=True, slots=True)
class SubdomainGap:
    """A subdomain below the target grade.

    Attributes:
        code, name, domain: which one.
        present: present value, 0 to 5 (`grade_of_answer`); target: the grade wanted.
        deficit: target minus present, in grades.
        short_levels: levels up to the target whose score is below 0.8.
        unknown_levels: levels up to the target that were not answered; they count 0 but imply
            no scene, since nothing is known.
        asks: what the short levels ask for.
        scenes: scenes, not yet in use, that help at a short level (primary first).
        provider_types: service providers to look for where scenes do not help.
        factors: the five factors; priority: 1..1000.
    """

    code: str
    name: str
    domain: str
    present: float
    target: int
    deficit: float
    short_levels: tuple[int, ...]
    unknown_levels: tuple[int, ...]
    asks: tuple[Ask, ...]
    scenes: tuple[str, ...]
    provider_types: tuple[str, ...]
    factors: tuple[Factor, ...]
    priority: int


@dataclass(frozen=True, slots=True)
class GapContext:
    """What every gap of one analysis is judged with.

    `maturity_reasons` is empty where the maturity condition is met, else its label.
    """

    assessment: Assessment
    criteria: CriterionSet
    target: Target
    result: GradeResult
    weights: PriorityWeights
    maturity_reasons: tuple[str, ...]
    pains: Mapping[str, Pain]

    def prerequisite_share(self, scene: str) -> float:
        """Return how much of the hard prerequisites of `scene` is there, 0 to 1; 1 without any."""
        before = self.criteria.hard_before(scene)
        if not before:
            return 1.0
        return sum(self._presence(code) for code in before) / len(before)

    def _presence(self, scene: str) -> float:
        if self.assessment.in_use(scene):
            return 1.0
        state = self.assessment.scenes.get(scene)
        pilot = state is not None and state.status is SceneStatus.PILOT
        return self.weights.pilot_share if pilot else 0.0


def pains_by_subdomain(assessment: Assessment, criteria: CriterionSet) -> dict[str, Pain]:
    """Return the pain of every subdomain that has findings."""
    texts: dict[str, list[str]] = {}
    for finding in assessment.findings:
        texts.setdefault(finding.subdomain, []).append(finding.text)
    return {code: measure_pain(found, criteria.pain) for code, found in texts.items()}


def find_subdomain_gaps(context: GapContext) -> tuple[SubdomainGap, ...]:
    """Return the gaps of all assessed subdomains, by falling priority, then code."""
    gaps = []
    for code in context.result.weights.shares:
        answer = context.assessment.answer(code)
        short = _short_levels(answer, context)
        unknown = tuple(lv for lv in LEVELS[: context.target.grade] if answer[lv - 1] is None)
        if short or unknown:
            gaps.append(_gap(context, code, short=short, unknown=unknown))
    return tuple(sorted(gaps, key=lambda gap: (-gap.priority, gap.code)))


def _short_levels(answer: Answer, context: GapContext) -> tuple[int, ...]:
    limit = context.criteria.level_met_min - TOLERANCE
    return tuple(
        level
        for level, score in zip(LEVELS, answer, strict=True)
        if level <= context.target.grade and score is not None and score < limit
    )


def _gap(
    context: GapContext, code: str, *, short: tuple[int, ...], unknown: tuple[int, ...]
) -> SubdomainGap:
    subdomain = context.criteria.subdomains[code]
    present = context.result.subdomain_grades[code]
    target = context.target.grade
    deficit = max(0.0, target - present)
    scenes = _helpful_scenes(context, code, levels=short)
    factors = _factors(context, code, deficit=deficit, short=short, unknown=unknown)
    return SubdomainGap(
        code=code,
        name=subdomain.name,
        domain=subdomain.domain,
        present=present,
        target=target,
        deficit=deficit,
        short_levels=short,
        unknown_levels=unknown,
        asks=tuple(ask for ask in subdomain.asks if ask.level in short),
        scenes=scenes,
        provider_types=_service_providers(context.criteria, code, scenes),
        factors=factors,
        priority=priority_of(factors),
    )


def _helpful_scenes(context: GapContext, code: str, *, levels: tuple[int, ...]) -> tuple[str, ...]:
    pairs = [
        pair
        for pair in context.criteria.pairs_of_subdomain(code)
        if set(pair.levels) & set(levels) and not context.assessment.in_use(pair.scene)
    ]
    return tuple(p.scene for p in sorted(pairs, key=lambda p: (not p.primary, p.scene)))


def _service_providers(
    criteria: CriterionSet, code: str, scenes: tuple[str, ...]
) -> tuple[str, ...]:
    """Return consulting and training types for M01, M02 and for gaps that no scene closes."""
    if code in criteria.service_hints:
        return criteria.service_hints[code]
    if scenes:
        return ()
    return tuple(sorted({kind for kinds in criteria.service_hints.values() for kind in kinds}))


def _readiness(context: GapContext, code: str, short: tuple[int, ...]) -> tuple[float, str]:
    """Return the readiness of the short level that is easiest to start with.

    A level without a scene left to build (rules, people, use of what is there) can start at once.
    """
    best, why = 0.0, "没有作答，先补评"
    for level in short:
        scenes = _helpful_scenes(context, code, levels=(level,))
        if not scenes:
            return 1.0, f"{level}级要求靠管理与服务即可起步"
        for scene in scenes:
            share = context.prerequisite_share(scene)
            if share > best:
                best, why = share, f"可从{scene}起步，其硬前置已具备{share:.0%}"
    if short and best == 0.0:
        why = "相关场景的硬前置都还没有"
    return (best, why) if short else (1.0, why)


def _factors(
    context: GapContext,
    code: str,
    *,
    deficit: float,
    short: tuple[int, ...],
    unknown: tuple[int, ...],
) -> tuple[Factor, ...]:
    shares = context.result.weights.shares
    target = context.target.grade
    ready, ready_why = _readiness(context, code, short)
    note = f"（{len(unknown)}个等级未作答，按0计）" if unknown else ""
    return (
        weight_factor(
            shares[code],
            largest=max(shares.values()),
            why=f"占总权重{shares[code]:.1%}"
            + ("（占位权重，非官方）" if code in context.result.placeholder_weights else ""),
            weights=context.weights,
        ),
        deficit_factor(
            deficit / target,
            why=f"当前{target - deficit:.1f}级，目标{target}级，差{deficit:.1f}级{note}",
            weights=context.weights,
        ),
        hard_factor(context.maturity_reasons, weights=context.weights),
        pain_factor(context.pains.get(code, Pain(0, 0, ())), weights=context.weights),
        readiness_factor(ready, why=ready_why, weights=context.weights),
    )
