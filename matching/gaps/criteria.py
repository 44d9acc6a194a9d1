"""The criterion set: what a factory is measured against, as frozen data.

Built by `matching.gaps.loading.load_criteria` from the files in `seed_data/reference/`. Weights are
fractions of 1 (files hold per cent). A threshold of `None` means that no official number exists; it
must be shown as such and never failed on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

LEVELS = (1, 2, 3, 4, 5)
"""Maturity levels of GB/T 39116-2020."""


class MfgType(StrEnum):
    """Weight table of GB/T 39117-2020: 流程型 or 离散型, chosen by the factory itself."""

    PROCESS = "process"
    DISCRETE = "discrete"


@dataclass(frozen=True, slots=True)
class MaturityLevel:
    """One of five maturity levels; its band of the total score is [score_min, score_max)."""

    level: int
    name: str
    score_min: float
    score_max: float


@dataclass(frozen=True, slots=True)
class Ask:
    """What a subdomain asks at one level (own wording; see `src` for where it comes from)."""

    level: int
    text: str
    src: str


@dataclass(frozen=True, slots=True)
class Element:
    """能力要素 ME1..ME4, with its domain codes."""

    code: str
    name: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """能力域 MD01..MD12, with its subdomain codes."""

    code: str
    name: str
    element: str
    subdomains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subdomain:
    """能力子域 M01..M20, with what it asks at levels 1 to 5."""

    code: str
    name: str
    domain: str
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """Weights of one manufacturing type, each a fraction within its parent; no parent is empty.

    Attributes:
        elements: ME code -> share of the whole.
        domains: MD code -> share of its element.
        subdomains: M code -> share of its domain; a subdomain that does not apply is absent.
        placeholder: subdomains whose weight is an equal split because the official one is unknown.
    """

    elements: Mapping[str, float]
    domains: Mapping[str, float]
    subdomains: Mapping[str, float]
    placeholder: frozenset[str]


@dataclass(frozen=True, slots=True)
class LevelGate:
    """From `level` up, every subdomain of `domains` must be inside the assessment."""

    level: int
    domains: tuple[str, ...]
    text: str
    src: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """申报条件 EL1..: `levels` it applies to; `covered_by` names a threshold that decides it."""

    code: str
    text: str
    hard: bool
    levels: tuple[str, ...]
    covered_by: str | None
    src: str


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """Who decides about a factory level: `body` is "national" or the code of a jurisdiction."""

    body: str
    who: str
    src: str


@dataclass(frozen=True, slots=True)
class FactoryLevel:
    """Factory level FL1..FL4; `thresholds` maps a field to a number or None (no official one)."""

    code: str
    order: int
    name: str
    short: str
    links_required: tuple[str, ...]
    links_rule: str
    thresholds: Mapping[str, float | None]
    threshold_src: Mapping[str, str]
    prior_level: str | None
    prior_rule: str
    links_src: str
    prior_src: str
    review: tuple[ReviewStep, ...] = ()


@dataclass(frozen=True, slots=True)
class FactoryLink:
    """环节 F1..F5 of the factory-level conditions, with the scenes that belong to it."""

    code: str
    name: str
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """场景 S01..S40; `ai_uses` are typical uses of artificial intelligence (derived)."""

    code: str
    name: str
    link: str
    provider_types: tuple[str, ...]
    ai_uses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ScenePair:
    """A scene helps a subdomain to reach `levels`; all derived."""

    scene: str
    subdomain: str
    primary: bool
    levels: tuple[int, ...]
    rationale: str


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """`before` comes before `after`; without a hard one `after` usually cannot work (derived)."""

    before: str
    after: str
    hard: bool
    rationale: str


@dataclass(frozen=True, slots=True)
class PainGroup:
    """Words of one strength; `points` is what a finding with such a word adds."""

    code: str
    name: str
    points: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PainLexicon:
    """Words that tell how much a finding hurts; a word right after a negator does not count."""

    groups: tuple[PainGroup, ...]
    negators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriterionSet:
    """Everything that one analysis is measured against, under one code and version."""

    code: str
    version: str
    jurisdiction: str
    scores: tuple[float, ...]
    level_met_min: float
    maturity_levels: tuple[MaturityLevel, ...]
    elements: Mapping[str, Element]
    domains: Mapping[str, Domain]
    subdomains: Mapping[str, Subdomain]
    weights: Mapping[MfgType, LayerWeights]
    trimmable_elements: frozenset[str]
    gates: tuple[LevelGate, ...]
    factory_levels: Mapping[str, FactoryLevel]
    threshold_kpis: Mapping[str, str]
    eligibility: tuple[Eligibility, ...]
    links: Mapping[str, FactoryLink]
    scenes: Mapping[str, Scene]
    kpis: Mapping[str, str]
    pairs: tuple[ScenePair, ...]
    prerequisites: tuple[Prerequisite, ...]
    service_hints: Mapping[str, tuple[str, ...]]
    pain: PainLexicon
    title: str = ""

    def flat_shares(self, mfg_type: MfgType) -> dict[str, float]:
        """Return subdomain -> share of the whole (product of three layers), untrimmed; sum is 1."""
        layers = self.weights[mfg_type]
        shares = {}
        for code, within in layers.subdomains.items():
            domain = self.domains[self.subdomains[code].domain]
            shares[code] = layers.elements[domain.element] * layers.domains[domain.code] * within
        return shares

    def hard_before(self, scene: str) -> tuple[str, ...]:
        """Return the hard prerequisites of `scene`, in code order."""
        return tuple(sorted(p.before for p in self.prerequisites if p.hard and p.after == scene))

    def pairs_of_subdomain(self, subdomain: str) -> tuple[ScenePair, ...]:
        """Return the scene pairs that help `subdomain`."""
        return tuple(p for p in self.pairs if p.subdomain == subdomain)

    def level_order(self, code: str) -> int:
        """Return 0 for "FL0" (below every level), else the order of a factory level."""
        return 0 if code == "FL0" else self.factory_levels[code].order


def hard_layers(edges: Iterable[Prerequisite], nodes: Iterable[str]) -> list[list[str]]:
    """Group `nodes` into layers: hard prerequisites among them always lie in an earlier layer.

    Nodes of a cycle appear in no layer, so a shorter total length means a cycle.
    """
    left = sorted(set(nodes))
    before = {node: set[str]() for node in left}
    for edge in edges:
        if edge.hard and edge.after in before and edge.before in before:
            before[edge.after].add(edge.before)
    layers: list[list[str]] = []
    done: set[str] = set()
    while ready := [node for node in left if before[node] <= done]:
        layers.append(ready)
        done.update(ready)
        left = [node for node in left if node not in done]
    return layers
