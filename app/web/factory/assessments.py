"""Assess a factory section by section: start, fill in, check, hand in, discard."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import Blocked, NotFound, StaleVersion
from app.core.problems import Problem
from app.models import Assessment, AssessmentStatus
from app.permissions import Permission, allowed, require
from app.queries import assessments as queries
from app.queries import factories as factory_queries
from app.services import assessments as use_cases
from app.services.assessment_checks import blocking_problems
from app.services.assessment_sections import Section, find_section
from app.web.contexts.assessment import (
    check_context,
    handed_in_context,
    list_context,
    overview_context,
    view_context,
)
from app.web.contexts.assessment_form import errors_of, next_code, section_context
from app.web.contexts.assessment_words import Words, words_of
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, WiringDep
from app.web.forms.assessment import LIST, REPEATED, SectionForm, read_key, read_section
from app.web.forms.fields import FormView, typed_values
from app.web.pages import is_htmx, render, see_other
from app.wiring import Wiring

router = APIRouter()
SECTION = "factory/assessment_section.html"
VIEW = "factory/assessment_view.html"
CHECK = "factory/assessment_check.html"


@dataclass(frozen=True, slots=True)
class Opened:
    """An assessment that somebody looks at, with the names under its criteria."""

    request: Request
    assessment: Assessment
    words: Words
    person: Actor

    @property
    def may_write(self) -> bool:
        """Tell whether it is theirs to fill in."""
        return allowed(self.person, Permission.ASSESSMENT_WRITE, self.assessment)

    def viewed(self, *, refused: list[Problem] | None = None) -> Response:
        """Show it as it is; `refused` says why a change was not made (409)."""
        context = view_context(
            self.request, self.assessment, self.words, actor=self.person, refused=refused or []
        )
        return render(self.request, VIEW, context, status=409 if refused else 200)


def opened(
    request: Request,
    session: Session,
    parts: Wiring,
    person: Actor,
    assessment_id: UUID,
    *,
    lock: bool = False,
) -> Opened:
    """Load an assessment that the actor may see; NotFound otherwise."""
    assessment = queries.one_visible(session, assessment_id, to=person, lock=lock)
    criteria = parts.criteria.of_assessment(session, assessment)
    return Opened(request, assessment, words_of(request, criteria, parts), person)


@router.get("/factory/{factory_id}/assessments", name="assessment_list")
def assessment_list(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """The factory's versions, and the ways to start another one."""
    factory = factory_queries.one_visible(session, factory_id, to=person)
    versions = queries.of_factory(session, factory, to=person)
    context = list_context(factory, versions, actor=person)
    return render(request, "factory/assessment_list.html", context)


