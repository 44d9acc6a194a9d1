"""ASGI middleware: request id and log line, body limit, security headers."""

import time
from secrets import token_hex
from urllib.parse import quote

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.services.audit import request_id as audit_request_id

log = structlog.get_logger("jizhi.web")

# No inline script or style anywhere, so no nonce and no 'unsafe-inline' is needed.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000; includeSubDomains"


class RequestLog:
    """Give each request an id, bind it to log and audit, and write one line at the end."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        audit_request_id.set(request_id)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.monotonic()
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            # The path only: queries may hold what people search for. Escaped, so that nobody
            # writes lines or colours of their own into the log.
            log.info(
                "request",
                method=scope["method"],
                path=quote(scope["path"]),
                status=status,
                ms=round((time.monotonic() - started) * 1000, 1),
            )
            structlog.contextvars.clear_contextvars()


class HeadAsGet:
    """Answer HEAD with what GET would answer, less the body; routes name only GET."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_head)


class SecurityHeaders:
    """Put the security headers on every answer; pages are never stored by a shared cache."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """Wrap `app`; `https` adds HSTS."""
        self.app = app
        self.headers = {
            **SECURITY_HEADERS,
            **({"Strict-Transport-Security": HSTS} if https else {}),
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers[name] = value
                headers.setdefault("Cache-Control", _caching(scope, message["status"]))
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _caching(scope: Scope, status: int) -> str:
    """Static files are kept: for ever under the address that holds their hash, else asked about."""
    if not scope["path"].startswith("/static/") or status not in {200, 206, 304}:
        return "no-store"
    return "public, max-age=31536000, immutable" if scope["query_string"] else "no-cache"
