"""A report as the reader sees it: blocks of text and tables in reading order, each with a place."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NotRequired, TypedDict


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"


class BlockJson(TypedDict):
    """A block as it crosses a process boundary."""

    kind: str
    place: str
    text: NotRequired[str]
    level: NotRequired[int]
    rows: NotRequired[list[list[str]]]
    row_places: NotRequired[list[str]]


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, paragraph or table.

    Attributes:
        kind: which of the three.
        place: where it stands, in Chinese, such as "第3页", "第12段", "表2".
        text: of a heading or paragraph; empty for a table.
        level: of a heading, 1 the highest; 0 for others, or where the level is not known.
        rows: of a table, all of one length; a merged cell is repeated in each place it covers.
        row_places: of a table, one place for each row, such as "表2第4行".
    """

    kind: BlockKind
    place: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    row_places: tuple[str, ...] = ()

    def to_json(self) -> BlockJson:
        """Return plain data; `from_json` is the inverse."""
        data: BlockJson = {"kind": self.kind.value, "place": self.place}
        if self.kind is BlockKind.TABLE:
            data["rows"] = [list(row) for row in self.rows]
            data["row_places"] = list(self.row_places)
        else:
            data["text"] = self.text
            data["level"] = self.level
        return data

    @classmethod
    def from_json(cls, data: BlockJson) -> "Block":
        """Build a block from what `to_json` returned."""
        return cls(
            BlockKind(data["kind"]),
            data["place"],
            data.get("text", ""),
            data.get("level", 0),
            tuple(tuple(row) for row in data.get("rows", [])),
            tuple(data.get("row_places", [])),
        )


@dataclass(frozen=True, slots=True)
class Document:
    """A report, read but not yet understood.

    Attributes:
        kind: "docx", "pdf" or "xlsx".
        pages: pages of a pdf, sheets of an xlsx; 0 for docx, whose pages only exist on paper.
        blocks: in reading order.
        silent_pages: pages (from 1) that hold a picture but no text, so that nothing of them was
            read; the person must be told.
    """

    kind: str
    pages: int
    blocks: tuple[Block, ...]
    silent_pages: tuple[int, ...] = ()


def heading(text: str, place: str, level: int = 0) -> Block:
    """Build a heading."""
    return Block(BlockKind.HEADING, place, text, level)


def paragraph(text: str, place: str) -> Block:
    """Build a paragraph."""
    return Block(BlockKind.PARAGRAPH, place, text)


def table(rows: list[list[str]], place: str, row_places: Mapping[int, str] | None = None) -> Block:
    """Build a table; short rows are filled up, `row_places` maps row index to a place of its own.

    Rows without one are placed "<place>第N行", N counted from 1.
    """
    width = max((len(row) for row in rows), default=0)
    own = row_places or {}
    return Block(
        BlockKind.TABLE,
        place,
        rows=tuple((*row, *([""] * (width - len(row)))) for row in rows),
        row_places=tuple(own.get(i, f"{place}第{i + 1}行") for i in range(len(rows))),
    )
