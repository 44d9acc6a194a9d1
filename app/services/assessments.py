"""Assessments (评估): start, save section by section, hand in, discard; and for the gap engine."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.clock import china_today
from app.core.errors import Blocked, InvalidInput, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import Assessment, AssessmentImport, AssessmentStatus, Factory, Finding
from app.permissions import Permission, require
from app.queries import assessments as queries
from app.services import audit
from app.services.assessment_content import (
    Content,
    SubdomainContent,
    content_of,
    digest_of,
    new_findings,
    profile_of,
    section_problems,
    store,
)
from app.services.assessment_sections import Section
from matching import gaps as engine


def engine_assessment(factory: Factory, assessment: Assessment) -> engine.Assessment:
    """Build the engine's assessment from the stored one; findings must be loaded."""
    return engine.Assessment(
        mfg_type=engine.MfgType(assessment.mfg_type.value),
        answers={code: tuple(scores) for code, scores in assessment.answers.items()},
        scenes={
            code: engine.SceneState(engine.SceneStatus(str(state["status"])), bool(state["ai"]))
            for code, state in assessment.scenes.items()
        },
        findings=tuple(
            engine.Finding(finding.subdomain, finding.text) for finding in assessment.findings
        ),
        kpis=dict(assessment.kpis),
        eligibility=dict(assessment.eligibility),
        current_level=factory.level,
        trimmed=frozenset(assessment.trimmed),
    )


def start_assessment(
    session: Session,
    *,
    factory: Factory,
    criteria: engine.CriterionSet,
    assessment_id: UUID,
    actor: Actor,
    now: datetime,
    base: Assessment | None = None,
) -> Assessment:
    """Start a new version, blank or as a copy of `base`; an open one is given back instead.

    What the criteria of the new version do not know is not copied. The profile is the factory's.

    Raises:
        Forbidden: visible, but not the actor's to write for.
        NotFound: the key, or `base`, belongs to another factory.
        Blocked: the last version still waits for the city department.
    """
    require(actor, Permission.ASSESSMENT_WRITE, factory)
    stored = queries.by_id(session, assessment_id)
    if stored is not None and stored.factory_id != factory.id:
        raise NotFound
    if base is not None and base.factory_id != factory.id:
        raise NotFound
    if found := stored or queries.open_of(session, factory.id, lock=True):
        return found
    if any(
        one.status is AssessmentStatus.SUBMITTED
        for one in queries.of_factory(session, factory, to=actor)[:1]
    ):
        raise Blocked([Problem("assessment_waiting")])
    fresh = _fresh(session, factory, criteria, assessment_id, now)
    if base is not None:
        _copy(base, into=fresh, criteria=criteria)
    try:
        with session.begin_nested():
            session.add(fresh)
    except IntegrityError:  # a double click that ran beside this one
        other = queries.open_of(session, factory.id)
        if other is None:
            raise
        return other
    _record(
        session,
        fresh,
        "assessment.started",
        actor=actor,
        now=now,
        base=base.version if base else 0,
    )
    return fresh


def _fresh(
    session: Session,
    factory: Factory,
    criteria: engine.CriterionSet,
    assessment_id: UUID,
    now: datetime,
) -> Assessment:
    """Build an empty version with the next number."""
    fresh = Assessment(
        id=assessment_id,
        factory_id=factory.id,
        version=queries.last_version(session, factory.id) + 1,
        criteria_code=criteria.code,
        criteria_version=criteria.version,
        mfg_type=factory.mfg_type,
        assessed_on=china_today(now),
        status=AssessmentStatus.DRAFT,
        answers={},
        evidence={},
        trimmed=[],
        scenes={},
        kpis={},
        kpis_before={},
        eligibility={},
        profile={
            "systems": list(factory.systems),
            "budget_fen": factory.budget_fen,
            "horizon_weeks": factory.horizon_weeks,
        },
        sections_done=[],
        revision=0,
        review_note="",
        field_notes={},
        created_at=now,
        updated_at=now,
    )
    fresh.factory = factory
    fresh.findings = []
    return fresh


def _copy(base: Assessment, *, into: Assessment, criteria: engine.CriterionSet) -> None:
    """Take over what the new version's criteria know."""
    subdomains, kpis = criteria.subdomains, criteria.kpis
    items = {item.code for item in criteria.eligibility}
    into.mfg_type = base.mfg_type
    into.answers = {c: list(scores) for c, scores in base.answers.items() if c in subdomains}
    into.evidence = {c: text for c, text in base.evidence.items() if c in subdomains}
    into.trimmed = [c for c in base.trimmed if c in subdomains]
    into.scenes = {c: dict(state) for c, state in base.scenes.items() if c in criteria.scenes}
    into.kpis = {c: value for c, value in base.kpis.items() if c in kpis}
    into.kpis_before = {c: value for c, value in base.kpis_before.items() if c in kpis}
    into.eligibility = {c: value for c, value in base.eligibility.items() if c in items}
    kept = [finding for finding in base.findings if finding.subdomain in subdomains]
    into.findings = [
        Finding(position=number, subdomain=finding.subdomain, text=finding.text)
        for number, finding in enumerate(kept)
    ]


