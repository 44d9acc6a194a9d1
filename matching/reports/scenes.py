"""Scene states and KPI values, from their tables and lists."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from matching.gaps.assessment import SceneStatus
from matching.gaps.criteria import CriterionSet
from matching.reports.names import fold
from matching.reports.proposal import KpiProposal, SceneProposal, Source, passage

Rows = Sequence[Sequence[str]]
_SCENE_CODE = re.compile(r"(?<![a-z0-9])s(\d{2})(?!\d)", re.IGNORECASE)
_KPI_CODE = re.compile(r"(?<![a-z0-9])k(\d{2})(?!\d)", re.IGNORECASE)
_STATUS: tuple[tuple[SceneStatus, str], ...] = (
    (
        SceneStatus.NONE,
        "未开展|未应用|未建|未启动|未实施|未涉及|尚未|没有|空白|^无$|^否$|^×$|^-$|^/$|^—$|none",
    ),
    (SceneStatus.OPTIMISED, "优化|深化|持续改进|全面应用|optimi"),
    (SceneStatus.PILOT, "试点|试运行|试用|在建|建设中|局部|部分|正在建设|实施中|示范线|pilot"),
    (SceneStatus.PLANNED, "规划|计划|拟|待建|筹备|立项|planned"),
    (
        SceneStatus.APPLIED,
        "应用|已建成|建成|完成|已实施|运行|投用|上线|已开展|有效|^有$|^是$|^√$|^✓$|applied",
    ),
)
_YES = re.compile(r"^(?:是|有|√|✓|✔|y|yes|已用|应用|1)$", re.IGNORECASE)
_MARK = re.compile(r"^[√✓✔●■☑★▲]$")
_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
_CHANGE = r"(?:提升|降低|下降|缩短|提高|增长|减少)(?:率|幅度)?$"
_STATE_TITLE = re.compile(
    r"无|未开展|未应用|未建|规划中?|计划|拟建|试点|在建|建设中|已?应用|已建成?|优化|深化应用|持续优化"
)
_YEAR = re.compile(r"20\d\d(?=年|$|\s)")
_MEASURES = {
    "K01": "数控化率 关键工序数控化率 设备数控化率",
    "K05": "研制周期 产品研制周期 产品研发周期 新产品研制周期 新产品研发周期",
    "K07": "单位时间产出 单位时间产量 生产效率 人均小时产出",
    "K09": "不良品率 产品不良品率 不合格品率 产品不合格率",
    "K10": "设备综合效率 OEE 设备利用率",
    "K12": "供应商交付准时率 供应商准时交货率",
    "K13": "准时交付率 订单交付准时率 订单准时交货率",
    "K14": "单位产出运营成本 单位产品运营成本",
    "K15": "人均产值 劳动生产率",
    "K16": "单位产品能耗 单位产品综合能耗",
    "K17": "单位产品碳排放 单位产品碳排放量 单位产品二氧化碳排放",
}
"""Common names of the measures behind the indicators."""
_MIN_LIKE = 0.78


def _bigrams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


class SceneNames:
    """Scenes and KPIs of one criterion set by code, name and near name."""

    def __init__(self, criteria: CriterionSet) -> None:
        self._scenes = {fold(s.name): s.code for s in criteria.scenes.values()}
        self._scene_codes = set(criteria.scenes)
        self._kpis = {fold(name): code for code, name in criteria.kpis.items()}
        self._measures = {re.sub(_CHANGE, "", name): code for name, code in self._kpis.items()}
        for code, others in _MEASURES.items():
            if code in criteria.kpis:
                for other in others.split():
                    self._measures.setdefault(fold(other), code)
        self._kpi_codes = set(criteria.kpis)
        self.plain_kpis = {
            code for name, code in self._kpis.items() if not re.search(_CHANGE, name)
        }

    def scene(self, text: str) -> tuple[str, float] | None:
        """Return (code, confidence) of the scene that a cell names."""
        return _find(text, _SCENE_CODE, "S", self._scene_codes, self._scenes)

    def kpi(self, text: str) -> tuple[str, float, bool] | None:
        """Return (code, confidence, whether the text names the change and not the measure)."""
        plain = re.sub(r"[（(][^（()）]*[）)]", "", unicodedata.normalize("NFKC", text))
        if found := _find(plain, _KPI_CODE, "K", self._kpi_codes, self._kpis):
            return (*found, True)
        if found := _find(plain, _KPI_CODE, "K", self._kpi_codes, self._measures):
            return (*found, False)
        return None

    def scenes_in(self, text: str) -> list[tuple[str, int]]:
        """Return (code, position) of scene names inside running text, folded positions."""
        folded = fold(text)
        return [(code, folded.find(name)) for name, code in self._scenes.items() if name in folded]


def _find(
    text: str, code: re.Pattern[str], letter: str, known: set[str], named: Mapping[str, str]
) -> tuple[str, float] | None:
    plain = unicodedata.normalize("NFKC", text)
    if (found := code.search(plain)) and (value := f"{letter}{found.group(1)}") in known:
        return value, 1.0
    key = re.sub(r"^[\d.、)）(（]+", "", fold(plain)).removesuffix("场景")
    if not 3 <= len(key) <= 40:
        return None
    if key in named:
        return named[key], 0.97
    inside = [name for name in named if name in key and len(key) - len(name) <= 8]
    if len(inside) == 1:
        return named[inside[0]], 0.85
    grams = _bigrams(key)
    like = {
        name: 2 * len(grams & _bigrams(name)) / (len(grams) + len(_bigrams(name)) or 1)
        for name in named
    }
    best = max(like, key=lambda name: like[name], default="")
    return (named[best], round(0.8 * like[best], 3)) if best and like[best] >= _MIN_LIKE else None


def read_status(text: str) -> SceneStatus | None:
    """Read the state of a scene; None where the words say none."""
    key = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return next((status for status, words in _STATUS if re.search(words, key)), None)


def read_scene_table(rows: Rows, places: Sequence[str], names: SceneNames) -> list[SceneProposal]:
    """Read a table with a scene in a row and its state in a column, or a tick under a state."""
    column = _best_column(rows, names)
    if column is None:
        return []
    head = next((i for i, row in enumerate(rows) if names.scene(row[column])), 0)
    header = [" ".join(row[i] for row in rows[:head] if row[i]) for i in range(len(rows[0]))]
    states = {
        i: status
        for i, title in enumerate(header)
        if i != column and _STATE_TITLE.fullmatch(title.strip()) and (status := read_status(title))
    }
    ai = next(
        (i for i, t in enumerate(header) if re.search(r"AI|人工智能", t, re.IGNORECASE)), None
    )
    status_column = next(
        (
            i
            for i, t in enumerate(header)
            if i != column
            and re.search(
                r"状态|应用情况|建设情况|实施情况|进展|应用程度|status|开展|是否", t, re.IGNORECASE
            )
            and i != ai
        ),
        None,
    )
    found = []
    for row, place in zip(rows[head:], places[head:], strict=True):
        scene = names.scene(row[column])
        status = _row_status(row, states, status_column, skip={column, ai})
        if scene and status:
            source = Source(
                passage("｜".join(dict.fromkeys(c for c in row if c))), place, scene[1], "table"
            )
            used = ai is not None and bool(_YES.match(row[ai].strip()))
            found.append(SceneProposal(scene[0], status, used, source))
    return found


def _best_column(rows: Rows, names: SceneNames) -> int | None:
    counts = [sum(1 for row in rows if names.scene(row[i])) for i in range(len(rows[0]))]
    best = max(range(len(counts)), key=lambda i: counts[i])
    return best if counts[best] >= 1 else None


def _row_status(
    row: Sequence[str],
    states: Mapping[int, SceneStatus],
    status_column: int | None,
    *,
    skip: set[int | None],
) -> SceneStatus | None:
    if len(states) >= 2:
        ticked = [status for i, status in states.items() if _MARK.match(row[i].strip())]
        return ticked[0] if len(ticked) == 1 else None
    if status_column is not None:
        return read_status(row[status_column])
    short = [cell for i, cell in enumerate(row) if i not in skip and 0 < len(cell) <= 8]
    return next((status for cell in short if (status := read_status(cell))), None)


_LIST = re.compile(r"[。；;\n]")


def read_scene_list(text: str, place: str, names: SceneNames) -> list[SceneProposal]:
    """Read sentences such as 已应用场景：车间智能排产、能源智能管控."""
    found: list[SceneProposal] = []
    for clause in _LIST.split(text):
        scenes = names.scenes_in(clause)
        if not scenes or "场景" not in clause:
            continue
        status = read_status(fold(clause)[: min(p for _, p in scenes)] or clause)
        if status:
            source = Source(passage(clause), place, 0.7, "prose")
            found.extend(SceneProposal(code, status, False, source) for code, _ in scenes)
    return found


def read_kpi_table(rows: Rows, places: Sequence[str], names: SceneNames) -> list[KpiProposal]:
    """Read a table of KPIs with values before and after, or one value."""
    counts = [sum(1 for row in rows if names.kpi(row[i])) for i in range(len(rows[0]))]
    column = max(range(len(counts)), key=lambda i: counts[i])
    if counts[column] < 1:
        return []
    head = next(i for i, row in enumerate(rows) if names.kpi(row[column]))
    header = [" ".join(row[i] for row in rows[:head] if row[i]) for i in range(len(rows[0]))]

    def titled(words: str) -> int | None:
        return next(
            (i for i, t in enumerate(header) if i != column and re.search(words, t, re.IGNORECASE)),
            None,
        )

    before = titled(r"前|before|基期|上年|上期|去年|同期|原|以往")
    after = titled(
        r"(?:建设|改造|实施|评估|应用|转型|投用)后|after|现值|现在|本年|本期|今年|目前|当前|现状|报告期"
    )
    if before is None or after is None:
        before, after = _years(header) or (before, after)
    change = titled(r"提升|变化|改善|幅度|降幅|增幅|change|改进")
    only = titled(r"数值|指标值|^值$|结果|value|完成|实际")
    unit = titled(r"单位|unit")
    found = []
    for row, place in zip(rows[head:], places[head:], strict=True):
        named = names.kpi(row[column])
        if named is None:
            continue
        code, sure, is_change = named
        values = [_value(row, i) for i in (before, after, change if change is not None else only)]
        if all(v is None for v in values):
            continue
        value = values[2]
        if value is None and is_change and (values[0] is None or code in names.plain_kpis):
            value = values[1]
        shown = row[unit] if unit is not None else _unit(row[column])
        source = Source(
            passage("｜".join(dict.fromkeys(c for c in row if c))), place, sure, "table"
        )
        found.append(KpiProposal(code, value, values[0], values[1], shown, source))
    return found


def _years(header: Sequence[str]) -> tuple[int, int] | None:
    """Two columns titled by years, or more: the first and the last year."""
    years = {int(found.group()): i for i, t in enumerate(header) if (found := _YEAR.search(t))}
    return (years[min(years)], years[max(years)]) if len(years) > 1 else None


def _value(row: Sequence[str], index: int | None) -> float | None:
    if index is None:
        return None
    found = _NUMBER.search(unicodedata.normalize("NFKC", row[index]))
    return float(found.group().replace(",", "")) if found else None


def _unit(title: str) -> str:
    found = re.search(r"[（(]([^（()）]{1,12})[）)]", title)
    return found.group(1) if found else ""
