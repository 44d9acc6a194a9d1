"""Gathering candidates by provider."""

from dataclasses import replace

from bundle_cases import QUICK, offer, question, random_instance

from matching.bundle import Hit, gather, solve
from matching.bundle.candidates import provider_bounds
from matching.bundle.result import net_points

CATALOGUE = (
    offer("A1", provider="PA"),
    offer("A2", provider="PA", quality={"G2": 700}),
    offer("B1", provider="PB", quality={"G1": 600}),
    offer("C1", provider="PC", quality={"G2": 900}),
)


def expand(providers):
    return [o for o in CATALOGUE if o.provider in providers]


def test_a_hit_brings_in_everything_of_its_provider():
    found = gather(question(), hits={"G1": [Hit("A1", "PA")]}, expand=expand)

    assert [o.id for o in found.instance.offerings] == ["A1", "A2"]
    assert (found.dropped, found.cut_bound) == ((), 0)


def test_only_the_top_hits_of_a_gap_count():
    hits = {"G1": [Hit("A1", "PA"), Hit("B1", "PB")], "G2": [Hit("C1", "PC")]}

    found = gather(question(), hits=hits, expand=expand, per_gap=1)

    assert {o.provider for o in found.instance.offerings} == {"PA", "PC"}


def test_the_weakest_providers_are_dropped_with_a_bound():
    hits = {"G1": [Hit("A1", "PA"), Hit("B1", "PB")], "G2": [Hit("C1", "PC")]}

    found = gather(question(), hits=hits, expand=expand, max_providers=1)

    assert found.provider_points == {"PA": 9500, "PB": 5000, "PC": 3500}
    assert found.dropped == ("PB", "PC")
    assert found.cut_bound == 5000 + 3500


def test_the_musts_of_the_question_are_kept_with_their_provider():
    asked = question(CATALOGUE[3], must=frozenset({"C1"}))

    found = gather(asked, hits={"G1": [Hit("A1", "PA")]}, expand=expand, max_providers=0)

    assert [o.id for o in found.instance.offerings] == ["C1"]
    assert found.instance.must == frozenset({"C1"})


def test_a_prerequisite_of_a_kept_provider_is_kept():
    shop = (
        offer("MES", provider="PA", needs=("S01",)),
        offer("NET", provider="PB", quality={}, scenes="S01", price=3),
        offer("LAN", provider="PC", quality={}, scenes="S01", price=5),
    )

    found = gather(
        question(),
        hits={"G1": [Hit("MES", "PA"), Hit("NET", "PB"), Hit("LAN", "PC")]},
        expand=lambda providers: [o for o in shop if o.provider in providers],
        max_providers=1,
    )

    assert [o.id for o in found.instance.offerings] == ["MES", "NET"]


def test_provider_bounds_hold_for_every_provider_alone():
    instance = random_instance(1)
    for provider, bound in provider_bounds(instance).items():
        mine = replace(
            instance, offerings=tuple(o for o in instance.offerings if o.provider == provider)
        )
        best = solve(mine, limits=QUICK)
        assert net_points(mine, best.chosen) <= bound
