"""Pages of criterion sets: who may, loading a file, a broken one, withdrawing."""

import re

import pytest

from app.core.actors import Role
from app.models import OrganisationKind
from tests.unit.matching.gaps.test_criterion_sets import change, set_text
from tests.web.conftest import text_of

UPLOAD = "/admin/criteria"


@pytest.fixture
def as_admin(client, make, session):
    user = make.user(
        role=Role.ADMIN, organisation=make.organisation(kind=OrganisationKind.DEPARTMENT)
    )
    session.commit()
    client.log_in(user)
    return client


def send(client, text: str):
    return client.post(UPLOAD, files={"file": ("set.json", text.encode(), "application/json")})


def test_a_set_is_uploaded_shown_and_withdrawn(as_admin):
    page = send(as_admin, set_text())

    assert page.status_code == 200
    assert "试验标准集" in text_of(page)
    assert "与默认不同" in text_of(page)
    listed = as_admin.get(UPLOAD)
    button = re.search(r'action="[^"]*(/admin/criteria/[^"]+/use)"', listed.text)
    assert button
    after = as_admin.post(button[1], {"in_use": "no"})
    assert "已停用" in text_of(after)


def test_a_broken_set_names_line_and_rule_and_saves_nothing(as_admin):
    bad = set_text(changes=[change("weights.process.elements[ME4].weight_pct", 60, "maturity")])
    page = send(as_admin, bad)

    assert page.status_code == 422
    assert re.search(
        r"第 \d+ 行（maturity\.json:weights\.process\.elements）：同一层的权重之和必须是 100",
        text_of(page),
    )
    assert "试验标准集" not in text_of(as_admin.get(UPLOAD))


def test_no_file_asks_for_one(as_admin):
    page = as_admin.post(UPLOAD, {"x": "1"})

    assert page.status_code == 422
    assert "请填写此项" in text_of(page)


def test_words_of_a_set_are_escaped(as_admin):
    text = set_text().replace("试验标准集", "<script>alert(1)</script>")
    page = send(as_admin, text)

    assert "<script>alert" not in page.text


@pytest.mark.parametrize("role", [Role.FACTORY_MEMBER, Role.PROVINCIAL_ORGANISER])
def test_others_are_refused(client, make, session, role):
    kind = OrganisationKind.DEPARTMENT if role is Role.PROVINCIAL_ORGANISER else None
    organisation = make.organisation(kind=kind) if kind else make.organisation()
    user = make.user(role=role, organisation=organisation)
    session.commit()
    client.log_in(user)

    assert client.get(UPLOAD).status_code == 403
    assert send(client, set_text()).status_code == 403


def test_an_unknown_set_is_not_found(as_admin):
    assert as_admin.get("/admin/criteria/set?ref=A@1").status_code == 404
    assert as_admin.get("/admin/criteria/set").status_code == 404
