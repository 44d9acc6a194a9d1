"""Odd turns on the way from assessment to needs: types changed late, other sets, slow senders."""

import copy
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from starlette.datastructures import FormData

from app.core.actors import Role
from app.models import Assessment, AssessmentImport, AssessmentStatus, ImportStatus
from app.queries import people
from app.services import api_tokens
from app.services.api_tokens import NewToken
from app.services.criteria import load_set
from app.services.needs import MAX_SYMPTOM
from app.web.forms.symptoms import read_cards
from tests.conftest import NOW
from tests.unit.matching.gaps.test_criterion_sets import BASE
from tests.web.test_assessments import draft_of, hidden, section, stored

ALL_ANSWERED = {f"M{n:02d}": [1.0, 0.5, 0.0, 0.0, 0.0] for n in range(1, 21)}
DOCUMENT = b'{"format": "jizhi-assessment/1", "answers": {"M03": [1, null, null, null, null]}}'


@pytest.fixture
def factory(make):
    return make.factory()


@pytest.fixture
def owner(make, factory):
    return make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def secret(make, session, factory) -> str:
    """A token that may write."""
    user = make.user(role=Role.FACTORY_MEMBER, organisation=factory.organisation)
    issued = api_tokens.create_token(
        session,
        token_id=uuid4(),
        wanted=NewToken(factory.organisation_id, "x", "assessment:write", 30),
        actor=people.actor_by_login(session, user.login),
        now=NOW,
    )
    session.commit()
    return issued.secret


def test_a_type_changed_after_everything_was_answered_leaves_nothing_that_cannot_be_undone(
    client, make, session, owner, factory
):
    draft = draft_of(make, factory, answers=ALL_ANSWERED)
    session.commit()
    client.log_in(owner)
    form = hidden(section(client, draft, "scope").text)

    client.post(
        f"/factory/assessments/{draft.id}/sections/scope",
        {**form, "mfg_type": "process", "assessed_on": "2026-11-20"},
    )

    kept = stored(session, draft)
    assert len(kept.answers) == 18
    assert "M08" not in kept.answers
    assert client.get(f"/factory/{factory.id}/gaps").status_code == 200
    done = client.post(f"/factory/assessments/{draft.id}/submit", follow_redirects=False)
    assert done.status_code == 303


def another_subdomain() -> bytes:
    """A set of 21 subdomains: M21 shares weight and place with M20."""
    maturity: dict[str, Any] = copy.deepcopy(BASE["maturity"])
    maturity["subdomains"].append({**maturity["subdomains"][-1], "code": "M21", "name": "增设子域"})
    _beside({name: part for name, part in maturity.items() if name != "subdomains"}, "M20", "M21")
    head = {"code": "XX-21", "title": "别省", "jurisdiction": "某省", "src": "derived"}
    data = {"criterion_set": head, "version": "1", "files": {"maturity": maturity}}
    return json.dumps(data, ensure_ascii=False).encode()


def _beside(part: Any, code: str, new: str) -> None:
    """Name `new` wherever a list names `code`; a weight is shared by both."""
    for child in part.values() if isinstance(part, dict) else part:
        if isinstance(child, list) and code in child:
            child.append(new)
        elif isinstance(child, list) and any(_weighs(item, code) for item in child):
            old = next(item for item in child if _weighs(item, code))
            old["weight_pct"] /= 2
            child.append({**old, "code": new})
        if isinstance(child, dict | list):
            _beside(child, code, new)


def _weighs(item: Any, code: str) -> bool:
    return isinstance(item, dict) and item.get("code") == code and "weight_pct" in item


@pytest.mark.parametrize("status", [AssessmentStatus.SUBMITTED, AssessmentStatus.DRAFT])
def test_a_factory_judged_by_a_loaded_set_is_shown_by_that_set(
    client, make, session, wiring, owner, factory, status
):
    actor = make.actor(role=Role.ADMIN, organisation=make.organisation())
    load_set(session, wiring.criteria, content=another_subdomain(), actor=actor, now=NOW)
    answers = {**ALL_ANSWERED, "M21": [1.0, 0.0, 0.0, 0.0, 0.0]}
    values = {"criteria_code": "XX-21", "criteria_version": "1", "answers": answers}
    one = make.assessment(factory=factory, status=status, **values)
    session.commit()
    client.log_in(owner)

    for path in ("", f"/{factory.id}", f"/{factory.id}/gaps", f"/assessments/{one.id}"):
        assert client.get(f"/factory{path}").status_code == 200, path


def test_a_program_that_sends_slowly_does_not_hold_the_lock(client, wiring, factory, secret):
    def slowly():
        yield DOCUMENT[:20]
        with wiring.database.session(write=True) as other:  # Busy while somebody else writes
            other.get(Assessment, uuid4())
        yield DOCUMENT[20:]

    answer = client.http.post(
        f"/api/v1/factories/{factory.id}/assessments",
        content=slowly(),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )

    assert answer.status_code == 201


def test_a_number_of_thousands_of_digits_is_a_refusal(client, factory, secret):
    answer = client.http.post(
        f"/api/v1/factories/{factory.id}/assessments",
        content=b'{"format": "jizhi-assessment/1", "kpis": {"K01": ' + b"9" * 5000 + b"}}",
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "import_json"


def test_of_a_text_that_is_too_long_only_the_beginning_is_judged():
    posted = FormData(
        {"count": "1", "step": "again", "id-1": str(uuid4()), "symptom-1": "坏" * 60_000}
    )

    form = read_cards(posted, scenes=[], subdomains=[])

    assert next((p.code, p.field) for p in form.problems) == ("too_long", "symptom-1")
    assert len(form.cards[0].start.text) == MAX_SYMPTOM


def test_a_need_of_a_whole_page_in_a_report_begins_as_long_as_a_need_may_be(
    client, make, session, owner, factory
):
    record = AssessmentImport(
        id=uuid4(),
        factory_id=factory.id,
        kind="docx",
        file_name="report.docx",
        sha256="0" * 64,
        status=ImportStatus.ACCEPTED,
        proposal={"form": "report", "accepted_needs": ["设备老是突然坏，" * 5_000]},
        problems=[],
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(record)
    session.commit()
    client.log_in(owner)

    page = client.get(f"/factory/imports/{record.id}/needs")

    [symptom] = re.findall(
        r'<textarea[^>]* name="symptom-1"[^>]*>(.*?)</textarea>', page.text, re.S
    )
    assert 900 < len(symptom.strip()) <= MAX_SYMPTOM
