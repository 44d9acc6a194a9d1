"""A real server over the seeded database, and Debian's chromium looking at it."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from app.adapters.database import Database
from app.adapters.migrations import upgrade
from app.main import create_app
from app.services.seeding import DEMO_PASSWORD, load_seed
from app.settings import ROOT, Settings
from app.wiring import Wiring
from tests.conftest import NOW

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    # Without these chromium calls its maker's hosts.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desktop": 1280, "phone": 375}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here; one worker keeps one server and one browser."""
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running server with the demo data."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(data_dir=folder, seed_dir=ROOT / "seed_data")
    database = Database(settings.effective_database_url)
    upgrade(database)
    wiring = Wiring(settings=settings, database=database, clock=lambda: NOW)
    with database.session(write=True) as session:
        load_seed(
            session,
            folder=settings.seed_dir,
            criteria=wiring.criteria.default_ref,
            now=NOW,
        )
    config = uvicorn.Config(create_app(wiring), host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One headless chromium for these tests.

    It ends with the package: while it lives, an event loop runs in this thread, and tests of
    other packages start loops of their own.
    """
    if not Path(CHROMIUM).exists():
        pytest.fail("chromium is missing: run `make test`, which installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A browser window that notes what goes wrong: console errors, other hosts, wide pages."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.site, "data:")):
            self.complaints.append(f"other host: {request.url}")

    def open(self, path: str) -> None:
        self.page.goto(self.site + path)

    def log_in(self, login: str) -> None:
        self.open("/login")
        self.page.fill("#field-login", login)
        self.page.fill("#field-password", DEMO_PASSWORD)
        self.page.click("main button.button")
        self.page.wait_for_load_state()

    @property
    def too_wide_by(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture(params=WIDTHS.values(), ids=WIDTHS.keys())
def visit(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    """A fresh window in desktop and in phone width."""
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    yield Visit(context.new_page(), site)
    context.close()


@pytest.fixture
def desktop(browser: Browser, site: str) -> Iterator[Visit]:
    """A fresh window in desktop width."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page(), site)
    context.close()
