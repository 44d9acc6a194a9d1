"""Reading the lexicon: labelled phrases and written pairs, and where a broken row stands."""

from pathlib import Path

import pytest

from app.settings import ROOT
from matching.errors import InvalidInput
from matching.rank.lexicon import load_lexicon, load_pairs, load_seed_texts


def write(folder: Path, name: str, *lines: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def test_a_pair_gives_two_texts_with_the_same_labels(tmp_path: Path) -> None:
    folder = write(
        tmp_path, "a.tsv", "scene\tindustry\tneed\toffer", "S12\tC33\t找料靠喊\t货位扫码"
    )

    (pair,) = load_pairs(folder)

    assert (pair.need.text, pair.need.voice) == ("找料靠喊", "need")
    assert (pair.offer.text, pair.offer.voice) == ("货位扫码", "offer")
    assert pair.need.scenes == pair.offer.scenes == ("S12",)
    assert pair.need.industries == ("C33",)


def test_pairs_count_among_the_seed_texts(tmp_path: Path) -> None:
    write(
        tmp_path / "lexicon" / "pairs",
        "a.tsv",
        "scene\tindustry\tneed\toffer",
        "S12\t\t找料靠喊\t货位扫码",
    )

    assert [text.text for text in load_seed_texts(tmp_path)] == ["找料靠喊", "货位扫码"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("S41\t\t找料靠喊\t货位扫码", "unknown_scene"),
        ("S12\tC99\t找料靠喊\t货位扫码", "unknown_industry"),
        ("S12\t\t找料靠喊\t", "bad_lexicon_row"),
        ("S12\t\t找料靠喊", "bad_table_row"),
    ],
)
def test_a_broken_pair_is_refused_with_its_place(tmp_path: Path, row: str, code: str) -> None:
    folder = write(tmp_path, "a.tsv", "scene\tindustry\tneed\toffer", row)

    with pytest.raises(InvalidInput) as caught:
        load_pairs(folder)

    assert (caught.value.code, caught.value.field) == (code, "a.tsv:2")


def test_the_shipped_lexicon_covers_every_scene_in_both_voices() -> None:
    phrases = load_lexicon(ROOT / "seed_data" / "lexicon")
    counted = {
        (scene, voice): sum(scene in p.scenes and p.voice == voice for p in phrases)
        for scene in (f"S{number:02d}" for number in range(1, 41))
        for voice in ("need", "offer")
    }

    assert min(counted.values()) >= 14
