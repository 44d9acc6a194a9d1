"""Seed providers, offerings and cases."""

from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from app.adapters.tables import BrokenTable, Row, read_tables
from app.core.clock import CHINA
from app.core.money import fen_from_wan
from app.models import (
    Base,
    Case,
    CatalogueChange,
    Certificate,
    Deployment,
    ListingStatus,
    Offering,
    OfferingKind,
    PoolStatus,
    PriceModel,
    Provider,
)
from app.services.seeding.keys import seed_id
from app.services.seeding.organisations import seed_organisation

NEVER_LISTED = (ListingStatus.DRAFT, ListingStatus.SUBMITTED)


def provider_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield organisations, provider profiles and certificates."""
    for row in read_tables(folder, "providers"):
        key = row.required("key")
        yield seed_organisation(
            key,
            name=row.required("name"),
            short_name=row.required("short"),
            region=row.required("region"),
            county=row.text("county"),
            now=now,
        )
        yield Provider(
            id=seed_id("provider", key),
            organisation_id=seed_id("organisation", key),
            types=row.items("types"),
            founded_year=row.whole("founded"),
            staff=row.whole("staff"),
            tech_staff=row.whole("tech_staff"),
            revenue_band=row.text("revenue_band"),
            service_places=row.items("service_places"),
            industries=row.items("industries"),
            intro=row.text("intro"),
            after_sale=row.text("after_sale"),
            pool_status=PoolStatus(row.required("pool_status")),
            pool_batch=row.text("pool_batch"),
            pool_valid_to=row.day("pool_valid_to"),
            created_at=now,
            updated_at=now,
        )
        yield from _certificates(row, key)


def _certificates(row: Row, key: str) -> Iterator[Certificate]:
    for number, item in enumerate(row.items("certificates")):
        name, _, valid_to = item.partition("|")
        day = Row({"valid_to": valid_to}, row.place).day("valid_to")
        yield Certificate(
            id=seed_id("certificate", f"{key}/{number}"),
            provider_id=seed_id("provider", key),
            name=name,
            valid_to=day,
        )


def offering_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield offerings, each with the outbox row that tells the index."""
    for row in read_tables(folder, "offerings"):
        offering = _offering(row, now=now)
        yield offering
        yield CatalogueChange(offering_id=offering.id, happened_at=now)


def _offering(row: Row, *, now: datetime) -> Offering:
    status = ListingStatus(row.required("status"))
    deployment, price_model = row.text("deployment"), row.text("price_model")
    return Offering(
        id=seed_id("offering", row.required("key")),
        provider_id=seed_id("provider", row.required("provider")),
        name=row.required("name"),
        kind=OfferingKind(row.required("kind")),
        scenes=row.items("scenes"),
        industries=row.items("industries"),
        pain_points=row.text("pain_points"),
        description=row.text("description"),
        functions=row.items("functions"),
        indicators=row.text("indicators"),
        interfaces=row.text("interfaces"),
        deployment=Deployment(deployment) if deployment else None,
        price_model=PriceModel(price_model) if price_model else None,
        price_min_fen=_fen(row, "price_min_wan"),
        price_max_fen=_fen(row, "price_max_wan"),
        weeks_min=row.whole("weeks_min"),
        weeks_max=row.whole("weeks_max"),
        prerequisite_scenes=row.items("prerequisite_scenes"),
        prerequisites=row.text("prerequisites"),
        status=status,
        submitted_at=None if status is ListingStatus.DRAFT else now,
        listed_at=None if status in NEVER_LISTED else now,
        valid_to=row.day("valid_to"),
        version=1,
        created_at=now,
        updated_at=now,
    )


def case_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield cases."""
    for row in read_tables(folder, "cases"):
        offering = row.text("offering")
        done_on = row.day("date")
        if done_on is None:
            raise BrokenTable(f"{row.place}: date is empty")
        done_at = datetime.combine(done_on, time(), CHINA)
        yield Case(
            id=seed_id("case", row.required("key")),
            provider_id=seed_id("provider", row.required("provider")),
            offering_id=seed_id("offering", offering) if offering else None,
            client=row.required("client"),
            client_industry=row.text("client_industry"),
            client_region=row.text("client_region"),
            done_on=done_on,
            problem=row.required("problem"),
            solution=row.required("solution"),
            money_fen=_fen(row, "money_wan"),
            weeks=row.whole("weeks") or None,
            kpis=_kpis(row),
            confirmed_by=row.required("confirmed_by"),
            created_at=done_at,
            updated_at=now,
        )


def _kpis(row: Row) -> dict[str, dict[str, float | None]]:
    """Read `K09:3.2>1.1;K07:>118` as before and after; either may be unknown."""
    found: dict[str, dict[str, float | None]] = {}
    for item in row.items("kpis"):
        code, _, values = item.partition(":")
        before, _, after = values.partition(">")
        sides = Row({"before": before, "after": after}, f"{row.place} kpis {code}")
        found[code] = {"before": sides.number("before"), "after": sides.number("after")}
    return found


def _fen(row: Row, column: str) -> int | None:
    number = row.number(column)
    return None if number is None else fen_from_wan(number)
