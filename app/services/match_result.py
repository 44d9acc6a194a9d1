"""Write gap analyses and bundles as JSON, so that a run can be shown and replayed later."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from app.services.match_search import GapSearch
from matching.bundle import (
    BundleInstance,
    BundleOffering,
    OfferingReason,
    Phase,
    Variant,
    VariantSet,
    build_phases,
    check,
    ledger,
    reasons,
)
from matching.gaps import GapAnalysis, radar
from matching.rank.explain import Reason, explain
from matching.rank.searcher import Searcher


def describe_analysis(analysis: GapAnalysis) -> dict[str, Any]:
    """Give grade, conditions, gaps with factors, build order and radar as JSON values."""
    described = asdict(analysis)
    described["radar"] = [asdict(point) for point in radar(analysis)]
    return described


def describe_reach(candidates: Collection[BundleOffering]) -> dict[str, Any]:
    """Say what stands between the candidates and a bundle, to advise on an empty result.

    `cheapest_fen` and `shortest_weeks` are the least of all candidates (None without any);
    `missing_scenes` are prerequisites that neither the factory has nor a candidate builds.
    """
    built = {scene for offering in candidates for scene in offering.scenes}
    missing = {
        scene
        for offering in candidates
        for clause in offering.requires_any
        if not clause & built
        for scene in clause
    }
    return {
        "cheapest_fen": min((o.price_fen for o in candidates), default=None),
        "shortest_weeks": min((o.weeks for o in candidates), default=None),
        "missing_scenes": sorted(missing),
    }


def describe_bundles(
    instance: BundleInstance,
    answer: VariantSet,
    *,
    search: GapSearch,
    searcher: Searcher,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Give every variant with its offerings and reasons, and why others are missing.

    `names` are the providers' shown names; they are kept with the run, as providers may leave.
    """
    return {
        "variants": [
            _variant(instance, variant, search=search, searcher=searcher, names=names)
            for variant in answer
        ],
        "missing": [asdict(problem) for problem in answer.missing],
    }


def _variant(
    instance: BundleInstance,
    variant: Variant,
    *,
    search: GapSearch,
    searcher: Searcher,
    names: Mapping[str, str],
) -> dict[str, Any]:
    result = variant.result
    return {
        "kind": variant.kind.value,
        "label": variant.label,
        "aim": variant.aim,
        "status": "optimal" if variant.proven else result.status.value,
        "objective": result.objective,
        "bound": result.bound,
        "gap_permille": result.gap_permille,
        "proofs": [asdict(proof) for proof in variant.proofs],
        "cost_fen": result.cost_fen,
        "price_range_fen": _price_range(result.chosen, searcher),
        "weeks": result.weeks,
        "providers": list(result.providers),
        "lead": result.lead,
        "lead_name": names.get(result.lead, "") if result.lead else "",
        "closure_permille": _closure_share(instance, result.closure_points),
        "open_gaps": [_gap_label(instance, gap_id) for gap_id in result.open_gaps],
        "offerings": [
            _offering(instance, reason, search=search, searcher=searcher, names=names)
            for reason in reasons(instance, result)
        ],
        "phases": [_phase(phase) for phase in build_phases(instance, result.chosen)],
        "ledger": [asdict(line) for line in ledger(instance, result)],
        # Judged by the checker, which knows nothing of the solver.
        "violations": [asdict(violation) for violation in check(instance, result)],
    }


def _closure_share(instance: BundleInstance, points: int) -> int:
    """Share of all gap weight that is closed, in thousandths."""
    full = sum(gap.weight for gap in instance.gaps) * 1000
    return points * 1000 // max(1, full)


def _gap_label(instance: BundleInstance, gap_id: str) -> dict[str, str]:
    return {"id": gap_id, "label": instance.gap_by_id[gap_id].label}


def _price_range(chosen: tuple[str, ...], searcher: Searcher) -> list[int]:
    """Sum of the lowest and of the highest prices of the chosen offerings, fen."""
    docs = [searcher.catalogue.docs[searcher.catalogue.row[name]] for name in chosen]
    low = sum(doc.price_min if doc.price_min is not None else doc.price_max or 0 for doc in docs)
    high = sum(doc.price_max if doc.price_max is not None else doc.price_min or 0 for doc in docs)
    return [low, high]


def _offering(
    instance: BundleInstance,
    reason: OfferingReason,
    *,
    search: GapSearch,
    searcher: Searcher,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """One offering of a bundle: what it closes, why it fits, what does not."""
    candidate = instance.offering_by_id[reason.offering_id]
    described: dict[str, Any] = {
        "id": candidate.id,
        "name": candidate.name,
        "provider_id": candidate.provider,
        "provider_name": names.get(candidate.provider, ""),
        "price_fen": candidate.price_fen,
        "weeks": candidate.weeks,
        "role": list(reason.codes),
        "closes": [asdict(closed) for closed in reason.closes],
        "needed_for": list(reason.needed_for),
        "net_points": reason.net_points,
        "reasons": [],
        "misfits": [],
        "quality": {},
        "matched": [],
    }
    found = [key for key in search.rank_hits if key[1] == candidate.id]
    if not found:
        return described
    strongest = max(found, key=lambda key: (search.qualities[key].value, key[0]))
    gap_id = reason.closes[0].gap_id if reason.closes else strongest[0]
    key = (gap_id, candidate.id) if (gap_id, candidate.id) in search.rank_hits else strongest
    explained = explain(search.queries[key[0]], search.rank_hits[key], searcher=searcher)
    described["reasons"] = [_reason(item) for item in explained.reasons]
    described["misfits"] = [_reason(item) for item in explained.misfits]
    described["quality"] = asdict(search.qualities[key])
    described["score_parts"] = [asdict(part) for part in search.rank_hits[key].parts]
    described["matched"] = sorted(
        {match.term for item in explained.reasons for match in item.matched}
    )
    return described


def _reason(reason: Reason) -> dict[str, Any]:
    """A reason without the spans, which index texts that may have changed when it is shown."""
    return {
        "code": reason.code,
        "params": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in reason.params.items()
        },
        "matched": [match.term for match in reason.matched],
        "evidence": reason.evidence,
    }


def _phase(phase: Phase) -> dict[str, Any]:
    return asdict(phase)
