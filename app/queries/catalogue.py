"""The catalogue as the public sees it and as the index reads it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.core.clock import china_today
from app.core.errors import NotFound
from app.models import (
    PUBLIC_STATUSES,
    Case,
    CatalogueChange,
    Offering,
    PoolStatus,
    Provider,
)
from matching.rank.types import OfferingDoc

# Cases whose text is indexed with an offering; more would drown the offering's own words.
CASES_IN_TEXT = 3
# Providers in these states keep their entries but are not shown or ranked.
HIDDEN_POOL_STATUSES = (PoolStatus.SUSPENDED, PoolStatus.REMOVED, PoolStatus.EXPIRED)


def catalogue_version(session: Session) -> int:
    """Give the catalogue version: the last outbox number, 0 for an empty catalogue."""
    return session.scalar(select(func.max(CatalogueChange.seq))) or 0


def offering_docs(session: Session, *, now: datetime) -> list[OfferingDoc]:
    """Read every public offering in the form that the ranking indexes, in id order."""
    query = (
        select(Offering)
        .join(Offering.provider)
        .where(
            Offering.status.in_(PUBLIC_STATUSES), Provider.pool_status.not_in(HIDDEN_POOL_STATUSES)
        )
        .options(selectinload(Offering.provider).selectinload(Provider.certificates))
        .order_by(Offering.id)
    )
    offerings = session.scalars(query).all()
    cases: dict[UUID, list[Case]] = defaultdict(list)
    for case in session.scalars(select(Case).order_by(Case.done_on.desc(), Case.id)):
        cases[case.provider_id].append(case)
    today = china_today(now)
    return [_doc(o, cases[o.provider_id], today=today, now=now) for o in offerings]


def _doc(offering: Offering, cases: Sequence[Case], *, today: date, now: datetime) -> OfferingDoc:
    """Build the index record of one offering; only confirmed cases count as evidence."""
    own = [case for case in cases if case.offering_id == offering.id]
    verified = [case for case in cases if case.confirmed_by != "self"]
    provider = offering.provider
    in_date = [c for c in provider.certificates if c.valid_to is None or c.valid_to >= today]
    return OfferingDoc(
        id=str(offering.id),
        provider_id=str(provider.id),
        name=offering.name,
        pain_points=offering.pain_points,
        description=offering.description,
        functions="；".join(offering.functions),
        cases="\n".join(f"{case.problem}{case.solution}" for case in own[:CASES_IN_TEXT]),
        scenes=tuple(offering.scenes),
        industries=tuple(offering.industries),
        price_min=offering.price_min_fen,
        price_max=offering.price_max_fen,
        weeks_min=offering.weeks_min,
        weeks_max=offering.weeks_max,
        regions=tuple(provider.service_places),
        verified_cases=len([case for case in own if case.confirmed_by != "self"]),
        cases_by_industry=Counter(case.client_industry for case in verified),
        certificates_in_date=len(in_date),
        status=offering.status.value,
        valid_to=offering.valid_to,
        freshness_days=max(0, (now - offering.updated_at).days),
        prerequisite_scenes=tuple(offering.prerequisite_scenes),
    )


def public_offering(session: Session, offering_id: UUID) -> Offering:
    """Load one public offering with its provider; NotFound when there is none to be seen."""
    query = (
        select(Offering)
        .join(Offering.provider)
        .where(
            Offering.id == offering_id,
            Offering.status.in_(PUBLIC_STATUSES),
            Provider.pool_status.not_in(HIDDEN_POOL_STATUSES),
        )
        .options(
            selectinload(Offering.provider).selectinload(Provider.organisation),
            selectinload(Offering.provider).selectinload(Provider.certificates),
        )
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def cases_of_provider(session: Session, provider_id: UUID) -> Sequence[Case]:
    """Load a provider's cases, newest first."""
    query = (
        select(Case)
        .where(Case.provider_id == provider_id)
        .options(selectinload(Case.offering))
        .order_by(Case.done_on.desc(), Case.id)
    )
    return session.scalars(query).all()


def is_shown() -> ColumnElement[bool]:
    """The condition under which a provider is public.

    It is not hidden, and somebody has looked at it: it is in the pool, or an offering of its is
    listed. What a newcomer says of itself is shown to nobody before that.
    """
    other = aliased(Offering)  # the outer query may be about offerings itself
    reviewed = exists().where(other.provider_id == Provider.id, other.status.in_(PUBLIC_STATUSES))
    return and_(
        Provider.pool_status.not_in(HIDDEN_POOL_STATUSES),
        or_(Provider.pool_status != PoolStatus.CANDIDATE, reviewed),
    )


def public_provider(session: Session, provider_id: UUID) -> Provider:
    """Load one provider with its organisation and certificates; NotFound when hidden."""
    query = (
        select(Provider)
        .where(Provider.id == provider_id, is_shown())
        .options(selectinload(Provider.organisation), selectinload(Provider.certificates))
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def shown_providers(session: Session, provider_ids: Collection[UUID]) -> frozenset[UUID]:
    """Give those of the providers that have a public page today."""
    query = select(Provider.id).where(Provider.id.in_(provider_ids), is_shown())
    return frozenset(session.scalars(query))


def public_offerings_of(session: Session, provider_id: UUID) -> Sequence[Offering]:
    """Load a provider's public offerings by name."""
    query = (
        select(Offering)
        .where(Offering.provider_id == provider_id, Offering.status.in_(PUBLIC_STATUSES))
        .order_by(Offering.name)
    )
    return session.scalars(query).all()


def offerings_by_id(session: Session, ids: Sequence[UUID]) -> dict[UUID, Offering]:
    """Load offerings with provider and organisation by id, for a page of results."""
    query = (
        select(Offering)
        .where(Offering.id.in_(ids))
        .options(selectinload(Offering.provider).selectinload(Provider.organisation))
    )
    return {offering.id: offering for offering in session.scalars(query)}


def kinds_by_id(session: Session) -> dict[str, str]:
    """Give the kind of every offering by id, for the facet; rows stay unloaded."""
    return {
        str(id_): kind.value for id_, kind in session.execute(select(Offering.id, Offering.kind))
    }


def counts(session: Session, *, today: date) -> dict[str, int]:
    """Count what the catalogue shows: providers, offerings in date, and their cases."""
    shown = is_shown()
    listed = (
        select(func.count(Offering.id))
        .join(Offering.provider)
        .where(
            shown,
            Offering.status.in_(PUBLIC_STATUSES),
            or_(Offering.valid_to.is_(None), Offering.valid_to >= today),
        )
    )
    cases = select(func.count(Case.id)).join(Provider, Provider.id == Case.provider_id).where(shown)
    return {
        "providers": session.scalar(select(func.count(Provider.id)).where(shown)) or 0,
        "listed": session.scalar(listed) or 0,
        "cases": session.scalar(cases) or 0,
    }
