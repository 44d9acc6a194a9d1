"""Fictional organisations of the seed data."""

from datetime import datetime

from app.core.demo_codes import demo_credit_code
from app.models import Organisation, OrganisationKind
from app.services.seeding.keys import seed_id

SHORT_NAME_LENGTH = 6


def seed_organisation(
    key: str,
    *,
    name: str,
    region: str,
    now: datetime,
    short_name: str = "",
    county: str = "",
    kind: OrganisationKind = OrganisationKind.ENTERPRISE,
) -> Organisation:
    """Build the organisation of a seed key, with a credit code that nobody can hold."""
    return Organisation(
        id=seed_id("organisation", key),
        name=name,
        short_name=short_name or name[:SHORT_NAME_LENGTH],
        credit_code=demo_credit_code(key, department=kind is OrganisationKind.DEPARTMENT),
        kind=kind,
        region=region,
        county=county,
        is_demo=True,
        created_at=now,
        updated_at=now,
    )
