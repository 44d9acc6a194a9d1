"""What the pages of match runs show: the form, and the bundles of a kept run.

Everything of a run comes from its own snapshot; the database adds only whether an offering is
still in the catalogue, so that its link works.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.actors import Actor
from app.core.money import format_wan
from app.models import Factory, MatchRun
from app.web.contexts.factory import TARGETS, rights
from app.web.contexts.factory_reasons import (
    misfit_sentence,
    reason_sentence,
    role_words,
    scene_names,
)
from app.web.forms.fields import FormView
from app.web.forms.match import LABELS, MAX_PROVIDERS
from app.web.i18n import N_, language_of, translate
from app.web.labels import label

VARIANT_NAMES = {
    "economy": N_("经济"),
    "balanced": N_("均衡"),
    "comprehensive": N_("全面"),
}
VARIANT_AIMS = {
    "economy": N_("花费明显低于均衡方案时，净收益最高的组合"),
    "balanced": N_("全部预算以内，补差距的收益减去价格、协调和风险后最高的组合"),
    "comprehensive": N_("全部预算以内补得最多，同样多时净收益最高的组合"),
}
MISSING = {
    "no_cheaper_bundle": N_("花费明显低于均衡方案时，没有可行且有收益的组合。"),
    "nothing_pays": N_("没有一项方案的收益能抵过它的价格和风险。"),
    "nothing_more_to_cover": N_("均衡方案已经补到预算内能补的最多，所以没有另列全面方案。"),
    "no_gaps": N_("相对这个目标没有找到差距，也没有已发布的需求，所以没有要补的内容。"),
    "not_found": N_("在规定时间内没有找到可行的组合。"),
}
# Said of a variant beside the balanced one; without any bundle they would explain nothing.
BESIDE_BALANCED = ("no_cheaper_bundle", "nothing_more_to_cover")
FACTOR_NAMES = {
    "fit": N_("对题程度"),
    "ready": N_("可实施"),
    "trust": N_("他证"),
    "industry": N_("行业适配"),
    "advisory": N_("能否建成"),
}


def match_form_context(request: Request, factory: Factory, form: FormView) -> dict[str, object]:
    """Prepare the form of limits."""
    return {
        "factory": factory,
        "form": form,
        "labels": {name: translate(request, text) for name, text in LABELS.items()},
        "targets": TARGETS,
        "provider_counts": [str(number) for number in range(1, MAX_PROVIDERS + 1)],
    }


def run_context(
    request: Request,
    run: MatchRun,
    *,
    public_offerings: Collection[str],
    catalogue_version: int,
    actor: Actor,
) -> dict[str, object]:
    """Prepare a run: its variants, what is missing and why, and what it rests on."""
    result = run.result
    bundles = result["bundles"]
    weights = {gap["id"]: gap["weight"] for gap in result["gaps"]}
    public = frozenset(public_offerings)
    variants = [_variant(request, v, weights=weights, public=public) for v in bundles["variants"]]
    _open_first(variants)
    _compare_with_balanced(bundles["variants"], variants)
    return {
        **rights(run.factory, actor),
        "run": run,
        "factory": run.factory,
        "variants": variants,
        "missing": _reasons_missing(request, run),
        "advice": [] if variants else _advice(request, run),
        "gap_count": len(weights),
        "candidates": result["candidates"],
        "left_out": result["without_price_or_weeks"],
        "is_outdated": run.catalogue_version != catalogue_version,
    }


def _compare_with_balanced(
    stored: Sequence[Mapping[str, Any]], shown: Sequence[dict[str, object]]
) -> None:
    """Say what the other variants cost and close against balanced: more money may buy little."""
    balanced = next((v for v in stored if v["kind"] == "balanced"), None)
    for variant, page in zip(stored, shown, strict=True):
        page["against"] = None
        if balanced is None or variant is balanced:
            continue
        cost = variant["cost_fen"] - balanced["cost_fen"]
        points = variant["closure_permille"] - balanced["closure_permille"]
        page["against"] = {
            "dearer": cost >= 0,
            "cost_fen": abs(cost),
            "points": f"{abs(points) / 10:.1f}",
        }


def _open_first(variants: list[dict[str, object]]) -> None:
    """Mark the variant that stands open: balanced, or else the first; the others are folded."""
    kinds = [variant["kind"] for variant in variants]
    chosen = "balanced" if "balanced" in kinds else (kinds[0] if kinds else "")
    for variant in variants:
        variant["first"] = variant["kind"] == chosen


def offering_ids(run: MatchRun) -> set[str]:
    """Give the ids of all offerings in the bundles of a run."""
    return {
        str(offering["id"])
        for variant in run.result["bundles"]["variants"]
        for offering in variant["offerings"]
    }


def _variant(
    request: Request,
    variant: Mapping[str, Any],
    *,
    weights: Mapping[str, int],
    public: frozenset[str],
) -> dict[str, object]:
    names = {offering["id"]: offering["name"] for offering in variant["offerings"]}
    low, high = variant["price_range_fen"]
    return {
        "kind": variant["kind"],
        "name": translate(request, VARIANT_NAMES.get(variant["kind"], variant["label"])),
        "aim": translate(request, VARIANT_AIMS.get(variant["kind"], variant["aim"])),
        "proven": variant["status"] == "optimal",
        "proof": translate(request, label("proof", variant["status"])),
        "gap_percent": f"{(variant['gap_permille'] or 0) / 10:.1f}",
        "cost_fen": variant["cost_fen"],
        "low_fen": low,
        "high_fen": high,
        "weeks": variant["weeks"],
        "closure": variant["closure_permille"] / 10,
        "closure_percent": f"{variant['closure_permille'] / 10:.1f}",
        "providers": _providers(variant),
        "offerings": [_offering(request, o, public=public) for o in variant["offerings"]],
        "phases": [_phase(phase, names) for phase in variant["phases"]],
        "open_gaps": [
            {
                "label": gap_name(request, gap["id"], gap["label"]),
                "weight": weights.get(gap["id"], 0),
            }
            for gap in variant["open_gaps"]
        ],
        "ledger": variant["ledger"],
        "objective": variant["objective"],
        "violations": [v["message"] for v in variant["violations"]],
    }


def gap_name(request: Request, gap_id: str, label: str) -> str:
    """Name a scene in the reader's language; a need keeps the words of its factory."""
    if not gap_id.startswith("scene:"):
        return label
    reference: Reference = request.app.state.wiring.reference
    return reference.name_of("scene", gap_id.removeprefix("scene:"), language_of(request))


