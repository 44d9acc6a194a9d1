"""Every route x every kind of visitor: what it answers, what it writes, and what it gives away.

The routes come from the application itself; one that `EXPECTED` does not name is a failure, so a
new route needs a decision about who may use it.
"""

import json
import re
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from httpx2 import Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actors import Role
from app.main import create_app
from app.models import (
    AuditEvent,
    Finding,
    ListingStatus,
    NeedStatus,
    OrganisationKind,
    PairRuleKind,
    User,
)
from app.queries import events as event_queries
from app.queries import people
from app.services.api_tokens import NewToken, create_token
from app.services.assessment_import import SentFile, import_parts, propose_import_apart
from app.services.event_planning import plan_event
from app.services.matching_runs import MatchRequest, match_factory
from app.wiring import Wiring
from tests.conftest import NOW
from tests.factories import Make
from tests.web.conftest import Client, text_of
from tests.web.test_fuzz import routes_of

PERSONAS = ("visitor", "factory", "other_factory", "provider", "other_city", "province")
# Status by persona in that order. Posts carry an empty form, so 422 (a field is missing) and 404
# on the forms with a key of their own are said to those who may. 303 is the sign-in page for the
# visitor. In this order the posts of the province do not undo what later ones need; the need has
# been closed by its factory when the province tries (403 before that, see tests/db/test_needs.py).
EXPECTED = {
    "GET /": "200 200 200 200 200 200",
    "GET /livez": "200 200 200 200 200 200",
    "GET /readyz": "200 200 200 200 200 200",
    "GET /start": "303 303 303 303 303 303",
    "GET /catalogue": "200 200 200 200 200 200",
    "GET /catalogue/offerings/{offering_id}": "404 404 404 404 404 404",
    "GET /providers/{provider_id}": "200 200 200 200 200 200",
    "GET /login": "200 303 303 303 303 303",
    "GET /register/provider": "200 303 303 303 303 303",
    "GET /factory": "303 200 200 200 200 200",
    "GET /factory/{factory_id}": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/gaps": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/match": "303 200 404 404 404 403",
    "GET /factory/{factory_id}/needs/new": "303 200 404 404 404 403",
    "GET /factory/needs/{need_id}": "303 200 404 404 404 200",
    "GET /factory/needs/{need_id}/edit": "303 303 404 404 404 403",
    "GET /factory/needs/{need_id}/close": "303 200 404 404 404 403",
    "GET /factory/runs/{run_id}": "303 200 404 404 404 200",
    "GET /provider": "303 403 403 200 403 403",
    "GET /provider/profile": "303 404 404 404 404 404",
    "GET /provider/offerings/new": "303 403 403 200 403 403",
    "GET /provider/offerings/{offering_id}/edit": "303 404 404 200 404 403",
    "GET /my/meetings": "303 200 200 200 200 200",
    "GET /organiser/events": "303 403 403 403 200 200",
    "GET /organiser/events/new": "303 403 403 403 200 200",
    "GET /organiser/events/{event_id}": "303 404 404 404 404 200",
    "GET /organiser/events/{event_id}/edit": "303 404 404 404 404 200",
    "GET /organiser/events/{event_id}/participants": "303 404 404 404 404 200",
    "GET /organiser/events/{event_id}/participants/{participant_id}": "303 404 404 404 404 200",
    "GET /organiser/events/{event_id}/rules": "303 404 404 404 404 200",
    "GET /organiser/events/{event_id}/runs/{run_id}": "303 404 404 404 404 200",
    "GET /organiser/review": "303 403 403 403 200 200",
    "GET /organiser/review/{offering_id}": "303 403 403 403 404 404",
    "GET /account/tokens": "303 200 200 200 200 200",
    "GET /account/tokens/{token_id}/revoke": "303 200 404 404 404 404",
    "GET /admin/criteria": "303 403 403 403 403 403",
    "GET /admin/criteria/set": "303 403 403 403 403 403",
    "GET /api/v1/factories": "401 401 401 401 401 401",
    "GET /api/v1/factories/{factory_id}/assessments/latest": "401 401 401 401 401 401",
    "GET /api/v1/factories/{factory_id}/gaps": "401 401 401 401 401 401",
    "GET /api/v1/schemas/assessment": "200 200 200 200 200 200",
    "GET /factory/assessments/{assessment_id}": "303 200 404 404 404 200",
    "GET /factory/assessments/{assessment_id}/check": "303 303 404 404 404 403",
    "GET /factory/assessments/{assessment_id}/discard": "303 303 404 404 404 403",
    "GET /factory/assessments/{assessment_id}/sections/{section}": "303 303 404 404 404 403",
    "GET /factory/assessments/{assessment_id}/submitted": "303 303 404 404 404 403",
    "GET /factory/imports/{import_id}": "303 200 404 404 404 404",
    "GET /factory/imports/{import_id}/errors.xlsx": "303 404 404 404 404 404",
    "GET /factory/imports/{import_id}/needs": "303 409 404 404 404 404",
    "GET /factory/new": "303 200 200 200 404 404",
    "GET /factory/{factory_id}/assessments": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/gaps/compare": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/gaps/path": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/gaps/what-if": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/import": "303 200 404 404 404 403",
    "GET /factory/{factory_id}/import/template.xlsx": "303 200 404 404 404 403",
    "GET /factory/{factory_id}/profile": "303 200 404 404 404 403",
    "GET /factory/{factory_id}/report": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/report.pdf": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/report.xlsx": "303 200 404 404 404 200",
    "GET /factory/{factory_id}/symptoms": "303 200 404 404 404 403",
    "GET /factory/{factory_id}/symptoms/saved": "303 404 404 404 404 403",
    "GET /organiser/assessments": "303 403 403 403 200 403",
    "GET /organiser/assessments/{assessment_id}": "303 404 404 404 404 200",
    "GET /register/factory": "200 303 303 303 303 303",
    "POST /language": "303 303 303 303 303 303",
    "POST /login": "422 422 422 422 422 422",
    "POST /register/provider": "404 404 404 404 404 404",
    "POST /factory/{factory_id}/match": "303 404 404 404 404 403",
    "POST /factory/{factory_id}/needs/new": "303 404 404 404 404 403",
    "POST /factory/needs/{need_id}/publish": "303 303 404 404 404 404",
    "POST /factory/needs/{need_id}/close": "303 303 404 404 404 404",
    "POST /provider/profile": "303 404 404 404 404 404",
    "POST /provider/offerings/new": "303 404 404 404 404 404",
    "POST /provider/offerings/{offering_id}/edit": "303 404 404 422 404 403",
    "POST /provider/offerings/{offering_id}/submit": "303 404 404 409 404 403",
    "POST /organiser/review/{offering_id}": "303 403 403 403 404 404",
    "POST /organiser/events": "303 403 403 403 422 422",
    "POST /organiser/events/{event_id}/edit": "303 404 404 404 404 422",
    "POST /organiser/events/{event_id}/generate": "303 404 404 404 404 303",
    "POST /organiser/events/{event_id}/runs/{run_id}/publish": "303 404 404 404 404 303",
    "POST /organiser/events/{event_id}/unpublish": "303 404 404 404 404 303",
    "POST /organiser/events/{event_id}/rules": "303 404 404 404 404 422",
    "POST /organiser/events/{event_id}/rules/{rule_id}/remove": "303 404 404 404 404 303",
    "POST /organiser/events/{event_id}/participants": "303 404 404 404 404 422",
    "POST /organiser/events/{event_id}/participants/{participant_id}": "303 404 404 404 404 303",
    "POST /organiser/events/{event_id}/participants/{participant_id}/remove": "303 404 404 404 404 303",
    "POST /account/tokens": "303 404 404 404 404 404",
    "POST /account/tokens/{token_id}/revoke": "303 303 404 404 404 404",
    "POST /admin/criteria": "303 403 403 403 403 403",
    "POST /admin/criteria/{set_id}/use": "303 403 403 403 403 403",
    "POST /api/v1/factories/{factory_id}/assessments": "401 401 401 401 401 401",
    "POST /factory/assessments/{assessment_id}/discard": "303 409 404 404 404 403",
    "POST /factory/assessments/{assessment_id}/sections/{section}": "303 409 404 404 404 403",
    "POST /factory/assessments/{assessment_id}/submit": "303 409 404 404 404 403",
    "POST /factory/imports/{import_id}/accept": "303 303 404 404 404 404",
    "POST /factory/imports/{import_id}/discard": "303 409 404 404 404 404",
    "POST /factory/new": "303 404 404 404 404 404",
    "POST /factory/{factory_id}/assessments": "303 404 404 404 404 403",
    "POST /factory/{factory_id}/import": "303 422 404 404 404 403",
    "POST /factory/{factory_id}/needs/from-gaps": "303 422 404 404 404 403",
    "POST /factory/{factory_id}/profile": "303 422 404 404 404 403",
    "POST /factory/{factory_id}/symptoms": "303 422 404 404 404 403",
    "POST /organiser/assessments/{assessment_id}": "303 404 404 404 404 403",
    "POST /register/factory": "404 404 404 404 404 404",
}

