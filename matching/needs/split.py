"""Split what a factory wrote into its problems, each with its explanation.

Marks that people set decide first: list numbers, blank lines, lines, 另外 and 还有. Where only a
full stop stands, the scene profiles of both sides decide: a sentence about the same scenes, about
none, or one that opens like an explanation (因为, 每次, 希望) stays with the problem before it. A
comma splits only where both sides are sure of scenes that have nothing in common. The thresholds
were chosen on the seed needs; `tests/unit/matching/needs/test_seed_rates.py` measures them.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.needs.asides import AsideKind, aside_kind
from matching.needs.clauses import Break, Clause, clauses_of

Profile = Callable[[Sequence[str]], NDArray[np.float32]]
"""Scene probabilities of texts, float32 `(len(texts), 40)`; a row of zeros: about nothing known."""

ALIKE = 0.5  # cosine from which two lines, or what 另外 joins, are one problem
APART = 0.1  # cosine below which two sentences are two problems
SURE = 0.5  # share of the best scene from which a sentence may stand alone
VERY_APART, VERY_SURE = 0.02, 0.9  # the same where the words speak against a new problem
SHORTEST = 7  # characters of a problem that a sentence end or comma may begin
SHORTEST_BY_COMMA = 12
MOST_CLAUSES = 12  # a sentence of more commas is left whole: trying all of them takes too long
LONGEST_VALUE = 16  # of what follows "联系人："
WRAPPED_LINE = 28  # an unclosed line of this length was wrapped, not ended

_STRONG = re.compile(
    r"(?:另外|还有|此外|再就是|再有|再者|再一个|除此之外|另一个|另一件|其次|再次|顺便|对了|首先|第[二三四五])"
)
_WEAK = re.compile(r"(?:同时|最后|其他|其它|另一方面|也有)")
_EXPLAINS = re.compile(
    r"(?:因为|由于|所以|结果|导致|造成|使得|原因|主要是|主要原因|说白了|也就是|就是|比如|例如|譬如|像这"
    r"|希望|想要?|诉求|求|最好|能不能|能否|要是|如果|不然|否则|要不|于是|因此|这|那|它|他|她|其中|而且|但|可"
    r"|不过|然后|后来|到头来|为了|为此|算下来|损失|只能|只好|都|也|又|还得|还要|还是|连|甚至|并且|需要|要求"
    r"|目标|预算|等到|再|.{1,5}也)"
)
# Such a sentence mostly tells more of the same; it stands alone only where that is quite sure.
_CONTINUES = re.compile(
    r"(?:每次|每回|每年|每个?月|每天|每班|一年|一个?月|一天|一班|一次|平均|去年|前年|今年|上次|上回|上个?月"
    r"|月底|年底|晚上|光|全靠|全凭|靠|[一二两三四五六七八九十几0-9])"
)
_CONNECTOR_WORDS = re.compile(
    r"^(?:另外|还有|此外|再就是|再有|再者|再一个|除此之外|其次|再次|首先|最后)(?:就是|的是)?[，,：:]?"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: `text` is `[start, end)` of what was written."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A stretch `[start, end)` that is no problem, and why."""

    start: int
    end: int
    kind: AsideKind


@dataclass(frozen=True, slots=True)
class Split:
    """Problems and asides in text order; they never overlap."""

    problems: tuple[Problem, ...]
    asides: tuple[Aside, ...]


@dataclass(slots=True)
class _Unit:
    """Clauses that stay together so far; `in_item` inside a numbered list."""

    clauses: list[Clause]
    before: Break
    in_item: bool
    after_aside: bool = False

    @property
    def start(self) -> int:
        return self.clauses[0].start

    @property
    def end(self) -> int:
        return self.clauses[-1].end


def split_problems(text: str, *, profile: Profile) -> Split:
    """Split `text` into its problems; greetings, contact lines and the like are kept apart.

    Args:
        text: as it was written; all spans refer to it.
        profile: scene probabilities of texts (`SceneInferer.profiles`); called a few times with
            many texts each, never one by one.
    """
    units, asides = _units(text, clauses_of(text))
    units = _cut_at_commas(text, units, profile)
    groups = _group(text, units, profile)
    problems = [found for group in groups if (found := _problem(text, group)).text]
    return Split(tuple(problems), tuple(asides))


def _units(text: str, clauses: Sequence[Clause]) -> tuple[list[_Unit], list[Aside]]:
    """Gather clauses to sentences; asides are taken out where a sentence begins or is one."""
    units: list[_Unit] = []
    asides: list[Aside] = []
    in_item = after_aside = False
    for clause in clauses:
        if clause.before in (Break.ITEM, Break.BLANK):
            in_item = clause.before is Break.ITEM
        words = text[clause.start : clause.end]
        opens = clause.before is not Break.COMMA or after_aside
        kind = aside_kind(words)
        if _is_value_of_label(text, asides, clause):
            kind = AsideKind.CONTACT
        if kind is AsideKind.CONTACT or (kind and opens):
            _add_aside(asides, clause, kind)
            after_aside = True
        elif opens or _STRONG.match(words) or _WEAK.match(words):
            units.append(_Unit([clause], clause.before, in_item, after_aside))
            after_aside = False
        else:
            units[-1].clauses.append(clause)
    return units, asides


