"""The content of an assessment, section by section, beside that of the version before."""

from collections.abc import Sequence

from starlette.requests import Request

from app.adapters.reference import Reference
from app.core.money import format_wan
from app.models import Assessment
from app.web.i18n import N_, language_of, translate
from app.web.labels import label
from matching.gaps import CriterionSet, MfgType

LEVELS = 5
Row = dict[str, object]


def sections(
    request: Request,
    assessment: Assessment,
    before: Assessment | None,
    *,
    criteria: CriterionSet,
) -> dict[str, object]:
    """Prepare every section; a row's `was` is its earlier text, None where nothing changed.

    `changes` are the places of the rows that changed, in the order of the page. Without an
    earlier version nothing is marked.
    """
    domains = _domains(request, assessment, before, criteria)
    scene_groups = _scene_groups(request, assessment, before, criteria)
    kpis = [_kpi(request, code, assessment, before) for code in criteria.kpis]
    eligibility = [
        _eligible(request, item.code, item.text, assessment, before)
        for item in criteria.eligibility
    ]
    profile = _profile(request, assessment, before)
    trimmed = _trimmed(request, assessment, before)
    grouped = [*domains, *scene_groups]
    rows = [trimmed, *(row for group in grouped for row in _rows(group))]
    rows += [*kpis, *eligibility, *profile]
    return {
        "domains": domains,
        "scene_groups": scene_groups,
        "kpis": kpis,
        "eligibility": eligibility,
        "profile": profile,
        "trimmed": trimmed,
        "changes": list(dict.fromkeys(row["place"] for row in rows if row["changed"])),
    }


def _rows(group: Row) -> Sequence[Row]:
    rows = group["rows"]
    assert isinstance(rows, list)  # noqa: S101 - made below
    return rows


def _domains(
    request: Request, assessment: Assessment, before: Assessment | None, criteria: CriterionSet
) -> list[Row]:
    """Group the subdomains that apply to the factory's type by domain."""
    applicable = criteria.weights[MfgType(assessment.mfg_type.value)].subdomains
    groups: list[Row] = []
    for domain in criteria.domains.values():
        codes = [code for code in domain.subdomains if code in applicable]
        rows = [_subdomain(request, code, assessment, before, criteria) for code in codes]
        if rows:
            groups.append({"name": _name(request, "domain", domain.code), "rows": rows})
    return groups


def _subdomain(
    request: Request,
    code: str,
    assessment: Assessment,
    before: Assessment | None,
    criteria: CriterionSet,
) -> Row:
    """One subdomain: each level's question with its score, evidence and findings."""
    mine = _scores(request, assessment, code)
    theirs = _scores(request, before, code) if before else mine
    levels = [
        {
            "level": ask.level,
            "ask": ask.text,
            "score": mine[ask.level - 1],
            "was": theirs[ask.level - 1] if theirs[ask.level - 1] != mine[ask.level - 1] else None,
        }
        for ask in criteria.subdomains[code].asks
    ]
    evidence, findings = _evidence(assessment, code), _findings(assessment, code)
    old_evidence = _evidence(before, code) if before else evidence
    old_findings = _findings(before, code) if before else findings
    return {
        "code": code,
        "name": _name(request, "subdomain", code),
        "place": f"answers.{code}",
        "is_trimmed": code in assessment.trimmed,
        "levels": levels,
        "evidence": evidence,
        "evidence_was": old_evidence if old_evidence != evidence else None,
        "findings": [(text, before is not None and text not in old_findings) for text in findings],
        "dropped": [text for text in old_findings if text not in findings],
        "changed": (mine, evidence, findings) != (theirs, old_evidence, old_findings),
    }


def _scores(request: Request, assessment: Assessment, code: str) -> list[str]:
    """Write the five scores of a subdomain."""
    unanswered = translate(request, N_("未答"))
    scores = assessment.answers.get(code) or [None] * LEVELS
    return [unanswered if score is None else f"{score:g}" for score in scores]


def _evidence(assessment: Assessment, code: str) -> str:
    return assessment.evidence.get(code, "")


