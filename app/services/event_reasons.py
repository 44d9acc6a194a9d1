"""Why two firms meet, as values that a run keeps and its page words."""

from app.services.event_scores import PairScore
from matching.rank.searcher import Searcher
from matching.text.highlight import matched_terms

WORDS_SHOWN = 6
# 一天, 三个, 两次: they stand in every text and say nothing about a problem.
NUMERALS = frozenset("零一二三四五六七八九十百千万半两几每0123456789")
WORDS_LOOKED_AT = 50


def describe_reasons(pair: PairScore, *, searcher: Searcher) -> dict[str, object]:
    """Write why two meet as JSON values: gap, offering, matched words and both sides' parts."""
    described: dict[str, object] = {
        "for_factory": pair.for_factory,
        "for_provider": pair.for_provider,
        "interest": dict(pair.interest),
        "gap": "",
        "offering": "",
        "offering_id": "",
        "quality": 0,
        "matched": [],
    }
    if pair.best is None:
        return described
    doc = searcher.catalogue.docs[searcher.catalogue.row[pair.best.offering_id]]
    words = [
        match.term
        for match in matched_terms(
            pair.best.query.text,
            doc.text,
            tokeniser=searcher.catalogue.tokeniser,
            limit=WORDS_LOOKED_AT,
        )
        if match.term[0] not in NUMERALS
    ]
    described |= {
        "gap": pair.best.label,
        "offering": doc.name,
        "offering_id": doc.id,
        "quality": pair.best.quality.value,
        "matched": words[:WORDS_SHOWN],
    }
    return described
