"""Reading a BEIR folder: corpus.jsonl, queries.jsonl, qrels/NAME.tsv, with exact error places."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matching.errors import InvalidInput
from matching.rank.lexicon import DIVISION


@dataclass(frozen=True, slots=True)
class Item:
    """A document or query; `industry` is a GB/T 4754 division such as "C31", or None."""

    id: str
    text: str
    industry: str | None


@dataclass(frozen=True, slots=True)
class Collection:
    """A test collection; `qrels` maps query id to document id to grade (only grades > 0)."""

    corpus: tuple[Item, ...]
    queries: tuple[Item, ...]
    qrels: dict[str, dict[str, int]]


def load_collection(folder: Path, *, qrels: str = "test") -> Collection:
    """Read `folder` with the judgements `qrels/{qrels}.tsv`.

    Raises:
        InvalidInput: a file is missing, a line malformed, an id unknown or given twice;
            `field` says file and line.
    """
    corpus = _items(folder / "corpus.jsonl")
    queries = _items(folder / "queries.jsonl")
    judgements = _judgements(
        folder / "qrels" / f"{qrels}.tsv",
        documents={item.id for item in corpus},
        queries={item.id for item in queries},
    )
    if not judgements:
        raise InvalidInput("no_judgements", f"qrels/{qrels}.tsv", "no grade above 0")
    return Collection(corpus, queries, judgements)


def _items(file: Path) -> tuple[Item, ...]:
    items: dict[str, Item] = {}
    for number, line in _lines(file):
        place = f"{file.name}:{number}"
        try:
            raw = json.loads(line)
        except ValueError as error:
            raise InvalidInput("bad_json", place, f"not a JSON object ({error})") from error
        item = _item(raw, place)
        if item.id in items:
            raise InvalidInput("duplicate_id", place, f"id {item.id!r} stands there already")
        items[item.id] = item
    if not items:
        raise InvalidInput("empty_file", file.name, "no lines")
    return tuple(items.values())


def _item(raw: object, place: str) -> Item:
    if not isinstance(raw, dict):
        raise InvalidInput("bad_json", place, "not a JSON object")
    identifier, text, title = raw.get("_id"), raw.get("text"), raw.get("title") or ""
    if not isinstance(identifier, str) or not identifier:
        raise InvalidInput("bad_id", place, "_id must be a non-empty string")
    if not isinstance(text, str) or not isinstance(title, str):
        raise InvalidInput("bad_text", place, "text and title must be strings")
    metadata = raw.get("metadata") or {}
    industry = metadata.get("industry") if isinstance(metadata, dict) else metadata
    if industry is not None and not (isinstance(industry, str) and DIVISION.fullmatch(industry)):
        raise InvalidInput(
            "unknown_industry",
            place,
            f"metadata.industry {industry!r} is neither C13..C43 nor null",
        )
    return Item(identifier, f"{title}，{text}" if title else text, industry)


def _judgements(file: Path, *, documents: set[str], queries: set[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for number, line in _lines(file):
        place = f"qrels/{file.name}:{number}"
        cells = line.split("\t")
        if number == 1 and cells[-1].strip() == "score":
            continue
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdigit():
            raise InvalidInput("bad_qrels_row", place, "expected query-id, corpus-id and a number")
        query, document, grade = cells[0], cells[1], int(cells[2])
        for kind, identifier, known in (
            ("query", query, queries),
            ("document", document, documents),
        ):
            if identifier not in known:
                raise InvalidInput("unknown_id", place, f"{kind} {identifier!r} does not exist")
        if grade > 0:
            found.setdefault(query, {})[document] = grade
    return found


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        content = file.read_text("utf-8-sig")
    except OSError as error:
        raise InvalidInput("missing_file", file.name, f"{file} cannot be read") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("bad_encoding", file.name, "not UTF-8") from error
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")
