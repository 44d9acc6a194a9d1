"""The main job once, end to end: catalogue -> index -> gaps -> bundles -> pairings -> timetable."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.cli.engine import print_bundles
from app.cli.output import print_table
from app.cli.parts import (
    acting_as,
    find_event,
    find_factory,
    match_request,
    open_wiring,
)
from app.cli.prepare import prepare_all
from app.models import Case, Event, Factory, Need, Offering, Organisation, Provider
from app.services.event_planning import plan_event_apart
from app.services.event_report import describe_run
from app.services.matching_runs import match_factory
from app.wiring import Wiring

# Who acts in the demo: the factory's own account, and the province for the event.
DEMO_FACTORY_LOGIN = "factory"
DEMO_ORGANISER_LOGIN = "province"
COUNTED = {
    "organisations": Organisation,
    "providers": Provider,
    "offerings": Offering,
    "cases": Case,
    "factories": Factory,
    "needs": Need,
    "events": Event,
}


def run_demo(*, factory: str, event: str, seconds: float, quiet: bool) -> dict[str, Any]:
    """Prepare everything, match one factory, plan one event; give counts, answers and times."""
    parts = open_wiring()
    steps = prepare_all(parts, quiet=quiet)
    now = parts.clock()
    with parts.database.session(write=True) as session:
        counts = {name: _count(session, table) for name, table in COUNTED.items()}
        with steps.step("match", "差距分析与组合方案 match"):
            matched = _match(session, parts, factory)
    with steps.step("event", "配对与时间表 event"):
        planned = _plan(parts, event, seconds=seconds)
    parts.close()
    return {
        "at": now.isoformat(),
        "counts": counts,
        "match": matched,
        "event": planned,
        "seconds": steps.seconds,
    }


def _count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _match(session: Session, parts: Wiring, name: str) -> dict[str, Any]:
    """Match as the demo account of the factory's own organisation."""
    factory = find_factory(session, name)
    now = parts.clock()
    run = match_factory(
        session,
        factory=factory,
        request=match_request(factory),
        engine=parts.match_engine(session, now=now),
        actor=acting_as(session, DEMO_FACTORY_LOGIN),
        now=now,
    )
    return {
        "factory": factory.name,
        "run": str(run.id),
        "budget_fen": run.budget_fen,
        "target": run.target_level,
        "grade": run.result["analysis"]["result"],
        "top_gaps": run.result["gaps"],
        "bundles": run.result["bundles"]["variants"],
        "missing": run.result["bundles"]["missing"],
    }


def _plan(parts: Wiring, name: str, *, seconds: float) -> dict[str, Any]:
    """Plan an event as the province; the write lock is held only while the run is stored."""
    now = parts.clock()
    with parts.database.session(write=False) as session:
        actor = acting_as(session, DEMO_ORGANISER_LOGIN)
        event_id = find_event(session, name, to=actor).id
        engine = parts.event_engine(session, now=now)
    run_id = plan_event_apart(
        parts.database, event_id=event_id, engine=engine, actor=actor, now=now, seconds=seconds
    )
    with parts.database.session(write=False) as session:
        return describe_run(session, run_id)


def print_report(report: dict[str, Any]) -> None:
    """Print the answers for people."""
    print_table("数量 counts", ["", ""], [[n, str(v)] for n, v in report["counts"].items()])
    matched = report["match"]
    gaps = matched["top_gaps"]
    print_table(
        f"{matched['factory']} 的差距（目标 {matched['target']}）",
        ["权重", "差距"],
        [[str(gap["weight"]), gap["label"]] for gap in gaps],
    )
    print_bundles(
        matched["factory"], {"variants": matched["bundles"], "missing": matched["missing"]}
    )
    event = report["event"]
    shown = {name: value for name, value in event.items() if name != "timetable"}
    print_table("对接活动 event", ["", ""], [[n, str(v)] for n, v in shown.items()])
    print_table(
        "时间表 timetable",
        ["时间", "桌", "工厂", "服务商", "互评"],
        [
            [m["time"], m["table"], m["factory"], m["provider"], str(m["score"])]
            for m in event["timetable"]
        ],
    )
