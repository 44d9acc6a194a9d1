"""Read which proposals of a report were ticked."""

from collections.abc import Collection

from starlette.datastructures import FormData

from app.services.assessment_import_accept import Ticks

MAX_NUMBER = 5


def read_ticks(posted: FormData, *, subdomains: Collection[str]) -> Ticks:
    """Read the ticked numbers, and for findings without a subdomain the one that was chosen."""
    chosen = {}
    for name, value in posted.multi_items():
        number = name.removeprefix("subdomain-")
        if name != number and _is_number(number) and value in subdomains:
            chosen[int(number)] = str(value)
    return Ticks(_numbers(posted, "item"), _numbers(posted, "need"), chosen)


def _numbers(posted: FormData, name: str) -> frozenset[int]:
    return frozenset(
        int(value) for value in posted.getlist(name) if isinstance(value, str) and _is_number(value)
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_NUMBER
