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
    r"(?<![A-Za-z0-9.])[（(【\[：:\-—–,，]?\s*(?:(?:综合)?(?:得分|评分|分值|等级|成熟度)[为是:：]?\s*)?"
    r"(?:\d(?:\.\d{1,2})?\s*分?(?:/5)?|[一二三四五1-5]\s*级)[^\u4e00-\u9fff]*$"
)
_SKIP = re.compile(
    r"(?:评分|计分|打分|赋分|判定|定级|等级划分|评价)(?:规则|说明|标准|方法|依据|区间|原则)|等级判定|等级划分|评估(?:方法|依据|程序|流程|组成员)"
    r"|查阅(?:的)?(?:资料|文件)|(?:资料|文件|证据|访谈|查阅|人员|会议)(?:清单|名单|一览|目录)|^目录$|术语|缩略语|参考文献"
    r"|免责|声明|保密|填[写表]说明|使用说明"
    r"|^(?:table of )?contents$|scoring(?:rules|method|criteria)|glossary",
    re.IGNORECASE,
)
_PROFILE = re.compile(
    r"(?:企业|公司|工厂|单位|组织)(?:的)?(?:基本)?(?:概况|简介|介绍|信息|情况|速览)$"
    r"|^company profile$",
    re.IGNORECASE,
)
_VOICES = re.compile(r"说的|的话|反映|心声|心里话|座谈|访谈|吐槽|怎么说|提出的")
_CAPTION = re.compile(
    r"(?:附?[表图]|table|figure)\s*\d{1,2}(?:[-.－]\d{1,2})?\s*[:：、.．]?\s*", re.IGNORECASE
)
_CONTENTS = re.compile(r"(?:\.{4,}|…{2,}|·{4,}|．{4,})\s*[-–]?\s*[\dIVXivx附]{1,4}\s*$")
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
    if skipped(text):
        deep = 45 if block.kind is BlockKind.PARAGRAPH else _RESET_RANK
        return Section(block.level or rank or deep, None, Mode.SKIPPED)
    if match is None and _PROFILE.search(plain):
        mode = Mode.STRENGTH  # what a factory makes is no shortfall; scores may stand there
    if _VOICES.search(plain) and mode is None and (text.endswith(":") or block.level):
        return Section(block.level or rank or _DEEPEST, None, Mode.CURRENT_AND_FINDING)
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


def skipped(heading: str) -> bool:
    """Tell whether a heading opens rules, lists of documents, contents: nothing of the factory."""
    bare = re.sub(
        r"^(?:第[一二三四五六七八九十百\d]+[章节部分]*|附[录件表]?\s*[A-Z\d一二三四五六七八九十]*|[（(]?[\d一二三四五六七八九十.．]+[、）)]?)[\s:：、.]*",
        "",
        unicodedata.normalize("NFKC", heading).strip(),
    )
    key = "".join(bare.split())
    return bool(_SKIP.search(key)) and not re.search(r"结果|问题|不足|建议|得分表", key)


def is_contents_line(text: str) -> bool:
    """Tell whether a line belongs to a table of contents: 3 评估结果......3."""
    return bool(_CONTENTS.search(unicodedata.normalize("NFKC", text).replace("...", "....")))


def caption_of(block: Block, names: SubdomainNames) -> Section | None:
    """Read the caption of a table or picture; it counts for the next table only."""
    text = unicodedata.normalize("NFKC", block.text).strip()
    found = _CAPTION.match(text)
    if not found or len(text) > _MAX_HEADING + 4 or text.endswith(("。", ";", "；")):
        return None
    if re.search(r"所示|可见|看出|如下", text):
        return None
    rest = text[found.end() :]
    match, mode = _announced(rest, names) if rest else (None, None)
    return Section(_DEEPEST, match, Mode.SKIPPED if skipped(rest) else mode, rest)


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
