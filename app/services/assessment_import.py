"""Read a file into a proposal (导入); nothing of it is in the assessment before it is accepted."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePath
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.adapters.assessment_workbook import TEMPLATE_VERSION
from app.adapters.database import Database
from app.adapters.documents import extract
from app.adapters.reference import Reference
from app.adapters.workbook_grid import GridSheet, read_grid
from app.core.actors import Actor
from app.core.clock import china_today
from app.core.errors import InvalidInput
from app.core.problems import Problem
from app.models import AssessmentImport, Factory, ImportStatus
from app.permissions import Permission, require
from app.queries import factories as factory_queries
from app.queries import imports as queries
from app.services import audit
from app.services.assessment_import_book import BookReading, BookRules, is_template, mark_of
from app.services.assessment_import_json import JsonRules, parse_json, read_document
from app.services.assessment_import_report import report_items
from app.services.assessment_import_sheets import read_book
from app.services.assessment_import_target import Target, target_of
from app.services.criteria import CriteriaShelf

MAX_NAME = 200
KINDS = {".xlsx": "xlsx", ".docx": "docx", ".pdf": "pdf", ".json": "json"}


@dataclass(frozen=True)
class ImportParts:
    """What files are read with: the criterion sets, and indicator -> measure with unit."""

    criteria: CriteriaShelf
    measures: Mapping[str, str]


def import_parts(criteria: CriteriaShelf, reference: Reference) -> ImportParts:
    """Give what files are read with, from the parts of the application."""
    names = reference.names["kpi_measure"]
    return ImportParts(criteria, {code: pair[0] for code, pair in names.items()})


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file as it came: the sender's name for it, which is never used as a path, and bytes."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Give the fingerprint by which the same file is known again."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Proposed:
    """The kept proposal; `again`: the same file was imported before, so nothing was written."""

    import_id: UUID
    again: bool


@dataclass(frozen=True)
class Reading:
    """What was read, as it is stored; `form` is "template", "report" or "json"."""

    form: str
    proposal: dict[str, object]
    problems: list[dict[str, object]] = field(default_factory=list)


def propose_import_apart(
    database: Database,
    *,
    factory_id: UUID,
    file: SentFile,
    parts: ImportParts,
    actor: Actor,
    now: datetime,
) -> Proposed:
    """Read a file and keep what it proposes; the write lock is held only while storing.

    Args:
        database: the sessions are its own, because reading may take seconds.
        factory_id: must be visible to the actor.
        file: xlsx (our template, else a report), docx, pdf or json.
        parts: what files are read with.
        actor: needs `assessment:write` on the factory.
        now: aware time.

    Raises:
        NotFound, Forbidden: not visible, or not the actor's to write for.
        InvalidInput: the file cannot be read; one problem at field "file" says why.
    """
    with database.session(write=False) as session:
        factory = factory_queries.one_visible(session, factory_id, to=actor)
        require(actor, Permission.ASSESSMENT_WRITE, factory)
        if same := queries.by_content(session, factory_id, file.sha256):
            return Proposed(same.id, again=True)
        target = target_of(session, factory, parts.criteria, today=china_today(now))
        session.expunge_all()
    reading = read_file(file, target=target, parts=parts, now=now)
    with database.session(write=True) as session:
        factory = factory_queries.one_visible(session, factory_id, to=actor)
        if same := queries.by_content(session, factory_id, file.sha256):
            return Proposed(same.id, again=True)
        return Proposed(keep(session, factory, file, reading, actor=actor, now=now).id, again=False)


def read_file(file: SentFile, *, target: Target, parts: ImportParts, now: datetime) -> Reading:
    """Read a file by the kind that its name says; nothing is stored.

    Raises:
        InvalidInput: as `propose_import_apart`.
    """
    extension = PurePath(file.name.strip()).suffix.lower()
    if extension == ".json":
        return _read_json(file, target, now)
    document = extract(file.content, file_name=file.name)
    if document.kind == "xlsx":
        sheets = read_grid(file.content)
        if is_template(sheets):
            return _read_template(sheets, target, parts, now)
    found = report_items(document, target.criteria, factory=target.factory, measures=parts.measures)
    if not found.items and not found.needs:
        raise InvalidInput([Problem("import_nothing", "file")])
    proposal: dict[str, object] = {
        "form": "report",
        "items": [item.to_json() for item in found.items],
        "needs": list(found.needs),
        "unresolved": list(found.unresolved),
        "warnings": list(found.warnings),
        "good": len(found.items),
        "bad": len(found.unresolved),
    }
    return Reading("report", proposal)


def _read_template(
    sheets: tuple[GridSheet, ...], target: Target, parts: ImportParts, now: datetime
) -> Reading:
    warnings = _check_mark(mark_of(sheets), target)
    rules = BookRules(target.criteria, target.mfg_type, parts.measures, china_today(now))
    book = read_book(sheets, rules)
    if not book.filled:
        raise InvalidInput([Problem("import_nothing", "file")])
    proposal: dict[str, object] = {
        "form": "template",
        "items": [item.to_json() for item in book.items],
        "sheets": _rows_of(book),
        "warnings": warnings,
        "good": book.good,
        "bad": book.bad,
    }
    return Reading("template", proposal, [problem.to_json() for problem in book.problems])


def _check_mark(mark: Mapping[str, str], target: Target) -> list[dict[str, object]]:
    """Refuse a template of another factory, version or criterion set."""
    if not mark:
        return [{"code": "import_no_mark", "params": {}}]
    if mark.get("factory", "") != str(target.factory.id):
        raise InvalidInput([Problem("import_wrong_factory", "file")])
    if (found := mark.get("version", "")) != str(TEMPLATE_VERSION):
        params: dict[str, str | int | float] = {"found": found[:20], "wanted": TEMPLATE_VERSION}
        raise InvalidInput([Problem("import_template_old", "file", params)])
    if (found := mark.get("criteria", "")) != target.criteria_ref:
        params = {"found": found[:60], "wanted": target.criteria_ref}
        raise InvalidInput([Problem("import_template_criteria", "file", params)])
    return []


def _rows_of(book: BookReading) -> list[dict[str, object]]:
    """Keep the rows as they were sent, for the annotated copy."""
    return [
        {
            "key": sheet.kind.key,
            "name": sheet.name,
            "rows": [{"row": row.number, "cells": row.cells} for row in sheet.rows],
        }
        for sheet in book.sheets
    ]


def _read_json(file: SentFile, target: Target, now: datetime) -> Reading:
    rules = JsonRules(target.criteria, target.criteria_ref, target.mfg_type, china_today(now))
    found = read_document(parse_json(file.content), rules)
    if not found.items and not found.problems and not found.replaces:
        raise InvalidInput([Problem("import_nothing", "file")])
    proposal: dict[str, object] = {
        "form": "json",
        "items": [item.to_json() for item in found.items],
        "replaces": list(found.replaces),
        "keeps": list(found.keeps),
        "warnings": [],
        "good": found.good,
        "bad": found.bad,
    }
    return Reading("json", proposal, [problem.to_json() for problem in found.problems])


def keep(
    session: Session,
    factory: Factory,
    file: SentFile,
    reading: Reading,
    *,
    actor: Actor,
    now: datetime,
) -> AssessmentImport:
    """Store a reading and record it; the actor has been checked."""
    extension = PurePath(file.name.strip()).suffix.lower()
    record = AssessmentImport(
        id=uuid4(),
        factory_id=factory.id,
        created_by=actor.user_id,
        kind=KINDS.get(extension, extension[1:10]),
        file_name=file.name[:MAX_NAME],
        sha256=file.sha256,
        status=ImportStatus.PROPOSED,
        proposal=reading.proposal,
        problems=reading.problems,
        created_at=now,
        updated_at=now,
    )
    record.factory = factory
    session.add(record)
    session.flush()
    record_step(session, record, "import.proposed", actor=actor, now=now)
    return record


def record_step(
    session: Session,
    record: AssessmentImport,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **detail: str | int,
) -> None:
    """Audit a step of an import."""
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="assessment_import",
        object_id=record.id,
        now=now,
        detail={"factory": str(record.factory_id), "kind": record.kind, **detail},
    )
