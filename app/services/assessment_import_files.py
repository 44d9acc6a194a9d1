"""The files that go out: the template to fill in, and the annotated copy of what was sent."""

from collections.abc import Callable, Mapping
from datetime import datetime

from app.adapters.assessment_workbook import (
    AnnotatedRow,
    TemplateInfo,
    write_annotated,
    write_template,
)
from app.core.problems import Problem
from app.models import AssessmentImport
from app.services.assessment_import import ImportParts
from app.services.assessment_import_target import Target


def template_for(target: Target, parts: ImportParts, *, created: datetime) -> bytes:
    """Write the template for a factory, filled with what its open or last version says."""
    return write_template(
        _info(target),
        target.criteria,
        mfg_type=target.mfg_type,
        flat=target.flat,
        measures=parts.measures,
        created=created,
    )


def annotated_copy(
    record: AssessmentImport,
    target: Target,
    *,
    say: Callable[[Problem], str],
    created: datetime,
) -> bytes | None:
    """Write the rows that were sent with their problems; None when no template was sent."""
    sheets = record.proposal.get("sheets")
    if not sheets:
        return None
    found: dict[tuple[str, int], list[Mapping[str, object]]] = {}
    for problem in record.problems:
        found.setdefault((str(problem["sheet"]), int(problem["row"])), []).append(problem)
    written: dict[str, list[AnnotatedRow]] = {}
    for sheet in sheets:
        for row in sheet["rows"]:
            problems = found.get((sheet["name"], row["row"]), [])
            annotated = _annotated(row["cells"], problems, say)
            written.setdefault(sheet["key"], []).append(annotated)
    info = _info(target)
    return write_annotated(info, target.criteria, list(written.items()), created=created)


def _annotated(
    cells: Mapping[str, str],
    problems: list[Mapping[str, object]],
    say: Callable[[Problem], str],
) -> AnnotatedRow:
    sentences: list[str] = []
    bad: dict[str, str] = {}
    for problem in problems:
        params = problem["params"]
        assert isinstance(params, dict)  # noqa: S101 - written by the reading use-case
        text = say(Problem(str(problem["code"]), "", params))
        sentences.append(text)
        bad[str(problem["key"])] = text
    return AnnotatedRow(cells, tuple(sentences), bad)


def _info(target: Target) -> TemplateInfo:
    return TemplateInfo(
        factory_id=str(target.factory.id),
        factory_name=target.factory.name,
        criteria_ref=target.criteria_ref,
    )
