"""Events in the database: made, changed, planned, published; and what the tables refuse."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.actors import ANONYMOUS, Role
from app.core.errors import (
    Blocked,
    Forbidden,
    InvalidInput,
    NotFound,
    StaleVersion,
    Unauthenticated,
)
from app.models import (
    AuditEvent,
    Event,
    EventRun,
    EventStatus,
    Meeting,
    OrganisationKind,
    PairRuleKind,
    Side,
)
from app.queries import events as queries
from app.services import event_roster, events
from app.services.event_planning import EventEngine, compute_plan, plan_event, plan_event_apart
from app.services.event_report import describe_run
from app.services.event_scores import PairScore


@pytest.fixture
def department(make):
    return make.organisation(kind=OrganisationKind.DEPARTMENT)


@pytest.fixture
def organiser(make, department):
    return make.actor(role=Role.CITY_ORGANISER, organisation=department)


@pytest.fixture
def engine(wiring, session, now):
    def build() -> EventEngine:
        live = wiring.index.live(session, now=now)
        return EventEngine(live.searcher, wiring.criteria, live.version)

    return build


@pytest.fixture
def filled(make, department):
    """An event with so many firms on each side, and everything they need to be matched."""

    def build(*, factories: int = 3, providers: int = 3, **values):
        event = make.event(organisation=department, **values)
        for _ in range(factories):
            factory = make.factory()
            make.assessment(factory=factory)
            make.need(factory=factory)
            make.participant(event=event, who=factory)
        for _ in range(providers):
            provider = make.provider()
            make.offering(provider=provider)
            make.participant(event=event, who=provider)
        return event

    return build


def side(event: Event, which: Side):
    return sorted((p for p in event.participants if p.side is which), key=lambda p: str(p.id))


def scored(event: Event, score: int = 600) -> list[PairScore]:
    return [
        PairScore(f.id, p.id, score, score, score)
        for f in side(event, Side.FACTORY)
        for p in side(event, Side.PROVIDER)
    ]


def actions(session) -> list[str]:
    session.flush()
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


FIELDS = events.EventFields(
    title="邢台供需对接会",
    venue="会展中心",
    held_on=date(2026, 12, 10),
    notes="",
    slot_minutes=20,
    slots=((600, "am"), (625, "am"), (810, "pm")),
    tables=("A1", "A2"),
    factory_min=1,
    factory_max=2,
    provider_min=1,
    provider_max=3,
    fairness=2,
)


def create(session, organiser, now, **values):
    event_id = values.pop("event_id", uuid4())
    return events.create_event(
        session, event_id=event_id, fields=replace(FIELDS, **values), actor=organiser, now=now
    )


def test_an_event_belongs_to_the_department_of_its_maker(session, organiser, department, now):
    event = create(session, organiser, now)

    whole = queries.one_whole(session, event.id, to=organiser)
    assert (whole.organisation_id, whole.region) == (department.id, department.region)
    assert [slot.start_minute for slot in whole.slots] == [600, 625, 810]
    assert [table.label for table in whole.tables] == ["A1", "A2"]
    assert actions(session) == ["event.created"]


def test_sending_the_form_twice_makes_one_event(session, organiser, now):
    event_id = uuid4()

    first = create(session, organiser, now, event_id=event_id)
    second = create(session, organiser, now, event_id=event_id)

    assert second.id == first.id
    assert session.scalars(select(Event.title)).all() == ["邢台供需对接会"]


@pytest.mark.parametrize("role", [Role.FACTORY_MEMBER, Role.PROVIDER_MEMBER])
def test_only_organisers_make_events(session, make, now, role):
    with pytest.raises(Forbidden):
        create(session, make.actor(role=role, organisation=make.organisation()), now)
    with pytest.raises(Unauthenticated):
        create(session, ANONYMOUS, now)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"held_on": date(2026, 11, 22)}, "date_in_past"),
        ({"factory_max": 0}, "quota_order"),
        ({"provider_max": 0}, "quota_order"),
        ({"slots": ()}, "event_no_slots"),
        ({"slots": ((600, "am"), (610, "pm"))}, "event_sessions_overlap"),
        ({"slots": ((1430, "pm"),)}, "event_past_midnight"),
        ({"tables": ()}, "event_no_tables"),
        ({"tables": ("A1", "A1")}, "event_table_twice"),
    ],
)
def test_an_impossible_event_is_refused_with_the_reason(session, organiser, now, values, code):
    with pytest.raises(InvalidInput) as refusal:
        create(session, organiser, now, **values)

    assert [problem.code for problem in refusal.value.problems] == [code]
    assert session.scalars(select(Event.id)).all() == []


def update(session, event, organiser, now, *, version, **values):
    return events.update_event(
        session,
        event_id=event.id,
        version=version,
        fields=replace(FIELDS, **values),
        actor=organiser,
        now=now,
    )


def test_the_second_of_two_organisers_is_told_that_the_event_has_changed(session, organiser, now):
    event = create(session, organiser, now)
    update(session, event, organiser, now, version=1, title="先改的名称")

    with pytest.raises(StaleVersion):
        update(session, event, organiser, now, version=1, title="后改的名称")

    assert session.get(Event, event.id).title == "先改的名称"


def test_fewer_slots_forget_absences_in_slots_that_are_gone(session, make, organiser, now):
    event = create(session, organiser, now)
    make.participant(event=event, who=make.factory(), absent_slots=[0, 2])

    update(session, event, organiser, now, version=1, slots=((600, "am"), (625, "am")))

    whole = queries.one_whole(session, event.id, to=organiser)
    assert len(whole.slots) == 2
    assert [p.absent_slots for p in whole.participants] == [[0]]


def test_the_province_manages_every_event_and_another_city_knows_of_none(
    session, make, organiser, now
):
    event = create(session, organiser, now)
    province = make.actor(
        role=Role.PROVINCIAL_ORGANISER, organisation=make.organisation(region="河北")
    )
    tangshan = make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="唐山"))

    assert update(session, event, province, now, version=1, title="省里改的").title == "省里改的"
    with pytest.raises(NotFound):
        update(session, event, tangshan, now, version=2)
    assert queries.list_visible(session, to=tangshan) == []


def add(session, event, which, ids, organiser, now):
    return event_roster.add_participants(
        session, event_id=event.id, side=which, ids=ids, actor=organiser, now=now
    )


def test_adding_the_same_firm_twice_adds_it_once(session, make, organiser, now):
    event = create(session, organiser, now)
    factory, provider = make.factory(), make.provider()

    assert add(session, event, Side.FACTORY, [factory.id], organiser, now) == 1
    assert add(session, event, Side.FACTORY, [factory.id], organiser, now) == 0
    assert add(session, event, Side.PROVIDER, [provider.id], organiser, now) == 1

    whole = queries.one_whole(session, event.id, to=organiser)
    assert len(whole.participants) == 2
    assert whole.version == 3  # the repeat changed nothing


def test_a_city_cannot_invite_a_factory_that_it_may_not_see(session, make, organiser, now):
    event = create(session, organiser, now)
    elsewhere = make.factory(organisation=make.organisation(region="唐山"))

    with pytest.raises(InvalidInput) as refusal:
        add(session, event, Side.FACTORY, [elsewhere.id], organiser, now)

    assert [p.code for p in refusal.value.problems] == ["event_cannot_invite"]


def test_removing_a_participant_twice_is_no_error(session, make, organiser, now):
    event = create(session, organiser, now)
    seat = make.participant(event=event, who=make.factory())
    seat_id = seat.id

    for _ in range(2):
        event_roster.remove_participant(
            session, event_id=event.id, participant_id=seat_id, actor=organiser, now=now
        )

    assert queries.one_whole(session, event.id, to=organiser).participants == []
    assert actions(session).count("event.participant_removed") == 1


def test_the_latest_word_about_a_pair_counts(session, filled, organiser, now):
    event = queries.one_whole(session, filled().id, to=organiser)
    factory, provider = side(event, Side.FACTORY)[0], side(event, Side.PROVIDER)[0]

    for kind in (PairRuleKind.MUST, PairRuleKind.FORBID):
        event_roster.set_rule(
            session,
            event_id=event.id,
            factory_participant_id=factory.id,
            provider_participant_id=provider.id,
            kind=kind,
            actor=organiser,
            now=now,
        )

    whole = queries.one_whole(session, event.id, to=organiser)
    assert [rule.kind for rule in whole.pair_rules] == [PairRuleKind.FORBID]


def plan(session, event, engine, organiser, now):
    whole = queries.one_whole(session, event.id, to=organiser)
    return plan_event(session, event=whole, engine=engine(), actor=organiser, now=now)


def test_a_plan_is_kept_with_proofs_reasons_and_no_violation(
    session, filled, engine, organiser, now
):
    run = plan(session, filled(), engine, organiser, now)

    meetings = session.scalars(select(Meeting).where(Meeting.run_id == run.id)).all()
    assert run.status == "optimal"
    assert run.seq == 1
    assert len(meetings) == 9  # everybody meets everybody: 3 x 3 pairs, 4 x 3 places
    assert run.pairing["violations"] == run.schedule["violations"] == []
    assert run.schedule["gap"] == 0
    assert run.pairing["objective"]["missing"] == 0
    assert {m.reasons["gap"] for m in meetings} == {"轴承突然坏"}
    assert all(m.reasons["offering"].startswith("轴承振动在线监测") for m in meetings)
    assert all("轴承" in "".join(m.reasons["matched"]) for m in meetings)
    assert all(m.reasons["interest"]["industry"] == 1000 for m in meetings)
    assert actions(session) == ["event.planned"]


def test_planning_again_without_a_change_gives_the_same_run(
    session, filled, engine, organiser, now
):
    event = filled()

    first = plan(session, event, engine, organiser, now)
    second = plan(session, event, engine, organiser, now)

    assert second.id == first.id
    assert len(session.scalars(select(EventRun.id)).all()) == 1


def test_planning_apart_stores_what_it_computed(session, wiring, filled, engine, organiser, now):
    event = filled()
    parts = engine()
    session.commit()

    run_id = plan_event_apart(
        wiring.database, event_id=event.id, engine=parts, actor=organiser, now=now
    )

    stored = session.get(EventRun, run_id)
    assert (stored.seq, stored.status) == (1, "optimal")


def test_must_and_forbid_are_kept(session, make, filled, engine, organiser, now):
    event = filled(factory_max=1, provider_max=1)
    whole = queries.one_whole(session, event.id, to=organiser)
    factories, providers = side(whole, Side.FACTORY), side(whole, Side.PROVIDER)
    make.pair_rule(factory=factories[0], provider=providers[2], kind=PairRuleKind.MUST)
    make.pair_rule(factory=factories[1], provider=providers[0], kind=PairRuleKind.FORBID)
    make.pair_rule(factory=factories[2], provider=providers[1], kind=PairRuleKind.DECLINE)

    run = plan(session, event, engine, organiser, now)

    assert sorted(map(tuple, run.pairing["pairs"])) == [(0, 2), (1, 1), (2, 0)]
    meetings = session.scalars(select(Meeting).where(Meeting.run_id == run.id)).all()
    assert {m.factory_participant_id for m in meetings if m.reasons["is_must"]} == {factories[0].id}


def test_factory_and_provider_of_one_organisation_never_meet(
    session, make, department, engine, organiser, now
):
    both = make.organisation()
    event = make.event(organisation=department)
    factory = make.factory(organisation=both)
    make.assessment(factory=factory)
    make.need(factory=factory)
    provider = make.provider(organisation=both)
    make.offering(provider=provider)
    make.participant(event=event, who=factory)
    make.participant(event=event, who=provider)

    run = plan(session, event, engine, organiser, now)

    assert run.pairing["pairs"] == []
    assert run.pairing["refusals"] == [[0, 0, "conflict_of_interest"]]
    assert {s["side"] for s in run.pairing["below_minimum"]} == {"factory", "provider"}


def test_absent_participants_are_not_seated(session, make, filled, engine, organiser, now):
    event = filled(factories=1, providers=2)
    whole = queries.one_whole(session, event.id, to=organiser)
    side(whole, Side.FACTORY)[0].absent_slots = [0, 1]
    session.flush()

    run = plan(session, event, engine, organiser, now)

    slots = session.scalars(select(Meeting.slot_number).where(Meeting.run_id == run.id)).all()
    assert sorted(slots) == [2, 3]


@pytest.mark.parametrize(
    ("factories", "providers", "code"),
    [(0, 1, "event_no_factories"), (1, 0, "event_no_providers")],
)
def test_an_empty_side_is_a_sentence_and_not_a_crash(
    session, filled, engine, organiser, now, factories, providers, code
):
    event = filled(factories=factories, providers=providers)

    with pytest.raises(Blocked) as refusal:
        plan(session, event, engine, organiser, now)

    assert [problem.code for problem in refusal.value.problems] == [code]


def test_an_event_without_slots_and_tables_is_a_sentence(session, filled, engine, organiser, now):
    with pytest.raises(Blocked) as refusal:
        plan(session, filled(slots=0, tables=0), engine, organiser, now)

    assert [p.code for p in refusal.value.problems] == ["event_no_slots", "event_no_tables"]


def computed(session, event, engine, organiser):
    whole = queries.one_whole(session, event.id, to=organiser)
    return compute_plan(whole, scored(whole), engine=engine(), seconds=2.0, seed=0)


def test_too_few_places_for_the_guarantees_name_tables_slots_and_the_smallest_change(
    session, filled, engine, organiser
):
    event = filled(
        factories=5, providers=5, slots=4, tables=3, factory_min=3, provider_min=3,
        factory_max=3, provider_max=3,
    )  # fmt: skip

    found = computed(session, event, engine, organiser)

    assert found.status == "infeasible"
    assert found.meetings == ()
    assert found.schedule["conflicts"] == [
        {
            "code": "plan_places",
            "params": {
                "tables": 3,
                "slots": 4,
                "available": 12,
                "needed": 15,
                "more_tables": 1,
                "more_slots": 1,
            },
        }
    ]


def test_maxima_are_lowered_before_places_run_out(session, filled, engine, organiser):
    event = filled(factories=5, providers=5, slots=4, tables=3)

    found = computed(session, event, engine, organiser)

    assert found.status == "optimal"
    assert found.pairing["caps"] == {"factory": 2}
    assert len(found.meetings) == 10


def test_a_must_between_people_who_are_never_there_together_is_named(
    session, make, filled, engine, organiser
):
    event = filled(factories=1, providers=1)
    whole = queries.one_whole(session, event.id, to=organiser)
    factory, provider = whole.participants
    if factory.side is Side.PROVIDER:
        factory, provider = provider, factory
    factory.absent_slots, provider.absent_slots = [0, 1], [2, 3]
    make.pair_rule(factory=factory, provider=provider, kind=PairRuleKind.MUST)

    found = computed(session, event, engine, organiser)

    assert found.status == "infeasible"
    assert found.schedule["conflicts"] == [
        {
            "code": "plan_no_common_slot",
            "params": {
                "factory": factory.factory.name,
                "provider": provider.provider.organisation.name,
            },
        }
    ]


def test_more_musts_than_a_participant_may_have_are_named(session, make, filled, engine, organiser):
    event = filled(factories=1, providers=3, factory_max=2)
    whole = queries.one_whole(session, event.id, to=organiser)
    (factory,) = side(whole, Side.FACTORY)
    for provider in side(whole, Side.PROVIDER):
        make.pair_rule(factory=factory, provider=provider, kind=PairRuleKind.MUST)

    found = computed(session, event, engine, organiser)

    assert found.schedule["conflicts"] == [
        {
            "code": "plan_must_above_maximum",
            "params": {"name": factory.factory.name, "needed": 3, "available": 2, "more": 1},
        }
    ]


def test_rules_that_only_conflict_together_are_named_with_changes_that_help(
    session, filled, engine, organiser
):
    event = filled(
        factories=2, providers=2, slots=2, tables=1, factory_max=1, provider_max=1, fairness=None
    )
    whole = queries.one_whole(session, event.id, to=organiser)
    first, second = side(whole, Side.FACTORY)
    first.absent_slots = second.absent_slots = [1]  # both only there in the first slot, one table

    found = computed(session, event, engine, organiser)

    assert found.status == "infeasible"
    assert {(c["code"], c["params"].get("name")) for c in found.schedule["conflicts"]} == {
        ("plan_fact_tables", None),
        ("plan_fact_availability", first.factory.name),
        ("plan_fact_availability", second.factory.name),
    }
    assert {c["code"] for c in found.schedule["changes"]} == {
        "change_add_tables",
        "change_add_slots",
        "change_free_availability",
    }


def test_weak_pairs_only_fill_up_what_was_guaranteed(session, filled, engine, organiser):
    event = filled(factories=2, providers=3, factory_min=2, factory_max=3, provider_min=0)
    whole = queries.one_whole(session, event.id, to=organiser)
    first, second = side(whole, Side.FACTORY)
    worth = {first.id: [700, 650, 300], second.id: [800, 300, 200]}
    scores = [
        PairScore(factory, provider.id, score, score, score)
        for factory, row in worth.items()
        for provider, score in zip(side(whole, Side.PROVIDER), row, strict=True)
    ]

    found = compute_plan(whole, scores, engine=engine(), seconds=2.0, seed=0)

    # The first has its two good ones and no weak third; the second needs one weak pair.
    assert sorted(found.pairing["pairs"]) == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_who_stays_below_the_minimum_is_named_with_the_blocking_set(
    session, filled, engine, organiser
):
    event = filled(factories=3, providers=1, provider_max=2)

    found = computed(session, event, engine, organiser)

    (short,) = found.pairing["below_minimum"]
    whole = queries.one_whole(session, event.id, to=organiser)
    assert short["side"] == "factory"
    assert (short["needed"], short["possible"]) == (3, 2)
    assert short["partners"] == [str(side(whole, Side.PROVIDER)[0].id)]


def publish(session, event, run, organiser, now):
    return events.publish_event(session, event_id=event.id, run_id=run.id, actor=organiser, now=now)


def test_publishing_twice_publishes_once(session, filled, engine, organiser, now):
    event = filled()
    run = plan(session, event, engine, organiser, now)

    publish(session, event, run, organiser, now)
    publish(session, event, run, organiser, now)

    assert (event.status, event.published_run_id) == (EventStatus.PUBLISHED, run.id)
    assert actions(session).count("event.published") == 1


def test_a_run_from_before_a_change_cannot_be_published(
    session, make, filled, engine, organiser, now
):
    event = filled()
    run = plan(session, event, engine, organiser, now)
    add(session, event, Side.FACTORY, [make.factory().id], organiser, now)

    with pytest.raises(Blocked) as refusal:
        publish(session, event, run, organiser, now)

    assert [problem.code for problem in refusal.value.problems] == ["run_outdated"]


def test_a_run_of_another_event_is_not_found(session, filled, engine, organiser, now):
    run = plan(session, filled(), engine, organiser, now)

    with pytest.raises(NotFound):
        publish(session, filled(title="另一个对接会"), run, organiser, now)


def test_slots_of_a_published_event_stay_until_it_is_taken_back(
    session, filled, engine, organiser, now
):
    event = filled()
    publish(session, event, plan(session, event, engine, organiser, now), organiser, now)

    with pytest.raises(Blocked):
        update(session, event, organiser, now, version=1)
    events.unpublish_event(session, event_id=event.id, actor=organiser, now=now)
    update(session, event, organiser, now, version=1)

    assert (event.status, event.published_run_id) == (EventStatus.DRAFT, None)


def test_a_participant_of_the_published_timetable_cannot_be_removed(
    session, filled, engine, organiser, now
):
    event = filled()
    publish(session, event, plan(session, event, engine, organiser, now), organiser, now)
    whole = queries.one_whole(session, event.id, to=organiser)

    with pytest.raises(Blocked) as refusal:
        event_roster.remove_participant(
            session,
            event_id=event.id,
            participant_id=whole.participants[0].id,
            actor=organiser,
            now=now,
        )

    assert [problem.code for problem in refusal.value.problems] == ["participant_published"]


def test_removing_a_participant_drops_the_unpublished_runs_that_seat_it(
    session, filled, engine, organiser, now
):
    event = filled()
    plan(session, event, engine, organiser, now)
    whole = queries.one_whole(session, event.id, to=organiser)

    event_roster.remove_participant(
        session,
        event_id=event.id,
        participant_id=whole.participants[0].id,
        actor=organiser,
        now=now,
    )

    assert session.scalars(select(EventRun.id)).all() == []
    assert session.scalars(select(Meeting.id)).all() == []


@pytest.mark.parametrize(
    ("factory", "provider", "slot", "table"),
    [
        (0, 1, 0, 1),  # the factory in two places at once
        (1, 0, 0, 1),  # the provider in two places at once
        (1, 1, 0, 0),  # two meetings at one table
        (0, 0, 1, 1),  # the same two again
    ],
)
def test_the_database_refuses_a_double_booking(
    session, filled, organiser, now, factory, provider, slot, table
):
    event = queries.one_whole(session, filled().id, to=organiser)
    run = EventRun(
        event_id=event.id, seq=1, created_at=now, event_version=1, catalogue_version=1,
        code_version="test", status="optimal", pairing={}, schedule={},
    )  # fmt: skip
    session.add(run)
    session.flush()

    def seat(which_factory: int, which_provider: int, slot: int, table: int) -> None:
        session.add(
            Meeting(
                run_id=run.id,
                factory_participant_id=side(event, Side.FACTORY)[which_factory].id,
                provider_participant_id=side(event, Side.PROVIDER)[which_provider].id,
                slot_number=slot,
                table_number=table,
                score=1,
                reasons={},
            )
        )
        session.flush()

    seat(0, 0, 0, 0)
    with pytest.raises(IntegrityError):
        seat(factory, provider, slot, table)


@pytest.mark.parametrize("what", ["need", "assessment", "budget", "provider"])
def test_what_became_known_of_a_firm_makes_a_new_plan(
    session, make, filled, engine, organiser, now, what
):
    event = queries.one_whole(session, filled().id, to=organiser)
    first = plan_event(session, event=event, engine=engine(), actor=organiser, now=now)
    factory = side(event, Side.FACTORY)[0].factory
    if what == "need":
        make.need(factory=factory, title="料找不到", symptom="找料全靠人记，盘点总对不上账")
    elif what == "assessment":
        make.assessment(factory=factory, version=2)
    elif what == "budget":
        factory.budget_fen = 5_000_000
    else:
        side(event, Side.PROVIDER)[0].provider.industries = ["C17"]
    session.flush()

    second = plan_event(session, event=event, engine=engine(), actor=organiser, now=now)
    third = plan_event(session, event=event, engine=engine(), actor=organiser, now=now)

    assert (first.seq, second.seq) == (1, 2)
    assert third is second


def test_an_absence_stays_at_its_time_when_slots_are_renumbered(session, make, organiser, now):
    event = create(session, organiser, now)  # 10:00, 10:25 and 13:30, twenty minutes each
    make.participant(event=event, who=make.factory(), absent_slots=[2])

    update(session, event, organiser, now, version=1, slots=((600, "am"), (810, "pm"), (835, "pm")))

    whole = queries.one_whole(session, event.id, to=organiser)
    assert [p.absent_slots for p in whole.participants] == [[1]]


def test_an_absence_covers_every_new_slot_that_it_touches(session, make, organiser, now):
    event = create(session, organiser, now)
    make.participant(event=event, who=make.factory(), absent_slots=[0])

    slots = ((590, "am"), (610, "am"), (630, "am"))
    update(session, event, organiser, now, version=1, slots=slots)

    whole = queries.one_whole(session, event.id, to=organiser)
    assert [p.absent_slots for p in whole.participants] == [[0, 1]]


def test_saving_what_stands_there_already_changes_nothing(session, organiser, now):
    event = create(session, organiser, now)
    update(session, event, organiser, now, version=1, title="改名的对接会")

    again = update(session, event, organiser, now, version=1, title="改名的对接会")

    assert again.version == 2
    assert actions(session) == ["event.created", "event.updated"]


def test_the_form_of_a_new_event_sent_again_with_other_words_is_not_dropped(
    session, organiser, now
):
    key = uuid4()
    create(session, organiser, now, event_id=key)

    with pytest.raises(StaleVersion):
        create(session, organiser, now, event_id=key, title="换了名字的对接会")


def test_a_run_is_told_with_its_own_times_after_the_event_has_shrunk(
    session, filled, engine, organiser, now
):
    event = queries.one_whole(session, filled().id, to=organiser)
    run = plan_event(session, event=event, engine=engine(), actor=organiser, now=now)
    before = describe_run(session, run.id)["timetable"]
    update(session, event, organiser, now, version=1, slots=((600, "am"),), tables=("Z9",))

    after = describe_run(session, run.id)

    assert after["timetable"] == before
    assert after["violations"] > 0  # judged by the rules as they stand now


def test_a_plan_that_ran_out_of_time_may_be_tried_again(session, filled, engine, organiser, now):
    event = queries.one_whole(session, filled().id, to=organiser)
    first = plan_event(session, event=event, engine=engine(), actor=organiser, now=now)
    first.status = "unknown"
    session.flush()

    second = plan_event(session, event=event, engine=engine(), actor=organiser, now=now)

    assert (second.seq, second.status) == (2, "optimal")
