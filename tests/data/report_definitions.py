"""Read `reports/definitions.txt`: what every test report says, apart from how it is laid out."""

import json
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
REPORTS = HERE / "reports"
REFERENCE = HERE.parents[1] / "seed_data" / "reference"


@dataclass
class Sub:
    """One subdomain in one report; `grade` or `levels` (five numbers) or neither."""

    code: str
    grade: float | None = None
    levels: list[float] | None = None
    findings: list[str] = field(default_factory=list)
    needs: list[str] = field(default_factory=list)
    strengths: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass
class Definition:
    """One report: the firm, its subdomains, scene statuses and KPIs (before, now)."""

    number: str
    mfg_type: str
    name: str
    intro: str
    subs: list[Sub] = field(default_factory=list)
    scenes: dict[str, str] = field(default_factory=dict)
    kpis: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def scored(self) -> list[Sub]:
        """Return the subdomains with a grade or level scores."""
        return [s for s in self.subs if s.grade is not None or s.levels is not None]

    def mean(self, codes: list[str] | None = None) -> float:
        """Return the plain mean of grades: the number that traps readers of total rows."""
        some = [
            s.grade for s in self.subs if s.grade is not None and (not codes or s.code in codes)
        ]
        return sum(some) / len(some) if some else 0.0


def _reference(name: str) -> dict:
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


_MATURITY = _reference("maturity")
_DOMAINS = {d["code"]: d for d in _MATURITY["domains"]}
NAMES = {s["code"]: s["name"] for s in _MATURITY["subdomains"]}
NAMES_EN = {s["code"]: s["name_en"] for s in _MATURITY["subdomains"]}
DOMAIN_OF = {s["code"]: _DOMAINS[s["domain_code"]]["name"] for s in _MATURITY["subdomains"]}
ELEMENT_OF = {
    code: element["name"]
    for element in _MATURITY["elements"]
    for domain in element["domain_codes"]
    for code in _DOMAINS[domain]["subdomain_codes"]
}
SCENES = {s["code"]: s["name"] for s in _reference("scenes")["scenes"]}
KPIS = {k["code"]: (k["base_measure"] or k) for k in _reference("kpis")["kpis"]}
STATUS = {"none": "无", "planned": "规划", "pilot": "试点", "applied": "应用", "optimised": "优化"}
EVIDENCE = [
    ("企业管理部", "组织战略：发展规划、年度目标责任书、例会纪要", "6"),
    ("人力资源部", "人员技能：培训计划、签到表、岗位说明书", "14"),
    ("信息中心", "数据与集成：系统清单、接口说明、机房巡检表", "9"),
    ("信息中心", "信息安全：管理制度、应急预案、账号清单", "5"),
    ("设备部", "装备与设备管理：设备台账、点检表、大修合同", "22"),
    ("技术部", "工艺设计：工艺规程、更改通知单", "17"),
    ("供应部", "采购：合格供方名录、采购合同、到货检验单", "11"),
    ("生产部", "计划与调度、生产作业：月计划、日报、交接班本", "31"),
    ("仓储部", "仓储配送：出入库单、盘点表", "8"),
    ("安环部", "安全环保：隐患台账、监测报告、演练照片", "13"),
    ("动力部", "能源管理：月度电耗汇总、计量器具清单", "4"),
    ("销售部", "销售与客户服务：订单评审表、回访表", "10"),
]
"""Papers seen, by department: names of subdomains beside numbers that are no scores."""
TYPE_NAMES = {"process": "流程型", "discrete": "离散型"}


def _subdomain(line: str) -> Sub:
    code, *numbers = line.split()
    if numbers[:1] == ["L"]:
        return Sub(code, levels=[float(n) for n in numbers[1:]])
    return Sub(code, grade=float(numbers[0]) if numbers else None)


def _add(report: Definition, line: str) -> None:
    mark, rest = line[0], line[1:].strip()
    words = line.split()
    if mark == "M":
        report.subs.append(_subdomain(line))
    elif mark == "S":
        report.scenes[words[0]] = words[1]
    elif mark == "K":
        report.kpis[words[0]] = (float(words[1]), float(words[2]))
    else:
        sub = report.subs[-1]
        {"!": sub.findings, ">": sub.needs, "+": sub.strengths, "=": sub.remarks}[mark].append(rest)


def read_definitions() -> dict[str, Definition]:
    """Return the reports by number; KeyError or IndexError where a line is malformed."""
    reports: dict[str, Definition] = {}
    report: Definition | None = None
    for line in (REPORTS / "definitions.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("@"):
            head, intro = line[1:].split("|")
            number, mfg_type, name = head.split()
            report = reports[number] = Definition(number, mfg_type, name, intro.strip())
        else:
            assert report is not None
            _add(report, line)
    return reports


def truth_of(report: Definition, written, *, type_stated: bool) -> dict:
    """Return the truth of a report whose layout writes a score as `written(sub)`."""
    return {
        "mfg_type": report.mfg_type if type_stated else None,
        "scores": {
            s.code: {"grade": s.grade, "levels": s.levels, "as_written": written(s)}
            for s in report.scored
        },
        "findings": [{"subdomain": s.code, "text": t} for s in report.subs for t in s.findings],
        "needs": [{"subdomain": s.code, "text": t} for s in report.subs for t in s.needs],
        "scenes": report.scenes,
        "kpis": {code: {"before": b, "now": n} for code, (b, n) in report.kpis.items()},
    }
