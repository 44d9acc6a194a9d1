"""Decisions of a city department about assessments."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core.actors import Actor, Grant, Role
from app.core.errors import Blocked, Forbidden, InvalidInput, NotFound, StaleVersion
from app.models import AssessmentStatus, AuditEvent
from app.queries import assessment_review as queries
from app.services.assessment_review import Decision, decide_assessment
from tests.conftest import NOW

SUBMITTED = AssessmentStatus.SUBMITTED


@pytest.fixture
def waiting(make):
    """An assessment of a factory in 邢台 that was handed in."""
    factory = make.factory()
    row = make.assessment(factory=factory, status=SUBMITTED, submitted_at=NOW, revision=4)
    row.factory = factory
    return row


@pytest.fixture
def organiser(make):
    return make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))


def decide(session, assessment, actor, decision=Decision.VERIFY, **values):
    return decide_assessment(
        session,
        **{
            "assessment_id": assessment.id,
            "decision": decision,
            "notes": {},
            "note": "",
            "actor": actor,
            "now": NOW + timedelta(days=1),
            "seen_revision": 4,
            **values,
        },
    )


def test_verifying_says_who_and_when_and_once(session, waiting, organiser):
    for _ in range(2):
        decide(session, waiting, organiser, note="现场看过")

    assert waiting.status is AssessmentStatus.VERIFIED
    assert waiting.reviewed_by == organiser.user_id
    assert waiting.reviewed_at == NOW + timedelta(days=1)
    assert (waiting.review_note, waiting.field_notes) == ("现场看过", {})
    (event,) = session.scalars(select(AuditEvent)).all()
    assert event.action == "assessment.verified"
    assert event.detail == {"revision": 4, "fields": []}


def test_returning_keeps_the_notes_at_their_fields(session, waiting, organiser):
    notes = {"answers.M03": " 请附照片 ", "kpis.K01": "", "eligibility.EL2": "说明事故"}

    decide(session, waiting, organiser, Decision.RETURN, notes=notes)

    assert waiting.status is AssessmentStatus.RETURNED
    assert waiting.field_notes == {"answers.M03": "请附照片", "eligibility.EL2": "说明事故"}
    (event,) = session.scalars(select(AuditEvent)).all()
    assert event.action == "assessment.returned"
    assert event.detail["fields"] == ["answers.M03", "eligibility.EL2"]


@pytest.mark.parametrize(
    ("decision", "values", "code"),
    [
        (Decision.RETURN, {}, "assessment_return_note_missing"),
        (Decision.RETURN, {"note": " ", "notes": {"kpis.K01": " "}}, "return_note_missing"),
        (Decision.VERIFY, {"notes": {"kpis.K01": "改"}}, "assessment_verify_with_notes"),
        (Decision.RETURN, {"notes": {"status": "改"}}, "assessment_note_place"),
        (Decision.RETURN, {"notes": {"answers.M03": "改" * 501}}, "notes.answers.M03:too_long"),
        (Decision.RETURN, {"note": "改" * 2001}, "note:too_long"),
    ],
)
def test_a_useless_decision_is_refused(session, waiting, organiser, decision, values, code):
    with pytest.raises(InvalidInput, match=code):
        decide(session, waiting, organiser, decision, **values)
    assert waiting.status is SUBMITTED


def test_a_colleague_is_told_of_the_earlier_decision(session, make, waiting, organiser):
    colleague = make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation())
    decide(session, waiting, organiser)

    with pytest.raises(Blocked) as refused:
        decide(session, waiting, colleague, Decision.RETURN, note="再改")

    (problem,) = refused.value.problems
    assert problem.code == "assessment_already_verified"
    assert problem.params == {"name": organiser.display_name, "time": "2026-11-24 10:30"}
    assert waiting.status is AssessmentStatus.VERIFIED


def test_what_was_handed_in_anew_is_looked_at_anew(session, waiting, organiser):
    with pytest.raises(StaleVersion):
        decide(session, waiting, organiser, seen_revision=3)
    assert waiting.status is SUBMITTED


def test_nobody_decides_in_own_cause(session, waiting, organiser):
    member = Grant(Role.FACTORY_MEMBER, waiting.factory.organisation_id, "邢台")
    both = Actor(user_id=organiser.user_id, grants=(*organiser.grants, member))

    with pytest.raises(Forbidden):
        decide(session, waiting, both)
    assert waiting.status is SUBMITTED


@pytest.mark.parametrize(
    ("role", "region", "error"),
    [
        (Role.FACTORY_MEMBER, "邢台", NotFound),
        (Role.PROVIDER_MEMBER, "邢台", NotFound),
        (Role.CITY_ORGANISER, "唐山", NotFound),
        (Role.PROVINCIAL_ORGANISER, "河北", Forbidden),
    ],
)
def test_only_the_own_city_decides(session, make, waiting, role, region, error):
    actor = make.actor(role=role, organisation=make.organisation(region=region))

    with pytest.raises(error):
        decide(session, waiting, actor)
    assert waiting.status is SUBMITTED


def test_a_draft_is_nobodys_but_the_factorys(session, make, organiser):
    draft = make.assessment(factory=make.factory(), status=AssessmentStatus.DRAFT)

    with pytest.raises(NotFound):
        decide(session, draft, organiser)


def test_the_queue_counts_pages_and_starts_with_the_oldest(session, make, organiser):
    for n in range(queries.PAGE_SIZE + 1):
        make.assessment(
            factory=make.factory(), status=SUBMITTED, submitted_at=NOW - timedelta(days=n)
        )
    elsewhere = make.factory(organisation=make.organisation(region="唐山"))
    make.assessment(factory=elsewhere, status=SUBMITTED, submitted_at=NOW)
    make.assessment(factory=make.factory(), status=AssessmentStatus.RETURNED)

    first = queries.queue(session, to=organiser, status=SUBMITTED, page=1)
    last = queries.queue(session, to=organiser, status=SUBMITTED, page=99)

    assert first.counts[SUBMITTED] == queries.PAGE_SIZE + 1
    assert first.counts[AssessmentStatus.RETURNED] == 1
    assert (first.page, first.pages, len(first.rows)) == (1, 2, queries.PAGE_SIZE)
    assert first.rows[0].submitted_at == NOW - timedelta(days=queries.PAGE_SIZE)
    assert (last.page, len(last.rows)) == (2, 1)
    assert last.rows[0].submitted_at == NOW


def test_the_version_before_is_the_last_one_handed_in(session, make):
    factory = make.factory()
    first = make.assessment(factory=factory)
    second = make.assessment(factory=factory, version=2)
    third = make.assessment(factory=factory, version=3, status=SUBMITTED)

    assert queries.version_before(session, third) is second
    assert queries.version_before(session, first) is None
