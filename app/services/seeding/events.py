"""Seed events: slots, tables, participants and pair rules, as drafts to be planned."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.models import (
    Base,
    Event,
    EventPairRule,
    EventParticipant,
    EventSlot,
    EventStatus,
    EventTable,
    PairRuleKind,
    Side,
)
from app.services.seeding.keys import seed_id


def event_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield events with all their parts."""
    for entry in json.loads((folder / "events.json").read_text("utf-8"))["events"]:
        event_id = seed_id("event", entry["key"])
        yield _event(entry, event_id, now)
        for number, (start, session) in enumerate(entry["slots"]):
            hours, minutes = start.split(":")
            yield EventSlot(
                event_id=event_id,
                number=number,
                start_minute=int(hours) * 60 + int(minutes),
                session=session,
            )
        for number, label in enumerate(entry["tables"]):
            yield EventTable(event_id=event_id, number=number, label=label)
        yield from _participants(entry, event_id, now)
        for rule in entry["pair_rules"]:
            yield EventPairRule(
                id=seed_id("rule", f"{entry['key']}/{rule['factory']}/{rule['provider']}"),
                event_id=event_id,
                factory_participant_id=_participant_id(entry["key"], rule["factory"]),
                provider_participant_id=_participant_id(entry["key"], rule["provider"]),
                kind=PairRuleKind(rule["kind"]),
                created_at=now,
                updated_at=now,
            )


def _event(entry: dict[str, Any], event_id: UUID, now: datetime) -> Event:
    return Event(
        id=event_id,
        organisation_id=seed_id("organisation", entry["organiser"]),
        title=entry["title"],
        region=entry["region"],
        venue=entry["venue"],
        held_on=date.fromisoformat(entry["held_on"]),
        slot_minutes=entry["slot_minutes"],
        factory_min=entry["factory_min"],
        factory_max=entry["factory_max"],
        provider_min=entry["provider_min"],
        provider_max=entry["provider_max"],
        fairness=entry["fairness"],
        notes=entry["notes"],
        status=EventStatus.DRAFT,
        published_run_id=None,
        version=1,
        is_demo=True,
        created_at=now,
        updated_at=now,
    )


def _participants(entry: dict[str, Any], event_id: UUID, now: datetime) -> Iterator[Base]:
    for side in Side:
        for key in entry["factories" if side is Side.FACTORY else "providers"]:
            is_factory = side is Side.FACTORY
            yield EventParticipant(
                id=_participant_id(entry["key"], key),
                event_id=event_id,
                side=side,
                factory_id=seed_id("factory", key) if is_factory else None,
                provider_id=None if is_factory else seed_id("provider", key),
                min_meetings=None,
                max_meetings=None,
                absent_slots=entry["absent"].get(key, []),
                created_at=now,
                updated_at=now,
            )


def _participant_id(event_key: str, key: str) -> UUID:
    return seed_id("participant", f"{event_key}/{key}")
