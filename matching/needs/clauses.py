"""Cut a text into clauses and say what stands before each: the marks that people write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum


class Break(IntEnum):
    """What separates a clause from the one before, from weak to strong."""

    COMMA = 0
    SENTENCE = 1
    LINE = 2
    BLANK = 3
    ITEM = 4
    START = 5


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch `[start, end)` of the text with its closing mark, and what stands before it."""

    start: int
    end: int
    before: Break


@dataclass(frozen=True, slots=True)
class _Mark:
    """A list marker: `[start, end)` in the text, its family and its number in the list."""

    start: int
    end: int
    family: str
    number: int


NEAR = 24  # characters before a marker that may say what the list is of
_DIGITS = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_AT_LINE = r"(?:^|(?<=\n))[ \t　]*"
_AFTER_MARK = r"(?:^|(?<=[\n\s。；;！!？?：:，,、]))"
# Families of markers; a marker inside a line counts only as part of a rising list.
_FAMILIES = {
    "digit": re.compile(rf"{_AFTER_MARK}[（(]?(\d{{1,2}})(?:[)）]|[.．、](?!\d)|[:：](?!\d))\s*"),
    "circled": re.compile(rf"([{_CIRCLED}])[.、]?\s*"),
    "chinese": re.compile(
        rf"{_AFTER_MARK}(?:[（(]([{_DIGITS}]{{1,2}})[)）]|([{_DIGITS}]{{1,2}})、)"
    ),
    "word": re.compile(
        rf"{_AFTER_MARK}(?:第([{_DIGITS}])[是，,、：:个件]|其([{_DIGITS}])[是，,、：:]?|([{_DIGITS}])是)\s*"
    ),
}
_BULLET = re.compile(rf"{_AT_LINE}[-*•·●■◆▪]+[ \t]*(?=\S)")
# "原因一是……二是……" lists the causes of one problem.
_CAUSES = re.compile(r"(?:原因|因为|理由|怕|要么|好处)[^。！？；\n]{0,12}$")
_CUT = re.compile(
    r"[。！？!?；;]+[”」』）)]*|(?<=[\u4e00-\u9fff])\.(?=\s|$)|\n+|(?<!\d)[，,]|[，,](?!\d)|(?<!\d)[：:]"
)
_BLANK_LINE = re.compile(r"\n[ \t　]*\n")


def clauses_of(text: str) -> list[Clause]:
    """Cut `text` at marks, line ends and list markers; blanks and markers lie outside.

    The clauses are in order and never overlap; an empty text gives none.
    """
    marks = sorted([*_list_marks(text), *_bullets(text)], key=lambda mark: mark.start)
    starts = [0, *(mark.end for mark in marks)]
    stops = [*(mark.start for mark in marks), len(text)]
    clauses: list[Clause] = []
    for index, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        found = list(_cut(text, start, stop))
        if found and index:
            found[0] = replace(found[0], before=Break.ITEM)
        clauses += found
    if clauses and clauses[0].before is not Break.ITEM:
        clauses[0] = replace(clauses[0], before=Break.START)
    return clauses


def _skip(text: str, start: int, stop: int) -> int:
    while start < stop and text[start].isspace():
        start += 1
    return start


def _cut(text: str, start: int, stop: int) -> Iterator[Clause]:
    """Cut a stretch without list markers."""
    before, begin = Break.SENTENCE, start
    for found in _CUT.finditer(text, start, stop):
        yield from _clause(text, begin, found.end(), before)
        before = max(_kind(text, found), before) if begin == found.start() else _kind(text, found)
        begin = found.end()
    yield from _clause(text, begin, stop, before)


def _clause(text: str, start: int, stop: int, before: Break) -> Iterator[Clause]:
    start = _skip(text, start, stop)
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    if re.search(r"\w", text[start:stop]):
        yield Clause(start, stop, before)


def _kind(text: str, found: re.Match[str]) -> Break:
    mark = found.group()
    if mark[0] == "\n":
        blank = _BLANK_LINE.match(text, found.start()) or len(mark) > 1
        return Break.BLANK if blank else Break.LINE
    return Break.COMMA if mark[0] in "，,：:" else Break.SENTENCE


def _bullets(text: str) -> Iterator[_Mark]:
    for found in _BULLET.finditer(text):
        yield _Mark(found.start(), found.end(), "bullet", 0)


def _list_marks(text: str) -> Iterator[_Mark]:
    """Find list markers; inside a line, only those of a list that counts up from one."""
    for family, pattern in _FAMILIES.items():
        found = [_mark(match, family) for match in pattern.finditer(text)]
        if family == "word":
            found = [
                mark
                for mark in found
                if not _CAUSES.search(text[max(0, mark.start - NEAR) : mark.start])
            ]
        listed = _rising(found)
        for mark in found:
            if mark in listed or (family != "word" and _opens_line(text, mark.start)):
                yield mark


def _mark(match: re.Match[str], family: str) -> _Mark:
    written = next(group for group in match.groups() if group)
    if family == "circled":
        number = _CIRCLED.index(written) + 1
    elif family == "digit":
        number = int(written)
    else:
        number = _chinese(written)
    return _Mark(match.start(), match.end(), family, number)


def _chinese(written: str) -> int:
    """Read 一 … 十九."""
    return sum(_DIGITS.index(digit) + 1 for digit in written)


def _rising(marks: list[_Mark]) -> set[_Mark]:
    """Keep the markers of lists that count 1, 2, 3 …; a lone 1 is no list."""
    kept: set[_Mark] = set()
    run: list[_Mark] = []
    for mark in marks:
        if run and mark.number == run[-1].number + 1:
            run.append(mark)
        else:
            run = [mark] if mark.number == 1 else []
        if len(run) > 1:
            kept.update(run)
    return kept


def _opens_line(text: str, start: int) -> bool:
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()
