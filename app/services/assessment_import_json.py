"""The assessment as a JSON document: its strict schema, reading with pointers, and export.

A section that is present replaces that section; one that is left out stays as it is. The schema is
served at `/api/v1/schemas/assessment` and described in docs/api.md.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import from_json

from app.core.errors import InvalidInput
from app.core.problems import Problem
from app.services.assessment_content import MAX_EVIDENCE, MAX_FINDING, MAX_FINDINGS
from app.services.assessment_import_flat import SECTIONS, Flat, Item
from app.services.assessment_import_json_words import (
    MAX_FEN,
    MAX_KPI,
    JsonProblem,
    schema_problem,
)
from app.services.assessment_import_values import prose_of, quoted
from app.services.assessment_sections import trimmable_subdomains
from app.services.factories import MAX_SYSTEM_NAME, MAX_SYSTEMS, MAX_WEEKS
from matching.gaps import CriterionSet, MfgType
from matching.gaps.criteria import LEVELS

FORMAT = "jizhi-assessment/1"
# A complete document with the longest texts stays far below; what is longer only costs time.
MIB = 1024 * 1024
MAX_BYTES = 2 * MIB
# With more mistakes than this nobody goes through them one by one.
MAX_PROBLEMS = 500
Text = Annotated[str, StringConstraints(min_length=1)]
Kpi = Annotated[float, Field(ge=0, le=MAX_KPI)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class SceneDocument(_Strict):
    """状态与人工智能标记 of one scene."""

    status: Literal["none", "planned", "pilot", "applied", "optimised"]
    ai: bool = False


class FindingDocument(_Strict):
    """One finding (评估发现) about a subdomain."""

    subdomain: str
    text: Annotated[str, StringConstraints(min_length=1, max_length=MAX_FINDING)]


class ProfileDocument(_Strict):
    """Systems in use, budget in fen, horizon in weeks."""

    systems: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=MAX_SYSTEM_NAME)]],
        Field(max_length=MAX_SYSTEMS),
    ] = []
    budget_fen: Annotated[int, Field(ge=1, le=MAX_FEN)] | None = None
    horizon_weeks: Annotated[int, Field(ge=1, le=MAX_WEEKS)] | None = None


class AssessmentDocument(_Strict):
    """An assessment (评估) of a factory; every section but `format` may be left out."""

    format: Literal["jizhi-assessment/1"]
    criteria: str | None = Field(None, description="CODE@VERSION of the criterion set")
    mfg_type: Literal["process", "discrete"] | None = None
    assessed_on: date | None = None
    answers: dict[str, Annotated[list[float | None], Field(min_length=5, max_length=5)]] | None = (
        Field(None, description="M01..M20 -> scores at levels 1 to 5; null = not answered")
    )
    evidence: (
        dict[str, Annotated[str, StringConstraints(min_length=1, max_length=MAX_EVIDENCE)]] | None
    ) = None
    findings: list[FindingDocument] | None = None
    trimmed: list[str] | None = Field(None, description="subdomains left out (裁剪)")
    scenes: dict[str, SceneDocument] | None = None
    kpis: dict[str, Kpi] | None = None
    kpis_before: dict[str, Kpi] | None = None
    eligibility: dict[str, bool | None] | None = Field(
        None, description="EL1.. -> true, false, or null = not known"
    )
    profile: ProfileDocument | None = None


@dataclass(frozen=True, slots=True)
class JsonReading:
    """What a document proposes: `replaces` are the sections that it says completely."""

    items: tuple[Item, ...]
    problems: tuple[JsonProblem, ...]
    replaces: tuple[str, ...]
    keeps: tuple[str, ...]
    good: int
    bad: int


@dataclass(frozen=True, slots=True)
class JsonRules:
    """What a document is read against; `criteria_ref` is CODE@VERSION."""

    criteria: CriterionSet
    criteria_ref: str
    mfg_type: MfgType
    today: date


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the document."""
    schema = AssessmentDocument.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def parse_json(content: bytes) -> dict[str, Any]:
    """Read the bytes of a document into plain data.

    Raises:
        InvalidInput: `document_too_large`, `import_json_encoding`, `import_json`,
            `import_json_deep`, `json_type`.
    """
    if len(content) > MAX_BYTES:
        params = {"size": round(len(content) / MIB, 1), "max": MAX_BYTES // MIB}
        raise InvalidInput([Problem("document_too_large", "file", params)])
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput([Problem("import_json_encoding", "file")]) from None
    try:
        data = from_json(content.removeprefix(b"\xef\xbb\xbf"), allow_inf_nan=False)
    except ValueError as error:
        raise InvalidInput([_syntax_problem(content, str(error))]) from None
    if not isinstance(data, dict):
        raise InvalidInput([Problem("json_type", "file", {"wanted": "对象 {…}"})])
    return data


def _syntax_problem(content: bytes, message: str) -> Problem:
    if "recursion" in message:
        return Problem("import_json_deep", "file")
    try:
        json.loads(content.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        return Problem("import_json", "file", {"line": error.lineno, "column": error.colno})
    except RecursionError:
        return Problem("import_json_deep", "file")
    except ValueError:  # an integer of thousands of digits
        pass
    return Problem("import_json", "file", {"line": 1, "column": 1})  # NaN and the like


def read_document(data: dict[str, Any], rules: JsonRules) -> JsonReading:
    """Read plain data; entries with problems propose nothing, all others are good."""
    problems: list[JsonProblem] = []
    keeps: list[str] = []
    entries = _entries(data)
    # Take away what is wrong until the rest is a whole document; each round takes something.
    while True:
        try:
            document = AssessmentDocument.model_validate_json(json.dumps(data))
        except ValidationError as error:
            if error.error_count() > MAX_PROBLEMS:  # counting is cheap, the details are not
                return _hopeless(entries)
            found = [schema_problem(detail) for detail in error.errors()]
        else:
            found = list(islice(_content_problems(document, rules), MAX_PROBLEMS + 1))
            if len(found) > MAX_PROBLEMS:
                return _hopeless(entries)
        if not found:
            break
        problems += found
        if any(problem.place[:1] == ("format",) for problem in found):
            return JsonReading((), tuple(problems), (), (), 0, entries)
        keeps += _take_away(data, found)
    items = tuple(_items(document))
    sections = {name for name in SECTIONS if getattr(document, name) is not None}
    places = {problem.place[:2] for problem in problems}
    good = _entries(data)
    return JsonReading(
        items, tuple(problems), tuple(sorted(sections)), tuple(keeps), good, len(places)
    )


def _hopeless(entries: int) -> JsonReading:
    """Give up on a document with too many mistakes to name; nothing of it is proposed."""
    params = {"wanted": f"超过 {MAX_PROBLEMS} 处问题，请先按 JSON Schema 检查"}
    return JsonReading((), (JsonProblem("json_length", params, ()),), (), (), 0, entries)


def _entries(data: Mapping[str, Any]) -> int:
    """Count what a document says: the entries of its sections, and single values."""
    count = 0
    for name, value in data.items():
        if name not in {"format", "criteria"} and value is not None:
            count += len(value) if isinstance(value, dict | list) else 1
    return count


def _content_problems(document: AssessmentDocument, rules: JsonRules) -> Iterator[JsonProblem]:
    """Check a well-formed document against the criteria."""
    criteria = rules.criteria
    mfg_type = MfgType(document.mfg_type) if document.mfg_type else rules.mfg_type
    if document.criteria is not None and document.criteria != rules.criteria_ref:
        params = {"found": quoted(document.criteria), "wanted": rules.criteria_ref}
        yield JsonProblem("import_template_criteria", params, ("criteria",))
    if document.assessed_on and document.assessed_on > rules.today:
        params = {"value": document.assessed_on.isoformat()}
        yield JsonProblem("import_day_future", params, ("assessed_on",))
    yield from _unknown(document, rules)
    applicable = criteria.weights[mfg_type].subdomains
    for code, scores in (document.answers or {}).items():
        if code in criteria.subdomains and code not in applicable:
            yield JsonProblem("import_not_applicable", {"value": code}, ("answers", code))
        for place, score in enumerate(scores):
            if score is not None and score not in criteria.scores:
                scale = "、".join(f"{s:g}" for s in sorted(criteria.scores, reverse=True))
                where = ("answers", code, place)
                yield JsonProblem("import_score", {"value": f"{score:g}", "scale": scale}, where)
    allowed = trimmable_subdomains(criteria, mfg_type)
    for number, code in enumerate(document.trimmed or []):
        if code not in allowed:
            params = {"value": quoted(code)}
            yield JsonProblem("import_not_trimmable", params, ("trimmed", number))


def _unknown(document: AssessmentDocument, rules: JsonRules) -> Iterator[JsonProblem]:
    criteria = rules.criteria
    known = (
        ("answers", criteria.subdomains, "import_unknown_subdomain"),
        ("evidence", criteria.subdomains, "import_unknown_subdomain"),
        ("scenes", criteria.scenes, "import_unknown_scene"),
        ("kpis", criteria.kpis, "import_unknown_kpi"),
        ("kpis_before", criteria.kpis, "import_unknown_kpi"),
        ("eligibility", {one.code for one in criteria.eligibility}, "import_unknown_eligibility"),
    )
    for name, codes, problem in known:
        for code in getattr(document, name) or {}:
            if code not in codes:
                yield JsonProblem(problem, {"value": quoted(code)}, (name, code))
    counts: dict[str, int] = {}
    for number, finding in enumerate(document.findings or []):
        code = finding.subdomain
        counts[code] = counts.get(code, 0) + 1
        if code not in criteria.subdomains:
            params: dict[str, str | int | float] = {"value": quoted(code)}
            yield JsonProblem("import_unknown_subdomain", params, ("findings", number, "subdomain"))
        elif counts[code] > MAX_FINDINGS:
            params = {"max": MAX_FINDINGS, "count": counts[code]}
            yield JsonProblem("import_too_many_findings", params, ("findings", number))


def _take_away(data: dict[str, Any], problems: list[JsonProblem]) -> list[str]:
    """Remove the entries that are wrong; give the fields that must keep their present value."""
    keeps = []
    indices: dict[str, set[int]] = {}
    for problem in problems:
        name = str(problem.place[0])
        section = data.get(name)
        entry = problem.place[1] if len(problem.place) > 1 else None
        if isinstance(section, dict) and isinstance(entry, str):
            section.pop(entry, None)
            keeps.append(f"{name}.{entry}")
        elif isinstance(section, list) and isinstance(entry, int):
            indices.setdefault(name, set()).add(entry)
        else:
            data.pop(name, None)
    for name, wrong in indices.items():
        for entry in (data[name][index] for index in sorted(wrong)):
            code = entry.get("subdomain") if isinstance(entry, dict) else entry
            keeps.append(f"{name}.{code}" if isinstance(code, str) else name)
        data[name] = [entry for i, entry in enumerate(data[name]) if i not in wrong]
    return keeps


def _items(document: AssessmentDocument) -> Iterator[Item]:
    """Flatten a document that has been checked."""
    if document.mfg_type:
        yield Item("mfg_type", document.mfg_type)
    if document.assessed_on:
        yield Item("assessed_on", document.assessed_on.isoformat())
    for code, scores in (document.answers or {}).items():
        for level, score in zip(LEVELS, scores, strict=True):
            if score is not None:
                yield Item(f"answers.{code}.{level}", score)
    for code, text in (document.evidence or {}).items():
        yield Item(f"evidence.{code}", prose_of(text))
    findings: dict[str, list[str]] = {}
    for finding in document.findings or []:
        # One line each, as the form has them: it would make two of a finding with a line break.
        if text := " ".join(prose_of(finding.text).split()):
            findings.setdefault(finding.subdomain, []).append(text)
    for code, texts in findings.items():
        yield Item(f"findings.{code}", texts)
    for code in document.trimmed or []:
        yield Item(f"trimmed.{code}", True)
    for code, state in (document.scenes or {}).items():
        yield Item(f"scenes.{code}", state.model_dump())
    for name in ("kpis", "kpis_before", "eligibility"):
        for code, value in (getattr(document, name) or {}).items():
            yield Item(f"{name}.{code}", value)
    if document.profile is not None:
        for name, value in document.profile.model_dump().items():
            yield Item(f"profile.{name}", _lines(value) if name == "systems" else value)


def _lines(texts: list[str]) -> list[str]:
    """Give what is left of names on one line each, without control characters."""
    lines = (" ".join(prose_of(text).split()) for text in texts)
    return list(dict.fromkeys(line for line in lines if line))


def document_of(flat: Flat, *, criteria_ref: str) -> dict[str, Any]:
    """Write a flat assessment as a document with every section; reading it gives the same."""
    sections: dict[str, dict[str, Any]] = {name: {} for name in SECTIONS}
    for name in sorted(flat):
        section, _, rest = name.partition(".")
        if section == "answers":
            code, _, level = rest.partition(".")
            scores = sections["answers"].setdefault(code, [None] * len(LEVELS))
            scores[int(level) - 1] = flat[name]
        elif section in sections:
            sections[section][rest] = flat[name]
    findings = [
        {"subdomain": code, "text": text}
        for code, texts in sections["findings"].items()
        for text in texts
    ]
    profile = {"systems": [], "budget_fen": None, "horizon_weeks": None} | sections["profile"]
    return {
        "format": FORMAT,
        "criteria": criteria_ref,
        "mfg_type": flat["mfg_type"],
        "assessed_on": flat["assessed_on"],
        **sections,
        "findings": findings,
        "trimmed": list(sections["trimmed"]),
        "profile": profile,
    }
