"""Labelled texts: the lexicon of practitioners' and suppliers' phrases, and seed texts.

The lexicon is the asset behind scene inference and model training. Folder layout:
`lexicon/*.tsv` (scene, industry, voice, text), `lexicon/pairs/*.tsv` (scene, industry, need,
offer: two texts about the very same problem), `catalogue/offerings_*.tsv`,
`catalogue/cases_*.tsv`, `factories/needs_*.tsv`, `factories/factories_*.tsv`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matching.errors import InvalidInput

SCENE = re.compile(r"S(0[1-9]|[1-3][0-9]|40)")
DIVISION = re.compile(r"C(1[3-9]|[2-3][0-9]|4[0-3])")
VOICES = ("need", "offer")


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with what it is about.

    `scenes` are codes S01..S40, `industries` GB/T 4754 divisions (empty: any), `voice`
    says who speaks: a factory ("need") or a supplier ("offer").
    """

    text: str
    scenes: tuple[str, ...]
    industries: tuple[str, ...]
    voice: str


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A complaint and the text of the solution that fixed exactly this complaint."""

    need: LabelledText
    offer: LabelledText


Row = dict[str, str]


def read_table(file: Path) -> Iterator[tuple[int, Row]]:
    """Yield `(line number, cells by column)` of a tab-separated UTF-8 file with a header.

    Raises:
        InvalidInput: a row has another number of cells than the header.
    """
    lines = file.read_text("utf-8-sig").splitlines()
    header = lines[0].split("\t") if lines else []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != len(header):
            raise InvalidInput(
                "bad_table_row",
                f"{file.name}:{number}",
                f"{len(cells)} cells, the header has {len(header)}",
            )
        yield number, dict(zip(header, (cell.strip() for cell in cells), strict=True))


def load_lexicon(folder: Path) -> list[LabelledText]:
    """Read every `*.tsv` of a lexicon folder, in name order.

    Raises:
        InvalidInput: unknown scene, division or voice, or an empty text; with file and line.
    """
    return [
        _phrase(row, f"{file.name}:{number}")
        for file in sorted(folder.glob("*.tsv"))
        for number, row in read_table(file)
    ]


def load_pairs(folder: Path) -> list[LabelledPair]:
    """Read every `*.tsv` (scene, industry, need, offer) of a folder of pairs, in name order.

    Raises:
        InvalidInput: as `load_lexicon`.
    """
    return [
        LabelledPair(
            *(
                _phrase({**row, "voice": voice, "text": row.get(voice, "")}, place)
                for voice in VOICES
            )
        )
        for file in sorted(folder.glob("*.tsv"))
        for number, row in read_table(file)
        for place in (f"{file.name}:{number}",)
    ]


def load_inference_texts(root: Path) -> list[LabelledText]:
    """Read what scene inference votes with: the phrases and pairs under `root / "lexicon"`.

    The nearest of them is quoted to people as the reason of a guess, so texts that belong to
    somebody (needs of factories, drafts of offerings) are left out.
    """
    texts = load_lexicon(root / "lexicon")
    for pair in load_pairs(root / "lexicon" / "pairs"):
        texts += [pair.need, pair.offer]
    return texts


def load_seed_texts(root: Path) -> list[LabelledText]:
    """Read the lexicon under `root` and every other seed text with scene codes, for training.

    Offerings give their pain points (voice need) and description (voice offer), needs
    their symptom with the factory's division. Missing folders simply give nothing.
    """
    texts = load_inference_texts(root)
    for file in sorted(root.glob("catalogue/offerings_*.tsv")):
        for _, row in read_table(file):
            scenes, industries = split(row["scenes"]), split(row["industries"])
            offer = "，".join((row["name"], row["description"], row["functions"]))
            texts.append(LabelledText(row["pain_points"], scenes, industries, "need"))
            texts.append(LabelledText(offer, scenes, industries, "offer"))
    divisions = factory_divisions(root)
    for file in sorted(root.glob("factories/needs_*.tsv")):
        for _, row in read_table(file):
            division = divisions.get(row["factory"], "")
            text = f"{row['title']}，{row['symptom']}"
            texts.append(LabelledText(text, split(row["scenes"]), split(division), "need"))
    return [text for text in texts if text.text and text.scenes]


def factory_divisions(root: Path) -> dict[str, str]:
    """Return the division of each seed factory by its key."""
    return {
        row["key"]: row["industry"]
        for file in sorted(root.glob("factories/factories_*.tsv"))
        for _, row in read_table(file)
    }


def split(cell: str) -> tuple[str, ...]:
    """Split a list cell at semicolons, dropping blanks."""
    return tuple(part.strip() for part in re.split("[;；]", cell) if part.strip())


def _phrase(row: Row, place: str) -> LabelledText:
    try:
        scenes, industries = split(row["scene"]), split(row["industry"])
        voice, text = row["voice"], row["text"]
    except KeyError as error:
        raise InvalidInput("bad_lexicon_header", place, f"no column {error}") from error
    if not scenes or not all(SCENE.fullmatch(code) for code in scenes):
        raise InvalidInput("unknown_scene", place, f"{row['scene']!r} is no scene S01..S40")
    if not all(DIVISION.fullmatch(code) for code in industries):
        raise InvalidInput("unknown_industry", place, f"{row['industry']!r} is no C13..C43")
    if voice not in VOICES or not text:
        raise InvalidInput("bad_lexicon_row", place, f"voice {voice!r}, text {text!r}")
    return LabelledText(text, scenes, industries, voice)
