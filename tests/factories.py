"""Keyword-only builders of rows; what a test does not name gets a plain default."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.adapters.passwords import hash_password
from app.core.actors import Actor, Grant, Role
from app.core.demo_codes import demo_credit_code
from app.models import (
    Assessment,
    AssessmentStatus,
    Case,
    CatalogueChange,
    Event,
    EventPairRule,
    EventParticipant,
    EventSlot,
    EventTable,
    Factory,
    Finding,
    ListingStatus,
    ManufacturingType,
    Membership,
    Need,
    NeedStatus,
    Offering,
    OfferingKind,
    Organisation,
    OrganisationKind,
    PairRuleKind,
    PoolStatus,
    Provider,
    Side,
    User,
)

Row = TypeVar("Row")

PASSWORD = "correct horse battery"
# One hash for all tests: argon2id is slow on purpose.
PASSWORD_HASH = hash_password(PASSWORD)


class Make:
    """Adds rows to one session; every row is flushed, so ids are there."""

    def __init__(self, session: Session, *, now: datetime) -> None:
        self.session = session
        self.now = now
        self._numbers = count(1)

    def _add(self, row: Row) -> Row:
        self.session.add(row)
        self.session.flush()
        return row

    def organisation(self, *, region: str = "邢台", **values: Any) -> Organisation:
        number = next(self._numbers)
        return self._add(
            Organisation(
                **{
                    "name": f"测试机构{number}",
                    "short_name": f"机构{number}",
                    "credit_code": demo_credit_code(f"test-{number}"),
                    "kind": OrganisationKind.ENTERPRISE,
                    "region": region,
                    "county": "",
                    "created_at": self.now,
                    "updated_at": self.now,
                    **values,
                }
            )
        )

    def user(self, *, role: Role, organisation: Organisation) -> User:
        """A user with one membership; the login is `user<n>`, the password `PASSWORD`."""
        number = next(self._numbers)
        user = self._add(
            User(
                login=f"user{number}",
                display_name=f"人员{number}",
                password_hash=PASSWORD_HASH,
                created_at=self.now,
                updated_at=self.now,
            )
        )
        self._add(
            Membership(
                user_id=user.id,
                organisation_id=organisation.id,
                role=role,
                created_at=self.now,
                updated_at=self.now,
            )
        )
        return user

    def actor(self, *, role: Role, organisation: Organisation) -> Actor:
        """An actor for calling use-cases directly."""
        user = self.user(role=role, organisation=organisation)
        grant = Grant(role=role, organisation_id=organisation.id, region=organisation.region)
        return Actor(user_id=user.id, display_name=user.display_name, grants=(grant,))

    def factory(self, *, organisation: Organisation | None = None, **values: Any) -> Factory:
        owner = organisation or self.organisation()
        row = Factory(
            **{
                "organisation_id": owner.id,
                "name": f"{owner.name}一厂",
                "region": owner.region,
                "industry": "C34",
                "mfg_type": ManufacturingType.DISCRETE,
                "level": "FL0",
                "target_level": "FL1",
                "budget_fen": 200_000_000,
                "horizon_weeks": 52,
                "systems": [],
                "created_at": self.now,
                "updated_at": self.now,
                **values,
            }
        )
        row.organisation = owner
        return self._add(row)

    def assessment(self, *, factory: Factory, **values: Any) -> Assessment:
        """A verified assessment at about grade 1.5 in every subdomain, with two findings."""
        row = self._add(
            Assessment(
                **{
                    "factory_id": factory.id,
                    "version": 1,
                    "criteria_code": "HB-FL-2025",
                    "criteria_version": "test",
                    "mfg_type": factory.mfg_type,
                    "assessed_on": date(2026, 6, 1),
                    "status": AssessmentStatus.VERIFIED,
                    "answers": {f"M{n:02d}": [1.0, 0.5, 0.0, 0.0, 0.0] for n in range(1, 21)},
                    "scenes": {"S02": {"status": "pilot", "ai": False}},
                    "kpis": {},
                    "eligibility": {},
                    "created_at": self.now,
                    "updated_at": self.now,
                    **values,
                }
            )
        )
        for position, (subdomain, text) in enumerate(
            [("M13", "轴承坏了才知道，全靠老师傅耳听手摸"), ("M14", "找料靠人记，盘点对不上账")]
        ):
            self._add(
                Finding(assessment_id=row.id, position=position, subdomain=subdomain, text=text)
            )
        return row

    def need(self, *, factory: Factory, **values: Any) -> Need:
        return self._add(
            Need(
                **{
                    "factory_id": factory.id,
                    "title": "轴承突然坏",
                    "symptom": "轴承什么时候坏没人知道，坏了就停线半天",
                    "scenes": ["S28"],
                    "urgency": "high",
                    "status": NeedStatus.PUBLISHED,
                    "created_at": self.now,
                    "updated_at": self.now,
                    **values,
                }
            )
        )

    def provider(self, *, organisation: Organisation | None = None, **values: Any) -> Provider:
        owner = organisation or self.organisation()
        row = Provider(
            **{
                "organisation_id": owner.id,
                "types": ["P01"],
                "service_places": ["全省"],
                "industries": ["C34"],
                "intro": "做设备联网和监测",
                "pool_status": PoolStatus.LISTED,
                "created_at": self.now,
                "updated_at": self.now,
                **values,
            }
        )
        row.organisation = owner
        return self._add(row)

    def case(self, *, offering: Offering, **values: Any) -> Case:
        return self._add(
            Case(
                **{
                    "provider_id": offering.provider_id,
                    "offering_id": offering.id,
                    "client": "某轴承厂",
                    "client_industry": "C34",
                    "client_region": "邢台",
                    "done_on": date(2025, 5, 1),
                    "problem": "轴承坏了才知道",
                    "solution": "装了振动传感器，提前两周提醒",
                    "kpis": {},
                    "confirmed_by": "client",
                    "created_at": self.now,
                    "updated_at": self.now,
                    **values,
                }
            )
        )

    def offering(
        self, *, provider: Provider, status: ListingStatus = ListingStatus.LISTED, **values: Any
    ) -> Offering:
        number = next(self._numbers)
        listed = status not in (ListingStatus.DRAFT, ListingStatus.SUBMITTED)
        row = Offering(
            **{
                "provider_id": provider.id,
                "name": f"轴承振动在线监测{number}",
                "kind": OfferingKind.SOFTWARE,
                "scenes": ["S28"],
                "industries": ["C34"],
                "pain_points": "轴承坏了才知道，停一次少产半天",
                "description": "在轴承座装振动温度传感器，云端判断劣化并提前两周提醒",
                "functions": ["振动采集", "劣化预警"],
                "price_min_fen": 10_000_000,
                "price_max_fen": 20_000_000,
                "weeks_min": 4,
                "weeks_max": 8,
                "prerequisite_scenes": [],
                "status": status,
                "submitted_at": None if status is ListingStatus.DRAFT else self.now,
                "listed_at": self.now if listed else None,
                "valid_to": (self.now + timedelta(days=365)).date(),
                "created_at": self.now,
                "updated_at": self.now,
                **values,
            }
        )
        row.provider = provider
        self._add(row)
        self._add(CatalogueChange(offering_id=row.id, happened_at=self.now))
        return row

    def event(
        self, *, organisation: Organisation, slots: int = 4, tables: int = 3, **values: Any
    ) -> Event:
        """A draft event of a department with half of its slots in the morning."""
        event = self._add(
            Event(
                **{
                    "organisation_id": organisation.id,
                    "title": "测试供需对接会",
                    "region": organisation.region,
                    "venue": "会展中心",
                    "held_on": date(2026, 12, 10),
                    "slot_minutes": 20,
                    "factory_min": 1,
                    "factory_max": 4,
                    "provider_min": 1,
                    "provider_max": 4,
                    "fairness": 2,
                    "notes": "",
                    "created_at": self.now,
                    "updated_at": self.now,
                    **values,
                }
            )
        )
        for n in range(slots):
            part = "am" if n < (slots + 1) // 2 else "pm"
            start = 600 + 25 * n + (120 if part == "pm" else 0)
            self._add(EventSlot(event_id=event.id, number=n, start_minute=start, session=part))
        for n in range(tables):
            self._add(EventTable(event_id=event.id, number=n, label=f"A{n + 1}"))
        return event

    def participant(
        self, *, event: Event, who: Factory | Provider, **values: Any
    ) -> EventParticipant:
        """A factory or provider on an event's list, with the event's limits, always there."""
        is_factory = isinstance(who, Factory)
        return self._add(
            EventParticipant(
                **{
                    "event_id": event.id,
                    "side": Side.FACTORY if is_factory else Side.PROVIDER,
                    "factory_id": who.id if is_factory else None,
                    "provider_id": None if is_factory else who.id,
                    "absent_slots": [],
                    "created_at": self.now,
                    "updated_at": self.now,
                    **values,
                }
            )
        )

    def pair_rule(
        self, *, factory: EventParticipant, provider: EventParticipant, kind: PairRuleKind
    ) -> EventPairRule:
        return self._add(
            EventPairRule(
                event_id=factory.event_id,
                factory_participant_id=factory.id,
                provider_participant_id=provider.id,
                kind=kind,
                created_at=self.now,
                updated_at=self.now,
            )
        )
