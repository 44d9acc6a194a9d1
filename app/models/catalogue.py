"""The provincial catalogue: providers (服务商), offerings (产品/方案), cases (案例)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.errors import IllegalTransition
from app.models.base import Base, Timestamped, WithId, text_enum
from app.models.organisation import Organisation


class PoolStatus(StrEnum):
    """A provider's standing in the provincial resource pool (服务商资源池)."""

    CANDIDATE = "candidate"
    LISTED = "listed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"


class ListingStatus(StrEnum):
    """An offering's standing in the catalogue (目录状态)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    LISTED = "listed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    REMOVED = "removed"


# A returned offering goes back to draft with the reviewer's note at hand.
NEXT_LISTING_STATUS: dict[ListingStatus, frozenset[ListingStatus]] = {
    ListingStatus.DRAFT: frozenset({ListingStatus.SUBMITTED}),
    ListingStatus.SUBMITTED: frozenset({ListingStatus.LISTED, ListingStatus.DRAFT}),
    ListingStatus.LISTED: frozenset(
        {
            ListingStatus.WARNED,
            ListingStatus.SUSPENDED,
            ListingStatus.EXPIRED,
            ListingStatus.REMOVED,
        }
    ),
    ListingStatus.WARNED: frozenset(
        {ListingStatus.LISTED, ListingStatus.SUSPENDED, ListingStatus.REMOVED}
    ),
    ListingStatus.SUSPENDED: frozenset({ListingStatus.LISTED, ListingStatus.REMOVED}),
    ListingStatus.EXPIRED: frozenset({ListingStatus.SUBMITTED, ListingStatus.REMOVED}),
    ListingStatus.REMOVED: frozenset(),
}

# What the public sees and the ranking may return; a warned entry stays, marked as such.
PUBLIC_STATUSES = (ListingStatus.LISTED, ListingStatus.WARNED)


class OfferingKind(StrEnum):
    """What an offering is (文档: domain glossary)."""

    WHOLE_PLANT = "整体方案"
    LINE = "产线"
    EQUIPMENT = "装备"
    SOFTWARE = "软件"
    PLATFORM = "平台"
    SERVICE = "服务"
    SHARED_FACTORY = "共享工厂"


class Deployment(StrEnum):
    """Where an offering runs."""

    ON_SITE = "本地"
    PRIVATE_CLOUD = "私有云"
    PUBLIC_CLOUD = "公有云"
    HYBRID = "混合"
    DEVICE = "设备"
    FIELD_SERVICE = "现场服务"


class PriceModel(StrEnum):
    """How an offering is paid; yearly for subscriptions, first-year bill for pay-per-use."""

    ONE_OFF = "一次性"
    SUBSCRIPTION = "订阅"
    PER_USE = "按次"
    PER_VOLUME = "按量"
    SHARE = "分成"


class Provider(WithId, Timestamped, Base):
    """An organisation's provider profile and its standing in the pool."""

    __tablename__ = "providers"
    __table_args__ = (
        CheckConstraint("staff IS NULL OR staff >= 0", name="staff_not_negative"),
        CheckConstraint(
            "tech_staff IS NULL OR staff IS NULL OR tech_staff <= staff", name="tech_staff_in_staff"
        ),
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), unique=True)
    types: Mapped[list[str]] = mapped_column(JSON, default=list)  # P01.., scene guide vocabulary
    founded_year: Mapped[int | None]
    staff: Mapped[int | None]
    tech_staff: Mapped[int | None]
    revenue_band: Mapped[str] = mapped_column(String(20), default="")
    service_places: Mapped[list[str]] = mapped_column(JSON, default=list)
    industries: Mapped[list[str]] = mapped_column(JSON, default=list)
    intro: Mapped[str] = mapped_column(Text, default="")
    after_sale: Mapped[str] = mapped_column(Text, default="")
    pool_status: Mapped[PoolStatus] = mapped_column(text_enum(PoolStatus, "pool_status"))
    pool_batch: Mapped[str] = mapped_column(String(20), default="")
    pool_valid_to: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    certificates: Mapped[list["Certificate"]] = relationship(lazy="raise")
    offerings: Mapped[list["Offering"]] = relationship(back_populates="provider", lazy="raise")
    cases: Mapped[list["Case"]] = relationship(back_populates="provider", lazy="raise")


class Certificate(WithId, Base):
    """A certificate with its expiry; expired ones are shown but count for nothing."""

    __tablename__ = "certificates"

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    valid_to: Mapped[date | None]


