"""A browser-like client over the whole application."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from app.main import create_app
from app.models import User
from app.wiring import Wiring
from tests.factories import PASSWORD

BASE = "http://testserver"


class Client:
    """Posts like our own pages do (same origin) and follows redirects unless told not to."""

    def __init__(self, http: TestClient) -> None:
        self.http = http

    def get(self, path: str, **more: Any) -> Response:
        return self.http.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        headers = {"Origin": BASE, **more.pop("headers", {})}
        return self.http.post(path, data=data or {}, headers=headers, **more)

    def log_in(self, user: User) -> None:
        answer = self.post(
            "/login", {"login": user.login, "password": PASSWORD}, follow_redirects=False
        )
        assert answer.status_code == 303, answer.text


@pytest.fixture
def client(wiring: Wiring) -> Iterator[Client]:
    """A client; commit what the test has built (`session.commit()`) before the first request."""
    app = create_app(wiring)
    with TestClient(app, base_url=BASE, raise_server_exceptions=True) as http:
        yield Client(http)


def text_of(response: Response) -> str:
    """The page's words without markup, runs of space folded."""
    plain = re.sub(r"<[^>]+>", " ", response.text)
    return re.sub(r"\s+", " ", plain)
