"""Errors of the business; each knows its HTTP status, one handler renders them all."""

from app.core.problems import Problem


class JizhiError(Exception):
    """Base of all expected refusals; `code` is a stable word, `status` the HTTP answer."""

    status = 400
    code = "error"


class NotFound(JizhiError):
    """There is no such thing, or the actor may not know of it (the two look alike)."""

    status = 404
    code = "not_found"


class Unauthenticated(JizhiError):
    """Nobody is signed in and the page needs somebody."""

    status = 401
    code = "unauthenticated"


class Forbidden(JizhiError):
    """Visible, but not the actor's to do."""

    status = 403
    code = "forbidden"


class CsrfRejected(Forbidden):
    """The request did not come from one of our own pages."""

    code = "csrf"


class TooManyRequests(JizhiError):
    """A limit was reached; `retry_after` is in seconds."""

    status = 429
    code = "too_many_requests"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class IllegalTransition(JizhiError):
    """A status has no such next status."""

    status = 409
    code = "illegal_transition"

    def __init__(self, present: str, wanted: str) -> None:
        super().__init__(f"{present} -> {wanted}")
        self.present = present
        self.wanted = wanted


class StaleVersion(JizhiError):
    """Somebody else changed the record since the form was opened."""

    status = 409
    code = "stale_version"


class Busy(JizhiError):
    """Somebody else was writing for too long; nothing was changed, trying again helps."""

    status = 503
    code = "busy"


class Blocked(JizhiError):
    """The rules forbid it for the reasons in `problems`; nothing was changed."""

    status = 409
    code = "blocked"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(problem.code for problem in problems))
        self.problems = problems


class InvalidInput(JizhiError):
    """The input cannot be read; `problems` say what and where."""

    status = 422
    code = "invalid_input"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{p.field}:{p.code}" for p in problems))
        self.problems = problems
