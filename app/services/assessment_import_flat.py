"""An assessment as a flat mapping field -> value, for comparing, merging and writing back.

Fields: "mfg_type", "assessed_on", "answers.M03.2", "evidence.M03", "findings.M03" (texts),
"trimmed.M07", "scenes.S12" ({"status", "ai"}), "kpis.K01", "kpis_before.K01", "eligibility.EL1",
"profile.systems", "profile.budget_fen", "profile.horizon_weeks". What was not answered has no
field; only a condition for applying may be None: it was looked at and is not known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models import Assessment, Finding, ManufacturingType
from app.services.assessment_sections import section_of_field
from matching.gaps import CriterionSet, MfgType
from matching.gaps.criteria import LEVELS

Flat = dict[str, object]
SECTIONS = (
    "answers",
    "evidence",
    "findings",
    "trimmed",
    "scenes",
    "kpis",
    "kpis_before",
    "eligibility",
    "profile",
)


@dataclass(frozen=True, slots=True)
class Item:
    """One value that a file proposes.

    Attributes:
        field: as in the module's docstring; "answers.M03" stands for five scores at once, of
            which None ones change nothing.
        value: None takes the present value away.
        sheet, row: where it stood in a workbook; "" and 0 elsewhere.
        adds: a list is added to what is there, instead of replacing it.
        passage, place, confidence, notes: where a report says so, and how sure the reader is.
    """

    field: str
    value: object
    sheet: str = ""
    row: int = 0
    adds: bool = False
    passage: str = ""
    place: str = ""
    confidence: float | None = None
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Give plain data; `from_json` is the inverse."""
        data: dict[str, object] = {"field": self.field, "value": self.value}
        for name in ("sheet", "row", "adds", "passage", "place", "confidence"):
            if value := getattr(self, name):
                data[name] = value
        if self.notes:
            data["notes"] = list(self.notes)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Item":
        """Build an item from stored data."""
        values = dict(data)
        notes = values.pop("notes", ())
        assert isinstance(notes, list | tuple)  # noqa: S101 - written by `to_json`
        return cls(**values, notes=tuple(notes))  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Change:
    """A field whose value becomes another one; None means nothing is there."""

    field: str
    old: object
    new: object


def flat_of(assessment: Assessment) -> Flat:
    """Flatten a stored assessment; its findings must be loaded."""
    flat: Flat = {
        "mfg_type": assessment.mfg_type.value,
        "assessed_on": assessment.assessed_on.isoformat(),
    }
    for code, scores in assessment.answers.items():
        for level, score in zip(LEVELS, scores, strict=False):
            if score is not None:
                flat[f"answers.{code}.{level}"] = float(score)
    flat |= {f"evidence.{code}": text for code, text in assessment.evidence.items() if text}
    flat |= {f"trimmed.{code}": True for code in assessment.trimmed}
    for code, state in assessment.scenes.items():
        flat[f"scenes.{code}"] = {"status": state["status"], "ai": bool(state["ai"])}
    flat |= {f"kpis.{code}": value for code, value in assessment.kpis.items()}
    flat |= {f"kpis_before.{code}": value for code, value in assessment.kpis_before.items()}
    flat |= {f"eligibility.{code}": value for code, value in assessment.eligibility.items()}
    for name, value in assessment.profile.items():
        if value not in (None, []):
            flat[f"profile.{name}"] = value
    findings: dict[str, list[str]] = {}
    for finding in assessment.findings:
        findings.setdefault(finding.subdomain, []).append(finding.text)
    flat |= {f"findings.{code}": texts for code, texts in findings.items()}
    return flat


def merged(
    flat: Mapping[str, object],
    items: Iterable[Item],
    *,
    replaces: Iterable[str] = (),
    keeps: Iterable[str] = (),
) -> Flat:
    """Give what `flat` becomes.

    Args:
        flat: present values; not changed.
        items: what is set or added; adding what is there already changes nothing.
        replaces: sections that `items` say completely: their other values go.
        keeps: fields (or their beginnings) that stay although their section is replaced, because
            what was to replace them could not be read.
    """
    whole, kept = set(replaces), tuple(keeps)
    new = {
        name: value
        for name, value in flat.items()
        if name.partition(".")[0] not in whole or any(_within(name, field) for field in kept)
    }
    for item in items:
        section = item.field.partition(".")[0]
        if section == "answers" and isinstance(item.value, list):
            scores = zip(LEVELS, item.value, strict=True)
            new |= {f"{item.field}.{level}": s for level, s in scores if s is not None}
        elif item.adds and isinstance(item.value, list):
            present = new.get(item.field, [])
            assert isinstance(present, list)  # noqa: S101 - only lists are added to
            more = [text for text in item.value if text not in present]
            new[item.field] = [*present, *more]
        elif item.value in (None, "", []) and not item.field.startswith("eligibility."):
            new.pop(item.field, None)
        else:
            new[item.field] = item.value
    return new


