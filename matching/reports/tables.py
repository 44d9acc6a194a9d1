"""Tables of scores, findings and needs: whichever way they are laid out, row by row."""

import re
import statistics
from collections.abc import Iterator, Sequence

from matching.gaps.assessment import Answer
from matching.gaps.criteria import LEVELS
from matching.reports.cards import add_cell, is_card, read_card
from matching.reports.collect import Gathered
from matching.reports.headers import Header, Role, read_header
from matching.reports.layout import SURE, Part
from matching.reports.names import NameMatch
from matching.reports.numbers import (
    ALLOWED,
    Grade,
    clean,
    not_applicable,
    read_grade,
    read_level,
    read_level_score,
    read_number,
)
from matching.reports.proposal import ScoreProposal, Source, Unresolved
from matching.reports.prose import read_scores
from matching.reports.rows import Row, rows_of
from matching.reports.texts import Mode, is_label, labelled_parts, mode_of
from matching.reports.values import grade_in, rate_in, value_columns

_MARKS = re.compile(r"[√✓✔●■☑★○◆▲]")
_SPOKEN = (Mode.FINDING, Mode.NEED, Mode.MIXED, Mode.CURRENT_AND_FINDING)
_CONTENT = re.compile(
    r"内容|描述|事项|说明|详情|具体|情况|条目|content|description|details?", re.IGNORECASE
)
_LONG_CELL = 8


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
    if header is None and is_card(part):
        read_card(part, gathered, context=context)
    elif not (header and header.of(Role.SCENE)):
        _TableReader(part, header or Header(), gathered, context=context, mode=mode).read_rows()


def _shared(rows: Sequence[Row], index: int, text: str) -> list[Row]:
    """Return the neighbouring rows that hold the same text: a merged cell covers them."""
    first = last = index
    while first > 0 and text in rows[first - 1].cells:
        first -= 1
    while last + 1 < len(rows) and text in rows[last + 1].cells:
        last += 1
    return list(rows[first : last + 1])


def _together(rows: Sequence[Row]) -> NameMatch | None:
    """Name all the subdomains that a merged cell covers; its words decide between them."""
    found = [match.codes for row in rows if (match := row.match or row.about)]
    codes = tuple(dict.fromkeys(code for group in found for code in group))
    return NameMatch(codes, 0.9 if len(codes) == 1 else 0.5, "merged") if codes else None


