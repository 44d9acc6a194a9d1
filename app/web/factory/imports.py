"""Import (导入) into the assessment: template, upload, preview, annotated copy, accept."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.clock import china_today
from app.core.errors import Blocked, InvalidInput, NotFound
from app.core.problems import Problem
from app.models import AssessmentImport, Factory, ImportStatus
from app.permissions import Permission, require
from app.queries import factories as factory_queries
from app.queries import imports as queries
from app.services import assessment_import as reading
from app.services import assessment_import_accept as use_cases
from app.services.assessment_import_files import annotated_copy, template_for
from app.services.assessment_import_target import target_of
from app.services.need_proposals import MAX_PROBLEMS, StartText
from app.services.needs import MAX_SYMPTOM
from app.web.contexts.imports import preview_context, upload_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, UploadDep, WiringDep, takes_file
from app.web.factory.symptoms import proposals_page
from app.web.forms.imports import read_ticks
from app.web.messages import sentence
from app.web.pages import attachment, redirect, render, see_other

router = APIRouter()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/factory/{factory_id}/import", name="assessment_import")
def assessment_import(
    request: Request, factory_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """Choose a file; earlier imports below."""
    factory = _writable(session, factory_id, person)
    return _upload_page(request, session, factory, person)


@router.post("/factory/{factory_id}/import", name="assessment_import_post")
@takes_file
def assessment_import_post(
    request: Request,
    factory_id: UUID,
    sent: UploadDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Read a file and show what it proposes; what cannot be read is said on the same page."""
    factory = _writable(session, factory_id, person)
    if sent is None:
        return _upload_page(request, session, factory, person, [Problem("import_no_file", "file")])
    session.commit()  # reading takes seconds: it must not hold the write lock meanwhile
    try:
        found = reading.propose_import_apart(
            parts.database,
            factory_id=factory_id,
            file=reading.SentFile(sent.name, sent.content),
            parts=reading.import_parts(parts.criteria, parts.reference),
            actor=person,
            now=now,
        )
    except InvalidInput as refusal:
        with parts.database.session(write=False) as own:
            return _upload_page(request, own, factory, person, refusal.problems)
    path = request.app.url_path_for("import_preview", import_id=found.import_id)
    return redirect(request, f"{path}?again=1" if found.again else str(path))


@router.get("/factory/{factory_id}/import/template.xlsx", name="import_template")
def import_template(
    factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep, now: NowDep
) -> Response:
    """The workbook to fill in, with what is known already."""
    factory = _writable(session, factory_id, person)
    target = target_of(session, factory, parts.criteria, today=china_today(now))
    content = template_for(
        target, reading.import_parts(parts.criteria, parts.reference), created=now
    )
    return attachment(content, f"评估填报表-{factory.name}.xlsx", media_type=XLSX)


@router.get("/factory/imports/{import_id}", name="import_preview")
def import_preview(
    request: Request,
    import_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """What a file proposes, what is wrong in it, and what would change."""
    record = _own(session, import_id, person)
    target = target_of(session, record.factory, parts.criteria, today=china_today(now))
    context = preview_context(
        request,
        record,
        target,
        waits=use_cases.waits_for_review(session, record.factory, to=person),
        again=request.query_params.get("again") == "1",
    )
    return render(request, "factory/import_preview.html", context)


@router.get("/factory/imports/{import_id}/errors.xlsx", name="import_errors")
def import_errors(
    request: Request,
    import_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """The rows as they were sent with a column that says what is wrong."""
    record = _own(session, import_id, person)
    target = target_of(session, record.factory, parts.criteria, today=china_today(now))
    content = annotated_copy(
        record, target, say=lambda problem: sentence(request, problem), created=record.created_at
    )
    if content is None:
        raise NotFound
    return attachment(content, "标出问题的填报表.xlsx", media_type=XLSX)


@router.post("/factory/imports/{import_id}/accept", name="import_accept")
def import_accept(
    request: Request,
    import_id: UUID,
    posted: FormDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Put the good rows or the ticked proposals into the open assessment."""
    ticks = read_ticks(posted, subdomains=parts.reference.codes("subdomain"))
    record = use_cases.accept_import(
        session, import_id=import_id, ticks=ticks, shelf=parts.criteria, actor=person, now=now
    )
    if record.proposal.get("accepted_needs") or record.assessment_id is None:
        return see_other(request, "import_preview", import_id=record.id)
    return see_other(request, "assessment_overview", assessment_id=record.assessment_id)


@router.post("/factory/imports/{import_id}/discard", name="import_discard")
def import_discard(
    request: Request, import_id: UUID, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Put a proposal aside."""
    record = use_cases.discard_import(session, import_id=import_id, actor=person, now=now)
    return see_other(request, "assessment_import", factory_id=record.factory_id)


@router.get("/factory/imports/{import_id}/needs", name="import_needs")
def import_needs(
    request: Request, import_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """Offer the needs of an accepted report; each is looked at before it is saved."""
    record = _own(session, import_id, person)
    texts = record.proposal.get("accepted_needs", [])[:MAX_PROBLEMS]
    if record.status is not ImportStatus.ACCEPTED or not texts:
        raise Blocked([Problem("import_nothing_chosen")])
    # A report may hold a page without a full stop; a need may not.
    texts = [str(text)[:MAX_SYMPTOM] for text in texts]
    starts = [StartText(text, kind="report", source=str(record.id)) for text in texts]
    return proposals_page(
        request, session, parts, factory=record.factory, texts=starts, person=person
    )


def _own(session: Session, import_id: UUID, person: Actor) -> AssessmentImport:
    record = queries.one_own(session, import_id, of=person)
    require(person, Permission.ASSESSMENT_WRITE, record)
    return record


def _writable(session: Session, factory_id: UUID, person: Actor) -> Factory:
    factory = factory_queries.one_visible(session, factory_id, to=person)
    require(person, Permission.ASSESSMENT_WRITE, factory)
    return factory


def _upload_page(
    request: Request,
    session: Session,
    factory: Factory,
    person: Actor,
    problems: list[Problem] | None = None,
) -> Response:
    context = upload_context(
        request,
        factory,
        queries.of_factory(session, factory.id),
        waits=use_cases.waits_for_review(session, factory, to=person),
        problems=problems or [],
    )
    return render(request, "factory/import.html", context, status=422 if problems else 200)
