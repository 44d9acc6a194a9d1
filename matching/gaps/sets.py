"""Criterion sets as files: what another province, edition or revision changes, on top of a base.

A set file is one JSON object:

    {"criterion_set": {"code": "HI-FL-2025", "title": "…", "jurisdiction": "海南省", "src": "…"},
     "version": "1.0.0",
     "files": {"factory_levels": {…}},
     "changes": [{"file": "factory_levels", "at": "levels[FL1].thresholds.maturity_level_min",
                  "value": 1, "src": "page:…"}]}

`files` replaces whole reference files, `changes` single values; what neither touches is taken from
the base. Places are written as in the errors of `load_criteria`: `levels[FL1]` is the entry whose
code is FL1. Every change must say where its value comes from.
"""

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from math import isfinite
from typing import TYPE_CHECKING, Any

from matching.errors import InvalidInput
from matching.gaps._reader import Node
from matching.gaps.criteria import CriterionSet
from matching.gaps.loading import REFERENCE_FILES, load_criteria

if TYPE_CHECKING:
    import yaml

MAX_SET_CHARS = 4_000_000
MAX_TITLE = 200
MAX_JURISDICTION = 60
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)|\[([^\]]+)\]")


class BrokenSet(InvalidInput):
    """A set file that cannot be used; `line` is where in the file, 1 for the first, 0 unknown."""

    def __init__(self, code: str, field: str, detail: str, line: int) -> None:
        super().__init__(code, field, detail)
        self.line = line

    def __reduce__(self) -> tuple[type["BrokenSet"], tuple[str, str, str, int]]:  # type: ignore[override]
        """Rebuild from the parts."""
        return (type(self), (self.code, self.field, self.detail, self.line))


@dataclass(frozen=True, slots=True)
class SetFile:
    """A set file that was read and checked.

    Attributes:
        code, version, title, jurisdiction: how the set is called and where it holds.
        content: what is stored: the header and every reference file that the set is made of.
        criteria: the set, ready for use.
    """

    code: str
    version: str
    title: str
    jurisdiction: str
    content: Mapping[str, Any]
    criteria: CriterionSet


def read_set(text: str, *, base: Mapping[str, object]) -> SetFile:
    """Read and check a set file on top of the reference files `base` (stem -> parsed JSON).

    Raises:
        BrokenSet: with line, place and rule; the first breach found.
    """
    if len(text) > MAX_SET_CHARS:
        raise BrokenSet("set_too_long", "", f"more than {MAX_SET_CHARS} characters", 0)
    try:
        data = json.loads(text, parse_float=_finite, parse_constant=_finite)
        json.dumps(data, ensure_ascii=False).encode()  # half characters can be shown nowhere
    except json.JSONDecodeError as error:
        raise BrokenSet("not_json", "", error.msg, error.lineno) from error
    except ValueError as error:  # also half characters, and integers of thousands of digits
        raise BrokenSet("not_json", "", str(error), 0) from error
    except RecursionError as error:
        raise BrokenSet("not_json", "", "nested too deeply", 0) from error
    try:
        content = _resolve(data, base)
        criteria = build_set(content)
    except InvalidInput as error:
        line = _line_of(text, data, error.field)
        raise BrokenSet(error.code, error.field, error.detail, line) from error
    header = content["criterion_set"]
    return SetFile(
        code=criteria.code,
        version=criteria.version,
        title=header["title"],
        jurisdiction=criteria.jurisdiction,
        content=content,
        criteria=criteria,
    )


def build_set(content: Mapping[str, Any]) -> CriterionSet:
    """Build the set from stored content.

    Raises:
        InvalidInput: a rule is broken.
    """
    criteria = load_criteria(content["files"])
    header = content["criterion_set"]
    return replace(
        criteria,
        code=header["code"],
        version=header["version"],
        jurisdiction=header["jurisdiction"],
        title=header["title"],
    )


def _resolve(data: object, base: Mapping[str, object]) -> dict[str, Any]:
    root = Node("set", "", data)
    named = root.child("criterion_set")
    header = {
        "code": named.text("code"),
        "title": named.text("title"),
        "jurisdiction": named.text("jurisdiction"),
        "src": named.text("src"),
        "version": root.text("version"),
    }
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9-]{1,38}", header["code"]):
        raise named.broken("bad_code", "field 'code' must be capitals, digits and hyphens")
    if not re.fullmatch(r"[0-9A-Za-z.+-]{1,60}", header["version"]):
        raise root.broken("bad_version", "field 'version' must be letters, digits, . + -")
    for field, longest in (("title", MAX_TITLE), ("jurisdiction", MAX_JURISDICTION)):
        if len(header[field]) > longest or not header[field].isprintable():
            raise named.broken(
                "not_a_text", f"field {field!r} must be one line of at most {longest} characters"
            )
    files: dict[str, Any] = {name: copy.deepcopy(base[name]) for name in REFERENCE_FILES}
    if header["jurisdiction"] != files["factory_levels"]["criterion_set"]["jurisdiction"]:
        _drop_local_review(files["factory_levels"])
    if "files" in root.data:
        for name, content in root.child("files").data.items():
            if name not in REFERENCE_FILES:
                known = ", ".join(REFERENCE_FILES)
                raise root.broken("unknown_file", f"files.{name} is none of {known}")
            files[name] = content
    if "changes" in root.data:
        for change in root.children("changes"):
            _apply(change, files)
    return {"criterion_set": header, "files": files}


