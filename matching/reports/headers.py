"""What the columns of a table are, told by its header row or rows."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from matching.reports.names import SubdomainNames
from matching.reports.numbers import read_number, read_percent
from matching.reports.texts import Mode, mode_of


class Role(StrEnum):
    """What a column holds."""

    CODE = "code"
    ELEMENT = "element"
    DOMAIN = "domain"
    SUBDOMAIN = "subdomain"
    WEIGHT = "weight"
    OTHER = "other"
    FULL = "full"
    RATE = "rate"
    SCORE = "score"
    GRADE = "grade"
    LEVEL = "level"
    QUESTION = "question"
    SCENE = "scene"
    TEXT = "text"


_LEVEL = re.compile(
    r"(?:第|ml|cl|level|lv|l|等级)?\.?([一二三四五1-5ⅰ-ⅴ]|iii|ii|iv|i|v)级?"
    r"(?:\(?(?:规划|规范|集成|优化|引领)级?\)?)?(?:要求)?(?:得分|评分|分值|满足度|符合度|达成率|达成度|完成度|满足率|score)?(?:\(%\))?"
)
_LEVEL_NAME = re.compile(
    r"(?:[1-5一二三四五]级?)?\(?(规划|规范|集成|优化|引领)级\)?(?:得分|评分|分值)?"
)
_DIGIT = {c: i % 5 + 1 for i, c in enumerate("一二三四五12345")}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}
_NAMES = {"规划": 1, "规范": 2, "集成": 3, "优化": 4, "引领": 5}
_RULES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.WEIGHT, re.compile(r"权重|占比|weight|系数")),
    (Role.FULL, re.compile(r"满分|标准分|总分值|^full|max(?:imum)?")),
    (Role.RATE, re.compile(r"得分率|达标率|得分比|scor(?:e|ing)rate|^rate$|百分比")),
    (
        Role.OTHER,
        re.compile(
            r"目标|target|标杆|平均|average|benchmark|上年|上次|去年|上一|上期|期望|加权|weighted|行业|排名"
            r"|差值|分差|责任|备注|remarks?|时限|完成时间|计划时间|优先|priority|投资|预算|周期|复核人|评估人|owner|deadline"
        ),
    ),
    (Role.SCENE, re.compile(r"场景")),
    (
        Role.QUESTION,
        re.compile(r"评估问题|条款|标准要求|评估要求|要求|requirement|考察点|评价要点|评估要点"),
    ),
    (
        Role.SUBDOMAIN,
        re.compile(
            r"子域|sub-?domain|评估项|评价项|评估内容|评价内容|评估指标|评价指标|能力项|能力名称|二级指标|三级指标"
            r"|评估对象|模块|维度|^项目$|^指标$|^item$|^名称$|^域名称$|^评估项目$|所属|归属|涉及领域|能力子|^area$|^aspect$|^capability$|capability(?:area|item)|^dimension$"
        ),
    ),
    (Role.ELEMENT, re.compile(r"要素|element")),
    (Role.DOMAIN, re.compile(r"能力域|评估域|一级指标|domain|^域$|^能力$|^类别$|^分类$|^领域$")),
    (
        Role.SCORE,
        re.compile(
            r"得分|分值|评分|分数|score|评估值|实得|points|^结果$|result|mark|自评|复评|^分$|评定值"
        ),
    ),
    (Role.GRADE, re.compile(r"等级|级别|成熟度|level|grade|达级|maturity|^级$")),
    (Role.CODE, re.compile(r"^序号$|编号|代码|code|^no\.?$|^#$|^id$|^序$")),
)


@dataclass(frozen=True, slots=True)
class Column:
    """Role of one column; `mode` for texts, `level` for level columns, `title` as written."""

    role: Role
    title: str
    mode: Mode | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """Columns of a table and the index of its first body row."""

    columns: dict[int, Column] = field(default_factory=dict)
    body: int = 0

    def of(self, role: Role) -> list[int]:
        """Return the indices of the columns of a role."""
        return [i for i, column in self.columns.items() if column.role is role]

    @property
    def levels(self) -> dict[int, int]:
        """Level -> column, for tables with a column for each level."""
        return {c.level: i for i, c in self.columns.items() if c.role is Role.LEVEL}


def column_of(title: str) -> Column | None:
    """Tell what one header cell announces; None where it says nothing known."""
    key = "".join(unicodedata.normalize("NFKC", title).lower().split())
    if not key or len(key) > 40:
        return None
    if found := _LEVEL.fullmatch(key):
        mark = found.group(1)
        return Column(Role.LEVEL, title, level=_DIGIT.get(mark) or _ROMAN.get(mark, 0))
    if found := _LEVEL_NAME.fullmatch(key):
        return Column(Role.LEVEL, title, level=_NAMES[found.group(1)])
    mode = mode_of(key)
    for role, words in _RULES:
        if words.search(key):
            if role in (Role.WEIGHT, Role.OTHER, Role.FULL) and mode in (
                Mode.FINDING,
                Mode.NEED,
                Mode.MIXED,
            ):
                break  # 目标差距, 优先改进建议
            if role in (Role.QUESTION, Role.GRADE, Role.SCENE) and mode not in (None, Mode.CURRENT):
                break  # 等级差距, 改进要求
            return Column(role, title)
    return None if mode is None else Column(Role.TEXT, title, mode)


def read_header(rows: Sequence[Sequence[str]], names: SubdomainNames) -> Header | None:
    """Find the header in the first rows; None where there is none.

    A header row announces at least two things and holds neither a number nor an official name.
    Where two rows make the header (得分 above 一级, 二级), the lower cell decides.
    """
    for index, row in enumerate(rows[:6]):
        if not _may_be_header(row, names):
            continue
        columns = {i: c for i, cell in enumerate(row) if (c := column_of(cell))}
        if len({(c.role, c.mode, c.level) for c in columns.values()}) < 2:
            continue
        body = index + 1
        while (
            body < len(rows) and body <= index + 2 and _goes_on(rows[body - 1], rows[body], names)
        ):
            lower = {i: c for i, cell in enumerate(rows[body]) if (c := column_of(cell))}
            columns.update(lower)
            body += 1
        return Header(columns, body)
    return None


def _may_be_header(row: Sequence[str], names: SubdomainNames) -> bool:
    cells = [cell for cell in row if cell]
    if len(set(cells)) < 2:
        return False
    for cell in cells:
        if read_number(cell) is not None or read_percent(cell) is not None:
            return False
        if names.is_official(cell) and column_of(cell) is None:
            return False
    return True


def _goes_on(above: Sequence[str], row: Sequence[str], names: SubdomainNames) -> bool:
    if not _may_be_header(row, names):
        return False
    same = sum(1 for a, b in zip(above, row, strict=True) if a == b and a)
    told = sum(1 for cell in row if cell and column_of(cell))
    filled = sum(1 for cell in row if cell)
    columns = [c for cell in row if cell and (c := column_of(cell))]
    levels = {c.level for c in columns if c.role is Role.LEVEL}
    beneath = same >= 1 or len(levels) >= 3  # merged cells of the upper row may be left empty
    return beneath and told >= 2 and told >= 0.7 * filled
