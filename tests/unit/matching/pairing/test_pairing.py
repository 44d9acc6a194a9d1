"""Pair choice: exact against brute force and against an independent linear programme."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.pairing import (
    Candidate,
    PairingInstance,
    PairingStatus,
    Party,
    check,
    cut_holds,
    mutual_score,
    solve,
)
from matching.pairing.check import PairViolation


def party(id_: str, minimum: int = 0, maximum: int = 3, **more) -> Party:
    return Party(id_, minimum, maximum, **more)


def instance(scores: dict[str, int], **more) -> PairingInstance:
    """Build an instance from {"f1 p1": score}; parties may be overridden."""
    pairs = [tuple(key.split()) for key in scores]
    more.setdefault("factories", tuple(party(f) for f in sorted({f for f, _ in pairs})))
    more.setdefault("providers", tuple(party(p) for p in sorted({p for _, p in pairs})))
    rated = zip(pairs, scores.values(), strict=True)
    candidates = tuple(Candidate(*pair, score) for pair, score in rated)
    return PairingInstance(candidates=candidates, **more)


@st.composite
def instances(draw) -> PairingInstance:
    masks = st.none() | st.integers(0, 7)
    groups = st.sampled_from([None, None, "g", "h"])

    def side(prefix: str, count: int) -> tuple[Party, ...]:
        parties = []
        for i in range(count):
            low = draw(st.integers(0, 2))
            high = draw(st.integers(low, 3))
            parties.append(Party(f"{prefix}{i}", low, high, draw(groups), draw(masks)))
        return tuple(parties)

    factories, providers = side("f", draw(st.integers(1, 4))), side("p", draw(st.integers(1, 3)))
    every = [(f.id, p.id) for f in factories for p in providers]
    pairs = draw(st.lists(st.sampled_from(every), unique=True, max_size=9))
    subset = st.frozensets(st.sampled_from(pairs), max_size=2) if pairs else st.just(frozenset())
    return PairingInstance(
        factories,
        providers,
        tuple(Candidate(*pair, draw(st.integers(0, 6))) for pair in pairs),
        must=draw(subset) if draw(st.booleans()) else frozenset(),
        forbidden=draw(subset),
        declined=draw(subset),
        bonuses={pair: draw(st.integers(0, 3)) for pair in pairs[:2]},
        share_cap_permille=draw(st.sampled_from([None, 300, 700])),
        floor_price_permille=draw(st.sampled_from([0, 10, 400, 1000])),
    )


def missing(pairs, question: PairingInstance) -> int:
    total = 0
    for position, side in enumerate((question.factories, question.providers)):
        for one in side:
            degree = sum(pair[position] == one.id for pair in pairs)
            total += max(0, one.minimum - degree)
    return total


def brute_force(question: PairingInstance) -> tuple[int, int, int] | None:
    """Return (missing, floor, value) of the best of all subsets, None if there is none."""
    by_pair = {c.pair: c for c in question.candidates}
    rated = []
    for size in range(len(by_pair) + 1):
        for pairs in combinations(by_pair, size):
            if not check(pairs, question):
                free = [by_pair[p].score for p in pairs if p not in question.must]
                value = sum(by_pair[p].score + question.bonuses.get(p, 0) for p in pairs)
                # Meeting nobody is no high floor: it only counts where nothing else is left.
                rated.append((missing(pairs, question), min(free, default=-1), value))
    if not rated:
        return None
    least = min(row[0] for row in rated)
    rated = [row for row in rated if row[0] == least]
    must_value = sum(question.value(by_pair[p]) for p in question.must)
    top = max(row[2] for row in rated) - must_value
    kept = 1000 - question.floor_price_permille
    rated = [row for row in rated if (row[2] - must_value) * 1000 >= top * kept]
    floor = max(row[1] for row in rated)
    return least, floor, max(row[2] for row in rated if row[1] >= floor)


@settings(max_examples=300, deadline=None)
@given(question=instances())
def test_the_solver_equals_brute_force_on_tiny_instances(question):
    result = solve(question)
    expected = brute_force(question)

    if expected is None:
        assert result.status is PairingStatus.INFEASIBLE
        assert result.problems != ()
        return
    assert result.status is PairingStatus.OPTIMAL
    assert check(result.pairs, question) == ()
    assert (result.objective.missing, result.objective.value) == (expected[0], expected[2])
    by_pair = {c.pair: c.score for c in question.candidates}
    free = [by_pair[pair] for pair in result.pairs if pair not in question.must]
    assert min(free, default=10**6) >= result.objective.floor
    if free:
        assert min(free) == expected[1]


def test_a_floor_that_leaves_nobody_is_not_taken():
    question = PairingInstance(
        (Party("f", 0, 1),),
        (Party("full", 0, 0), Party("free", 0, 1)),
        (Candidate("f", "full", 900), Candidate("f", "free", 100)),
        floor_price_permille=1000,
    )

    assert solve(question).pairs == (("f", "free"),)


@settings(max_examples=200, deadline=None)
@given(question=instances())
def test_every_shortfall_is_proved_by_its_cut_and_every_refusal_has_a_limit(question):
    result = solve(question)

    for shortfall in result.shortfalls:
        cut = result.cuts[shortfall.cut]
        assert shortfall.party in cut.members
        assert cut.needed > cut.possible
        assert cut_holds(cut, question)
    if result.status is PairingStatus.OPTIMAL:
        refused = {refusal.pair for refusal in result.refusals}
        assert refused | set(result.pairs) == {c.pair for c in question.candidates}
        assert missing(result.pairs, question) == result.objective.missing


def test_guarantees_come_before_value():
    question = instance(
        {"f1 p1": 900, "f2 p1": 100},
        factories=(party("f1"), party("f2", 1)),
        providers=(party("p1", 0, 1),),
    )

    result = solve(question)

    assert result.pairs == (("f2", "p1"),)
    assert [(r.pair, r.code) for r in result.refusals] == [(("f1", "p1"), "provider_full")]


def test_the_floor_rises_when_the_price_allows_it():
    scores = {"f1 p1": 900, "f1 p2": 600, "f2 p1": 580, "f2 p2": 200}
    sides = {
        "factories": (party("f1", 1, 1), party("f2", 1, 1)),
        "providers": (party("p1", 1, 1), party("p2", 1, 1)),
    }

    dear = solve(instance(scores, floor_price_permille=1000, **sides))

    assert dear.pairs == (("f1", "p2"), ("f2", "p1"))
    assert (dear.objective.floor, dear.objective.value) == (580, 1180)


def test_a_good_talk_above_the_guarantee_survives_only_when_the_floor_has_a_price():
    sides = {"factories": (party("f1", 1, 2),), "providers": (party("p1"), party("p2"))}
    scores = {"f1 p1": 900, "f1 p2": 800}

    strict = solve(instance(scores, floor_price_permille=1000, **sides))
    kept = solve(instance(scores, **sides))

    assert strict.pairs == (("f1", "p1"),)
    assert kept.pairs == (("f1", "p1"), ("f1", "p2"))


def test_too_few_places_name_the_parties_that_block_each_other():
    question = instance(
        {"f1 p1": 500, "f2 p1": 600, "f3 p1": 700, "f3 p2": 100},
        factories=(party("f1", 1), party("f2", 1), party("f3", 1)),
        providers=(party("p1", 0, 1), party("p2")),
    )

    result = solve(question)

    assert result.objective.missing == 1
    cut = result.cuts[0]
    assert (cut.members, cut.partners) == (("f1", "f2"), ("p1",))
    assert (cut.needed, cut.possible) == (2, 1)


def test_own_limits_below_the_minimum_are_named_as_such():
    question = instance({"f1 p1": 500}, factories=(party("f1", 2, 3, availability=1),))

    result = solve(question)

    assert [(s.party, s.degree) for s in result.shortfalls] == [("f1", 1)]
    assert (result.cuts[0].members, result.cuts[0].partners) == (("f1",), ())
    assert (result.cuts[0].needed, result.cuts[0].possible) == (2, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"forbidden": frozenset({("f1", "p1")})}, "forbidden"),
        ({"declined": frozenset({("f1", "p1")})}, "declined"),
        (
            {
                "factories": (party("f1", group="g"),),
                "providers": (party("p1", group="g"),),
            },
            "conflict_of_interest",
        ),
        (
            {
                "factories": (party("f1", availability=0b01),),
                "providers": (party("p1", availability=0b10),),
            },
            "no_common_slot",
        ),
        ({"factories": (party("f1", 0, 0),)}, "factory_full"),
        ({"providers": (party("p1", 0, 0),)}, "provider_full"),
    ],
)
def test_a_refused_pair_names_its_limit(changes, code):
    result = solve(instance({"f1 p1": 500}, **changes))

    assert result.pairs == ()
    assert [refusal.code for refusal in result.refusals] == [code]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"forbidden": frozenset({("f1", "p1")})}, ("must_forbidden", ("f1", "p1"))),
        ({"declined": frozenset({("f1", "p1")})}, ("must_declined", ("f1", "p1"))),
        ({"must": frozenset({("f1", "p9")})}, ("must_not_candidate", ("f1", "p9"))),
        ({"factories": (party("f1", 0, 0),)}, ("must_above_maximum", ("f1",))),
        ({"factories": (party("f1", 3, 2),)}, ("bounds_invalid", ("f1",))),
    ],
)
def test_contradictions_are_reported_instead_of_solved(changes, problem):
    result = solve(instance({"f1 p1": 500}, **{"must": frozenset({("f1", "p1")}), **changes}))

    assert result.status is PairingStatus.INFEASIBLE
    assert [(p.code, p.subjects) for p in result.problems] == [problem]


def test_a_must_pair_is_in_however_poor_and_does_not_lower_the_floor():
    question = instance({"f1 p1": 0, "f1 p2": 700}, must=frozenset({("f1", "p1")}))

    result = solve(question)

    assert result.pairs == (("f1", "p1"), ("f1", "p2"))
    assert result.objective.floor == 700


def test_an_invitation_bonus_decides_between_equals():
    question = instance(
        {"f1 p1": 500, "f1 p2": 500},
        factories=(party("f1", 0, 1),),
        bonuses={("f1", "p2"): 50},
    )

    assert solve(question).pairs == (("f1", "p2"),)


def test_the_share_cap_limits_a_popular_provider():
    scores = {f"f{i} p1": 900 for i in range(10)}
    question = instance(scores, providers=(party("p1", 0, 10),), share_cap_permille=300)

    assert solve(question).provider_degrees == {"p1": 3}


@pytest.mark.parametrize(
    ("pairs", "changes", "violation"),
    [
        ([("f1", "p1")] * 2, {}, PairViolation("pair_repeated", ("f1", "p1"))),
        ([("f1", "p9")], {}, PairViolation("pair_unknown", ("f1", "p9"))),
        (
            [("f1", "p1")],
            {"forbidden": frozenset({("f1", "p1")})},
            PairViolation("pair_forbidden", ("f1", "p1")),
        ),
        (
            [("f1", "p1")],
            {"declined": frozenset({("f1", "p1")})},
            PairViolation("pair_declined", ("f1", "p1")),
        ),
        ([], {"must": frozenset({("f1", "p1")})}, PairViolation("must_missing", ("f1", "p1"))),
        (
            [("f1", "p1")],
            {"factories": (party("f1", 0, 0),)},
            PairViolation("above_maximum", ("f1",)),
        ),
    ],
)
def test_the_checker_finds_each_broken_rule(pairs, changes, violation):
    assert check(pairs, instance({"f1 p1": 500}, **changes)) == (violation,)


@pytest.mark.parametrize(
    ("a", "b", "expected"), [(0, 0, 0), (0, 1000, 0), (1000, 1000, 1000), (600, 300, 400)]
)
def test_mutual_score_is_the_harmonic_mean(a, b, expected):
    assert mutual_score(a, b) == expected


def test_mutual_score_refuses_a_score_out_of_range():
    with pytest.raises(ValueError, match="1001"):
        mutual_score(1001, 5)


def generated(factories: int, providers: int, per_factory: int, seed: int) -> PairingInstance:
    """Popularity-skewed random event: a few providers are wanted by many."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, providers + 1) ** 0.6
    weights /= weights.sum()
    candidates = [
        Candidate(f"f{f}", f"p{p}", int(rng.integers(100, 1000)))
        for f in range(factories)
        for p in rng.choice(providers, per_factory, replace=False, p=weights)
    ]
    return PairingInstance(
        tuple(party(f"f{f}", 3, 6) for f in range(factories)),
        tuple(party(f"p{p}", 4, 14) for p in range(providers)),
        tuple(candidates),
    )


