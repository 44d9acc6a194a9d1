"""Pages for organisers (主办方)."""

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

router = APIRouter()
routers = (router,)


@router.get("/organiser/events", name="event_list")
def event_list() -> PlainTextResponse:
    """To be replaced."""
    return PlainTextResponse("")


@router.get("/organiser/review", name="review_queue")
def review_queue() -> PlainTextResponse:
    """To be replaced."""
    return PlainTextResponse("")
