"""Reading of the reference files into a `CriterionSet`; broken data is refused with its place."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from matching.errors import InvalidInput
from matching.gaps._checks import check_criteria
from matching.gaps._reader import Node
from matching.gaps.criteria import (
    Ask,
    CriterionSet,
    Domain,
    Element,
    Eligibility,
    FactoryLevel,
    FactoryLink,
    LayerWeights,
    LevelGate,
    MaturityLevel,
    MfgType,
    PainGroup,
    PainLexicon,
    Prerequisite,
    ReviewStep,
    Scene,
    ScenePair,
    Subdomain,
)

REFERENCE_FILES = ("scenes", "maturity", "factory_levels", "scene_map", "kpis", "pain_lexicon")
"""Files (without .json) that `load_criteria` needs; industries, regions, clusters are not used."""


def read_reference(folder: Path) -> dict[str, object]:
    """Parse every `*.json` of `folder`: file stem -> content.

    Raises:
        InvalidInput: a file is not valid UTF-8 JSON (`not_json`).
        OSError: the folder or a file cannot be read.
    """
    reference: dict[str, object] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            reference[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InvalidInput("not_json", path.name, str(error)) from error
    return reference


def load_criteria(reference: Mapping[str, object]) -> CriterionSet:
    """Build the criterion set from parsed reference files (stem -> content).

    The set is named by `factory_levels.json:criterion_set`; its version joins the versions of all
    files used, so that any change of any file makes another version.

    Raises:
        InvalidInput: a file or field is missing, or a rule is broken (weights of a layer do not sum
            to 100, unknown code, cyclic prerequisites ...); `field` is `file.json:place`.
    """
    files = {name: _file(reference, name) for name in REFERENCE_FILES}
    maturity, levels, scene_map = files["maturity"], files["factory_levels"], files["scene_map"]
    named = levels.child("criterion_set")
    scoring = maturity.child("question_scoring")
    criteria = CriterionSet(
        code=named.text("code"),
        version="+".join(f"{name}-{node.text('version')}" for name, node in files.items()),
        jurisdiction=named.text("jurisdiction"),
        title=named.text("title"),
        scores=tuple(sorted(n.number("score") for n in scoring.children("scale"))),
        level_met_min=maturity.child("level_rule").number("level_met_min"),
        maturity_levels=_maturity_levels(maturity),
        elements={
            n.text("code"): Element(n.text("code"), n.text("name"), n.texts("domain_codes"))
            for n in maturity.children("elements")
        },
        domains={n.text("code"): _domain(n) for n in maturity.children("domains")},
        subdomains={n.text("code"): _subdomain(n) for n in maturity.children("subdomains")},
        weights={kind: _weights(maturity.child("weights").child(kind)) for kind in MfgType},
        trimmable_elements=frozenset(
            maturity.child("applicability").texts("trimmable_element_codes")
        ),
        gates=tuple(_gate(n) for n in maturity.children("level_gates")),
        factory_levels={n.text("code"): _factory_level(n) for n in levels.children("levels")},
        threshold_kpis=_threshold_kpis(levels),
        eligibility=tuple(_eligibility(n) for n in levels.children("eligibility")),
        links=_links(levels, files["scenes"]),
        scenes={n.text("code"): _scene(n) for n in files["scenes"].children("scenes")},
        kpis={n.text("code"): n.text("name") for n in files["kpis"].children("kpis")},
        pairs=tuple(_pair(n) for n in scene_map.children("pairs")),
        prerequisites=tuple(_prerequisite(n) for n in scene_map.children("prerequisites")),
        service_hints=_service_hints(scene_map),
        pain=_pain(files["pain_lexicon"]),
    )
    check_criteria(criteria)
    return criteria


def _file(reference: Mapping[str, object], name: str) -> Node:
    if name not in reference:
        raise InvalidInput("missing_file", f"{name}.json", "the reference file is missing")
    return Node(name, "", reference[name])


def _maturity_levels(maturity: Node) -> tuple[MaturityLevel, ...]:
    return tuple(
        MaturityLevel(
            n.whole("level"), n.text("name"), n.number("score_min"), n.number("score_max")
        )
        for n in maturity.children("levels")
    )


def _domain(node: Node) -> Domain:
    return Domain(
        node.text("code"),
        node.text("name"),
        node.text("element_code"),
        node.texts("subdomain_codes"),
    )


def _subdomain(node: Node) -> Subdomain:
    asks = tuple(Ask(n.whole("level"), n.text("ask"), n.source()) for n in node.children("levels"))
    return Subdomain(node.text("code"), node.text("name"), node.text("domain_code"), asks)


def _weights(node: Node) -> LayerWeights:
    applicable = [n for n in node.children("subdomains") if n.flag("applicable")]
    return LayerWeights(
        elements={n.text("code"): n.number("weight_pct") / 100 for n in node.children("elements")},
        domains={n.text("code"): n.number("weight_pct") / 100 for n in node.children("domains")},
        subdomains={n.text("code"): n.number("weight_pct") / 100 for n in applicable},
        placeholder=frozenset(
            n.text("code") for n in applicable if n.optional_number("official_weight_pct") is None
        ),
    )


def _gate(node: Node) -> LevelGate:
    return LevelGate(
        node.whole("level"), node.texts("required_domain_codes"), node.text("text"), node.source()
    )


def _factory_level(node: Node) -> FactoryLevel:
    thresholds = node.child("thresholds")
    return FactoryLevel(
        code=node.text("code"),
        order=node.whole("order"),
        name=node.text("name"),
        short=node.text("short"),
        links_required=node.texts("links_required"),
        links_rule=node.text("links_rule"),
        thresholds={key: thresholds.optional_number(key) for key in thresholds.data},
        threshold_src={key: node.source(f"thresholds.{key}") for key in thresholds.data},
        prior_level=node.optional_text("prior_level"),
        prior_rule=node.text("prior_rule"),
        links_src=node.source("links_rule"),
        prior_src=node.source("prior_rule"),
        review=tuple(_review(node)),
    )


def _review(node: Node) -> Iterator[ReviewStep]:
    if "review" in node.data:
        chain = node.child("review")
        for body in chain.data:
            step = chain.child(body)
            yield ReviewStep(body, step.text("who"), step.source())


def _threshold_kpis(levels: Node) -> dict[str, str]:
    node = levels.child("threshold_kpis")
    return {key: node.text(key) for key in node.data if key.endswith("_min")}


def _eligibility(node: Node) -> Eligibility:
    return Eligibility(
        code=node.text("code"),
        text=node.text("text"),
        hard=node.text("kind") == "hard",
        levels=node.texts("levels") if "levels" in node.data else (),
        covered_by=node.optional_text("covered_by"),
        src=node.source(),
    )


def _links(levels: Node, scenes: Node) -> dict[str, FactoryLink]:
    by_link: dict[str, list[str]] = {}
    for scene in scenes.children("scenes"):
        by_link.setdefault(scene.text("factory_link"), []).append(scene.text("code"))
    return {
        n.text("code"): FactoryLink(
            n.text("code"), n.text("name"), tuple(by_link.get(n.text("code"), ()))
        )
        for n in levels.children("links")
    }


def _scene(node: Node) -> Scene:
    return Scene(
        code=node.text("code"),
        name=node.text("name"),
        link=node.text("factory_link"),
        provider_types=node.texts("provider_types"),
        ai_uses=node.texts("typical_ai_uses"),
    )


def _choice(node: Node, key: str, *, yes: str, no: str) -> bool:
    value = node.text(key)
    if value not in (yes, no):
        raise node.broken("bad_choice", f"field {key!r} must be {yes!r} or {no!r}")
    return value == yes


def _pair(node: Node) -> ScenePair:
    return ScenePair(
        scene=node.text("scene_code"),
        subdomain=node.text("subdomain_code"),
        primary=_choice(node, "weight", yes="primary", no="secondary"),
        levels=node.wholes("supports_levels"),
        rationale=node.text("rationale"),
    )


def _prerequisite(node: Node) -> Prerequisite:
    return Prerequisite(
        before=node.text("before"),
        after=node.text("after"),
        hard=_choice(node, "strength", yes="hard", no="soft"),
        rationale=node.text("rationale"),
    )


def _service_hints(scene_map: Node) -> dict[str, tuple[str, ...]]:
    hints = {}
    for note in scene_map.children("coverage_notes"):
        if "provider_types" in note.data:
            for code in note.texts("subdomain_codes"):
                hints[code] = note.texts("provider_types")
    return hints


def _pain(node: Node) -> PainLexicon:
    groups = tuple(
        PainGroup(n.text("code"), n.text("name"), n.whole("points"), n.texts("words"))
        for n in node.children("groups")
    )
    return PainLexicon(groups, node.texts("negators"))
