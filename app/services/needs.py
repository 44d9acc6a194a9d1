"""Write, publish and close needs (需求): symptoms in the factory's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Blocked, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import Factory, Need, NeedStatus
from app.permissions import Permission, require
from app.queries import needs as need_queries
from app.services import audit
from matching.needs import contacts_in, title_of

MIN_SYMPTOM = 10  # shorter texts give the ranking too little to go by
MAX_SYMPTOM = 1000
MAX_TITLE = 120
MAX_CONSTRAINTS = 500
MAX_SCENES = 6
URGENCIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class NeedDraft:
    """What a person writes. `contact_ok`: it was pointed out, and the text is meant so.

    `origin` says where a need came from ({"kind": "form"|"symptom"|"gap"|"report", ...}); None, and
    None for `subdomains`, leave what is stored alone.
    """

    title: str
    symptom: str
    scenes: tuple[str, ...] = ()
    budget_fen: int | None = None
    weeks: int | None = None
    urgency: str = "medium"
    constraints: str = ""
    confidential: bool = False
    contact_ok: bool = False
    subdomains: tuple[str, ...] | None = None
    origin: Mapping[str, object] | None = None


def need_problems(draft: NeedDraft) -> list[Problem]:
    """Say what stops a need from being saved; empty means nothing does."""
    problems = []
    if not MIN_SYMPTOM <= len(draft.symptom) <= MAX_SYMPTOM:
        short = len(draft.symptom) < MIN_SYMPTOM
        params = {"min": MIN_SYMPTOM, "max": MAX_SYMPTOM, "length": len(draft.symptom)}
        problems.append(Problem("too_short" if short else "too_long", "symptom", params))
    if not draft.contact_ok:
        texts = {"title": draft.title, "symptom": draft.symptom, "constraints": draft.constraints}
        problems.extend(
            Problem("contact_in_text", field, {"value": found[0]})
            for field, text in texts.items()
            if (found := contacts_in(text))
        )
    return problems


def save_need(
    session: Session,
    *,
    factory: Factory,
    need_id: UUID,
    draft: NeedDraft,
    publish: bool,
    actor: Actor,
    now: datetime,
    seen: datetime | None = None,
) -> Need:
    """Create the need `need_id`, or change it while it is a draft; then publish it if wanted.

    The form carries the id, so that a form sent twice makes one need: a second arrival finds
    what the first one saved. Nothing is committed here.

    Args:
        session: a writing session.
        factory: loaded, visible to the actor.
        need_id: random key that the form was given.
        draft: what was written.
        publish: publish at once, else keep as a draft.
        actor: needs `need:write` on the factory.
        now: aware time.
        seen: when the draft had last been saved when the form was opened; None asks nothing.

    Raises:
        Forbidden: visible, but not the actor's to write for.
        StaleVersion: somebody has changed the draft since; nothing was changed.
        NotFound: the key belongs to another factory's need.
        Blocked: `need_problems` found something, or the need is no draft any more and the form
            says something else than what was published.
    """
    require(actor, Permission.NEED_WRITE, factory)
    if problems := need_problems(draft):
        raise Blocked(problems)
    need = need_queries.by_id(session, need_id)
    if need is None:
        need = _create(session, factory, need_id, draft, actor=actor, now=now)
    if need.factory_id != factory.id:
        raise NotFound
    if need.status is not NeedStatus.DRAFT:
        if _differs(need, draft):
            raise Blocked([Problem("need_not_draft")])
        return need
    if _differs(need, draft):
        if seen is not None and seen != need.updated_at:
            raise StaleVersion
        _fill(need, draft, now=now)
        _record(session, need, "need.changed", actor=actor, now=now)
    if publish:
        _move(session, need, NeedStatus.PUBLISHED, actor=actor, now=now)
    session.flush()
    return need


def publish_need(session: Session, *, need_id: UUID, actor: Actor, now: datetime) -> Need:
    """Publish a draft; providers may be matched to it from now on.

    Raises:
        NotFound, Forbidden: not visible, or not the actor's.
        Blocked: `need_problems` found something.
        IllegalTransition: it is closed.
    """
    need = need_queries.one_visible(session, need_id, to=actor, lock=True)
    require(actor, Permission.NEED_WRITE, need)
    # Contact data was judged when the text was saved; its writer may have confirmed it.
    if problems := need_problems(NeedDraft(need.title, need.symptom, contact_ok=True)):
        raise Blocked(problems)
    _move(session, need, NeedStatus.PUBLISHED, actor=actor, now=now)
    return need


def close_need(session: Session, *, need_id: UUID, actor: Actor, now: datetime) -> Need:
    """Close a draft or published need; it takes part in no further matching.

    Raises:
        NotFound, Forbidden: not visible, or not the actor's.
    """
    need = need_queries.one_visible(session, need_id, to=actor, lock=True)
    require(actor, Permission.NEED_WRITE, need)
    _move(session, need, NeedStatus.CLOSED, actor=actor, now=now)
    return need


def _create(
    session: Session,
    factory: Factory,
    need_id: UUID,
    draft: NeedDraft,
    *,
    actor: Actor,
    now: datetime,
) -> Need:
    """Insert a draft; when the same form won the race, give what that one inserted."""
    need = Need(
        id=need_id,
        factory_id=factory.id,
        status=NeedStatus.DRAFT,
        origin={"kind": "form"},
        created_at=now,
    )
    need.factory = factory
    _fill(need, draft, now=now)
    try:
        with session.begin_nested():
            session.add(need)
    except IntegrityError:
        other = need_queries.by_id(session, need_id)
        if other is None:
            raise
        return other
    _record(session, need, "need.created", actor=actor, now=now)
    return need


def _values(draft: NeedDraft) -> dict[str, object]:
    """Give the columns that a draft sets; a missing title is made from the text."""
    values: dict[str, object] = {
        "title": draft.title or title_of(draft.symptom),
        "symptom": draft.symptom,
        "scenes": list(draft.scenes),
        "budget_fen": draft.budget_fen,
        "weeks": draft.weeks,
        "urgency": draft.urgency,
        "constraints": draft.constraints,
        "confidential": draft.confidential,
    }
    if draft.subdomains is not None:
        values["subdomains"] = list(draft.subdomains)
    if draft.origin is not None:
        values["origin"] = dict(draft.origin)
    return values


def _fill(need: Need, draft: NeedDraft, *, now: datetime) -> None:
    for column, value in _values(draft).items():
        setattr(need, column, value)
    need.updated_at = now


def _differs(need: Need, draft: NeedDraft) -> bool:
    return any(getattr(need, column) != value for column, value in _values(draft).items())


def _move(session: Session, need: Need, status: NeedStatus, *, actor: Actor, now: datetime) -> None:
    """Change the status and record it; a repeated step changes nothing (double click)."""
    if need.status is status:
        return
    need.move_to(status, at=now)
    _record(session, need, f"need.{status.value}", actor=actor, now=now)


def _record(session: Session, need: Need, action: str, *, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="need",
        object_id=need.id,
        now=now,
        detail={"factory": str(need.factory_id)},
    )
