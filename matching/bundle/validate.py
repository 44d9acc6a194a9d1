"""Shape checks of a bundle instance; problems are values, nothing is raised here."""

from collections import Counter
from collections.abc import Iterable, Iterator

from matching.bundle.instance import FULL_QUALITY, BundleInstance, BundleOffering
from matching.bundle.problems import InvalidInstanceError, Problem

MAX_WEIGHT = 1000
MAX_FEN = 10**13
"""100 billion yuan; with 10^4 offerings sums still fit the solver's 64-bit integers."""

MAX_POINTS = 10**12
"""Upper limit of one penalty, for the same reason."""


def validate(instance: BundleInstance) -> tuple[Problem, ...]:
    """Say what is wrong with `instance`; an empty tuple means it can be solved.

    Contradictions between rules (a must that is forbidden, too dear, ...) are not malformed:
    `solve` answers them with status infeasible and the rule.
    """
    found = [*_limit_problems(instance), *_gap_problems(instance)]
    found += _duplicates("offerings", [o.id for o in instance.offerings])
    for offering in instance.offerings:
        found += _offering_problems(instance, offering)
    return tuple(found)


def require_valid(instance: BundleInstance) -> None:
    """Raise `InvalidInstanceError` with all problems unless the instance is well formed."""
    if problems := validate(instance):
        raise InvalidInstanceError(problems)


def _duplicates(where: str, ids: Iterable[str]) -> list[Problem]:
    counts = Counter(ids)
    return [
        Problem("duplicate_id", f"{where}.{name}", f"编号“{name}”重复")
        for name, count in counts.items()
        if count > 1
    ]


def _limit_problems(instance: BundleInstance) -> Iterator[Problem]:
    if not 0 <= instance.budget_fen <= MAX_FEN:
        yield Problem("out_of_range", "budget_fen", "预算必须在 0 到 1000 亿元之间")
    if instance.max_providers < 1:
        yield Problem("out_of_range", "max_providers", "服务商数量上限至少为 1")
    if instance.weeks_limit is not None and instance.weeks_limit < 1:
        yield Problem("out_of_range", "weeks_limit", "工期上限至少为 1 周")
    for name in ("points_per_wan", "coordination", "adapter"):
        if not 0 <= getattr(instance.penalties, name) <= MAX_POINTS:
            yield Problem("out_of_range", f"penalties.{name}", "扣分参数超出范围")
    for field, ids in (("must", instance.must), ("forbid", instance.forbid)):
        for unknown in sorted(ids - instance.offering_by_id.keys()):
            yield Problem("unknown_offering", f"{field}.{unknown}", f"没有方案“{unknown}”")


def _gap_problems(instance: BundleInstance) -> Iterator[Problem]:
    yield from _duplicates("gaps", [gap.id for gap in instance.gaps])
    for gap in instance.gaps:
        if not 1 <= gap.weight <= MAX_WEIGHT:
            yield Problem("out_of_range", f"gaps.{gap.id}.weight", "差距权重必须在 1 到 1000 之间")


def _offering_problems(instance: BundleInstance, offering: BundleOffering) -> Iterator[Problem]:
    where = f"offerings.{offering.id}"
    if not 0 <= offering.price_fen <= MAX_FEN:
        yield Problem("out_of_range", f"{where}.price_fen", "价格必须在 0 到 1000 亿元之间")
    # At least one week each: a prerequisite chain that loops would otherwise take no time.
    if offering.weeks < 1:
        yield Problem("out_of_range", f"{where}.weeks", "工期至少为 1 周")
    if not 0 <= offering.risk_points <= MAX_POINTS:
        yield Problem("out_of_range", f"{where}.risk_points", "风险扣分超出范围")
    for gap_id, quality in offering.quality.items():
        if gap_id not in instance.gap_by_id:
            yield Problem("unknown_gap", f"{where}.quality.{gap_id}", f"没有差距“{gap_id}”")
        if not 0 <= quality <= FULL_QUALITY:
            yield Problem(
                "out_of_range", f"{where}.quality.{gap_id}", "匹配度必须在 0 到 1000 之间"
            )
    if any(not clause for clause in offering.requires_any):
        yield Problem("empty_clause", f"{where}.requires_any", "前置条件不能为空集合")
    if offering.id in offering.conflicts:
        yield Problem("conflicts_itself", f"{where}.conflicts", "方案不能与自身冲突")
