"""Tables of scores, findings and needs: whichever way they are laid out, row by row."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from matching.gaps.assessment import Answer
from matching.gaps.criteria import LEVELS
from matching.reports.collect import Gathered
from matching.reports.headers import Column, Header, Role, column_of, read_header
from matching.reports.layout import SURE, Part, Rows, distinct
from matching.reports.names import NameMatch
from matching.reports.numbers import (
    clean,
    not_applicable,
    read_grade,
    read_level,
    read_level_score,
    read_number,
)
from matching.reports.proposal import ScoreProposal, Source, Unresolved, passage
from matching.reports.texts import Mode

_TOTAL = re.compile(
    r"合计|总分|总计|综合|平均|小计|overall|total|average|总体|最终|总得分|成熟度总"
)
_YEAR = re.compile(r"20\d\d")
_MARKS = re.compile(r"[√✓✔●■☑★○◆▲]")


def read_table(
    part: Part, gathered: Gathered, *, context: NameMatch | None, mode: Mode | None
) -> None:
    """Read scores, findings and needs of one part.

    Args:
        part: the rows.
        gathered: takes what is found.
        context: subdomain of the section that the table stands in.
        mode: what the section says its texts are.
    """
    header = read_header(part.rows, gathered.names)
    reader = _TableReader(part, header or Header(), gathered, context=context, mode=mode)
    if reader.is_card(header):
        reader.read_card()
    elif not (header and header.of(Role.SCENE)):
        reader.read_rows()


def _counts_up(values: Sequence[float]) -> bool:
    """Tell whether a column just numbers its rows."""
    return all(b - a == 1 for a, b in itertools.pairwise(values))


@dataclass(slots=True)
class _Row:
    cells: Sequence[str]
    place: str
    match: NameMatch | None

    @property
    def text(self) -> str:
        seen = list(dict.fromkeys(cell for cell in self.cells if cell))
        return passage("｜".join(" ".join(cell.split()) for cell in seen))


class _TableReader:
    """Reads one part; the work of `read_table`."""

    def __init__(
        self,
        part: Part,
        header: Header,
        gathered: Gathered,
        *,
        context: NameMatch | None,
        mode: Mode | None,
    ) -> None:
        self.part, self.header, self.gathered = part, header, gathered
        self.context, self.mode = context, mode
        self.names = gathered.names

    # A card: labels with their values beside them, one subdomain a table.

    def is_card(self, header: Header | None) -> bool:
        labels = [row[0] for row in self.part.rows if len(row) > 1 and row[0] != row[1]]
        told = sum(1 for label in dict.fromkeys(labels) if self._label(label))
        return header is None and told >= 2 and len(self.part.rows[0]) <= 8

    @staticmethod
    def _label(text: str) -> Column | None:
        column = column_of(text.strip(" :：")) if len(clean(text)) <= 12 else None
        return None if column and column.role is Role.LEVEL else column

    def read_card(self) -> None:
        match = self.context
        pairs = [
            (column, cells[i + 1], place)
            for row, place in zip(self.part.rows, self.part.places, strict=True)
            if (cells := list(dict.fromkeys(cell for cell in row if cell)))
            for i in range(len(cells) - 1)
            if (column := self._label(cells[i])) and not self._label(cells[i + 1])
        ]
        graded = False
        for column, value, place in pairs:
            if column.role in (Role.SUBDOMAIN, Role.DOMAIN):
                found = self.names.resolve(value)
                if found and (column.role is Role.SUBDOMAIN or match is None):
                    match = found
                    graded = False
            elif column.role in (Role.SCORE, Role.GRADE) and match and match.code and not graded:
                grade = read_grade(value)
                if grade:
                    source = Source(
                        passage(f"{column.title}：{value}"), place, 0.9 * match.confidence, "card"
                    )
                    self.gathered.add_grade(match.code, grade, read=value, source=source)
                    graded = column.role is Role.SCORE
            elif column.role is Role.TEXT:
                self._texts(value, column.mode, match=match, place=place)

    def _texts(self, text: str, mode: Mode | None, *, match: NameMatch | None, place: str) -> None:
        if mode is Mode.CURRENT or read_number(text) is not None:
            return
        self.gathered.add_texts(text, mode, match=match, place=place, confidence=0.92, how="column")

    # Rows: one subdomain (or one question of one) a row.

    def read_rows(self) -> None:
        rows = self._rows()
        if not rows:
            return
        value_columns = self._value_columns(rows)
        texts = {i: c for i, c in self.header.columns.items() if c.role is Role.TEXT}
        if not self._questions(rows):
            ticks = self._one_tick(rows)
            for row in rows:
                self._score(row, value_columns, ticks=ticks)
        for row in rows:
            for index, column in texts.items():
                if row.cells[index] in self._titles:
                    continue
                self._texts(row.cells[index], column.mode, match=row.match, place=row.place)

    @property
    def _titles(self) -> set[str]:
        return {column.title for column in self.header.columns.values()}

    def _rows(self) -> list[_Row]:
        body = self.part.rows[self.header.body :]
        places = self.part.places[self.header.body :]
        name_column = self._name_column(body)
        domains = [
            i
            for i in (*self.header.of(Role.DOMAIN), *self.header.of(Role.ELEMENT))
            if i != name_column
        ]
        rows = []
        for cells, place in zip(body, places, strict=True):
            if not any(cells) or any(_TOTAL.search(cell[:12]) for cell in cells[:3]):
                continue
            domain = next((cells[i] for i in domains if self.names.domain_codes(cells[i])), "")
            match = self._match(cells, name_column, domain)
            rows.append(_Row(cells, place, match))
        return rows

    def _match(
        self, cells: Sequence[str], name_column: int | None, domain: str
    ) -> NameMatch | None:
        if name_column is None:
            return self.context
        for index in (*self.header.of(Role.CODE), name_column):
            found = self.names.resolve(cells[index], domain=domain) if cells[index] else None
            if found and (index == name_column or found.how == "code"):
                if self.names.is_element(cells[index]) and not domain:
                    return None
                return found
        return self.context if not cells[name_column] else None

    def _name_column(self, body: Rows) -> int | None:
        """The column that names most subdomains; a column titled 子域 wins over equals."""
        best, most = None, 0.0
        titled = set(self.header.of(Role.SUBDOMAIN))
        skipped = {
            Role.SCORE,
            Role.WEIGHT,
            Role.OTHER,
            Role.GRADE,
            Role.LEVEL,
            Role.TEXT,
            Role.QUESTION,
        }
        for index in range(len(body[0]) if body else 0):
            column = self.header.columns.get(index)
            if column and column.role in skipped:
                continue
            cells = [row[index] for row in body]
            count: float = distinct(cells, self.names)
            if self.header.columns and index in titled and any(cells):
                count += 0.6
            if count > most and (count >= 2 or self.header.columns):
                best, most = index, count
        return best

    def _value_columns(self, rows: Sequence[_Row]) -> list[int]:
        """Columns to read a grade from, best first."""
        scores = self.header.of(Role.SCORE)
        if len(scores) > 1:
            titles = {i: self.header.columns[i].title for i in scores}
            scores.sort(
                key=lambda i: (
                    -max(map(int, _YEAR.findall(titles[i])), default=0),
                    "复" not in titles[i] and "现场" not in titles[i],
                    i,
                )
            )
        grades = self.header.of(Role.GRADE)
        if scores and grades and not self._levels_agree(rows, scores[0], grades[0]):
            return [*grades, *scores]
        if scores or grades or self.header.levels:
            return [*scores, *grades]
        return self._untitled(rows)

    @staticmethod
    def _levels_agree(rows: Sequence[_Row], score: int, grade: int) -> bool:
        """A score of 0.86 beside 二级 is a rate within the level, not the grade itself."""
        pairs = [
            (value, level)
            for row in rows
            if (value := read_number(row.cells[score])) is not None
            and (level := read_level(row.cells[grade])) is not None
        ]
        good = sum(
            1 for value, level in pairs if level in (int(value), int(value + 0.2), round(value))
        )
        return good >= 0.5 * len(pairs)

    def _untitled(self, rows: Sequence[_Row]) -> list[int]:
        """Without a header: the column where most named rows have a number of 0 to 5."""
        named = [row for row in rows if row.match and row.match.code]
        if len(named) < 3:
            return []
        counts = {
            i: [v for row in named if (v := read_number(row.cells[i])) is not None and v <= 5]
            for i in range(len(named[0].cells))
            if i not in self.header.columns
        }
        fit = {
            i: v
            for i, v in counts.items()
            if len(v) >= 0.6 * len(named) and abs(sum(v) - 1) > 0.05 and not _counts_up(v)
        }
        if self.header.columns:  # titled, but not as a score: only numbers such as 1.8 speak
            fit = {i: v for i, v in fit.items() if any(value % 1 for value in v)}
        if fit:
            return [max(fit, key=lambda i: (any(v % 1 for v in fit[i]), len(fit[i]), -i))]
        if self.header.columns:
            return []
        levels = {
            i: sum(
                1
                for row in named
                if read_level(row.cells[i]) is not None and len(row.cells[i]) < 12
            )
            for i in range(len(named[0].cells))
        }
        best = max(levels, key=lambda i: levels[i])
        return [best] if levels[best] >= 0.6 * len(named) else []

    def _one_tick(self, rows: Sequence[_Row]) -> bool:
        """Whether each row has at most one mark in the level columns: it marks the level."""
        columns = self.header.levels.values()
        counts = [sum(1 for i in columns if _MARKS.search(row.cells[i])) for row in rows]
        numbers = any(read_number(row.cells[i]) is not None for row in rows for i in columns)
        return bool(counts) and max(counts) == 1 and not numbers

    def _questions(self, rows: Sequence[_Row]) -> bool:
        """Read tables with a row for each level or question of a subdomain; False if it is none."""
        scores, grades = self.header.of(Role.SCORE), self.header.of(Role.GRADE)
        if not scores or not grades:
            return False
        found: dict[str, dict[int, list[float]]] = {}
        source: dict[str, _Row] = {}
        for row in rows:
            level = read_level(row.cells[grades[0]]) or read_number(row.cells[grades[0]])
            score = read_level_score(row.cells[scores[0]])
            if not row.match or not row.match.code or not level or level not in LEVELS or not score:
                continue
            found.setdefault(row.match.code, {}).setdefault(int(level), []).append(
                read_number(row.cells[scores[0]]) or score[0]
            )
            source.setdefault(row.match.code, row)
        if not found or sum(len(levels) > 1 for levels in found.values()) < 0.5 * len(found):
            return False
        for code, levels in found.items():
            self._answer(code, {lv: sum(v) / len(v) for lv, v in levels.items()}, source[code])
        return True

    def _answer(self, code: str, levels: dict[int, float], row: _Row) -> None:
        read = {lv: read_level_score(f"{value:.4g}") for lv, value in levels.items()}
        self._five(code, {lv: r for lv, r in read.items() if r}, row)

    def _five(self, code: str, read: dict[int, tuple[float, bool]], row: _Row) -> None:
        exact = all(sure for _, sure in read.values())
        scores: list[float | None] = []
        for level in LEVELS:
            if level in read:
                scores.append(read[level][0])
            else:  # nothing above a level that is not met was asked
                short = any(score is not None and score < 0.8 for score in scores)
                ended = short or (bool(scores) and max(read) < level)
                scores.append(0.0 if ended else None)
        answer: Answer = tuple(scores)
        name = row.match.confidence if row.match else 0.5
        source = Source(row.text, row.place, round(name * (0.96 if exact else 0.7), 3), "levels")
        shown = " / ".join(f"{read[lv][0]:g}" if lv in read else "–" for lv in LEVELS)
        self.gathered.scores.append(
            ScoreProposal(code, answer, None, exact, shown, source, () if exact else ("rounded",))
        )

    def _score(self, row: _Row, value_columns: Sequence[int], *, ticks: bool) -> None:
        levels = self.header.levels
        code = row.match.code if row.match else None
        if len(levels) >= 3 and not ticks:
            read = {
                lv: r
                for lv, i in levels.items()
                if row.cells[i] and (r := self._level(row.cells[i]))
            }
            if read and code:
                self._five(code, read, row)
                return
            if read and not value_columns:
                self._unresolved(row)
                return
        if ticks and code:
            level = next((lv for lv, i in levels.items() if _MARKS.search(row.cells[i])), None)
            grade = read_grade(f"{level}级") if level else None
            if grade:
                source = Source(
                    row.text, row.place, 0.9 * (row.match.confidence if row.match else 1), "tick"
                )
                self.gathered.add_grade(code, grade, read=f"{level}级", source=source)
            return
        self._grade(row, value_columns)

    def _level(self, text: str) -> tuple[float, bool] | None:
        value = read_number(text)
        if value is not None and 1 < value <= 100 and self._hundred:
            return read_level_score(f"{value / 100:.4g}")
        return read_level_score(text)

    @property
    def _hundred(self) -> bool:
        """Level columns without a % sign that hold numbers up to 100."""
        values = [
            v
            for row in self.part.rows[self.header.body :]
            for i in self.header.levels.values()
            if (v := read_number(row[i])) is not None
        ]
        return bool(values) and max(values) > 5

    def _grade(self, row: _Row, value_columns: Sequence[int]) -> None:
        for index in value_columns:
            text = row.cells[index]
            if row.match and row.match.code and not_applicable(text):
                self.gathered.trimmed.append(row.match.code)
                return
            grade = read_grade(text)
            if grade is None:
                if (value := read_number(text)) is not None and value > 5 and row.match:
                    self._unresolved(row, reason="unknown_scale")
                    return
                continue
            if row.match and row.match.code:
                titled = index in self.header.columns
                source = Source(
                    row.text, row.place, row.match.confidence * (0.97 if titled else 0.75), "table"
                )
                self.gathered.add_grade(
                    row.match.code,
                    grade,
                    read=text,
                    source=source,
                    sure_name=row.match.confidence >= SURE,
                )
            else:
                self._unresolved(row)
            return

    def _unresolved(self, row: _Row, *, reason: str = "") -> None:
        if not reason:
            reason = "ambiguous_name" if row.match else "unknown_name"
        codes = row.match.codes if row.match and reason == "ambiguous_name" else ()
        if any(self.names.is_element(c) or self.names.domain_codes(c) for c in row.cells if c):
            named = any(
                self.names.resolve(c) and not self.names.is_element(c)
                for c in row.cells
                if 0 < len(c) < 20
            )
            if not named:
                return  # a table of elements or domains: their values follow from the subdomains
        self.gathered.unresolved.append(Unresolved(row.text, row.place, reason, codes))
