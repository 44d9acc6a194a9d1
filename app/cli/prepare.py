"""What `make run` does before serving, each step safe to repeat after an interruption."""

from app.adapters.migrations import upgrade
from app.cli.output import Steps
from app.core.errors import Blocked
from app.core.problems import Problem
from app.services.seeding import load_seed
from app.wiring import Wiring


def prepare_all(parts: Wiring, *, quiet: bool = False) -> Steps:
    """Migrate, seed in demo mode, and build the index if it is not of this catalogue version."""
    steps = Steps(quiet=quiet)
    with steps.step("migrate", "数据库迁移 migrate"):
        upgrade(parts.database)
    if parts.settings.is_demo:
        seed_demo(parts, steps)
    with (
        steps.step("index", "目录索引 index"),
        parts.database.session(write=False) as session,
    ):
        if parts.index.snapshot_state(session)["state"] != "ok":
            parts.index.build_snapshot(session, now=parts.clock())
    return steps


def seed_demo(parts: Wiring, steps: Steps) -> dict[str, int]:
    """Load the demo data in one transaction; what is there already is left alone.

    Raises:
        Blocked: this is production, which never holds demo data.
    """
    if not parts.settings.is_demo:
        raise Blocked([Problem("demo_data_in_production")])
    with steps.step("seed", "演示数据 seed"), parts.database.session(write=True) as session:
        report = load_seed(
            session,
            folder=parts.settings.seed_dir,
            criteria=parts.criteria.default_ref,
            now=parts.clock(),
        )
    return report.added


def print_welcome(parts: Wiring) -> None:
    """Print the addresses and, in demo mode, the accounts."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    url = parts.settings.public_url
    console.print(f"\n[bold]冀智对接 Jizhi[/bold]  {url}   目录 {url}/catalogue   登录 {url}/login")
    demo = parts.demo_accounts()
    if demo is not None:
        table = Table(title=f"演示账号，密码都是 {demo.password}", title_justify="left")
        table.add_column("账号 login")
        table.add_column("身份 role")
        table.add_column("单位 of")
        for account in demo.accounts:
            table.add_row(account.login, account.role, account.organisation)
        console.print(table)
    console.print("Ctrl+C 停止\n")
