"""Accept or discard what a file proposes (导入): only then it goes into the open assessment."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Blocked
from app.core.problems import Problem
from app.models import Assessment, AssessmentImport, AssessmentStatus, Factory, ImportStatus
from app.permissions import Permission, require
from app.queries import assessments as assessment_queries
from app.queries import imports as queries
from app.services import audit
from app.services.assessment_content import MAX_FINDINGS
from app.services.assessment_import import record_step
from app.services.assessment_import_flat import (
    Change,
    Flat,
    Item,
    changes_between,
    flat_of,
    merged,
    sections_touched,
    write_back,
)
from app.services.assessment_import_target import base_of
from app.services.assessments import require_editable, start_assessment
from app.services.criteria import CriteriaShelf


@dataclass(frozen=True, slots=True)
class Ticks:
    """What a person ticked on a report's page.

    `items` and `needs` are numbers in the proposal; `subdomains` says for findings without one
    which subdomain they are about.
    """

    items: frozenset[int]
    needs: frozenset[int] = frozenset()
    subdomains: Mapping[int, str] = field(default_factory=dict)


def items_of(record: AssessmentImport) -> list[Item]:
    """Give the proposed items of a stored import."""
    return [Item.from_json(data) for data in record.proposal.get("items", [])]


def is_report(record: AssessmentImport) -> bool:
    """Tell whether each proposal has to be ticked by a person."""
    return record.proposal.get("form") == "report"


def chosen_items(record: AssessmentImport, ticks: Ticks | None) -> list[Item]:
    """Give the items that go in: all good ones of a form, the ticked ones of a report.

    A finding whose subdomain nobody has chosen stays out.
    """
    items = items_of(record)
    if not is_report(record):
        return items
    chosen = []
    for number in sorted(ticks.items if ticks else ()):
        if number >= len(items):
            continue
        item = items[number]
        if item.field.endswith(".?"):
            code = ticks.subdomains.get(number, "") if ticks else ""
            if not code:
                continue
            item = replace(item, field=item.field.removesuffix("?") + code)
        chosen.append(item)
    return chosen


def proposed_changes(record: AssessmentImport, flat: Mapping[str, object]) -> list[Change]:
    """Say what accepting would change in `flat`; nothing for a report, which has to be ticked."""
    if is_report(record) or record.status is not ImportStatus.PROPOSED:
        return []
    new = merged(
        flat,
        items_of(record),
        replaces=record.proposal.get("replaces", []),
        keeps=record.proposal.get("keeps", []),
    )
    return changes_between(flat, new)


def accept_import(
    session: Session,
    *,
    import_id: UUID,
    ticks: Ticks | None,
    shelf: CriteriaShelf,
    actor: Actor,
    now: datetime,
) -> AssessmentImport:
    """Put the good rows (or the ticked proposals of a report) into the open assessment.

    Without an open one, a new version starts from the last. An import that was accepted already
    changes nothing (double click). Nothing is committed here.

    Raises:
        NotFound, Forbidden: not the actor's.
        Blocked: it was discarded, nothing was chosen, or the assessment waits for the department.
    """
    record = queries.one_own(session, import_id, of=actor, lock=True)
    require(actor, Permission.ASSESSMENT_WRITE, record)
    if record.status is ImportStatus.ACCEPTED:
        return record
    if record.status is ImportStatus.DISCARDED:
        raise Blocked([Problem("import_closed")])
    items = chosen_items(record, ticks)
    needs = _needs(record, ticks.needs if ticks else ())
    replaces = record.proposal.get("replaces", [])
    if not items and not needs and not replaces:
        raise Blocked([Problem("import_nothing_chosen")])
    if items or replaces:
        assessment = open_draft(session, record.factory, shelf=shelf, actor=actor, now=now)
        keeps = record.proposal.get("keeps", [])
        apply_proposal(
            session,
            assessment,
            items,
            shelf=shelf,
            replaces=replaces,
            keeps=keeps,
            source=str(record.id),
            actor=actor,
            now=now,
        )
        record.assessment_id = assessment.id
    record.status, record.updated_at = ImportStatus.ACCEPTED, now
    record.proposal = {**record.proposal, "accepted_needs": needs, "accepted": len(items)}
    record_step(session, record, "import.accepted", actor=actor, now=now, items=len(items))
    session.flush()
    return record


def open_draft(
    session: Session, factory: Factory, *, shelf: CriteriaShelf, actor: Actor, now: datetime
) -> Assessment:
    """Give the version that the factory works on, or start one from the last.

    Raises:
        Forbidden: not the actor's to write for.
        Blocked: the last version waits for the city department.
    """
    return start_assessment(
        session,
        factory=factory,
        criteria=shelf.default,
        assessment_id=uuid4(),
        actor=actor,
        now=now,
        base=base_of(session, factory),
    )


def apply_proposal(
    session: Session,
    assessment: Assessment,
    accepted: Collection[Item],
    *,
    shelf: CriteriaShelf,
    actor: Actor,
    now: datetime,
    replaces: Collection[str] = (),
    keeps: Collection[str] = (),
    source: str = "",
) -> int:
    """Write accepted values into an editable assessment; give the number of fields that changed.

    The same values again change nothing: no revision, no audit row.

    Args:
        session: a writing session.
        assessment: loaded whole (`assessments.open_of`).
        accepted: what goes in.
        shelf: gives the assessment's criterion set.
        actor: needs `assessment:write`.
        now: aware time.
        replaces, keeps: as for `merged`.
        source: what the values came from, for the audit row.

    Raises:
        Forbidden: not the actor's to write.
        Blocked: the assessment is handed in or verified, or a subdomain would get more findings
            than its form takes.
    """
    require(actor, Permission.ASSESSMENT_WRITE, assessment)
    require_editable(assessment)
    criteria = shelf.of_assessment(session, assessment)
    old = flat_of(assessment)
    new = merged(old, accepted, replaces=replaces, keeps=keeps)
    if crowded := _crowded(new):
        raise Blocked(crowded)
    changes = changes_between(old, new)
    if not changes:
        return 0
    write_back(session, assessment, new, criteria)
    done = sections_touched(changes, criteria) | set(assessment.sections_done)
    assessment.sections_done = sorted(done)
    assessment.revision += 1
    assessment.updated_at = now
    audit.record(
        session,
        actor=actor,
        action="assessment.imported",
        object_type="assessment",
        object_id=assessment.id,
        now=now,
        detail={
            "factory": str(assessment.factory_id),
            "fields": len(changes),
            "revision": assessment.revision,
            "source": source,
        },
    )
    session.flush()
    return len(changes)


def discard_import(
    session: Session, *, import_id: UUID, actor: Actor, now: datetime
) -> AssessmentImport:
    """Put a proposal aside; the same file may then be sent again. Twice is harmless.

    Raises:
        NotFound, Forbidden: not the actor's.
        Blocked: it was accepted.
    """
    record = queries.one_own(session, import_id, of=actor, lock=True)
    require(actor, Permission.ASSESSMENT_WRITE, record)
    if record.status is ImportStatus.ACCEPTED:
        raise Blocked([Problem("import_accepted")])
    if record.status is ImportStatus.PROPOSED:
        record.status, record.updated_at = ImportStatus.DISCARDED, now
        record_step(session, record, "import.discarded", actor=actor, now=now)
    return record


def waits_for_review(session: Session, factory: Factory, *, to: Actor) -> bool:
    """Tell whether the last version is with the city department, so nothing can be accepted."""
    last = assessment_queries.of_factory(session, factory, to=to)[:1]
    return any(one.status is AssessmentStatus.SUBMITTED for one in last)


def _needs(record: AssessmentImport, numbers: Collection[int]) -> list[str]:
    proposed = record.proposal.get("needs", [])
    return [str(proposed[n]["text"]) for n in sorted(numbers) if n < len(proposed)]


def _crowded(flat: Flat) -> list[Problem]:
    """Name the subdomains with too many findings: none may be dropped without a word."""
    return [
        Problem(
            "import_crowded_findings",
            name,
            {"code": name.partition(".")[2], "max": MAX_FINDINGS, "count": len(texts)},
        )
        for name, texts in flat.items()
        if name.startswith("findings.") and isinstance(texts, list) and len(texts) > MAX_FINDINGS
    ]
