"""Probes: `/livez` says the process runs, `/readyz` that it can serve."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse

from app.web.deps import WiringDep

router = APIRouter()


@router.get("/livez")
async def livez() -> PlainTextResponse:
    """The process answers; needs no worker thread, so it does while all of them are at work."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def readyz(parts: WiringDep) -> JSONResponse:
    """Database reachable and at head, model loaded, index usable; 503 names what is not."""
    states = parts.readiness()
    ready = all(state == "ok" for state in states.values())
    return JSONResponse({"ready": ready, **states}, 200 if ready else 503)
