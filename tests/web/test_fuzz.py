"""Nasty input on every route: refusals are pages, never a crash and never an unescaped echo.

The routes are read from the application, so a new one is covered without being named here.
"""

import asyncio
import html
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

import pytest
from httpx2 import Response
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute

from app.core.actors import Role
from app.main import create_app
from app.models import (
    AssessmentStatus,
    Event,
    EventSlot,
    EventStatus,
    EventTable,
    Membership,
    OrganisationKind,
    User,
)
from app.wiring import Wiring
from tests.conftest import NOW
from tests.factories import Make
from tests.web.conftest import BASE, Client

MARKER = "<x-marker>"
NOWHERE = uuid5(UUID(int=0), "nothing has this id")
NASTY = (
    "",
    f"\"'>{MARKER}<script>alert(1)</script>",
    "\x00\x01\x1b[31m\x7f\r\nX-Injected: yes",
    "１２３．５",
    "-1",
    "9" * 5_000,
    "9" * 25 + "-01-01",
    "0000-00-00",
    "1e999999999",
    "1e-999999999",
    "1e99999999999999999999",
    "NaN",
    "-Infinity",
    "25:61",
    "http://[",
    "//evil.example/\\",
    "轴承\u202e\ufdfa\u200d\U0001f3ed" * 40,
    "{value} {0} %(x)s %s %",
    "' OR 1=1; DROP TABLE users --",
    "../../../../etc/passwd",
    '[] {} ^ ~ * ? : " AND OR NOT (',
    str(NOWHERE),
)
FIELD = re.compile(
    r"<(?:input|select|textarea|button)[^>]*\bname=\"([^\"]+)\"(?:[^>]*\bvalue=\"([^\"]*)\")?"
)
ROUNDS = 4


@dataclass(frozen=True)
class Target:
    """One method of one path."""

    method: str
    path: str


def routes_of(routes: list[BaseRoute]) -> Iterator[Target]:
    """Walk the application's own table, included routers too."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner.routes)
        else:
            for method in getattr(route, "methods", None) or ():
                yield Target(method, route.path)  # type: ignore[attr-defined]


@pytest.fixture
def targets(wiring: Wiring) -> list[Target]:
    return sorted(routes_of(create_app(wiring).routes), key=lambda t: (t.path, t.method))


@dataclass(frozen=True)
class World:
    """Somebody with every role, and the ids of what is theirs by the name of the parameter."""

    user: User
    ids: dict[str, UUID | str]


@pytest.fixture
def world(make: Make, session: Session) -> World:
    department = make.organisation(kind=OrganisationKind.DEPARTMENT)
    owner = make.organisation()
    user = make.user(role=Role.CITY_ORGANISER, organisation=department)
    for role in (Role.FACTORY_MEMBER, Role.PROVIDER_MEMBER, Role.ADMIN):
        session.add(
            Membership(
                user_id=user.id,
                organisation_id=owner.id,
                role=role,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    factory = make.factory(organisation=owner)
    assessment = make.assessment(factory=factory, status=AssessmentStatus.RETURNED)
    need = make.need(factory=factory)
    provider = make.provider(organisation=owner)
    offering = make.offering(provider=provider)
    event = an_event(session, organiser=department.id)
    session.commit()
    ids = {
        "assessment_id": assessment.id,
        "section": "M03",
        "factory_id": factory.id,
        "need_id": need.id,
        "provider_id": provider.id,
        "offering_id": offering.id,
        "event_id": event.id,
    }
    return World(user, ids)


def an_event(session: Session, *, organiser: UUID) -> Event:
    """An event with a slot and a table, yet without participants: nothing to solve."""
    event = Event(
        organisation_id=organiser,
        title="对接会",
        region="邢台",
        venue="会议中心",
        held_on=date(2026, 12, 1),
        slot_minutes=30,
        factory_min=0,
        factory_max=2,
        provider_min=0,
        provider_max=2,
        fairness=2,
        notes="",
        status=EventStatus.DRAFT,
        version=1,
        is_demo=True,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(event)
    session.flush()
    session.add(EventSlot(event_id=event.id, number=0, start_minute=540, session="am"))
    session.add(EventTable(event_id=event.id, number=0, label="A1"))
    return event


def filled(path: str, ids: dict[str, UUID | str]) -> str:
    """Put ids into a route's path; what the world lacks is an id that does not exist."""
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda m: str(ids.get(m[1], NOWHERE)), path)


def assert_harmless(answer: Response, where: str) -> None:
    assert answer.status_code < 500, f"{where}: {answer.status_code}"
    assert "Traceback" not in answer.text, where
    assert MARKER not in answer.text, where
    assert "X-Injected" not in answer.headers, where


def nasty_query(names: list[str], rng: random.Random) -> list[tuple[str, str]]:
    return [(name, rng.choice(NASTY)[:200]) for name in names for _ in range(rng.choice((1, 1, 3)))]


def read_every_page(client: Client, targets: list[Target], ids: dict[str, UUID | str]) -> list[str]:
    """Ask for every page plainly and with nasty queries; give the field names that were seen."""
    names = {"q", "page", "next", "status", "factory", "tab", "view", "of", "from", "mode"}
    pages = [filled(t.path, ids) for t in targets if t.method == "GET"]
    for path in pages:
        answer = client.get(path, follow_redirects=False)
        assert_harmless(answer, path)
        names.update(html.unescape(name) for name, _ in FIELD.findall(answer.text))
    rng = random.Random(20261123)
    for path in pages:
        for round_ in range(ROUNDS):
            query = nasty_query(rng.sample(sorted(names), min(25, len(names))), rng)
            headers = {"HX-Request": "true"} if round_ % 2 else {}
            answer = client.get(path, params=query, headers=headers, follow_redirects=False)
            assert_harmless(answer, f"{path} round {round_}")
    return sorted(names)


