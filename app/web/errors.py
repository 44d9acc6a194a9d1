"""One place that turns errors into pages, fragments or redirects."""

from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.errors import JizhiError, TooManyRequests, Unauthenticated
from app.web.api.problems import is_api, problem_answer
from app.web.deps import actor
from app.web.messages import ERROR_HINTS, ERROR_TITLES, sentence
from app.web.pages import SAFE_METHODS, here, is_htmx, redirect, render
from app.wiring import Wiring
from matching.errors import MatchingError

log = structlog.get_logger("jizhi.web")

CODE_OF_STATUS = {
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "media_type",
}


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(JizhiError, _business)
    app.add_exception_handler(MatchingError, _engine)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)


def error_page(
    request: Request, *, code: str, status: int, sentences: list[str] | None = None
) -> Response:
    """Render the page that says what happened and what to do next."""
    context = {
        "code": code,
        "status": status,
        "title": ERROR_TITLES.get(code, ERROR_TITLES["error"]),
        "hint": ERROR_HINTS.get(code, ERROR_HINTS["error"]),
        "sentences": sentences or [],
        "request_id": getattr(request.state, "request_id", ""),
    }
    response = render(request, "errors/error.html", context, status=status)
    if is_htmx(request):
        # A whole page, so not into the block that was asked for.
        response.headers.update({"HX-Retarget": "body", "HX-Reswap": "innerHTML"})
    return response


def _business(request: Request, error: Exception) -> Response:
    """Answer an expected refusal; who is not signed in goes to the sign-in page and back."""
    assert isinstance(error, JizhiError)  # noqa: S101 - registered for this class only
    if is_api(request):
        return _api_refusal(request, error)
    if isinstance(error, Unauthenticated):
        # After an unsafe request there is no page at this address to come back to.
        safe = request.method in SAFE_METHODS
        return redirect(request, f"/login?next={quote(here(request))}" if safe else "/login")
    problems = getattr(error, "problems", [])
    sentences = [sentence(request, problem) for problem in problems]
    response = error_page(request, code=error.code, status=error.status, sentences=sentences)
    if isinstance(error, TooManyRequests):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _api_refusal(request: Request, error: JizhiError) -> Response:
    """Answer a program: the same refusal as a document with pointers."""
    errors = [
        {
            "pointer": f"/{problem.field}" if problem.field not in {"", "file"} else "",
            "code": problem.code,
            "message": sentence(request, problem),
        }
        for problem in getattr(error, "problems", [])
    ]
    return problem_answer(request, code=error.code, status=error.status, errors=errors)


def _engine(request: Request, error: Exception) -> Response:
    """Say that stored data contradicts the criteria, so that nothing can be computed from it."""
    log.warning("engine refused", detail=str(error))
    if is_api(request):
        return problem_answer(request, code="engine_refused", status=422)
    return error_page(request, code="engine_refused", status=422)


def _http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses (unknown route, wrong verb, body too large)."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    code = CODE_OF_STATUS.get(error.status_code, "error")
    if is_api(request):
        return problem_answer(request, code=code, status=error.status_code, headers=error.headers)
    _recognise(request)
    response = error_page(request, code=code, status=error.status_code)
    response.headers.update(error.headers or {})
    return response


def _recognise(request: Request) -> None:
    """Find out who asks where no route did, so that the page keeps their navigation."""
    if hasattr(request.state, "actor"):
        return
    parts: Wiring = request.app.state.wiring
    with parts.database.session(write=False) as session:
        actor(request, session, parts, parts.clock())


def _malformed(request: Request, _error: Exception) -> Response:
    """A path or query value that cannot be read is an address that does not exist."""
    if is_api(request):
        return problem_answer(request, code="not_found", status=404)
    return error_page(request, code="not_found", status=404)


class Bugs:
    """Anything else is ours: log it whole, show nothing of it.

    A middleware, not a handler: the framework's own last resort lies outside our security
    headers, and this answer must carry them too.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; an exception becomes the page for errors of ours."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_noting)
        except Exception as error:
            log.error("unhandled error", exc_info=error)
            if started:
                raise
            await _last_page(Request(scope, receive))(scope, receive, send)


def _last_page(request: Request) -> Response:
    """Render the page for errors of ours; plain words if the pages themselves are what broke."""
    try:
        if is_api(request):
            return problem_answer(request, code="internal", status=500)
        return error_page(request, code="internal", status=500)
    except Exception as error:
        log.error("the error page failed as well", exc_info=error)
        return PlainTextResponse("Internal error / 系统出错了", 500)
