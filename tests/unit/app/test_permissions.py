"""The permission table, read row by row: who may do what to whose object."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from app.core.actors import ANONYMOUS, Actor, Grant, Role
from app.core.errors import Forbidden, Unauthenticated
from app.models import (
    Assessment,
    AssessmentImport,
    Event,
    Factory,
    MatchRun,
    Need,
    Offering,
    Organisation,
    Provider,
)
from app.permissions import RULES, Permission, allowed, require

NOW = datetime(2026, 11, 23, tzinfo=UTC)
OWNER, OTHER, CITY, OTHER_CITY, PROVINCE = (uuid4() for _ in range(5))


def actor(*roles_in, region="邢台"):
    grants = tuple(Grant(role, organisation, region) for role, organisation in roles_in)
    return Actor(user_id=uuid4(), grants=grants)


PEOPLE = {
    "nobody": ANONYMOUS,
    "guest": actor(),
    "factory": actor((Role.FACTORY_MEMBER, OWNER)),
    "other factory": actor((Role.FACTORY_MEMBER, OTHER)),
    "provider": actor((Role.PROVIDER_MEMBER, OWNER)),
    "other provider": actor((Role.PROVIDER_MEMBER, OTHER)),
    "city": actor((Role.CITY_ORGANISER, CITY)),
    "other city": actor((Role.CITY_ORGANISER, OTHER_CITY), region="唐山"),
    "province": actor((Role.PROVINCIAL_ORGANISER, PROVINCE), region="河北"),
    "admin": actor((Role.ADMIN, PROVINCE), region="河北"),
}

ORGANISATION = Organisation(id=OWNER, region="邢台")
FACTORY = Factory(id=uuid4(), organisation_id=OWNER, region="邢台")
NEED = Need(id=uuid4(), factory=FACTORY)
ASSESSMENT = Assessment(id=uuid4(), factory=FACTORY)
IMPORT = AssessmentImport(id=uuid4(), factory=FACTORY)
RUN = MatchRun(id=uuid4(), factory=FACTORY)
PROVIDER = Provider(id=uuid4(), organisation_id=OWNER, organisation=ORGANISATION)
OFFERING = Offering(id=uuid4(), provider=PROVIDER)
EVENT = Event(id=uuid4(), organisation_id=CITY, region="邢台")

FACTORY_SIDE = {"factory", "city", "province"}
PROVIDER_SIDE = {"provider", "city", "province"}
ORGANISERS = {"city", "other city", "province"}

TABLE = [
    (Permission.FACTORY_READ, FACTORY, FACTORY_SIDE),
    (Permission.FACTORY_READ, RUN, FACTORY_SIDE),
    (Permission.FACTORY_MATCH, FACTORY, {"factory", "city"}),
    (Permission.FACTORY_WRITE, FACTORY, {"factory"}),
    (Permission.ASSESSMENT_WRITE, ASSESSMENT, {"factory"}),
    (Permission.ASSESSMENT_WRITE, IMPORT, {"factory"}),
    (Permission.ASSESSMENT_QUEUE, None, {"city", "other city"}),
    (Permission.ASSESSMENT_REVIEW, ASSESSMENT, {"city"}),
    (Permission.CRITERIA_MANAGE, None, {"admin"}),
    (Permission.TOKEN_MANAGE, ORGANISATION, {"factory", "provider"}),
    (Permission.NEED_WRITE, NEED, {"factory"}),
    (Permission.NEED_WRITE, FACTORY, {"factory"}),
    (Permission.PROVIDER_HOME, None, {"provider", "other provider"}),
    (Permission.PROVIDER_READ, PROVIDER, PROVIDER_SIDE),
    (Permission.PROVIDER_WRITE, ORGANISATION, {"provider"}),
    (Permission.OFFERING_WRITE, PROVIDER, {"provider"}),
    (Permission.OFFERING_WRITE, OFFERING, {"provider"}),
    (Permission.REVIEW_QUEUE, None, ORGANISERS),
    (Permission.OFFERING_REVIEW, OFFERING, {"city", "province"}),
    (Permission.EVENT_CREATE, None, ORGANISERS),
    (Permission.EVENT_READ, EVENT, {"city", "province"}),
    (Permission.EVENT_MANAGE, EVENT, {"city", "province"}),
]


@pytest.mark.parametrize(
    ("permission", "obj", "may"),
    TABLE,
    ids=[f"{permission.value}-{type(obj).__name__}" for permission, obj, _ in TABLE],
)
def test_exactly_these_people_may(permission, obj, may):
    assert {name for name, person in PEOPLE.items() if allowed(person, permission, obj)} == may


def test_every_permission_has_rows_and_is_tested():
    assert set(RULES) == set(Permission)
    assert {permission for permission, _, _ in TABLE} == set(Permission)


@pytest.mark.parametrize("role", [Role.PROVIDER_MEMBER, Role.FACTORY_MEMBER, Role.CITY_ORGANISER])
def test_nobody_reviews_for_the_own_organisation(role):
    both = actor((Role.CITY_ORGANISER, CITY), (role, OWNER))
    provincial = actor((Role.PROVINCIAL_ORGANISER, PROVINCE), (role, OWNER))

    assert not allowed(both, Permission.OFFERING_REVIEW, OFFERING)
    assert not allowed(provincial, Permission.OFFERING_REVIEW, OFFERING)
    assert not allowed(both, Permission.ASSESSMENT_REVIEW, ASSESSMENT)


def test_a_role_in_one_organisation_is_none_in_another():
    person = actor((Role.PROVIDER_MEMBER, OTHER), (Role.FACTORY_MEMBER, OWNER))

    assert not allowed(person, Permission.OFFERING_WRITE, OFFERING)
    assert allowed(person, Permission.NEED_WRITE, NEED)


def test_an_event_belongs_to_a_department_not_to_a_city():
    same_city = actor((Role.CITY_ORGANISER, OTHER_CITY), region="邢台")

    assert not allowed(same_city, Permission.EVENT_MANAGE, EVENT)


def test_a_refusal_tells_who_is_not_signed_in_from_who_may_not():
    with pytest.raises(Unauthenticated):
        require(ANONYMOUS, Permission.OFFERING_WRITE, OFFERING)
    with pytest.raises(Forbidden, match="offering:write"):
        require(PEOPLE["factory"], Permission.OFFERING_WRITE, OFFERING)
    require(PEOPLE["provider"], Permission.OFFERING_WRITE, OFFERING)