def post_to_every_form(
    client: Client, targets: list[Target], ids: dict[str, UUID | str], names: list[str]
) -> None:
    """Post wholly nasty forms, and what the page itself would send with some fields spoiled."""
    rng = random.Random(8114)
    for target in targets:
        if target.method != "POST" or target.path == "/logout":
            continue
        path = filled(target.path, ids)
        page = client.get(path, follow_redirects=False).text
        own = [(html.unescape(n), html.unescape(v)) for n, v in FIELD.findall(page)]
        for round_ in range(ROUNDS):
            form: dict[str, str | list[str]] = {}
            for name in names:
                form[name] = rng.choice(NASTY)
            for name, value in own:
                form[name] = value if rng.random() < 0.6 else rng.choice(NASTY)
            if round_ == 0:
                form = {name: [NASTY[1], NASTY[2]] for name in names}
            headers = {"HX-Request": "true"} if round_ % 2 else {}
            answer = client.post(path, form, headers=headers, follow_redirects=False)
            assert_harmless(answer, f"POST {path} round {round_}")


def test_the_walk_finds_the_routes(targets):
    assert Target("GET", "/catalogue") in targets
    assert Target("POST", "/login") in targets
    assert Target("GET", "/factory/{factory_id}/gaps") in targets


def test_a_visitor_breaks_nothing(client, targets, world):
    names = read_every_page(client, targets, world.ids)
    post_to_every_form(client, targets, world.ids, names)


def test_somebody_signed_in_breaks_nothing(client, targets, world):
    client.log_in(world.user)
    names = read_every_page(client, targets, world.ids)
    post_to_every_form(client, targets, world.ids, names)

    assert_harmless(client.post("/logout"), "/logout")


def test_other_verbs_and_broken_ids_are_refused_everywhere(client, targets, world):
    client.log_in(world.user)
    for target in targets:
        path = filled(target.path, world.ids)
        for verb in ("HEAD", "OPTIONS", "PUT", "FOO"):
            answer = client.http.request(verb, path, headers={"Origin": BASE})
            assert answer.status_code in {200, 303, 401, 403, 404, 405}, f"{verb} {path}"
        for broken in ("%00", "%3Cx-marker%3E", "-1", "%ED%A0%80"):
            spoiled = re.sub(r"\{\w+(?::\w+)?\}", broken, target.path)
            answer = client.http.request(target.method, spoiled, headers={"Origin": BASE})
            assert_harmless(answer, spoiled)


PART = '--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"login": 1}'),
        ("text/plain", b"\xff\xfe\x00"),
        ("application/x-www-form-urlencoded", b"login=%ED%A0%80&password=%FF%00&next=%0d%0aX:y"),
        ("application/x-www-form-urlencoded", b"login=a&" * 5_000),
        ("application/x-www-form-urlencoded; charset=utf-16", b"\xff=\xff&&&=&=="),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        *(
            (
                f"multipart/form-data; boundary=b; charset={charset}",
                (
                    PART.format(name="login", value="a+2AA-\\ud800\\x00")
                    + PART.format(name="password", value="a+2AA-\\ud800")
                    + PART.format(name="\\ud800", value="x")
                    + "--b--\r\n"
                ).encode(),
            )
            for charset in ("unicode_escape", "utf-7", "idna", "undefined", "rot13", "nonsense")
        ),
        (
            "multipart/form-data; boundary=b",
            b'--b\r\nContent-Disposition: form-data; name="login"; filename="x"\r\n\r\ny\r\n--b--\r\n',
        ),
    ],
)
@pytest.mark.parametrize("path", ["/login", "/language"])
def test_odd_bodies_are_refused_not_crashed_on(client, path, content_type, body):
    answer = client.http.post(
        path, content=body, headers={"Origin": BASE, "Content-Type": content_type}
    )

    assert_harmless(answer, f"{path} {content_type}")


def raw_get(wiring: Wiring, *, path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """Ask with bytes that an HTTP library would not let out; give the status."""
    statuses: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, int]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8", "surrogateescape"),
        "root_path": "",
        "query_string": query,
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
    }
    asyncio.run(create_app(wiring)(scope, receive, send))
    return statuses[0]


RAW = (
    (b"q=\xff\xfe&page=%", []),
    (b"q=" + b"%" * 3_000, [(b"host", b"[")]),
    (b"", [(b"host", b"a\xe9 b:notaport")]),
    (b"", [(b"cookie", b'jizhi_session="\\777\\000"; jizhi_language=\xff; jizhi_csrf=')]),
    (b"", [(b"cookie", b"jizhi_session=" + b"\xff" * 3_000)]),
    (b"scene=" + b"S01&scene=" * 2_000, []),
)


def test_bytes_no_browser_sends_are_answered(wiring):
    for path in ("/", "/catalogue", "/login", "/factory", "/nowhere", "/a?b#c\\"):
        for query, headers in RAW:
            status = raw_get(wiring, path=path, query=query, headers=headers)
            assert status < 500, (path, query[:20], headers)
