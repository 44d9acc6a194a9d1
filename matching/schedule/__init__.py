"""When and at which table: the timetable of an event (model and sources: docs/events.md).

`solve` answers, `check` judges any timetable by the same rules without a solver, `explain` says
why there is none, `diagnostics` measures. OR-Tools and SciPy are imported only inside `solve`
and `explain`.
"""

from matching.schedule.breaks import (
    Diagnostics,
    ParticipantDay,
    breaks_by_participant,
    count_breaks,
    diagnostics,
)
from matching.schedule.certificates import certificates
from matching.schedule.explain import explain
from matching.schedule.instance import (
    BreakRule,
    Meeting,
    Participant,
    Placement,
    ScheduleInstance,
    Session,
    Table,
    Timetable,
)
from matching.schedule.result import (
    Certificate,
    Change,
    Explanation,
    Fact,
    Limits,
    Progress,
    ScheduleResult,
    Status,
)
from matching.schedule.rules import RULES, Rule, Violation, check
from matching.schedule.solver import solve
from matching.schedule.tables import assign_tables

__all__ = [
    "RULES",
    "BreakRule",
    "Certificate",
    "Change",
    "Diagnostics",
    "Explanation",
    "Fact",
    "Limits",
    "Meeting",
    "Participant",
    "ParticipantDay",
    "Placement",
    "Progress",
    "Rule",
    "ScheduleInstance",
    "ScheduleResult",
    "Session",
    "Status",
    "Table",
    "Timetable",
    "Violation",
    "assign_tables",
    "breaks_by_participant",
    "certificates",
    "check",
    "count_breaks",
    "diagnostics",
    "explain",
    "solve",
]
