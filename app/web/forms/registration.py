"""The forms by which an organisation becomes a provider."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from starlette.datastructures import FormData

from app.adapters.reference import Reference
from app.core.credit_code import normalise
from app.core.errors import NotFound
from app.core.problems import Problem
from app.services.browse import EVERYWHERE
from app.services.registrations import ProfileContent, Registration
from app.web.forms.fields import FieldReader
from app.web.i18n import N_

REPEATED = ("types", "service_places")
MAX_INTRO = 1_000
MAX_TYPES = 5
MAX_SHORT_NAME = 20
# Provincial divisions outside Hebei, in the order of GB/T 2260.
# fmt: off
OTHER_PROVINCES = (
    "北京", "天津", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海",
    "江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北",
    "湖南", "广东", "广西", "海南", "重庆", "四川", "贵州", "云南",
    "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆", "台湾", "香港",
    "澳门",
)
# fmt: on
FIELD_TITLES = {
    "name": N_("机构名称"),
    "credit_code": N_("统一社会信用代码"),
    "short_name": N_("简称"),
    "region": N_("所在地"),
    "county": N_("县（市、区）"),
    "types": N_("服务商类型"),
    "service_places": N_("服务地区"),
    "intro": N_("机构简介"),
    "contact": N_("联系人姓名"),
    "login": N_("登录账号"),
    "password": N_("密码"),
    "password_again": N_("再输入一次密码"),
}


def regions(reference: Reference) -> list[str]:
    """Give where an organisation may lie: the reporting units, then other provinces."""
    return [*reference.region_shorts, *OTHER_PROVINCES]


def service_places(reference: Reference) -> list[str]:
    """Give where a provider may offer service: wide areas, units, the two neighbours."""
    return [*EVERYWHERE, *reference.region_shorts, "北京", "天津"]


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """One posted registration; what cannot be read is empty in it and named in `problems`."""

    registration: Registration
    profile: ProfileContent
    problems: list[Problem]


def read_registration(posted: FormData, reference: Reference) -> RegistrationForm:
    """Read a posted registration; passwords are taken as typed."""
    reader = FieldReader(posted)
    registration = read_organisation(
        reader, posted, places=regions(reference), short_name_required=True
    )
    return RegistrationForm(registration, _profile(reader, reference), reader.problems)


def read_organisation(
    reader: FieldReader,
    posted: FormData,
    *,
    places: Collection[str],
    short_name_required: bool = False,
) -> Registration:
    """Read organisation and first user, the part that every registration has.

    Where the short name may stay empty, the name is cut to one.
    """
    identifier = posted_id(reader, "id")
    name = reader.text("name", required=True, max_length=120, min_length=2)
    code = normalise(reader.text("credit_code", required=True, max_length=60))
    short_name = reader.text("short_name", required=short_name_required, max_length=MAX_SHORT_NAME)
    region = reader.choice("region", places, required=True)
    county = reader.text("county", max_length=40)
    contact = reader.text("contact", required=True, max_length=60)
    login = reader.text("login", required=True, max_length=80)
    return Registration(
        organisation_id=identifier,
        name=name,
        short_name=short_name or name[:MAX_SHORT_NAME],
        credit_code=code,
        region=region or "",
        county=county,
        contact=contact,
        login=login,
        password=_password(reader, posted),
    )


def read_profile(
    posted: FormData, reference: Reference
) -> tuple[UUID, ProfileContent, list[Problem]]:
    """Read a posted profile: the organisation it is for, its content, what is wrong."""
    reader = FieldReader(posted)
    organisation_id = posted_id(reader, "organisation_id")
    return organisation_id, _profile(reader, reference), reader.problems


def posted_id(reader: FieldReader, name: str) -> UUID:
    """Read an id from a hidden field; a broken one names nothing.

    Raises:
        NotFound: the field holds no id.
    """
    try:
        return UUID(reader.raw(name))
    except ValueError:
        raise NotFound from None


def _profile(reader: FieldReader, reference: Reference) -> ProfileContent:
    return ProfileContent(
        types=reader.choices(
            "types", reference.codes("provider_type"), required=True, maximum=MAX_TYPES
        ),
        service_places=reader.choices(
            "service_places", service_places(reference), required=True, maximum=19
        ),
        intro=reader.text("intro", max_length=MAX_INTRO),
    )


def _password(reader: FieldReader, posted: FormData) -> str:
    """Read the password twice; length is the registration's rule, likeness is the form's."""
    password, again = (str(posted.get(name, "")) for name in ("password", "password_again"))
    if not password:
        reader.add("required", "password")
    elif password != again:
        reader.add("password_differs", "password_again")
    return password
