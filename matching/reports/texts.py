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
    SKIPPED = "skipped"


_FINDING = (
    r"问题|不足|短板|弱项|薄弱|差距|缺陷|待改进|待提升|发现项|(?:评估|主要|现场|诊断|检查|核查|审核)发现|^发现$|痛点|弱点|"
    r"findings?|weakness(?:es)?|issues?|gaps?|problems?|shortcomings?"
)
_NEED = (
    r"建议|改进|整改|措施|对策|提升方向|提升路径|提升举措|下一步|需求|优化方向|努力方向|盼着|盼望|希望|诉求|意见是|"
    r"recommendations?|suggestions?|improvements?|actions?|needs"
)
_STRENGTH = r"优势|亮点|强项|特色|成效|优点|长处|做得好|好的做法|良好实践|strengths?|highlights?"
_CURRENT = (
    r"现状|基本情况|概况|现有情况|评估情况|证据|依据|说明|描述|当前情况|status|evidence|current|"
    r"评语|点评|(?:专家|评估|诊断)意见|comments?|observations?"
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
    r"(?:^|(?<=[。；;！!？?\n\s→⇒➔]))[【\[（(]?((?:[\u4e00-\u9fff]{0,6}?)"
    rf"(?:{_FINDING}|{_NEED}|{_STRENGTH}|{_CURRENT})[\u4e00-\u9fff]{{0,4}})"
    r"(?:[】\]）)]\s*[:：]?|\s*[:：])",
    re.IGNORECASE,
)
_MARKER = re.compile(r"(?:^|(?<=[。；;\n\s]))[（(【\[]?([优缺弱劣短改建])[)）】\]]\s*[:：]?")
_MARKED = {"优": Mode.STRENGTH, "改": Mode.NEED, "建": Mode.NEED}
_ITEM = re.compile(
    r"(?:^|(?<=[。；;：:，,\s]))(?:\d{1,2}[、)）]|\d{1,2}[.．](?!\d)|[（(]\d{1,2}[)）]|[①-⑳]"
    r"|[●•■◆▪○·◇►▶➢]|[（(][一二三四五六七八九十]{1,2}[）)]|[一二三四五六七八九十]{1,2}、"
    r"|[-–—](?=\s))\s*"
)
_FIRST = re.compile(r"(?:一|二|三|四|五|六)(?:是|则)")
_END = re.compile(r"(?<=[。；;！!？?])")
_TRIM = " \t。；;，,、.：:→⇒➔"
_NOTHING = re.compile(
    r"(?:暂?无|没有|未发现|未见|无明显|无重大|暂未发现)(?:明显|重大|严重|突出|大)?的?(?:问题|不足|建议|差距|短板)?"
    r"|n/?a|none|[-—–/]+"
)
_ASKS = re.compile(r"^(?:是否|能否|有无|有没有)|[?？]$")
_VAGUE = re.compile(
    r"(?:企业|公司|工厂)?(?:优先|尽快|逐步|重点|进一步|及时|统筹|持续|加以|予以)+(?:补齐|改进|提升|完善|解决|加强|关注|推进|整改|优化)"
)
_NO_PROBLEM = re.compile(
    r"(?:没有|未见|未发现|无)(?:什么)?(?:大|明显|重大|严重|突出)?的?(?:问题|不足|短板|差距|丢单|投诉)"
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
_COMPLAINT = re.compile(
    r"只有|仅有|全凭|全靠|凭(?:经验|感觉|手感|记忆)|靠(?:人|老|手|嘴|记忆|电话|微信|估)|手写|手抄|手填|人工|口头"
    r"|微信群|现翻|反复|重复|排队|要等|停产|停工|停机|返工|返修|报废|错[发货料单]|[发做装配]错|丢失?|遗漏|漏[检记报]"
    r"|超标|拥堵|堵塞|频繁|严重|随意|随便|看不懂|说不[清准]|不清楚|不晓得|不知道|没[人底数法谁]|没有"
    r"|不(?:通|准|来|出|到位|可信|一致|相认|及时|均|齐|起作用)|对不上|各[存记管]各|各自为政|太?慢|困难|[很太]难|难[以找]"
    r"|混乱|误差|老旧|损坏|失控|积压|堆积|堆[了满]|占满|浪费|白跑|断档|流失|后继无人|风险|过时|扯皮|挨个"
    r"|才[能晓知发做拿]|还[得是]|相差|时断时|插单|拍板|拷贝|压力大|人盯"
)
_SEEN = re.compile(
    r"(?:评估组|专家组?|我们|诊断组)?(?:在)?(?:现场|评估|检查|诊断|走访|访谈|抽查|核查|调研)?(?:中|时|期间)?"
    r"(?:看到|发现|了解到|观察到|注意到)[，,:：]?"
    r"|(?:主要)?(?:问题|不足之?处?|短板|差距)(?:是|在于)[，,:：]?"
)
_ADVISED = re.compile(
    r"(?:为此|因此|据此|对此|鉴于此)?[，,]?(?:我们|专家组?|评估组|诊断组)?的?"
    r"(?:建议(?:是|企业|贵公司|工厂|公司|贵厂|厂里)?|意见是)[，,:：]?"
)
_TURN = re.compile(
    r"[，,;；]\s*(?=(?:为此|因此|据此|对此)?[，,]?(?:我们|专家组?|评估组|诊断组)?建议(?!书|稿|箱))"
)
_GOOD = re.compile(
    r"优势|亮点|领先|表现(?:较好|突出|良好)|较为完善|已建成|基础较好|已经?实现|靠前|不错|口碑好|运[行营](?:良好|成熟)|效果好|已投入|优于|完备|有序"
)


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
    if found == [Mode.CURRENT] and re.search(r"评语|点评|意见|comment|observation", key):
        return Mode.CURRENT_AND_FINDING
    if Mode.STRENGTH in found and (Mode.FINDING in found or Mode.NEED in found):
        return Mode.MIXED
    return found[0] if found else None


def is_label(text: str) -> bool:
    """Tell whether a short cell holds hardly more than words such as 不足 or 改进建议."""
    key = "".join(unicodedata.normalize("NFKC", text).lower().split()).strip(":")
    return (
        len(key) <= 12 and len(MODE_WORDS.sub("", key)) <= 4 and not re.search(r"[:。;；,，]", key)
    )


def labelled_parts(text: str) -> list[tuple[Mode | None, str]]:
    """Cut "现状：……问题：……建议：……" at its labels; the part before the first has mode None."""
    parts: list[tuple[Mode | None, str]] = []
    mode: Mode | None = None
    start = 0
    for found in sorted((*_LABEL.finditer(text), *_MARKER.finditer(text)), key=re.Match.start):
        name = found.group(1)
        new = mode_of(name) if len(name) > 1 else _MARKED.get(name, Mode.FINDING)
        if new is None or len(name) > 14 or found.start() < start:
            continue
        parts.append((mode, text[start : found.start()]))
        mode, start = new, found.end()
    parts.append((mode, text[start:]))
    return [(mode, part.strip()) for mode, part in parts if part.strip()]


def lead_in(sentence: str) -> tuple[Mode | None, str]:
    """Take 现场看到， or 为此建议 from the front of a sentence: what it announces, and the rest."""
    for mode, words in ((Mode.FINDING, _SEEN), (Mode.NEED, _ADVISED)):
        found = words.match(sentence)
        if found and len(sentence) - found.end() >= 4:
            return mode, sentence[found.end() :].strip(_TRIM)
    return None, sentence


def at_advice(sentence: str) -> list[str]:
    """Cut "点检靠纸，建议上线点检系统" before the advice."""
    found = _TURN.search(sentence, 6)
    return [sentence[: found.start()], sentence[found.end() :]] if found else [sentence]


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
    if _ASKS.search(key):  # a question of the assessment, not what was found
        return True
    return len(key) < 4 or bool(_NOTHING.fullmatch(key)) or bool(_LEAD_IN.search(key))


def is_shortfall(text: str) -> bool:
    """Tell whether a sentence speaks of something that is missing or does not work."""
    return bool(_STRONG.search(text)) and not _ADVICE.search(text)


def is_complaint(text: str) -> bool:
    """Tell whether a sentence grumbles in everyday words; only where shortfalls are expected."""
    return bool(_STRONG.search(text) or _COMPLAINT.search(text)) and not _ADVICE.search(text)


def is_suggestion(text: str) -> bool:
    """Tell whether a sentence asks for something to be done."""
    return bool(_ADVICE.search(text)) or bool(_SUGGESTS.match(text))


def is_praise(text: str) -> bool:
    """Tell whether a sentence only says what is good."""
    return bool(_GOOD.search(text)) and not _STRONG.search(_NO_PROBLEM.sub("", text))


def kind_of(text: str, mode: Mode | None) -> Mode | None:
    """Decide whether a sentence is a finding, a need or neither, in a section of `mode`.

    Where a section mixes both, the sentence itself decides.
    """
    if says_nothing(text) or mode in (Mode.STRENGTH, Mode.SKIPPED):
        return None
    if mode is Mode.NEED:
        return None if _VAGUE.fullmatch(text) else Mode.NEED
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
    if mode is Mode.CURRENT_AND_FINDING:
        return Mode.FINDING if is_complaint(text) and not is_praise(text) else None
    return Mode.FINDING if is_shortfall(text) else None
