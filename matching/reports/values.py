"""Which column of a table holds the grade, and on which scale it is written."""

import itertools
import re
from collections.abc import Sequence

from matching.reports.headers import Header, Role
from matching.reports.numbers import (
    Grade,
    clean,
    read_grade,
    read_level,
    read_number,
    read_rate,
    scaled_grade,
)
from matching.reports.rows import Row

_YEAR = re.compile(r"20\d\d")
_HUNDRED = re.compile(r"百分制|100分制|/100")


def _counts_up(values: Sequence[float]) -> bool:
    """Tell whether a column just numbers its rows."""
    return all(b - a == 1 for a, b in itertools.pairwise(values))


def value_columns(header: Header, rows: Sequence[Row]) -> list[int]:
    """Return the columns to read a grade from, best first."""
    scores = header.of(Role.SCORE)
    if len(scores) > 1:
        titles = {i: header.columns[i].title for i in scores}
        scores.sort(
            key=lambda i: (
                -max(map(int, _YEAR.findall(titles[i])), default=0),
                "复" not in titles[i] and "现场" not in titles[i],
                i,
            )
        )
    grades = header.of(Role.GRADE)
    if scores and grades and not _levels_agree(rows, scores[0], grades[0]):
        return [*grades, *scores]
    if scores or grades or header.levels:
        return [*scores, *grades]
    return _untitled(header, rows)


def _levels_agree(rows: Sequence[Row], score: int, grade: int) -> bool:
    """A score of 0.86 beside 二级 is a rate within the level, not the grade itself."""
    pairs = [
        (value, level)
        for row in rows
        if (value := read_number(row.cells[score])) is not None
        and (level := read_level(row.cells[grade])) is not None
    ]
    good = sum(1 for value, level in pairs if level in (int(value), int(value + 0.2), round(value)))
    return good >= 0.5 * len(pairs)


def _untitled(header: Header, rows: Sequence[Row]) -> list[int]:
    """Without a header: the column where most named rows have a number of 0 to 5."""
    named = [row for row in rows if row.match and row.match.code]
    if len(named) < 3:
        return []
    counts = {
        i: [v for row in named if (v := read_number(row.cells[i])) is not None and v <= 5]
        for i in range(len(named[0].cells))
        if i not in header.columns
    }
    fit = {
        i: v
        for i, v in counts.items()
        if len(v) >= 0.6 * len(named) and abs(sum(v) - 1) > 0.05 and not _counts_up(v)
    }
    if header.columns:  # titled, but not as a score: only numbers such as 1.8 speak
        fit = {i: v for i, v in fit.items() if any(value % 1 for value in v)}
    if fit:
        return [max(fit, key=lambda i: (any(v % 1 for v in fit[i]), len(fit[i]), -i))]
    if header.columns:
        return []
    levels = {
        i: sum(
            1 for row in named if read_level(row.cells[i]) is not None and len(row.cells[i]) < 12
        )
        for i in range(len(named[0].cells))
    }
    best = max(levels, key=lambda i: levels[i])
    return [best] if levels[best] >= 0.6 * len(named) else []


def grade_in(row: Row, index: int, header: Header, *, hundred: bool) -> Grade | None:
    """Read the grade of one cell, brought to 0..5 where the table states another scale.

    A 满分 beside the score (other than 5), a 得分率, or `hundred` (百分制) state one. None where
    there is no grade, or a number whose scale is not known.
    """
    value = read_number(row.cells[index])
    if value is None:
        return read_grade(row.cells[index])
    full = next((n for i in header.of(Role.FULL) if (n := read_number(row.cells[i]))), None)
    if full is not None and full != 5:
        return scaled_grade(value / full) if value <= full else None
    rates = [r for i in header.of(Role.RATE) if (r := read_rate(row.cells[i])) is not None]
    if full is None and rates and abs(rates[0] - value / 5) > 0.02:
        return scaled_grade(rates[0])
    if value > 5 and value <= 100 and (hundred or _HUNDRED.search(clean(_title(header, index)))):
        return scaled_grade(value / 100)
    return read_grade(row.cells[index])


def rate_in(row: Row, header: Header) -> Grade | None:
    """Read a grade from a 得分率 that stands without a score."""
    rates = [r for i in header.of(Role.RATE) if (r := read_rate(row.cells[i])) is not None]
    return scaled_grade(rates[0]) if rates else None


def _title(header: Header, index: int) -> str:
    return header.columns[index].title if index in header.columns else ""
