"""Words that tell a shortfall from a suggestion, and the cutting of paragraphs into sentences."""

import re
import unicodedata
from enum import StrEnum


class Mode(StrEnum):
    """What a section, a column or a label says that its text is."""

    FINDING = "finding"
    NEED = "need"
    MIXED = "mixed"
    STRENGTH = "strength"
    CURRENT = "current"
    CURRENT_AND_FINDING = "current_and_finding"


_FINDING = (
    r"问题|不足|短板|弱项|薄弱|差距|缺陷|待改进|待提升|发现项|评估发现|主要发现|痛点|"
    r"findings?|weakness(?:es)?|issues?|gaps?|problems?|shortcomings?"
)
_NEED = (
    r"建议|改进|整改|措施|对策|提升方向|提升路径|提升举措|下一步|需求|优化方向|努力方向|"
    r"recommendations?|suggestions?|improvements?|actions?|needs"
)
_STRENGTH = r"优势|亮点|强项|成效|优点|长处|做得好|好的做法|良好实践|strengths?|highlights?"
_CURRENT = (
    r"现状|基本情况|概况|现有情况|评估情况|证据|依据|说明|描述|当前情况|status|evidence|current"
)
_NO_MODE = re.compile(
    r"问题数|问题编号|评估问题|评分|规则|方法|权重|声明|目录|改进前|改进后|改进周期|费用|投资|改进空间得分"
    r"|措施得分|需求预测|说明书"
)
_MODES = (
    (Mode.FINDING, re.compile(_FINDING)),
    (Mode.NEED, re.compile(_NEED)),
    (Mode.STRENGTH, re.compile(_STRENGTH)),
    (Mode.CURRENT, re.compile(_CURRENT)),
)
MODE_WORDS = re.compile(f"{_FINDING}|{_NEED}|{_STRENGTH}|{_CURRENT}", re.IGNORECASE)

_LABEL = re.compile(
    r"(?:^|(?<=[。；;！!？?\n\s]))[【\[（(]?((?:[\u4e00-\u9fff]{0,6}?)"
    rf"(?:{_FINDING}|{_NEED}|{_STRENGTH}|{_CURRENT})[\u4e00-\u9fff]{{0,4}})"
    r"(?:[】\]）)]\s*[:：]?|\s*[:：])",
    re.IGNORECASE,
)
_ITEM = re.compile(
    r"(?:^|(?<=[。；;：:，,\s]))(?:\d{1,2}[、)）]|\d{1,2}[.．](?!\d)|[（(]\d{1,2}[)）]|[①-⑳]"
    r"|[●•■◆▪○·◇►▶➢]|[（(][一二三四五六七八九十]{1,2}[）)]|[一二三四五六七八九十]{1,2}、"
    r"|[-–—](?=\s))\s*"
)
_FIRST = re.compile(r"(?:一|二|三|四|五|六)(?:是|则)")
_END = re.compile(r"(?<=[。；;！!？?])")
_TRIM = " \t。；;，,、.：:"
_NOTHING = re.compile(
    r"(?:暂?无|没有|未发现|未见|无明显|无重大|暂未发现)(?:明显|重大|严重|突出)?的?(?:问题|不足|建议|差距|短板)?"
    r"|n/?a|none|[-—–/]+"
)
_LEAD_IN = re.compile(
    r"(?:如下|以下|下列|几个方面|方面的?问题|下表所示|见下表|主要体现在|主要表现为)[^。]{0,10}$"
)

_STRONG = re.compile(
    r"尚未|还未|仍未|未能|未建|未实现|未形成|未开展|未部署|未对|未与|未采|未配|未制定|未覆盖|未打通|未进行|未接入"
    r"|缺乏|缺少|缺失|没有|无法|不能|不足|不够|不高|不完善|不健全|不统一|不规范|不准|不及时|不全|薄弱|滞后|脱节"
    r"|孤岛|偏低|较低|依赖人工|靠人工|依靠人工|凭经验|靠经验|人工抄|手工|纸质|落后|老化|欠缺|空白|较弱|偏弱|隐患|难以"
)
_SUGGESTS = re.compile(
    r"^(?:建议|应当?|宜|需要?|可|下一步|后续|推进|加快|尽快|引入|引进|部署|建立|建设|开展|完善|加强|实施|上线|打通|优化|推动|逐步|搭建|组织|制定)"
)
_ADVICE = re.compile(r"建议|应尽快|宜|应当|应逐步|下一步应")
_GOOD = re.compile(r"优势|亮点|领先|表现(?:较好|突出|良好)|较为完善|已建成|基础较好|已经?实现")


