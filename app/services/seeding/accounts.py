"""The demo accounts as the sign-in page and `make run` show them."""

import json
from dataclasses import dataclass
from pathlib import Path

from app.services.seeding.people import DEMO_PASSWORD


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account: login, role code, and the organisation's key or name."""

    login: str
    role: str
    organisation: str


@dataclass(frozen=True, slots=True)
class DemoAccounts:
    """All demo accounts; they share one public password."""

    password: str
    accounts: tuple[DemoAccount, ...]


def demo_accounts(folder: Path) -> DemoAccounts:
    """Read the accounts from `seed_data/people.json`."""
    people = json.loads((folder / "people.json").read_text("utf-8"))
    return DemoAccounts(
        password=DEMO_PASSWORD,
        accounts=tuple(
            DemoAccount(entry["login"], entry["roles"][0], entry["name"])
            for entry in people["accounts"]
        ),
    )