def require_editable(assessment: Assessment) -> None:
    """Refuse unless its factory may still change it.

    Raises:
        Blocked: it waits for the city department, or was verified.
    """
    if not assessment.is_editable:
        raise Blocked([Problem(f"assessment_not_editable_{assessment.status.value}")])


def save_section(
    session: Session,
    *,
    assessment: Assessment,
    section: Section,
    content: Content,
    seen_revision: int,
    criteria: engine.CriterionSet,
    actor: Actor,
    now: datetime,
    seen_digest: str = "",
    done: bool = True,
) -> Assessment:
    """Save one section and nothing else; what is stored already is not saved again.

    Args:
        session: a writing session.
        assessment: loaded whole and locked, visible to the actor.
        section: of this assessment under `criteria`.
        content: of the section's kind.
        seen_revision: the revision that the form was opened with.
        criteria: the assessment's own criterion set.
        actor: needs `assessment:write`.
        now: aware time.
        seen_digest: mark of this section as the form was opened with it: while it still fits,
            a colleague's save of another section is no conflict.
        done: the person has finished the section; an autosave has not.

    Raises:
        Forbidden: visible, but not the actor's to write.
        Blocked: it is handed in or verified.
        InvalidInput: `section_problems` found something.
        StaleVersion: the section was changed since the form was opened.
    """
    require(actor, Permission.ASSESSMENT_WRITE, assessment)
    require_editable(assessment)
    if problems := section_problems(section, content, criteria):
        raise InvalidInput(problems)
    stored = content_of(assessment, section, criteria)
    if stored != content:
        unchanged = seen_revision == assessment.revision or seen_digest == digest_of(stored)
        if not unchanged:
            raise StaleVersion
        _store(session, assessment, section, content, criteria)
        assessment.revision += 1
        assessment.updated_at = now
        _record(
            session,
            assessment,
            "assessment.changed",
            actor=actor,
            now=now,
            section=section.code,
            revision=assessment.revision,
        )
    if done and section.code not in assessment.sections_done:
        assessment.sections_done = [*assessment.sections_done, section.code]
    session.flush()
    return assessment


def _store(
    session: Session,
    assessment: Assessment,
    section: Section,
    content: Content,
    criteria: engine.CriterionSet,
) -> None:
    """Store the content; a subdomain's findings become new rows where they changed."""
    store(assessment, section, content, criteria)
    if not isinstance(content, SubdomainContent):
        return
    mine = [f for f in assessment.findings if f.subdomain == section.code]
    if tuple(finding.text for finding in mine) != content.findings:
        added = new_findings(assessment, section.code, content.findings)
        for finding in mine:
            assessment.findings.remove(finding)
        session.flush()  # the old rows go before the new ones come
        assessment.findings.extend(added)


def submit_assessment(
    session: Session,
    *,
    assessment: Assessment,
    problems: list[Problem],
    actor: Actor,
    now: datetime,
) -> Assessment:
    """Hand an assessment to the city department; what is handed in already stays so.

    The profile's values and the manufacturing type become the factory's. `problems` are what
    `assessment_checks.blocking_problems` found.

    Raises:
        Forbidden: visible, but not the actor's.
        Blocked: something is missing, or it was verified; nothing was changed.
    """
    require(actor, Permission.ASSESSMENT_WRITE, assessment)
    if assessment.status is AssessmentStatus.SUBMITTED:
        return assessment
    require_editable(assessment)
    if problems:
        raise Blocked(problems)
    assessment.move_to(AssessmentStatus.SUBMITTED, at=now)
    assessment.submitted_at, assessment.submitted_by = now, actor.user_id
    # When it comes back, the sections saved since then are those that were worked on again.
    assessment.sections_done = []
    assessment.revision += 1
    profile, factory = profile_of(assessment.profile), assessment.factory
    factory.systems = list(profile.systems)
    factory.budget_fen, factory.horizon_weeks = profile.budget_fen, profile.horizon_weeks
    factory.mfg_type = assessment.mfg_type
    factory.updated_at = now
    _record(
        session,
        assessment,
        "assessment.submitted",
        actor=actor,
        now=now,
        version=assessment.version,
    )
    session.flush()
    return assessment


def discard_draft(session: Session, *, assessment: Assessment, actor: Actor, now: datetime) -> None:
    """Delete a draft that was never handed in; files read into it stay on record.

    Raises:
        Forbidden: visible, but not the actor's.
        Blocked: it was handed in once, so the city department knows of it.
    """
    require(actor, Permission.ASSESSMENT_WRITE, assessment)
    if assessment.status is not AssessmentStatus.DRAFT:
        raise Blocked([Problem("assessment_not_a_draft")])
    session.execute(
        update(AssessmentImport)
        .where(AssessmentImport.assessment_id == assessment.id)
        .values(assessment_id=None)
    )
    _record(
        session,
        assessment,
        "assessment.discarded",
        actor=actor,
        now=now,
        version=assessment.version,
    )
    session.delete(assessment)
    session.flush()


def _record(
    session: Session,
    assessment: Assessment,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **detail: str | int,
) -> None:
    audit.record(
        session,
        actor=actor,
        action=action,
        object_type="assessment",
        object_id=assessment.id,
        now=now,
        detail={"factory": str(assessment.factory_id), **detail},
    )
