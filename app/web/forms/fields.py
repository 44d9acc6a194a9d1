"""Read posted fields into values; what is wrong becomes problems, what was typed is kept.

Codes and numbers are NFKC-folded (full-width digits and letters become plain), prose keeps its
Chinese punctuation; all is stripped. An empty string means missing; numbers may carry thousands
separators.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal, InvalidOperation

from starlette.datastructures import FormData

from app.core.money import fen_from_wan
from app.core.problems import Problem

MAX_QUOTED = 60
MAX_WAN = 1_000_000  # 100 亿元: beyond any real budget here, so a typing error


def clean(text: str) -> str:
    """Fold width and compatibility forms, drop control characters, strip."""
    return _printable(unicodedata.normalize("NFKC", text))


def prose(text: str) -> str:
    """Fold full-width letters and digits only: ，；：（） are how Chinese is written; strip."""
    return _printable("".join(_narrow(c) for c in text.replace("\r\n", "\n")))


def _narrow(character: str) -> str:
    # Only this range: ㎡, ① and Ⅱ have plain forms too, but mean what they look like.
    if not "\uff10" <= character <= "\uff5a":
        return character
    folded = unicodedata.normalize("NFKC", character)
    return folded if folded.isalnum() else character


def _printable(text: str) -> str:
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip()


@dataclass
class FieldReader:
    """Reads one form; collects `problems` in the order of the fields."""

    posted: FormData
    problems: list[Problem] = field(default_factory=list)

    def raw(self, name: str) -> str:
        """Give what was typed, cleaned; "" when absent."""
        value = self.posted.get(name, "")
        return clean(value) if isinstance(value, str) else ""

    def add(self, code: str, name: str, **params: str | int | float) -> None:
        """Note a problem at a field; what its sentence quotes is cut to a readable length."""
        if isinstance(quoted := params.get("value"), str) and len(quoted) > MAX_QUOTED:
            params["value"] = quoted[:MAX_QUOTED] + "…"
        self.problems.append(Problem(code, name, params))

    def text(
        self, name: str, *, required: bool = False, max_length: int, min_length: int = 0
    ) -> str:
        """Read a text of bounded length."""
        typed = self.posted.get(name, "")
        value = prose(typed) if isinstance(typed, str) else ""
        if required and not value:
            self.add("required", name)
        elif len(value) > max_length:
            self.add("too_long", name, max=max_length, length=len(value))
        elif value and len(value) < min_length:
            self.add("too_short", name, min=min_length, length=len(value))
        return value

    def whole(self, name: str, *, minimum: int, maximum: int, required: bool = False) -> int | None:
        """Read a whole number within bounds; None when missing or wrong."""
        value = self._decimal(name, required=required)
        if value is None:
            return None
        if value != value.to_integral_value():
            self.add("not_a_whole_number", name, value=self.raw(name))
            return None
        return int(value) if self._within(name, value, minimum, maximum) else None

    def wan(self, name: str, *, required: bool = False) -> int | None:
        """Read an amount in 万元 and give fen; None when missing or wrong."""
        value = self._decimal(name, required=required)
        if value is None or not self._within(name, value, 0, MAX_WAN):
            return None
        return fen_from_wan(value)

    def choice(self, name: str, choices: Collection[str], *, required: bool = False) -> str | None:
        """Read one of `choices`; None when missing or not among them."""
        value = self.raw(name)
        if not value:
            if required:
                self.add("required", name)
            return None
        if value not in choices:
            self.add("not_a_choice", name, value=value)
            return None
        return value

    def choices(
        self, name: str, choices: Collection[str], *, required: bool = False, maximum: int
    ) -> list[str]:
        """Read repeated values, each of `choices`, without repeats, in the order given."""
        values = [clean(v) for v in self.posted.getlist(name) if isinstance(v, str)]
        kept = list(dict.fromkeys(v for v in values if v))
        for value in kept:
            if value not in choices:
                self.add("not_a_choice", name, value=value)
                return []
        if required and not kept:
            self.add("choose_at_least_one", name)
        if len(kept) > maximum:
            self.add("too_many_choices", name, max=maximum, count=len(kept))
        return kept

    def day(self, name: str, *, required: bool = False) -> date | None:
        """Read an ISO date; `/` and `.` as separators are understood too."""
        value = self.raw(name)
        if not value:
            if required:
                self.add("required", name)
            return None
        try:
            year, month, day = (
                int(p) for p in value.replace("/", "-").replace(".", "-").split("-")
            )
            return date(year, month, day)
        except (ValueError, OverflowError):  # the latter from a year of twenty digits
            self.add("not_a_date", name, value=value)
            return None

    def minute_of_day(self, name: str, *, required: bool = False) -> int | None:
        """Read a clock time such as 09:30 as minutes since midnight."""
        value = self.raw(name)
        if not value:
            if required:
                self.add("required", name)
            return None
        try:
            moment = time.fromisoformat(value)
        except ValueError:
            self.add("not_a_time", name, value=value)
            return None
        return moment.hour * 60 + moment.minute

    def _decimal(self, name: str, *, required: bool) -> Decimal | None:
        value = self.raw(name)
        if not value:
            if required:
                self.add("required", name)
            return None
        try:
            number = Decimal(value.replace(",", "").replace(" ", ""))
        except InvalidOperation:
            self.add("not_a_number", name, value=value)
            return None
        if not number.is_finite():
            self.add("not_a_number", name, value=value)
            return None
        return number

    def _within(self, name: str, value: Decimal, minimum: int, maximum: int) -> bool:
        if value < minimum:
            self.add("number_too_small", name, min=minimum)
            return False
        if value > maximum:
            self.add("number_too_large", name, max=maximum)
            return False
        return True


@dataclass(frozen=True)
class FormView:
    """What a template needs to redraw a form: typed values and sentences by field."""

    values: dict[str, str | list[str]]
    errors: dict[str, str]

    def value(self, name: str) -> str:
        """Give what was typed into a single field."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def chosen(self, name: str) -> list[str]:
        """Give what was chosen in a repeated field."""
        value = self.values.get(name, [])
        return value if isinstance(value, list) else [value]

    def error(self, name: str) -> str:
        """Give the sentence at a field, or ""."""
        return self.errors.get(name, "")


def typed_values(posted: FormData, *, repeated: Collection[str] = ()) -> dict[str, str | list[str]]:
    """Give back what was typed, untouched, so that a redrawn form loses nothing."""
    values: dict[str, str | list[str]] = {}
    for name in posted:
        items = [item for item in posted.getlist(name) if isinstance(item, str)]
        values[name] = items if name in repeated else (items[-1] if items else "")
    return values
