"""What the schema says against a JSON document, as problems that name place and wish."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from app.services.assessment_import_values import quoted
from app.services.factories import MAX_WEEKS

MAX_FEN = 1_000_000 * 1_000_000
MAX_KPI = 1e9


@dataclass(frozen=True, slots=True)
class JsonProblem:
    """What is wrong, and where as a JSON pointer (RFC 6901)."""

    code: str
    params: Mapping[str, str | int | float]
    place: tuple[str | int, ...]

    @property
    def pointer(self) -> str:
        """Give the place as a JSON pointer."""
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in self.place)
        return "".join(f"/{step}" for step in steps)

    def to_json(self) -> dict[str, object]:
        """Give plain data for storing."""
        return {"code": self.code, "params": dict(self.params), "pointer": self.pointer}


def schema_problem(detail: ErrorDetails) -> JsonProblem:
    """Say what is wrong with one value of a document, and where."""
    kind, context = detail["type"], detail.get("ctx", {})
    place = tuple(step for step in detail["loc"] if step != "[key]")
    params: dict[str, str | int | float]
    if kind == "missing":
        code, params = "json_missing", {}
    elif kind == "extra_forbidden":
        code, params = "json_extra", {}
    elif kind == "literal_error":
        wanted = str(context["expected"]).replace(" or ", "、").replace(", ", "、")
        code, params = "json_choice", {"value": quoted(str(detail["input"])), "wanted": wanted}
    elif kind in {"greater_than_equal", "less_than_equal"}:
        bounds = _bounds_of(place)
        code, params = "json_range", {"min": bounds[0], "max": bounds[1]}
    elif kind.endswith(("too_long", "too_short")):
        code, params = "json_length", {"wanted": _length_of(context)}
    elif kind.startswith("date"):
        code, params = "json_format", {"wanted": "日期，例如 2026-06-01"}
    else:
        code, params = "json_type", {"wanted": _TYPES.get(kind, "另一种类型")}
    return JsonProblem(code, params, place)


_TYPES = {
    "dict_type": "对象 {…}",
    "model_type": "对象 {…}",
    "model_attributes_type": "对象 {…}",
    "list_type": "数组 […]",
    "string_type": "字符串",
    "float_type": "数字",
    "finite_number": "有限的数字",
    "int_type": "整数",
    "int_from_float": "整数",
    "bool_type": "true 或 false",
}


def _bounds_of(place: tuple[str | int, ...]) -> tuple[int, int]:
    if place[:2] == ("profile", "budget_fen"):
        return 1, MAX_FEN
    if place[:2] == ("profile", "horizon_weeks"):
        return 1, MAX_WEEKS
    return 0, int(MAX_KPI)


def _length_of(context: Mapping[str, Any]) -> str:
    if "max_length" in context:
        return f"最多 {context['max_length']}"
    return f"至少 {context['min_length']}"
