"""From a document to proposals; the parts are in the modules beside this one."""

import re
from collections.abc import Iterable

from matching.gaps.criteria import CriterionSet, MfgType
from matching.reports.collect import Gathered, best_scores, without_repeats
from matching.reports.document import Block, BlockKind, Document
from matching.reports.facts import read_facts
from matching.reports.layout import parts_of
from matching.reports.names import SubdomainNames
from matching.reports.proposal import KpiProposal, ReportProposal, SceneProposal
from matching.reports.prose import read_paragraph, read_scores
from matching.reports.scenes import SceneNames, read_kpi_table, read_scene_list, read_scene_table
from matching.reports.sections import Outline, Section, caption_of, is_contents_line, section_of
from matching.reports.tables import read_table
from matching.reports.texts import Mode

_HUNDRED = re.compile(r"百分制|100\s*分制|满分(?:均?为|是|[:：])?\s*100\s*分?")


def read_report(
    document: Document, criteria: CriterionSet, *, names: SubdomainNames | None = None
) -> ReportProposal:
    """Propose scores, findings, needs, scene states and KPI values from a report.

    Args:
        document: blocks in reading order.
        criteria: gives the codes and official names of subdomains, scenes and KPIs.
        names: names of subdomains; built from `aliases.tsv` where left out. Worth keeping where
            many reports are read.

    Returns:
        Proposals, each with passage, place and confidence. Nothing of them is certain: a person
        confirms before anything is saved. The same document always gives the same proposals.
    """
    gathered = Gathered(names or SubdomainNames(criteria))
    blocks = _without_contents(document.blocks)
    gathered.hundred = any(_HUNDRED.search(block.text) for block in blocks)
    scenes, kpis = _walk(blocks, gathered, SceneNames(criteria))
    if not (gathered.scores or gathered.findings or gathered.needs):
        # Nothing has a shape that is known: free comments. Shortfalls in them may be meant.
        gathered.unresolved.clear()
        gathered.trimmed.clear()
        _walk(blocks, gathered, SceneNames(criteria), open_text=True)
    scores = best_scores(gathered.scores)
    scored = {score.subdomain for score in scores}
    findings = without_repeats(gathered.findings)
    facts = read_facts(document.blocks)
    stated_type = facts.get("mfg_type")
    return ReportProposal(
        scores=scores,
        findings=findings,
        needs=without_repeats(gathered.needs, against=findings),
        scenes=_best_scenes(scenes),
        kpis=_best_kpis(kpis),
        trimmed=tuple(sorted(set(gathered.trimmed) - scored)),
        mfg_type=MfgType(stated_type.value) if stated_type else None,
        facts=facts,
        unresolved=tuple(gathered.unresolved),
    )


def _walk(
    blocks: Iterable[Block],
    gathered: Gathered,
    scene_names: SceneNames,
    *,
    open_text: bool = False,
) -> tuple[list[SceneProposal], list[KpiProposal]]:
    outline = Outline()
    scenes: list[SceneProposal] = []
    kpis: list[KpiProposal] = []
    caption: Section | None = None
    for block in blocks:
        if block.kind is BlockKind.TABLE:
            _read_block_table(block, gathered, outline, caption)
            caption = None
            scenes.extend(read_scene_table(block.rows, block.row_places, scene_names))
            kpis.extend(read_kpi_table(block.rows, block.row_places, scene_names))
            continue
        if found := caption_of(block, gathered.names):
            caption = found
            read_scores(found.scored, block.place, gathered, context=found.match)
            continue
        section = section_of(block, gathered.names)
        if section:
            outline.enter(section)
            read_scores(section.scored, block.place, gathered, context=section.match)
            continue
        scenes.extend(read_scene_list(block.text, block.place, scene_names))
        read_paragraph(block, gathered, outline, open_text=open_text)
    return scenes, kpis


def _read_block_table(
    block: Block, gathered: Gathered, outline: Outline, caption: Section | None
) -> None:
    match = (caption.match if caption else None) or outline.match
    # A table with a caption of its own (表5 费用估算) does not hold what the section announces.
    mode = caption.mode if caption and caption.scored else outline.mode
    if outline.mode is Mode.SKIPPED:
        mode = Mode.SKIPPED
    if mode is Mode.SKIPPED:
        return
    for part in parts_of(block.rows, block.row_places, gathered.names):
        read_table(part, gathered, context=match, mode=mode)


def _without_contents(blocks: Iterable[Block]) -> list[Block]:
    return [b for b in blocks if b.kind is BlockKind.TABLE or not is_contents_line(b.text)]


def _best_scenes(found: Iterable[SceneProposal]) -> tuple[SceneProposal, ...]:
    best: dict[str, SceneProposal] = {}
    for proposal in found:
        held = best.get(proposal.scene)
        if held is None or proposal.source.confidence > held.source.confidence:
            best[proposal.scene] = proposal
    return tuple(best[code] for code in sorted(best))


def _best_kpis(found: Iterable[KpiProposal]) -> tuple[KpiProposal, ...]:
    best: dict[str, KpiProposal] = {}
    for proposal in found:
        held = best.get(proposal.kpi)
        if held is None or proposal.source.confidence > held.source.confidence:
            best[proposal.kpi] = proposal
    return tuple(best[code] for code in sorted(best))
