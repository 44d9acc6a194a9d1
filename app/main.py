"""The application: middleware, routers, error handlers; nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from app.settings import Settings
from app.web import errors, health
from app.web.admin import routers as admin
from app.web.api import routers as api
from app.web.deps import check_csrf, has_uploads
from app.web.factory import routers as factory
from app.web.middleware import HeadAsGet, RequestLog, SecurityHeaders
from app.web.organiser import routers as organiser
from app.web.pages import STATIC
from app.web.provider import routers as provider
from app.web.public import routers as public
from app.wiring import Wiring, build_wiring, configure_logging


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Close what the wiring opened when the server stops."""
    yield
    app.state.wiring.close()


def create_app(wiring: Wiring | None = None) -> FastAPI:
    """Build the application; without `wiring` from the environment.

    Raises:
        SystemExit: the settings are unsafe for production; each is named.
    """
    parts = wiring or build_wiring(Settings())
    configure_logging(parts.settings)
    refused = parts.settings.unsafe()
    if refused:
        raise SystemExit("refusing to start:\n  " + "\n  ".join(refused))
    app = FastAPI(
        title="Jizhi 冀智对接",
        # The stock documentation pages load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        max_body_size=parts.settings.max_body_mib * 1024 * 1024,
    )
    app.state.wiring = parts
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(health.router)
    # A form around the file: a little more than the file itself may be.
    upload_size = (parts.settings.max_upload_mib + 1) * 1024 * 1024
    for router in (*public, *factory, *provider, *organiser, *admin):
        limit = upload_size if has_uploads(router) else None
        app.include_router(router, dependencies=[Depends(check_csrf)], max_body_size=limit)
    for router in api:  # bearer tokens only: no cookie, so nothing that a form token would guard
        app.include_router(router)
    errors.install(app)
    # The last added is the outermost: headers go on every answer, even on that of a bug.
    app.add_middleware(HeadAsGet)
    app.add_middleware(errors.Bugs)
    app.add_middleware(RequestLog)
    app.add_middleware(SecurityHeaders, https=parts.settings.serves_https)
    return app
