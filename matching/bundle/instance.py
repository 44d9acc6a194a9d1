"""What a bundle (组合方案) is chosen from: gaps, offerings, limits and penalties.

Units: money is integer fen, durations are integer weeks, weights are 1..1000, qualities are
0..1000 (thousandths of a full closure), and everything that is added up in the objective is
integer *points*. One gap of weight w closed at quality q is worth w*q points.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

FEN_PER_WAN = 1_000_000
"""Fen in one 万元 (10,000 yuan)."""

FULL_QUALITY = 1000
"""Quality of an offering that closes a gap completely."""

Clause = frozenset[str]
"""Scenes of which at least one must be there before an offering can be built."""


@dataclass(frozen=True, slots=True)
class BundleGap:
    """One gap (差距) of the factory; `weight` is its priority, 1..1000."""

    id: str
    weight: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class BundleOffering:
    """One offering (产品/方案) that may enter the bundle.

    Args:
        id: unique name of the offering.
        provider: id of the provider (服务商) that delivers it.
        price_fen: price for this factory, in fen, not negative.
        weeks: time to build it once its prerequisites stand, at least 1.
        quality: gap id -> 0..1000; a gap that is absent is not touched.
        scenes: scene codes that stand at the factory once the offering is built.
        requires_any: each set needs one of its scenes, at the factory already or built earlier
            by another offering of the bundle.
        conflicts: ids of offerings that cannot be bought together with this one.
        interfaces: interfaces it speaks; empty means unknown, which is not held against it.
        integrator: its provider may lead a bundle of several providers.
        risk_points: delivery risk, in points, not negative.
        label: the name people see.
    """

    id: str
    provider: str
    price_fen: int
    weeks: int
    quality: Mapping[str, int]
    scenes: frozenset[str] = frozenset()
    requires_any: tuple[Clause, ...] = ()
    conflicts: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
    integrator: bool = False
    risk_points: int = 0
    label: str = ""

    @property
    def name(self) -> str:
        """The name people see, or the id where there is none."""
        return self.label or self.id


@dataclass(frozen=True, slots=True)
class Penalties:
    """Points taken off the closure value of a bundle.

    `points_per_wan` per 万元 of price, `coordination` per provider beyond the first, `adapter`
    per offering that speaks none of the factory's interfaces.
    """

    points_per_wan: int = 0
    coordination: int = 0
    adapter: int = 0

    @classmethod
    def scaled(cls, *, full_points: int, budget_fen: int) -> Self:
        """Penalties in proportion to `full_points`, the most closure that can be bought.

        Spending the whole budget costs 30 % of it, an extra provider 1 %, an adapter 0.5 %. Taken
        from what the budget can reach rather than from closing everything, the rates mean the
        same for a small purse: go on buying while the next yuan closes at least 30 % of what the
        average one does. The shares are this project's own choice, published in docs/bundles.md.
        """
        full = full_points
        rate = full * 3 * FEN_PER_WAN // (10 * budget_fen) if budget_fen > 0 else 0
        return cls(points_per_wan=rate, coordination=full // 100, adapter=full // 200)


@dataclass(frozen=True)
class BundleInstance:
    """Everything the optimiser, the checker and the explanations know about one question.

    Args:
        gaps: what should be closed.
        offerings: candidates, see `matching.bundle.candidates`.
        budget_fen: upper limit of the summed prices.
        max_providers: at most so many different providers, at least 1.
        weeks_limit: latest finish of the whole bundle when everything that can be built in
            parallel is; None means no limit.
        present: scenes that stand at the factory already.
        interfaces: interfaces of the factory's systems; empty means unknown.
        interfaces_required: an offering that speaks none of them is excluded, not penalised.
        lead_required: a bundle of several providers needs one whose offerings are `integrator`.
        must: offerings that have to be in. forbid: offerings that must not be in.
        penalties: see `Penalties`.
    """

    gaps: tuple[BundleGap, ...]
    offerings: tuple[BundleOffering, ...]
    budget_fen: int
    max_providers: int = 4
    weeks_limit: int | None = None
    present: frozenset[str] = frozenset()
    interfaces: frozenset[str] = frozenset()
    interfaces_required: bool = False
    lead_required: bool = True
    must: frozenset[str] = frozenset()
    forbid: frozenset[str] = frozenset()
    penalties: Penalties = field(default_factory=Penalties)

    @cached_property
    def offering_by_id(self) -> dict[str, BundleOffering]:
        """Offerings by id."""
        return {offering.id: offering for offering in self.offerings}

    @cached_property
    def gap_by_id(self) -> dict[str, BundleGap]:
        """Gaps by id."""
        return {gap.id: gap for gap in self.gaps}

    @cached_property
    def integrators(self) -> frozenset[str]:
        """Providers that may lead: at least one offering of theirs says so."""
        return frozenset(o.provider for o in self.offerings if o.integrator)

    @cached_property
    def pending(self) -> dict[str, tuple[Clause, ...]]:
        """Per offering, the prerequisites that the factory does not meet yet."""
        return {
            o.id: tuple(clause for clause in o.requires_any if not clause & self.present)
            for o in self.offerings
        }

    @cached_property
    def deliverers(self) -> dict[str, tuple[str, ...]]:
        """Scene -> ids of the offerings that build it, in order of the instance."""
        found: dict[str, list[str]] = {}
        for offering in self.offerings:
            for scene in offering.scenes:
                found.setdefault(scene, []).append(offering.id)
        return {scene: tuple(ids) for scene, ids in found.items()}

    @cached_property
    def conflict_pairs(self) -> tuple[tuple[str, str], ...]:
        """Unordered pairs of offerings that exclude each other, each once, sorted."""
        pairs = {
            (min(o.id, other), max(o.id, other))
            for o in self.offerings
            for other in o.conflicts
            if other in self.offering_by_id
        }
        return tuple(sorted(pairs))

    def suppliers(self, offering_id: str, clause: Clause) -> tuple[str, ...]:
        """Ids of *other* offerings that deliver a scene of `clause`, sorted."""
        ids = {other for scene in clause for other in self.deliverers.get(scene, ())}
        return tuple(sorted(ids - {offering_id}))

    def lacks_interface(self, offering: BundleOffering) -> bool:
        """Tell whether both sides name interfaces and share none."""
        both = bool(self.interfaces and offering.interfaces)
        return both and not self.interfaces & offering.interfaces

    def price_points(self, offering: BundleOffering) -> int:
        """Price in points, rounded to the nearest point so that ledgers stay integer."""
        scaled = offering.price_fen * self.penalties.points_per_wan
        return (scaled + FEN_PER_WAN // 2) // FEN_PER_WAN

    def adapter_points(self, offering: BundleOffering) -> int:
        """Points for the adapter that an offering without a common interface needs."""
        return self.penalties.adapter if self.lacks_interface(offering) else 0

    def burden(self, offering: BundleOffering) -> int:
        """All points that the offering costs by itself: price, risk and adapter."""
        return self.price_points(offering) + offering.risk_points + self.adapter_points(offering)

    def closure_points(self, offering: BundleOffering, gap: BundleGap) -> int:
        """Points for closing `gap` with `offering`: weight times quality."""
        return gap.weight * offering.quality.get(gap.id, 0)

    def free_of_charge(self) -> "BundleInstance":
        """The same question where only closure counts; limits and rules stay."""
        free = tuple(replace(o, risk_points=0) for o in self.offerings)
        return replace(self, offerings=free, penalties=Penalties())
