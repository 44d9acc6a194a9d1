"""What a need's text should not hold: contact data, names of others, names of people."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matching.needs.contacts import contact_spans
from matching.text.normalise import fold_with_offsets

SHORTEST_NAME = 3  # characters; a name of two is too often an ordinary word
MOST_NAME = 16
SHORTEST_GROUP = 6


class WarningKind(StrEnum):
    """What was found."""

    CONTACT = "contact"
    ORGANISATION = "organisation"
    ORGANISATION_LIKE = "organisation_like"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class TextWarning:
    """A stretch `[start, end)` that others should not read; `code` names its sentence."""

    start: int
    end: int
    kind: WarningKind
    text: str

    @property
    def code(self) -> str:
        """Name the sentence that explains the warning."""
        return f"need_warning_{self.kind.value}"


_CJK = "\u4e00-\u9fff"
_LEGAL = re.compile(
    rf"[{_CJK}A-Za-z0-9（）()]{{2,{MOST_NAME}}}?"
    r"(?:股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|集团)"
)
# What stands before a name but belongs to the sentence; the name begins after the last of them.
_BEFORE_NAME = re.compile(
    r"我们公司|我们厂|我们|咱们|他们|你们|隔壁|同行|客户|对手|供应商|竞争|附近|对面|旁边|学"
    r"|给|跟|与|向|被|让|找|买|像|供|是|叫"
    r"|由|从"
    r"|比|把|看|到|用|请|听|的|了|着|过|去年|今年|现在|上次|前年|和|在|[一两几这那三]家"
)
_NO_NAME = re.compile(
    r"(?:整个|大|小|国有|上级|母|该|我|本|各|民营|某|两个|几个|多个"
    r"|[一二两三四五几]家?|属于?"
    r"|所属|股份|上市|下属|同一?|跨|央企|"
    r"外资|合资|全|子)*(?:股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|集团)"
)
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜"
    "戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_TITLES = (
    "总经理|副总|经理|总监|总工|厂长|主任|科长|部长|处长|局长|书记|董事长|师傅|工程师|老板"
    "|先生|女士|主管"
)
# A person only where a name begins: after a mark or a word that people are addressed with.
_PERSON = re.compile(
    rf"(?:(?<![{_CJK}])|(?<=[找问请让给叫由跟和与是向系人靠凭]))"
    rf"[{_SURNAMES}][{_CJK}]{{0,2}}?"
    rf"(?:{_TITLES}|总(?![{_CJK}])|总(?=说|讲|的电话|电话|联系|手机|负责))"
)
_JOB_WORDS = re.compile(
    r"[高万金白方常][一级个]|任[何务]|程控|金工|文员|白班|常务|常驻|高级|方案|安全|设备"
)


def text_warnings(
    text: str, *, other_names: Iterable[str] = (), own_names: Sequence[str] = ()
) -> tuple[TextWarning, ...]:
    """Find what the text should not hold, in text order, never overlapping.

    Args:
        text: as written; spans refer to it.
        other_names: full and short names of other registered organisations; names of two
            characters are left out, since they are ordinary words too often.
        own_names: the factory's own names, never warned of.
    """
    found = [
        TextWarning(start, end, WarningKind.CONTACT, text[start:end])
        for start, end in contact_spans(text)
    ]
    own = _own_spans(text, own_names)
    found += _registered(text, other_names)
    found += _legal_names(text)
    found += _persons(text)
    kept: list[TextWarning] = []
    for warning in found:  # in the order of trust: what came first wins
        if not _overlaps(warning, own) and not _overlaps(warning, kept):
            kept.append(warning)
    return tuple(sorted(kept, key=lambda warning: warning.start))


def _own_spans(text: str, names: Sequence[str]) -> list[TextWarning]:
    return [
        TextWarning(at.start(), at.end(), WarningKind.ORGANISATION, at.group())
        for name in names
        if len(name) > 1
        for at in re.finditer(re.escape(name), text)
    ]


def _overlaps(warning: TextWarning, others: Iterable[TextWarning]) -> bool:
    return any(warning.start < other.end and other.start < warning.end for other in others)


def _registered(text: str, names: Iterable[str]) -> list[TextWarning]:
    """Find registered names, longest first, whatever their width and case."""
    folded, offsets = fold_with_offsets(text)
    known = {fold_with_offsets(name)[0] for name in names}
    return [
        _warning(text, offsets[at], offsets[at + len(name) - 1] + 1, WarningKind.ORGANISATION)
        for name in sorted(known, key=lambda name: (-len(name), name))
        if len(name) >= SHORTEST_NAME
        for at in _places(name, folded)
    ]


def _places(name: str, folded: str) -> list[int]:
    if name not in folded:  # regular expressions of thousands of names would be slow
        return []
    return [found.start() for found in re.finditer(re.escape(name), folded)]


def _legal_names(text: str) -> list[TextWarning]:
    """Find what ends like a company's name; the words of the sentence before it are left out."""
    warnings = []
    for found in _LEGAL.finditer(text):
        start = found.start()
        for word in _BEFORE_NAME.finditer(found.group()):
            start = found.start() + word.end()
        name = text[start : found.end()]
        # 乳品集团 or 零部件集团 name a trade; a bare 集团 needs more before it to be a name.
        if name.endswith("集团") and len(name) < SHORTEST_GROUP:
            continue
        if not _NO_NAME.fullmatch(name):
            warnings.append(_warning(text, start, found.end(), WarningKind.ORGANISATION_LIKE))
    return warnings


def _persons(text: str) -> list[TextWarning]:
    return [
        _warning(text, found.start(), found.end(), WarningKind.PERSON)
        for found in _PERSON.finditer(text)
        if not _JOB_WORDS.match(found.group())
    ]


def _warning(text: str, start: int, end: int, kind: WarningKind) -> TextWarning:
    return TextWarning(start, end, kind, text[start:end])
