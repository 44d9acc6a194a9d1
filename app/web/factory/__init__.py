"""Pages for factorys (需求方)."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

router = APIRouter()
routers = (router,)


@router.get("/factory", name="factory_home")
def factory_home() -> PlainTextResponse:
    """To be replaced."""
    return PlainTextResponse("")
