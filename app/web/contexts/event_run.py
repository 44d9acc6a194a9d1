"""What a run's page shows: proofs, score matrix, timetable, agendas, fairness and reasons."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from starlette.requests import Request

from app.core.problems import Problem
from app.models import Event, EventRun, Meeting
from app.services.event_instances import GOOD_SCORE, LEAST_SCORE
from app.services.event_roster import display_name
from app.services.events import publish_problems
from app.web.contexts.event import slot_times
from app.web.i18n import N_, translate
from app.web.labels import label
from app.web.messages import sentence

HEAT_STEP = 200  # five steps over 0..1000
SHORTFALL = N_("“{name}”只安排到 {meetings} 场，低于最少 {minimum} 场。")
SHORTFALL_ALONE = N_("它在场的时段、上限和适配对象最多只够 {possible} 场。")
SHORTFALL_PARTNERS = N_(
    "原因：{members} 合计至少需要 {needed} 场，"
    "而能与之洽谈的 {partners} 都已排满，最多只能提供 {possible} 场。"
)
NO_PARTNERS = N_("原因：名单里适合与它洽谈的对象最多只有 {possible} 个（至少需要 {needed} 个）。")
MEMBERS_NAMED = 4


def run_context(
    request: Request, event: Event, run: EventRun, *, open_factories: Collection[UUID]
) -> dict[str, object]:
    """Prepare one run; names, slots and tables are those of the day it was made.

    `open_factories` are the participants whose needs and gaps the reader may know.
    """
    names = _names(run)
    slots = slot_times(run.schedule["slots"], run.schedule["slot_minutes"])
    problems = publish_problems(event, run)
    meetings = sorted(run.meetings, key=lambda m: (m.slot_number, m.table_number))
    objective = run.pairing["objective"] or {}
    return {
        "event": event,
        "run": run,
        "is_published": event.published_run_id == run.id,
        "can_publish": not problems and event.published_run_id != run.id,
        "replaces": event.published_run_id is not None and event.published_run_id != run.id,
        "publish_stops": [sentence(request, problem) for problem in problems],
        "objective": objective,
        "violations": len(run.pairing["violations"]) + len(run.schedule["violations"]),
        "seconds": round(run.pairing["seconds"] + run.schedule["seconds"], 2),
        "conflicts": _sentences(request, run.schedule["conflicts"]),
        "changes": _sentences(request, run.schedule["changes"]),
        "shortfalls": [_shortfall(request, s, names) for s in run.pairing["below_minimum"]],
        "caps": run.pairing["caps"],
        "blind": _blind(run),
        "slots": slots,
        "tables": run.schedule["tables"],
        "matrix": _matrix(run, musts=_musts(meetings)),
        "grid": _grid(run, meetings, slots),
        "agenda": _agenda(run, meetings, slots),
        "charts": _charts(request, run),
        "rows": [
            _meeting_row(
                run,
                meeting,
                names,
                slots,
                reasons=_reasons(meeting, is_open=meeting.factory_participant_id in open_factories),
            )
            for meeting in meetings
        ],
        "least_score": LEAST_SCORE,
        "good_score": GOOD_SCORE,
    }


def _names(run: EventRun) -> dict[str, dict[str, str]]:
    """Give the frozen names by participant id."""
    return {one["id"]: one for one in (*run.pairing["factories"], *run.pairing["providers"])}


def _sentences(request: Request, stored: Sequence[Mapping[str, Any]]) -> list[str]:
    return [sentence(request, Problem(one["code"], "", one["params"])) for one in stored]


def _shortfall(
    request: Request, short: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]
) -> str:
    """Say who is below the minimum and which set of firms makes that unavoidable."""
    first = translate(request, SHORTFALL).format(
        name=names[short["participant"]]["name"],
        meetings=short["meetings"],
        minimum=short["minimum"],
    )
    if len(short["members"]) == 1:
        text = SHORTFALL_ALONE if not short["partners"] and short["possible"] else NO_PARTNERS
        if short["partners"]:
            text = SHORTFALL_PARTNERS
    else:
        text = SHORTFALL_PARTNERS
    second = translate(request, text).format(
        members=_named(short["members"], names),
        partners=_named(short["partners"], names),
        needed=short["needed"],
        possible=short["possible"],
    )
    return first + second


def _named(ids: Sequence[str], names: Mapping[str, Mapping[str, str]]) -> str:
    """Name a few firms and count the rest."""
    shown = "、".join(names[one]["short"] for one in ids[:MEMBERS_NAMED])
    more = len(ids) - MEMBERS_NAMED
    return f"{shown}（+{more}）" if more > 0 else shown


def _blind(run: EventRun) -> dict[str, str]:
    """Name, by side, who could not be compared with anybody: nothing is known to score.

    Empty when that is nobody, else both sides, of which one may be "".
    """
    found = {}
    for side, key, place in (("factory", "factories", 0), ("provider", "providers", 1)):
        worth = {one[place] for one in run.pairing["scores"] if one[2] > 0}
        names = [p["name"] for n, p in enumerate(run.pairing[key]) if n not in worth]
        found[side] = "、".join(names)
    return found if any(found.values()) else {}


def _musts(meetings: Sequence[Meeting]) -> frozenset[tuple[str, str]]:
    """Give the pairs that meet because a rule says so, whatever their score."""
    return frozenset(
        (str(meeting.factory_participant_id), str(meeting.provider_participant_id))
        for meeting in meetings
        if meeting.reasons.get("is_must", False)
    )


def _matrix(run: EventRun, *, musts: frozenset[tuple[str, str]]) -> dict[str, object]:
    """Give factories x providers with score, heat step, and why a pair does not meet."""
    chosen = {tuple(pair) for pair in run.pairing["pairs"]}
    refused = {(row, column): code for row, column, code in run.pairing["refusals"]}
    factories, providers = run.pairing["factories"], run.pairing["providers"]
    cells: dict[tuple[int, int], dict[str, object]] = {}
    for row, column, score, for_factory, for_provider in run.pairing["scores"]:
        meets = (row, column) in chosen
        code = refused.get((row, column), "too_low")
        cells[row, column] = {
            "score": score,
            "heat": min(4, score // HEAT_STEP),
            "meets": meets,
            "is_must": (factories[row]["id"], providers[column]["id"]) in musts,
            "why": "" if meets or run.pairing["objective"] is None else code,
            "for_factory": for_factory,
            "for_provider": for_provider,
        }
    return {
        "providers": providers,
        "rows": [
            {"factory": factory, "cells": [cells[row, column] for column in range(len(providers))]}
            for row, factory in enumerate(factories)
        ],
    }


def _grid(
    run: EventRun, meetings: Sequence[Meeting], slots: Sequence[Mapping[str, str]]
) -> list[dict[str, object]]:
    """Give slots x tables with both short names; None = the table is free."""
    names = _names(run)
    at = {(m.slot_number, m.table_number): m for m in meetings}

    def cell(slot: int, table: int) -> dict[str, str] | None:
        meeting = at.get((slot, table))
        if meeting is None:
            return None
        return {
            "factory": names[str(meeting.factory_participant_id)]["short"],
            "provider": names[str(meeting.provider_participant_id)]["short"],
        }

    return [
        {"slot": slot, "cells": [cell(n, table) for table in range(len(run.schedule["tables"]))]}
        for n, slot in enumerate(slots)
    ]


def _agenda(
    run: EventRun, meetings: Sequence[Meeting], slots: Sequence[Mapping[str, str]]
) -> list[dict[str, object]]:
    """Give participants x slots: whom each one meets, and at which table."""
    names = _names(run)
    tables = run.schedule["tables"]
    at: dict[tuple[str, int], dict[str, str]] = {}
    for meeting in meetings:
        factory, provider = (
            str(meeting.factory_participant_id),
            str(meeting.provider_participant_id),
        )
        for one, other in ((factory, provider), (provider, factory)):
            at[one, meeting.slot_number] = {
                "with": names[other]["short"],
                "table": tables[meeting.table_number],
            }
    return [
        {
            "side": side,
            "rows": [
                {"name": one["short"], "cells": [at.get((one["id"], n)) for n in range(len(slots))]}
                for one in run.pairing[key]
            ],
        }
        for side, key in (("factory", "factories"), ("provider", "providers"))
    ]


BAR, BAR_GAP, HEIGHT = 34, 10, 96


def _charts(request: Request, run: EventRun) -> list[dict[str, object]]:
    """Give three distributions: meetings of factories, of providers, idle slots of everybody."""
    days = {day["participant"]: day for day in run.schedule["days"]}
    if not run.meetings:
        return []
    meetings = {
        key: [days[one["id"]]["meetings"] for one in run.pairing[key]]
        for key in ("factories", "providers")
    }
    idle = [day["idle_slots"] for day in days.values()]
    return [
        _histogram(translate(request, N_("工厂：每家洽谈场次")), meetings["factories"]),
        _histogram(translate(request, N_("服务商：每家洽谈场次")), meetings["providers"]),
        _histogram(translate(request, N_("全部参会方：中间的空档时段")), idle),
    ]


def _histogram(title: str, values: Sequence[int]) -> dict[str, object]:
    """Give bars for 0..max: how many participants have each value; sizes are SVG units."""
    counts = Counter(values)
    highest = max(counts.values(), default=1)
    bars = []
    for place, value in enumerate(range(max(values, default=0) + 1)):
        height = round(HEIGHT * counts[value] / highest)
        bars.append(
            {
                "value": value,
                "count": counts[value],
                "x": BAR_GAP + place * (BAR + BAR_GAP),
                "middle": BAR_GAP + place * (BAR + BAR_GAP) + BAR // 2,
                "y": HEIGHT - height + 18,
                "height": height,
            }
        )
    return {"title": title, "bars": bars, "width": max(420, BAR_GAP + len(bars) * (BAR + BAR_GAP)),
            "base": HEIGHT + 18, "bar": BAR}  # fmt: skip


# What tells of a factory's needs, gaps and budget.
CLOSED_REASONS: dict[str, Any] = {"gap": "", "offering": "", "matched": [], "interest": {}}


def _reasons(meeting: Meeting, *, is_open: bool) -> dict[str, Any]:
    """Give why two meet; of a factory that is not the reader's to know, only the scores."""
    return meeting.reasons if is_open else {**meeting.reasons, **CLOSED_REASONS}


