"""Seed departments and the demo accounts (demo mode only)."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.adapters.passwords import hash_password
from app.core.actors import Role
from app.models import Base, Membership, OrganisationKind, User
from app.services.seeding.keys import seed_id
from app.services.seeding.organisations import seed_organisation

# Public on purpose: it opens nothing but fictional data, and production has no demo accounts.
DEMO_PASSWORD = "jizhi-demo-2026"  # noqa: S105


def department_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield the fifteen fictional departments, one a reporting unit and one for the province."""
    for entry in _people(folder)["departments"]:
        yield seed_organisation(
            entry["key"],
            name=entry["name"],
            short_name=entry["short"],
            region=entry["region"],
            kind=OrganisationKind.DEPARTMENT,
            now=now,
        )


def account_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield demo users and their memberships."""
    hashed = hash_password(DEMO_PASSWORD)
    for entry in _people(folder)["accounts"]:
        user_id = seed_id("user", entry["login"])
        yield User(
            id=user_id,
            login=entry["login"],
            display_name=entry["name"],
            password_hash=hashed,
            is_active=True,
            is_demo=True,
            created_at=now,
            updated_at=now,
        )
        for role in entry["roles"]:
            yield Membership(
                id=seed_id("membership", f"{entry['login']}/{role}"),
                user_id=user_id,
                organisation_id=seed_id("organisation", entry["organisation"]),
                role=Role(role),
                created_at=now,
                updated_at=now,
            )


def _people(folder: Path) -> dict[str, list[dict[str, str]]]:
    people: dict[str, list[dict[str, str]]] = json.loads(
        (folder / "people.json").read_text("utf-8")
    )
    return people