def _finite(text: str) -> float:
    """Read a number; NaN and the infinities can be neither stored everywhere nor compared."""
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text[:40]} is no finite number")
    return value


def _drop_local_review(factory_levels: dict[str, Any]) -> None:
    """Keep the nation's part of the base's review chain: elsewhere others decide."""
    for level in factory_levels["levels"]:
        level["review"] = {"national": level["review"]["national"]}


def _apply(change: Node, files: dict[str, Any]) -> None:
    """Put one changed value where it belongs, and its mark beside it."""
    name = change.text("file")
    if name not in REFERENCE_FILES:
        raise change.broken("unknown_file", f"{name!r} is no reference file")
    mark = change.text("src")
    steps = _steps(change, change.text("at"))
    if "value" not in change.data:
        raise change.broken("missing_field", "field 'value' is missing (null is a value)")
    record = files[name]
    path: list[tuple[Any, str | int]] = []
    for step in steps:
        key = _key(record, step)
        if key is None:
            raise change.broken(
                "unknown_place", f"{name}.json has no {step!r} in {change.data['at']}"
            )
        path.append((record, key))
        record = record[key]
    holder, last = path[-1]
    holder[last] = copy.deepcopy(change.data["value"])
    _mark(path, mark)


def _mark(path: list[tuple[Any, str | int]], mark: str) -> None:
    """Note the source at the nearest record that keeps marks."""
    for depth in range(len(path) - 1, -1, -1):
        holder, _ = path[depth]
        if isinstance(holder, dict) and "src" in holder:
            field = ".".join(str(key) for _, key in path[depth:])
            if isinstance(holder["src"], dict):
                holder["src"][field] = mark
            else:
                holder["src"] = mark
            return


def _steps(change: Node, at: str) -> list[str]:
    steps = [name or code for name, code in _STEP.findall(at)]
    if not steps or "".join(_STEP.sub("", at).split(".")):
        raise change.broken("unknown_place", f"{at!r} is no place such as levels[FL1].name")
    return steps


def _key(record: object, step: str) -> str | int | None:
    """Find `step` in an object by name, in a list by code or number."""
    if isinstance(record, dict):
        return step if step in record else None
    if isinstance(record, list):
        for number, item in enumerate(record):
            if isinstance(item, dict) and item.get("code") == step:
                return number
        if step.isdigit() and int(step) < len(record):
            return int(step)
    return None


def _line_of(text: str, data: object, field: str) -> int:
    """Find the line of a faulty place: in the set's own words, or of the change that made it."""
    lines = _lines(text)
    file, _, where = field.partition(".json:")
    steps = tuple(name or code for name, code in _STEP.findall(where))
    if file == "set":
        return _deepest(lines, steps)
    if ("files", file) in lines:
        return _deepest(lines, ("files", file, *steps))
    return _deepest(lines, _blamed_change(data, file, steps))


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Give the line of every place of a JSON text; empty where it cannot be told.

    JSON is read as YAML, whose reader keeps positions. Entries of a list are named by their code,
    and by their number.
    """
    import yaml

    found: dict[tuple[str, ...], int] = {}
    try:
        todo: list[tuple[tuple[str, ...], yaml.Node]] = [
            ((), yaml.compose(text, Loader=yaml.SafeLoader))
        ]
    except (yaml.YAMLError, RecursionError):
        return {}  # JSON that is no YAML, such as tabs between tokens: the place must do
    while todo:
        path, node = todo.pop()
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                found[(*path, key.value)] = key.start_mark.line + 1
                todo.append(((*path, key.value), value))
        elif isinstance(node, yaml.SequenceNode):
            for number, item in enumerate(node.value):
                for name in (str(number), *_codes(item)):
                    found[(*path, name)] = item.start_mark.line + 1
                    todo.append(((*path, name), item))
    return found


def _codes(node: "yaml.Node") -> list[str]:
    pairs = node.value if node.id == "mapping" else []
    return [value.value for key, value in pairs if key.value == "code"]


def _blamed_change(data: object, file: str, steps: tuple[str, ...]) -> tuple[str, ...]:
    """Take the last change of this file whose place shares most with the faulty one."""
    best, best_shared = -1, -1
    changes = data.get("changes", []) if isinstance(data, dict) else []
    for number, change in enumerate(changes):
        if not isinstance(change, dict) or change.get("file") != file:
            continue
        own = tuple(name or code for name, code in _STEP.findall(str(change.get("at", ""))))
        shared = sum(
            1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(own, steps, strict=False))
        )
        if shared >= best_shared:
            best, best_shared = number, shared
    return ("changes", str(best)) if best >= 0 else ()


def _deepest(lines: Mapping[tuple[str, ...], int], steps: tuple[str, ...]) -> int:
    """Give the line of the deepest known place on the way to `steps`; 0 when none is known."""
    for length in range(len(steps), 0, -1):
        if steps[:length] in lines:
            return lines[steps[:length]]
    return 1 if lines else 0
