"""Tokens: only their hash is stored, they end, and they never do more than their owner may."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actors import Actor, Role
from app.core.errors import Blocked, InvalidInput, NotFound
from app.models import ApiToken, AuditEvent, Membership, Organisation, User
from app.services import api_tokens
from app.services.api_tokens import IssuedToken, NewToken
from tests.conftest import NOW
from tests.factories import Make


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def member(make: Make, organisation: Organisation) -> Actor:
    return make.actor(role=Role.FACTORY_MEMBER, organisation=organisation)


def issue(
    session: Session,
    organisation: Organisation,
    actor: Actor,
    *,
    scope: str = "read",
    days: int = 30,
) -> IssuedToken:
    wanted = NewToken(organisation.id, "数据上报", scope, days)
    return api_tokens.create_token(session, token_id=uuid4(), wanted=wanted, actor=actor, now=NOW)


def test_only_the_hash_is_stored_and_audited_without_the_secret(session, organisation, member):
    issued = issue(session, organisation, member)

    stored = session.scalars(select(ApiToken)).one()
    assert issued.secret.startswith("jzt_")
    assert len(issued.secret) > 40
    assert stored.token_hash == api_tokens.token_hash(issued.secret)
    assert len(stored.token_hash) == 64
    session.flush()
    event = session.scalars(select(AuditEvent)).one()
    assert event.action == "token.created"
    assert issued.secret not in str(event.detail)


def test_a_caller_has_the_owners_rights_in_that_organisation_only(
    session, make, organisation, member
):
    elsewhere = make.organisation()
    session.add(
        Membership(
            user_id=member.user_id,
            organisation_id=elsewhere.id,
            role=Role.FACTORY_MEMBER,
            created_at=NOW,
            updated_at=NOW,
        )
    )
    session.flush()

    secret = issue(session, organisation, member).secret
    caller = api_tokens.find_caller(session, secret=secret, now=NOW)

    assert caller.actor.organisations(Role.FACTORY_MEMBER) == {organisation.id}
    assert caller.may_write is False


def test_the_write_scope_lets_write(session, organisation, member):
    secret = issue(session, organisation, member, scope="assessment:write").secret

    assert api_tokens.find_caller(session, secret=secret, now=NOW).may_write is True


def test_tokens_end_when_they_run_out(session, organisation, member):
    secret = issue(session, organisation, member).secret
    last = NOW + timedelta(days=30) - timedelta(seconds=1)

    assert api_tokens.find_caller(session, secret=secret, now=last) is not None
    assert api_tokens.find_caller(session, secret=secret, now=NOW + timedelta(days=30)) is None


def test_a_revoked_token_ends_at_once_and_is_audited_once(session, organisation, member):
    issued = issue(session, organisation, member)

    for _ in range(2):
        api_tokens.revoke_token(session, token_id=issued.record.id, actor=member, now=NOW)
    session.flush()

    assert api_tokens.find_caller(session, secret=issued.secret, now=NOW) is None
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("token.revoked") == 1


@pytest.mark.parametrize("gone", ["membership", "user"])
def test_a_token_ends_with_its_owners_part_in_the_organisation(session, organisation, member, gone):
    secret = issue(session, organisation, member).secret
    if gone == "membership":
        session.delete(session.scalars(select(Membership)).one())
    else:
        session.get(User, member.user_id).is_active = False
    session.flush()
    session.expire_all()

    assert api_tokens.find_caller(session, secret=secret, now=NOW) is None


@pytest.mark.parametrize("secret", ["", "jzt_", "jzt_wrong", "Bearer x", "x" * 5000])
def test_unknown_secrets_find_nobody(session, organisation, member, secret):
    issue(session, organisation, member)

    assert api_tokens.find_caller(session, secret=secret, now=NOW) is None


def test_strangers_can_neither_make_nor_revoke(session, make, organisation, member):
    stranger = make.actor(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    colleague = make.actor(role=Role.FACTORY_MEMBER, organisation=organisation)
    issued = issue(session, organisation, member)

    with pytest.raises(NotFound):
        issue(session, organisation, stranger)
    for other in (stranger, colleague):
        with pytest.raises(NotFound):
            api_tokens.revoke_token(session, token_id=issued.record.id, actor=other, now=NOW)


def test_the_same_form_sent_twice_makes_one_token(session, organisation, member):
    token_id = uuid4()
    wanted = NewToken(organisation.id, "x", "read", 30)
    api_tokens.create_token(session, token_id=token_id, wanted=wanted, actor=member, now=NOW)

    with pytest.raises(Blocked) as refused:
        api_tokens.create_token(session, token_id=token_id, wanted=wanted, actor=member, now=NOW)

    assert [p.code for p in refused.value.problems] == ["form_used"]
    assert len(session.scalars(select(ApiToken)).all()) == 1


@pytest.mark.parametrize(
    ("name", "scope", "days", "code"),
    [
        ("", "read", 30, "required"),
        ("长" * 61, "read", 30, "too_long"),
        ("x", "admin", 30, "not_a_choice"),
        ("x", "read", 3650, "not_a_choice"),
    ],
)
def test_impossible_tokens_are_refused(session, organisation, member, name, scope, days, code):
    wanted = NewToken(organisation.id, name, scope, days)

    with pytest.raises(InvalidInput) as refused:
        api_tokens.create_token(session, token_id=uuid4(), wanted=wanted, actor=member, now=NOW)

    assert [p.code for p in refused.value.problems] == [code]


def test_there_is_a_limit_of_usable_tokens(session, organisation, member):
    issued = [issue(session, organisation, member) for _ in range(20)]

    with pytest.raises(Blocked):
        issue(session, organisation, member)
    api_tokens.revoke_token(session, token_id=issued[0].record.id, actor=member, now=NOW)

    assert issue(session, organisation, member).secret


def test_use_is_noted_at_most_once_a_minute(session, organisation, member):
    issued = issue(session, organisation, member)
    first = api_tokens.find_caller(session, secret=issued.secret, now=NOW)
    api_tokens.touch(session, token_id=issued.record.id, now=NOW)
    soon = NOW + timedelta(seconds=30)
    later = NOW + timedelta(seconds=61)

    assert first.needs_touch is True
    assert api_tokens.find_caller(session, secret=issued.secret, now=soon).needs_touch is False
    assert api_tokens.find_caller(session, secret=issued.secret, now=later).needs_touch is True
