"""What the pair choice is given: two sides, candidate pairs, wishes and limits."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from matching.pairing.mutual import MAX_SCORE

Pair = tuple[str, str]  # (factory id, provider id)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the solver may work: wall seconds."""

    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Party:
    """A factory or a provider that takes part in the event.

    `minimum` meetings are guaranteed where possible, `maximum` is never exceeded. `group` names
    a family of organisations (same owner, same consortium): members of one group never meet.
    `availability` has bit t set when the party is free in slot t; None means always.
    """

    id: str
    minimum: int
    maximum: int
    group: str | None = None
    availability: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair that may meet, with its mutual score 0..1000 and the parts of both sides.

    The parts are kept for the explanation of a meeting; only `score` and the bonus of the
    instance decide.
    """

    factory: str
    provider: str
    score: int
    for_factory: int = 0
    for_provider: int = 0

    @property
    def pair(self) -> Pair:
        """(factory id, provider id)."""
        return self.factory, self.provider


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an instance is refused: a code and the ids that it is about."""

    code: str
    subjects: tuple[str, ...]


@dataclass(frozen=True)
class PairingInstance:
    """The whole question.

    Attributes:
        must: pairs that meet whatever they are worth; each has to be a candidate.
        forbidden: pairs that the organiser rules out.
        declined: pairs that one of the two has refused.
        bonuses: points for an invitation or a request, added to the score of the pair in the
            total value; the quality floor looks at the score alone.
        share_cap_permille: a provider meets at most this share of all factories (rounded down,
            but at least one), so that nobody takes over the event; None means no such cap.
        floor_price_permille: how much of the total value may be given up for a higher quality
            floor. 1000 is the strict order (floor before value), which drops every good talk
            above the guarantee to lift the worst one; 10 keeps at least 99 % of the value.
    """

    factories: tuple[Party, ...]
    providers: tuple[Party, ...]
    candidates: tuple[Candidate, ...]
    must: frozenset[Pair] = frozenset()
    forbidden: frozenset[Pair] = frozenset()
    declined: frozenset[Pair] = frozenset()
    bonuses: Mapping[Pair, int] = field(default_factory=dict)
    share_cap_permille: int | None = None
    floor_price_permille: int = 10

    @cached_property
    def factory_by_id(self) -> dict[str, Party]:
        """Factories by id."""
        return {party.id: party for party in self.factories}

    @cached_property
    def provider_by_id(self) -> dict[str, Party]:
        """Providers by id."""
        return {party.id: party for party in self.providers}

    def value(self, candidate: Candidate) -> int:
        """Return the points that `candidate` adds to the total: score and bonus."""
        return candidate.score + self.bonuses.get(candidate.pair, 0)

    def capacity(self, party: Party, *, provider: bool) -> int:
        """Return the most meetings that `party` can have under all its limits."""
        most = party.maximum
        if party.availability is not None:
            most = min(most, party.availability.bit_count())
        if provider and self.share_cap_permille is not None:
            most = min(most, max(1, len(self.factories) * self.share_cap_permille // 1000))
        return most

    def exclusion(self, candidate: Candidate) -> str | None:
        """Return the code of the rule that forbids `candidate` outright, or None."""
        if candidate.pair in self.forbidden:
            return "forbidden"
        if candidate.pair in self.declined:
            return "declined"
        factory = self.factory_by_id[candidate.factory]
        provider = self.provider_by_id[candidate.provider]
        if factory.group is not None and factory.group == provider.group:
            return "conflict_of_interest"
        if (
            factory.availability is not None
            and provider.availability is not None
            and not factory.availability & provider.availability
        ):
            return "no_common_slot"
        return None

    def problems(self) -> tuple[Problem, ...]:
        """Return what makes the instance contradict itself; empty when it can be solved."""
        broken = tuple(self._malformed())
        return broken or tuple(self._must_problems())

    def _malformed(self) -> Iterator[Problem]:
        for code, side in (("factory", self.factories), ("provider", self.providers)):
            if len({party.id for party in side}) < len(side):
                yield Problem(f"{code}_id_repeated", ())
            for party in side:
                if not 0 <= party.minimum <= party.maximum:
                    yield Problem("bounds_invalid", (party.id,))
        seen: set[Pair] = set()
        for candidate in self.candidates:
            yield from self._malformed_candidate(candidate, seen)
            seen.add(candidate.pair)

    def _malformed_candidate(self, candidate: Candidate, seen: set[Pair]) -> Iterator[Problem]:
        if candidate.pair in seen:
            yield Problem("candidate_repeated", candidate.pair)
        if not 0 <= candidate.score <= MAX_SCORE or self.bonuses.get(candidate.pair, 0) < 0:
            yield Problem("score_invalid", candidate.pair)
        if candidate.factory not in self.factory_by_id:
            yield Problem("factory_unknown", candidate.pair)
        if candidate.provider not in self.provider_by_id:
            yield Problem("provider_unknown", candidate.pair)

    def _must_problems(self) -> Iterator[Problem]:
        by_pair = {candidate.pair: candidate for candidate in self.candidates}
        degree: dict[tuple[bool, str], int] = {}
        for pair in sorted(self.must):
            if pair not in by_pair:
                yield Problem("must_not_candidate", pair)
                continue
            if code := self.exclusion(by_pair[pair]):
                yield Problem(f"must_{code}", pair)
            for is_provider, party_id in enumerate(pair):
                key = (bool(is_provider), party_id)
                degree[key] = degree.get(key, 0) + 1
        for (is_provider, party_id), count in degree.items():
            side = self.provider_by_id if is_provider else self.factory_by_id
            if count > self.capacity(side[party_id], provider=is_provider):
                yield Problem("must_above_maximum", (party_id,))
