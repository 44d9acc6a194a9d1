"""What the organiser's pages about one event show: tasks, names, forms, lists."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request

from app.core.problems import Problem
from app.models import Event, EventParticipant, EventRun, Factory, PairRuleKind, Provider, Side
from app.queries.events import CANDIDATES_SHOWN
from app.services.event_instances import (
    SHARE_CAP_FROM,
    SHARE_CAP_PERMILLE,
    blockers,
    capacity_of,
    warnings,
)
from app.services.event_roster import display_name, limits_of
from app.web.forms.event import clock
from app.web.forms.fields import FormView
from app.web.i18n import N_, translate
from app.web.messages import sentence

STATES = {
    "done": (N_("已完成"), "good"),
    "todo": (N_("未开始"), ""),
    "ready": (N_("可以开始"), "info"),
    "problem": (N_("有问题"), "bad"),
    "optional": (N_("可选"), ""),
    "outdated": (N_("需要重做"), "warn"),
    "blocked": (N_("还不能开始"), ""),
}
FIELD_NAMES = {
    "title": N_("活动名称"),
    "held_on": N_("日期"),
    "venue": N_("地点"),
    "notes": N_("说明"),
    "slot_minutes": N_("每场时长"),
    "pause_minutes": N_("换桌间隔"),
    "morning_start": N_("上午开始"),
    "morning_slots": N_("上午场次"),
    "afternoon_start": N_("下午开始"),
    "afternoon_slots": N_("下午场次"),
    "tables": N_("桌号"),
    "factory_min": N_("每家工厂最少场次"),
    "factory_max": N_("每家工厂最多场次"),
    "provider_min": N_("每家服务商最少场次"),
    "provider_max": N_("每家服务商最多场次"),
    "fairness": N_("空档差距上限"),
    "min_meetings": N_("最少场次"),
    "max_meetings": N_("最多场次"),
    "absent": N_("不在场的时段"),
}


def slot_times(frame: Iterable[tuple[int, str]], minutes: int) -> list[dict[str, str]]:
    """Give number, time and session of slots, such as 10:00–10:20, am."""
    return [
        {"number": str(number), "time": f"{clock(start)}–{clock(start + minutes)}", "session": part}
        for number, (start, part) in enumerate(frame)
    ]


def event_slots(event: Event) -> list[dict[str, str]]:
    """Give the slots of a whole event for a page."""
    frame = ((slot.start_minute, slot.session) for slot in event.slots)
    return slot_times(frame, event.slot_minutes)


def list_context(
    events: Sequence[Event], counts: Mapping[tuple[UUID, Side], int]
) -> dict[str, object]:
    """Prepare the list of events with the size of each."""
    return {
        "rows": [
            {
                "event": event,
                "factories": counts.get((event.id, Side.FACTORY), 0),
                "providers": counts.get((event.id, Side.PROVIDER), 0),
            }
            for event in events
        ]
    }


def form_context(
    request: Request,
    *,
    values: Mapping[str, str | list[str]],
    problems: Sequence[Problem] = (),
    event: Event | None = None,
) -> dict[str, object]:
    """Prepare the event form, new or of `event`, with sentences at the fields."""
    return {
        "form": form_view(request, values, problems),
        "names": field_names(request),
        "event": event,
    }


def form_view(
    request: Request, values: Mapping[str, str | list[str]], problems: Sequence[Problem]
) -> FormView:
    """Give typed values with the first sentence of each field."""
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(problem.field, sentence(request, problem))
    return FormView(dict(values), errors)


def field_names(request: Request) -> dict[str, str]:
    """Give the shown names of the fields."""
    return {name: translate(request, text) for name, text in FIELD_NAMES.items()}


def detail_context(
    request: Request, event: Event, runs: Sequence[EventRun], meetings: Mapping[UUID, int]
) -> dict[str, object]:
    """Prepare the task list of an event, the pre-check in words and its runs."""
    stops = [sentence(request, problem) for problem in blockers(event)]
    factories = sum(p.side is Side.FACTORY for p in event.participants)
    return {
        "event": event,
        "slots": event_slots(event),
        "tasks": _tasks(request, event, runs),
        "stops": stops,
        "warnings": [sentence(request, problem) for problem in warnings(event)],
        "capacity": None if stops else capacity_of(event),
        "share_cap": SHARE_CAP_PERMILLE // 10 if factories >= SHARE_CAP_FROM else None,
        "factories": factories,
        "providers": len(event.participants) - factories,
        "runs": [_run_row(event, run, meetings.get(run.id, 0)) for run in runs],
    }


def _tasks(request: Request, event: Event, runs: Sequence[EventRun]) -> list[dict[str, str]]:
    """Give the steps to a published timetable, each with its address and state."""
    latest = runs[0] if runs else None
    stopped = bool(blockers(event))
    present = {participant.side for participant in event.participants}
    generated = "blocked" if stopped else "ready"
    if latest is not None:
        generated = "done" if latest.status in ("optimal", "feasible") else "problem"
        if latest.event_version != event.version:
            generated = "outdated"
    published = event.published_run_id is not None
    steps = (
        ("event_edit", "", N_("基本信息"), "done"),
        (
            "event_edit",
            "#slots",
            N_("时段与桌位"),
            "done" if event.slots and event.tables else "todo",
        ),
        ("event_participants", "", N_("参会名单"), "done" if len(present) == len(Side) else "todo"),
        ("event_rules", "", N_("配对规则"), "done" if event.pair_rules else "optional"),
        ("event_detail", "#generate", N_("生成配对和时间表"), generated),
        ("event_detail", "#runs", N_("发布"), "done" if published else "todo"),
    )
    return [
        {
            "url": str(request.url_for(route, event_id=event.id)) + mark,
            "text": translate(request, text),
            "state": translate(request, STATES[state][0]),
            "tone": STATES[state][1],
        }
        for route, mark, text, state in steps
    ]


def _run_row(event: Event, run: EventRun, meetings: int) -> dict[str, object]:
    objective = run.pairing["objective"] or {}
    return {
        "run": run,
        "meetings": meetings,
        "value": objective.get("value"),
        "floor": objective.get("floor"),
        "missing": objective.get("missing"),
        "breaks": run.schedule["objective"],
        "gap": run.schedule["gap"],
        "seconds": round(run.pairing["seconds"] + run.schedule["seconds"], 1),
        "is_published": run.id == event.published_run_id,
        "is_outdated": run.event_version != event.version,
    }


def participant_row(event: Event, participant: EventParticipant) -> dict[str, object]:
    """Give one line of the list: name, place, limits and absences."""
    owner = participant.factory or participant.provider
    least, most = limits_of(event, participant)
    own = participant.min_meetings is not None or participant.max_meetings is not None
    organisation = None if owner is None else owner.organisation
    region = "" if organisation is None else organisation.region
    if participant.factory is not None:
        region = participant.factory.region
    return {
        "participant": participant,
        "name": display_name(participant),
        "region": region,
        "industry": participant.factory.industry if participant.factory else "",
        "least": least,
        "most": most,
        "is_own": own,
        "absent": len(participant.absent_slots),
    }


def roster_context(
    request: Request,
    event: Event,
    *,
    side: Side,
    found: Sequence[Factory] | Sequence[Provider],
    problems: Sequence[Problem] = (),
) -> dict[str, object]:
    """Prepare the list of participants and the candidates of one side that the filter leaves."""
    present = {p.factory_id or p.provider_id for p in event.participants}
    new = [row for row in found if row.id not in present]
    query = request.query_params
    rows = sorted(
        (participant_row(event, p) for p in event.participants), key=lambda r: str(r["name"])
    )
    return {
        "event": event,
        "side": side.value,
        "sides": [(s.value, [row for row in rows if _participant(row).side is s]) for s in Side],
        "candidates": [_candidate(row) for row in new[:CANDIDATES_SHOWN]],
        "found": len(new),
        "shown": CANDIDATES_SHOWN,
        "filters": {name: query.get(name, "") for name in ("q", "region", "industry")},
        "filters_query": urlencode(
            {name: query.get(name, "") for name in ("side", "q", "region", "industry")}
        ),
        "problems": [sentence(request, problem) for problem in problems],
    }


def _participant(row: Mapping[str, object]) -> EventParticipant:
    participant = row["participant"]
    assert isinstance(participant, EventParticipant)  # noqa: S101 - made by participant_row
    return participant


def _candidate(row: Factory | Provider) -> dict[str, object]:
    if isinstance(row, Factory):
        words = row.product
        return {"id": row.id, "name": row.name, "region": row.region, "words": words,
                "industries": [row.industry]}  # fmt: skip
    return {"id": row.id, "name": row.organisation.name, "region": row.organisation.region,
            "words": row.intro, "industries": row.industries}  # fmt: skip


def limits_context(
    request: Request,
    event: Event,
    participant: EventParticipant,
    *,
    values: Mapping[str, str | list[str]],
    problems: Sequence[Problem] = (),
) -> dict[str, object]:
    """Prepare the form of one participant's limits."""
    is_factory = participant.side is Side.FACTORY
    return {
        "event": event,
        "row": participant_row(event, participant),
        "form": form_view(request, values, problems),
        "names": field_names(request),
        "slots": [(slot["number"], slot["time"]) for slot in event_slots(event)],
        "default_min": event.factory_min if is_factory else event.provider_min,
        "default_max": event.factory_max if is_factory else event.provider_max,
    }


def rules_context(
    request: Request,
    event: Event,
    *,
    values: Mapping[str, str | list[str]] | None = None,
    problems: Sequence[Problem] = (),
) -> dict[str, object]:
    """Prepare the rules of an event with names, and the choices for a new one."""
    names = {p.id: display_name(p) for p in event.participants}
    rules = [
        {
            "rule": rule,
            "factory": names[rule.factory_participant_id],
            "provider": names[rule.provider_participant_id],
        }
        for rule in event.pair_rules
    ]
    choices = {
        side.value: sorted(
            ((str(p.id), names[p.id]) for p in event.participants if p.side is side),
            key=lambda pair: pair[1],
        )
        for side in Side
    }
    return {
        "event": event,
        "rules": sorted(rules, key=lambda row: (str(row["factory"]), str(row["provider"]))),
        "choices": choices,
        "kinds": [kind.value for kind in PairRuleKind],
        "form": form_view(request, values or {}, problems),
    }
