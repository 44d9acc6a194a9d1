"""Errors of the REST interface as `application/problem+json` (RFC 9457)."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse

from app.web.i18n import translate
from app.web.messages import ERROR_TITLES

PREFIX = "/api/"
MEDIA_TYPE = "application/problem+json"


def is_api(request: Request) -> bool:
    """Tell whether an address belongs to programs, not to people."""
    path: str = request.scope["path"]
    return path.startswith(PREFIX)


def problem_answer(
    request: Request,
    *,
    code: str,
    status: int,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Answer with a problem document; `errors` hold pointer and message."""
    title = ERROR_TITLES.get(code, ERROR_TITLES["error"])
    more = {"WWW-Authenticate": 'Bearer realm="jizhi"'} if status == 401 else {}
    return JSONResponse(
        {
            "type": f"urn:jizhi:problem:{code}",
            "title": translate(request, title),
            "status": status,
            "instance": getattr(request.state, "request_id", ""),
            "errors": [dict(error) for error in errors],
        },
        status_code=status,
        media_type=MEDIA_TYPE,
        headers={**more, **(headers or {})},
    )
