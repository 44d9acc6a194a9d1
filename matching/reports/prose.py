"""Paragraphs: scores inside sentences, findings and needs of sections and labelled parts."""

import re
import unicodedata

from matching.reports.collect import Gathered
from matching.reports.document import Block
from matching.reports.names import Mention, NameMatch, fold
from matching.reports.numbers import Grade, not_applicable, read_level, spread
from matching.reports.proposal import Source, passage
from matching.reports.sections import Outline
from matching.reports.texts import Mode, labelled_parts, sentences

_CLAUSE = re.compile(r"[。；;！!？?\n]")
_POINTS = re.compile(
    r"(?:得分|评分|得|分值|分数|评估值|为|是|[:：(（=])+\s*(\d(?:\.\d{1,3})?)(?!\d|%|年|月|个|条|台|级|项)\s*(?:分|\)|）|/5|$|[，,、。；;(（])"
    r"|^[:：(（]?(\d\.\d{1,3})(?=[、，,)）]|$)"
    r"|(\d(?:\.\d{1,3})?)\s*分(?!钟|之|别|析|厂|布|散|类|段)"
)
_LEVEL = re.compile(
    r"(?:达到|处于|评为|为|是|属于|仅为|[:：(（]|均为|均达|达|等级)+(?:第|成熟度|等级|智能制造)*([一二三四五1-5]|[ⅰ-ⅴ]|i{1,3}|iv|v)级"
    r"|^[^\u4e00-\u9fff]{0,2}([一二三四五1-5])级"
)
_NOT_NOW = re.compile(
    r"目标|力争|争取|预期|预计|规划到|提升至|提升到|提高到|达到.{0,6}要求的|满分|标杆|平均|去年|上年|上次|差距为|高于|低于|权重"
)
_LINK = re.compile(r"[、,，和与及以]+(?:及)?")
_NEAR = 28
_PREFIX = re.compile(
    r"^(?:[（(]?[\d一二三四五六七八九十]{1,2}[）)、.．]|[●•■◆▪·\-]|[①-⑳])?\s*(?:在|针对|从)?([^:：，,。；（()]{2,14}?)"
    r"(?:(?:子域|能力域|域)?(?:方面|环节|领域|上)?[，,]|(?:[（(][^）)]{1,14}[）)])?\s*[:：]|方面|(?:能力)?子域)"
)


def read_paragraph(block: Block, gathered: Gathered, outline: Outline) -> None:
    """Read one paragraph under the headings that are open."""
    read_scores(block.text, block.place, gathered, context=outline.match)
    paragraph_match: NameMatch | None = None
    for label, part in labelled_parts(block.text):
        mode = label or outline.mode
        how = "label" if label else "section"
        for sentence in sentences(part):
            prefix, named = _named_prefix(sentence, gathered)
            paragraph_match = named or paragraph_match
            match = paragraph_match or outline.match
            if mode is None and match is None:
                continue
            if not label and _tells_score_only(sentence):
                continue
            body = sentence[len(prefix) :] if prefix.endswith((":", "：")) else sentence
            gathered.add_texts(
                body or sentence,
                mode,
                match=match,
                place=block.place,
                confidence=_confidence(mode),
                how=how if mode else "words",
            )


def _confidence(mode: Mode | None) -> float:
    if mode in (None, Mode.CURRENT, Mode.CURRENT_AND_FINDING):
        return 0.55
    return 0.75 if mode is Mode.MIXED else 0.88


def _named_prefix(sentence: str, gathered: Gathered) -> tuple[str, NameMatch | None]:
    """Read "设备管理：……" and "设备管理方面，……": the text of the prefix and what it names."""
    found = _PREFIX.match(sentence)
    if not found:
        return "", None
    match = gathered.names.resolve(found.group(1))
    if match and match.code and match.confidence >= 0.65:
        return found.group(), match
    return "", None


def _tells_score_only(sentence: str) -> bool:
    plain = fold(sentence)
    return (
        bool(re.search(r"\d分|得分|[一二三四五1-5]级", plain))
        and len(plain) < 30
        and not re.search(r"未|缺|没有|不|建议|薄弱|滞后", plain)
    )


def read_scores(text: str, place: str, gathered: Gathered, *, context: NameMatch | None) -> None:
    """Read "设备管理得分1.8分、能源管理0.8分" and "……均为二级"; `context` names a bare score."""
    for clause in _CLAUSE.split(unicodedata.normalize("NFKC", text)):
        if _NOT_NOW.search(clause):
            continue
        folded = fold(clause)
        mentions = list(gathered.names.mentions(folded))
        if not mentions:
            _bare_score(folded, clause, place, gathered, context)
            continue
        _mentioned(folded, mentions, place, gathered)


def _bare_score(
    folded: str, clause: str, place: str, gathered: Gathered, context: NameMatch | None
) -> None:
    if not context or not context.code or len(folded) > 40:
        return
    if not re.search(r"得分|评分|等级|分值|成熟度|\d分|达到|处于", folded):
        return
    if grade := _grade_after(folded):
        source = Source(passage(clause), place, 0.85 * context.confidence, "prose")
        gathered.add_grade(context.code, grade, read=passage(clause)[:40], source=source)


def _mentioned(folded: str, mentions: list[Mention], place: str, gathered: Gathered) -> None:
    waiting: list[Mention] = []
    for index, mention in enumerate(mentions):
        following = mentions[index + 1].start if index + 1 < len(mentions) else len(folded)
        tail = folded[mention.end : min(following, mention.end + _NEAR)]
        if index + 1 < len(mentions) and _LINK.fullmatch(folded[mention.end : following]):
            waiting.append(mention)
            continue
        if not_applicable(tail.strip("，,、:：()（）")):
            gathered.trimmed.append(mention.code)
        elif grade := _grade_after(tail):
            both = [*waiting, mention] if re.search(r"均|都|分别", tail) is not None else [mention]
            numbers = re.findall(r"\d(?:\.\d+)?(?=分|、|和|及|$)", tail) if "分别" in tail else []
            for place_in, named in enumerate(both):
                if numbers:
                    if len(numbers) != len(both):
                        break
                    grade = spread(float(numbers[place_in]))
                source = Source(passage(folded), place, 0.8, "prose")
                gathered.add_grade(named.code, grade, read=tail[:30], source=source)
        waiting = []


def _grade_after(tail: str) -> Grade | None:
    if found := _POINTS.search(tail):
        value = float(found.group(1) or found.group(2) or found.group(3))
        if value <= 5:
            return spread(value)
    if found := _LEVEL.search(tail):
        level = read_level(f"{found.group(1) or found.group(2)}级")
        if level is not None:
            grade = spread(float(level))
            return Grade(grade.value, grade.scores, True, True)
    return None
