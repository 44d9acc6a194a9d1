"""Offerings (产品/方案): save, submit, and the organiser's decision on what was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.clock import china_today
from app.core.errors import Blocked, IllegalTransition, InvalidInput, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import (
    CatalogueChange,
    Deployment,
    ListingStatus,
    Offering,
    OfferingKind,
    PriceModel,
)
from app.permissions import Permission, require
from app.queries import providers as provider_queries
from app.services import audit

# Shorter texts give search and reviewer too little to go on.
MIN_DESCRIPTION_CHARS = 20
# More scenes than this is a claim to do everything (catalogue rules of the issue).
MAX_SCENES = 4
# A scene is proposed when the vote of the nearest phrases gives it at least this share.
LEAST_SCENE_SHARE = 0.15
# How long an entry stays listed unless the organiser says otherwise.
LISTING_YEARS = 3
EDITABLE = (ListingStatus.DRAFT, ListingStatus.EXPIRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingContent:
    """What a provider writes about an offering; prices are fen, durations weeks."""

    name: str
    kind: OfferingKind
    scenes: list[str]
    industries: list[str]
    pain_points: str
    description: str
    functions: list[str]
    indicators: str
    interfaces: str
    deployment: Deployment | None
    price_model: PriceModel | None
    price_min_fen: int | None
    price_max_fen: int | None
    weeks_min: int | None
    weeks_max: int | None
    prerequisite_scenes: list[str]
    prerequisites: str


CONTENT_FIELDS = tuple(field.name for field in fields(OfferingContent))


def content_of(offering: Offering) -> OfferingContent:
    """Give the provider's part of a stored offering."""
    return OfferingContent(**{name: getattr(offering, name) for name in CONTENT_FIELDS})


def offering_problems(offering: Offering | OfferingContent) -> list[Problem]:
    """Say what stops an offering from being submitted and listed; empty means nothing does.

    Feeds the form, the hints on the start page, the review page and the refusal alike.
    """
    problems = []
    if not offering.pain_points.strip():
        problems.append(Problem("offering_pain_points_missing", "pain_points"))
    length = len(offering.description.strip())
    if length < MIN_DESCRIPTION_CHARS:
        params = {"min": MIN_DESCRIPTION_CHARS, "length": length}
        problems.append(Problem("offering_description_too_short", "description", params))
    if not offering.scenes and offering.kind is not OfferingKind.SERVICE:
        problems.append(Problem("offering_scenes_missing", "scenes"))
    if len(offering.scenes) > MAX_SCENES:
        params = {"max": MAX_SCENES, "count": len(offering.scenes)}
        problems.append(Problem("too_many_choices", "scenes", params))
    if offering.weeks_min is None and offering.weeks_max is None:
        problems.append(Problem("offering_weeks_missing", "weeks_min"))
    return problems


def offering_advice(offering: Offering | OfferingContent) -> list[Problem]:
    """Say what would make an offering easier to find and to compare; nothing here is required."""
    advice = []
    if offering.price_min_fen is None and offering.price_max_fen is None:
        advice.append(Problem("offering_price_advice", "price_min"))
    if not offering.functions:
        advice.append(Problem("offering_functions_advice", "functions"))
    if not offering.indicators.strip():
        advice.append(Problem("offering_indicators_advice", "indicators"))
    if offering.deployment is None:
        advice.append(Problem("offering_deployment_advice", "deployment"))
    return advice


def proposed_scenes(probabilities: Mapping[str, float], *, covered: bool) -> list[str]:
    """Pick the scenes worth proposing from a guess, best first; none when nothing was near."""
    if not covered:
        return []
    likely = [code for code, share in probabilities.items() if share >= LEAST_SCENE_SHARE]
    return sorted(likely, key=lambda code: -probabilities[code])[:MAX_SCENES]


def save_offering(
    session: Session,
    *,
    offering_id: UUID,
    provider_id: UUID,
    version: int,
    content: OfferingContent,
    actor: Actor,
    now: datetime,
) -> Offering:
    """Create a draft (`version` 0) or change one; saving the same content again changes nothing.

    The id of a new draft is chosen by the form, so a double click creates one draft.

    Raises:
        NotFound: provider or offering are not the actor's to know of.
        Forbidden: visible, but the actor does not work for the provider.
        StaleVersion: somebody changed the offering since the form was opened.
        Blocked: the offering is being reviewed or is listed.
    """
    stored = provider_queries.find_visible_offering(session, offering_id, to=actor, lock=True)
    if stored is None and version == 0:
        return _create(session, offering_id, provider_id, content, actor, now)
    if stored is None:
        raise NotFound
    require(actor, Permission.OFFERING_WRITE, stored)
    if content_of(stored) == content:
        return stored
    require_editable(stored)
    if stored.version != version:
        raise StaleVersion
    for name in CONTENT_FIELDS:
        setattr(stored, name, getattr(content, name))
    stored.updated_at = now
    stored.version += 1
    _record(session, stored, "offering.changed", actor, now, version=stored.version)
    return stored


