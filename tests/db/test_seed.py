"""The demo data: whole, fictional, large enough, and loaded twice without a second copy."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.adapters.database import Database
from app.core.credit_code import credit_code_problem
from app.core.criteria import CriterionRef
from app.core.demo_codes import demo_credit_code
from app.models import (
    Assessment,
    AuditEvent,
    Base,
    Case,
    Event,
    EventParticipant,
    Factory,
    ListingStatus,
    Need,
    Offering,
    OfferingKind,
    Organisation,
    Provider,
    User,
)
from app.services.offerings import MAX_SCENES, offering_problems
from app.services.seeding import load_seed
from app.settings import ROOT
from tests.conftest import NOW

SEED = ROOT / "seed_data"
SUBDOMAINS = {f"M{number:02d}" for number in range(1, 21)}
SCENES = {f"S{number:02d}" for number in range(1, 41)}


def load(database):
    with database.session(write=True) as session:
        return load_seed(session, folder=SEED, criteria=CriterionRef("HB-FL-2025", "test"), now=NOW)


@pytest.fixture(scope="module")
def seeded(migrated_file, tmp_path_factory):
    """A database with the seed loaded once; the tests here only read it."""
    path = tmp_path_factory.mktemp("seeded") / "jizhi.db"
    path.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{path}")
    database.prepare()
    load(database)
    yield database
    database.close()


@pytest.fixture
def rows(seeded):
    """A reading session on the seeded database."""
    with seeded.session(write=False) as session:
        yield session


def counts(database):
    with database.session(write=False) as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.slow
def test_loading_twice_changes_nothing(seeded):
    before = counts(seeded)

    report = load(seeded)

    assert report.added == {}
    assert counts(seeded) == before


@pytest.mark.slow
def test_what_people_changed_is_left_alone(seeded):
    with seeded.session(write=True) as session:
        offering = session.scalars(select(Offering).order_by(Offering.id)).first()
        name, offering.name = offering.name, "已改名"
        identifier = offering.id

    load(seeded)

    with seeded.session(write=True) as session:
        offering = session.get_one(Offering, identifier)
        assert offering.name == "已改名"
        offering.name = name


@pytest.mark.parametrize(
    ("model", "floor"),
    [(Provider, 150), (Offering, 500), (Case, 250), (Factory, 80), (Need, 300), (Event, 2)],
)
def test_there_is_enough_of_everything(rows, model, floor):
    assert rows.scalar(select(func.count()).select_from(model)) >= floor


def test_every_scene_is_covered_by_listed_offerings(rows):
    listed = select(Offering.scenes).where(Offering.status == ListingStatus.LISTED)

    assert {code for scenes in rows.scalars(listed) for code in scenes} == SCENES


def test_offerings_obey_the_rules_of_the_form(rows):
    wrong = {
        offering.name: [problem.code for problem in offering_problems(offering)]
        for offering in rows.scalars(select(Offering))
        if offering.status is not ListingStatus.DRAFT and offering_problems(offering)
    }

    assert wrong == {}


def test_scenes_and_prerequisites_are_codes_of_the_guide(rows):
    for offering in rows.scalars(select(Offering)):
        assert set(offering.scenes) <= SCENES
        assert set(offering.prerequisite_scenes) <= SCENES
        assert len(offering.scenes) <= MAX_SCENES
        assert len(set(offering.scenes)) == len(offering.scenes)
        assert offering.scenes or offering.kind is OfferingKind.SERVICE


def test_every_credit_code_is_valid_and_belongs_to_nobody(rows):
    codes = rows.scalars(select(Organisation.credit_code)).all()

    assert [code for code in codes if credit_code_problem(code)] == []
    assert {code[2:6] for code in codes} == {"1399"}
    assert len(set(codes)) == len(codes)
    assert demo_credit_code("p-a-001") in codes


def test_no_two_organisations_or_offerings_are_alike(rows):
    names = rows.scalars(select(Organisation.name)).all()
    offerings = rows.execute(select(Offering.provider_id, Offering.name)).all()
    texts = rows.scalars(select(Offering.description)).all()

    assert _repeated(names) == []
    assert _repeated(map(tuple, offerings)) == []
    assert _repeated(texts) == []


def test_no_two_factories_needs_or_cases_tell_the_same_story(rows):
    assert _repeated(rows.scalars(select(Factory.name))) == []
    assert _repeated(rows.scalars(select(Need.symptom))) == []
    assert _repeated(rows.scalars(select(Case.solution))) == []


def _repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_everything_says_that_it_is_demo_data(rows):
    assert set(rows.scalars(select(Organisation.is_demo))) == {True}
    assert set(rows.scalars(select(User.is_demo))) == {True}
    assert set(rows.scalars(select(Event.is_demo))) == {True}


def test_every_factory_is_assessed_in_the_subdomains_of_its_type(rows):
    query = select(Factory.mfg_type, Assessment).join(Assessment.factory)
    missing = {
        (kind.value, *sorted(SUBDOMAINS - set(assessment.answers)))
        for kind, assessment in rows.execute(query)
    }
    assessed = set(rows.scalars(select(Assessment.factory_id)))

    # GB/T 39117 does not ask process industries about product design and product service.
    assert missing == {("discrete",), ("process", "M08", "M20")}
    assert assessed == set(rows.scalars(select(Factory.id)))


def test_events_have_both_sides(rows):
    for event_id in rows.scalars(select(Event.id)):
        query = select(EventParticipant.side).where(EventParticipant.event_id == event_id)
        sides = Counter(side.value for side in rows.scalars(query))
        assert sides["factory"] >= 10
        assert sides["provider"] >= 10


def test_loading_is_audited_once(rows):
    actions = rows.scalars(select(AuditEvent.action)).all()

    assert actions == ["seed.loaded"]
