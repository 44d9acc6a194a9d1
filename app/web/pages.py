"""Rendering, redirects and the values that every page has."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core.actors import ANONYMOUS, Actor
from app.core.money import format_wan
from app.settings import ROOT, Settings
from app.web import labels
from app.web.i18n import LANGUAGES, language_of, translate, translations
from app.web.navigation import areas_of

STATIC = ROOT / "app" / "static"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_COOKIE = "jizhi_csrf"
CSRF_FIELD = "csrf_token"
# What may stand unescaped in an address; "%" too, for what is escaped already.
URL_SAFE = "/?:@!$&'()*+,;=%~"


@cache
def environment(language: str) -> Environment:
    """Build the template environment of a language."""
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    env.globals["static"] = static_url
    env.filters["wan"] = format_wan
    env.filters["local_time"] = labels.local_time
    return env


@cache
def static_url(path: str) -> str:
    """Give the URL of a static file with its content hash, so that it may be cached for ever."""
    digest = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"


def is_htmx(request: Request) -> bool:
    """Tell whether a fragment is wanted; a history restore wants the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in headers


def actor_of(request: Request) -> Actor:
    """Give the actor that the dependencies found, for pages and error pages alike."""
    actor = getattr(request.state, "actor", ANONYMOUS)
    assert isinstance(actor, Actor)  # noqa: S101 - set by our own dependency only
    return actor


def csrf_token_of(request: Request) -> str:
    """Give the token for this visitor's forms: the session's, else a cookie's, else a new one."""
    token = getattr(request.state, "csrf_token", "") or request.cookies.get(CSRF_COOKIE, "")
    if not token:
        token = secrets.token_urlsafe(24)
    request.state.csrf_token = token
    return str(token)


def page_values(request: Request) -> dict[str, object]:
    """The values that every template may use."""
    settings: Settings = request.app.state.wiring.settings
    actor = actor_of(request)
    language = language_of(request)
    return {
        "request": request,
        "actor": actor,
        "areas": areas_of(actor),
        "language": language,
        "languages": LANGUAGES,
        "csrf_token": csrf_token_of(request),
        "csrf_field": CSRF_FIELD,
        "is_demo": settings.is_demo,
        # Paths only: behind a proxy the scheme seen here is not the one that people use.
        "url_for": lambda name, /, **params: str(request.app.url_path_for(name, **params)),
        "path": request.scope["path"],
        "here": here(request),
        "label": lambda table, code: translate(request, labels.label(table, code)),
        "reference": request.app.state.wiring.reference,
        "name_of": lambda kind, code: request.app.state.wiring.reference.name_of(
            kind, code, language
        ),
    }


def here(request: Request) -> str:
    """Give the present address without the host, for 'come back here' links.

    From the raw bytes, which need not be text: `request.url` raises for those that are not.
    """
    query = quote(request.scope["query_string"], safe=URL_SAFE)
    return quote(request.scope["path"], safe="/") + (f"?{query}" if query else "")


def render(
    request: Request,
    name: str,
    context: Mapping[str, object] | None = None,
    *,
    block: str | None = None,
    status: int = 200,
    events: Mapping[str, object] | None = None,
) -> HTMLResponse:
    """Render template `name`, or only its `block` for htmx; announce `events` in HX-Trigger."""
    template = environment(language_of(request)).get_template(name)
    values = {**page_values(request), **(context or {})}
    if block and is_htmx(request):
        body = "".join(template.blocks[block](template.new_context(values)))
    else:
        body = template.render(values)
    response = HTMLResponse(body, status, {"Vary": "HX-Request, Cookie"})
    if events:
        response.headers["HX-Trigger"] = json.dumps(events)  # ASCII even when names are Chinese
    _keep_csrf_cookie(request, response)
    return response


def _keep_csrf_cookie(request: Request, response: Response) -> None:
    """Let an anonymous visitor's browser hold the token that its forms carry."""
    if actor_of(request).is_anonymous and not request.cookies.get(CSRF_COOKIE):
        https = request.app.state.wiring.settings.serves_https
        response.set_cookie(
            CSRF_COOKIE, csrf_token_of(request), httponly=True, samesite="lax", secure=https
        )


def see_other(request: Request, route: str, **params: object) -> Response:
    """Redirect to a named route after a POST (303), in the way htmx understands too."""
    return redirect(request, str(request.app.url_path_for(route, **params)))


def attachment(content: bytes, name: str, *, media_type: str, plain: str = "") -> Response:
    """Send a file to be saved; `name` may be Chinese (RFC 6266), `plain` is for old programs."""
    fallback = f" filename={plain};" if plain else ""
    disposition = f"attachment;{fallback} filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def redirect(request: Request, url: str) -> Response:
    """Redirect to an address of our own site; anything else goes to the home page."""
    # Escaped, because a header holds no Chinese.
    target = quote(safe_target(url, host=request.base_url.netloc), safe=URL_SAFE)
    if is_htmx(request):
        return Response(status_code=204, headers={"HX-Redirect": target})
    return RedirectResponse(target, status_code=303)


def safe_target(url: str, *, host: str) -> str:
    """Reduce `url` to a path on our own host; "/" when it points elsewhere."""
    if any(ord(character) < 32 for character in url) or "\\" in url:
        return "/"
    try:
        parts = urlsplit(url)
    except ValueError:  # such as http://[
        return "/"
    foreign = (parts.scheme and parts.scheme not in {"http", "https"}) or (
        parts.netloc and parts.netloc != host
    )
    if foreign or not parts.path.startswith("/") or parts.path.startswith("//"):
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")