FACTORY_SECRETS = ("绝密需求甲", "绝密发现乙", "137.31")
DRAFT_NEED = "绝密草稿需求"
CLOSED_DRAFT = "绝密未发布即关闭"
DRAFT_OFFERING = "绝密草稿产品"
EVENT_SECRET = "绝密活动丁"
IMPORT_SECRET = "绝密文件戊"
TOKEN_SECRET = "绝密令牌己"
ALL_SECRETS = (
    *FACTORY_SECRETS,
    DRAFT_NEED,
    CLOSED_DRAFT,
    DRAFT_OFFERING,
    EVENT_SECRET,
    IMPORT_SECRET,
    TOKEN_SECRET,
)
MAY_READ: dict[str, tuple[str, ...]] = {
    "factory": (*FACTORY_SECRETS, DRAFT_NEED, CLOSED_DRAFT, IMPORT_SECRET, TOKEN_SECRET),
    "provider": (DRAFT_OFFERING,),
    "province": (*FACTORY_SECRETS, EVENT_SECRET),
}


@dataclass(frozen=True)
class World:
    """A user of each kind but the visitor, and the ids that fill the routes' parameters."""

    users: dict[str, User]
    ids: dict[str, UUID | str]


@pytest.fixture
def world(make: Make, session: Session, wiring: Wiring) -> World:
    department = make.organisation(kind=OrganisationKind.DEPARTMENT)
    factory = make.factory(budget_fen=137_310_000)
    assessment = make.assessment(factory=factory)
    session.add(
        Finding(assessment_id=assessment.id, position=9, subdomain="M13", text="绝密发现乙")
    )
    need = make.need(factory=factory, title="绝密需求甲")
    make.need(factory=factory, title=DRAFT_NEED, status=NeedStatus.DRAFT)
    make.need(factory=factory, title=CLOSED_DRAFT, status=NeedStatus.CLOSED)
    provider = make.provider()
    make.offering(provider=provider)
    # Handed in once and returned: its provider is at work on it again, and it is not complete.
    returned = make.offering(
        provider=provider,
        status=ListingStatus.DRAFT,
        submitted_at=NOW,
        review_note="补充周期",
        name=DRAFT_OFFERING,
        description="待补充",
    )
    event = make.event(organisation=department, title=EVENT_SECRET)
    seats = [make.participant(event=event, who=who) for who in (factory, provider)]
    rule = make.pair_rule(factory=seats[0], provider=seats[1], kind=PairRuleKind.MUST)
    places = {
        "factory": (Role.FACTORY_MEMBER, factory.organisation),
        "other_factory": (Role.FACTORY_MEMBER, make.factory().organisation),
        "provider": (Role.PROVIDER_MEMBER, provider.organisation),
        "other_city": (Role.CITY_ORGANISER, make.organisation(region="唐山")),
        "province": (Role.PROVINCIAL_ORGANISER, make.organisation(region="河北")),
    }
    users = {name: make.user(role=r, organisation=o) for name, (r, o) in places.items()}
    session.commit()
    actors = {name: people.actor_by_login(session, user.login) for name, user in users.items()}
    match = match_factory(
        session,
        factory=factory,
        request=MatchRequest(200_000_000, 52, 4, "FL1"),
        engine=wiring.match_engine(session, now=NOW),
        actor=actors["factory"],
        now=NOW,
    )
    run = plan_event(
        session,
        event=event_queries.one_whole(session, event.id, to=actors["province"]),
        engine=wiring.event_engine(session, now=NOW),
        actor=actors["province"],
        now=NOW,
    )
    session.commit()
    token = create_token(
        session,
        token_id=uuid4(),
        wanted=NewToken(factory.organisation_id, TOKEN_SECRET, "read", 30),
        actor=actors["factory"],
        now=NOW,
    )
    session.commit()
    document = {"format": "jizhi-assessment/1", "evidence": {"M03": IMPORT_SECRET}}
    imported = propose_import_apart(
        wiring.database,
        factory_id=factory.id,
        file=SentFile(f"{IMPORT_SECRET}.json", json.dumps(document).encode()),
        parts=import_parts(wiring.criteria, wiring.reference),
        actor=actors["factory"],
        now=NOW,
    )
    ids = {
        "assessment_id": assessment.id,
        "import_id": imported.import_id,
        "token_id": token.record.id,
        "set_id": uuid4(),
        "section": "M03",
        "factory_id": factory.id,
        "need_id": need.id,
        "provider_id": provider.id,
        "offering_id": returned.id,
        "event_id": event.id,
        "participant_id": seats[0].id,
        "rule_id": rule.id,
        "run_id": match.id,
        "event_run_id": run.id,
    }
    return World(users, ids)


