"""Tables: columns, constraints and one-object rules.

Importing this package registers every table, which migrations and `create_all` need.
"""

from app.models.assessment import (
    EDITABLE,
    NEXT_ASSESSMENT_STATUS,
    Assessment,
    AssessmentImport,
    AssessmentStatus,
    CriterionSetRecord,
    Finding,
    ImportStatus,
)
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
    Factory,
    ManufacturingType,
    Need,
    NeedStatus,
)
from app.models.match import MatchRun
from app.models.organisation import (
    ApiToken,
    Membership,
    Organisation,
    OrganisationKind,
    User,
    UserSession,
)

__all__ = [
    "EDITABLE",
    "NEXT_ASSESSMENT_STATUS",
    "NEXT_LISTING_STATUS",
    "NEXT_NEED_STATUS",
    "PUBLIC_STATUSES",
    "ApiToken",
    "Assessment",
    "AssessmentImport",
    "AssessmentStatus",
    "AuditEvent",
    "Base",
    "Case",
    "CatalogueChange",
    "Certificate",
    "CriterionSetRecord",
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
    "ImportStatus",
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
