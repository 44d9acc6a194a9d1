"""Headings: how deep they stand, and what they say about the text below them."""

import re
import unicodedata
from dataclasses import dataclass

from matching.reports.document import Block, BlockKind
from matching.reports.names import NameMatch, SubdomainNames
from matching.reports.texts import MODE_WORDS, Mode, mode_of

_CHAPTER = re.compile(r"第[一二三四五六七八九十百\d]+[章节部]")
_CHINESE = re.compile(r"[一二三四五六七八九十]{1,3}\s*[、.．]")
_BRACKETED = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")
_DECIMAL = re.compile(r"(\d{1,2}(?:[.．]\d{1,2}){0,4})(?:[、.．\s]|(?=[\u4e00-\u9fffA-Za-z（(]))")
_SMALL = re.compile(r"[（(]\d{1,2}[）)]|\d{1,2}[)）]|[①-⑳]")
_CODE = re.compile(r"M\d\d(?!\d)")
_SENTENCE_END = re.compile(r"[。；;！!？?，,]")
_SCORE_TAIL = re.compile(
    r"(?<![A-Za-z0-9.])[（(：:\-—–,，]?\s*(?:(?:综合)?(?:得分|评分|分值|等级|成熟度)[为是:：]?\s*)?"
    r"(?:\d(?:\.\d{1,2})?\s*分?(?:/5)?|[一二三四五1-5]\s*级)[^\u4e00-\u9fff]*$"
)
_MAX_HEADING = 36
_LIST_RANK = 50
_RESET_RANK = 5
_DEEPEST = 70
_SURE = 0.65
_CERTAIN = 0.8


@dataclass(frozen=True, slots=True)
class Section:
    """One open heading: its rank (smaller is higher) and what it announces."""

    rank: int
    match: NameMatch | None
    mode: Mode | None
    scored: str = ""


def _rank(text: str) -> int | None:
    """Rank by numbering; None where the text has none."""
    if _CHAPTER.match(text):
        return 10
    if _CHINESE.match(text):
        return 20
    if _BRACKETED.match(text):
        return 30
    if found := _DECIMAL.match(text):
        return 40 + len(re.split(r"[.．]", found.group(1)))
    if _SMALL.match(text):
        return _LIST_RANK
    return None


def section_of(block: Block, names: SubdomainNames) -> Section | None:
    """Read a block as a heading; None where it is text."""
    text = unicodedata.normalize("NFKC", block.text).strip()
    if block.kind is BlockKind.TABLE or len(text) > _MAX_HEADING or "\n" in text:
        return None
    rank = _rank(text)
    plain = text.rstrip(":： ")
    match, mode = _announced(plain, names)
    if block.kind is BlockKind.HEADING:
        if block.level:
            return Section(block.level, match, mode, text)
        deep = _DEEPEST if mode else 45 if match else _RESET_RANK
        return Section(rank if rank is not None else deep, match, mode, text)
    if _SENTENCE_END.search(_SCORE_TAIL.sub("", plain)):
        return None
    if match and match.confidence < (_SURE if rank and rank < _LIST_RANK else _CERTAIN):
        return None  # 设备保养计划靠记忆 is a finding in a list, not a heading
    if match or (mode and _only_label(plain)):
        deep = _DEEPEST if mode and not match else 45
        if _CODE.match(text):
            deep = 45
        return Section(rank if rank is not None else deep, match, mode, text)
    if rank is not None and rank <= 30 and not text.endswith(("：", ":")):
        return Section(rank, None, mode, text)
    if rank is not None and 42 <= rank < _LIST_RANK and len(plain) <= 20:
        return Section(rank, None, mode, text)
    return None


def _announced(text: str, names: SubdomainNames) -> tuple[NameMatch | None, Mode | None]:
    bare = _SCORE_TAIL.sub("", text) or text
    match = names.resolve(bare)
    if match and (match.confidence >= _SURE or match.how == "ambiguous"):
        sure = match if match.confidence >= _SURE else None
        return sure, mode_of(_rest(bare)) if MODE_WORDS.search(bare) else None
    mode = mode_of(bare)
    if mode:
        rest = re.sub(r"(?:主要|存在的?|及|与|和|的|分析|方面)", "", MODE_WORDS.sub("", bare))
        named = names.resolve(rest) if rest else None
        if named and named.confidence >= _SURE:
            return named, mode
    return None, mode


def _rest(text: str) -> str:
    return "".join(found.group() for found in MODE_WORDS.finditer(text))


def _only_label(text: str) -> bool:
    """A label such as 存在的主要问题 or （二）改进建议 hardly holds more than its mode words."""
    bare = re.sub(r"^[（(]?[\d一二三四五六七八九十.．、）)\s]+", "", text)
    rest = MODE_WORDS.sub("", bare)
    return len(rest) <= 6 and len(bare) <= 14


class Outline:
    """The headings that are open at a place of the report."""

    def __init__(self) -> None:
        self._open: list[Section] = []

    def enter(self, section: Section) -> None:
        """Open a heading and close those of its rank and below."""
        self._open = [held for held in self._open if held.rank < section.rank]
        self._open.append(section)

    @property
    def match(self) -> NameMatch | None:
        """The subdomain of the innermost heading that names one."""
        return next((s.match for s in reversed(self._open) if s.match), None)

    @property
    def mode(self) -> Mode | None:
        """The mode of the innermost heading that has one."""
        return next((s.mode for s in reversed(self._open) if s.mode), None)