def mode_of(text: str) -> Mode | None:
    """Read a heading, label or column header; None where it announces none of the modes."""
    key = "".join(unicodedata.normalize("NFKC", text).lower().split())
    if _NO_MODE.search(key):
        return None
    found = [mode for mode, words in _MODES if words.search(key)]
    if Mode.FINDING in found and Mode.NEED in found:
        # 待改进问题 is a finding; 问题及建议 is both.
        return (
            Mode.MIXED if re.search(r"建议|措施|整改|对策|suggest|recommend", key) else Mode.FINDING
        )
    if found and found[0] is Mode.FINDING and re.search(r"现状|基本情况|概况|现有", key):
        return Mode.CURRENT_AND_FINDING
    if Mode.STRENGTH in found and (Mode.FINDING in found or Mode.NEED in found):
        return Mode.MIXED
    return found[0] if found else None


def labelled_parts(text: str) -> list[tuple[Mode | None, str]]:
    """Cut "现状：……问题：……建议：……" at its labels; the part before the first has mode None."""
    parts: list[tuple[Mode | None, str]] = []
    mode: Mode | None = None
    start = 0
    for found in _LABEL.finditer(text):
        new = mode_of(found.group(1))
        if new is None or len(found.group(1)) > 14:
            continue
        parts.append((mode, text[start : found.start()]))
        mode, start = new, found.end()
    parts.append((mode, text[start:]))
    return [(mode, part.strip()) for mode, part in parts if part.strip()]


def sentences(text: str) -> list[str]:
    """Cut into sentences and list items; bullets and numbers in front are dropped."""
    pieces: list[str] = []
    for line in text.split("\n"):
        for item in _ITEM.split(line):
            pieces.extend(piece.strip(_TRIM) for piece in _END.split(item))
    kept = (_FIRST.sub("", piece, count=1) if _FIRST.match(piece) else piece for piece in pieces)
    return [piece.strip(_TRIM) for piece in kept if len(piece.strip(_TRIM)) >= 4]


def says_nothing(text: str) -> bool:
    """Tell whether a cell or sentence says that there is nothing, or only leads in to a list."""
    key = "".join(text.lower().split()).strip(_TRIM)
    return len(key) < 4 or bool(_NOTHING.fullmatch(key)) or bool(_LEAD_IN.search(key))


def is_shortfall(text: str) -> bool:
    """Tell whether a sentence speaks of something that is missing or does not work."""
    return bool(_STRONG.search(text)) and not _ADVICE.search(text)


def is_suggestion(text: str) -> bool:
    """Tell whether a sentence asks for something to be done."""
    return bool(_ADVICE.search(text)) or bool(_SUGGESTS.match(text))


def is_praise(text: str) -> bool:
    """Tell whether a sentence only says what is good."""
    return bool(_GOOD.search(text)) and not _STRONG.search(text)


def kind_of(text: str, mode: Mode | None) -> Mode | None:
    """Decide whether a sentence is a finding, a need or neither, in a section of `mode`.

    Where a section mixes both, the sentence itself decides.
    """
    if says_nothing(text) or mode is Mode.STRENGTH:
        return None
    if mode is Mode.NEED:
        return Mode.NEED
    if mode is Mode.FINDING:
        if re.match(r"建议", text):
            return Mode.NEED
        return None if is_praise(text) else Mode.FINDING
    if mode is Mode.MIXED:
        if is_suggestion(text) and not (is_shortfall(text) and not _ADVICE.search(text)):
            return Mode.NEED
        return None if is_praise(text) else Mode.FINDING
    if _ADVICE.match(text):
        return Mode.NEED
    return Mode.FINDING if is_shortfall(text) else None
