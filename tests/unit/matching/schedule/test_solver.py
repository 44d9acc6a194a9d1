"""The solver: whatever it returns breaks no rule; tiny events are optimal; reasons are proved."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.schedule import (
    BreakRule,
    Certificate,
    Change,
    Fact,
    Limits,
    Meeting,
    Participant,
    Placement,
    Progress,
    ScheduleInstance,
    Session,
    Status,
    Table,
    assign_tables,
    breaks_by_participant,
    certificates,
    check,
    diagnostics,
    solve,
)
from matching.schedule.explain import without
from matching.schedule.pattern_bound import pattern_bound

QUICK = Limits(seconds=5.0)


@st.composite
def events(draw, people: int = 4, most_meetings: int = 5) -> ScheduleInstance:
    slots = draw(st.integers(2, 4))
    tables = tuple(
        Table(f"t{i}", draw(st.sampled_from([None, "k"]))) for i in range(draw(st.integers(1, 3)))
    )
    participants = tuple(
        Participant(f"p{i}", draw(st.frozensets(st.integers(0, slots - 1), max_size=1)))
        for i in range(people)
    )
    every = [(a, b) for a in range(people) for b in range(a + 1, people)]
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=most_meetings))
    meetings = []
    for i, (a, b) in enumerate(pairs):
        table = draw(st.sampled_from([None] * 6 + [t.id for t in tables]))
        kind = None if table else draw(st.sampled_from([None] * 4 + ["k"]))
        meetings.append(
            Meeting(
                f"m{i}",
                f"p{a}",
                f"p{b}",
                session=draw(st.sampled_from([Session.ANY] * 4 + list(Session))),
                slot=draw(st.sampled_from([None] * 8 + [0, 1])),
                table=table,
                table_kind=kind,
                after=("m0",) if i and draw(st.integers(0, 4)) == 0 else (),
            )
        )
    return ScheduleInstance(
        participants,
        tuple(meetings),
        tables,
        slots=slots,
        morning_slots=draw(st.integers(1, slots)),
        fairness=draw(st.sampled_from([None, 0, 1])),
        break_rule=draw(st.sampled_from(BreakRule)),
    )


def slot_choices(question: ScheduleInstance) -> Iterator[dict[str, Placement]]:
    """Yield every choice of slots that some choice of tables makes valid."""
    ids = [m.id for m in question.meetings]
    for slots in product(range(question.slots), repeat=len(ids)):
        by_slot: dict[int, list[str]] = {}
        for meeting, slot in zip(ids, slots, strict=True):
            by_slot.setdefault(slot, []).append(meeting)
        if all(len(group) <= len(question.tables) for group in by_slot.values()):
            timetable = assign_tables(dict(zip(ids, slots, strict=True)), question)
            if not check(timetable, question):
                yield timetable


def least_breaks(question: ScheduleInstance) -> int | None:
    return min(
        (sum(breaks_by_participant(t, question).values()) for t in slot_choices(question)),
        default=None,
    )


@settings(max_examples=30, deadline=None)
@given(question=events())
def test_the_solver_equals_brute_force_on_tiny_events(question):
    result = solve(question, limits=QUICK, seed=3)

    expected = least_breaks(question)

    if expected is None:
        assert result.status is Status.INFEASIBLE
        assert result.objective is None
    else:
        assert result.status is Status.OPTIMAL
        assert (result.objective, result.bound, result.gap) == (expected, expected, 0)
        assert result.violations == ()


@settings(max_examples=30, deadline=None)
@given(question=events(people=5, most_meetings=7))
def test_whatever_the_solver_returns_breaks_no_rule(question):
    result = solve(question, limits=QUICK, seed=7)

    if result.status is Status.INFEASIBLE:
        codes = {v.code for v in check(result.timetable, question)}
        assert codes <= {"meeting_unplaced", "breaks_unfair"}
        assert result.explanation.certificates or result.explanation.conflict
    else:
        assert check(result.timetable, question) == ()
        assert diagnostics(result.timetable, question).breaks == result.objective


@settings(max_examples=40, deadline=None)
@given(question=events())
def test_certificates_and_the_pattern_bound_never_claim_too_much(question):
    expected = least_breaks(question)
    claims = certificates(question)
    bound = pattern_bound(question, seconds=2.0, workers=1, seed=0)

    if expected is not None:
        assert claims == ()
        assert not bound.infeasible
        assert bound.breaks <= expected


@settings(max_examples=10, deadline=None)
@given(question=events())
def test_an_infeasible_event_is_explained_by_an_irreducible_conflict(question):
    result = solve(question, limits=QUICK, seed=1)

    explanation = result.explanation
    if result.status is not Status.INFEASIBLE or not explanation.minimal:
        return
    from matching.schedule.explain import all_facts

    everything = all_facts(question)
    others = [fact for fact in everything if fact not in explanation.conflict]
    assert least_breaks(without(question, others)) is None
    for spared in explanation.conflict:
        assert least_breaks(without(question, [*others, spared])) is not None


def crowd(factories: int, providers: int, each: int, **changes) -> ScheduleInstance:
    """Factory i meets the next `each` providers round the table."""
    people = [f"f{i}" for i in range(factories)] + [f"p{i}" for i in range(providers)]
    meetings = tuple(
        Meeting(f"f{i}-p{(i + k) % providers}", f"f{i}", f"p{(i + k) % providers}")
        for i in range(factories)
        for k in range(each)
    )
    values = {
        "participants": tuple(Participant(one) for one in people),
        "meetings": meetings,
        "tables": tuple(Table(f"t{i}") for i in range(factories)),
        "slots": each,
        "morning_slots": each // 2,
        **changes,
    }
    return ScheduleInstance(**values)


def test_too_few_slots_are_named_with_the_participant_and_the_remedy():
    question = crowd(3, 3, 3, slots=2, morning_slots=1)

    result = solve(question, limits=QUICK)

    assert result.status is Status.INFEASIBLE
    assert Certificate("slots_below_meetings", "f0", 3, 2) in result.explanation.certificates
    assert result.explanation.changes == (Change("add_slots", amount=1),)
    assert len(result.timetable) + len(result.unplaced) == 9
    assert {v.code for v in result.violations} == {"meeting_unplaced"}


def test_too_few_tables_are_named_with_the_remedy():
    question = crowd(4, 4, 2, tables=(Table("t0"), Table("t1"), Table("t2")), fairness=None)

    explanation = solve(question, limits=QUICK).explanation

    assert explanation.certificates == (Certificate("tables_below_meetings", "", 8, 6),)
    assert explanation.conflict == (Fact("tables"),)
    assert explanation.minimal
    assert explanation.changes == (Change("add_tables", amount=1), Change("add_slots", amount=1))


def test_one_persons_hours_are_named_when_they_block():
    question = crowd(3, 3, 3)
    late = replace(question.participants[0], forbidden=frozenset({0}))
    question = replace(question, participants=(late, *question.participants[1:]))

    explanation = solve(question, limits=QUICK).explanation

    assert explanation.certificates == (Certificate("availability_below_meetings", "f0", 3, 2),)
    assert explanation.conflict == (Fact("availability", "f0"),)
    assert explanation.changes[0] == Change("free_availability", "f0")


def test_fixed_meetings_against_each_other_are_both_named():
    question = crowd(2, 2, 2)
    meetings = tuple(
        replace(m, slot=0) if m.id in ("f0-p0", "f0-p1") else m for m in question.meetings
    )

    explanation = solve(replace(question, meetings=meetings), limits=QUICK).explanation

    assert explanation.conflict == (Fact("fixed_slot", "f0-p0"), Fact("fixed_slot", "f0-p1"))
    assert explanation.changes == (
        Change("free_fixed_slot", "f0-p0"),
        Change("free_fixed_slot", "f0-p1"),
    )


def test_two_conflicts_are_freed_together_by_the_fewest_statements():
    question = crowd(3, 3, 3)
    late = [replace(p, forbidden=frozenset({0})) for p in question.participants[:2]]
    question = replace(question, participants=(*late, *question.participants[2:]))

    explanation = solve(question, limits=QUICK).explanation

    assert explanation.changes == (Change("add_slots", amount=1),)
    assert set(explanation.together) == {
        Change("free_availability", "f0"),
        Change("free_availability", "f1"),
    }


def test_the_same_seed_gives_the_same_timetable():
    question = crowd(8, 6, 3, slots=6, tables=tuple(Table(f"t{i}") for i in range(5)))

    first, second = (solve(question, limits=QUICK, seed=11) for _ in range(2))

    assert first.status is Status.OPTIMAL
    assert first.timetable == second.timetable


def test_a_warm_start_without_breaks_is_kept():
    question = crowd(4, 4, 3, slots=5)
    known = solve(question, limits=QUICK, seed=1)

    again = solve(question, limits=QUICK, seed=2, warm_start=known.timetable)

    assert known.objective == 0
    assert again.timetable == known.timetable


def test_progress_reports_the_first_timetable_and_never_gets_worse():
    seen: list[Progress] = []
    question = crowd(8, 6, 3, slots=6, tables=tuple(Table(f"t{i}") for i in range(4)))

    result = solve(question, limits=QUICK, on_progress=seen.append)

    assert seen[0].stage == "construct"
    assert seen[-1].objective == result.objective
    objectives = [step.objective for step in seen]
    assert objectives == sorted(objectives, reverse=True)


def test_tables_follow_the_participant():
    question = crowd(3, 3, 2, slots=2)
    slots = {"f0-p0": 0, "f0-p1": 1, "f1-p1": 0, "f1-p2": 1, "f2-p2": 0, "f2-p0": 1}

    timetable = assign_tables(slots, question)

    assert check(timetable, question) == ()
    assert diagnostics(timetable, question).table_changes == 3


@pytest.mark.slow
def test_a_large_event_is_complete_without_violations():
    question = crowd(300, 200, 8, slots=20, tables=tuple(Table(f"t{i}") for i in range(130)))

    result = solve(question, limits=Limits(seconds=4.0), seed=1)

    assert result.status in (Status.FEASIBLE, Status.OPTIMAL)
    assert result.violations == ()
    assert result.unplaced == ()
