"""Rates on the seed data that the thresholds rest on; the figures in the docstrings."""

import random
import re
from itertools import combinations

import numpy as np
import pytest

from matching.needs.duplicates import is_near, shared_bigrams, similar_needs
from matching.needs.split import split_problems
from matching.rank.lexicon import read_table
from tests.unit.matching.needs.conftest import SEED

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def symptoms():
    """Symptoms of the seed needs by factory."""
    found = {}
    for file in sorted(SEED.glob("factories/needs_*.tsv")):
        for _, row in read_table(file):
            found.setdefault(row["factory"], []).append(row["symptom"])
    return found


@pytest.fixture(scope="module")
def findings():
    return [
        (row["subdomain"], row["text"])
        for file in sorted(SEED.glob("factories/findings_*.tsv"))
        for _, row in read_table(file)
    ]


def starts(text, scenes):
    return {p.start for p in split_problems(text, profile=scenes.profiles).problems}


def test_a_need_of_one_problem_mostly_stays_whole(scenes, symptoms):
    texts = [text for own in symptoms.values() for text in own]

    whole = sum(len(starts(text, scenes)) == 1 for text in texts)

    assert whole / len(texts) >= 0.95


@pytest.mark.parametrize(
    ("glue", "precision", "recall"),
    [("\n", 0.93, 0.95), ("另外，", 0.92, 0.93), ("", 0.88, 0.5)],
    ids=["lines", "besides", "full stops only"],
)
def test_needs_of_one_factory_written_in_one_go_come_apart(
    scenes, symptoms, glue, precision, recall
):
    right = wrong = missed = 0
    for own in symptoms.values():
        text, wanted = own[0], {0}
        for other in own[1:3]:
            text += glue
            wanted.add(len(text))
            text += other
        got = starts(text, scenes)
        right += len(got & wanted) - 1
        wrong += len(got - wanted)
        missed += len(wanted - got)

    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def test_no_two_needs_of_one_factory_are_taken_for_duplicates(encoder, symptoms):
    pairs = [pair for own in symptoms.values() for pair in combinations(own, 2)]
    first, second = (encoder.encode_queries(list(side)) for side in zip(*pairs, strict=True))
    cosines = np.einsum("nd,nd->n", first, second)

    flagged = [
        pair
        for pair, meaning in zip(pairs, cosines, strict=True)
        if is_near(shared=shared_bigrams(*pair), meaning=float(meaning))
    ]

    assert len(pairs) > 600
    assert flagged == []


def test_needs_written_again_are_noticed(encoder, symptoms):
    draw = random.Random(5)
    for own in list(symptoms.values())[::4]:
        clauses = [c for c in re.split("[，。；！？]", own[0]) if c]
        draw.shuffle(clauses)
        shorter = "，".join(clauses[: max(1, len(clauses) - 1)])

        near = similar_needs(f"车间里最头疼的是，{shorter}", own, encoder=encoder)

        assert near[0].index == 0


def test_findings_get_their_own_subdomain_mostly_and_certainty_means_what_it_says(
    proposer, criteria, findings
):
    pairs = {(pair.scene, pair.subdomain) for pair in criteria.pairs}
    proposals = [(proposer.propose(text), wanted) for wanted, text in findings]
    shown = [wanted in proposal.subdomains for proposal, wanted in proposals]
    first = [proposal.subdomains[:1] == (wanted,) for proposal, wanted in proposals]
    sure = [(p.scenes[0].code, wanted) in pairs for p, wanted in proposals if p.certainty >= 0.75]
    rest = [
        (p.scenes[0].code, wanted) in pairs
        for p, wanted in proposals
        if p.covered and p.certainty < 0.75
    ]

    assert np.mean(first) >= 0.52
    assert np.mean(shown) >= 0.69
    assert len(sure) > 150
    assert np.mean(sure) >= 0.78
    assert np.mean(rest) < np.mean(sure)
