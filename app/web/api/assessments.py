"""REST interface: factories, their assessments and gaps (docs/api.md)."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.core.clock import china_today
from app.core.errors import InvalidInput, NotFound
from app.core.problems import Problem
from app.models import Assessment, Factory
from app.permissions import Permission, require
from app.queries import assessments as assessment_queries
from app.queries import factories as factory_queries
from app.services.assessment_import_accept import apply_proposal, open_draft
from app.services.assessment_import_flat import flat_of
from app.services.assessment_import_json import (
    JsonRules,
    document_of,
    json_schema,
    parse_json,
    read_document,
)
from app.services.assessment_import_json_words import JsonProblem
from app.services.assessment_import_target import target_of
from app.services.criteria import ref_of
from app.services.match_result import describe_analysis
from app.services.matching_runs import analyse_factory
from app.web.api.deps import BodyDep, CallerDep, WriterDep
from app.web.api.problems import problem_answer
from app.web.deps import NowDep, SessionDep, WiringDep
from app.web.messages import sentence
from matching.gaps import CriterionSet

router = APIRouter(prefix="/api/v1")


@router.get("/schemas/assessment", name="api_assessment_schema")
def assessment_schema() -> JSONResponse:
    """The JSON Schema of an assessment; open to everybody."""
    return JSONResponse(json_schema(), media_type="application/schema+json")


@router.get("/factories", name="api_factories")
def factories(session: SessionDep, caller: CallerDep) -> JSONResponse:
    """The factories of the token's organisation."""
    own = factory_queries.own(session, of=caller.actor)
    return JSONResponse({"items": [_factory(factory) for factory in own]})


@router.get("/factories/{factory_id}/assessments/latest", name="api_assessment_latest")
def assessment_latest(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, caller: CallerDep
) -> Response:
    """The newest version that the token's owner may see; drafts for the factory's own people."""
    factory = factory_queries.one_visible(session, factory_id, to=caller.actor)
    require(caller.actor, Permission.FACTORY_READ, factory)
    found = next(iter(assessment_queries.of_factory(session, factory, to=caller.actor)), None)
    if found is None:
        raise NotFound
    tag = _etag(found)
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    criteria = parts.criteria.of_assessment(session, found)
    return JSONResponse(_assessment(found, criteria), headers={"ETag": tag})


@router.post("/factories/{factory_id}/assessments", name="api_assessment_save")
def assessment_save(
    request: Request,
    factory_id: UUID,
    body: BodyDep,  # before the session, so that it is read before the lock is taken
    session: SessionDep,
    parts: WiringDep,
    caller: WriterDep,
    now: NowDep,
) -> Response:
    """Create or update the open draft; all of the document or nothing. Repeats change nothing."""
    factory = factory_queries.one_visible(session, factory_id, to=caller.actor)
    require(caller.actor, Permission.ASSESSMENT_WRITE, factory)
    target = target_of(session, factory, parts.criteria, today=china_today(now))
    rules = JsonRules(target.criteria, target.criteria_ref, target.mfg_type, china_today(now))
    found = read_document(parse_json(body), rules)
    if found.problems:
        errors = [_error(request, problem) for problem in found.problems]
        return problem_answer(request, code="invalid_input", status=422, errors=errors)
    draft = open_draft(session, factory, shelf=parts.criteria, actor=caller.actor, now=now)
    apply_proposal(
        session,
        draft,
        found.items,
        shelf=parts.criteria,
        replaces=found.replaces,
        source="api",
        actor=caller.actor,
        now=now,
    )
    status = 200 if target.is_open else 201
    answer = _assessment(draft, target.criteria)
    return JSONResponse(answer, status, headers={"ETag": _etag(draft)})


@router.get("/factories/{factory_id}/gaps", name="api_gaps")
def gaps(
    request: Request, factory_id: UUID, session: SessionDep, parts: WiringDep, caller: CallerDep
) -> JSONResponse:
    """Grade, conditions and gaps of the last version that was handed in, for a target."""
    factory = factory_queries.one_visible(session, factory_id, to=caller.actor)
    require(caller.actor, Permission.FACTORY_READ, factory)
    assessment = factory_queries.latest_assessment(session, factory.id)
    if assessment is None:
        raise InvalidInput([Problem("no_assessment", "")])
    criteria = parts.criteria.of_assessment(session, assessment)
    wanted = request.query_params.get("target", "") or factory.target_level
    known = [*criteria.factory_levels, *(f"ML{one.level}" for one in criteria.maturity_levels)]
    if wanted not in known:
        raise InvalidInput([Problem("not_a_choice", "target", {"value": wanted[:20]})])
    analysis = analyse_factory(factory, assessment, criteria, target=wanted)
    return JSONResponse(
        {
            "factory_id": str(factory.id),
            "version": assessment.version,
            "criteria": str(ref_of(criteria)),
            **describe_analysis(analysis),
        }
    )


def _factory(factory: Factory) -> dict[str, Any]:
    return {
        "id": str(factory.id),
        "name": factory.name,
        "organisation": factory.organisation.name,
        "region": factory.region,
        "industry": factory.industry,
        "mfg_type": factory.mfg_type.value,
        "level": factory.level,
        "target_level": factory.target_level,
    }


def _assessment(assessment: Assessment, criteria: CriterionSet) -> dict[str, Any]:
    return {
        "id": str(assessment.id),
        "version": assessment.version,
        "status": assessment.status.value,
        "revision": assessment.revision,
        "updated_at": assessment.updated_at.isoformat(),
        "assessment": document_of(flat_of(assessment), criteria_ref=str(ref_of(criteria))),
    }


def _etag(assessment: Assessment) -> str:
    return f'"{assessment.version}-{assessment.revision}-{assessment.status.value}"'


def _error(request: Request, problem: JsonProblem) -> dict[str, str]:
    message = sentence(request, Problem(problem.code, "", problem.params))
    return {"pointer": problem.pointer, "code": problem.code, "message": message}
