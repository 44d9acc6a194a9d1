"""`jizhi assessment`: import a file, write the template, export a version."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from uuid import UUID

import typer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.core.actors import Actor
    from app.models import Factory
    from app.services.assessment_import import ImportParts
    from app.wiring import Wiring

Answer = TypeVar("Answer")
app = typer.Typer(help="评估：import, template, export", no_args_is_help=True)
JsonFlag = Annotated[bool, typer.Option("--json", help="print one JSON object")]
FactoryOption = Annotated[
    str, typer.Option("--factory", help="seed key, id, exact name, or credit code of its owner")
]
LoginOption = Annotated[
    str, typer.Option("--as", help="login of the person who acts; else a member of the factory")
]
FileArgument = Annotated[
    Path, typer.Argument(help="xlsx, docx, pdf or json", exists=True, dir_okay=False)
]
OutputOption = Annotated[Path, typer.Option("-o", "--output", help="file to write")]


@app.command("import")
def import_file(
    file: FileArgument,
    *,
    factory: FactoryOption,
    login: LoginOption = "",
    accept: Annotated[bool, typer.Option("--accept", help="write the good rows")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Read a file and show what it proposes; exit code 1: some rows are bad, 2: refused.

    Without --accept only the proposal is kept. Of a report, only what the reader is sure of is
    accepted; the rest is ticked on the page.
    """
    from app.cli.output import EXIT_FAILED
    from app.cli.parts import open_wiring
    from app.services.assessment_import import SentFile, propose_import_apart

    parts = open_wiring()
    now = parts.clock()
    with parts.database.session(write=False) as session:
        found = _factory(session, factory)
        actor = _actor(session, found, login)
    proposed = _or_refused(
        lambda: propose_import_apart(
            parts.database,
            factory_id=found.id,
            file=SentFile(file.name, file.read_bytes()),
            parts=_import_parts(parts),
            actor=actor,
            now=now,
        )
    )
    with parts.database.session(write=accept) as session:
        if accept:
            _accept(session, parts, proposed.import_id, actor)
        report = _report(session, parts, proposed.import_id, actor, again=proposed.again)
    _print(report, as_json=as_json)
    if report["bad"]:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def template(
    *,
    factory: FactoryOption,
    output: OutputOption,
    login: LoginOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Write the workbook to fill in, with what is known already."""
    from app.cli.output import print_json
    from app.cli.parts import open_wiring
    from app.core.clock import china_today
    from app.permissions import Permission, require
    from app.services.assessment_import_files import template_for
    from app.services.assessment_import_target import target_of

    parts = open_wiring()
    now = parts.clock()
    with parts.database.session(write=False) as session:
        found = _factory(session, factory)
        require(_actor(session, found, login), Permission.ASSESSMENT_WRITE, found)
        target = target_of(session, found, parts.criteria, today=china_today(now))
        output.write_bytes(template_for(target, _import_parts(parts), created=now))
    if as_json:
        print_json({"factory": str(found.id), "file": str(output), "version": target.version})
    else:
        typer.echo(f"{found.name}: {output}")


@app.command()
def export(
    *,
    factory: FactoryOption,
    output: OutputOption,
    version: Annotated[int, typer.Option(help="version number; the newest without it")] = 0,
    login: LoginOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Write a version as JSON; importing it gives the same assessment."""
    from app.cli.output import print_json
    from app.cli.parts import open_wiring
    from app.core.errors import NotFound
    from app.queries import assessments as queries
    from app.services.assessment_import_flat import flat_of
    from app.services.assessment_import_json import document_of
    from app.services.criteria import ref_of

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        found = _factory(session, factory)
        actor = _actor(session, found, login)
        versions = queries.of_factory(session, found, to=actor)
        chosen = [one for one in versions if version in (0, one.version)][:1]
        if not chosen:
            raise NotFound(f"{found.name} has no assessment of that version")
        criteria = parts.criteria.of_assessment(session, chosen[0])
        document = document_of(flat_of(chosen[0]), criteria_ref=str(ref_of(criteria)))
        number = chosen[0].version
    output.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if as_json:
        print_json({"factory": str(found.id), "file": str(output), "version": number})
    else:
        typer.echo(f"{found.name}, {number}: {output}")


def _factory(session: "Session", name: str) -> "Factory":
    """Find a factory by its owner's credit code, else as all commands do."""
    from sqlalchemy import select
    from sqlalchemy.orm import selectinload

    from app.cli.parts import find_factory
    from app.core.credit_code import credit_code_problem, normalise
    from app.core.errors import NotFound
    from app.models import Factory, Organisation

    code = normalise(name)
    if credit_code_problem(code) is not None:
        return find_factory(session, name)
    query = select(Factory).join(Organisation).where(Organisation.credit_code == code)
    own = session.scalars(query.options(selectinload(Factory.organisation))).all()
    if len(own) != 1:
        raise NotFound(f"{code} has {len(own)} factories; name one by id")
    return own[0]


def _actor(session: "Session", factory: "Factory", login: str) -> "Actor":
    """Give who acts: `login`, else the factory's first member by login."""
    from sqlalchemy import select

    from app.cli.parts import acting_as
    from app.core.actors import Role
    from app.core.errors import NotFound
    from app.models import Membership, User

    if login:
        return acting_as(session, login)
    query = (
        select(User.login)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == factory.organisation_id,
            Membership.role == Role.FACTORY_MEMBER,
            User.is_active,
        )
        .order_by(User.login)
        .limit(1)
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"{factory.name} has no member; name a person with --as")
    return acting_as(session, found)


