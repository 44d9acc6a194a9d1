"""Candidates for a bundle, gathered *by provider*.

Taking only the best hits of each gap leaves out what the same providers could also do; with a
limit on providers that is where most of the value is (measured: +25 % objective). So the
providers of all hits are expanded to everything of theirs that matches, and only the most
promising providers are kept (80 providers reached 98 % of the full objective).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from matching.bundle.instance import BundleInstance, BundleOffering
from matching.bundle.prune import alone_points

PER_GAP = 20
MAX_PROVIDERS = 80

Expand = Callable[[frozenset[str]], Iterable[BundleOffering]]
"""Providers -> all their visible offerings that match at least one gap or deliver a scene."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One search hit for a gap: an offering and its provider, best first in its list."""

    offering_id: str
    provider: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The question with its candidates, and what the cut left out.

    `provider_points` bounds what each provider could add to any bundle, in points. `cut_bound`
    is the most that the dropped providers together could have added to a bundle whose kept part
    stands by itself; 0 when nothing was dropped.
    """

    instance: BundleInstance
    provider_points: Mapping[str, int]
    dropped: tuple[str, ...]
    cut_bound: int


def gather(
    question: BundleInstance,
    *,
    hits: Mapping[str, Sequence[Hit]],
    expand: Expand,
    per_gap: int = PER_GAP,
    max_providers: int = MAX_PROVIDERS,
) -> Gathered:
    """Fill `question` with the offerings of the most promising providers.

    Args:
        question: an instance whose own `offerings` (usually the musts) are always kept, as are
            their providers.
        hits: gap id -> hits, best first; only the first `per_gap` count.
        expand: fetches offerings by provider; called once.
        per_gap: hits per gap that may bring in a provider.
        max_providers: providers kept, by their bound; the question's own come on top.
    """
    own = frozenset(o.provider for o in question.offerings)
    found = frozenset(hit.provider for ranked in hits.values() for hit in ranked[:per_gap])
    pool = {o.id: o for o in expand(found | own)}
    pool |= question.offering_by_id
    everything = replace(question, offerings=tuple(sorted(pool.values(), key=lambda o: o.id)))
    points = provider_bounds(everything)
    ranked = sorted((p for p in points if p not in own), key=lambda p: (-points[p], p))
    kept = own | frozenset(p for p in ranked[:max_providers] if points[p] > 0)
    kept |= _prerequisite_providers(everything, kept)
    dropped = tuple(p for p in ranked if p not in kept)
    offerings = tuple(o for o in everything.offerings if o.provider in kept)
    worth = [points[p] for p in dropped if points[p] > 0][: question.max_providers]
    return Gathered(replace(question, offerings=offerings), points, dropped, sum(worth))


def provider_bounds(instance: BundleInstance) -> dict[str, int]:
    """Upper bound of what each provider can add to any bundle, in points, never negative.

    The smaller of two bounds: its offerings cannot add more than each adds alone, nor more than
    all gaps at the provider's best quality, minus its cheapest burden.
    """
    groups: dict[str, list[BundleOffering]] = {}
    for offering in instance.offerings:
        groups.setdefault(offering.provider, []).append(offering)
    return {provider: _bound(instance, group) for provider, group in sorted(groups.items())}


def _bound(instance: BundleInstance, group: list[BundleOffering]) -> int:
    alone = sum(max(0, alone_points(instance, o)) for o in group)
    best = sum(max(instance.closure_points(o, gap) for o in group) for gap in instance.gaps)
    return max(0, min(alone, best - min(instance.burden(o) for o in group)))


def _prerequisite_providers(instance: BundleInstance, kept: frozenset[str]) -> frozenset[str]:
    """Providers of the cheapest deliverers of prerequisites that the kept ones cannot meet."""
    inside = set(kept)
    waiting = [o.id for o in instance.offerings if o.provider in inside]
    while waiting:
        name = waiting.pop()
        for clause in instance.pending[name]:
            able = [instance.offering_by_id[s] for s in instance.suppliers(name, clause)]
            if not able or any(o.provider in inside for o in able):
                continue
            cheapest = min(able, key=lambda o: (o.price_fen, o.id))
            inside.add(cheapest.provider)
            waiting += [o.id for o in instance.offerings if o.provider == cheapest.provider]
    return frozenset(inside)
