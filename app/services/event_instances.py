"""From a stored event to what the pair choice and the timetable solver read."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from app.core.problems import Problem
from app.models import Event, EventParticipant, PairRuleKind, Side
from app.services.event_roster import limits_of, organisation_of
from matching import pairing, schedule

# Nobody takes over the event: a provider meets at most this share of all factories.
SHARE_CAP_PERMILLE = 750
SHARE_CAP_FROM = 5  # factories; below that the share would bind by rounding alone
# A pair worth less has nothing to talk about; it only meets when the organiser says so.
LEAST_SCORE = 250
# Pairs below this only fill up guaranteed meetings; above the minimum nobody's time is spent so.
GOOD_SCORE = 400
MORNING = "am"


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many meetings fit (`places` = slots x tables) and how many are asked for.

    `needed` is what the guarantees of one side alone take, `most` what both sides would take.
    """

    slots: int
    tables: int
    needed: int
    most: int

    @property
    def places(self) -> int:
        """Table places in the whole day."""
        return self.slots * self.tables


def side_of(event: Event, side: Side) -> list[EventParticipant]:
    """Give the participants of one side in a stable order."""
    return sorted((p for p in event.participants if p.side is side), key=lambda p: str(p.id))


def capacity_of(event: Event) -> Capacity:
    """Count places, guarantees and wishes of an event; parts must be loaded."""
    sums = []
    for side in Side:
        limits = [limits_of(event, participant) for participant in side_of(event, side)]
        sums.append((sum(least for least, _ in limits), sum(most for _, most in limits)))
    return Capacity(
        slots=len(event.slots),
        tables=len(event.tables),
        needed=max(least for least, _ in sums),
        most=min(most for _, most in sums),
    )


def blockers(event: Event) -> list[Problem]:
    """Say what makes planning pointless; empty means it can be tried."""
    factories, providers = side_of(event, Side.FACTORY), side_of(event, Side.PROVIDER)
    checks = (
        (not event.slots, "event_no_slots"),
        (not event.tables, "event_no_tables"),
        (not factories, "event_no_factories"),
        (not providers, "event_no_providers"),
    )
    return [Problem(code) for wrong, code in checks if wrong]


def warnings(event: Event) -> list[Problem]:
    """Say in advance what will not work out: guarantees against places and partners."""
    if blockers(event):
        return []
    found = []
    capacity = capacity_of(event)
    if capacity.needed > capacity.places:
        found.append(places_problem(capacity, capacity.needed))
    for side, other in ((Side.FACTORY, Side.PROVIDER), (Side.PROVIDER, Side.FACTORY)):
        partners = len(side_of(event, other))
        least = event.factory_min if side is Side.FACTORY else event.provider_min
        if least > partners:
            params: dict[str, str | int | float] = {"least": least, "partners": partners}
            found.append(Problem(f"event_{side.value}_min_above_partners", "", params))
        if least > len(event.slots):
            params = {"least": least, "slots": len(event.slots)}
            found.append(Problem(f"event_{side.value}_min_above_slots", "", params))
    return found


