"""What the provider's pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.clock import china_today
from app.core.problems import Problem
from app.models import (
    Deployment,
    ListingStatus,
    Offering,
    OfferingKind,
    Organisation,
    PriceModel,
    Provider,
)
from app.services.offerings import (
    EDITABLE,
    MAX_SCENES,
    OfferingContent,
    content_of,
    offering_advice,
    offering_problems,
    proposed_scenes,
)
from app.web.forms import offering as offering_form
from app.web.forms import registration as registration_form
from app.web.forms.fields import FormView
from app.web.i18n import N_, language_of, translate
from app.web.messages import sentence
from matching.rank.scenes import SceneGuess

DONE = {
    "saved": N_("已保存为草稿，还没有提交审核。"),
    "submitted": N_("已提交审核。审核结果会显示在下面的表格里；被退回时会写明理由。"),
    "profile": N_("服务商资料已登记，现在可以登记产品和方案。"),
}
STATUS_TONES = {
    ListingStatus.LISTED: "good",
    ListingStatus.SUBMITTED: "info",
    ListingStatus.WARNED: "warn",
    ListingStatus.SUSPENDED: "bad",
    ListingStatus.EXPIRED: "bad",
}
# What needs the provider's hand comes first.
STATUS_ORDER = [
    ListingStatus.DRAFT,
    ListingStatus.EXPIRED,
    ListingStatus.SUBMITTED,
    ListingStatus.WARNED,
    ListingStatus.SUSPENDED,
    ListingStatus.LISTED,
    ListingStatus.REMOVED,
]
EXPIRES_SOON = timedelta(days=60)
STALE_AFTER_DAYS = 365


def home_context(
    request: Request,
    providers: Sequence[Provider],
    without_profile: Sequence[Organisation],
    *,
    now: datetime,
) -> dict[str, object]:
    """Prepare the start page: one panel a provider profile of the actor."""
    return {
        "done": translate(request, DONE.get(request.query_params.get("done", ""), "")),
        "panels": [_panel(request, provider, now=now) for provider in providers],
        "without_profile": without_profile,
    }


def _panel(request: Request, provider: Provider, *, now: datetime) -> dict[str, object]:
    offerings = sorted(
        provider.offerings,
        key=lambda o: (STATUS_ORDER.index(o.status), not o.review_note, o.name),
    )
    count = {status: sum(o.status is status for o in offerings) for status in ListingStatus}
    return {
        "provider": provider,
        "rows": [_row(request, offering, now=now) for offering in offerings],
        "listed": count[ListingStatus.LISTED] + count[ListingStatus.WARNED],
        "submitted": count[ListingStatus.SUBMITTED],
        "drafts": count[ListingStatus.DRAFT] + count[ListingStatus.EXPIRED],
    }


def _row(request: Request, offering: Offering, *, now: datetime) -> dict[str, object]:
    today = china_today(now)
    editable = offering.status in EDITABLE
    missing = offering_problems(offering) if editable else []
    returned = offering.status is ListingStatus.DRAFT and bool(offering.review_note)
    return {
        "offering": offering,
        "tone": "bad" if returned else STATUS_TONES.get(offering.status, ""),
        "returned": returned,
        "days": (now - offering.updated_at).days,
        "is_stale": (now - offering.updated_at).days > STALE_AFTER_DAYS,
        "validity": _validity(offering.valid_to, today=today),
        "missing": sentences(request, missing),
        "advice": sentences(request, offering_advice(offering)),
        "can_edit": editable,
        "can_submit": editable and not missing,
        "is_public": offering.status in (ListingStatus.LISTED, ListingStatus.WARNED),
        "was_listed": offering.listed_at is not None,
    }


def _validity(valid_to: date | None, *, today: date) -> str:
    """Say how an expiry day stands: "" far away or none, "soon", "past"."""
    if valid_to is None:
        return ""
    if valid_to < today:
        return "past"
    return "soon" if valid_to - today <= EXPIRES_SOON else ""


def sentences(request: Request, problems: Sequence[Problem]) -> list[str]:
    """Write problems as sentences."""
    return [sentence(request, problem) for problem in problems]


def errors_by_field(request: Request, problems: Sequence[Problem]) -> dict[str, str]:
    """Write the first problem of each field as a sentence, in the order given."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.field, problem)
    return {field: sentence(request, problem) for field, problem in first.items()}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Why a form is drawn again.

    `guess` answers "propose scenes" (`asked`), `stored_texts` is what a colleague saved
    meanwhile by field title, `version` replaces the posted one once that has been shown.
    """

    problems: Sequence[Problem] = ()
    asked: bool = False
    guess: SceneGuess | None = None
    stored_texts: Sequence[tuple[str, str]] = ()
    version: int | None = None


def offering_page(
    request: Request,
    form: FormView,
    *,
    provider: Provider,
    offering: Offering | None,
    version: int,
    new_id: UUID | None = None,
    drawn: Drawn | None = None,
) -> dict[str, object]:
    """Prepare the form of a new (`offering` None) or stored offering."""
    reference: Reference = request.app.state.wiring.reference
    language = language_of(request)
    titles = offering_form.FIELD_TITLES
    return {
        "form": form,
        "provider": provider,
        "offering": offering,
        "note": offering.review_note if offering and offering.status in EDITABLE else "",
        "missing": sentences(request, offering_problems(offering)) if offering else [],
        "form_id": str(offering.id if offering else new_id or uuid4()),
        "version": version,
        "action_url": _action_url(request, offering),
        "titles": {key: translate(request, title) for key, title in titles.items()},
        "stored_texts": drawn.stored_texts if drawn else (),
        "scene_options": _options(reference, "scene", language),
        "industry_options": _options(reference, "industry", language),
        **_scene_slots(form, drawn or Drawn()),
        **_fixed_options(request),
    }


def _scene_slots(form: FormView, drawn: Drawn) -> dict[str, object]:
    """Fill the free scene fields with proposals; what the person chose stays first."""
    guess = drawn.guess
    proposals = _proposed(guess)
    chosen = [code for code in form.chosen("scenes") if code]
    filled = list(dict.fromkeys([*chosen, *proposals]))
    return {
        "scene_slots": [filled[n] if n < len(filled) else "" for n in range(MAX_SCENES)],
        "proposals": [
            {"code": code, "share": round(100 * guess.probabilities[code])}
            for code in proposals
            if guess
        ],
        "nearest": guess.nearest if guess and proposals else "",
        "asked": drawn.asked,
        "has_text": guess is not None,
    }


def _proposed(guess: SceneGuess | None) -> list[str]:
    return proposed_scenes(guess.probabilities, covered=guess.covered) if guess else []


def _action_url(request: Request, offering: Offering | None) -> str:
    if offering is None:
        return str(request.app.url_path_for("offering_create"))
    return str(request.app.url_path_for("offering_change", offering_id=offering.id))


def _options(reference: Reference, kind: str, language: str) -> list[tuple[str, str]]:
    """Give (code, "code name") in official order."""
    return [
        (code, f"{code} {reference.name_of(kind, code, language)}")
        for code in reference.codes(kind)
    ]


def _fixed_options(request: Request) -> dict[str, object]:
    tables = {"kind": OfferingKind, "deployment": Deployment, "price_model": PriceModel}
    return {
        f"{name}_options": [(item.value, translate(request, item.value)) for item in members]
        for name, members in tables.items()
    }


def differences(
    request: Request, typed: OfferingContent, stored: Offering
) -> list[tuple[str, str]]:
    """Give title and stored text of each field in which a colleague's version differs."""
    now_stored = content_of(stored)
    mine, theirs = (offering_form.offering_values(content) for content in (typed, now_stored))
    return [
        (translate(request, title), _shown(theirs[field]))
        for field, title in offering_form.FIELD_TITLES.items()
        if mine[field] != theirs[field]
    ]


def _shown(value: str | list[str]) -> str:
    return "、".join(value) if isinstance(value, list) else value


def registration_page(request: Request, form: FormView, *, new_id: UUID) -> dict[str, object]:
    """Prepare the registration form."""
    return {"form": form, "form_id": str(new_id), **_profile_choices(request)}


def profile_page(
    request: Request, form: FormView, organisations: Sequence[Organisation]
) -> dict[str, object]:
    """Prepare the profile form for organisations that have none."""
    options = [(str(organisation.id), organisation.name) for organisation in organisations]
    return {"form": form, "organisation_options": options, **_profile_choices(request)}


def _profile_choices(request: Request) -> dict[str, object]:
    reference: Reference = request.app.state.wiring.reference
    language = language_of(request)
    titles = registration_form.FIELD_TITLES
    return {
        "titles": {key: translate(request, title) for key, title in titles.items()},
        "region_options": [(name, name) for name in registration_form.regions(reference)],
        "place_options": [(name, name) for name in registration_form.service_places(reference)],
        "type_options": [
            (code, reference.name_of("provider_type", code, language))
            for code in reference.codes("provider_type")
        ],
    }
