"""Typed reading of parsed JSON: every failure names the file, the place and the rule."""

from collections.abc import Iterator, Mapping

from matching.errors import InvalidInput

# No quantity of a criterion set comes near; NaN and the infinities are refused with it.
MAX_NUMBER = 1e15


class Node:
    """One JSON object of a reference file, with the place where it stands."""

    def __init__(self, file: str, where: str, data: object) -> None:
        """Wrap `data`, which must be a JSON object."""
        self.file = file
        self.where = where
        if not isinstance(data, Mapping):
            raise self.broken("not_an_object", "a JSON object is expected here")
        self.data: Mapping[str, object] = data

    def broken(self, code: str, detail: str) -> InvalidInput:
        """Build the error for this place (to be raised by the caller)."""
        return InvalidInput(code, f"{self.file}.json:{self.where}", detail)

    def _get(self, key: str) -> object:
        if key not in self.data:
            raise self.broken("missing_field", f"field {key!r} is missing")
        return self.data[key]

    def text(self, key: str) -> str:
        """Return a non-empty string."""
        value = self._get(key)
        if not isinstance(value, str) or not value:
            raise self.broken("not_a_text", f"field {key!r} must be a non-empty string")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a string, or None where the field is absent or null."""
        return None if self.data.get(key) is None else self.text(key)

    def number(self, key: str) -> float:
        """Return a number (booleans are refused)."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.broken("not_a_number", f"field {key!r} must be a number")
        if not abs(value) <= MAX_NUMBER:
            raise self.broken("not_a_number", f"field {key!r} must be a finite number")
        return float(value)

    def optional_number(self, key: str) -> float | None:
        """Return a number, or None where the field is absent or null."""
        return None if self.data.get(key) is None else self.number(key)

    def whole(self, key: str) -> int:
        """Return a whole number."""
        value = self.number(key)
        if value != int(value):
            raise self.broken("not_whole", f"field {key!r} must be a whole number")
        return int(value)

    def flag(self, key: str) -> bool:
        """Return a boolean."""
        value = self._get(key)
        if not isinstance(value, bool):
            raise self.broken("not_a_flag", f"field {key!r} must be true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings."""
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.broken("not_texts", f"field {key!r} must be a list of strings")
        return tuple(value)

    def wholes(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        value = self._get(key)
        if not isinstance(value, list) or not all(type(v) is int for v in value):
            raise self.broken("not_wholes", f"field {key!r} must be a list of whole numbers")
        return tuple(value)

    def child(self, key: str) -> "Node":
        """Return the object under `key`."""
        return Node(self.file, f"{self.where}.{key}".lstrip("."), self._get(key))

    def children(self, key: str) -> Iterator["Node"]:
        """Yield the objects of the list under `key`, placed by code where they have one."""
        value = self._get(key)
        if not isinstance(value, list):
            raise self.broken("not_a_list", f"field {key!r} must be a list")
        for number, item in enumerate(value):
            name = item.get("code", number) if isinstance(item, Mapping) else number
            yield Node(self.file, f"{self.where}.{key}[{name}]".lstrip("."), item)

    def source(self, field: str | None = None) -> str:
        """Return the provenance mark of this record, or of one of its fields.

        A record marks itself either with one string or with an object field -> mark; where the
        field has no mark of its own, all marks of the record are joined.
        """
        src = self._get("src")
        if isinstance(src, str):
            return src
        if isinstance(src, Mapping):
            own = src.get(field) if field else None
            if isinstance(own, str):
                return own
            return " ; ".join(sorted({str(mark) for mark in src.values()}))
        raise self.broken("no_provenance", "field 'src' must be a mark or an object of marks")
