"""The gap report as page, PDF and workbook."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import NotFound
from app.models import Factory
from app.queries import factories as queries
from app.services.gap_report_parts import GapReport
from app.services.gap_report_pdf import gap_report_pdf
from app.services.gap_report_xlsx import gap_report_xlsx
from app.services.gap_reports import make_gap_report
from app.web.contexts.factory import TARGETS
from app.web.contexts.report import file_name, report_context
from app.web.deps import NowDep, SessionDep, SignedInDep, WiringDep
from app.web.pages import attachment, render
from app.wiring import Wiring

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/factory/{factory_id}/report", name="factory_report")
def factory_report(
    request: Request,
    factory_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """The report as a page that prints well; another target may be chosen in the address."""
    factory = queries.one_visible(session, factory_id, to=person)
    report = _report(request, session, parts, factory, person=person, now=now)
    if report is None:
        return render(request, "factory/no_assessment.html", {"factory": factory})
    return render(request, "factory/report.html", report_context(request, factory, report))


@router.get("/factory/{factory_id}/report.pdf", name="factory_report_pdf")
def factory_report_pdf(
    request: Request,
    factory_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """The report as PDF."""
    factory = queries.one_visible(session, factory_id, to=person)
    report = _existing(_report(request, session, parts, factory, person=person, now=now))
    return _download(gap_report_pdf(report), "application/pdf", file_name(report, "pdf"))


@router.get("/factory/{factory_id}/report.xlsx", name="factory_report_xlsx")
def factory_report_xlsx(
    request: Request,
    factory_id: UUID,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """The report as workbook."""
    factory = queries.one_visible(session, factory_id, to=person)
    report = _existing(_report(request, session, parts, factory, person=person, now=now))
    return _download(gap_report_xlsx(report), XLSX, file_name(report, "xlsx"))


def _report(
    request: Request,
    session: Session,
    parts: Wiring,
    factory: Factory,
    *,
    person: Actor,
    now: datetime,
) -> GapReport | None:
    """Make the report of the latest assessment; None without one."""
    wanted = request.query_params.get("target", "")
    return make_gap_report(
        session,
        factory=factory,
        target=wanted if wanted in TARGETS else "",
        shelf=parts.criteria,
        reference=parts.reference,
        actor=person,
        now=now,
    )


def _existing(report: GapReport | None) -> GapReport:
    if report is None:
        raise NotFound
    return report


def _download(content: bytes, media_type: str, name: str) -> Response:
    """Answer with the report to keep, by a plain name too."""
    plain = f"report.{name.rpartition('.')[2]}"
    return attachment(content, name, media_type=media_type, plain=plain)