def places_problem(capacity: Capacity, needed: int) -> Problem:
    """Say that there are too few table places, and the smallest addition of either kind."""
    lacking = needed - capacity.places
    params: dict[str, str | int | float] = {
        "tables": capacity.tables,
        "slots": capacity.slots,
        "available": capacity.places,
        "needed": needed,
        "more_tables": -(-lacking // max(1, capacity.slots)),
        "more_slots": -(-lacking // max(1, capacity.tables)),
    }
    return Problem("plan_places", "", params)


def pairing_instance(
    event: Event, candidates: Iterable[pairing.Candidate], *, least: int = GOOD_SCORE
) -> pairing.PairingInstance:
    """Build the pair choice: limits, availability, rules, one organisation never with itself.

    Only must pairs and those worth at least `least` are candidates.
    """
    rules: dict[PairRuleKind, set[pairing.Pair]] = {kind: set() for kind in PairRuleKind}
    for rule in event.pair_rules:
        pair = (str(rule.factory_participant_id), str(rule.provider_participant_id))
        rules[rule.kind].add(pair)
    must = frozenset(rules[PairRuleKind.MUST])
    factories = side_of(event, Side.FACTORY)
    return pairing.PairingInstance(
        factories=tuple(_party(event, participant) for participant in factories),
        providers=tuple(_party(event, p) for p in side_of(event, Side.PROVIDER)),
        candidates=tuple(c for c in candidates if c.score >= least or c.pair in must),
        must=must,
        forbidden=frozenset(rules[PairRuleKind.FORBID]),
        declined=frozenset(rules[PairRuleKind.DECLINE]),
        share_cap_permille=SHARE_CAP_PERMILLE if len(factories) >= SHARE_CAP_FROM else None,
    )


def _party(event: Event, participant: EventParticipant) -> pairing.Party:
    least, most = limits_of(event, participant)
    free = sum(1 << n for n in range(len(event.slots)) if n not in set(participant.absent_slots))
    return pairing.Party(
        id=str(participant.id),
        minimum=least,
        maximum=most,
        group=str(organisation_of(participant)),
        availability=free,
    )


Solve = Callable[[pairing.PairingInstance], pairing.PairingResult]


@dataclass(frozen=True, slots=True)
class FittedPairs:
    """The pair choice, the instance it answers, and the maxima that were lowered to fit."""

    instance: pairing.PairingInstance
    result: pairing.PairingResult
    caps: dict[str, int]


def choose_pairs(
    event: Event, candidates: Sequence[pairing.Candidate], *, places: int, solve: Solve
) -> FittedPairs:
    """Choose among good pairs; weak ones only bring those who lack meetings to their minimum.

    Every step is solved exactly; the last instance is the one that the answer is proved for.
    """
    instance = pairing_instance(event, candidates)
    lacking = {shortfall.party for shortfall in solve(instance).shortfalls}
    if lacking:
        instance = _widened(instance, candidates, lacking)
    return choose_fitting(instance, places=places, solve=solve)


def _widened(
    instance: pairing.PairingInstance,
    candidates: Sequence[pairing.Candidate],
    lacking: AbstractSet[str],
) -> pairing.PairingInstance:
    """Add the weak pairs of those who lack meetings, and let these go no further than needed."""
    known = {candidate.pair for candidate in instance.candidates}
    weak = [
        c
        for c in candidates
        if c.score >= LEAST_SCORE and c.pair not in known and lacking & set(c.pair)
    ]

    def held(party: pairing.Party) -> pairing.Party:
        return replace(party, maximum=party.minimum) if party.id in lacking else party

    return replace(
        instance,
        factories=tuple(map(held, instance.factories)),
        providers=tuple(map(held, instance.providers)),
        candidates=(*instance.candidates, *weak),
    )


def choose_fitting(instance: pairing.PairingInstance, *, places: int, solve: Solve) -> FittedPairs:
    """Choose pairs; when there are more than `places`, lower the maxima of a side, step by step.

    No guarantee is given up for that: a step that would leave somebody below the minimum who is
    not below it anyway is not taken. Each step is solved exactly again.
    """
    best = FittedPairs(instance, solve(instance), {})
    for side in ("factory", "provider"):
        parties = getattr(best.instance, "factories" if side == "factory" else "providers")
        for cap in range(max((p.maximum for p in parties), default=0) - 1, 0, -1):
            if best.result.objective is None or len(best.result.pairs) <= places:
                return best
            capped = _capped(best.instance, side=side, cap=cap)
            if capped == best.instance:
                continue
            result = solve(capped)
            if result.objective is None or result.objective.missing > best.result.objective.missing:
                break
            best = FittedPairs(capped, result, {**best.caps, side: cap})
    return best


def _capped(instance: pairing.PairingInstance, *, side: str, cap: int) -> pairing.PairingInstance:
    """Lower the maxima of one side to `cap`, never below a minimum or the must pairs."""
    position = 0 if side == "factory" else 1
    fixed = Counter(pair[position] for pair in instance.must)

    def lower(party: pairing.Party) -> pairing.Party:
        return replace(party, maximum=min(party.maximum, max(cap, party.minimum, fixed[party.id])))

    if side == "factory":
        return replace(instance, factories=tuple(map(lower, instance.factories)))
    return replace(instance, providers=tuple(map(lower, instance.providers)))


def meeting_id(pair: pairing.Pair) -> str:
    """Name the meeting of a pair; participants' ids hold no bar."""
    return "|".join(pair)


def schedule_instance(event: Event, pairs: Sequence[pairing.Pair]) -> schedule.ScheduleInstance:
    """Build the timetable question; tables are named by their numbers."""
    return schedule.ScheduleInstance(
        participants=tuple(
            schedule.Participant(str(p.id), frozenset(p.absent_slots))
            for side in Side
            for p in side_of(event, side)
        ),
        meetings=tuple(schedule.Meeting(meeting_id(pair), *pair) for pair in pairs),
        tables=tuple(schedule.Table(str(table.number)) for table in event.tables),
        slots=len(event.slots),
        morning_slots=sum(slot.session == MORNING for slot in event.slots),
        fairness=event.fairness,
        break_rule=schedule.BreakRule.OWN,
    )