def _is_value_of_label(text: str, asides: Sequence[Aside], clause: Clause) -> bool:
    """Tell whether a clause is what follows "联系人：" on the same line."""
    last = asides[-1] if asides else None
    return bool(
        last
        and last.kind is AsideKind.CONTACT
        and last.end == clause.start
        and text[last.end - 1] in "：:"
        and clause.end - clause.start <= LONGEST_VALUE
    )


def _add_aside(asides: list[Aside], clause: Clause, kind: AsideKind) -> None:
    last = asides[-1] if asides else None
    if last and last.kind is kind and last.end == clause.start:
        asides[-1] = Aside(last.start, clause.end, kind)
    else:
        asides.append(Aside(clause.start, clause.end, kind))


def _cut_at_commas(text: str, units: Sequence[_Unit], profile: Profile) -> list[_Unit]:
    """Cut sentences at the comma where the topic truly changes, once each."""
    tries = [
        (index, place)
        for index, unit in enumerate(units)
        if not unit.in_item and len(unit.clauses) <= MOST_CLAUSES
        for place in range(1, len(unit.clauses))
        if _may_cut(text, unit, place)
    ]
    sides = [_sides(text, units[index], place) for index, place in tries]
    profiles = profile([side for pair in sides for side in pair]) if sides else np.zeros((0, 40))
    best: dict[int, tuple[float, int]] = {}
    for number, (index, place) in enumerate(tries):
        left, right = profiles[2 * number], profiles[2 * number + 1]
        sure = float(min(left.max(), right.max()))
        if sure >= VERY_SURE and _cosine(left, right) < VERY_APART:
            best[index] = max(best.get(index, (0.0, 0)), (sure, place))
    cut: list[_Unit] = []
    for index, unit in enumerate(units):
        place = best.get(index, (0.0, 0))[1]
        if place:
            # A cut of its own kind: nothing later may undo it.
            right = _Unit(unit.clauses[place:], Break.ITEM, False)
            cut += [_Unit(unit.clauses[:place], unit.before, False, unit.after_aside), right]
        else:
            cut.append(unit)
    return cut


def _may_cut(text: str, unit: _Unit, place: int) -> bool:
    left, right = _sides(text, unit, place)
    longest = min(len(left), len(right)) >= SHORTEST_BY_COMMA
    tells_more = _EXPLAINS.match(right) or _CONTINUES.match(right)
    return longest and not tells_more and left[-1] not in "：:"


def _sides(text: str, unit: _Unit, place: int) -> tuple[str, str]:
    middle = unit.clauses[place]
    return text[unit.start : unit.clauses[place - 1].end], text[middle.start : unit.end]


def _group(text: str, units: Sequence[_Unit], profile: Profile) -> list[list[_Unit]]:
    """Join units that belong to one problem."""
    if not units:
        return []
    profiles = profile([text[unit.start : unit.end] for unit in units])
    groups = [[units[0]]]
    known = [profiles[0]]
    for unit, row in zip(units[1:], profiles[1:], strict=True):
        if _is_new(text, groups[-1][-1], unit, known, row):
            groups.append([unit])
            known = [row]
        else:
            groups[-1].append(unit)
            known.append(row)
    return groups


def _is_new(
    text: str,
    last: _Unit,
    unit: _Unit,
    known: Sequence[NDArray[np.float32]],
    row: NDArray[np.float32],
) -> bool:
    """Tell whether `unit` begins a new problem after the units with the profiles `known`."""
    if unit.before is Break.ITEM or unit.after_aside:
        return True
    words = text[unit.start : unit.end]
    like = max(_cosine(np.mean(known, axis=0), row), _cosine(known[-1], row))
    covered = bool(row.any()) and any(before.any() for before in known)
    if _STRONG.match(words):
        return not covered or like < ALIKE
    if unit.in_item:
        return False
    if _WEAK.match(words):
        return covered and like < APART
    before = unit.before
    if before is Break.LINE and _is_wrapped(text, last):
        before = Break.COMMA
    if before is Break.BLANK:
        return not _EXPLAINS.match(words) or (covered and like < APART)
    if before is Break.LINE:
        explains = bool(_EXPLAINS.match(words)) or len(words) < 4
        return covered and like < APART if explains else not covered or like < ALIKE
    if len(words) < SHORTEST or _EXPLAINS.match(words):
        return False
    sure = min(float(row.max()), max(float(before.max()) for before in known))
    if _CONTINUES.match(words):
        return sure >= VERY_SURE and like < VERY_APART
    return sure >= SURE and like < APART


def _is_wrapped(text: str, last: _Unit) -> bool:
    line = text[text.rfind("\n", 0, last.end) + 1 : last.end]
    return len(line) >= WRAPPED_LINE and line[-1] not in "。！？!?；;：:"


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Cosine of two profiles; 0 when one of them is empty."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths else 0.0


def _problem(text: str, group: Sequence[_Unit]) -> Problem:
    """Give the span of a group without a leading 另外 and without a dangling comma."""
    start, end = group[0].start, group[-1].end
    if found := _CONNECTOR_WORDS.match(text[start:end]):
        start += found.end()
        while start < end and text[start].isspace():
            start += 1
    while end > start and text[end - 1] in "，,、：:；; \n\t":
        end -= 1
    return Problem(start, end, text[start:end])