def _import_parts(parts: "Wiring") -> "ImportParts":
    from app.services.assessment_import import import_parts

    return import_parts(parts.criteria, parts.reference)


def _or_refused(work: Callable[[], Answer]) -> Answer:
    """Run `work`; a file that cannot be read is one Chinese sentence and exit code 2."""
    from app.cli.output import EXIT_REFUSED
    from app.core.errors import InvalidInput
    from app.services.import_sentences import problem_sentence

    try:
        return work()
    except InvalidInput as refused:
        for problem in refused.problems:
            typer.echo(f"jizhi: {problem_sentence(problem)}", err=True)
        raise typer.Exit(EXIT_REFUSED) from None


def _accept(session: "Session", parts: "Wiring", import_id: UUID, actor: "Actor") -> None:
    from app.queries import imports
    from app.services.assessment_import_accept import Ticks, accept_import, items_of
    from app.services.assessment_import_report import is_sure

    record = imports.one_own(session, import_id, of=actor)
    sure = frozenset(n for n, item in enumerate(items_of(record)) if is_sure(item))
    accept_import(
        session,
        import_id=import_id,
        ticks=Ticks(sure),
        shelf=parts.criteria,
        actor=actor,
        now=parts.clock(),
    )


def _report(
    session: "Session", parts: "Wiring", import_id: UUID, actor: "Actor", *, again: bool
) -> dict[str, Any]:
    """Give what is printed: counts, problems with sentences, and what would change or did."""
    from app.core.clock import china_today
    from app.queries import imports
    from app.services.assessment_import_accept import proposed_changes
    from app.services.assessment_import_target import target_of
    from app.services.import_sentences import import_sentence

    record = imports.one_own(session, import_id, of=actor)
    target = target_of(session, record.factory, parts.criteria, today=china_today(parts.clock()))
    changes = proposed_changes(record, target.flat)
    return {
        "import": str(record.id),
        "file": record.file_name,
        "form": record.proposal["form"],
        "status": record.status.value,
        "again": again,
        "good": record.proposal["good"],
        "bad": record.proposal["bad"],
        "problems": [
            {**problem, "message": import_sentence(problem["code"], problem["params"])}
            for problem in record.problems
        ],
        "warnings": [
            import_sentence(warning["code"], warning["params"])
            for warning in record.proposal["warnings"]
        ],
        "changes": [{"field": c.field, "old": c.old, "new": c.new} for c in changes],
        "items": record.proposal["items"] if record.proposal["form"] == "report" else [],
        "assessment": str(record.assessment_id) if record.assessment_id else None,
    }


def _print(report: dict[str, Any], *, as_json: bool) -> None:
    from app.cli.output import print_json, print_table

    if as_json:
        print_json(report)
        return
    typer.echo(
        f"{report['file']}: 好的 {report['good']}，有问题 {report['bad']}，{report['status']}"
    )
    if report["again"]:
        typer.echo("这个文件已经导入过")
    for warning in report["warnings"]:
        typer.echo(f"注意：{warning}")
    if report["problems"]:
        rows = [[_place(problem), problem["message"]] for problem in report["problems"]]
        print_table("有问题的行", ["位置", "问题"], rows)
    if report["items"]:
        rows = [
            [
                item["field"],
                str(item["value"]),
                str(item.get("confidence", "")),
                item.get("place", ""),
            ]
            for item in report["items"]
        ]
        print_table("读出的内容", ["项目", "值", "把握", "位置"], rows)
    if report["changes"]:
        rows = [[c["field"], _short(c["old"]), _short(c["new"])] for c in report["changes"]]
        print_table("会改动什么", ["项目", "原来", "改为"], rows)


def _place(problem: dict[str, Any]) -> str:
    if "pointer" in problem:
        return str(problem["pointer"])
    return f"{problem['sheet']}!{problem['column']}{problem['row']}"


def _short(value: object) -> str:
    text = "—" if value is None else str(value)
    return text if len(text) <= 60 else text[:60] + "…"
