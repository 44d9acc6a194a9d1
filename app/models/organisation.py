"""Organisations (机构), the people in them, and their signed-in sessions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actors import Role
from app.models.base import Base, Timestamped, WithId, text_enum


class OrganisationKind(StrEnum):
    """What a legal person is to the platform."""

    ENTERPRISE = "enterprise"
    INSTITUTE = "institute"
    DEPARTMENT = "department"


class Organisation(WithId, Timestamped, Base):
    """A legal person; may be factory and provider at once.

    `region` is the short name of a reporting unit of Hebei (石家庄, 雄安 ...) or of another
    province; "河北" stands for the province itself (provincial departments).
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint("length(credit_code) = 18", name="credit_code_length"),
        CheckConstraint("length(name) > 0", name="name_given"),
    )

    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(20))
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(text_enum(OrganisationKind, "kind"))
    region: Mapped[str] = mapped_column(String(20), index=True)
    county: Mapped[str] = mapped_column(String(40), default="")
    is_demo: Mapped[bool] = mapped_column(default=False)


class User(WithId, Timestamped, Base):
    """A person who signs in by `login`; the password is kept as an argon2id hash only."""

    __tablename__ = "users"

    login: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    password_hash: Mapped[str] = mapped_column(String(200))
    is_active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", lazy="raise")


class Membership(WithId, Timestamped, Base):
    """A user's role in an organisation; one row a role."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))

    user: Mapped[User] = relationship(back_populates="memberships", lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")


class UserSession(Base):
    """A signed-in browser. Only the SHA-256 of the cookie's token is stored.

    `csrf_token` goes into the forms of this session; both end when the row is deleted.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expiry_after_creation"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    user: Mapped[User] = relationship(lazy="raise")


class ApiToken(WithId, Base):
    """Lets a program act for one organisation. Only the SHA-256 of the token is stored.

    It can do what its owner may do in that organisation, within `scopes`, until it runs out or is
    revoked; the owner's membership is looked up at every use.
    """

    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expiry_after_creation"),)

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise")
    organisation: Mapped[Organisation] = relationship(lazy="raise")
