"""Read the form for a new token."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from starlette.datastructures import FormData

from app.core.errors import NotFound
from app.core.problems import Problem
from app.services.api_tokens import MAX_NAME, SCOPES, VALID_DAYS, NewToken
from app.web.forms.fields import FieldReader


@dataclass(frozen=True)
class TokenForm:
    """The form's key, and what is wanted; None with the problems that stand against it."""

    token_id: UUID
    wanted: NewToken | None
    problems: list[Problem]


def read_token(posted: FormData, *, organisations: Collection[str]) -> TokenForm:
    """Read a posted form.

    Raises:
        NotFound: the form's key was tampered with.
    """
    try:
        token_id = UUID(str(posted.get("id", "")))
    except ValueError:
        raise NotFound from None
    reader = FieldReader(posted)
    name = reader.text("name", required=True, max_length=MAX_NAME)
    organisation = reader.choice("organisation", organisations, required=True)
    scope = reader.choice("scope", SCOPES, required=True)
    days = reader.choice("days", [str(days) for days in VALID_DAYS], required=True)
    if reader.problems or organisation is None or scope is None or days is None:
        return TokenForm(token_id, None, reader.problems)
    return TokenForm(token_id, NewToken(UUID(organisation), name, scope, int(days)), [])