def ask(client: Client, world: World, key: str) -> Response:
    """Use a route with the world's ids and an empty form."""
    method, path = key.split(" ")
    ids = dict(world.ids)
    if path.startswith("/organiser/events"):
        ids["run_id"] = ids["event_run_id"]
    filled = re.sub(r"\{(\w+)\}", lambda found: str(ids[found[1]]), path)
    return getattr(client, method.lower())(filled, follow_redirects=False)


def visit(client: Client, world: World, method: str, session: Session) -> dict[str, list[int]]:
    """Let everybody use every route of a method; give the answers' status, check what leaks."""
    seen: dict[str, list[int]] = {key: [] for key in EXPECTED if key.startswith(method)}
    for persona in PERSONAS:
        if persona != "visitor":
            client.log_in(world.users[persona])
        hidden = set(ALL_SECRETS) - set(MAY_READ.get(persona, ()))
        for key, found in seen.items():
            before = audit_rows(session)
            answer = ask(client, world, key)
            found.append(answer.status_code)
            told = {secret for secret in hidden if secret in text_of(answer)}
            assert not told, f"{key} as {persona}"
            refused = answer.status_code >= 400 or method == "GET"
            if refused or (persona == "visitor" and key not in FOR_VISITORS):
                assert audit_rows(session) == before, f"{key} as {persona} wrote something"
        if persona != "visitor":
            client.post("/logout")
    return seen


FOR_VISITORS = ("POST /login",)


def audit_rows(session: Session) -> int:
    session.rollback()  # the next read sees what was committed meanwhile
    rows = session.scalar(select(func.count()).select_from(AuditEvent))
    session.rollback()
    return rows or 0


def expected(method: str) -> dict[str, list[int]]:
    return {
        key: [int(status) for status in statuses.split()]
        for key, statuses in EXPECTED.items()
        if key.startswith(method)
    }


def test_every_route_has_an_expectation(wiring):
    routes = {f"{t.method} {t.path}" for t in routes_of(create_app(wiring).routes)}

    assert routes - {"POST /logout"} == set(EXPECTED)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_route_answers_everybody_as_decided(client, world, session, method):
    assert visit(client, world, method, session) == expected(method)
