"""Measure the timetable solver on published B2B instances.

    python -m bench.b2b FILE... --seconds 20 --workers 2 --json

Reads MiniZinc `.dzn` files of the B2B meeting scheduling problem (Bofill et al., JAIR 2022; 1-based
in the file, breaks counted as published, fairness 2) and the plain-text format of large generated
events: `participants meetings slots tables`, one availability mask a participant, then one
`p1 p2 mask` a meeting (0-based; breaks on own slots, no fairness). The instances are not part of
this repository.
"""

import argparse
import json
import re
from pathlib import Path

from matching.schedule import (
    BreakRule,
    Limits,
    Meeting,
    Participant,
    ScheduleInstance,
    ScheduleResult,
    Session,
    Status,
    Table,
    solve,
)

FAIRNESS = 2  # the spread of breaks in the published experiments
SESSIONS = {1: Session.MORNING, 2: Session.AFTERNOON, 3: Session.ANY}


def read_dzn(text: str, *, fairness: int | None = FAIRNESS) -> ScheduleInstance:
    """Translate a `.dzn` file; dummy zeros in `forbidden` and `precedences` mean nothing."""
    number = {name: int(value) for name, value in re.findall(r"(\w+)\s*=\s*(\d+)\s*;", text)}
    requested = [
        tuple(int(cell) for cell in row)
        for row in re.findall(r"(\d+)\s*,\s*(\d+)\s*,\s*(\d+)", _value(text, "requested"))
    ]
    forbidden = _sets(_value(text, "forbidden"))
    after = _sets(_value(text, "precedences"))
    fixed = [int(slot) for slot in re.findall(r"\d+", _value(text, "fixed"))]
    meetings = tuple(
        Meeting(
            id=f"m{i}",
            a=f"p{a}",
            b=f"p{b}",
            session=SESSIONS[session],
            slot=fixed[i - 1] - 1 if i <= len(fixed) and fixed[i - 1] > 0 else None,
            after=tuple(f"m{one}" for one in sorted(after[i - 1])) if i <= len(after) else (),
        )
        for i, (a, b, session) in enumerate(requested, start=1)
    )
    participants = tuple(
        Participant(
            f"p{i}", frozenset(s - 1 for s in forbidden[i - 1]) if forbidden else frozenset()
        )
        for i in range(1, number["nBusiness"] + 1)
    )
    return ScheduleInstance(
        participants,
        meetings,
        tuple(Table(f"t{i}") for i in range(number["nTables"])),
        slots=number["nTotalSlots"],
        morning_slots=number["nMorningSlots"],
        fairness=fairness,
        break_rule=BreakRule.ALL,
    )


def _value(text: str, name: str) -> str:
    """Return what stands between `name =` and the next semicolon, "" if it is not there."""
    match = re.search(rf"\b{name}\s*=(.*?);", text, re.DOTALL)
    return match.group(1) if match else ""


def _sets(text: str) -> list[frozenset[int]]:
    """Read `[{1,2},{0},3..5, ...]`; zeros are dummies."""
    found = []
    for braces, low, high in re.findall(r"\{([^}]*)\}|(\d+)\s*\.\.\s*(\d+)", text):
        if low:
            found.append(frozenset(range(int(low), int(high) + 1)))
        else:
            found.append(frozenset(int(n) for n in re.findall(r"\d+", braces)) - {0})
    return found


def read_large(text: str) -> ScheduleInstance:
    """Translate the plain-text format of large events.

    The masks of sessions become availability of the whole event where they are full; a mask that
    is not full is refused, because no session of the model says it.
    """
    lines = text.split("\n")
    people, count, slots, tables = (int(cell) for cell in lines[0].split())
    full = (1 << slots) - 1
    participants = tuple(
        Participant(f"p{i}", frozenset(s for s in range(slots) if not int(lines[1 + i]) >> s & 1))
        for i in range(people)
    )
    meetings = []
    for i, line in enumerate(lines[1 + people : 1 + people + count]):
        a, b, mask = (int(cell) for cell in line.split())
        if mask & full != full:
            raise ValueError(f"meeting {i}: session mask {mask} is not the whole event")
        meetings.append(Meeting(f"m{i}", f"p{a}", f"p{b}"))
    return ScheduleInstance(
        participants,
        tuple(meetings),
        tuple(Table(f"t{i}") for i in range(tables)),
        slots=slots,
        morning_slots=slots,
        fairness=None,
        break_rule=BreakRule.OWN,
    )


def read(path: Path) -> ScheduleInstance:
    """Read either format by its suffix."""
    text = path.read_text(encoding="utf-8")
    return read_dzn(text) if path.suffix == ".dzn" else read_large(text)


def row(path: Path, result: ScheduleResult) -> dict[str, object]:
    """Return what is reported for one file; an infeasible event counts no violations."""
    violations = 0 if result.status is Status.INFEASIBLE else len(result.violations)
    return {
        "file": path.name,
        "status": result.status.value,
        "objective": result.objective,
        "bound": result.bound,
        "seconds": round(result.seconds, 3),
        "first_feasible_seconds": result.first_feasible_seconds
        and round(result.first_feasible_seconds, 3),
        "violations": violations,
    }


def main(arguments: list[str] | None = None) -> None:
    """Solve each file and print one line for it."""
    parser = argparse.ArgumentParser(prog="bench.b2b", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    chosen = parser.parse_args(arguments)
    limits = Limits(seconds=chosen.seconds, workers=chosen.workers)
    for path in chosen.files:
        cells = row(path, solve(read(path), limits=limits, seed=chosen.seed))
        print(json.dumps(cells) if chosen.json else "  ".join(f"{v}" for v in cells.values()),
              flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
