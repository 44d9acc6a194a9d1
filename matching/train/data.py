"""Training texts: pairs that belong together, and labelled phrases to pair afresh each epoch."""

import csv
import hashlib
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from matching.rank.lexicon import (
    LabelledText,
    factory_divisions,
    load_pairs,
    load_seed_texts,
    read_table,
    split,
)

MAX_CHARS = 200  # longer texts (general corpus) are cut: needs are short


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts that should lie close; `scenes` mask false negatives inside a batch."""

    left: str
    right: str
    scenes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Fixed pairs, labelled phrases, and the SHA-256 of every file they came from."""

    pairs: tuple[Pair, ...]
    phrases: tuple[LabelledText, ...]
    sources: dict[str, str]

    @property
    def texts(self) -> list[str]:
        """Every text once per occurrence, for counting words."""
        sides = [text for pair in self.pairs for text in (pair.left, pair.right)]
        return sides + [phrase.text for phrase in self.phrases]


def load_training_data(root: Path) -> TrainingData:
    """Read all usable seed texts under `root`.

    Raises:
        InvalidInput: a table row is malformed.
    """
    scenes_of = _offering_scenes(root)
    pairs = [
        *_offering_pairs(root),
        *_case_pairs(root, scenes_of),
        *_written_pairs(root),
    ]
    phrases = [*load_seed_texts(root), *_scene_texts(root)]
    files = sorted(
        {
            *root.glob("lexicon/*.tsv"),
            *root.glob("lexicon/pairs/*.tsv"),
            *root.glob("catalogue/*.tsv"),
            *root.glob("factories/*.tsv"),
            *root.glob("reference/scenes.json"),
        }
    )
    sources = {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
    }
    return TrainingData(tuple(pairs), tuple(phrases), sources)


def load_corpus_pairs(file: Path, *, limit: int, seed: int) -> list[Pair]:
    """Draw `limit` pairs from a general `pairs.tsv.xz` (source, kind, left, right)."""
    with lzma.open(file, "rt", encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        pairs = [
            Pair(row[2][:MAX_CHARS], row[3][:MAX_CHARS])
            for row in reader
            if len(row) == 4 and row[0] != "source" and row[2] and row[3]
        ]
    random.Random(seed).shuffle(pairs)  # noqa: S311 (sampling, no secret)
    return pairs[:limit]


def epoch_pairs(data: TrainingData, *, rng: random.Random, per_phrase: int = 2) -> list[Pair]:
    """Return the fixed pairs plus, for each phrase, partners that share a scene, shuffled.

    Partners speak with the other voice where there are any, and come from the same
    division half of the time: needs and offers must meet, within an industry above all.
    """
    by_scene: dict[tuple[str, str], list[LabelledText]] = defaultdict(list)
    by_place: dict[tuple[str, str, str], list[LabelledText]] = defaultdict(list)
    for phrase in data.phrases:
        for scene in phrase.scenes:
            by_scene[scene, phrase.voice].append(phrase)
            for industry in phrase.industries:
                by_place[scene, phrase.voice, industry].append(phrase)
    pairs = list(data.pairs)
    for phrase in data.phrases:
        for _ in range(per_phrase):
            scene = rng.choice(phrase.scenes)
            voice = "offer" if (phrase.voice == "need") != (rng.random() < 0.25) else "need"
            pool: Sequence[LabelledText] = by_scene[scene, voice]
            if phrase.industries and rng.random() < 0.5:
                pool = by_place[scene, voice, rng.choice(phrase.industries)] or pool
            partner = rng.choice(pool or by_scene[scene, phrase.voice])
            if partner is not phrase:
                shared = frozenset(phrase.scenes) | frozenset(partner.scenes)
                pairs.append(Pair(phrase.text, partner.text, shared))
    rng.shuffle(pairs)
    return pairs


def _offering_scenes(root: Path) -> dict[str, tuple[str, ...]]:
    return {
        row["key"]: split(row["scenes"])
        for file in sorted(root.glob("catalogue/offerings_*.tsv"))
        for _, row in read_table(file)
    }


def _offering_pairs(root: Path) -> Iterator[Pair]:
    for file in sorted(root.glob("catalogue/offerings_*.tsv")):
        for _, row in read_table(file):
            scenes = frozenset(split(row["scenes"]))
            if row["pain_points"] and row["description"]:
                yield Pair(row["pain_points"], row["description"], scenes)
                yield Pair(row["pain_points"], f"{row['name']}，{row['functions']}", scenes)
                yield Pair(row["name"], row["description"], scenes)


def _case_pairs(root: Path, scenes_of: dict[str, tuple[str, ...]]) -> Iterator[Pair]:
    for file in sorted(root.glob("catalogue/cases_*.tsv")):
        for _, row in read_table(file):
            if row["problem"] and row["solution"]:
                scenes = frozenset(scenes_of.get(row["offering"], ()))
                yield Pair(row["problem"], row["solution"], scenes)


def _written_pairs(root: Path) -> Iterator[Pair]:
    """Yield complaint and solution of the very same problem, from the lexicon's pairs."""
    for pair in load_pairs(root / "lexicon" / "pairs"):
        yield Pair(pair.need.text, pair.offer.text, frozenset(pair.need.scenes))


def _scene_texts(root: Path) -> Iterator[LabelledText]:
    """Yield the official names and our summaries of the scenes, as a supplier would say them."""
    file = root / "reference" / "scenes.json"
    if not file.is_file():
        return
    for scene in json.loads(file.read_text("utf-8")).get("scenes", []):
        for key in ("name", "summary"):
            if scene.get(key):
                yield LabelledText(str(scene[key]), (str(scene["code"]),), (), "offer")


__all__ = [
    "Pair",
    "TrainingData",
    "epoch_pairs",
    "factory_divisions",
    "load_corpus_pairs",
    "load_training_data",
]
