"""Sign in, sign out, choose the language."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.core.problems import Problem
from app.services import sessions
from app.web.deps import ActorDep, FormDep, NowDep, SessionDep, WiringDep, session_cookie
from app.web.forms.fields import FieldReader, FormView, typed_values
from app.web.i18n import LANGUAGE_COOKIE, LANGUAGES
from app.web.messages import sentence
from app.web.navigation import home_route
from app.web.pages import CSRF_COOKIE, redirect, render

router = APIRouter()
YEAR_SECONDS = 365 * 24 * 3600


@router.get("/login", name="login")
def login_page(request: Request, person: ActorDep) -> Response:
    """Show the sign-in form; who is signed in already goes to the start page."""
    if not person.is_anonymous:
        return redirect(request, str(request.url_for(home_route(person))))
    return _login_form(request, FormView({"next": request.query_params.get("next", "")}, {}))


@router.post("/login", name="sign_in")
def sign_in(
    request: Request, posted: FormDep, session: SessionDep, parts: WiringDep, now: NowDep
) -> Response:
    """Check the password; a fresh session token replaces whatever the browser had."""
    reader = FieldReader(posted)
    login = reader.text("login", required=True, max_length=80)
    password = str(posted.get("password", ""))
    if not password:
        reader.add("required", "password")
    token = (
        None
        if reader.problems
        else sessions.sign_in(
            session,
            login=login,
            password=password,
            now=now,
            settings=parts.settings,
            replaced=request.cookies.get(session_cookie(request), ""),
        )
    )
    if token is None:
        problems = reader.problems or [Problem("sign_in_failed", "login")]
        values = typed_values(posted)
        values.pop("password", None)
        errors = {p.field: sentence(request, p) for p in problems}
        return _login_form(request, FormView(values, errors), status=422)
    target = str(posted.get("next", "")) or "/start"
    response = redirect(request, target)
    response.set_cookie(
        session_cookie(request),
        token,
        httponly=True,
        samesite="lax",
        secure=parts.settings.serves_https,
        path="/",
    )
    response.delete_cookie(CSRF_COOKIE)
    return response


def _login_form(request: Request, view: FormView, status: int = 200) -> Response:
    demo = request.app.state.wiring.demo_accounts()
    return render(request, "auth/login.html", {"form": view, "demo": demo}, status=status)


@router.get("/start", name="start")
def start(request: Request, person: ActorDep) -> Response:
    """Go to the start page of whoever is signed in."""
    return redirect(request, str(request.url_for(home_route(person))))


@router.post("/logout", name="sign_out")
def sign_out(
    request: Request, session: SessionDep, person: ActorDep, parts: WiringDep, now: NowDep
) -> Response:
    """End the session on the server and in the browser."""
    name = session_cookie(request)
    sessions.sign_out(session, token=request.cookies.get(name, ""), actor=person, now=now)
    response = redirect(request, "/")
    # A `__Host-` cookie is only taken, and so only deleted, when it says Secure.
    response.delete_cookie(name, secure=parts.settings.serves_https, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@router.post("/language", name="language")
def language(request: Request, posted: FormDep, _person: ActorDep) -> Response:
    """Remember the reader's language and go back."""
    response = redirect(request, str(posted.get("next", "/")))
    wanted = posted.get("language")
    if wanted in LANGUAGES:
        response.set_cookie(
            LANGUAGE_COOKIE, str(wanted), max_age=YEAR_SECONDS, httponly=True, samesite="lax"
        )
    return response