def test_value_equals_the_linear_programme_on_a_medium_event():
    from scipy.optimize import linprog
    from scipy.sparse import coo_matrix, hstack, identity, vstack

    question = generated(60, 40, 12, seed=5)
    result = solve(question)
    n, parties = len(question.candidates), (*question.factories, *question.providers)
    index = {one.id: i for i, one in enumerate(parties)}
    rows = [index[c.factory] for c in question.candidates]
    rows += [index[c.provider] for c in question.candidates]
    degree = coo_matrix((np.ones(2 * n), (rows, [*range(n)] * 2)), shape=(len(parties), n))
    slack = identity(len(parties))
    bound = [c.score >= result.objective.floor for c in question.candidates]
    programme = linprog(
        [-c.score for c in question.candidates] + [10**6] * len(parties),
        A_ub=vstack([hstack([degree, 0 * slack]), hstack([-degree, -slack])]),
        b_ub=[p.maximum for p in parties] + [-p.minimum for p in parties],
        bounds=[(0, int(free)) for free in bound] + [(0, None)] * len(parties),
        method="highs",
    )

    assert check(result.pairs, question) == ()
    objective = result.objective
    assert programme.fun == pytest.approx(10**6 * objective.missing - objective.value)


@pytest.mark.slow
def test_a_large_event_is_proved_optimal():
    question = generated(2000, 1000, 40, seed=1)

    result = solve(question)

    assert result.status is PairingStatus.OPTIMAL
    assert check(result.pairs, question) == ()
    assert result.objective.floor > 100
