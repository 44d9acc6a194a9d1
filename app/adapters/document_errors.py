"""The one refusal of uploaded reports: a code and values for its Chinese sentence."""

from app.core.errors import InvalidInput
from app.core.problems import Problem

FIELD = "file"


class DocumentRefused(InvalidInput):
    """The file cannot be read; `problems` holds exactly one problem, at field "file"."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__([Problem(code, FIELD, params)])
        self.reason = code
        self.params = params
