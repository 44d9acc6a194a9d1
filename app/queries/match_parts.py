"""What matching must know of providers beside the index: who leads, who advises, their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import PUBLIC_STATUSES, Offering, OfferingKind, Organisation, Provider
from app.queries.catalogue import HIDDEN_POOL_STATUSES

INTEGRATOR = "P01"
# Consulting and training (scene guide vocabulary); a provider of nothing else only advises.
ADVISERS = frozenset({"P14", "P19"})

# A transformer workshop is no offer to a solar cell plant, however near the trades are.
TRADE_BOUND = (OfferingKind.WHOLE_PLANT, OfferingKind.LINE, OfferingKind.SHARED_FACTORY)


@dataclass(frozen=True, slots=True)
class MatchParts:
    """Ids as the index knows them: provider ids, offering ids, provider id -> shown name.

    `integrators` are providers that may lead others; `advisory` offerings only advise or train;
    `trade_bound` ones are built for one trade and of no use to a merely related one.
    """

    integrators: frozenset[str]
    advisory: frozenset[str]
    trade_bound: frozenset[str]
    provider_names: dict[str, str]


def match_parts(session: Session) -> MatchParts:
    """Load the parts in three queries."""
    providers = session.execute(
        select(Provider.id, Provider.types, Organisation.name).join(Provider.organisation)
    ).all()
    advisers = [row.id for row in providers if row.types and set(row.types) <= ADVISERS]
    advisory = session.scalars(
        select(Offering.id).where(
            Offering.provider_id.in_(advisers), Offering.kind == OfferingKind.SERVICE
        )
    )
    trade_bound = session.scalars(select(Offering.id).where(Offering.kind.in_(TRADE_BOUND)))
    return MatchParts(
        integrators=frozenset(str(row.id) for row in providers if INTEGRATOR in row.types),
        advisory=frozenset(str(offering_id) for offering_id in advisory),
        trade_bound=frozenset(str(offering_id) for offering_id in trade_bound),
        provider_names={str(row.id): row.name for row in providers},
    )


def still_public(session: Session, offering_ids: Iterable[str]) -> frozenset[str]:
    """Give those of the offerings that have a public page today."""
    found = session.scalars(
        select(Offering.id)
        .join(Offering.provider)
        .where(
            Offering.id.in_([UUID(offering_id) for offering_id in offering_ids]),
            Offering.status.in_(PUBLIC_STATUSES),
            Provider.pool_status.not_in(HIDDEN_POOL_STATUSES),
        )
    )
    return frozenset(str(offering_id) for offering_id in found)
