"""Who calls the REST interface: a bearer token, never a cookie."""

from typing import Annotated

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.core.errors import Forbidden, Unauthenticated
from app.services import api_tokens
from app.services.api_tokens import Caller
from app.web.deps import NowDep, SessionDep, WiringDep
from app.web.pages import SAFE_METHODS


async def raw_body(request: Request) -> bytes:
    """Read the body whole. Ask for it before the session: who sends slowly must not hold a lock."""
    return await request.body()


RawBodyDep = Annotated[bytes, Depends(raw_body)]


def caller(request: Request, session: SessionDep, parts: WiringDep, moment: NowDep) -> Caller:
    """Give the program behind a request.

    Raises:
        Unauthenticated: no token, or one that is unknown, run out or revoked.
    """
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    found = None
    if scheme.casefold() == "bearer":
        found = api_tokens.find_caller(session, secret=secret.strip(), now=moment)
    if found is None:
        raise Unauthenticated
    if found.needs_touch:
        if request.method in SAFE_METHODS:
            # In a transaction of its own; it does not wait for a writer at work.
            parts.database.attempt(
                lambda own: api_tokens.touch(own, token_id=found.token_id, now=moment)
            )
        else:
            api_tokens.touch(session, token_id=found.token_id, now=moment)
    return found


CallerDep = Annotated[Caller, Depends(caller)]


def writer(found: CallerDep) -> Caller:
    """Give a program that may write assessments.

    Raises:
        Forbidden: its token only reads.
    """
    if not found.may_write:
        raise Forbidden(api_tokens.ASSESSMENT_WRITE)
    return found


WriterDep = Annotated[Caller, Depends(writer)]


def json_body(request: Request, body: RawBodyDep, _found: WriterDep) -> bytes:
    """Give the body of a JSON request.

    Raises:
        HTTPException: 415, it says that it is something else.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415)
    return body


BodyDep = Annotated[bytes, Depends(json_body)]