def _within(name: str, field: str) -> bool:
    return name == field or name.startswith(f"{field}.")


def changes_between(old: Mapping[str, object], new: Mapping[str, object]) -> list[Change]:
    """List the fields that differ, in the order of the sections, then by field."""
    order = {name: place for place, name in enumerate(("mfg_type", "assessed_on", *SECTIONS))}
    fields = sorted({*old, *new}, key=lambda f: (order.get(f.partition(".")[0], 99), f))
    return [
        Change(f, old.get(f), new.get(f))
        for f in fields
        if old.get(f) != new.get(f) or (f in old) != (f in new)
    ]


def sections_touched(changes: Iterable[Change], criteria: CriterionSet) -> set[str]:
    """Give the codes of the form's sections in which something changes."""
    touched = set()
    for change in changes:
        section, _, rest = change.field.partition(".")
        if section in {"mfg_type", "assessed_on", "trimmed"}:
            touched.add("scope")
        elif section == "kpis_before":
            touched.add("kpis")
        else:
            code = rest.partition(".")[0]
            touched.add(section_of_field(f"{section}.{code}", criteria))
    return touched


def write_back(
    session: Session, assessment: Assessment, flat: Mapping[str, object], criteria: CriterionSet
) -> None:
    """Put a flat mapping into an assessment, wholly; its findings must be loaded.

    Answers of subdomains that do not apply to the manufacturing type are left out, because
    nothing could be computed with them.
    """
    assessment.mfg_type = ManufacturingType(str(flat["mfg_type"]))
    assessment.assessed_on = date.fromisoformat(str(flat["assessed_on"]))
    applicable = criteria.weights[MfgType(assessment.mfg_type.value)].subdomains
    parts = {name: _section(flat, name) for name in SECTIONS}
    assessment.answers = {
        code: scores for code, scores in _answers(parts["answers"]).items() if code in applicable
    }
    assessment.trimmed = sorted(code for code in parts["trimmed"] if code in applicable)
    assessment.evidence = {code: str(text) for code, text in parts["evidence"].items()}
    assessment.scenes = parts["scenes"]  # type: ignore[assignment]
    assessment.kpis = parts["kpis"]  # type: ignore[assignment]
    assessment.kpis_before = parts["kpis_before"]  # type: ignore[assignment]
    assessment.eligibility = parts["eligibility"]  # type: ignore[assignment]
    assessment.profile = {
        "systems": parts["profile"].get("systems", []),
        "budget_fen": parts["profile"].get("budget_fen"),
        "horizon_weeks": parts["profile"].get("horizon_weeks"),
    }
    _write_findings(session, assessment, parts["findings"])


def _section(flat: Mapping[str, object], name: str) -> dict[str, object]:
    prefix = f"{name}."
    return {f.removeprefix(prefix): flat[f] for f in sorted(flat) if f.startswith(prefix)}


def _answers(section: Mapping[str, object]) -> dict[str, list[float | None]]:
    answers: dict[str, list[float | None]] = {}
    for key, value in section.items():
        code, _, level = key.partition(".")
        scores = answers.setdefault(code, [None] * len(LEVELS))
        assert isinstance(value, float | int)  # noqa: S101 - checked when it was read
        scores[int(level) - 1] = float(value)
    return answers


def _write_findings(
    session: Session, assessment: Assessment, section: Mapping[str, object]
) -> None:
    wanted = [
        (code, str(text))
        for code, texts in section.items()
        if isinstance(texts, list)
        for text in texts
    ]
    present = sorted((f.subdomain, f.position, f.text) for f in assessment.findings)
    if [(code, text) for code, _, text in present] == wanted:
        return
    assessment.findings = []
    session.flush()  # the old positions are free before the new rows take them
    assessment.findings = [
        Finding(position=place, subdomain=code, text=text)
        for place, (code, text) in enumerate(wanted)
    ]
