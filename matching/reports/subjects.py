"""Who a sentence speaks of: 设备管理：…, 【设备管理】…, 在设备管理方面，企业得分为1.8分。…"""

import re
import unicodedata

from matching.reports.names import NameMatch, SubdomainNames

_PREFIX = re.compile(
    r"^(?:[（(]?[\d一二三四五六七八九十]{1,2}[）)、.．]|[●•■◆▪·\-]|[①-⑳])?\s*(?:"
    r"[【\[](?P<boxed>[^】\]]{2,14})[】\]]\s*[:：]?"
    r"|(?:在|针对|从)?(?P<plain>[^:：，,。；（()]{2,14}?)(?:(?:子域|能力域|域)?(?:方面|环节|领域|上)?[，,]"
    r"|(?:[（(][^）)]{1,14}[）)])?\s*[:：]|方面|(?:能力)?子域)"
    r"|(?P<latin>[A-Za-z][A-Za-z &/-]{3,44})\s*[:：]|(?P<spaced>\S{2,8})[ \u3000]+(?=\S{6}))"
)
_SCORED = re.compile(
    r"[^。；;！!？?\d]{0,14}?(?:(?P<points>\d(?:\.\d{1,3})?)\s*(?:分(?!钟|之|别|析|厂|布)|[/／]\s*5|(?=[)）】\]]|$))"
    r"|(?:达到|处于|评为|为|[:：(（【])\s*[一二三四五1-5]级)(?:[（(][^（()）]{0,6}级[）)])?(?:的?水平|左右)?[)）】\]]*[\s，,：:、]*"
)
_FIRST = 10
"""A name that begins later in the sentence is not its subject."""
_SURE = 0.65
_NAME_ALONE = 0.9


def named_prefix(sentence: str, names: SubdomainNames) -> tuple[str, NameMatch | None]:
    """Read 设备管理：……, 【设备管理】…… and 设备管理方面，……: the rest, and what is named.

    The rest leaves the name out only where a colon, a bracket or a blank parts it from the text.
    """
    found = _PREFIX.match(sentence)
    if not found:
        return sentence, None
    parted = found["boxed"] or found["latin"] or found["spaced"]
    match = names.resolve(parted or found["plain"])
    if match is None or match.code is None:
        return sentence, None
    if match.confidence < (_NAME_ALONE if found["spaced"] else _SURE):
        return sentence, None
    rest = sentence[found.end() :].strip()
    cut = parted or found.group().rstrip().endswith((":", "：", "方面，", "方面,"))
    return (rest if cut and len(rest) >= 2 else sentence), match


def run_in(sentence: str, names: SubdomainNames) -> tuple[str, NameMatch | None]:
    """Read a sentence that opens with one subdomain and its score: what follows, and the match.

    "说到装备，只能给1.9分，上料靠人工" gives ("上料靠人工", M06); a sentence that lists the scores
    of several gives none.
    """
    plain = unicodedata.normalize("NFKC", sentence).lower()
    found = list(names.mentions(plain))
    if not found or found[0].start > _FIRST or len(plain) != len(sentence):
        return sentence, None
    scored = _SCORED.match(plain, found[0].end)
    if scored is None:
        return sentence, None
    later = [m for m in found if m.start >= scored.end() and _SCORED.match(plain, m.end)]
    between = [m for m in found[1:] if m.start < scored.end() and m.code != found[0].code]
    if later or between:
        return sentence, None
    return sentence[scored.end() :], NameMatch((found[0].code,), 0.9, "run_in")
