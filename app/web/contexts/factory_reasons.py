"""Reasons and misfits of a match run as sentences; the run itself keeps only codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.core.money import format_wan
from app.web.i18n import N_, language_of, translate

REASONS = {
    "words_match": N_("用词对得上：{terms}"),
    "meaning_close": N_("说的是同类问题（语义接近度 {similarity}）"),
    "scene_match": N_("覆盖同一场景：{scenes}"),
    "industry_match": N_("为本行业设计：{industry}"),
    "industry_cases": N_("在{industry}有 {count} 个经他人确认的案例"),
    "verified_cases": N_("有 {count} 个经他人确认的案例"),
    "serves_region": N_("服务商服务{region}"),
    "within_budget": N_("起价 {price_min} 万元，在预算 {budget} 万元以内"),
    "within_weeks": N_("最快 {weeks_min} 周交付，在 {weeks} 周期限以内"),
    "certificates_in_date": N_("服务商有 {count} 项在有效期内的证书"),
}
MISFITS = {
    "listing_warned": N_("目录状态为“已警示”，请先向主管部门了解原因"),
    "over_budget": N_("起价 {price_min} 万元，超过预算 {budget} 万元"),
    "too_slow": N_("最快 {weeks_min} 周交付，超过 {weeks} 周期限"),
    "prerequisite_missing": N_("工厂还没有它需要的场景：{scenes}"),
    "region_not_served": N_("服务商没有填写服务{region}"),
    "other_industry": N_("原为其他行业设计：{industries}"),
    "other_scene": N_("主要面向其他场景：{scenes}"),
    "no_verified_case": N_("还没有经他人确认的案例"),
    "price_unknown": N_("价格面议，没有公开"),
}
ROLES = {
    "closes": N_("补差距"),
    "prerequisite": N_("其他方案的基础"),
    "must": N_("指定必选"),
    "lead": N_("可牵头集成"),
    "filler": N_("与其他选择等值"),
}
EVIDENCE_CHARS = 90
NAMED = {"industry": "industry", "industries": "industry", "scenes": "scene"}


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with the text it rests on, cut into (words, is matched) pieces."""

    text: str
    evidence: tuple[tuple[str, bool], ...]


def reason_sentence(request: Request, reason: Mapping[str, Any]) -> Said:
    """Write one reason; a code that this version does not know is shown as it is."""
    evidence = excerpt(str(reason.get("evidence", "")), reason.get("matched", ()))
    return Said(_sentence(request, REASONS, reason), evidence)


def misfit_sentence(request: Request, reason: Mapping[str, Any]) -> Said:
    """Write one thing that does not fit."""
    return Said(_sentence(request, MISFITS, reason), ())


def role_words(request: Request, codes: Sequence[str]) -> list[str]:
    """Write the roles of an offering in its bundle."""
    return [translate(request, ROLES[code]) for code in codes if code in ROLES]


def scene_names(request: Request, codes: Sequence[str]) -> str:
    """Write scenes by their names."""
    return _shown(request, "scenes", list(codes))


def _sentence(request: Request, table: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    code = str(reason["code"])
    if code not in table:
        return code
    params = {name: _shown(request, name, value) for name, value in reason["params"].items()}
    return translate(request, table[code]).format(**params)


def _shown(request: Request, name: str, value: object) -> str:
    """Write a parameter: names for codes, 万元 for fen, lists joined."""
    if name in ("price_min", "budget") and isinstance(value, int):
        return format_wan(value)
    reference = request.app.state.wiring.reference
    items = value if isinstance(value, list) else [value]
    if name in NAMED:
        language = language_of(request)
        items = [reference.name_of(NAMED[name], str(item), language) for item in items]
    # The index folds case; on the shop floor it is MES and ERP.
    if name == "terms":
        items = [str(item).upper() for item in items]
    return "、".join(str(item) for item in items)


def excerpt(text: str, terms: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Cut a text to `EVIDENCE_CHARS` around its first matched term and mark every term.

    Terms are found without regard to case, the longest first; nothing is marked twice.
    """
    folded = text.lower()
    if len(folded) != len(text):  # a letter whose lower case is longer: do not mark at all
        return ((text[:EVIDENCE_CHARS], False),) if text else ()
    places = [folded.find(term) for term in terms if term and term in folded]
    start = max(0, min(places, default=0) - EVIDENCE_CHARS // 3)
    end = min(len(text), start + EVIDENCE_CHARS)
    marked = [False] * len(text)
    for term in terms:
        at = folded.find(term) if term else -1
        while at >= 0:
            marked[at : at + len(term)] = [True] * len(term)
            at = folded.find(term, at + len(term))
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    for place in range(start, end):
        if pieces and pieces[-1][1] == marked[place]:
            pieces[-1] = (pieces[-1][0] + text[place], marked[place])
        else:
            pieces.append((text[place], marked[place]))
    if end < len(text):
        words, hit = pieces[-1]
        pieces[-1:] = [(words, True), ("…", False)] if hit else [(f"{words}…", False)]
    return tuple(pieces)