def _findings(assessment: Assessment, code: str) -> list[str]:
    return [finding.text for finding in assessment.findings if finding.subdomain == code]


def _scene_groups(
    request: Request, assessment: Assessment, before: Assessment | None, criteria: CriterionSet
) -> list[Row]:
    """Group the scenes by their official link."""
    reference = _reference(request)
    groups: dict[str, list[Row]] = {}
    for code in criteria.scenes:
        link = reference.scene_links.get(code, "")
        groups.setdefault(link, []).append(
            {
                "code": code,
                "name": _name(request, "scene", code),
                "place": f"scenes.{code}",
                **_marked(_scene(request, assessment, code), _scene(request, before, code), before),
            }
        )
    return [
        {"name": _name(request, "scene_link", link), "rows": rows} for link, rows in groups.items()
    ]


def _scene(request: Request, assessment: Assessment | None, code: str) -> str:
    state = assessment.scenes.get(code) if assessment else None
    if state is None:
        return translate(request, N_("未填"))
    status = translate(request, label("scene_status", str(state["status"])))
    return f"{status} · AI" if state.get("ai") else status


def _kpi(request: Request, code: str, assessment: Assessment, before: Assessment | None) -> Row:
    """One KPI: value today and before the works."""
    return {
        "code": code,
        "name": _name(request, "kpi_measure", code),
        "place": f"kpis.{code}",
        **_marked(_measured(assessment, code), _measured(before, code), before),
    }


def _measured(assessment: Assessment | None, code: str) -> str:
    if assessment is None or (code not in assessment.kpis and code not in assessment.kpis_before):
        return "—"
    values = (assessment.kpis_before.get(code), assessment.kpis.get(code))
    return " → ".join("—" if value is None else f"{value:g}" for value in values)


def _eligible(
    request: Request, code: str, text: str, assessment: Assessment, before: Assessment | None
) -> Row:
    return {
        "code": code,
        "name": text,
        "place": f"eligibility.{code}",
        **_marked(_yes_or_no(request, assessment, code), _yes_or_no(request, before, code), before),
    }


def _yes_or_no(request: Request, assessment: Assessment | None, code: str) -> str:
    words = {True: N_("是"), False: N_("否"), None: N_("不清楚")}
    return translate(request, words[assessment.eligibility.get(code) if assessment else None])


def _profile(request: Request, assessment: Assessment, before: Assessment | None) -> list[Row]:
    """Systems in use, budget and horizon, as handed in with the assessment."""
    titles = (N_("在用系统"), N_("预算（万元）"), N_("期限（周）"))
    mine = _profile_texts(request, assessment)
    theirs = _profile_texts(request, before) if before else mine
    return [
        {
            "name": translate(request, title),
            "place": "profile.systems",
            **_marked(text, old, before),
        }
        for title, text, old in zip(titles, mine, theirs, strict=True)
    ]


def _profile_texts(request: Request, assessment: Assessment) -> tuple[str, str, str]:
    given = assessment.profile
    missing = translate(request, N_("未填"))
    budget = given.get("budget_fen")
    return (
        "、".join(given.get("systems") or []) or missing,
        format_wan(budget) if budget else missing,
        str(given.get("horizon_weeks") or missing),
    )


def _trimmed(request: Request, assessment: Assessment, before: Assessment | None) -> Row:
    texts = [
        "、".join(f"{code} {_name(request, 'subdomain', code)}" for code in sorted(one.trimmed))
        or translate(request, N_("没有裁剪"))
        for one in (assessment, before or assessment)
    ]
    return {"place": "scope.trimmed", **_marked(texts[0], texts[1], before)}


def _marked(text: str, old: str, before: Assessment | None) -> Row:
    """Give a text with its earlier one where there is an earlier version that says otherwise."""
    changed = before is not None and old != text
    return {"text": text, "was": old if changed else None, "changed": changed}


def _reference(request: Request) -> Reference:
    reference: Reference = request.app.state.wiring.reference
    return reference


def _name(request: Request, kind: str, code: str) -> str:
    return _reference(request).name_of(kind, code, language_of(request))
