"""Gap analysis of a factory: the page, what-if, shortest path, and sets side by side."""

from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.criteria import CriterionRef
from app.models import Factory
from app.queries import factories as queries
from app.services import gap_work as use_cases
from app.services.criteria import CriteriaShelf, ref_of
from app.services.gap_peers import peer_groups
from app.services.gap_work import GapWork
from app.web.contexts.factory_gaps import gaps_context
from app.web.contexts.gap_compare import compare_context
from app.web.contexts.gap_path import fill_url, path_context
from app.web.contexts.gap_what_if import what_if_context
from app.web.deps import SessionDep, SignedInDep, WiringDep
from app.web.forms.gaps import read_ref, read_ticks, read_wish
from app.web.pages import redirect, render
from app.wiring import Wiring
from matching.gaps import CriterionSet

router = APIRouter()


@router.get("/factory/{factory_id}/gaps", name="factory_gaps")
def factory_gaps(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """What the factory lacks for a target; the address may choose target, set, version, weights."""
    factory = queries.one_visible(session, factory_id, to=person)
    work = _work(request, session, parts, factory, person)
    if work is None:
        return _none_yet(request, factory)
    context = gaps_context(
        request,
        work,
        use_cases.analysis_of(work),
        groups=peer_groups(session, shelf=parts.criteria, work=work),
        sets=parts.criteria.choices(session),
        actor=person,
    )
    return render(request, "factory/gaps.html", context)


@router.get("/factory/{factory_id}/gaps/what-if", name="gap_what_if")
def gap_what_if(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """Grade and conditions before and after what is ticked in the address."""
    factory = queries.one_visible(session, factory_id, to=person)
    work = _work(request, session, parts, factory, person)
    if work is None:
        return _none_yet(request, factory)
    if request.query_params.get("fill") == "path":
        return redirect(request, fill_url(request, work, use_cases.path_of(work)))
    asked, unreadable = read_ticks(request.query_params)
    ticks, lost = use_cases.clean_ticks(work, asked)
    context = what_if_context(
        request,
        work,
        use_cases.what_if_of(work, ticks),
        ticks=ticks,
        lost=lost or unreadable,
        sets=parts.criteria.choices(session),
        actor=person,
    )
    return render(request, "factory/gap_what_if.html", context, block="result")


@router.get("/factory/{factory_id}/gaps/path", name="gap_path")
def gap_path(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """The smallest set of scenes that reaches the target."""
    factory = queries.one_visible(session, factory_id, to=person)
    work = _work(request, session, parts, factory, person)
    if work is None:
        return _none_yet(request, factory)
    context = path_context(
        request,
        work,
        use_cases.path_of(work),
        sets=parts.criteria.choices(session),
        actor=person,
    )
    return render(request, "factory/gap_path.html", context)


@router.get("/factory/{factory_id}/gaps/compare", name="gap_compare")
def gap_compare(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """The same assessment judged under two criterion sets."""
    factory = queries.one_visible(session, factory_id, to=person)
    work = _work(request, session, parts, factory, person)
    if work is None:
        return _none_yet(request, factory)
    return _compared(request, session, parts, work, person)


def _compared(
    request: Request, session: Session, parts: Wiring, work: GapWork, person: Actor
) -> Response:
    """Choose both sets: as asked, else the assessment's own and the first other one."""
    shelf, params = parts.criteria, request.query_params
    sets = shelf.choices(session)
    ignored = list(work.ignored)
    left = _chosen(session, shelf, work, ref=read_ref(params, "left")) or work.criteria
    others = [info.ref for info in sets if info.ref != ref_of(left)]
    right = _chosen(session, shelf, work, ref=read_ref(params, "right"))
    if right is None:
        right = shelf.get(session, others[0]) if others else left
    asked = {"left": left, "right": right}
    if any(params.get(side) and params[side] != str(ref_of(c)) for side, c in asked.items()):
        ignored.append("set")
    targets = use_cases.common_targets([left, right])
    work = use_cases.retargeted(work, targets, ignored=ignored)
    context = compare_context(
        request,
        work,
        use_cases.compare_sets(work, left=left, right=right),
        targets=targets,
        sets=sets,
        actor=person,
    )
    return render(request, "factory/gap_compare.html", context)


def _chosen(
    session: Session, shelf: CriteriaShelf, work: GapWork, *, ref: CriterionRef | None
) -> CriterionSet | None:
    """Give a set by its reference: the assessment's own always, others where they are in use."""
    if ref is None:
        return None
    return work.own if ref == ref_of(work.own) else use_cases.set_in_use(session, shelf, ref)


def _work(
    request: Request, session: Session, parts: Wiring, factory: Factory, person: Actor
) -> GapWork | None:
    return use_cases.open_work(
        session,
        shelf=parts.criteria,
        factory=factory,
        wish=read_wish(request.query_params),
        actor=person,
    )


def _none_yet(request: Request, factory: Factory) -> Response:
    return render(request, "factory/no_assessment.html", {"factory": factory})
