"""Who asks: a signed-in user with roles, or nobody."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a membership lets a person be; shown names are in `app.web.labels`."""

    FACTORY_MEMBER = "factory_member"
    PROVIDER_MEMBER = "provider_member"
    CITY_ORGANISER = "city_organiser"
    PROVINCIAL_ORGANISER = "provincial_organiser"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Grant:
    """One membership: `role` held in `organisation_id`; `region` is the organisation's unit."""

    role: Role
    organisation_id: UUID
    region: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request or command; `user_id` None is an anonymous visitor."""

    user_id: UUID | None
    display_name: str = ""
    grants: tuple[Grant, ...] = ()

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody is signed in."""
        return self.user_id is None

    def organisations(self, role: Role) -> frozenset[UUID]:
        """Give the organisations in which the actor holds `role`."""
        return frozenset(g.organisation_id for g in self.grants if g.role is role)

    def has(self, role: Role) -> bool:
        """Tell whether the actor holds `role` anywhere."""
        return any(grant.role is role for grant in self.grants)

    @property
    def organised_regions(self) -> frozenset[str]:
        """Give the reporting units (统计单元) whose city organiser the actor is."""
        return frozenset(g.region for g in self.grants if g.role is Role.CITY_ORGANISER)


ANONYMOUS = Actor(user_id=None)
