"""Facts about the whole report: whose it is, when, of which type, and the grade it states."""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator

from matching.gaps.criteria import MfgType
from matching.reports.document import Block, BlockKind
from matching.reports.numbers import read_level
from matching.reports.proposal import Fact, Source, passage

Line = tuple[str, str]
"""A line of text and its place."""

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])")
_NAME = re.compile(
    r"(?:企业名称|受评估(?:方|企业|单位|组织)|被评估(?:方|企业|单位|组织)|工厂名称|单位名称"
    r"|组织名称|公司名称|申报企业"
    r"|评估对象|受评方|企业全称|受评企业|受评组织)(?:名称|全称)?(?:\(盖章\))?"
    r"[:： ]+([^\s:：,，。;；|｜(]{4,40}(?:\([^)]{1,10}\)[^\s,，。;；|｜]{0,20})?)"
)
_COMPANY = re.compile(
    r"[\u4e00-\u9fff()（）]{3,30}(?:有限责任公司|股份有限公司|有限公司|集团公司|工厂|总厂)"
)
_DATE = re.compile(r"(20\d\d)\s*[年./\-]\s*(\d{1,2})\s*[月./\-]\s*(\d{1,2})\s*日?")
_DATE_LABEL = re.compile(
    r"评估(?:日期|时间)|现场评估|诊断(?:日期|时间)|自评(?:日期|时间)|完成日期|填报日期|填表日期|报告日期|编制日期|日期"
)
_NUMERAL_DATE = re.compile(r"(20\d\d)\s*年\s*(\d{1,2})\s*月(?!\s*\d)")
_TYPE_LABEL = re.compile(r"(?:制造|生产|评估|企业|行业|适用|工业)?(?:类型|模式|权重表|方式)|类型")
_TICKED = re.compile(r"[☑√✓✔■●]\s*(流程|离散)")
_TYPE = re.compile(r"(流程|离散)(?:型|制造|行业|工业|式)")
_TYPE_ENGLISH = re.compile(
    r"\b(process|discrete)\b(?:\s+(?:manufactur\w+|industry|type))?", re.IGNORECASE
)
_TOTAL = re.compile(
    r"(?:综合得分|总得分|总分|成熟度得分|整体得分|总体得分|最终得分|评估得分|综合评分|成熟度综合|总评分|overall\s*score)"
    r"[^\d。；]{0,10}?(\d\.\d{1,3}|[0-5])(?:\s*分|(?![\d.%]))",
    re.IGNORECASE,
)
_GRADE = re.compile(
    r"(?:成熟度等级|能力等级|评估等级|总体等级|综合等级|评定等级|总体评定|最终等级|整体(?:处于|达到|评定)|总体(?:处于|达到|水平)|评定为|判定为|评为"
    r"|成熟度[^。；]{0,8}?(?:为|达到|处于)|overall\s*(?:grade|level))"
    r"[^。；]{0,12}?([一二三四五1-5ⅠⅡⅢⅣⅤ]\s*级|规划级|规范级|集成级|优化级|引领级|(?:level|L)\s*[1-5]|未达一级)",
    re.IGNORECASE,
)
_FUTURE = re.compile(r"目标|力争|争取|计划达到|拟达到|申报(?:等级|级别)|期望")
_SUBDOMAIN = re.compile(r"子域|能力域")


def lines_of(blocks: Iterable[Block]) -> Iterator[Line]:
    """Yield text lines; a table row becomes "label：value" pairs of neighbouring cells."""
    for block in blocks:
        if block.kind is not BlockKind.TABLE:
            for line in block.text.split("\n"):
                yield unicodedata.normalize("NFKC", line), block.place
            continue
        for row, place in zip(block.rows, block.row_places, strict=True):
            cells = [" ".join(cell.split()) for cell in dict.fromkeys(row) if cell]
            for left, right in itertools.pairwise(cells):
                yield unicodedata.normalize("NFKC", f"{left.rstrip(':：')}:{right}"), place


class _Notes:
    """Facts so far; a surer statement replaces a less sure one."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}

    def note(self, name: str, value: str, line: Line, *, sure: float) -> None:
        held = self.facts.get(name)
        if held is None or held.source.confidence < sure:
            self.facts[name] = Fact(value, Source(passage(line[0]), line[1], sure, "stated"))


def read_facts(blocks: Iterable[Block]) -> dict[str, Fact]:
    """Read the facts that `ReportProposal.facts` names; the first clear statement counts."""
    notes = _Notes()
    for number, line in enumerate(lines_of(blocks)):
        text = line[0]
        if found := _CODE.search(text.upper()):
            notes.note("credit_code", found.group(), line, sure=0.95)
        if found := _NAME.search(text):
            notes.note("factory_name", found.group(1).strip(" :：_"), line, sure=0.9)
        elif number < 15 and (found := _COMPANY.search(text)):
            notes.note("factory_name", found.group(), line, sure=0.5)
        _note_date(notes, line, early=number < 25)
        _note_type(notes, line)
        _note_grade(notes, line)
    return notes.facts


def _note_date(notes: _Notes, line: Line, *, early: bool) -> None:
    text = line[0]
    labelled = bool(_DATE_LABEL.search(text))
    dates = [
        (int(y), int(m), int(d)) for y, m, d in _DATE.findall(text) if int(m) <= 12 and int(d) <= 31
    ]
    if dates and (labelled or early):
        year, month, day = dates[-1]  # 现场评估 3月4日至6日: the last day is when it was done
        sure = 0.9 if re.search(r"评估|诊断|自评", text) and labelled else 0.7 if labelled else 0.4
        notes.note("assessed_on", f"{year:04d}-{month:02d}-{day:02d}", line, sure=sure)
    elif (found := _NUMERAL_DATE.search(text)) and labelled:
        notes.note("assessed_on", f"{found.group(1)}-{int(found.group(2)):02d}-01", line, sure=0.35)


def _note_type(notes: _Notes, line: Line) -> None:
    text = line[0]
    kinds = {"流程": MfgType.PROCESS, "离散": MfgType.DISCRETE}
    if found := _TICKED.search(text):
        notes.note("mfg_type", kinds[found.group(1)].value, line, sure=0.97)
        return
    if re.search(r"[□☐○]", text):
        return
    named = {kinds[kind] for kind in _TYPE.findall(text)}
    named |= {MfgType(kind.lower()) for kind in _TYPE_ENGLISH.findall(text)}
    if len(named) == 1:
        sure = 0.9 if _TYPE_LABEL.search(text) else 0.6
        notes.note("mfg_type", named.pop().value, line, sure=sure)


def _note_grade(notes: _Notes, line: Line) -> None:
    text = line[0]
    if _FUTURE.search(text):
        return
    if found := _TOTAL.search(text):
        notes.note("total", found.group(1), line, sure=0.85)
    found = _GRADE.search(text)
    if found and not _SUBDOMAIN.search(text):
        level = read_level(found.group(1))
        if level is not None:
            notes.note("grade", str(level), line, sure=0.85)
