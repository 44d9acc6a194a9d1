"""Why a bundle is as it is: a ledger that sums to the objective, and reasons per offering."""

from dataclasses import dataclass
from enum import StrEnum

from matching.bundle.diagnose import yuan
from matching.bundle.instance import BundleInstance, BundleOffering
from matching.bundle.result import BundleResult, Closure


class LineKind(StrEnum):
    """What a ledger line counts."""

    CLOSURE = "closure"
    PRICE = "price"
    RISK = "risk"
    ADAPTER = "adapter"
    COORDINATION = "coordination"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One addend of the objective: signed points, what they belong to, and the sum in words."""

    kind: LineKind
    points: int
    text: str
    offering_id: str | None = None
    gap_id: str | None = None


@dataclass(frozen=True, slots=True)
class ClosedGap:
    """A gap that an offering is credited with; `permille` is its part of all closure points."""

    gap_id: str
    label: str
    weight: int
    quality: int
    points: int
    permille: int


@dataclass(frozen=True, slots=True)
class OfferingReason:
    """Why one chosen offering is in the bundle.

    `codes` in order of weight: `closes` (credited gaps), `prerequisite` (others build on it),
    `must`, `lead` (its provider leads), `filler` (none of these: a tie of the objective).
    `net_points` are its credited closure minus its own burden.
    """

    offering_id: str
    codes: tuple[str, ...]
    closes: tuple[ClosedGap, ...]
    needed_for: tuple[str, ...]
    net_points: int
    text: str


def ledger(instance: BundleInstance, result: BundleResult) -> tuple[LedgerLine, ...]:
    """All addends of `result.objective`; the points of the lines sum to it exactly."""
    lines = [_closure_line(instance, closure) for closure in result.closures]
    for name in result.chosen:
        lines += _burden_lines(instance, instance.offering_by_id[name])
    extra = max(0, len(result.providers) - 1)
    if points := extra * instance.penalties.coordination:
        text = f"多 {extra} 家服务商，需要协调"
        lines.append(LedgerLine(LineKind.COORDINATION, -points, text))
    return tuple(lines)


def reasons(instance: BundleInstance, result: BundleResult) -> tuple[OfferingReason, ...]:
    """One reason per chosen offering, most closure points first."""
    found = [_reason_for(instance, result, name) for name in result.chosen]
    return tuple(sorted(found, key=lambda r: (-sum(g.points for g in r.closes), r.offering_id)))


def _closure_line(instance: BundleInstance, closure: Closure) -> LedgerLine:
    gap = instance.gap_by_id[closure.gap_id]
    offering = instance.offering_by_id[closure.offering_id]
    text = (
        f"“{offering.name}”弥补差距“{gap.label or gap.id}”："
        f"权重 {gap.weight} × 匹配度 {closure.quality}‰"
    )
    return LedgerLine(LineKind.CLOSURE, closure.points, text, offering.id, gap.id)


def _burden_lines(instance: BundleInstance, offering: BundleOffering) -> list[LedgerLine]:
    addends = (
        (LineKind.PRICE, instance.price_points(offering), f"价格 {yuan(offering.price_fen)}"),
        (LineKind.RISK, offering.risk_points, "交付风险"),
        (LineKind.ADAPTER, instance.adapter_points(offering), "需要接口适配"),
    )
    return [
        LedgerLine(kind, -points, f"“{offering.name}”{text}", offering.id)
        for kind, points, text in addends
        if points
    ]


def _reason_for(instance: BundleInstance, result: BundleResult, name: str) -> OfferingReason:
    offering = instance.offering_by_id[name]
    closes = tuple(
        _closed_gap(instance, result, closure)
        for closure in result.closures
        if closure.offering_id == name
    )
    needed_for = tuple(other for other in result.chosen if _builds_on(instance, other, name))
    leads = len(result.providers) > 1 and offering.provider == result.lead
    flags = {
        "closes": bool(closes),
        "prerequisite": bool(needed_for),
        "must": name in instance.must,
        "lead": leads and offering.integrator,
    }
    codes = tuple(code for code, on in flags.items() if on) or ("filler",)
    net = sum(gap.points for gap in closes) - instance.burden(offering)
    text = _text(instance, codes, closes=closes, needed_for=needed_for)
    return OfferingReason(name, codes, closes, needed_for, net, text)


def _builds_on(instance: BundleInstance, name: str, supplier: str) -> bool:
    scenes = instance.offering_by_id[supplier].scenes
    return name != supplier and any(clause & scenes for clause in instance.pending[name])


def _closed_gap(instance: BundleInstance, result: BundleResult, closure: Closure) -> ClosedGap:
    gap = instance.gap_by_id[closure.gap_id]
    share = closure.points * 1000 // max(1, result.closure_points)
    return ClosedGap(
        gap.id, gap.label or gap.id, gap.weight, closure.quality, closure.points, share
    )


def _text(
    instance: BundleInstance,
    codes: tuple[str, ...],
    *,
    closes: tuple[ClosedGap, ...],
    needed_for: tuple[str, ...],
) -> str:
    gaps = "、".join(f"{gap.label}（占 {gap.permille / 10:.1f} %）" for gap in closes)
    others = "、".join(instance.offering_by_id[name].name for name in needed_for)
    sentences = {
        "closes": f"弥补差距：{gaps}",
        "prerequisite": f"是{others}的前置条件",
        "must": "由工厂指定必选",
        "lead": "其服务商可牵头集成",
        "filler": "与其他选择等值",
    }
    return "；".join(sentences[code] for code in codes)
