"""Small bundle instances by hand, by hypothesis and by seed, and a brute-force oracle."""

import random
from itertools import combinations

from hypothesis import strategies as st

from matching.bundle import BundleGap, BundleInstance, BundleOffering, Limits, Penalties

WAN = 1_000_000
QUICK = Limits(seconds=20.0)


def offer(
    id: str,
    *,
    provider: str = "P1",
    price: int = 10,
    weeks: int = 4,
    quality: dict[str, int] | None = None,
    scenes: str = "",
    needs: tuple[str, ...] = (),
    conflicts: str = "",
    interfaces: str = "",
    integrator: bool = False,
    risk: int = 0,
) -> BundleOffering:
    """One offering; `price` in 万元, sets written as words: `scenes="S01 S02"`."""
    return BundleOffering(
        id=id,
        provider=provider,
        price_fen=price * WAN,
        weeks=weeks,
        quality={"G1": 800} if quality is None else quality,
        scenes=frozenset(scenes.split()),
        requires_any=tuple(frozenset(clause.split()) for clause in needs),
        conflicts=frozenset(conflicts.split()),
        interfaces=frozenset(interfaces.split()),
        integrator=integrator,
        risk_points=risk,
        label=f"方案{id}",
    )


def question(*offerings: BundleOffering, budget: int = 100, **changes: object) -> BundleInstance:
    """Two gaps of weight 10 and 5; 100 points per 万元, 300 per extra provider, 200 an adapter."""
    values: dict[str, object] = {
        "gaps": (BundleGap("G1", 10, "追溯"), BundleGap("G2", 5, "排产")),
        "offerings": offerings,
        "budget_fen": budget * WAN,
        "penalties": Penalties(points_per_wan=100, coordination=300, adapter=200),
    }
    return BundleInstance(**{**values, **changes})


@st.composite
def instances(draw: st.DrawFn, *, musts: bool = False) -> BundleInstance:
    """Instances of up to 7 offerings in which every rule can bite."""
    gaps = tuple(
        BundleGap(f"G{i}", draw(st.integers(1, 9))) for i in range(1, draw(st.integers(1, 3)) + 1)
    )
    count = draw(st.integers(0, 7))
    names = [f"O{i}" for i in range(count)]
    scene_sets = st.frozensets(st.sampled_from(["S01", "S02", "S03"]), max_size=2)
    clauses = st.frozensets(st.sampled_from(["S01", "S02", "S03"]), min_size=1, max_size=2)
    faces = st.frozensets(st.sampled_from(["opc", "rest"]), max_size=1)
    offerings = tuple(
        BundleOffering(
            id=name,
            provider=draw(st.sampled_from(["P1", "P2", "P3"])),
            price_fen=draw(st.integers(0, 30)) * WAN // 3,
            weeks=draw(st.integers(1, 6)),
            quality=draw(st.dictionaries(st.sampled_from([g.id for g in gaps]), st.integers(0, 9))),
            scenes=draw(scene_sets),
            requires_any=tuple(draw(st.lists(clauses, max_size=2))),
            conflicts=frozenset(draw(st.sets(st.sampled_from(names), max_size=1)) - {name}),
            interfaces=draw(faces),
            integrator=draw(st.booleans()),
            risk_points=draw(st.integers(0, 5)),
        )
        for name in names
    )
    picks = st.frozensets(st.sampled_from(names), max_size=2) if names else st.just(frozenset())
    return BundleInstance(
        gaps=gaps,
        offerings=offerings,
        budget_fen=draw(st.integers(0, 40)) * WAN,
        max_providers=draw(st.integers(1, 3)),
        weeks_limit=draw(st.none() | st.integers(1, 12)),
        present=draw(st.frozensets(st.sampled_from(["S01", "S02"]), max_size=1)),
        interfaces=draw(faces),
        interfaces_required=draw(st.booleans()),
        lead_required=draw(st.booleans()),
        must=draw(picks) if musts else frozenset(),
        forbid=draw(picks),
        penalties=Penalties(
            points_per_wan=draw(st.integers(0, 3)),
            coordination=draw(st.integers(0, 10)),
            adapter=draw(st.integers(0, 5)),
        ),
    )


