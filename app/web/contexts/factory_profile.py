"""What registration and profile of a factory show."""

from collections.abc import Sequence

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.money import format_wan
from app.models import Factory, ManufacturingType, Organisation
from app.services.factories import FactoryContent, content_of
from app.web.forms.factory import PROFILE_TITLES, REGISTRATION_TITLES, TARGETS
from app.web.forms.fields import FormView
from app.web.i18n import N_, language_of, translate
from app.web.labels import label

DONE = {"saved": N_("已保存企业档案。")}
# Form field of each part of the content, where the two have different names.
FIELD_OF = {"revenue_fen": "revenue", "budget_fen": "budget", "horizon_weeks": "weeks"}


def registration_page(request: Request, form: FormView) -> dict[str, object]:
    """Prepare the registration of an organisation with its first factory."""
    return {"form": form, **_choices(request, REGISTRATION_TITLES)}


def new_factory_page(
    request: Request, form: FormView, organisations: Sequence[Organisation]
) -> dict[str, object]:
    """Prepare the form by which an organisation on the platform adds a factory."""
    options = [(str(organisation.id), organisation.name) for organisation in organisations]
    return {
        "form": form,
        "organisation_options": options,
        **_choices(request, PROFILE_TITLES),
    }


def profile_page(
    request: Request,
    form: FormView,
    factory: Factory,
    *,
    theirs: Sequence[tuple[str, str]] = (),
) -> dict[str, object]:
    """Prepare the profile form; `theirs` is what a colleague saved meanwhile, (title, text)."""
    done = request.query_params.get("done", "")
    return {
        "form": form,
        "factory": factory,
        "theirs": theirs,
        "done": translate(request, DONE.get(done, "")),
        **_choices(request, PROFILE_TITLES),
    }


def differences(request: Request, typed: FactoryContent, stored: Factory) -> list[tuple[str, str]]:
    """Give title and stored text of each field in which a colleague's version differs."""
    present = content_of(stored)
    return [
        (translate(request, PROFILE_TITLES[FIELD_OF.get(name, name)]), _shown(request, name, value))
        for name in FactoryContent.__dataclass_fields__
        if (value := getattr(present, name)) != getattr(typed, name)
    ]


def _shown(request: Request, name: str, value: object) -> str:
    """Write a stored value the way people read it."""
    reference: Reference = request.app.state.wiring.reference
    if value is None or value == "" or value == ():
        return translate(request, N_("未填"))
    if name == "industry":
        return str(reference.name_of("industry", str(value), language_of(request)))
    if name == "mfg_type":
        return translate(request, label("mfg_type", str(value)))
    if name == "target_level":
        return translate(request, label("factory_level", str(value)))
    if isinstance(value, tuple):
        return "、".join(value)
    if name.endswith("_fen") and isinstance(value, int):
        return f"{format_wan(value)} {translate(request, N_('万元'))}"
    return str(value)


def _choices(request: Request, titles: dict[str, str]) -> dict[str, object]:
    reference: Reference = request.app.state.wiring.reference
    language = language_of(request)
    return {
        "titles": {key: translate(request, title) for key, title in titles.items()},
        "region_options": [(name, name) for name in reference.region_shorts],
        "county_options": [
            (county, unit.short) for unit in reference.regions for county in unit.counties
        ],
        "industry_options": [
            (code, f"{code} {reference.name_of('industry', code, language)}")
            for code in reference.codes("industry")
        ],
        "type_options": [
            (kind.value, translate(request, label("mfg_type", kind.value)))
            for kind in ManufacturingType
        ],
        "level_options": [
            (code, translate(request, label("factory_level", code))) for code in TARGETS
        ],
    }
