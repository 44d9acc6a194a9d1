"""The criterion sets at hand: those that ship with the platform, and those loaded later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.criteria import CriterionRef
from app.core.errors import InvalidInput, NotFound
from app.core.problems import Problem
from app.models import Assessment, CriterionSetRecord
from app.permissions import Permission, require
from app.queries import criteria as queries
from app.services import audit
from matching.gaps import CriterionSet
from matching.gaps.sets import BrokenSet, SetFile, build_set, read_set


def ref_of(criteria: CriterionSet) -> CriterionRef:
    """Give the reference under which assessments store a set."""
    return CriterionRef(criteria.code, criteria.version)


@dataclass(frozen=True, slots=True)
class SetInfo:
    """One set as lists show it. `shipped` sets are files; `in_use` ones can be chosen."""

    ref: CriterionRef
    title: str
    jurisdiction: str
    shipped: bool
    in_use: bool
    is_default: bool
    assessments: int
    id: UUID | None = None


@dataclass
class CriteriaShelf:
    """Looks criterion sets up by reference; the first shipped one is the default.

    A loaded set never changes under its version, so what was built once is kept. `base` holds the
    reference files (stem -> parsed JSON) that set files build on.
    """

    shipped: Sequence[CriterionSet]
    base: Mapping[str, object]
    _built: dict[CriterionRef, CriterionSet] = field(default_factory=dict)

    @property
    def default(self) -> CriterionSet:
        """The set that new assessments are judged by."""
        return self.shipped[0]

    @property
    def default_ref(self) -> CriterionRef:
        """The reference of the default set."""
        return ref_of(self.default)

    def get(self, session: Session, ref: CriterionRef) -> CriterionSet:
        """Give one set.

        Raises:
            NotFound: nobody has loaded it.
        """
        for criteria in self.shipped:
            if ref_of(criteria) == ref:
                return criteria
        if ref not in self._built:
            record = queries.by_ref(session, ref)
            if record is None:
                raise NotFound
            self._built[ref] = build_set(record.content)
        return self._built[ref]

    def of_assessment(self, session: Session, assessment: Assessment | None) -> CriterionSet:
        """Give the set that an assessment is judged by; the default where there is none."""
        if assessment is None:
            return self.default
        try:
            return self.get(
                session, CriterionRef(assessment.criteria_code, assessment.criteria_version)
            )
        except NotFound:
            return self.default

    def listed(self, session: Session) -> list[SetInfo]:
        """List all sets: the default first, then shipped, then loaded ones, newest last."""
        counts = queries.assessments_by_set(session)
        shipped = [
            SetInfo(
                ref=ref_of(criteria),
                title=criteria.title,
                jurisdiction=criteria.jurisdiction,
                shipped=True,
                in_use=True,
                is_default=criteria is self.default,
                assessments=counts.get(ref_of(criteria), 0),
            )
            for criteria in self.shipped
        ]
        loaded = [
            SetInfo(
                ref=CriterionRef(record.code, record.version),
                title=record.title,
                jurisdiction=record.jurisdiction,
                shipped=False,
                in_use=record.in_use,
                is_default=False,
                assessments=counts.get(CriterionRef(record.code, record.version), 0),
                id=record.id,
            )
            for record in queries.loaded(session)
        ]
        return [*shipped, *loaded]

    def choices(self, session: Session) -> list[SetInfo]:
        """List the sets that people may judge by."""
        return [info for info in self.listed(session) if info.in_use]


def check_set(shelf: CriteriaShelf, content: bytes) -> SetFile:
    """Read a set file.

    Raises:
        InvalidInput: one problem `criteria_<rule>` with line, place and detail.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InvalidInput([_problem("not_utf8", line, "", "")]) from error
    try:
        return read_set(text, base=shelf.base)
    except BrokenSet as error:
        raise InvalidInput([_problem(error.code, error.line, error.field, error.detail)]) from error


def _problem(code: str, line: int, place: str, detail: str) -> Problem:
    params: dict[str, str | int | float] = {
        "line": line,
        "place": place or "—",
        "detail": detail,
    }
    return Problem(f"criteria_{code}", "file", params)


def load_set(
    session: Session, shelf: CriteriaShelf, *, content: bytes, actor: Actor, now: datetime
) -> CriterionSetRecord:
    """Check a set file and keep it; the same file again gives the record that is there.

    Raises:
        Forbidden: the actor administers nothing.
        InvalidInput: the file breaks a rule, or its code and version stand for something else.
    """
    require(actor, Permission.CRITERIA_MANAGE)
    found = check_set(shelf, content)
    ref = CriterionRef(found.code, found.version)
    stored = queries.by_ref(session, ref)
    if stored is not None and stored.content == found.content:
        return stored
    if stored is not None or any(ref_of(criteria) == ref for criteria in shelf.shipped):
        raise InvalidInput([_problem("version_taken", 0, "set.json:version", str(ref))])
    record = CriterionSetRecord(
        code=found.code,
        version=found.version,
        title=found.title,
        jurisdiction=found.jurisdiction,
        in_use=True,
        content=dict(found.content),
        created_by=actor.user_id,
        created_at=now,
        updated_at=now,
    )
    session.add(record)
    session.flush()
    _record(session, record, "criteria.loaded", actor=actor, now=now)
    return record


def set_in_use(
    session: Session, *, set_id: UUID, in_use: bool, actor: Actor, now: datetime
) -> CriterionSetRecord:
    """Offer a loaded set for judging, or withdraw it; assessments judged by it keep it.

    Raises:
        Forbidden: the actor administers nothing.
        NotFound: there is no such loaded set.
    """
    require(actor, Permission.CRITERIA_MANAGE)
    record = session.get(CriterionSetRecord, set_id)
    if record is None:
        raise NotFound
    if record.in_use is not in_use:
        record.in_use, record.updated_at = in_use, now
        action = "criteria.offered" if in_use else "criteria.withdrawn"
        _record(session, record, action, actor=actor, now=now)
    return record


def _record(
    session: Session, record: CriterionSetRecord, action: str, *, actor: Actor, now: datetime
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="criterion_set",
        object_id=record.id,
        now=now,
        detail={"code": record.code, "version": record.version},
    )
