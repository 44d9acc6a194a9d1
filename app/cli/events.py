"""`jizhi event`: list, plan, check."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

app = typer.Typer(help="对接活动：list, plan, check", no_args_is_help=True)
JsonFlag = Annotated[bool, typer.Option("--json", help="print one JSON object")]
LoginOption = Annotated[str, typer.Option("--as", help="login of the person who acts")]
EventArgument = Annotated[str, typer.Argument(help="seed key (e-001), id or exact title")]

# The demo account that may plan every event; `--as` names another one.
DEFAULT_LOGIN = "province"


@app.command("list")
def list_events(*, login: LoginOption = DEFAULT_LOGIN, as_json: JsonFlag = False) -> None:
    """List the events that a person may manage."""
    from app.cli.output import print_json, print_table
    from app.cli.parts import acting_as, open_wiring
    from app.queries import events as queries

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        events = queries.list_visible(session, to=acting_as(session, login))
        rows = [
            [str(event.id), event.title, event.region, str(event.held_on), event.status.value]
            for event in events
        ]
    columns = ["id", "title", "region", "held_on", "status"]
    if as_json:
        print_json({"events": [dict(zip(columns, row, strict=True)) for row in rows]})
    else:
        print_table("对接活动", columns, rows)


@app.command()
def plan(
    event: EventArgument,
    *,
    login: LoginOption = DEFAULT_LOGIN,
    seconds: Annotated[float, typer.Option(help="limit for the timetable")] = 20.0,
    seed: Annotated[int, typer.Option(help="seed of the search")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """Choose pairs, place them, and keep the run; exit code 1 when there is no plan."""
    from app.cli.output import EXIT_FAILED, Steps, print_json
    from app.cli.parts import acting_as, find_event, open_wiring
    from app.services.event_planning import plan_event_apart
    from app.services.event_report import describe_run

    parts = open_wiring()
    now = parts.clock()
    with parts.database.session(write=False) as session:
        actor = acting_as(session, login)
        event_id = find_event(session, event, to=actor).id
        engine = parts.event_engine(session, now=now)
    steps = Steps(quiet=as_json)
    with steps.step("plan", "配对与时间表 event"):
        run_id = plan_event_apart(
            parts.database,
            event_id=event_id,
            engine=engine,
            actor=actor,
            now=now,
            seconds=seconds,
            seed=seed,
        )
    with parts.database.session(write=False) as session:
        report = describe_run(session, run_id)
    _print_run(report, as_json=as_json, print_json=print_json)
    if report["meetings"] == 0:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def check(
    event: EventArgument, *, login: LoginOption = DEFAULT_LOGIN, as_json: JsonFlag = False
) -> None:
    """Judge the latest run again from its stored meetings; exit code 1 on any violation."""
    from app.cli.output import EXIT_FAILED, print_json
    from app.cli.parts import acting_as, find_event, open_wiring
    from app.core.errors import NotFound
    from app.queries import events as queries
    from app.services.event_report import describe_run

    parts = open_wiring()
    with parts.database.session(write=False) as session:
        actor = acting_as(session, login)
        found = find_event(session, event, to=actor)
        latest = next(iter(queries.runs_of(session, found.id)), None)
        if latest is None:
            raise NotFound(f"{found.title} has not been planned")
        report = describe_run(session, latest.id)
    _print_run(report, as_json=as_json, print_json=print_json)
    if report["violations"]:
        raise typer.Exit(EXIT_FAILED)


def _print_run(
    report: dict[str, Any], *, as_json: bool, print_json: Callable[[dict[str, Any]], None]
) -> None:
    """Print a run for machines, or line by line."""
    if as_json:
        print_json(report)
        return
    for name, value in report.items():
        typer.echo(f"{name}: {value}")
