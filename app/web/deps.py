"""What routes ask for: the unit of work, who asks, the form, the time."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.core.actors import ANONYMOUS, Actor
from app.core.errors import CsrfRejected, Unauthenticated
from app.services import sessions
from app.web.pages import CSRF_COOKIE, CSRF_FIELD, SAFE_METHODS
from app.wiring import Wiring

# Form limits: the largest page has some hundred fields.
MAX_FIELDS = 2_000


def wiring(request: Request) -> Wiring:
    """Give the application's parts."""
    parts: Wiring = request.app.state.wiring
    return parts


WiringDep = Annotated[Wiring, Depends(wiring)]


def now(parts: WiringDep) -> datetime:
    """Give the time of this request, read once."""
    return parts.clock()


NowDep = Annotated[datetime, Depends(now)]


def unit_of_work(request: Request, parts: WiringDep) -> Iterator[Session]:
    """One request, one transaction; unsafe methods write. Returning commits, raising rolls back."""
    with parts.database.session(write=request.method not in SAFE_METHODS) as session:
        yield session


# scope="function": the commit runs before the answer is sent, so a failing commit is a 500.
SessionDep = Annotated[Session, Depends(unit_of_work, scope="function")]


def session_cookie(request: Request) -> str:
    """Name the session cookie: host-bound where HTTPS allows it."""
    https = request.app.state.wiring.settings.serves_https
    return "__Host-jizhi_session" if https else "jizhi_session"


def actor(request: Request, session: SessionDep, parts: WiringDep, moment: NowDep) -> Actor:
    """Give who asks; also leaves actor and form token on the request for the pages."""
    request.state.actor = ANONYMOUS
    token = request.cookies.get(session_cookie(request), "")
    found = (
        sessions.find(session, token=token, now=moment, settings=parts.settings) if token else None
    )
    if found is None:
        return ANONYMOUS
    request.state.actor = found.actor
    request.state.csrf_token = found.csrf_token
    if found.needs_touch:
        _touch(request, session, parts, found.token_hash, moment)
    return found.actor


def _touch(
    request: Request, session: Session, parts: Wiring, hashed: str, moment: datetime
) -> None:
    """Note that the session is alive; a reading request writes in a transaction of its own.

    It does not wait for a writer at work: the next page notes it as well.
    """
    if request.method not in SAFE_METHODS:
        sessions.touch(session, hashed=hashed, now=moment)
        return
    parts.database.attempt(lambda own: sessions.touch(own, hashed=hashed, now=moment))


ActorDep = Annotated[Actor, Depends(actor)]


def signed_in(person: ActorDep) -> Actor:
    """Give who asks; send visitors to the sign-in page."""
    if person.is_anonymous:
        raise Unauthenticated
    return person


SignedInDep = Annotated[Actor, Depends(signed_in)]


Endpoint = TypeVar("Endpoint", bound=Callable[..., object])


def takes_file(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint whose form may carry one file; everywhere else files are refused."""
    endpoint.takes_file = True  # type: ignore[attr-defined]
    return endpoint


def has_uploads(router: APIRouter) -> bool:
    """Tell whether an endpoint of a router takes a file."""
    return any(
        getattr(getattr(route, "endpoint", None), "takes_file", False) for route in router.routes
    )


async def form(request: Request) -> AsyncIterator[FormData]:
    """Read the posted form: texts, and one file where the endpoint takes one."""
    if request.method in SAFE_METHODS:
        yield FormData()
        return
    endpoint = request.scope.get("endpoint")
    files = 1 if getattr(endpoint, "takes_file", False) else 0
    try:
        posted = await request.form(max_files=files, max_fields=MAX_FIELDS)
    except UnicodeError:  # the sender names the character set, some of which refuse anything
        raise HTTPException(400) from None
    try:
        yield FormData(
            [
                (_text(name), value if isinstance(value, UploadFile) else _text(value))
                for name, value in posted.multi_items()
            ]
        )
    finally:
        await posted.close()  # a file larger than a megabyte lies on disk until then


def _text(value: str) -> str:
    """Replace what is no text (lone surrogates): no page and no database can hold it."""
    return value.encode("utf-8", "replace").decode("utf-8")


@dataclass(frozen=True, slots=True)
class Upload:
    """One uploaded file: the name its sender gave it (never used as a path) and its bytes."""

    name: str
    content: bytes


async def upload(posted: Annotated[FormData, Depends(form)]) -> Upload | None:
    """Give the file of the field `file`; None when none was chosen."""
    sent = posted.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    return Upload(_text(sent.filename)[:200], await sent.read())


UploadDep = Annotated[Upload | None, Depends(upload)]


FormDep = Annotated[FormData, Depends(form)]


def check_csrf(request: Request, posted: FormDep, _person: ActorDep) -> None:
    """Refuse unsafe requests that did not come from our own pages.

    Fetch metadata decides where the browser sends it; plain-http hosts send only Origin; where
    both are missing, the form must carry the token of this session (or of the visitor's cookie).
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        fitting = site in {"same-origin", "none"}
    elif origin is not None:
        fitting = origin == _own_origin(request)
    else:
        fitting = _token_fits(request, posted)
    if not fitting:
        raise CsrfRejected


def _own_origin(request: Request) -> str:
    """Give our own origin: as configured, else as asked; forwarded headers are never trusted."""
    settings = request.app.state.wiring.settings
    if settings.base_url:
        parts = urlsplit(settings.public_url)
        return f"{parts.scheme}://{parts.netloc}"
    return f"{request.base_url.scheme}://{request.base_url.netloc}"


def _token_fits(request: Request, posted: FormData) -> bool:
    """Compare the posted token with the session's or the visitor's."""
    expected = getattr(request.state, "csrf_token", "") or request.cookies.get(CSRF_COOKIE, "")
    given = posted.get(CSRF_FIELD) or request.headers.get("X-CSRF-Token", "")
    return bool(expected) and given == expected
