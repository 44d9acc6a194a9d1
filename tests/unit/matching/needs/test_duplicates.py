"""Duplicates: the same need in other words of the same factory, and what is only alike."""

from matching.needs.duplicates import shared_bigrams, similar_needs

BEARING = "轴承什么时候坏没人知道，坏了就停线半天"
STOCK = "仓库找料靠人记，月底盘点总对不上账"


def test_the_same_text_with_another_ending_is_near(encoder):
    near = similar_needs(f"{BEARING}，想早点知道。", [STOCK, BEARING], encoder=encoder)

    assert [item.index for item in near] == [1]
    assert near[0].likeness == 1.0


def test_a_rewording_is_near(encoder):
    near = similar_needs("轴承坏之前没人知道，一坏停线大半天", [BEARING, STOCK], encoder=encoder)

    assert [item.index for item in near] == [0]


def test_another_problem_is_not_near(encoder):
    assert similar_needs("焊缝返修一成多，全看焊工手艺", [BEARING, STOCK], encoder=encoder) == ()


def test_nothing_to_compare_with_gives_nothing(encoder):
    assert similar_needs(BEARING, [], encoder=encoder) == ()
    assert similar_needs("", [BEARING], encoder=encoder) == ()


def test_shared_bigrams_look_at_the_shorter_text_without_marks():
    assert shared_bigrams("轴承，坏了", "老轴承坏了才知道") == 1.0
    assert shared_bigrams("轴承坏", "轴承好") == 0.5
    assert shared_bigrams("", "轴承") == 0.0