def _create(
    session: Session,
    offering_id: UUID,
    provider_id: UUID,
    content: OfferingContent,
    actor: Actor,
    now: datetime,
) -> Offering:
    if session.get(Offering, offering_id) is not None:
        raise NotFound  # somebody else's; the two look alike
    provider = provider_queries.one_visible_provider(session, provider_id, to=actor)
    require(actor, Permission.OFFERING_WRITE, provider)
    offering = Offering(
        id=offering_id,
        provider_id=provider.id,
        status=ListingStatus.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
        **{name: getattr(content, name) for name in CONTENT_FIELDS},
    )
    try:
        with session.begin_nested():
            offering.provider = provider
            session.add(offering)
            session.flush()  # a double click that ran beside this one shows here
    except IntegrityError as error:
        raise StaleVersion from error
    _record(session, offering, "offering.created", actor, now, provider=str(provider.id))
    return offering


def require_editable(offering: Offering) -> None:
    """Refuse unless the offering is a draft or expired.

    Raises:
        Blocked: it is being reviewed, or the catalogue shows what was reviewed.
    """
    if offering.status not in EDITABLE:
        why = "submitted" if offering.status is ListingStatus.SUBMITTED else "listed"
        raise Blocked([Problem(f"offering_not_editable_{why}")])


def submit_offering(
    session: Session, *, offering_id: UUID, actor: Actor, now: datetime
) -> Offering:
    """Hand a draft to the organisers; what is submitted already stays so.

    Raises:
        NotFound, Forbidden: not the actor's.
        Blocked: `offering_problems` found something; nothing was changed.
        IllegalTransition: the offering is past its draft.
    """
    offering = provider_queries.one_visible_offering(session, offering_id, to=actor, lock=True)
    require(actor, Permission.OFFERING_WRITE, offering)
    if offering.status is ListingStatus.SUBMITTED:
        return offering
    if problems := offering_problems(offering):
        raise Blocked(problems)
    offering.move_to(ListingStatus.SUBMITTED, at=now)
    offering.version += 1
    _record(session, offering, "offering.submitted", actor, now, version=offering.version)
    return offering


def list_offering(
    session: Session,
    *,
    offering_id: UUID,
    version: int,
    valid_to: date,
    document_no: str,
    actor: Actor,
    now: datetime,
) -> Offering:
    """Put a submitted offering into the catalogue until `valid_to` and tell the index.

    Raises:
        NotFound, Forbidden: not the actor's to review.
        InvalidInput: the date is past.
        StaleVersion: it was changed and submitted again since the page was opened.
        Blocked: it lacks something that a listed entry must have.
        IllegalTransition: it is not waiting for a decision.
    """
    offering = _for_review(session, offering_id, actor)
    if (
        offering.status is ListingStatus.LISTED
        and offering.valid_to == valid_to
        and offering.document_no == document_no
    ):
        return offering  # the second click
    _require_waiting(offering, version, ListingStatus.LISTED)
    if valid_to < china_today(now):
        raise InvalidInput([Problem("date_in_past", "valid_to")])
    if problems := offering_problems(offering):
        raise Blocked(problems)
    offering.move_to(ListingStatus.LISTED, at=now)
    offering.valid_to = valid_to
    offering.document_no = document_no
    offering.review_note = ""
    offering.version += 1
    session.add(CatalogueChange(offering_id=offering.id, happened_at=now))
    _record(session, offering, "offering.listed", actor, now, valid_to=valid_to.isoformat())
    return offering


def return_offering(
    session: Session,
    *,
    offering_id: UUID,
    version: int,
    note: str,
    actor: Actor,
    now: datetime,
) -> Offering:
    """Send a submitted offering back to its provider with reasons; it is a draft again.

    Raises:
        NotFound, Forbidden, StaleVersion, IllegalTransition: as in `list_offering`.
        InvalidInput: no reason is given.
    """
    offering = _for_review(session, offering_id, actor)
    if offering.status is ListingStatus.DRAFT and offering.review_note == note:
        return offering  # the second click
    _require_waiting(offering, version, ListingStatus.DRAFT)
    if not note.strip():
        raise InvalidInput([Problem("return_reason_missing", "note")])
    offering.move_to(ListingStatus.DRAFT, at=now)
    offering.review_note = note
    offering.version += 1
    _record(session, offering, "offering.returned", actor, now, version=offering.version)
    return offering


def _for_review(session: Session, offering_id: UUID, actor: Actor) -> Offering:
    offering = provider_queries.one_visible_offering(session, offering_id, to=actor, lock=True)
    require(actor, Permission.OFFERING_REVIEW, offering)
    return offering


def _require_waiting(offering: Offering, version: int, wanted: ListingStatus) -> None:
    """Refuse unless the offering waits for a decision, in the version the reviewer has read."""
    if offering.status is not ListingStatus.SUBMITTED:
        raise IllegalTransition(offering.status, wanted)
    if offering.version != version:
        raise StaleVersion


def _record(
    session: Session,
    offering: Offering,
    action: str,
    actor: Actor,
    now: datetime,
    **detail: str | int,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="offering",
        object_id=offering.id,
        now=now,
        detail=detail,
    )
