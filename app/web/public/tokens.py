"""A person's tokens for programs (API 令牌): list, make, revoke."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.actors import Actor
from app.core.errors import Forbidden
from app.models import Organisation
from app.queries import api_tokens as queries
from app.services import api_tokens as use_cases
from app.web.deps import FormDep, NowDep, SessionDep, SignedInDep
from app.web.forms.fields import FormView, typed_values
from app.web.forms.tokens import read_token
from app.web.messages import sentence
from app.web.pages import render, see_other

router = APIRouter()
PAGE = "account/tokens.html"


@router.get("/account/tokens", name="tokens")
def tokens(request: Request, session: SessionDep, person: SignedInDep, now: NowDep) -> Response:
    """The person's tokens and the form for a new one."""
    context = _context(session, person, FormView({"id": str(uuid4()), "days": "90"}, {}))
    return render(request, PAGE, {**context, "now": now})


@router.post("/account/tokens", name="token_create")
def token_create(
    request: Request, posted: FormDep, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """Make a token and show its secret, this once; with problems the form comes back."""
    mine = [str(row.id) for row in _organisations(session, person)]
    form = read_token(posted, organisations=mine)
    if form.wanted is None:
        errors = {p.field: sentence(request, p) for p in form.problems}
        context = _context(session, person, FormView(typed_values(posted), errors))
        return render(request, PAGE, {**context, "now": now}, status=422)
    issued = use_cases.create_token(
        session, token_id=form.token_id, wanted=form.wanted, actor=person, now=now
    )
    return render(request, "account/tokens_new.html", {"issued": issued})


@router.get("/account/tokens/{token_id}/revoke", name="token_revoke_confirm")
def token_revoke_confirm(
    request: Request, token_id: UUID, session: SessionDep, person: SignedInDep
) -> Response:
    """Say what revoking means before it is done."""
    record = queries.one_own(session, token_id, of=person)
    return render(request, "account/tokens_revoke.html", {"token": record})


@router.post("/account/tokens/{token_id}/revoke", name="token_revoke")
def token_revoke(
    request: Request, token_id: UUID, session: SessionDep, person: SignedInDep, now: NowDep
) -> Response:
    """End a token."""
    use_cases.revoke_token(session, token_id=token_id, actor=person, now=now)
    return see_other(request, "tokens")


def _organisations(session: Session, person: Actor) -> Sequence[Organisation]:
    """Give the organisations for which the person may make tokens."""
    found = queries.organisations_of(session, person)
    if not found:
        raise Forbidden
    return found


def _context(session: Session, person: Actor, form: FormView) -> dict[str, object]:
    assert person.user_id is not None  # noqa: S101 - signed in
    return {
        "form": form,
        "choices": [(str(row.id), row.name) for row in _organisations(session, person)],
        "tokens": queries.of_user(session, person.user_id),
    }
