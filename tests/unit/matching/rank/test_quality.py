"""Quality of an offering for a gap: each factor on its own, with literal numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.rank.quality import (
    ADVISORY,
    FIT_PARTS,
    closure_quality,
    industry_factor,
    raw_fit,
)
from matching.rank.types import Hit, Part


def part(code, value, weight=1.0):
    return Part(code, value, weight, value * weight)


def hit(*parts):
    return Hit("o", "p", sum(p.contribution for p in parts), parts)


def test_raw_fit_adds_text_and_scene_but_not_the_industry():
    found = hit(part("lexical", 0.5), part("dense", 0.4), part("industry", 1.0, 0.7))

    assert raw_fit(found) == pytest.approx(0.9)
    assert FIT_PARTS == ("lexical", "dense", "scene")


def test_the_best_hit_without_evidence_by_others_has_seven_tenths():
    quality = closure_quality(hit(part("lexical", 1.0), part("dense", 0.5)), best_fit=1.5)

    assert (quality.value, quality.fit, quality.ready, quality.trust) == (700, 1.0, 1.0, 0.0)


def test_the_best_of_poor_answers_stays_poor():
    quality = closure_quality(hit(part("lexical", 0.6)), best_fit=0.6)

    assert (quality.value, quality.fit) == (350, pytest.approx(0.5))


def test_an_offering_not_delivered_in_the_region_keeps_half():
    found = hit(part("lexical", 1.2), part("region", 0.0, 0.08), part("weeks", 1.0, 0.06))

    assert closure_quality(found, best_fit=1.2).ready == 0.5


def test_missing_prerequisites_lower_readiness_by_their_share():
    found = hit(part("lexical", 1.2), part("region", 1.0), part("prerequisites", 0.0))

    assert closure_quality(found, best_fit=1.2).ready == 0.75


def test_industry_and_advisory_multiply_and_stay_visible():
    quality = closure_quality(
        hit(part("lexical", 1.2)), best_fit=1.2, industry=0.4, advisory=ADVISORY
    )

    assert (quality.value, quality.industry, quality.advisory) == (98, 0.4, 0.35)


def test_a_best_fit_of_nothing_is_refused():
    with pytest.raises(ValueError, match="best_fit"):
        closure_quality(hit(part("lexical", 0.5)), best_fit=0.0)


@pytest.mark.parametrize(
    ("declared", "factor"),
    [
        (("C33", "C36"), 1.0),
        ((), 0.85),
        (("C34",), 0.7),
        (("C17", "C18"), 0.4),
        (("C17", "C34"), 0.7),
    ],
)
def test_industry_factor_for_a_forging_plant(declared, factor):
    assert industry_factor("C33", declared, related=frozenset({"C31", "C34"})) == factor


shares = st.floats(0, 1)


@given(fit=shares, trust=shares, region=shares, industry=shares, advisory=shares)
def test_quality_is_between_nothing_and_a_full_closure(fit, trust, region, industry, advisory):
    found = hit(part("dense", fit), part("region", region), part("verified_cases", trust))

    quality = closure_quality(found, best_fit=1.0, industry=industry, advisory=advisory)

    assert 0 <= quality.value <= 1000
