"""The command `jizhi`. Heavy parts are imported inside the commands, so that --help is quick."""

import typer

from app.cli import assessments, catalogue, criteria, data, engine, events

app = typer.Typer(
    name="jizhi",
    help="冀智对接：智能制造供需对接平台。Every command takes --json for machines.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.command("serve")(data.serve)
app.command("migrate")(data.migrate)
app.command("seed")(data.seed)
app.command("demo")(engine.demo)
app.command("gaps")(engine.gaps)
app.command("match")(engine.match)
app.command("evaluate")(engine.evaluate)
app.command("train")(engine.train)
app.add_typer(catalogue.app, name="index")
app.add_typer(events.app, name="event")
app.add_typer(criteria.app, name="criteria")
app.add_typer(assessments.app, name="assessment")


def main() -> None:
    """Run the command line; an expected refusal is one clear line and exit code 2."""
    from app.cli.output import run_reporting_errors

    run_reporting_errors(app)


if __name__ == "__main__":
    main()
