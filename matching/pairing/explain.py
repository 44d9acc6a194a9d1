"""Why somebody is below the minimum, and which limit refused a pair."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping

from matching.pairing.instance import Pair, PairingInstance
from matching.pairing.result import BlockingCut, Refusal, Shortfall

Degrees = Mapping[str, int]


def blocking_cuts(
    instance: PairingInstance,
    pairs: Iterable[Pair],
    factory_degrees: Degrees,
    provider_degrees: Degrees,
) -> tuple[tuple[Shortfall, ...], tuple[BlockingCut, ...]]:
    """Name, for everybody below the minimum, the set that cannot all be served.

    Follows alternating paths from a party that lacks meetings: an unused pair leads to a partner
    (full, or the path would add a meeting), a used one back to a party of the first side (not
    above its minimum, or the two could exchange). What is reached is a cut of the flow, hence a
    proof: `BlockingCut.needed > BlockingCut.possible`. `pairs` must miss as few as possible.
    """
    shortfalls: list[Shortfall] = []
    cuts: list[BlockingCut] = []
    eligible = [c.pair for c in instance.candidates if instance.exclusion(c) is None]
    used = frozenset(pairs)
    for side, parties, degrees in (
        ("factory", instance.factories, factory_degrees),
        ("provider", instance.providers, provider_degrees),
    ):
        lacking = [party for party in parties if degrees[party.id] < party.minimum]
        if not lacking:
            continue
        search = _CutSearch(instance, side=side, eligible=eligible, used=used)
        found: dict[str, int] = {}
        for party in lacking:
            if party.id not in found:
                cut = search.from_party(party.id)
                found |= {member: len(cuts) for member in cut.members if member not in found}
                cuts.append(cut)
            shortfalls.append(
                Shortfall(side, party.id, party.minimum, degrees[party.id], found[party.id])
            )
    return tuple(shortfalls), tuple(cuts)


class _CutSearch:
    """Alternating breadth-first search on one side's pairs."""

    def __init__(
        self,
        instance: PairingInstance,
        *,
        side: str,
        eligible: Iterable[Pair],
        used: frozenset[Pair],
    ) -> None:
        self.instance, self.side = instance, side
        self.all: dict[str, list[str]] = defaultdict(list)
        self.unused: dict[str, list[str]] = defaultdict(list)
        self.back: dict[str, list[str]] = defaultdict(list)
        self.must_holders: dict[str, list[str]] = defaultdict(list)
        for pair in eligible:
            me, other = pair if side == "factory" else pair[::-1]
            self.all[me].append(other)
            if pair not in used:
                self.unused[me].append(other)
            elif pair in instance.must:  # cannot be given up
                self.must_holders[other].append(me)
            else:
                self.back[other].append(me)

    def from_party(self, start: str) -> BlockingCut:
        """Return the cut that blocks `start`."""
        is_factory = self.side == "factory"
        mine = self.instance.factory_by_id if is_factory else self.instance.provider_by_id
        theirs = self.instance.provider_by_id if is_factory else self.instance.factory_by_id
        own = self.instance.capacity(mine[start], provider=not is_factory)
        if own < mine[start].minimum:  # its own limits are below its minimum: nobody else's doing
            return BlockingCut(self.side, (start,), (), mine[start].minimum, own)
        members, partners = self._reach(start)
        outside = sum(other not in partners for me in members for other in self.all[me])
        inside = sum(
            self.instance.capacity(theirs[partner], provider=is_factory)
            - sum(holder not in members for holder in self.must_holders[partner])
            for partner in partners
        )
        return BlockingCut(
            side=self.side,
            members=tuple(sorted(members)),
            partners=tuple(sorted(partners)),
            needed=sum(mine[member].minimum for member in members),
            possible=inside + outside,
        )

    def _reach(self, start: str) -> tuple[set[str], set[str]]:
        members, partners = {start}, set[str]()
        queue = deque([start])
        while queue:
            for partner in self.unused[queue.popleft()]:
                if partner not in partners:
                    partners.add(partner)
                    new = [other for other in self.back[partner] if other not in members]
                    members.update(new)
                    queue.extend(new)
        return members, partners


def refusals(
    instance: PairingInstance,
    pairs: Iterable[Pair],
    factory_degrees: Degrees,
    provider_degrees: Degrees,
    floor: int,
) -> tuple[Refusal, ...]:
    """Return, for each candidate that was not chosen, the limit that refused it."""
    used = frozenset(pairs)
    full_factories = {
        party.id
        for party in instance.factories
        if factory_degrees[party.id] >= instance.capacity(party, provider=False)
    }
    full_providers = {
        party.id
        for party in instance.providers
        if provider_degrees[party.id] >= instance.capacity(party, provider=True)
    }
    found: list[Refusal] = []
    for candidate in instance.candidates:
        if candidate.pair in used:
            continue
        code = instance.exclusion(candidate)
        if code is None and candidate.score < floor:
            code = "below_floor"
        if code is None:
            code = _FULL[candidate.factory in full_factories, candidate.provider in full_providers]
        found.append(Refusal(candidate.pair, code))
    return tuple(found)


_FULL = {
    (True, True): "both_full",
    (True, False): "factory_full",
    (False, True): "provider_full",
    (False, False): "no_value",  # worth 0 points: leaving it out costs nothing
}
