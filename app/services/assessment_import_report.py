"""From what a report seems to say to items that a person ticks one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.core.credit_code import normalise
from app.models import Factory
from app.services.assessment_content import MAX_FINDING
from app.services.assessment_import_flat import Item
from app.services.assessment_import_values import fold, quoted
from matching.gaps import CriterionSet, MfgType
from matching.reports.document import Document
from matching.reports.proposal import KpiProposal, ReportProposal, Source, TextProposal

# Below this the reader is guessing: shown, but not ticked.
SURE = 0.6
# What a person has to look at before it is taken over, however sure the reader is.
DOUBTS = frozenset({"conflict", "unsure_name"})
MAX_UNRESOLVED = 60


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What a report proposes: items, needs and unresolved rows as plain data, and warnings."""

    items: tuple[Item, ...]
    needs: tuple[dict[str, object], ...]
    unresolved: tuple[dict[str, object], ...]
    warnings: tuple[dict[str, object], ...]


def is_sure(item: Item) -> bool:
    """Tell whether an item of a report is ticked to begin with."""
    confident = item.confidence is not None and item.confidence >= SURE
    return confident and not DOUBTS.intersection(item.notes) and not item.field.endswith(".?")


def report_items(
    document: Document, criteria: CriterionSet, *, factory: Factory, measures: Mapping[str, str]
) -> ReportReading:
    """Read a report into items.

    Args:
        document: as extracted.
        criteria: codes and names to look for.
        factory: its organisation must be loaded; a report about another one raises a warning.
        measures: indicator -> what is measured with its unit.
    """
    from matching.reports.reader import read_report

    proposal = read_report(document, criteria)
    return ReportReading(
        items=tuple(_items(proposal, measures, criteria)),
        needs=tuple(_need(need) for need in proposal.needs),
        unresolved=tuple(
            {"text": quoted(row.text), "place": row.place, "reason": row.reason}
            for row in proposal.unresolved[:MAX_UNRESOLVED]
        ),
        warnings=tuple(_warnings(document, proposal, factory)),
    )


def _items(
    proposal: ReportProposal, measures: Mapping[str, str], criteria: CriterionSet
) -> Iterator[Item]:
    for name in ("mfg_type", "assessed_on"):
        if fact := proposal.facts.get(name):
            yield _item(name, fact.value, fact.source)
    mfg_type = proposal.mfg_type
    for code in proposal.trimmed:
        yield Item(f"trimmed.{code}", True, confidence=SURE)
    for score in proposal.scores:
        notes = (*score.notes, *_applies(score.subdomain, criteria, mfg_type))
        yield _item(f"answers.{score.subdomain}", list(score.scores), score.source, notes)
    for text in proposal.findings:
        # Which subdomain it is about may be left to the person: "findings.?".
        code = text.subdomain or "?"
        words = text.text if len(text.text) <= MAX_FINDING else text.text[: MAX_FINDING - 1] + "…"
        notes = tuple(f"candidate:{candidate}" for candidate in text.candidates)
        yield _item(f"findings.{code}", [words], text.source, notes, adds=True)
    for scene in proposal.scenes:
        value = {"status": scene.status.value, "ai": scene.ai}
        yield _item(f"scenes.{scene.scene}", value, scene.source)
    for kpi in proposal.kpis:
        yield from _kpi(kpi, measures, criteria)


def _applies(code: str, criteria: CriterionSet, mfg_type: MfgType | None) -> tuple[str, ...]:
    applies = mfg_type is None or code in criteria.weights[mfg_type].subdomains
    return () if applies else ("unsure_name",)


def _kpi(kpi: KpiProposal, measures: Mapping[str, str], criteria: CriterionSet) -> Iterator[Item]:
    """Take values of the measure itself; a stated improvement is no value of today."""
    measured = measures.get(kpi.kpi, "").startswith(f"{criteria.kpis.get(kpi.kpi, '')}（")
    now = kpi.after if kpi.after is not None else kpi.value if measured else None
    for name, value in (("kpis", now), ("kpis_before", kpi.before)):
        if value is not None and value >= 0:
            yield _item(f"{name}.{kpi.kpi}", value, kpi.source)


def _item(
    name: str, value: object, source: Source, notes: tuple[str, ...] = (), *, adds: bool = False
) -> Item:
    return Item(
        name,
        value,
        adds=adds,
        passage=source.passage,
        place=source.place,
        confidence=round(source.confidence, 2),
        notes=notes,
    )


def _need(need: TextProposal) -> dict[str, object]:
    return {
        "text": need.text,
        "subdomain": need.subdomain,
        "passage": need.source.passage,
        "place": need.source.place,
        "confidence": round(need.source.confidence, 2),
    }


def _warnings(
    document: Document, proposal: ReportProposal, factory: Factory
) -> Iterator[dict[str, object]]:
    """Say what makes the report doubtful as a whole."""
    code = proposal.facts.get("credit_code")
    if code and normalise(code.value) != factory.organisation.credit_code:
        params = {"found": quoted(code.value), "place": code.source.place}
        yield {"code": "import_other_credit_code", "params": params}
    name = proposal.facts.get("factory_name")
    if name and not _same_name(name.value, factory):
        params = {"found": quoted(name.value), "place": name.source.place}
        yield {"code": "import_other_name", "params": params}
    if document.silent_pages:
        pages = "、".join(str(page) for page in document.silent_pages[:20])
        yield {"code": "import_silent_pages", "params": {"pages": pages}}


def _same_name(found: str, factory: Factory) -> bool:
    names = {factory.name, factory.organisation.name, factory.organisation.short_name}
    given = fold(found)
    return any(fold(own) in given or given in fold(own) for own in names if own)
