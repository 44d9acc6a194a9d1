"""The offering form: what was posted becomes content or problems; a stored one becomes values."""

from dataclasses import dataclass

from starlette.datastructures import FormData

from app.adapters.reference import Reference
from app.core.money import exact_wan
from app.core.problems import Problem
from app.models import Deployment, Offering, OfferingKind, PriceModel
from app.services.offerings import MAX_SCENES, OfferingContent, offering_problems
from app.web.forms.fields import FieldReader, prose
from app.web.i18n import N_

REPEATED = ("scenes", "industries", "prerequisite_scenes")
MAX_TEXT = 2_000
MAX_FUNCTIONS = 30
MAX_FUNCTION_CHARS = 120
MAX_WEEKS = 520
MAX_VERSION = 1_000_000
# The fields in the order of the page, with their titles.
FIELD_TITLES = {
    "name": N_("名称"),
    "kind": N_("类型"),
    "pain_points": N_("解决什么痛点"),
    "description": N_("做什么、怎么做"),
    "functions": N_("主要功能"),
    "scenes": N_("对应场景"),
    "industries": N_("适用行业"),
    "price_model": N_("付费方式"),
    "price_min": N_("最低价"),
    "price_max": N_("最高价"),
    "weeks_min": N_("最短交付周期"),
    "weeks_max": N_("最长交付周期"),
    "deployment": N_("部署方式"),
    "interfaces": N_("可对接的系统和接口"),
    "indicators": N_("效果指标"),
    "prerequisite_scenes": N_("工厂要先有的场景"),
    "prerequisites": N_("工厂要先具备的其他条件"),
}


@dataclass(frozen=True, slots=True)
class OfferingForm:
    """One posted form; `content` is None when something cannot be read (see `problems`)."""

    action: str  # save | submit | suggest
    version: int
    content: OfferingContent | None
    problems: list[Problem]

    @property
    def submits(self) -> bool:
        """Tell whether the person wants it reviewed, not only saved."""
        return self.action == "submit"

    @property
    def suggests(self) -> bool:
        """Tell whether the person only asks for scenes."""
        return self.action == "suggest"


def read_offering(posted: FormData, reference: Reference) -> OfferingForm:
    """Read a posted form; handing in also asks for what a listed entry must have."""
    reader = FieldReader(posted)
    action = reader.choice("action", ("save", "submit", "suggest")) or "save"
    version = reader.whole("version", minimum=0, maximum=MAX_VERSION) or 0
    content = _content(reader, reference)
    problems = list(reader.problems)
    if action == "submit":
        problems += [p for p in offering_problems(content) if not _at(problems, p.field)]
    order = ["", *FIELD_TITLES]
    problems.sort(key=lambda p: order.index(p.field) if p.field in order else 0)
    return OfferingForm(action, version, None if problems else content, problems)


def _at(problems: list[Problem], field: str) -> bool:
    return any(problem.field == field for problem in problems)


def _content(reader: FieldReader, reference: Reference) -> OfferingContent:
    """Read every field, so that all problems are known at once; what is wrong is left empty."""
    scenes = reference.codes("scene")
    name = reader.text("name", required=True, max_length=120)
    kind = reader.choice("kind", [k.value for k in OfferingKind], required=True)
    deployment = reader.choice("deployment", [d.value for d in Deployment])
    price_model = reader.choice("price_model", [m.value for m in PriceModel])
    prices = _ordered(reader, "price", reader.wan("price_min"), reader.wan("price_max"))
    weeks = _ordered(reader, "weeks", _weeks(reader, "weeks_min"), _weeks(reader, "weeks_max"))
    chosen = {
        "scenes": reader.choices("scenes", scenes, maximum=MAX_SCENES),
        "industries": reader.choices("industries", reference.codes("industry"), maximum=31),
        "prerequisite_scenes": reader.choices("prerequisite_scenes", scenes, maximum=len(scenes)),
    }
    functions = _lines(reader, "functions")
    texts = {
        field: reader.text(field, max_length=MAX_TEXT)
        for field in ("pain_points", "description", "indicators", "interfaces", "prerequisites")
    }
    return OfferingContent(
        name=name,
        kind=OfferingKind(kind) if kind else OfferingKind.WHOLE_PLANT,  # noted as a problem
        deployment=Deployment(deployment) if deployment else None,
        price_model=PriceModel(price_model) if price_model else None,
        price_min_fen=prices[0],
        price_max_fen=prices[1],
        weeks_min=weeks[0],
        weeks_max=weeks[1],
        functions=functions,
        scenes=chosen["scenes"],
        industries=chosen["industries"],
        prerequisite_scenes=chosen["prerequisite_scenes"],
        pain_points=texts["pain_points"],
        description=texts["description"],
        indicators=texts["indicators"],
        interfaces=texts["interfaces"],
        prerequisites=texts["prerequisites"],
    )


def _weeks(reader: FieldReader, name: str) -> int | None:
    return reader.whole(name, minimum=1, maximum=MAX_WEEKS)


def _ordered(
    reader: FieldReader, what: str, low: int | None, high: int | None
) -> tuple[int | None, int | None]:
    """Note at the upper field when the two are the wrong way round."""
    if low is not None and high is not None and high < low:
        reader.add(f"{what}_order", f"{what}_max")
    return low, high


def _lines(reader: FieldReader, name: str) -> list[str]:
    """Read one entry a line, without empty lines and repeats."""
    lines = list(
        dict.fromkeys(
            " ".join(line.split()) for line in prose(str(reader.posted.get(name, ""))).splitlines()
        )
    )
    kept = [line for line in lines if line]
    longest = max(map(len, kept), default=0)
    if len(kept) > MAX_FUNCTIONS:
        reader.add("too_many_choices", name, max=MAX_FUNCTIONS, count=len(kept))
    elif longest > MAX_FUNCTION_CHARS:
        reader.add("too_long", name, max=MAX_FUNCTION_CHARS, length=longest)
    return kept


def offering_values(offering: Offering | OfferingContent) -> dict[str, str | list[str]]:
    """Give the form values of an offering, so that saving them back changes nothing."""
    return {
        "name": offering.name,
        "kind": offering.kind.value,
        "scenes": list(offering.scenes),
        "industries": list(offering.industries),
        "pain_points": offering.pain_points,
        "description": offering.description,
        "functions": "\n".join(offering.functions),
        "indicators": offering.indicators,
        "interfaces": offering.interfaces,
        "deployment": offering.deployment.value if offering.deployment else "",
        "price_model": offering.price_model.value if offering.price_model else "",
        "price_min": exact_wan(offering.price_min_fen),
        "price_max": exact_wan(offering.price_max_fen),
        "weeks_min": "" if offering.weeks_min is None else str(offering.weeks_min),
        "weeks_max": "" if offering.weeks_max is None else str(offering.weeks_max),
        "prerequisite_scenes": list(offering.prerequisite_scenes),
        "prerequisites": offering.prerequisites,
    }
