"""Who may do what: one table, permission -> any of these rows, each row all its predicates.

Predicates look at the actor and the object only. Visibility (what a person may know of) is a
query in `app.queries`; this table decides about things the actor can already see.
"""

from collections.abc import Callable
from enum import StrEnum

from app.core.actors import Actor, Role
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


class Permission(StrEnum):
    """Named `object:action`."""

    FACTORY_READ = "factory:read"
    FACTORY_MATCH = "factory:match"
    FACTORY_WRITE = "factory:write"
    ASSESSMENT_WRITE = "assessment:write"
    ASSESSMENT_REVIEW = "assessment:review"
    ASSESSMENT_QUEUE = "assessment:queue"
    CRITERIA_MANAGE = "criteria:manage"
    TOKEN_MANAGE = "token:manage"  # noqa: S105
    NEED_WRITE = "need:write"
    PROVIDER_HOME = "provider:home"
    PROVIDER_READ = "provider:read"
    PROVIDER_WRITE = "provider:write"
    OFFERING_WRITE = "offering:write"
    OFFERING_REVIEW = "offering:review"
    REVIEW_QUEUE = "review:queue"
    EVENT_CREATE = "event:create"
    EVENT_READ = "event:read"
    EVENT_MANAGE = "event:manage"


ObjectType = (
    Organisation
    | Factory
    | Assessment
    | AssessmentImport
    | MatchRun
    | Need
    | Provider
    | Offering
    | Event
    | None
)
Predicate = Callable[[Actor, ObjectType], bool]


def owner_organisation(obj: ObjectType) -> object:
    """Give the id of the organisation that an object belongs to (relations must be loaded)."""
    match obj:
        case Organisation():
            return obj.id
        case Factory() | Provider() | Event():
            return obj.organisation_id
        case Need() | MatchRun() | Assessment() | AssessmentImport():
            return obj.factory.organisation_id
        case Offering():
            return obj.provider.organisation_id
        case None:
            return None


def region_of(obj: ObjectType) -> str:
    """Give the reporting unit that answers for an object."""
    match obj:
        case Organisation() | Factory() | Event():
            return obj.region
        case Need() | MatchRun() | Assessment() | AssessmentImport():
            return obj.factory.region
        case Provider():
            return obj.organisation.region
        case Offering():
            return obj.provider.organisation.region
        case None:
            return ""


def member_of_factory(actor: Actor, obj: ObjectType) -> bool:
    """The actor works for the factory's organisation."""
    return owner_organisation(obj) in actor.organisations(Role.FACTORY_MEMBER)


def member_of_provider(actor: Actor, obj: ObjectType) -> bool:
    """The actor works for the provider's organisation."""
    return owner_organisation(obj) in actor.organisations(Role.PROVIDER_MEMBER)


def organiser_of_region(actor: Actor, obj: ObjectType) -> bool:
    """The actor is the organiser of the city the object lies in."""
    return region_of(obj) in actor.organised_regions


def provider_member(actor: Actor, _obj: ObjectType) -> bool:
    """The actor works for some provider."""
    return actor.has(Role.PROVIDER_MEMBER)


def outside_organisation(actor: Actor, obj: ObjectType) -> bool:
    """The actor has no part in the object's own organisation, so does not judge in own cause."""
    return owner_organisation(obj) not in {grant.organisation_id for grant in actor.grants}


def provincial(actor: Actor, _obj: ObjectType) -> bool:
    """The actor works for the provincial department."""
    return actor.has(Role.PROVINCIAL_ORGANISER)


def organiser(actor: Actor, _obj: ObjectType) -> bool:
    """The actor organises for a city or the province."""
    return bool(actor.organised_regions) or actor.has(Role.PROVINCIAL_ORGANISER)


def city_organiser(actor: Actor, _obj: ObjectType) -> bool:
    """The actor organises for a city."""
    return bool(actor.organised_regions)


def administrator(actor: Actor, _obj: ObjectType) -> bool:
    """The actor administers the platform."""
    return actor.has(Role.ADMIN)


def member_of(actor: Actor, obj: ObjectType) -> bool:
    """The actor has some part in the object's organisation."""
    return owner_organisation(obj) in {grant.organisation_id for grant in actor.grants}


def owns_event(actor: Actor, obj: ObjectType) -> bool:
    """The actor organises in the department that holds the event."""
    return owner_organisation(obj) in actor.organisations(Role.CITY_ORGANISER)


RULES: dict[Permission, tuple[tuple[Predicate, ...], ...]] = {
    Permission.FACTORY_READ: ((member_of_factory,), (organiser_of_region,), (provincial,)),
    Permission.FACTORY_MATCH: ((member_of_factory,), (organiser_of_region,)),
    Permission.FACTORY_WRITE: ((member_of_factory,),),
    Permission.ASSESSMENT_WRITE: ((member_of_factory,),),
    Permission.ASSESSMENT_QUEUE: ((city_organiser,),),
    # Verifying is a city act (河北省智能工厂梯度培育行动工作方案): the province only looks.
    Permission.ASSESSMENT_REVIEW: ((organiser_of_region, outside_organisation),),
    Permission.CRITERIA_MANAGE: ((administrator,),),
    Permission.TOKEN_MANAGE: ((member_of,),),
    Permission.NEED_WRITE: ((member_of_factory,),),
    Permission.PROVIDER_HOME: ((provider_member,),),
    Permission.PROVIDER_READ: ((member_of_provider,), (organiser_of_region,), (provincial,)),
    Permission.PROVIDER_WRITE: ((member_of_provider,),),
    Permission.OFFERING_WRITE: ((member_of_provider,),),
    Permission.REVIEW_QUEUE: ((organiser,),),
    Permission.OFFERING_REVIEW: (
        (organiser_of_region, outside_organisation),
        (provincial, outside_organisation),
    ),
    Permission.EVENT_CREATE: ((organiser,),),
    Permission.EVENT_READ: ((owns_event,), (provincial,)),
    Permission.EVENT_MANAGE: ((owns_event,), (provincial,)),
}


def allowed(actor: Actor, permission: Permission, obj: ObjectType = None) -> bool:
    """Tell whether some row of the table lets `actor` do it."""
    if actor.is_anonymous:
        return False
    return any(all(holds(actor, obj) for holds in row) for row in RULES[permission])


def require(actor: Actor, permission: Permission, obj: ObjectType = None) -> None:
    """Refuse unless allowed.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: somebody is, but may not.
    """
    if actor.is_anonymous:
        raise Unauthenticated
    if not allowed(actor, permission, obj):
        raise Forbidden(permission.value)
