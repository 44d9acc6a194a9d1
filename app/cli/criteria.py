"""Commands about criterion sets: list them, check a file, load it."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.data import JsonFlag

app = typer.Typer(help="criterion sets (评价标准集)", no_args_is_help=True)
SetFileArgument = Annotated[Path, typer.Argument(help="JSON file", exists=True, dir_okay=False)]


@app.command("list")
def list_sets(*, as_json: JsonFlag = False) -> None:
    """List the sets that assessments can be judged by."""
    from app.cli.output import print_json, print_table
    from app.cli.parts import open_wiring

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        sets = parts.criteria.listed(session)
    if as_json:
        print_json(
            {
                "sets": [
                    {
                        "code": info.ref.code,
                        "version": info.ref.version,
                        "title": info.title,
                        "jurisdiction": info.jurisdiction,
                        "default": info.is_default,
                        "in_use": info.in_use,
                        "assessments": info.assessments,
                    }
                    for info in sets
                ]
            }
        )
        return
    rows = [
        [info.ref.code, info.ref.version, info.title, info.jurisdiction, str(info.assessments)]
        for info in sets
    ]
    print_table("criterion sets", ["code", "version", "title", "where", "used"], rows)


@app.command("check")
def check(file: SetFileArgument, *, as_json: JsonFlag = False) -> None:
    """Check a set file; exit code 1 and the line, place and rule when it is broken."""
    from app.cli.output import print_json
    from app.cli.parts import open_wiring
    from app.core.errors import InvalidInput
    from app.services.criteria import check_set

    try:
        found = check_set(open_wiring().criteria, file.read_bytes())
    except InvalidInput as refused:
        problem = refused.problems[0]
        if as_json:
            print_json({"ok": False, "code": problem.code, **problem.params})
        else:
            line, place = problem.params["line"], problem.params["place"]
            detail = problem.params["detail"]
            typer.echo(f"{file.name}:{line}: {problem.code} at {place}: {detail}", err=True)
        raise typer.Exit(1) from None
    if as_json:
        print_json({"ok": True, "code": found.code, "version": found.version})
    else:
        typer.echo(f"{found.code} {found.version}: {found.title} ({found.jurisdiction})")


@app.command("load")
def load(
    file: SetFileArgument, *, login: Annotated[str, typer.Option(help="administrator")]
) -> None:
    """Load a set file as the administrator `login`; loading the same file twice changes nothing."""
    from app.cli.parts import acting_as, open_wiring
    from app.services.criteria import load_set

    parts = open_wiring()
    with parts.database.session(write=True) as session:
        record = load_set(
            session,
            parts.criteria,
            content=file.read_bytes(),
            actor=acting_as(session, login),
            now=parts.clock(),
        )
        typer.echo(f"loaded {record.code} {record.version}")
