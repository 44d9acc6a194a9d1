"""The form of a match run: limits within which bundles are searched."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID, uuid4

from starlette.datastructures import FormData

from app.core.errors import NotFound
from app.core.money import exact_wan
from app.core.problems import Problem
from app.models import Factory
from app.services.matching_runs import MatchRequest
from app.web.forms.fields import FieldReader, FormView
from app.web.i18n import N_

LABELS = {
    "budget": N_("预算"),
    "weeks": N_("期限"),
    "max_providers": N_("最多几家服务商"),
    "target": N_("目标等级"),
}
MAX_PROVIDERS = 6
USUAL_PROVIDERS = 4
MAX_WEEKS = 260


@dataclass(frozen=True, slots=True)
class MatchForm:
    """A posted form: the key it carries, and the request unless something is wrong."""

    run_id: UUID
    request: MatchRequest | None
    problems: list[Problem]


def read_match(posted: FormData, *, targets: Collection[str]) -> MatchForm:
    """Read the form; its key must be one of ours.

    Raises:
        NotFound: the key was tampered with.
    """
    reader = FieldReader(posted)
    target = reader.choice("target", targets, required=True)
    budget = reader.wan("budget", required=True)
    if budget == 0:
        reader.add("number_too_small", "budget", min=0.01)
    weeks = reader.whole("weeks", minimum=1, maximum=MAX_WEEKS)
    providers = reader.whole("max_providers", minimum=1, maximum=MAX_PROVIDERS, required=True)
    try:
        run_id = UUID(reader.raw("id"))
    except ValueError:
        raise NotFound from None
    if reader.problems or budget is None or providers is None or target is None:
        return MatchForm(run_id, None, reader.problems)
    return MatchForm(run_id, MatchRequest(budget, weeks, providers, target), [])


def match_form_of(factory: Factory) -> FormView:
    """Give a new form filled in from the factory's profile, with a key of its own."""
    values: dict[str, str | list[str]] = {
        "id": str(uuid4()),
        "target": factory.target_level,
        "budget": exact_wan(factory.budget_fen),
        "weeks": str(factory.horizon_weeks or ""),
        "max_providers": str(USUAL_PROVIDERS),
    }
    return FormView(values, {})