def random_instance(seed: int, *, offerings: int = 60, providers: int = 15) -> BundleInstance:
    """A seeded instance of medium size: 8 gaps, prerequisites, conflicts, a weeks limit."""
    dice = random.Random(seed)
    gaps = tuple(BundleGap(f"G{i}", dice.randint(1, 9)) for i in range(8))
    made = []
    for i in range(offerings):
        needs = [f"S{dice.randint(1, 12):02}", f"S{dice.randint(1, 12):02}"]
        made.append(
            BundleOffering(
                id=f"O{i}",
                provider=f"P{dice.randrange(providers)}",
                price_fen=dice.randint(5, 60) * WAN,
                weeks=dice.randint(2, 12),
                quality={f"G{g}": dice.randint(200, 1000) for g in dice.sample(range(8), 3)},
                scenes=frozenset([f"S{dice.randint(1, 12):02}"]),
                requires_any=(frozenset(needs),) if dice.random() < 0.3 else (),
                conflicts=frozenset([f"O{dice.randrange(i)}"])
                if i and dice.random() < 0.2
                else frozenset(),
                integrator=dice.random() < 0.15,
                risk_points=dice.randint(0, 200),
            )
        )
    return BundleInstance(
        gaps=gaps,
        offerings=tuple(made),
        budget_fen=120 * WAN,
        max_providers=3,
        weeks_limit=dice.choice([None, 14, 20]),
        penalties=Penalties(points_per_wan=40, coordination=500),
    )


def brute_force(instance: BundleInstance) -> int | None:
    """Best objective over all subsets, by definitions only; None when no subset is allowed."""
    values = [
        worth(instance, subset)
        for size in range(len(instance.offerings) + 1)
        for subset in combinations(instance.offerings, size)
        if allowed(instance, subset)
    ]
    return max(values, default=None)


def worth(instance: BundleInstance, subset: tuple[BundleOffering, ...]) -> int:
    """Closure minus rounded prices, risks, adapters and extra providers."""
    rates = instance.penalties
    points = 0
    for gap in instance.gaps:
        points += gap.weight * max([o.quality.get(gap.id, 0) for o in subset], default=0)
    for o in subset:
        points -= (o.price_fen * rates.points_per_wan + WAN // 2) // WAN + o.risk_points
        if foreign(instance, o):
            points -= rates.adapter
    return points - rates.coordination * max(0, len({o.provider for o in subset}) - 1)


def foreign(instance: BundleInstance, o: BundleOffering) -> bool:
    """Both sides name interfaces and share none."""
    return (
        bool(instance.interfaces) and bool(o.interfaces) and not instance.interfaces & o.interfaces
    )


def allowed(instance: BundleInstance, subset: tuple[BundleOffering, ...]) -> bool:
    """All rules, the build order by simulating week after week."""
    ids = {o.id for o in subset}
    providers = {o.provider for o in subset}
    leads = {o.provider for o in instance.offerings if o.integrator}
    finished = simulate(instance, subset)
    return (
        sum(o.price_fen for o in subset) <= instance.budget_fen
        and len(providers) <= instance.max_providers
        and (len(providers) < 2 or not instance.lead_required or bool(providers & leads))
        and instance.must <= ids
        and not instance.forbid & ids
        and not any(o.conflicts & ids for o in subset)
        and not (instance.interfaces_required and any(foreign(instance, o) for o in subset))
        and finished is not None
        and (instance.weeks_limit is None or finished <= instance.weeks_limit)
    )


def simulate(instance: BundleInstance, subset: tuple[BundleOffering, ...]) -> int | None:
    """Weeks until everything stands, or None if something never starts."""
    done: dict[str, int] = {}
    horizon = sum(o.weeks for o in subset)
    for week in range(horizon + 1):
        standing = {s for o in subset if done.get(o.id, horizon + 1) <= week for s in o.scenes}
        standing |= instance.present
        for o in subset:
            if o.id not in done and all(clause & standing for clause in o.requires_any):
                done[o.id] = week + o.weeks
    return max(done.values(), default=0) if len(done) == len(subset) else None
