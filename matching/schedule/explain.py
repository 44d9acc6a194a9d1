"""Why an event has no timetable, and the smallest changes that free it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

from matching.schedule.anneal import anneal
from matching.schedule.certificates import certificates
from matching.schedule.construct import construct
from matching.schedule.grid import Grid
from matching.schedule.instance import Meeting, ScheduleInstance, Session, Table
from matching.schedule.result import Change, Explanation, Fact, Limits, Stopwatch

Oracle = Callable[[ScheduleInstance], bool | None]
PERSONAL = ("availability", "session", "fixed_slot", "precedence")
MOST_MORE_SLOTS = 3
SMOOTH_SECONDS = 0.3  # annealing that makes most timetables fair, before the exact solver is asked
MORE_TABLES = (1, 2, 4, 8, 16)


def explain(
    instance: ScheduleInstance, *, limits: Limits, seed: int, watch: Stopwatch | None = None
) -> Explanation:
    """Name the rules in conflict and changes that were tried and found to free the event.

    Facts are removed by QuickXplain (Junker, AAAI 2004): what remains is a set without a
    timetable of which, when `minimal`, no fact can be spared. Everything that is not proved
    within the limits counts as in conflict, and `minimal` is False.
    """
    watch = watch or Stopwatch(limits)
    oracle = _Oracle(limits, seed, watch)
    conflict: tuple[Fact, ...] = ()
    facts = all_facts(instance)
    if oracle(without(instance, facts)) is not False:
        conflict = tuple(_quick_explain(instance, oracle, _by_code(instance, oracle, facts)))
    certain = oracle.certain
    changes = tuple(_changes(instance, conflict, oracle))
    alone = any(change.code.startswith("free_") for change in changes)
    return Explanation(
        certificates=certificates(instance),
        conflict=conflict,
        minimal=certain,
        changes=changes,
        together=()
        if alone or not conflict
        else _counted(instance, oracle) or _together(instance, limits, seed, watch),
    )


def _counted(instance: ScheduleInstance, oracle: Oracle) -> tuple[Change, ...]:
    """Return the hours that the certificates ask for if they are enough; () otherwise.

    Each of these certificates stands for itself, so no smaller set of hours can do.
    """
    short = [
        certificate.subject
        for certificate in certificates(instance)
        if certificate.code == "availability_below_meetings"
    ]
    if short and oracle(without(instance, [Fact("availability", one) for one in short])):
        return tuple(Change("free_availability", one) for one in short)
    return ()


def _together(
    instance: ScheduleInstance, limits: Limits, seed: int, watch: Stopwatch
) -> tuple[Change, ...]:
    """Return a smallest set of statements of persons and meetings to give up; () if unknown."""
    if len(instance.meetings) * instance.slots > limits.exact_size or watch.left <= 0:
        return ()
    from matching.schedule.exact import fewest_given_up

    statements = [(f.code, f.subject) for f in all_facts(instance) if f.code in PERSONAL]
    found = fewest_given_up(
        instance, statements, seconds=watch.left, workers=limits.workers, seed=seed
    )
    return tuple(Change(f"free_{code}", subject) for code, subject in found or ())


def all_facts(instance: ScheduleInstance) -> tuple[Fact, ...]:
    """Return every statement of `instance` that could be given up."""
    facts = [Fact("tables")]
    if instance.fairness is not None:
        facts.append(Fact("fairness"))
    facts += [Fact("availability", p.id) for p in instance.participants if p.forbidden]
    for m in instance.meetings:
        facts += [Fact(code, m.id) for code in _meeting_codes(m)]
    return tuple(facts)


def _meeting_codes(m: Meeting) -> Iterator[str]:
    if m.session is not Session.ANY:
        yield "session"
    if m.slot is not None:
        yield "fixed_slot"
    if m.table is not None:
        yield "fixed_table"
    if m.table_kind is not None:
        yield "table_kind"
    if m.after:
        yield "precedence"


def without(instance: ScheduleInstance, facts: Sequence[Fact]) -> ScheduleInstance:
    """Return `instance` with `facts` given up."""
    gone = set(facts)
    return replace(
        instance,
        participants=tuple(
            replace(p, forbidden=frozenset()) if Fact("availability", p.id) in gone else p
            for p in instance.participants
        ),
        meetings=tuple(_relaxed(m, gone) for m in instance.meetings),
        tables=_plenty(instance) if Fact("tables") in gone else instance.tables,
        fairness=None if Fact("fairness") in gone else instance.fairness,
    )


def _relaxed(m: Meeting, gone: set[Fact]) -> Meeting:
    return replace(
        m,
        session=Session.ANY if Fact("session", m.id) in gone else m.session,
        slot=None if Fact("fixed_slot", m.id) in gone else m.slot,
        table=None if Fact("fixed_table", m.id) in gone else m.table,
        table_kind=None if Fact("table_kind", m.id) in gone else m.table_kind,
        after=() if Fact("precedence", m.id) in gone else m.after,
    )


def _plenty(instance: ScheduleInstance) -> tuple[Table, ...]:
    """Return the tables and, of each kind, as many more as one slot can ever need."""
    most = min(len(instance.meetings), len(instance.participants) // 2)
    kinds = {t.kind for t in instance.tables} | {m.table_kind for m in instance.meetings} | {None}
    more = [Table(f"+{kind}{i}", kind) for kind in kinds for i in range(most)]
    return (*instance.tables, *more)


class _Oracle:
    """Tells whether an instance has a timetable; remembers whether it ever did not know."""

    def __init__(self, limits: Limits, seed: int, watch: Stopwatch) -> None:
        self.limits, self.seed, self.watch = limits, seed, watch
        self.certain = True

    def __call__(self, instance: ScheduleInstance) -> bool | None:
        answer = self._ask(instance)
        self.certain = self.certain and answer is not None
        return answer

    def _ask(self, instance: ScheduleInstance) -> bool | None:
        if certificates(instance):
            return False
        if self.watch.left <= 0:
            return None
        grid = Grid(instance)
        rng = Random(self.seed)  # noqa: S311 - a search, not a secret
        built = construct(grid, rng=rng, watch=self.watch, seconds=1.0)
        if built and not grid.unfair():
            return True
        if built:
            seconds = min(SMOOTH_SECONDS, self.watch.left)
            anneal(grid, rng=rng, watch=self.watch, seconds=seconds)
            if not grid.unfair():
                return True
        if len(instance.meetings) * instance.slots > self.limits.exact_size:
            return None
        from matching.schedule.exact import feasible

        return feasible(
            instance, seconds=self.watch.left, workers=self.limits.workers, seed=self.seed
        )[0]


def _by_code(
    instance: ScheduleInstance, oracle: Oracle, facts: tuple[Fact, ...]
) -> tuple[Fact, ...]:
    """Drop whole kinds of facts that the conflict does not need: few questions, big steps."""
    kept = facts
    for code in dict.fromkeys(fact.code for fact in facts):
        fewer = tuple(fact for fact in kept if fact.code != code)
        gone = [fact for fact in facts if fact not in set(fewer)]
        if oracle(without(instance, gone)) is False:
            kept = fewer
    return kept


def _quick_explain(
    instance: ScheduleInstance, oracle: Oracle, facts: tuple[Fact, ...]
) -> list[Fact]:
    """Return an irreducible subset of `facts` that still has no timetable."""
    everything = all_facts(instance)

    def in_conflict(kept: Sequence[Fact]) -> bool:
        keep = set(kept)
        return oracle(without(instance, [f for f in everything if f not in keep])) is False

    def search(background: list[Fact], grew: bool, candidates: tuple[Fact, ...]) -> list[Fact]:
        if grew and in_conflict(background):
            return []
        if len(candidates) <= 1:
            return list(candidates)
        first, second = candidates[: len(candidates) // 2], candidates[len(candidates) // 2 :]
        needed = search([*background, *first], True, second)
        return [*search([*background, *needed], bool(needed), first), *needed]

    return search([], False, facts)


def _changes(
    instance: ScheduleInstance, conflict: tuple[Fact, ...], oracle: Oracle
) -> Iterator[Change]:
    """Yield changes that free the event: one statement first, then more tables, more slots."""
    for fact in conflict:
        if fact.code not in ("tables", "fairness") and oracle(without(instance, [fact])):
            yield Change(f"free_{fact.code}", fact.subject)
    if instance.fairness is not None and Fact("fairness") in conflict:
        for more in (1, 2):
            if oracle(replace(instance, fairness=instance.fairness + more)):
                yield Change("raise_fairness", amount=more)
                break
    if Fact("tables") in conflict:
        for more in MORE_TABLES:
            extra = tuple(Table(f"+{i}") for i in range(more))
            if oracle(replace(instance, tables=(*instance.tables, *extra))):
                yield Change("add_tables", amount=more)
                break
    for more in range(1, MOST_MORE_SLOTS + 1):
        if oracle(replace(instance, slots=instance.slots + more)):
            yield Change("add_slots", amount=more)
            break
