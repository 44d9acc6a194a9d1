"""Reading of reports: text and tables in, cited proposals out (docs/imports.md)."""

from matching.reports.document import Block, BlockKind, Document, heading, paragraph, table
from matching.reports.names import NameMatch, SubdomainNames
from matching.reports.proposal import (
    Fact,
    KpiProposal,
    ReportProposal,
    SceneProposal,
    ScoreProposal,
    Source,
    TextProposal,
    Unresolved,
)
from matching.reports.reader import read_report

__all__ = [
    "Block",
    "BlockKind",
    "Document",
    "Fact",
    "KpiProposal",
    "NameMatch",
    "ReportProposal",
    "SceneProposal",
    "ScoreProposal",
    "Source",
    "SubdomainNames",
    "TextProposal",
    "Unresolved",
    "heading",
    "paragraph",
    "read_report",
    "table",
]
