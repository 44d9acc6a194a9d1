"""Commands about the installation: serve, migrate, seed."""

from typing import Annotated

import typer

JsonFlag = Annotated[bool, typer.Option("--json", help="print one JSON object")]


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="migrate, seed (demo only) and index first")
    ] = False,
) -> None:
    """Serve the web application; with --prepare everything it needs is made ready first."""
    import os

    import uvicorn

    from app.cli.parts import open_wiring
    from app.cli.prepare import prepare_all, print_welcome

    # The application reads the same settings again in its own process.
    if host:
        os.environ["JIZHI_HOST"] = host
    if port:
        os.environ["JIZHI_PORT"] = str(port)
    parts = open_wiring()
    if prepare:
        prepare_all(parts)
    print_welcome(parts)
    settings = parts.settings
    parts.close()
    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        server_header=False,
    )


def migrate(*, as_json: JsonFlag = False) -> None:
    """Bring the database schema to this version."""
    from app.adapters.migrations import is_at_head, upgrade
    from app.cli.output import print_json
    from app.cli.parts import open_wiring

    parts = open_wiring()
    upgrade(parts.database)
    if as_json:
        print_json({"database": str(parts.database.url), "at_head": is_at_head(parts.database)})
    else:
        typer.echo(f"schema is at head: {parts.database.url}")


def seed(*, as_json: JsonFlag = False) -> None:
    """Load the fictional demo data; loading twice changes nothing. Refused in production."""
    from app.cli.output import Steps, print_json
    from app.cli.parts import open_wiring
    from app.cli.prepare import seed_demo

    parts = open_wiring()
    added = seed_demo(parts, Steps(quiet=as_json))
    if as_json:
        print_json({"added": added})
    else:
        typer.echo(f"added: {added or 'nothing, all there'}")
