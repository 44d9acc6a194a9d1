"""The forms of a factory: registration with a first factory, and the profile (企业档案)."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from uuid import UUID

from starlette.datastructures import FormData

from app.adapters.reference import Reference
from app.core.money import exact_wan, fen_from_wan
from app.core.problems import Problem
from app.models import Factory, ManufacturingType
from app.services.factories import (
    MAX_COUNTY,
    MAX_NAME,
    MAX_PRODUCT,
    MAX_PROFILE,
    MAX_STAFF,
    MAX_SYSTEM_NAME,
    MAX_SYSTEMS,
    MAX_WEEKS,
    FactoryContent,
)
from app.services.registrations import Registration
from app.web.forms.fields import FieldReader, FormView
from app.web.forms.registration import FIELD_TITLES, posted_id, read_organisation
from app.web.i18n import N_

TARGETS = ("FL1", "FL2", "FL3", "FL4")
MAX_REVENUE_WAN = 100_000_000  # 一万亿元: beyond any plant, so a typing error
MIN_BUDGET_WAN = 0.01
_BETWEEN_SYSTEMS = re.compile(r"[、，,；;\n]+")

# In the order of the form.
PROFILE_TITLES = {
    "organisation_id": N_("机构"),
    "name": N_("工厂名称"),
    "region": N_("所在地"),
    "county": N_("县（市、区）"),
    "industry": N_("行业大类"),
    "mfg_type": N_("生产类型"),
    "product": N_("主要产品"),
    "profile": N_("企业简介"),
    "staff": N_("人数"),
    "revenue": N_("上年营业收入"),
    "systems": N_("在用系统"),
    "target_level": N_("目标等级"),
    "budget": N_("预算"),
    "weeks": N_("期限"),
}
REGISTRATION_TITLES = {
    **{key: FIELD_TITLES[key] for key in ("name", "credit_code", "short_name", "region", "county")},
    **{
        f"factory_{key}" if key == "name" else key: PROFILE_TITLES[key]
        for key in ("name", "industry", "mfg_type", "product", "staff")
    },
    **{key: FIELD_TITLES[key] for key in ("contact", "login", "password", "password_again")},
}


@dataclass(frozen=True, slots=True)
class FactoryRegistrationForm:
    """One posted registration with a first factory; `problems` name what cannot be read."""

    registration: Registration
    factory_id: UUID
    content: FactoryContent
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """One posted profile; `seen` is when the factory had last been saved at opening."""

    content: FactoryContent
    seen: datetime | None
    problems: list[Problem]


def counties_of(reference: Reference, region: str) -> tuple[str, ...]:
    """Give the counties and functional zones of a reporting unit."""
    return next((unit.counties for unit in reference.regions if unit.short == region), ())


def read_factory_registration(posted: FormData, reference: Reference) -> FactoryRegistrationForm:
    """Read a registration; the first factory lies where the organisation does."""
    reader = FieldReader(posted)
    registration = read_organisation(reader, posted, places=reference.region_shorts)
    _check_county(reader, reference, registration.region, registration.county)
    industry = reader.choice("industry", reference.codes("industry"), required=True) or ""
    content = FactoryContent(
        name=reader.text("factory_name", max_length=MAX_NAME) or registration.name,
        region=registration.region,
        county=registration.county,
        industry=industry,
        mfg_type=_mfg_type(reader, reference, industry),
        product=reader.text("product", max_length=MAX_PRODUCT),
        staff=reader.whole("staff", minimum=0, maximum=MAX_STAFF),
    )
    factory_id = posted_id(reader, "factory_id")
    return FactoryRegistrationForm(registration, factory_id, content, reader.problems)


def read_factory(posted: FormData, reference: Reference, *, kept_county: str = "") -> ProfileForm:
    """Read a profile; `kept_county` is the stored one, which may stay whatever it is."""
    reader = FieldReader(posted)
    name = reader.text("name", required=True, max_length=MAX_NAME, min_length=2)
    region = reader.choice("region", reference.region_shorts, required=True) or ""
    county = reader.text("county", max_length=MAX_COUNTY)
    if county != kept_county:
        _check_county(reader, reference, region, county)
    industry = reader.choice("industry", reference.codes("industry"), required=True) or ""
    content = FactoryContent(
        name=name,
        region=region,
        county=county,
        industry=industry,
        mfg_type=_mfg_type(reader, reference, industry),
        product=reader.text("product", max_length=MAX_PRODUCT),
        profile=reader.text("profile", max_length=MAX_PROFILE),
        staff=reader.whole("staff", minimum=0, maximum=MAX_STAFF),
        revenue_fen=_revenue(reader),
        systems=_systems(reader),
        target_level=reader.choice("target_level", TARGETS, required=True) or "FL1",
        budget_fen=_budget(reader),
        horizon_weeks=reader.whole("weeks", minimum=1, maximum=MAX_WEEKS),
    )
    return ProfileForm(content, _moment(reader.raw("seen")), reader.problems)


def form_of(factory: Factory) -> FormView:
    """Give the profile form of a stored factory."""
    return FormView(
        {
            "seen": factory.updated_at.isoformat(),
            "name": factory.name,
            "region": factory.region,
            "county": factory.county,
            "industry": factory.industry,
            "mfg_type": factory.mfg_type.value,
            "product": factory.product,
            "profile": factory.profile,
            "staff": "" if factory.staff is None else str(factory.staff),
            "revenue": exact_wan(factory.revenue_fen),
            "systems": "、".join(factory.systems),
            "target_level": factory.target_level,
            "budget": exact_wan(factory.budget_fen),
            "weeks": str(factory.horizon_weeks or ""),
        },
        {},
    )


def _check_county(reader: FieldReader, reference: Reference, region: str, county: str) -> None:
    """A county must be one of the unit's; units without any take what is typed."""
    known = counties_of(reference, region)
    if county and known and county not in known:
        reader.add("county_not_in_region", "county", value=county, region=region)


