"""Independent checker of a pair choice: shares nothing with the solver."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from matching.pairing.instance import Pair, PairingInstance
from matching.pairing.result import BlockingCut


@dataclass(frozen=True, slots=True)
class PairViolation:
    """A broken rule and the ids that it is about.

    Codes: pair_repeated, pair_unknown, pair_forbidden, pair_declined, pair_same_group,
    pair_no_common_slot, must_missing, above_maximum, above_slots, above_share.
    """

    code: str
    subjects: tuple[str, ...]


def check(pairs: Iterable[Pair], instance: PairingInstance) -> tuple[PairViolation, ...]:
    """Return every hard rule that `pairs` break, however they were made."""
    pairs = tuple(pairs)
    return (*_pair_violations(pairs, instance), *_party_violations(pairs, instance))


def _pair_violations(pairs: tuple[Pair, ...], instance: PairingInstance) -> Iterator[PairViolation]:
    candidates = {(c.factory, c.provider) for c in instance.candidates}
    factories = {party.id: party for party in instance.factories}
    providers = {party.id: party for party in instance.providers}
    for pair, count in Counter(pairs).items():
        if count > 1:
            yield PairViolation("pair_repeated", pair)
        if pair not in candidates:
            yield PairViolation("pair_unknown", pair)
            continue
        factory, provider = factories[pair[0]], providers[pair[1]]
        if pair in instance.forbidden:
            yield PairViolation("pair_forbidden", pair)
        if pair in instance.declined:
            yield PairViolation("pair_declined", pair)
        if factory.group is not None and factory.group == provider.group:
            yield PairViolation("pair_same_group", pair)
        masks = [m for m in (factory.availability, provider.availability) if m is not None]
        if len(masks) == 2 and masks[0] & masks[1] == 0:
            yield PairViolation("pair_no_common_slot", pair)
    for pair in sorted(instance.must - set(pairs)):
        yield PairViolation("must_missing", pair)


def _party_violations(
    pairs: tuple[Pair, ...], instance: PairingInstance
) -> Iterator[PairViolation]:
    for position, parties in ((0, instance.factories), (1, instance.providers)):
        degrees = Counter(pair[position] for pair in pairs)
        for party in parties:
            degree = degrees[party.id]
            if degree > party.maximum:
                yield PairViolation("above_maximum", (party.id,))
            if party.availability is not None and degree > bin(party.availability).count("1"):
                yield PairViolation("above_slots", (party.id,))
            share = instance.share_cap_permille if position == 1 else None
            too_many = share is not None and degree * 1000 > share * len(instance.factories)
            if too_many and degree > 1:
                yield PairViolation("above_share", (party.id,))


def cut_holds(cut: BlockingCut, instance: PairingInstance) -> bool:
    """Tell whether `cut` proves its claim: no choice serves all its members.

    Counts the most meetings that any choice can give the members: partners inside the cut up to
    their maxima less their must pairs with others, partners outside once for each candidate.
    """
    position = 0 if cut.side == "factory" else 1
    sides = (instance.factories, instance.providers)
    mine = {party.id: party for party in sides[position]}
    theirs = {party.id: party for party in sides[1 - position]}
    needed = sum(mine[member].minimum for member in cut.members)
    candidates: dict[str, set[str]] = defaultdict(set)
    for candidate in instance.candidates:
        if instance.exclusion(candidate) is None:
            pair = candidate.pair
            candidates[pair[position]].add(pair[1 - position])
    outside = sum(len(candidates[member] - set(cut.partners)) for member in cut.members)
    inside = 0
    for partner in cut.partners:
        inside += instance.capacity(theirs[partner], provider=position == 0)
        inside -= sum(
            pair[1 - position] == partner and pair[position] not in cut.members
            for pair in instance.must
        )
    own = sum(instance.capacity(mine[m], provider=position == 1) for m in cut.members)
    return min(inside + outside, own) < needed
