"""Pages for providers (服务商)."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

router = APIRouter()
routers = (router,)


@router.get("/provider", name="provider_home")
def provider_home() -> PlainTextResponse:
    """To be replaced."""
    return PlainTextResponse("")