def _mfg_type(reader: FieldReader, reference: Reference, industry: str) -> ManufacturingType:
    """Read the type; left empty, the industry's usual one is taken."""
    chosen = reader.choice("mfg_type", [kind.value for kind in ManufacturingType])
    usual = reference.mfg_type_by_industry.get(industry, ManufacturingType.DISCRETE.value)
    return ManufacturingType(chosen or usual)


def _revenue(reader: FieldReader) -> int | None:
    """Read the revenue in 万元: the sums of large plants are beyond the bound of budgets."""
    typed = reader.raw("revenue")
    if not typed:
        return None
    try:
        amount = Decimal(typed.replace(",", "").replace(" ", ""))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        reader.add("not_a_number", "revenue", value=typed)
    elif amount < 0:
        reader.add("number_too_small", "revenue", min=0)
    elif amount > MAX_REVENUE_WAN:
        reader.add("number_too_large", "revenue", max=MAX_REVENUE_WAN)
    else:
        return fen_from_wan(amount)
    return None


def _budget(reader: FieldReader) -> int | None:
    """An amount of nothing is no budget; leave the field empty instead."""
    budget = reader.wan("budget")
    if budget == 0:
        reader.add("number_too_small", "budget", min=MIN_BUDGET_WAN)
        return None
    return budget


def _systems(reader: FieldReader) -> tuple[str, ...]:
    """Read names of systems, separated by 、or commas or lines; repeats count once."""
    typed = reader.text("systems", max_length=MAX_SYSTEMS * (MAX_SYSTEM_NAME + 1))
    names = list(dict.fromkeys(name.strip() for name in _BETWEEN_SYSTEMS.split(typed)))
    names = [name for name in names if name]
    if len(names) > MAX_SYSTEMS:
        reader.add("too_many_choices", "systems", max=MAX_SYSTEMS, count=len(names))
    for name in names:
        if len(name) > MAX_SYSTEM_NAME:
            params = {"value": name[:12], "max": MAX_SYSTEM_NAME, "length": len(name)}
            reader.add("system_name_too_long", "systems", **params)
    return tuple(names)


def _moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