def _providers(variant: Mapping[str, Any]) -> list[dict[str, object]]:
    """The providers by name, the lead first."""
    names = {o["provider_id"]: o.get("provider_name", "") for o in variant["offerings"]}
    found = [
        {"id": key, "name": name or key[:8], "leads": key == variant["lead"]}
        for key, name in names.items()
    ]
    return sorted(found, key=lambda provider: (not provider["leads"], str(provider["name"])))


def _offering(
    request: Request, offering: Mapping[str, Any], *, public: frozenset[str]
) -> dict[str, object]:
    quality = offering["quality"]
    return {
        "id": offering["id"],
        "name": offering["name"],
        "is_public": offering["id"] in public,
        "provider_id": offering["provider_id"],
        "provider_name": offering.get("provider_name", ""),
        "price_fen": offering["price_fen"],
        "weeks": offering["weeks"],
        "roles": role_words(request, [c for c in offering["role"] if c != "closes"]),
        "closes": [
            {
                "label": gap_name(request, c["gap_id"], c["label"]),
                "weight": c["weight"],
                "percent": c["quality"] // 10,
            }
            for c in offering["closes"]
        ],
        "reasons": [reason_sentence(request, reason) for reason in offering["reasons"]],
        "misfits": [misfit_sentence(request, reason) for reason in offering["misfits"]],
        "factors": [
            (translate(request, name), f"{quality[code]:.2f}")
            for code, name in FACTOR_NAMES.items()
            if code in quality
        ],
    }


def _phase(phase: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, object]:
    return {
        "number": phase["number"],
        "start": phase["start_week"],
        "finish": phase["finish_week"],
        "steps": [
            {
                "name": names.get(step["offering_id"], step["offering_id"]),
                "start": step["start_week"],
                "finish": step["finish_week"],
                "reason": step["reason"],
            }
            for step in phase["steps"]
        ],
    }


def _reasons_missing(request: Request, run: MatchRun) -> list[str]:
    """Say why a variant, or all of them, are missing; the solver's words for unknown codes."""
    bundles = run.result["bundles"]
    if not run.result["gaps"]:
        return [translate(request, MISSING["no_gaps"])]
    return [
        translate(request, MISSING.get(problem["code"], problem["message"]))
        for problem in bundles["missing"]
        if bundles["variants"] or problem["code"] not in BESIDE_BALANCED
    ]


def _advice(request: Request, run: MatchRun) -> list[str]:
    """Say what to change where there is no bundle at all: budget, weeks, providers, needs."""
    result = run.result
    reach = result.get("within_reach", {})
    if not result["gaps"]:
        return [translate(request, N_("选择更高的目标等级，或先发布需求，再重新匹配。"))]
    if not result["candidates"]:
        return [
            translate(request, N_("目录里没有价格和周期都公开、又足够对题的产品或方案。")),
            translate(request, N_("把现象写得更具体，或在目录里直接联系价格面议的服务商。")),
        ]
    found = []
    cheapest, quickest = reach.get("cheapest_fen"), reach.get("shortest_weeks")
    if cheapest is not None and cheapest > run.budget_fen:
        text = N_("对题的方案里最便宜的约 {price} 万元，高于预算 {budget} 万元：请提高预算。")
        found.append(
            translate(request, text).format(
                price=format_wan(cheapest), budget=format_wan(run.budget_fen)
            )
        )
    if quickest is not None and run.weeks_limit is not None and quickest > run.weeks_limit:
        text = N_("最快的方案需要 {weeks} 周，长于期限 {limit} 周：请放宽期限。")
        found.append(translate(request, text).format(weeks=quickest, limit=run.weeks_limit))
    if scenes := reach.get("missing_scenes"):
        text = N_("有的方案要求工厂先有这些场景，而目录里没有能先建它们的方案：{scenes}。")
        found.append(translate(request, text).format(scenes=scene_names(request, scenes)))
    if found:
        text = N_("也可以增加服务商家数（现在最多 {count} 家），或换一个目标等级再试。")
    else:
        text = N_("请提高预算、增加服务商家数（现在最多 {count} 家），或换一个目标等级再试。")
    found.append(translate(request, text).format(count=run.max_providers))
    return found
