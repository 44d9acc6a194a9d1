"""Exceptions of the matching library; every one says what is wrong and where."""


class MatchingError(Exception):
    """Base of every error that `matching` raises on purpose."""


class InvalidInput(MatchingError):
    """Input that cannot be worked with.

    Attributes:
        code: stable machine word, such as `"unknown_scene"`.
        field: where it is, such as `"scenes.S99"` or `"maturity.json:weights.process"`.
        detail: one sentence for the person who has to mend it.
    """

    def __init__(self, code: str, field: str, detail: str) -> None:
        """Keep the three parts and build one readable message."""
        super().__init__(f"{code} at {field}: {detail}")
        self.code = code
        self.field = field
        self.detail = detail

    def __reduce__(self) -> tuple[type["InvalidInput"], tuple[str, str, str]]:
        """Rebuild from the three parts, so that the error survives a process boundary."""
        return (type(self), (self.code, self.field, self.detail))