def _meeting_row(
    run: EventRun,
    meeting: Meeting,
    names: Mapping[str, Mapping[str, str]],
    slots: Sequence[Mapping[str, str]],
    *,
    reasons: Mapping[str, Any],
) -> dict[str, object]:
    return {
        "time": slots[meeting.slot_number]["time"],
        "table": run.schedule["tables"][meeting.table_number],
        "factory": names[str(meeting.factory_participant_id)]["name"],
        "provider": names[str(meeting.provider_participant_id)]["name"],
        "score": meeting.score,
        "reasons": reasons,
        "is_must": meeting.reasons.get("is_must", False),  # runs before this was kept
    }


def my_meetings_context(
    request: Request,
    published: Sequence[tuple[Event, EventRun, list[Meeting]]],
    *,
    own: frozenset[object],
    shown_providers: Collection[UUID],
) -> dict[str, object]:
    """Prepare the actor's own meetings by event; `own` are the organisations of the actor.

    Only `shown_providers` have a page that a link may lead to.
    """
    return {
        "events": [
            _own_event(request, *entry, own=own, shown_providers=shown_providers)
            for entry in published
        ]
    }


def _own_event(
    request: Request,
    event: Event,
    run: EventRun,
    meetings: Sequence[Meeting],
    *,
    own: frozenset[object],
    shown_providers: Collection[UUID],
) -> dict[str, object]:
    slots = slot_times(run.schedule["slots"], run.schedule["slot_minutes"])
    rows = []
    for meeting in meetings:
        factory, provider = meeting.factory_participant, meeting.provider_participant
        owner = factory.factory
        is_factory = owner is not None and owner.organisation_id in own
        slot = slots[meeting.slot_number]
        linked = is_factory and provider.provider_id in shown_providers
        rows.append(
            {
                "session": translate(request, label("event_session", slot["session"])),
                "time": slot["time"],
                "table": run.schedule["tables"][meeting.table_number],
                "mine": display_name(factory if is_factory else provider),
                "counterpart": display_name(provider if is_factory else factory),
                "provider_id": provider.provider_id if linked else None,
                "topic": meeting.reasons.get("gap", "") if is_factory else "",
                "offering": meeting.reasons.get("offering", ""),
            }
        )
    return {"event": event, "held_on": date.fromisoformat(run.schedule["held_on"]), "rows": rows}
