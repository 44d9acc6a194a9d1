"""Criterion sets: the list, one set against the default, loading a file, withdrawing."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.criteria import CriterionRef
from app.core.errors import InvalidInput, NotFound
from app.core.problems import Problem
from app.permissions import Permission, require
from app.services.criteria import load_set, set_in_use
from app.web.contexts.criteria import list_context, set_context
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep, UploadDep, WiringDep, takes_file
from app.web.forms.fields import FieldReader
from app.web.messages import sentence
from app.web.pages import redirect, render, see_other

router = APIRouter()


@router.get("/admin/criteria", name="criteria_list")
def criteria_list(
    request: Request, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """All sets with version, jurisdiction and use, and the form that loads another one."""
    require(person, Permission.CRITERIA_MANAGE)
    return render(request, "admin/criteria.html", list_context(request, parts, session))


@router.post("/admin/criteria", name="criteria_load")
@takes_file
def criteria_load(
    request: Request,
    sent: UploadDep,
    session: SessionDep,
    parts: WiringDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Check and keep a set file; a broken one is refused with line, place and rule."""
    require(person, Permission.CRITERIA_MANAGE)
    session.commit()  # a set is checked for seconds: the lock is taken only to store it
    try:
        if sent is None:
            raise InvalidInput([Problem("required", "file")])
        with parts.database.session(write=True) as own:
            record = load_set(own, parts.criteria, content=sent.content, actor=person, now=now)
            ref = str(CriterionRef(record.code, record.version))
    except InvalidInput as refused:
        errors = {problem.field: sentence(request, problem) for problem in refused.problems}
        with parts.database.session(write=False) as own:
            context = list_context(request, parts, own, errors=errors)
            return render(request, "admin/criteria.html", context, status=422)
    return redirect(request, str(request.url_for("criteria_detail").include_query_params(ref=ref)))


@router.get("/admin/criteria/set", name="criteria_detail")
def criteria_detail(
    request: Request, session: SessionDep, parts: WiringDep, person: SignedInDep
) -> Response:
    """One set, named in the address as `ref=CODE@VERSION`: levels, weights, differences."""
    require(person, Permission.CRITERIA_MANAGE)
    ref = CriterionRef.parse(request.query_params.get("ref", ""))
    if ref is None:
        raise NotFound
    criteria = parts.criteria.get(session, ref)
    info = next(info for info in parts.criteria.listed(session) if info.ref == ref)
    return render(request, "admin/criterion_set.html", set_context(request, parts, info, criteria))


@router.post("/admin/criteria/{set_id}/use", name="criteria_use")
def criteria_use(
    request: Request,
    set_id: UUID,
    posted: FormDep,
    session: SessionDep,
    person: SignedInDep,
    now: NowDep,
) -> Response:
    """Offer a loaded set, or withdraw it."""
    wanted = FieldReader(posted).raw("in_use") == "yes"
    set_in_use(session, set_id=set_id, in_use=wanted, actor=person, now=now)
    return see_other(request, "criteria_list")
