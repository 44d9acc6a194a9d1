"""What the pages of criterion sets show."""

from collections.abc import Mapping

from sqlalchemy.orm import Session
from starlette.requests import Request

from app.services.criteria import SetInfo
from app.web.forms.fields import FormView
from app.web.i18n import N_, language_of, translate
from app.wiring import Wiring
from matching.gaps import CriterionSet, MfgType

THRESHOLDS = {
    "maturity_level_min": N_("成熟度等级"),
    "links_min": N_("覆盖环节数"),
    "ai_scene_ratio_min": N_("应用人工智能的场景比例"),
    "scene_count_min": N_("已应用场景数"),
    "equipment_nc_rate_min": N_("关键设备数控化率"),
    "equipment_networking_rate_min": N_("关键设备联网率"),
    "revenue_min": N_("营业收入"),
}


def list_context(
    request: Request, parts: Wiring, session: Session, *, errors: Mapping[str, str] | None = None
) -> dict[str, object]:
    """Prepare the list of sets and the upload form."""
    return {
        "sets": parts.criteria.listed(session),
        "form": FormView({}, dict(errors or {})),
        "labels": {"file": translate(request, N_("标准集文件"))},
    }


def set_context(
    request: Request, parts: Wiring, info: SetInfo, criteria: CriterionSet
) -> dict[str, object]:
    """Prepare one set: thresholds by level, weights, counts; what differs from the default."""
    default = parts.criteria.default
    return {
        "info": info,
        "criteria": criteria,
        "levels": list(criteria.factory_levels.values()),
        "thresholds": [
            {
                "name": translate(request, name),
                "values": [
                    _threshold(criteria, default, code, field) for code in criteria.factory_levels
                ],
            }
            for field, name in THRESHOLDS.items()
        ],
        "weights": _weights(request, parts, criteria),
        "counts": {
            "scenes": len(criteria.scenes),
            "subdomains": len(criteria.subdomains),
            "pairs": len(criteria.pairs),
            "prerequisites": len(criteria.prerequisites),
        },
    }


def _threshold(
    criteria: CriterionSet, default: CriterionSet, level: str, field: str
) -> dict[str, object]:
    """One cell: the number or None, its source, and whether the default set says otherwise."""
    own = criteria.factory_levels[level]
    value = own.thresholds.get(field)
    other = default.factory_levels.get(level)
    return {
        "value": value,
        "percent": field.endswith("ratio_min") or field.endswith("rate_min"),
        "src": own.threshold_src.get(field, ""),
        "differs": other is None or other.thresholds.get(field) != value,
    }


def _weights(request: Request, parts: Wiring, criteria: CriterionSet) -> list[dict[str, object]]:
    """Shares of the whole by subdomain, for both manufacturing types."""
    shares = {kind: criteria.flat_shares(kind) for kind in MfgType}
    language = language_of(request)
    return [
        {
            "code": code,
            "name": parts.reference.name_of("subdomain", code, language),
            "process": shares[MfgType.PROCESS].get(code),
            "discrete": shares[MfgType.DISCRETE].get(code),
            "placeholder": any(code in criteria.weights[kind].placeholder for kind in MfgType),
        }
        for code in criteria.subdomains
    ]