class Offering(WithId, Timestamped, Base):
    """What a provider sells. Prices are fen, tax included; durations are weeks.

    `version` guards edits: a form carries the version it was opened with.
    """

    __tablename__ = "offerings"
    __table_args__ = (
        CheckConstraint("price_min_fen IS NULL OR price_min_fen >= 0", name="price_min"),
        CheckConstraint(
            "price_max_fen IS NULL OR price_min_fen IS NULL OR price_max_fen >= price_min_fen",
            name="price_order",
        ),
        CheckConstraint("weeks_min IS NULL OR weeks_min > 0", name="weeks_min"),
        CheckConstraint(
            "weeks_max IS NULL OR weeks_min IS NULL OR weeks_max >= weeks_min", name="weeks_order"
        ),
        CheckConstraint(
            "status IN ('draft','submitted') OR listed_at IS NOT NULL", name="listed_at_once_listed"
        ),
        Index("ix_offerings_status_provider_id", "status", "provider_id"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[OfferingKind] = mapped_column(text_enum(OfferingKind, "offering_kind"))
    scenes: Mapped[list[str]] = mapped_column(JSON, default=list)
    industries: Mapped[list[str]] = mapped_column(JSON, default=list)
    pain_points: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    functions: Mapped[list[str]] = mapped_column(JSON, default=list)
    indicators: Mapped[str] = mapped_column(Text, default="")
    interfaces: Mapped[str] = mapped_column(Text, default="")
    deployment: Mapped[Deployment | None] = mapped_column(text_enum(Deployment, "deployment"))
    price_model: Mapped[PriceModel | None] = mapped_column(text_enum(PriceModel, "price_model"))
    price_min_fen: Mapped[int | None] = mapped_column(BigInteger)
    price_max_fen: Mapped[int | None] = mapped_column(BigInteger)
    weeks_min: Mapped[int | None]
    weeks_max: Mapped[int | None]
    prerequisite_scenes: Mapped[list[str]] = mapped_column(JSON, default=list)
    prerequisites: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[ListingStatus] = mapped_column(
        text_enum(ListingStatus, "listing_status"), default=ListingStatus.DRAFT
    )
    submitted_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    valid_to: Mapped[date | None]
    document_no: Mapped[str] = mapped_column(String(60), default="")
    review_note: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)

    provider: Mapped[Provider] = relationship(back_populates="offerings", lazy="raise")

    def move_to(self, status: ListingStatus, *, at: datetime) -> None:
        """Change the listing status at aware time `at`; raise `IllegalTransition` otherwise."""
        if status not in NEXT_LISTING_STATUS[self.status]:
            raise IllegalTransition(self.status, status)
        self.status = status
        self.updated_at = at
        if status is ListingStatus.SUBMITTED:
            self.submitted_at = at
        if status is ListingStatus.LISTED and self.listed_at is None:
            self.listed_at = at


class Case(WithId, Timestamped, Base):
    """Dated proof: whose problem, what was done, and what it changed.

    `kpis` maps K01..K20 -> {"before": float | None, "after": float | None}.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by IN ('self','client','department','expert')", name="confirmer"
        ),
        CheckConstraint("money_fen IS NULL OR money_fen >= 0", name="money"),
        CheckConstraint("weeks IS NULL OR weeks > 0", name="weeks"),
    )

    provider_id: Mapped[UUID] = mapped_column(ForeignKey("providers.id"), index=True)
    offering_id: Mapped[UUID | None] = mapped_column(ForeignKey("offerings.id"), index=True)
    client: Mapped[str] = mapped_column(String(120))
    client_industry: Mapped[str] = mapped_column(String(3), default="")
    client_region: Mapped[str] = mapped_column(String(20), default="")
    done_on: Mapped[date]  # first day of the month; cases are dated to the month
    problem: Mapped[str] = mapped_column(Text)
    solution: Mapped[str] = mapped_column(Text)
    money_fen: Mapped[int | None] = mapped_column(BigInteger)
    weeks: Mapped[int | None]
    kpis: Mapped[dict[str, dict[str, float | None]]] = mapped_column(JSON, default=dict)
    confirmed_by: Mapped[str] = mapped_column(String(10), default="self")

    provider: Mapped[Provider] = relationship(back_populates="cases", lazy="raise")
    offering: Mapped[Offering | None] = relationship(lazy="raise")


class CatalogueChange(Base):
    """Outbox of the index: written in the transaction of the change, applied in order of `seq`.

    `max(seq)` is the catalogue version that an index or a match run carries.
    """

    __tablename__ = "catalogue_changes"
    __table_args__ = ({"sqlite_autoincrement": True},)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    offering_id: Mapped[UUID] = mapped_column(index=True)
    happened_at: Mapped[datetime]
