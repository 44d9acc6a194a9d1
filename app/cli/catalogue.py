"""`jizhi index`: build, verify, status."""

from typing import Annotated

import typer

app = typer.Typer(help="目录索引：build, status, verify", no_args_is_help=True)
JsonFlag = Annotated[bool, typer.Option("--json", help="print one JSON object")]


@app.command()
def build(*, as_json: JsonFlag = False) -> None:
    """Encode the catalogue and publish a new verified snapshot."""
    from app.cli.output import Steps, print_json
    from app.cli.parts import open_wiring

    parts = open_wiring()
    steps = Steps(quiet=as_json)
    with steps.step("build", "目录索引 index"), parts.database.session(write=False) as session:
        live = parts.index.build_snapshot(session, now=parts.clock())
    if as_json:
        print_json(
            {
                "offerings": len(live.searcher.catalogue),
                "catalogue_version": live.version,
                "seconds": steps.seconds["build"],
            }
        )


@app.command()
def status(*, as_json: JsonFlag = False) -> None:
    """Say what lies on disk and whether it is of the present catalogue version."""
    _report(as_json=as_json, fail=False)


@app.command()
def verify(*, as_json: JsonFlag = False) -> None:
    """Check the snapshot's checksums, model and version; exit code 1 when it must be rebuilt."""
    _report(as_json=as_json, fail=True)


def _report(*, as_json: bool, fail: bool) -> None:
    from app.cli.output import EXIT_FAILED, print_json
    from app.cli.parts import open_wiring

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        state = parts.index.snapshot_state(session)
    if as_json:
        print_json(state)
    else:
        for name, value in state.items():
            typer.echo(f"{name}: {value}")
    if fail and state["state"] != "ok":
        raise typer.Exit(EXIT_FAILED)
