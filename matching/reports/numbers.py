"""Reading of grades and level scores as assessment reports write them."""

import re
import unicodedata
from dataclasses import dataclass

from matching.gaps.assessment import Answer, answers_from_grade

ALLOWED = (0.0, 0.5, 0.8, 1.0)
"""Scores that one question may have (GB/T 39117-2020)."""

_DIGIT_OF = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "ⅰ": 1, "ⅱ": 2, "ⅲ": 3, "ⅳ": 4, "ⅴ": 5}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_LEVEL_NAMES = {"规划级": 1, "规范级": 2, "集成级": 3, "优化级": 4, "引领级": 5}
_NUMBER = re.compile(r"(?<![\d.])(\d{1,3}(?:[.．]\d{1,3})?)(?![\d.])")
_PLAIN = re.compile(
    r"(?:得分|评分|分值|分数|为|[:：=])*(\d{1,3}(?:\.\d{1,3})?)(?:分)?(?:/(?:5|5\.0|5分))?"
)
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)%")
_LEVEL = re.compile(
    r"(?:第|ml|cl|l|level|lv\.?|grade)?([一二三四五1-5]|iii|ii|iv|i|v)(?:级|\(|$|等)"
)
_NOT_APPLICABLE = {"不适用", "不涉及", "n/a", "na", "裁剪", "已裁剪", "不参评", "未纳入", "剪裁"}
_BELOW_ONE = (
    "未达一级",
    "未达到一级",
    "未达1级",
    "未达到1级",
    "未达级",
    "一级以下",
    "不达标",
    "零级",
    "0级",
)
_YES = {"√", "✓", "✔", "☑", "是", "达到", "满足", "已满足", "符合", "y", "yes", "●", "■"}
_PARTLY = {"△", "▲", "◐", "部分", "部分满足", "部分达到", "基本满足", "部分符合"}
_NO = {
    *("×", "✗", "✘", "x", "☐", "□", "否", "未达到", "不满足", "未满足", "不符合"),
    *("○", "n", "no", "-", "—", "/"),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """A one-number grade of a subdomain, 0 to 5, and how it was written.

    Attributes:
        value: the number read.
        scores: five level scores that it stands for.
        exact: whether the scores say just what was read; else they are the nearest below.
        from_level: only a level ("二级") was given, no number.
        scaled: brought to 0..5 from another scale (得分率, 百分制).
    """

    value: float
    scores: Answer
    exact: bool
    from_level: bool = False
    scaled: bool = False


def clean(text: str) -> str:
    """Return `text` in NFKC and lower case without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def not_applicable(text: str) -> bool:
    """Tell whether a cell says that the subdomain was left out (裁剪)."""
    return clean(text) in _NOT_APPLICABLE


def read_level(text: str) -> int | None:
    """Read a level: "二级", "2级", "Ⅱ级", "L2", "规范级", "二级（规范级）", "未达一级" (0)."""
    plain = clean(text)
    if any(word in plain for word in _BELOW_ONE):
        return 0
    for name, level in _LEVEL_NAMES.items():
        if name in plain and not re.search(r"\d\.\d", plain):
            return level
    found = _LEVEL.search(plain)
    if not found or re.search(r"\d\.\d", plain):
        return None
    mark = found.group(1)
    if mark.isdigit():
        return int(mark)
    return _DIGIT_OF.get(mark) or _ROMAN.get(mark)


def read_number(text: str) -> float | None:
    """Read a cell that is one number: "1.8", "１．８分", "1.8/5", "得分：1.8"; else None."""
    found = _PLAIN.fullmatch(clean(text).replace(",", "."))
    return float(found.group(1)) if found else None


def read_percent(text: str) -> float | None:
    """Read a cell that is a per cent value, as a fraction of 1."""
    found = _PERCENT.fullmatch(clean(text))
    return float(found.group(1)) / 100 if found else None


def read_grade(text: str) -> Grade | None:
    """Read a grade of 0 to 5 from a cell, by number first, then by level name."""
    value = read_number(text)
    if value is None:
        numbers = [float(n) for n in _NUMBER.findall(clean(text)) if "." in n]
        value = numbers[0] if len(numbers) == 1 and len(clean(text)) <= 20 else None
    if value is not None:
        return spread(value) if 0 <= value <= 5 else None
    level = read_level(text) if len(clean(text)) <= 16 else None
    return (
        None if level is None else Grade(float(level), answers_from_grade(float(level)), True, True)
    )


def spread(value: float) -> Grade:
    """Spread a grade over the levels; 2.35 becomes 2 full levels and 0, the nearest below .35."""
    met = int(value + 1e-9)
    rest = round(value - met, 6)
    below = max(score for score in ALLOWED if score <= rest + 1e-9)
    return Grade(value, answers_from_grade(met + below), exact=abs(below - rest) < 1e-6)


def scaled_grade(rate: float) -> Grade:
    """Read a rate of 0 to 1 as a grade of five times as much: one reading of 得分率."""
    grade = spread(round(5 * rate, 2))
    return Grade(grade.value, grade.scores, grade.exact, scaled=True)


def read_rate(text: str) -> float | None:
    """Read a cell of a 得分率 column, "64%", "64" or "0.64", as a fraction of 1."""
    rate = read_percent(text)
    if rate is None and (value := read_number(text)) is not None:
        rate = value if value <= 1 else value / 100
    return rate if rate is not None and rate <= 1 else None


def read_level_score(text: str) -> tuple[float, bool] | None:
    """Read the score of one level: 1 / 0.8 / 0.5 / 0, a per cent value or a tick.

    Returns the allowed score and whether it is just what was written; another number becomes the
    nearest allowed score. None where the cell says nothing of the kind.
    """
    plain = clean(text)
    if plain in _YES:
        return 1.0, True
    if plain in _PARTLY:
        return 0.5, True
    if plain in _NO:
        return 0.0, True
    value = read_percent(text)
    if value is None:
        value = read_number(text)
    if value is None or value > 1:
        return None
    nearest = min(ALLOWED, key=lambda score: (abs(score - value), score))
    return nearest, abs(nearest - value) < 1e-6
