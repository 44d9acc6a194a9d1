"""Paragraphs: scores inside sentences, findings and needs of sections and labelled parts."""

import re
import unicodedata
from collections.abc import Sequence

from matching.reports.collect import Gathered
from matching.reports.document import Block
from matching.reports.names import Mention, NameMatch, fold
from matching.reports.numbers import Grade, not_applicable, read_level, spread
from matching.reports.proposal import Source, passage
from matching.reports.sections import Outline
from matching.reports.subjects import named_prefix, run_in
from matching.reports.texts import Mode, labelled_parts, lead_in, sentences

_CLAUSE = re.compile(r"[。；;！!？?\n]")
_POINTS = re.compile(
    r"(?:得分|评分|得|分值|分数|评估值|为|是|[:：(（=])+\s*(\d(?:\.\d{1,3})?)(?!\d|%|年|月|个|条|台|级|项)\s*(?:分|\)|）|/5|$|[，,、。；;(（])"
    r"|^[:：(（]?(\d\.\d{1,3}(?=[、，,)）]|$)|\d(?:\.\d{1,3})?(?=/5(?!\d)))"
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
_SHORT = 160
_BRACKETS = str.maketrans("【】[]", "()()")


def read_paragraph(
    block: Block, gathered: Gathered, outline: Outline, *, open_text: bool = False
) -> None:
    """Read one paragraph under the headings that are open.

    `open_text`: sentences without subdomain and section are read as well (free comments).
    """
    if outline.mode is Mode.SKIPPED:
        return
    read_scores(block.text, block.place, gathered, context=outline.match)
    subject: NameMatch | None = None
    parts = labelled_parts(block.text)
    hint = _hint(block.text, parts, gathered)
    for index, (label, part) in enumerate(parts):
        answered = index + 1 < len(parts) and parts[index + 1][0] is Mode.NEED
        mode, how = label or outline.mode, "label" if label else "section"
        for sentence in sentences(part):
            body, scored = run_in(sentence, gathered.names)
            body, named = (body, scored) if scored else named_prefix(sentence, gathered.names)
            subject = named or subject
            if scored:  # a new subject ends the label before it: 建议：… 数据目前是1.3分。…
                mode, how = _after_score(outline.mode), "run_in"
            elif not label and _tells_score_only(sentence):
                continue
            if mode is None and answered and not label:
                mode = Mode.CURRENT_AND_FINDING
            match = subject or outline.match or hint
            announced = lead_in(body)[0] if match else None
            if len(body.strip(" ，,。；;：:")) < 4 or not (mode or match or announced or open_text):
                continue
            if open_text and not label and outline.mode is Mode.CURRENT:
                continue  # 企业概况 of a report that has no shape
            gathered.add_texts(
                body,
                mode or (Mode.CURRENT_AND_FINDING if match is hint and match else None),
                match=match,
                place=block.place,
                confidence=_confidence(announced or mode),
                how=how if mode else "words",
            )


def _after_score(mode: Mode | None) -> Mode:
    return Mode.CURRENT_AND_FINDING if mode in (None, Mode.CURRENT, Mode.STRENGTH) else mode


def _hint(
    text: str, parts: Sequence[tuple[Mode | None, str]], gathered: Gathered
) -> NameMatch | None:
    """A problem and the wish for it in one short paragraph speak of one subdomain."""
    wished = any(label is Mode.NEED for label, _ in parts[1:]) and parts[0][0] is None
    if not wished or len(text) > _SHORT:
        return None
    words, _ = gathered.names.classify(text)
    if words is None or words.code is None:
        return None
    return NameMatch(words.codes, words.confidence * 0.9, "words")


def _confidence(mode: Mode | None) -> float:
    if mode in (None, Mode.CURRENT, Mode.CURRENT_AND_FINDING):
        return 0.55
    return 0.75 if mode is Mode.MIXED else 0.88


def _tells_score_only(sentence: str) -> bool:
    plain = fold(sentence)
    return (
        bool(re.search(r"\d分|得分|[一二三四五1-5]级", plain))
        and len(plain) < 30
        and not re.search(r"未|缺|没有|不|建议|薄弱|滞后", plain)
    )


def read_scores(text: str, place: str, gathered: Gathered, *, context: NameMatch | None) -> None:
    """Read "设备管理得分1.8分、能源管理0.8分" and "……均为二级"; `context` names a bare score."""
    for clause in _CLAUSE.split(unicodedata.normalize("NFKC", text).translate(_BRACKETS)):
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
