"""Read what people type into cells: scores, yes and no, scene states, numbers, dates.

Full-width characters, percent signs, words and ticks are understood. What cannot be read raises
`BadCell`; its code names the sentence in `app.services.import_sentences`.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from matching.gaps import SceneStatus

MAX_QUOTED = 40
SCORE_WORDS = {
    1.0: ("全部满足", "完全满足", "完全符合", "全部", "完全", "满足", "符合", "是", "有", "√"),
    0.8: ("大部分满足", "大部分符合", "大部分", "基本满足", "基本符合"),
    0.5: ("部分满足", "部分符合", "部分"),
    0.0: ("不满足", "未满足", "不符合", "没有", "无", "否", "×"),
}
YES = frozenset({"是", "有", "√", "✓", "✔", "☑", "对", "y", "yes", "true", "1", "满足", "符合"})
NO = frozenset(
    {"否", "无", "没有", "×", "✗", "✘", "x", "n", "no", "false", "0", "不满足", "不符合"}
)
UNKNOWN = frozenset({"不清楚", "未知", "不确定", "不知道", "待定", "?"})
STATUS_WORDS = {
    SceneStatus.NONE: ("无", "没有", "未开展", "未建", "none"),
    SceneStatus.PLANNED: ("规划", "规划中", "计划", "计划中", "planned"),
    SceneStatus.PILOT: ("试点", "试点中", "试运行", "pilot"),
    SceneStatus.APPLIED: ("应用", "已应用", "应用中", "在用", "applied"),
    SceneStatus.OPTIMISED: ("优化", "已优化", "优化中", "持续优化", "optimised"),
}
LEVEL_WORDS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}
EMPTY = frozenset({"", "-", "—", "——", "/", "--"})
# Excel counts days from 1899-12-30 (with its leap-year mistake of 1900).
_EXCEL_DAY_ZERO = date(1899, 12, 30)

_BRACKETS = re.compile(r"\([^)]*\)")
_SCORE_OF = {word: score for score, words in SCORE_WORDS.items() for word in words}
_STATUS_OF = {word: status for status, words in STATUS_WORDS.items() for word in words}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_UNITS = re.compile(r"(万元|周|个周|星期|%)$")


class BadCell(Exception):
    """A cell that cannot be read: the code of its sentence, and the values to fill in."""

    def __init__(self, code: str, **params: str | int | float) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def fold(text: str) -> str:
    """Fold full-width forms and case, drop every space and control character."""
    plain = unicodedata.normalize("NFKC", text)
    kept = (c for c in plain if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join("".join(kept).split()).casefold()


def prose_of(text: str) -> str:
    """Keep Chinese punctuation and line breaks; drop control characters, strip."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip()


def quoted(text: str) -> str:
    """Cut what a sentence quotes to a readable length."""
    shown = prose_of(text).replace("\n", " ")
    return shown if len(shown) <= MAX_QUOTED else shown[:MAX_QUOTED] + "…"


def is_blank(text: str) -> bool:
    """Tell whether a cell says nothing; a lone dash is how people leave a cell empty."""
    return fold(text) in EMPTY


def read_score(text: str, scores: Collection[float]) -> float:
    """Read a score of the scale, as a number, a percentage or in words.

    Raises:
        BadCell: `import_score`, with what was typed and the scale.
    """
    plain = _BRACKETS.sub("", fold(text)) or fold(text)
    value = _SCORE_OF.get(plain)
    if value is None:
        percent = plain.endswith("%")
        number = _decimal(plain.removesuffix("%"))
        if number is not None:
            value = float(number / 100 if percent or number > 1 else number)
    if value is None or value not in scores:
        scale = "、".join(f"{score:g}" for score in sorted(scores, reverse=True))
        raise BadCell("import_score", value=quoted(text), scale=scale)
    return value


def read_level(text: str, levels: Collection[int]) -> int:
    """Read a maturity level: 1, 1级, 一级, 第一级.

    Raises:
        BadCell: `import_level`.
    """
    plain = fold(text).removeprefix("第").removesuffix("级")
    number = _decimal(plain)
    level = LEVEL_WORDS.get(plain) or (int(number) if number in set(levels) else None)
    if level not in levels or level is None:
        raise BadCell("import_level", value=quoted(text))
    return level


def read_yes_no(text: str) -> bool:
    """Read yes or no.

    Raises:
        BadCell: `import_yes_no`.
    """
    plain = fold(text)
    if plain in YES:
        return True
    if plain in NO:
        return False
    raise BadCell("import_yes_no", value=quoted(text))


def read_yes_no_unknown(text: str) -> bool | None:
    """Read yes, no, or None where somebody says that it is not known.

    Raises:
        BadCell: `import_yes_no_unknown`.
    """
    if fold(text) in UNKNOWN:
        return None
    try:
        return read_yes_no(text)
    except BadCell as bad:
        raise BadCell("import_yes_no_unknown", **bad.params) from None


def read_status(text: str) -> str:
    """Read how far a scene has come; gives the code.

    Raises:
        BadCell: `import_scene_status`.
    """
    found = _STATUS_OF.get(_BRACKETS.sub("", fold(text)))
    if found is None:
        raise BadCell("import_scene_status", value=quoted(text))
    return found.value


def read_number(text: str, *, minimum: float, maximum: float) -> float:
    """Read a number with thousands separators or a trailing percent sign or unit.

    Raises:
        BadCell: `import_number`, `import_number_range`.
    """
    plain = _UNITS.sub("", _BRACKETS.sub("", fold(text)))
    number = _decimal(plain.replace(",", "").replace("，", ""))
    if number is None:
        raise BadCell("import_number", value=quoted(text))
    if not minimum <= number <= maximum:
        raise BadCell(
            "import_number_range", value=quoted(text), min=f"{minimum:g}", max=f"{maximum:g}"
        )
    return float(number)


def read_whole(text: str, *, minimum: int, maximum: int) -> int:
    """Read a whole number.

    Raises:
        BadCell: `import_whole`, and as `read_number`.
    """
    number = read_number(text, minimum=minimum, maximum=maximum)
    if not number.is_integer():
        raise BadCell("import_whole", value=quoted(text))
    return int(number)


def read_day(text: str, *, latest: date) -> date:
    """Read a date: 2026-06-01, 2026/6/1, 2026年6月1日, or Excel's number of days.

    Raises:
        BadCell: `import_day`, `import_day_future`.
    """
    plain = fold(text)
    number = _decimal(plain)
    try:
        if number is not None and 30_000 < number < 80_000:
            day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
        elif found := _DATE.match(plain):
            day = date(int(found[1]), int(found[2]), int(found[3]))
        else:
            raise BadCell("import_day", value=quoted(text))
    except ValueError:
        raise BadCell("import_day", value=quoted(text)) from None
    if day.year < 2000:
        raise BadCell("import_day", value=quoted(text))
    if day > latest:
        raise BadCell("import_day_future", value=day.isoformat())
    return day


def _decimal(plain: str) -> Decimal | None:
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    # Beyond this nothing honest lies, and converting such exponents would take for ever.
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None
