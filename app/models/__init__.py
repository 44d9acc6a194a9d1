"""Tables: columns, constraints and one-object rules.

Importing this package registers every table, which migrations and `create_all` need.
"""

from app.models.audit import AuditEvent
from app.models.base import Base
from app.models.catalogue import (
    NEXT_LISTING_STATUS,
    PUBLIC_STATUSES,
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
from app.models.event import (
    Event,
    EventPairRule,
    EventParticipant,
    EventRun,
    EventSlot,
    EventStatus,
    EventTable,
    Meeting,
    PairRuleKind,
    Side,
)
from app.models.factory import (
    NEXT_NEED_STATUS,
    Assessment,
    AssessmentStatus,
    Factory,
    Finding,
    ManufacturingType,
    Need,
    NeedStatus,
)
from app.models.match import MatchRun
from app.models.organisation import (
    Membership,
    Organisation,
    OrganisationKind,
    User,
    UserSession,
)

__all__ = [
    "NEXT_LISTING_STATUS",
    "NEXT_NEED_STATUS",
    "PUBLIC_STATUSES",
    "Assessment",
    "AssessmentStatus",
    "AuditEvent",
    "Base",
    "Case",
    "CatalogueChange",
    "Certificate",
    "Deployment",
    "Event",
    "EventPairRule",
    "EventParticipant",
    "EventRun",
    "EventSlot",
    "EventStatus",
    "EventTable",
    "Factory",
    "Finding",
    "ListingStatus",
    "ManufacturingType",
    "MatchRun",
    "Meeting",
    "Membership",
    "Need",
    "NeedStatus",
    "Offering",
    "OfferingKind",
    "Organisation",
    "OrganisationKind",
    "PairRuleKind",
    "PoolStatus",
    "PriceModel",
    "Provider",
    "Side",
    "User",
    "UserSession",
]
