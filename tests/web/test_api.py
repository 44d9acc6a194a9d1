"""The REST interface: bearer tokens only, scopes, problem documents, repeats that change nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actors import Role
from app.models import ApiToken, Assessment, AuditEvent, Factory
from app.queries import people
from app.services import api_tokens
from app.services.api_tokens import NewToken
from tests.conftest import NOW
from tests.factories import Make
from tests.web.conftest import Client

DOCUMENT = {
    "format": "jizhi-assessment/1",
    "answers": {"M03": [1, 0.5, None, None, None]},
    "scenes": {"S28": {"status": "pilot", "ai": True}},
}


@pytest.fixture
def factory(make: Make) -> Factory:
    return make.factory()


class Program:
    """Calls the interface with a token and nothing else."""

    def __init__(self, client: Client, secret: str) -> None:
        self.http = client.http
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **headers: str):
        return self.http.get(f"/api/v1{path}", headers={**self.headers, **headers})

    def post(self, path: str, document: object, **headers: str):
        return self.http.post(f"/api/v1{path}", json=document, headers={**self.headers, **headers})


@pytest.fixture
def program(client: Client, make: Make, session: Session, factory: Factory):
    def build(scope: str = "assessment:write", *, of: Factory = factory, days: int = 30) -> Program:
        user = make.user(role=Role.FACTORY_MEMBER, organisation=of.organisation)
        actor = people.actor_by_login(session, user.login)
        wanted = NewToken(of.organisation_id, "x", scope, days)
        issued = api_tokens.create_token(
            session, token_id=uuid4(), wanted=wanted, actor=actor, now=NOW
        )
        session.commit()
        return Program(client, issued.secret)

    return build


def count(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_own_factories_are_listed(program, factory, make):
    make.factory()

    answer = program("read").get("/factories")

    assert [item["id"] for item in answer.json()["items"]] == [str(factory.id)]


def test_a_document_makes_a_draft_and_again_changes_nothing(program, session, factory):
    caller = program()
    path = f"/factories/{factory.id}/assessments"
    first = caller.post(path, DOCUMENT, **{"Idempotency-Key": "a-1"})
    audited = count(session, AuditEvent)
    again = caller.post(path, DOCUMENT, **{"Idempotency-Key": "a-1"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    assert again.json()["revision"] == 1
    assert again.json()["assessment"]["answers"] == {"M03": [1.0, 0.5, None, None, None]}
    assert again.json()["assessment"]["scenes"] == {"S28": {"status": "pilot", "ai": True}}
    assert count(session, AuditEvent) == audited
    assert count(session, Assessment) == 1


def test_what_was_read_can_be_sent_back(program, factory):
    caller = program()
    caller.post(f"/factories/{factory.id}/assessments", DOCUMENT)
    latest = caller.get(f"/factories/{factory.id}/assessments/latest")

    sent = caller.post(f"/factories/{factory.id}/assessments", latest.json()["assessment"])

    assert sent.json() == latest.json()
    tag = latest.headers["ETag"]
    same = caller.get(f"/factories/{factory.id}/assessments/latest", **{"If-None-Match": tag})
    assert same.status_code == 304


def test_one_problem_refuses_the_whole_document_with_pointers(program, session, factory):
    answer = program().post(
        f"/factories/{factory.id}/assessments",
        {**DOCUMENT, "kpis": {"K99": 1.0}, "answers": {"M03": [0.7, None, None, None, None]}},
    )

    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {error["pointer"] for error in body["errors"]} == {"/kpis/K99", "/answers/M03/0"}
    assert "没有编码为“K99”的指标" in " ".join(error["message"] for error in body["errors"])
    assert count(session, Assessment) == 0


def test_a_reading_token_may_not_write(program, session, factory):
    answer = program("read").post(f"/factories/{factory.id}/assessments", DOCUMENT)

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:jizhi:problem:forbidden"
    assert count(session, Assessment) == 0


def test_strangers_find_nothing(program, make, factory):
    caller = program(of=make.factory())

    for answer in (
        caller.get(f"/factories/{factory.id}/assessments/latest"),
        caller.get(f"/factories/{factory.id}/gaps"),
        caller.post(f"/factories/{factory.id}/assessments", DOCUMENT),
    ):
        assert answer.status_code == 404
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["", "Bearer jzt_wrong", "Basic abc", "Bearer"])
def test_without_a_good_token_nothing_is_answered(client, session, factory, header):
    session.commit()
    headers = {"Authorization": header} if header else {}

    answer = client.http.get("/api/v1/factories", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="jizhi"'
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "请先登录"


def test_a_signed_in_browser_is_nobody_here(client, session, make, factory):
    user = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    session.commit()
    client.log_in(user)

    assert client.get("/api/v1/factories").status_code == 401
    assert client.post(f"/api/v1/factories/{factory.id}/assessments").status_code == 401


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_revoked_and_expired_tokens_are_refused(program, session, column):
    caller = program()
    assert caller.get("/factories").status_code == 200
    session.rollback()
    record = session.scalars(select(ApiToken)).one()
    record.created_at = NOW - timedelta(days=40)
    setattr(record, column, NOW - timedelta(days=1))
    session.commit()

    assert caller.get("/factories").status_code == 401


def test_use_is_noted(program, session):
    program().get("/factories")

    session.rollback()
    assert session.scalars(select(ApiToken.last_used_at)).one() == NOW


def test_gaps_come_with_grade_conditions_and_gaps(program, make, session, factory):
    make.assessment(factory=factory)
    caller = program("read")

    answer = caller.get(f"/factories/{factory.id}/gaps?target=FL1")

    body = answer.json()
    assert (body["target"]["code"], body["version"]) == ("FL1", 1)
    assert body["result"]["grades"]["by_step"] == 1
    assert "maturity" in {condition["code"] for condition in body["conditions"]}
    assert body["subdomain_gaps"][0]["priority"] >= body["subdomain_gaps"][-1]["priority"]
    assert caller.get(f"/factories/{factory.id}/gaps?target=FL9").status_code == 422


def test_a_factory_without_assessment_has_no_gaps_to_tell(program, factory):
    caller = program("read")
    answer = caller.get(f"/factories/{factory.id}/gaps")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "no_assessment"
    latest = caller.get(f"/factories/{factory.id}/assessments/latest")
    assert latest.status_code == 404


def test_odd_bodies_are_answered_as_problems(program, factory):
    caller = program()
    path = f"/api/v1/factories/{factory.id}/assessments"
    json_headers = {**caller.headers, "Content-Type": "application/json"}
    broken = caller.http.post(path, content=b'{"a": ', headers=json_headers)
    wrong = caller.http.post(path, content=b"a=1", headers=caller.headers)
    large = caller.http.post(path, content=b" " * 3_000_000, headers=json_headers)
    nowhere = caller.get("/nothing")
    no_id = caller.get("/factories/x/gaps")

    statuses = [a.status_code for a in (broken, wrong, large, nowhere, no_id)]
    assert statuses == [422, 415, 413, 404, 404]
    # The one too large is answered by the server itself, before anything of ours.
    for answer in (broken, wrong, nowhere, no_id):
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_schema_is_open_and_names_every_section(client):
    schema = client.http.get("/api/v1/schemas/assessment").json()

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(schema["properties"]) >= {"format", "answers", "scenes", "kpis", "eligibility"}
    assert schema["required"] == ["format"]
    assert schema["additionalProperties"] is False
