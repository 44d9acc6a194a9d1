"""The database refuses nonsense: each CHECK and UNIQUE is tried to be broken, none is left out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import CheckConstraint, UniqueConstraint, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Role
from app.models import (
    ApiToken,
    AssessmentImport,
    Base,
    Case,
    CriterionSetRecord,
    Event,
    EventPairRule,
    EventParticipant,
    EventRun,
    EventSlot,
    EventTable,
    Finding,
    ImportStatus,
    MatchRun,
    Meeting,
    PairRuleKind,
    Side,
    UserSession,
)
from tests.conftest import NOW
from tests.factories import Make

# (table, constraint, column, value that breaks it). One row a constraint.
CHECKS: list[tuple[str, str, str, object]] = [
    ("organisations", "kind", "kind", "shop"),
    ("organisations", "credit_code_length", "credit_code", "91139900"),
    ("organisations", "name_given", "name", ""),
    ("memberships", "role", "role", "king"),
    ("user_sessions", "expiry_after_creation", "expires_at", "2000-01-01 00:00:00"),
    ("api_tokens", "expiry_after_creation", "expires_at", "2000-01-01 00:00:00"),
    ("factories", "mfg_type", "mfg_type", "craft"),
    ("factories", "budget_positive", "budget_fen", 0),
    ("factories", "staff_not_negative", "staff", -1),
    ("factories", "level", "level", "FL5"),
    ("factories", "target_level", "target_level", "FL0"),
    ("factories", "horizon_positive", "horizon_weeks", 0),
    ("assessments", "status", "status", "lost"),
    ("assessments", "version_positive", "version", 0),
    ("assessments", "revision_not_negative", "revision", -1),
    ("assessments", "mfg_type", "mfg_type", "craft"),
    ("assessment_imports", "status", "status", "lost"),
    ("needs", "urgency", "urgency", "now"),
    ("needs", "weeks_positive", "weeks", 0),
    ("needs", "status", "status", "lost"),
    ("needs", "budget_positive", "budget_fen", 0),
    ("match_runs", "budget_positive", "budget_fen", 0),
    ("match_runs", "max_providers_positive", "max_providers", 0),
    ("providers", "staff_not_negative", "staff", -1),
    ("providers", "tech_staff_in_staff", "tech_staff", 11),
    ("providers", "pool_status", "pool_status", "lost"),
    ("offerings", "price_min", "price_min_fen", -1),
    ("offerings", "price_order", "price_max_fen", 1),
    ("offerings", "weeks_min", "weeks_min", 0),
    ("offerings", "weeks_order", "weeks_max", 1),
    ("offerings", "listed_at_once_listed", "listed_at", None),
    ("offerings", "listing_status", "status", "lost"),
    ("offerings", "deployment", "deployment", "月球"),
    ("offerings", "price_model", "price_model", "白送"),
    ("offerings", "offering_kind", "kind", "魔法"),
    ("cases", "confirmer", "confirmed_by", "friend"),
    ("cases", "money", "money_fen", -1),
    ("cases", "weeks", "weeks", 0),
    ("events", "slot_minutes", "slot_minutes", 0),
    ("events", "factory_quota", "factory_max", 1),
    ("events", "provider_quota", "provider_min", -1),
    ("events", "event_status", "status", "lost"),
    ("events", "published", "status", "published"),
    ("event_slots", "number", "number", -1),
    ("event_slots", "start_minute", "start_minute", 1440),
    ("event_slots", "session", "session", "xx"),
    ("event_tables", "number", "number", -1),
    ("event_participants", "one_side", "provider_id", None),
    ("event_participants", "min_meetings", "min_meetings", -1),
    ("event_participants", "max_meetings", "max_meetings", -1),
    ("event_pair_rules", "pair_rule_kind", "kind", "maybe"),
]
# A side that is neither breaks `one_side` as well, and SQLite names the first it meets.
SHADOWED = {("event_participants", "side")}

# (table, columns of the constraint, what else must differ so that only this one is broken).
UNIQUES: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("organisations", ("credit_code",), {}),
    ("users", ("login",), {}),
    ("memberships", ("user_id", "organisation_id", "role"), {}),
    ("api_tokens", ("token_hash",), {}),
    ("factories", ("organisation_id", "name"), {}),
    ("assessments", ("factory_id", "version"), {}),
    ("findings", ("assessment_id", "position"), {}),
    ("criterion_sets", ("code", "version"), {}),
    ("providers", ("organisation_id",), {}),
    ("event_tables", ("event_id", "label"), {"number": 7}),
    ("event_participants", ("event_id", "factory_id"), {}),
    ("event_participants", ("event_id", "provider_id"), {}),
    ("event_pair_rules", ("event_id", "factory_participant_id", "provider_participant_id"), {}),
    ("event_runs", ("event_id", "seq"), {}),
    ("meetings", ("run_id", "slot_number", "table_number"), {"pair": "new"}),
    (
        "meetings",
        ("run_id", "factory_participant_id", "provider_participant_id"),
        {"slot_number": 8, "table_number": 8},
    ),
    (
        "meetings",
        ("run_id", "factory_participant_id", "slot_number"),
        {"table_number": 8, "provider_participant_id": "new"},
    ),
    (
        "meetings",
        ("run_id", "provider_participant_id", "slot_number"),
        {"table_number": 8, "factory_participant_id": "new"},
    ),
]


@pytest.fixture
def world(make, session: Session) -> Session:
    """One good row in every table that has a constraint."""
    organisation = make.organisation()
    user = make.user(role=Role.FACTORY_MEMBER, organisation=organisation)
    factory = make.factory(organisation=organisation)
    assessment = make.assessment(factory=factory)
    make.need(factory=factory)
    provider = make.provider(staff=10, tech_staff=5)
    offering = make.offering(provider=provider)
    stamps = {"created_at": NOW, "updated_at": NOW}
    event = Event(
        organisation_id=organisation.id,
        title="对接会",
        region="邢台",
        held_on=date(2026, 12, 1),
        **stamps,
    )
    rows = [
        UserSession(
            token_hash="0" * 64,
            user_id=user.id,
            csrf_token="x",
            created_at=NOW,
            last_seen_at=NOW,
            expires_at=NOW + timedelta(hours=1),
        ),
        ApiToken(
            token_hash="1" * 64,
            user_id=user.id,
            organisation_id=organisation.id,
            name="上报脚本",
            created_at=NOW,
            expires_at=NOW + timedelta(days=1),
        ),
        AssessmentImport(
            factory_id=factory.id,
            kind="xlsx",
            file_name="自评.xlsx",
            sha256="0" * 64,
            status=ImportStatus.PROPOSED,
            proposal={},
            **stamps,
        ),
        CriterionSetRecord(
            code="HB-FL-2025",
            version="test",
            title="测试标准",
            jurisdiction="河北省",
            content={},
            **stamps,
        ),
        MatchRun(
            factory_id=factory.id,
            assessment_id=assessment.id,
            created_at=NOW,
            target_level="FL1",
            budget_fen=1,
            max_providers=1,
            criteria_version="test",
            catalogue_version=1,
            model_fingerprint="x",
            code_version="x",
            result={},
        ),
        Case(
            provider_id=provider.id,
            offering_id=offering.id,
            client="某厂",
            done_on=date(2026, 1, 1),
            problem="轴承坏",
            solution="装传感器",
            **stamps,
        ),
        event,
    ]
    session.add_all(rows)
    session.flush()
    _event_parts(session, event, factory.id, provider.id, stamps)
    return session


def _event_parts(session: Session, event: Event, factory: Any, provider: Any, stamps: Any) -> None:
    sides = [
        EventParticipant(
            id=uuid4(),
            event_id=event.id,
            side=side,
            factory_id=factory if side is Side.FACTORY else None,
            provider_id=provider if side is Side.PROVIDER else None,
            **stamps,
        )
        for side in Side
    ]
    run = EventRun(
        id=uuid4(),
        event_id=event.id,
        seq=1,
        created_at=NOW,
        event_version=1,
        catalogue_version=1,
        code_version="x",
        status="optimal",
        pairing={},
        schedule={},
    )
    session.add_all(
        [
            EventSlot(event_id=event.id, number=0, start_minute=540, session="am"),
            EventTable(event_id=event.id, number=0, label="1号桌"),
            *sides,
            run,
        ]
    )
    session.flush()
    pair = {"factory_participant_id": sides[0].id, "provider_participant_id": sides[1].id}
    session.add(EventPairRule(event_id=event.id, kind=PairRuleKind.MUST, **pair, **stamps))
    session.add(Meeting(run_id=run.id, slot_number=0, table_number=0, score=1, **pair))
    session.flush()


def test_no_constraint_is_left_out():
    checks, uniques = set(), set()
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                checks.add((table.name, str(constraint.name).removeprefix(f"ck_{table.name}_")))
            elif isinstance(constraint, UniqueConstraint):
                uniques.add((table.name, frozenset(column.name for column in constraint.columns)))

    assert {(table, name) for table, name, _, _ in CHECKS} | SHADOWED == checks
    assert {(table, frozenset(columns)) for table, columns, _ in UNIQUES} == uniques


@pytest.mark.parametrize(
    ("table", "name", "column", "value"), CHECKS, ids=[f"{t}-{n}" for t, n, _, _ in CHECKS]
)
def test_a_check_refuses(world, table, name, column, value):
    statement = text(f"UPDATE {table} SET {column} = :value")  # noqa: S608 - names of our own

    with pytest.raises(IntegrityError, match=rf"CHECK constraint failed: ck_{table}_{name}\b"):
        world.execute(statement, {"value": value})


def test_a_side_that_is_neither_is_refused(world):
    statement = text("UPDATE event_participants SET side = 'audience'")

    with pytest.raises(IntegrityError, match="CHECK constraint failed: ck_event_participants_"):
        world.execute(statement)


@pytest.mark.parametrize(
    ("table", "columns", "others"), UNIQUES, ids=[f"{t}-{'-'.join(c)}" for t, c, _ in UNIQUES]
)
def test_a_unique_refuses_a_second_row(world, table, columns, others):
    kind = Base.metadata.tables[table]
    query = select(kind).where(*(kind.c[column].is_not(None) for column in columns))
    row = dict(world.execute(query).mappings().first())
    others = dict(others)
    if others.pop("pair", None):
        others |= {"factory_participant_id": "new", "provider_participant_id": "new"}
    row |= {
        column: _third_participant(world) if value == "new" else value
        for column, value in others.items()
    }
    if "id" in row:
        row["id"] = uuid4()
    said = ", ".join(f"{table}.{column.name}" for column in _constraint(kind, columns).columns)

    with pytest.raises(IntegrityError, match=f"UNIQUE constraint failed: {said}$|{said}\n"):
        world.execute(insert(kind).values(**row))


def _constraint(table: Any, columns: tuple[str, ...]) -> UniqueConstraint:
    return next(
        constraint
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
        and {column.name for column in constraint.columns} == set(columns)
    )


def _third_participant(world: Session) -> Any:
    """Give a participant that is in no meeting yet."""
    make = Make(world, now=NOW)
    owner = make.organisation(name="第三家", credit_code=uuid4().hex[:18])
    row = EventParticipant(
        id=uuid4(),
        event_id=world.scalars(select(Event.id)).one(),
        side=Side.PROVIDER,
        provider_id=make.provider(organisation=owner).id,
        created_at=NOW,
        updated_at=NOW,
    )
    world.add(row)
    world.flush()
    return row.id


def test_a_naive_datetime_is_refused_before_it_is_stored(world, make):
    naive = datetime(2026, 11, 23, 10, 30)

    with pytest.raises(Exception, match="naive datetime"):
        make.organisation(created_at=naive)


def test_datetimes_come_back_aware_and_in_utc(world):
    case = world.scalars(select(Case)).one()
    world.refresh(case)

    assert case.created_at == NOW
    assert case.created_at.tzinfo is UTC


def test_a_reference_to_nothing_is_refused(world):
    with pytest.raises(IntegrityError, match="FOREIGN KEY constraint failed"):
        world.execute(text("UPDATE findings SET assessment_id = 'none'"))


def test_every_relation_refuses_to_load_lazily():
    loud = {
        f"{mapper.class_.__name__}.{relation.key}": relation.lazy
        for mapper in Base.registry.mappers
        for relation in inspect(mapper.class_).relationships
    }

    assert set(loud.values()) == {"raise"}
    assert Finding.assessment.property.lazy == "raise"