class _TableReader:
    """Reads one part, one subdomain (or one question of one) a row; the work of `read_table`."""

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

    def read_rows(self) -> None:
        rows = rows_of(self.part, self.header, self.names, self.context)
        if not rows:
            return
        self._scores(rows)
        columns = self._text_columns(rows)
        titles = {column.title for column in self.header.columns.values()}
        for index, row in enumerate(rows):
            for text, mode in self._texts(row, columns):
                shared = _shared(rows, index, text) if len(text) >= _LONG_CELL else [row]
                if text in titles or (rows.index(shared[0]) != index and len(shared) > 1):
                    continue  # a merged cell was read with the first row that it covers
                match = _together(shared) if len(shared) > 1 else row.match or row.about
                match = match or self._hint(row, text)
                add_cell(self.gathered, text, mode, match=match, place=row.place)

    def _hint(self, row: Row, text: str) -> NameMatch | None:
        """Where a wish alone does not tell its subdomain, the problem beside it may."""
        own, _ = self.names.classify(text)
        if own and own.code:
            return None
        words, _ = self.names.classify(row.text)
        return words if words and words.code else None

    def _scores(self, rows: Sequence[Row]) -> None:
        subtotals = [row for row in rows if row.subtotal]
        asked = [row for row in rows if not row.subtotal]
        if not subtotals and self._questions(rows):
            return
        scored = subtotals or asked
        if not subtotals and self._unlevelled(asked):
            return
        columns = value_columns(self.header, scored)
        ticks = self._one_tick(scored)
        for row in scored:
            if row.match and row.match.how == "several":
                for cell in dict.fromkeys(row.cells):
                    listed = cell.replace("\n", "、")
                    read_scores(listed, row.place, self.gathered, context=None)
            else:
                self._score(row, columns, ticks=ticks)

    def _unlevelled(self, rows: Sequence[Row]) -> bool:
        """Rows of questions, 1 / 0.8 / 0.5 / 0, of which no level is told: no grade follows."""
        scores = self.header.of(Role.SCORE)
        named: dict[str, list[Row]] = {}
        for row in rows:
            if row.match and row.match.code:
                named.setdefault(row.match.code, []).append(row)
        if not scores or self.header.levels or len(rows) < 2 * max(1, len(named)) or not named:
            return False
        values = [v for r in rows if (v := read_number(r.cells[scores[0]])) is not None]
        if not values or any(value not in ALLOWED for value in values):
            return False
        for first in (group[0] for group in named.values()):
            self._unresolved(first, reason="unknown_scale")
        return True

    def _text_columns(self, rows: Sequence[Row]) -> dict[int, Mode | None]:
        """Columns with texts and what these are; a title that says little takes the section's."""
        told = {i: c.mode for i, c in self.header.columns.items() if c.role is Role.TEXT}
        if self.mode not in _SPOKEN or any(mode in _SPOKEN for mode in told.values()):
            return told
        width = range(len(rows[0].cells))
        plain = [
            i
            for i in width
            if i not in self.header.columns or self.header.columns[i].role is Role.TEXT
        ]
        header = self.part.rows[max(0, self.header.body - 1)]
        named = [i for i in plain if self.header.body and _CONTENT.search(header[i])]
        if not named and not self.header.of(Role.SCORE) and plain:
            length = {i: sum(len(row.cells[i]) for row in rows) for i in plain}
            best = max(plain, key=lambda i: length[i])
            usual = statistics.median(len(row.cells[best]) for row in rows)
            named = [best] if usual >= _LONG_CELL else []
        return {**told, **dict.fromkeys(named, self.mode)}

    def _texts(
        self, row: Row, columns: dict[int, Mode | None]
    ) -> Iterator[tuple[str, Mode | None]]:
        """Yield cells with texts: of text columns, beside a label, or with labels inside."""
        for index, mode in columns.items():
            yield row.cells[index], mode
        known = {*columns, *self.header.columns} - {
            i for i, c in self.header.columns.items() if c.role is Role.QUESTION
        }
        cells = [(i, cell) for i, cell in enumerate(row.cells) if cell]
        seen: set[str] = {row.cells[i] for i in columns}
        beside: Mode | None = None
        for index, cell in cells:
            label = mode_of(cell) if is_label(cell) else None
            if cell in seen:
                continue
            seen.add(cell)
            if label:
                beside = label if label in _SPOKEN or label is Mode.STRENGTH else None
            elif beside and index not in columns and len(clean(cell)) >= 4:
                yield cell, beside
                beside = None
            elif index not in known and any(m in _SPOKEN for m, _ in labelled_parts(cell)):
                yield cell, Mode.CURRENT

    def _one_tick(self, rows: Sequence[Row]) -> bool:
        """Whether each row has at most one mark in the level columns: it marks the level."""
        columns = self.header.levels.values()
        counts = [sum(1 for i in columns if _MARKS.search(row.cells[i])) for row in rows]
        numbers = any(read_number(row.cells[i]) is not None for row in rows for i in columns)
        return bool(counts) and max(counts) == 1 and not numbers

    def _questions(self, rows: Sequence[Row]) -> bool:
        """Read tables with a row for each level or question of a subdomain; False if it is none."""
        scores, grades = self.header.of(Role.SCORE), self.header.of(Role.GRADE)
        if not scores or not grades:
            return False
        found: dict[str, dict[int, list[float]]] = {}
        source: dict[str, Row] = {}
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

    def _answer(self, code: str, levels: dict[int, float], row: Row) -> None:
        read = {lv: read_level_score(f"{value:.4g}") for lv, value in levels.items()}
        self._five(code, {lv: r for lv, r in read.items() if r}, row)

    def _five(self, code: str, read: dict[int, tuple[float, bool]], row: Row) -> None:
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

    def _score(self, row: Row, value_columns: Sequence[int], *, ticks: bool) -> None:
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

    def _grade(self, row: Row, columns: Sequence[int]) -> None:
        named = row.match and row.match.code
        for index in columns:
            text = row.cells[index]
            if row.match and named and not_applicable(text):
                self.gathered.trimmed.append(named)
                return
            grade = grade_in(row, index, self.header, hundred=self.gathered.hundred)
            if grade:
                self._note(row, grade, read=text, titled=index in self.header.columns)
                return
            if (value := read_number(text)) is not None and value > 5 and row.match:
                self._unresolved(row, reason="unknown_scale")
                return
        if named and (grade := rate_in(row, self.header)):
            self._note(row, grade, read=row.cells[self.header.of(Role.RATE)[0]], titled=True)

    def _note(self, row: Row, grade: Grade, *, read: str, titled: bool) -> None:
        if row.match is None or row.match.code is None:
            self._unresolved(row)
            return
        sure = row.match.confidence * (0.97 if titled else 0.75)
        self.gathered.add_grade(
            row.match.code,
            grade,
            read=read,
            source=Source(row.text, row.place, sure, "table"),
            sure_name=row.match.confidence >= SURE,
        )

    def _unresolved(self, row: Row, *, reason: str = "") -> None:
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
