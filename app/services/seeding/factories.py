"""Seed factories with assessments, findings and needs."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.adapters.tables import BrokenTable, Row, read_tables
from app.core.clock import china_today
from app.core.criteria import CriterionRef
from app.core.money import fen_from_wan
from app.models import (
    Assessment,
    AssessmentStatus,
    Base,
    Factory,
    Finding,
    ManufacturingType,
    Need,
    NeedStatus,
)
from app.services.seeding.keys import seed_id
from app.services.seeding.organisations import seed_organisation
from matching.gaps import SceneStatus, answers_from_grade

SCENE_STATUS = {
    "规划": SceneStatus.PLANNED,
    "试点": SceneStatus.PILOT,
    "应用": SceneStatus.APPLIED,
    "优化": SceneStatus.OPTIMISED,
}
AI_MARK = "*AI"
ELIGIBILITY = {"是": True, "否": False, "未知": None}
URGENCY = {"高": "high", "中": "medium", "低": "low"}


def factory_rows(folder: Path, *, criteria: CriterionRef, now: datetime) -> Iterator[Base]:
    """Yield organisations, factories, first assessments and their findings."""
    findings: dict[str, list[Row]] = defaultdict(list)
    for row in read_tables(folder, "findings"):
        findings[row.required("factory")].append(row)
    for row in read_tables(folder, "factories"):
        key = row.required("key")
        yield seed_organisation(
            key,
            name=row.required("name"),
            region=row.required("region"),
            county=row.text("county"),
            now=now,
        )
        yield _factory(row, key, now)
        yield _assessment(row, key, criteria, now)
        for position, finding in enumerate(findings[key]):
            yield Finding(
                id=seed_id("finding", f"{key}/{position}"),
                assessment_id=seed_id("assessment", f"{key}/1"),
                position=position,
                subdomain=finding.required("subdomain"),
                text=finding.required("text"),
            )


def _factory(row: Row, key: str, now: datetime) -> Factory:
    budget, revenue = row.number("budget_wan"), row.number("revenue_wan")
    return Factory(
        id=seed_id("factory", key),
        organisation_id=seed_id("organisation", key),
        name=row.required("name"),
        region=row.required("region"),
        county=row.text("county"),
        industry=row.required("industry"),
        mfg_type=ManufacturingType(row.required("mfg_type")),
        product=row.text("product"),
        profile=row.text("profile"),
        staff=row.whole("staff"),
        revenue_fen=None if revenue is None else fen_from_wan(revenue),
        level=row.required("level"),
        target_level=row.required("target_level"),
        budget_fen=None if budget is None else fen_from_wan(budget),
        horizon_weeks=row.whole("horizon_weeks"),
        systems=row.items("systems"),
        created_at=now,
        updated_at=now,
    )


def _assessment(row: Row, key: str, criteria: CriterionRef, now: datetime) -> Assessment:
    return Assessment(
        id=seed_id("assessment", f"{key}/1"),
        factory_id=seed_id("factory", key),
        version=1,
        criteria_code=criteria.code,
        criteria_version=criteria.version,
        mfg_type=ManufacturingType(row.required("mfg_type")),
        assessed_on=row.day("assessed_on") or china_today(now),
        status=AssessmentStatus(row.required("status")),
        answers={
            code: list(answers_from_grade(float(value)))
            for code, value in row.pairs("subdomains").items()
        },
        scenes={code: _scene(value, row) for code, value in row.pairs("scenes").items()},
        kpis={code: float(value) for code, value in row.pairs("kpis").items()},
        eligibility={code: ELIGIBILITY[value] for code, value in row.pairs("eligibility").items()},
        created_at=now,
        updated_at=now,
    )


def _scene(value: str, row: Row) -> dict[str, str | bool]:
    """Read `应用*AI` as status and AI flag."""
    word = value.removesuffix(AI_MARK)
    if word not in SCENE_STATUS:
        raise BrokenTable(f"{row.place}: scenes: {word!r} is no scene status")
    return {"status": SCENE_STATUS[word].value, "ai": value.endswith(AI_MARK)}


def need_rows(folder: Path, *, now: datetime) -> Iterator[Base]:
    """Yield needs."""
    for row in read_tables(folder, "needs"):
        budget = row.number("budget_wan")
        yield Need(
            id=seed_id("need", row.required("key")),
            factory_id=seed_id("factory", row.required("factory")),
            title=row.required("title"),
            symptom=row.required("symptom"),
            scenes=row.items("scenes"),
            budget_fen=None if budget is None else fen_from_wan(budget),
            weeks=row.whole("weeks"),
            urgency=URGENCY[row.required("urgency")],
            constraints=row.text("constraints"),
            confidential=row.required("confidential") == "是",
            status=NeedStatus(row.required("status")),
            created_at=now,
            updated_at=now,
        )