@router.post("/factory/{factory_id}/assessments", name="assessment_start")
def assessment_start(
    request: Request,
    factory_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Start a version, blank or from an earlier one; one that is open already is gone on with."""
    factory = factory_queries.one_visible(session, factory_id, to=person)
    require(person, Permission.ASSESSMENT_WRITE, factory)
    base = None
    if posted.get("base"):
        base = queries.one_visible(session, read_key(posted, "base"), to=person)
    started = use_cases.start_assessment(
        session,
        factory=factory,
        criteria=parts.criteria.default,
        assessment_id=read_key(posted, "id"),
        actor=person,
        now=now,
        base=base,
    )
    return see_other(request, "assessment_overview", assessment_id=started.id)


@router.get("/factory/assessments/{assessment_id}", name="assessment_overview")
def assessment_overview(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
) -> Response:
    """The task list of an open version for its people; what was entered for everybody else."""
    one = opened(request, session, parts, person, assessment_id)
    if not (one.may_write and one.assessment.is_editable):
        return one.viewed()
    context = overview_context(request, one.assessment, one.words, actor=person)
    return render(request, "factory/assessment_overview.html", context)


@router.get("/factory/assessments/{assessment_id}/sections/{section}", name="assessment_section")
def assessment_section(
    request: Request,
    assessment_id: UUID,
    section: str,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
) -> Response:
    """The form of one section; what cannot be changed any more is shown as a whole."""
    one = opened(request, session, parts, person, assessment_id)
    found = _writable_section(one, section)
    if not one.assessment.is_editable:
        return see_other(request, "assessment_overview", assessment_id=assessment_id)
    context = section_context(request, one.assessment, found, one.words, actor=person)
    return render(request, SECTION, context)


@router.post(
    "/factory/assessments/{assessment_id}/sections/{section}", name="assessment_section_save"
)
def assessment_section_save(
    request: Request,
    assessment_id: UUID,
    section: str,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Save a section, by a button or automatically; with problems the form comes back."""
    one = opened(request, session, parts, person, assessment_id, lock=True)
    found = _writable_section(one, section)
    form = read_section(posted, found, one.words.criteria)
    if form.problems and one.assessment.is_editable:
        return _redrawn(one, found, posted, form)
    try:
        _save(session, one, found, form, now)
    except Blocked as refusal:
        return _refused(one, found, posted, refusal)
    except StaleVersion:  # raised before the first change
        return _redrawn(one, found, posted, form)
    return _saved(one, found, form, now)


def _writable_section(one: Opened, code: str) -> Section:
    found = find_section(one.assessment, one.words.criteria, code)
    if found is None:
        raise NotFound
    require(one.person, Permission.ASSESSMENT_WRITE, one.assessment)
    return found


def _save(
    session: Session, one: Opened, section: Section, form: SectionForm, now: datetime
) -> None:
    use_cases.require_editable(one.assessment)
    if form.content is None:
        return  # unreadable, and refused above
    use_cases.save_section(
        session,
        assessment=one.assessment,
        section=section,
        content=form.content,
        seen_revision=form.revision,
        seen_digest=form.digest,
        criteria=one.words.criteria,
        actor=one.person,
        now=now,
        done=not form.automatic,
    )


def _saved(one: Opened, section: Section, form: SectionForm, now: datetime) -> Response:
    """Go on after a save: a fragment for an automatic one, else the next page."""
    if form.automatic:
        context = section_context(one.request, one.assessment, section, one.words, actor=one.person)
        context["saved_at"] = now
        return render(one.request, "factory/assessment_saved.html", context)
    # Asked again: the section may have changed which ones there are.
    following = next_code(one.assessment, section, one.words.criteria)
    if form.action == LIST:
        return see_other(one.request, "assessment_overview", assessment_id=one.assessment.id)
    if not following:
        return see_other(one.request, "assessment_check", assessment_id=one.assessment.id)
    return see_other(
        one.request, "assessment_section", assessment_id=one.assessment.id, section=following
    )


def _redrawn(one: Opened, section: Section, posted: FormData, form: SectionForm) -> Response:
    """Show what was typed with its problems (422), or beside what a colleague saved (409)."""
    stale = not form.problems
    problems = [Problem("stale_version")] if stale else form.problems
    view = FormView(typed_values(posted, repeated=REPEATED), errors_of(one.request, problems))
    context = section_context(
        one.request,
        one.assessment,
        section,
        one.words,
        actor=one.person,
        typed=view,
        stale=stale,
    )
    if not stale:  # opened with these: what a colleague did meanwhile is still to be noticed
        context |= {"revision": form.revision, "digest": form.digest}
    automatic = form.automatic and is_htmx(one.request)
    template = "factory/assessment_unsaved.html" if automatic else SECTION
    return render(one.request, template, context, status=409 if stale else 422)


def _refused(one: Opened, section: Section, posted: FormData, refusal: Blocked) -> Response:
    """Say why nothing can be changed any more, and what can be done instead."""
    if not is_htmx(one.request):
        return one.viewed(refused=refusal.problems)
    view = FormView(
        typed_values(posted, repeated=REPEATED), errors_of(one.request, refusal.problems)
    )
    context = section_context(
        one.request, one.assessment, section, one.words, actor=one.person, typed=view
    )
    return render(one.request, "factory/assessment_unsaved.html", context, status=409)


@router.get("/factory/assessments/{assessment_id}/check", name="assessment_check")
def assessment_check(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Everything that was entered, what is missing, and the button to hand it in."""
    one = opened(request, session, parts, person, assessment_id)
    require(person, Permission.ASSESSMENT_WRITE, one.assessment)
    if not one.assessment.is_editable:
        return see_other(request, "assessment_overview", assessment_id=assessment_id)
    context = check_context(request, one.assessment, one.words, actor=person, now=now)
    return render(request, CHECK, context)


@router.post("/factory/assessments/{assessment_id}/submit", name="assessment_submit")
def assessment_submit(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Hand it in; what is missing is listed on the check page (409)."""
    one = opened(request, session, parts, person, assessment_id, lock=True)
    problems = blocking_problems(one.assessment, one.words.criteria, now=now)
    try:
        use_cases.submit_assessment(
            session, assessment=one.assessment, problems=problems, actor=person, now=now
        )
    except Blocked as refusal:
        if not one.assessment.is_editable:
            return one.viewed(refused=refusal.problems)
        context = check_context(request, one.assessment, one.words, actor=person, now=now)
        return render(request, CHECK, {**context, "refused": True}, status=409)
    return see_other(request, "assessment_submitted", assessment_id=assessment_id)


@router.get("/factory/assessments/{assessment_id}/submitted", name="assessment_submitted")
def assessment_submitted(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
) -> Response:
    """That it was handed in, under which number, and what happens next."""
    one = opened(request, session, parts, person, assessment_id)
    require(person, Permission.ASSESSMENT_WRITE, one.assessment)
    if one.assessment.status is not AssessmentStatus.SUBMITTED:
        return see_other(request, "assessment_overview", assessment_id=assessment_id)
    context = handed_in_context(one.assessment, one.words, actor=person)
    return render(request, "factory/assessment_submitted.html", context)


@router.get("/factory/assessments/{assessment_id}/discard", name="assessment_discard_confirm")
def assessment_discard_confirm(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
) -> Response:
    """Say what is lost before a draft is deleted."""
    one = opened(request, session, parts, person, assessment_id)
    require(person, Permission.ASSESSMENT_WRITE, one.assessment)
    if one.assessment.status is not AssessmentStatus.DRAFT:
        return see_other(request, "assessment_overview", assessment_id=assessment_id)
    context = overview_context(request, one.assessment, one.words, actor=person)
    return render(request, "factory/assessment_discard.html", context)


@router.post("/factory/assessments/{assessment_id}/discard", name="assessment_discard")
def assessment_discard(
    request: Request,
    assessment_id: UUID,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Delete a draft that was never handed in."""
    assessment = queries.one_visible(session, assessment_id, to=person, lock=True)
    factory_id = assessment.factory_id
    use_cases.discard_draft(session, assessment=assessment, actor=person, now=now)
    return see_other(request, "assessment_list", factory_id=factory_id)
