"""Reading the addresses of the gap pages; a part that cannot be read is named, never fatal."""

from collections.abc import Mapping

from starlette.datastructures import QueryParams

from app.core.criteria import CriterionRef
from app.services.gap_work import GapWish, Ticks
from matching.gaps import FactorName, PriorityWeights
from matching.gaps.measures import Cell

STRENGTHS = {"0": 0.0, "0.5": 0.5, "1": 1.0, "2": 2.0}
STANDARD = "1"
MAX_VERSION_DIGITS = 6
# More ticks than scenes and measures there are mean nothing.
MAX_TICKS = 200


def strength_field(name: FactorName) -> str:
    """Name the field of a factor's strength."""
    return f"w_{name.value}"


def strengths_of(params: Mapping[str, str]) -> dict[str, str]:
    """Give the strength word ("0", "0.5", "1", "2") of every factor, the standard by default."""
    fields = [strength_field(name) for name in FactorName]
    return {
        field: value if (value := params.get(field, STANDARD)) in STRENGTHS else STANDARD
        for field in fields
    }


def read_wish(params: QueryParams) -> GapWish:
    """Read target, set, version and strengths."""
    ignored = []
    ref = None
    if asked := params.get("set", ""):
        ref = CriterionRef.parse(asked)
        ignored += [] if ref else ["set"]
    version, fits = _version(params.get("version", ""))
    ignored += [] if fits else ["version"]
    strengths = strengths_of(params)
    ignored += [name for name in strengths if params.get(name, STANDARD) not in STRENGTHS]
    values = {name.removeprefix("w_"): STRENGTHS[value] for name, value in strengths.items()}
    return GapWish(
        target=params.get("target", ""),
        criteria=ref,
        version=version,
        weights=PriorityWeights(**values),
        ignored=tuple(ignored),
    )


def read_ref(params: QueryParams, name: str) -> CriterionRef | None:
    """Read a reference to a set; None where there is none or it cannot be read."""
    return CriterionRef.parse(params.get(name, ""))


def read_ticks(params: QueryParams) -> tuple[Ticks, bool]:
    """Read repeated `done`, `ai` and `measure` (as M01.2); tell whether some had no such form."""
    cells, lost = [], False
    for text in params.getlist("measure")[:MAX_TICKS]:
        cell = _cell(text)
        lost = lost or cell is None
        cells += [cell] if cell else []
    ticks = Ticks(
        tuple(params.getlist("done")[:MAX_TICKS]),
        tuple(params.getlist("ai")[:MAX_TICKS]),
        tuple(cells),
    )
    return ticks, lost


def cell_text(cell: Cell) -> str:
    """Write a measure as addresses hold it: ("M01", 2) as "M01.2"."""
    return f"{cell[0]}.{cell[1]}"


def tick_params(ticks: Ticks) -> dict[str, list[str]]:
    """Write ticks as an address holds them."""
    named = {
        "done": list(ticks.scenes),
        "ai": list(ticks.ai),
        "measure": [cell_text(cell) for cell in ticks.measures],
    }
    return {name: values for name, values in named.items() if values}


def _version(text: str) -> tuple[int | None, bool]:
    if not text:
        return None, True
    if not (text.isascii() and text.isdigit()) or len(text) > MAX_VERSION_DIGITS:
        return None, False
    return int(text), True


def _cell(text: str) -> Cell | None:
    code, dot, level = text.partition(".")
    if not dot or len(level) != 1 or level not in "12345":
        return None
    return code, int(level)
