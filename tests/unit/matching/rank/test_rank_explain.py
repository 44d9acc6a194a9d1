"""Reasons and misfits as data."""

from dataclasses import replace

from rank_cases import DOCS, searcher

from matching.rank.explain import Explanation, explain
from matching.rank.types import Query

NEED = Query(text="点检还靠手抄", industry="C31", region="唐山", budget=3_000_000, weeks=8)
SEARCHER = searcher()


def explained(query: Query, offering: str) -> Explanation:
    hits = SEARCHER.search(query, k=10)
    return explain(query, next(hit for hit in hits if hit.id == offering), searcher=SEARCHER)


def test_three_reasons_stand_in_the_order_of_their_contribution() -> None:
    hit = SEARCHER.search(NEED, k=1)[0]
    codes = [reason.code for reason in explain(NEED, hit, searcher=SEARCHER).reasons]

    assert codes[0] == "words_match"
    assert len(codes) == 3
    assert len(set(codes)) == 3


def test_matched_words_point_into_need_and_offering() -> None:
    reason = explained(NEED, "o-repair").reasons[0]

    assert reason.params == {"terms": ("点检", "手抄")}
    assert reason.evidence == "点检表还是手抄，坏了才修"
    for match in reason.matched:
        for start, end in match.offering_spans:
            assert DOCS[0].text[start:end] == match.term


def test_an_offering_that_fits_has_no_misfit() -> None:
    assert explained(NEED, "o-repair").misfits == ()


def test_everything_that_does_not_fit_is_said() -> None:
    query = replace(
        NEED,
        industry="C15",
        region="邯郸",
        budget=1_000_000,
        weeks=4,
        existing_scenes=frozenset({"S10"}),
    )

    assert [
        (reason.code, dict(reason.params)) for reason in explained(query, "o-repair").misfits
    ] == [
        ("over_budget", {"price_min": 2_000_000, "budget": 1_000_000}),
        ("too_slow", {"weeks_min": 6, "weeks": 4}),
        ("prerequisite_missing", {"scenes": ("S02",)}),
        ("region_not_served", {"region": "邯郸"}),
        ("other_industry", {"industries": ("C31",)}),
    ]


def test_a_missing_case_and_price_are_said() -> None:
    codes = [reason.code for reason in explained(NEED, "o-trace").misfits]

    assert codes[-2:] == ["no_verified_case", "price_unknown"]
