"""Rules that a criterion set must keep; each breach names file, code and rule."""

from collections.abc import Iterable, Mapping

from matching.errors import InvalidInput
from matching.gaps.criteria import LEVELS, CriterionSet, MfgType, hard_layers

SUM_TOLERANCE = 1e-6  # files round a seventh to fifteen digits


def check_criteria(criteria: CriterionSet) -> None:
    """Raise `InvalidInput` for the first rule that `criteria` breaks."""
    _check_structure(criteria)
    for mfg_type in MfgType:
        _check_weights(criteria, mfg_type)
    _check_levels(criteria)
    _check_scene_map(criteria)


def _known(codes: Iterable[str], known: Iterable[str], *, where: str) -> None:
    for code in sorted(set(codes) - set(known)):
        raise InvalidInput("unknown_code", where, f"code {code!r} is not defined")


def _check_structure(criteria: CriterionSet) -> None:
    file = "maturity.json"
    for element in criteria.elements.values():
        _known(element.domains, criteria.domains, where=f"{file}:elements[{element.code}]")
    for domain in criteria.domains.values():
        where = f"{file}:domains[{domain.code}]"
        _known([domain.element], criteria.elements, where=where)
        _known(domain.subdomains, criteria.subdomains, where=where)
    for subdomain in criteria.subdomains.values():
        where = f"{file}:subdomains[{subdomain.code}]"
        _known([subdomain.domain], criteria.domains, where=where)
        if tuple(ask.level for ask in subdomain.asks) != LEVELS:
            raise InvalidInput("levels_incomplete", where, "levels 1 to 5 are each needed once")
        if subdomain.code not in criteria.domains[subdomain.domain].subdomains:
            raise InvalidInput("not_in_domain", where, "its domain does not list it")
    if tuple(level.level for level in criteria.maturity_levels) != LEVELS:
        raise InvalidInput("levels_incomplete", f"{file}:levels", "levels 1 to 5 in order")
    for gate in criteria.gates:
        _known(gate.domains, criteria.domains, where=f"{file}:level_gates[{gate.level}]")


def _check_sum(weights: Mapping[str, float], codes: Iterable[str], *, where: str) -> None:
    total = sum(weights.get(code, 0.0) for code in codes)
    if abs(total - 1) > SUM_TOLERANCE:
        raise InvalidInput(
            "weights_not_100", where, f"weights of one layer must sum to 100, not {total * 100:g}"
        )


def _check_weights(criteria: CriterionSet, mfg_type: MfgType) -> None:
    layers = criteria.weights[mfg_type]
    where = f"maturity.json:weights.{mfg_type.value}"
    _known(layers.elements, criteria.elements, where=f"{where}.elements")
    _known(layers.domains, criteria.domains, where=f"{where}.domains")
    _known(layers.subdomains, criteria.subdomains, where=f"{where}.subdomains")
    for code, weight in {**layers.elements, **layers.domains, **layers.subdomains}.items():
        if weight <= 0:
            raise InvalidInput("weight_not_positive", f"{where}[{code}]", f"weight is {weight:g}")
    _check_sum(layers.elements, criteria.elements, where=f"{where}.elements")
    for element in criteria.elements.values():
        _check_sum(layers.domains, element.domains, where=f"{where}.domains of {element.code}")
    for domain in criteria.domains.values():
        _check_sum(
            layers.subdomains, domain.subdomains, where=f"{where}.subdomains of {domain.code}"
        )


def _check_levels(criteria: CriterionSet) -> None:
    for link in criteria.links.values():
        if not link.scenes:
            raise InvalidInput("link_empty", f"scenes.json:{link.code}", "no scene is in the link")
    for level in criteria.factory_levels.values():
        where = f"factory_levels.json:levels[{level.code}]"
        _known(level.links_required, criteria.links, where=where)
        if level.prior_level is not None:
            _known([level.prior_level], criteria.factory_levels, where=where)
        floor = level.thresholds.get("maturity_level_min")
        if floor not in LEVELS:
            raise InvalidInput("no_maturity_floor", where, "maturity_level_min must be 1 to 5")
    _known(criteria.threshold_kpis.values(), criteria.kpis, where="factory_levels.json:kpis")
    for item in criteria.eligibility:
        where = f"factory_levels.json:eligibility[{item.code}]"
        _known(item.levels, criteria.factory_levels, where=where)


def _check_scene_map(criteria: CriterionSet) -> None:
    _known((s.link for s in criteria.scenes.values()), criteria.links, where="scenes.json:scenes")
    for pair in criteria.pairs:
        where = f"scene_map.json:pairs[{pair.scene}-{pair.subdomain}]"
        _known([pair.scene], criteria.scenes, where=where)
        _known([pair.subdomain], criteria.subdomains, where=where)
        if not pair.levels or not set(pair.levels) <= set(LEVELS):
            raise InvalidInput("bad_levels", where, "supports_levels must be levels 1 to 5")
    for edge in criteria.prerequisites:
        where = f"scene_map.json:prerequisites[{edge.before}-{edge.after}]"
        _known([edge.before, edge.after], criteria.scenes, where=where)
    ordered = [
        code for layer in hard_layers(criteria.prerequisites, criteria.scenes) for code in layer
    ]
    if missing := sorted(set(criteria.scenes) - set(ordered)):
        raise InvalidInput(
            "prerequisites_cyclic",
            "scene_map.json:prerequisites",
            f"hard prerequisites form a cycle through {', '.join(missing)}",
        )
    _known(criteria.service_hints, criteria.subdomains, where="scene_map.json:coverage_notes")
