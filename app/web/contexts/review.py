"""What the review pages show."""

from collections.abc import Sequence
from datetime import date, datetime

from starlette.requests import Request

from app.core.actors import Actor
from app.core.clock import china_today
from app.models import ListingStatus, Offering
from app.permissions import Permission, allowed
from app.services.offerings import (
    LISTING_YEARS,
    offering_advice,
    offering_problems,
    proposed_scenes,
)
from app.web.contexts.provider import STATUS_TONES, sentences
from app.web.forms.fields import FormView
from app.web.i18n import N_, translate
from matching.rank.scenes import SceneInferer

DONE = {
    "listed": N_("已列入目录，搜索立即可见。"),
    "returned": N_("已退回服务商，理由已附上。"),
}
# A queue that people wait for longer than this is shown as late.
LATE_AFTER_DAYS = 7
FIELD_TITLES = {
    "valid_to": N_("有效期至"),
    "document_no": N_("文号"),
    "note": N_("退回理由"),
    "decision": N_("决定"),
}


def queue_context(
    request: Request, waiting: Sequence[Offering], *, now: datetime
) -> dict[str, object]:
    """Prepare the queue with the days that each entry has waited."""
    rows = [
        {
            "offering": offering,
            "organisation": offering.provider.organisation,
            "days": _days(offering, now=now),
            "is_late": _days(offering, now=now) > LATE_AFTER_DAYS,
            "problems": len(offering_problems(offering)),
        }
        for offering in waiting
    ]
    done = request.query_params.get("done", "")
    return {"rows": rows, "done": translate(request, DONE.get(done, ""))}


def _days(offering: Offering, *, now: datetime) -> int:
    return max(0, (now - (offering.submitted_at or now)).days)


def decision_page(
    request: Request,
    form: FormView | None,
    offering: Offering,
    *,
    actor: Actor,
    scenes: SceneInferer,
    now: datetime,
) -> dict[str, object]:
    """Prepare one offering with its problems, proposed scenes and the two decisions."""
    default = years_later(china_today(now), LISTING_YEARS).isoformat()
    waits = offering.status is ListingStatus.SUBMITTED
    may = allowed(actor, Permission.OFFERING_REVIEW, offering)
    proposals = _proposals(offering, scenes)
    problems = offering_problems(offering)
    return {
        "form": form or FormView({"valid_to": default, "document_no": offering.document_no}, {}),
        "titles": {key: translate(request, title) for key, title in FIELD_TITLES.items()},
        "offering": offering,
        "provider": offering.provider,
        "organisation": offering.provider.organisation,
        "tone": STATUS_TONES.get(offering.status, ""),
        "days": _days(offering, now=now),
        "problems": sentences(request, problems),
        "advice": sentences(request, offering_advice(offering)),
        "proposals": proposals,
        "unproposed": [s for s in offering.scenes if s not in proposals],
        "can_decide": waits and may,
        "can_list": not problems,
        "is_own": waits and not may,
        "today": china_today(now).isoformat(),
    }


def _proposals(offering: Offering, scenes: SceneInferer) -> list[str]:
    """Propose scenes from what the provider wrote, as the form does."""
    parts = [offering.name, offering.pain_points, offering.description, *offering.functions]
    guess = scenes.infer("\n".join(parts))
    return proposed_scenes(guess.probabilities, covered=guess.covered)


def years_later(day: date, years: int) -> date:
    """Give the same day some years later; 29 February becomes 28 where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
