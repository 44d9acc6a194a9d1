"""Criterion sets in the database: loading, looking up, withdrawing, judging by the stored one."""

import json

import pytest
from sqlalchemy import select

from app.core.actors import Actor, Grant, Role
from app.core.criteria import CriterionRef
from app.core.errors import Forbidden, InvalidInput, NotFound
from app.models import AuditEvent, CriterionSetRecord, OrganisationKind
from app.services.criteria import load_set, set_in_use
from app.services.matching_runs import analyse_factory
from tests.conftest import NOW
from tests.unit.matching.gaps.test_criterion_sets import set_text


@pytest.fixture
def admin(make) -> Actor:
    user = make.user(
        role=Role.ADMIN, organisation=make.organisation(kind=OrganisationKind.DEPARTMENT)
    )
    return Actor(user_id=user.id, grants=(Grant(Role.ADMIN, user.id, "河北"),))


def load(session, wiring, actor, text: str) -> CriterionSetRecord:
    return load_set(session, wiring.criteria, content=text.encode(), actor=actor, now=NOW)


def test_a_set_is_loaded_once_and_can_be_looked_up(session, wiring, admin):
    record = load(session, wiring, admin, set_text())
    again = load(session, wiring, admin, set_text())

    found = wiring.criteria.get(session, CriterionRef("XX-FL-2025", "1.0.0"))
    assert again.id == record.id
    assert found.factory_levels["FL1"].thresholds["maturity_level_min"] == 1
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions == ["criteria.loaded"]


def test_other_content_under_a_loaded_version_is_refused(session, wiring, admin):
    load(session, wiring, admin, set_text())
    other = json.loads(set_text())
    other["changes"][0]["value"] = 3

    with pytest.raises(InvalidInput) as refused:
        load(session, wiring, admin, json.dumps(other))

    assert [p.code for p in refused.value.problems] == ["criteria_version_taken"]


def test_only_administrators_load(session, wiring, make):
    organiser = make.user(
        role=Role.PROVINCIAL_ORGANISER,
        organisation=make.organisation(kind=OrganisationKind.DEPARTMENT),
    )
    actor = Actor(organiser.id, grants=(Grant(Role.PROVINCIAL_ORGANISER, organiser.id, "河北"),))

    with pytest.raises(Forbidden):
        load(session, wiring, actor, set_text())

    assert session.scalars(select(CriterionSetRecord)).all() == []


def test_a_broken_file_names_line_place_and_rule(session, wiring, admin):
    with pytest.raises(InvalidInput) as refused:
        load(session, wiring, admin, '{\n"version": 1 2,\n}')
    with pytest.raises(InvalidInput) as undecodable:
        load_set(session, wiring.criteria, content=b"{\n\n\xff}", actor=admin, now=NOW)

    problem = refused.value.problems[0]
    assert (problem.code, problem.field, problem.params["line"]) == ("criteria_not_json", "file", 2)
    assert undecodable.value.problems[0].params["line"] == 3


def test_a_withdrawn_set_is_no_choice_but_still_judges_what_it_judged(session, wiring, admin, make):
    record = load(session, wiring, admin, set_text())
    set_in_use(session, set_id=record.id, in_use=False, actor=admin, now=NOW)
    factory = make.factory(target_level="FL1")
    assessment = make.assessment(
        factory=factory, criteria_code="XX-FL-2025", criteria_version="1.0.0"
    )

    session.refresh(assessment, ["findings"])
    refs = [info.ref.code for info in wiring.criteria.choices(session)]
    criteria = wiring.criteria.of_assessment(session, assessment)
    analysis = analyse_factory(factory, assessment, criteria, target="FL1")

    assert "XX-FL-2025" not in refs
    assert refs[0] == "HB-FL-2025"
    assert (analysis.criteria_code, analysis.criteria_version) == ("XX-FL-2025", "1.0.0")
    assert next(c.required for c in analysis.conditions if c.code == "maturity") == 1.0


def test_counts_tell_how_many_assessments_a_set_has_judged(session, wiring, make):
    ref = wiring.criteria.default_ref
    factory = make.factory()
    for version in (1, 2):
        make.assessment(
            factory=factory,
            version=version,
            criteria_code=ref.code,
            criteria_version=ref.version,
        )

    infos = {info.ref: info for info in wiring.criteria.listed(session)}

    assert infos[ref].assessments == 2
    assert infos[ref].is_default
    assert [info.ref.code for info in infos.values()] == ["HB-FL-2025", "CN-FL-2024", "HI-FL-2025"]


def test_an_unknown_set_is_not_found_and_an_assessment_falls_back_to_the_default(
    session, wiring, make
):
    assessment = make.assessment(factory=make.factory(), criteria_code="GONE")

    with pytest.raises(NotFound):
        wiring.criteria.get(session, CriterionRef("GONE", "1"))

    assert wiring.criteria.of_assessment(session, assessment) is wiring.criteria.default
    assert CriterionRef.parse("A@1+2") == CriterionRef("A", "1+2")
    assert CriterionRef.parse("A") is None
