"""Assessments: one open version, saved by section without losing a colleague's work, handed in."""

from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.core.actors import Role
from app.core.errors import Blocked, Forbidden, InvalidInput, NotFound, StaleVersion
from app.models import (
    Assessment,
    AssessmentImport,
    AssessmentStatus,
    AuditEvent,
    Finding,
    ImportStatus,
    ManufacturingType,
)
from app.queries import assessments as queries
from app.queries import factories as factory_queries
from app.services.assessment_checks import advice, blocking_problems, kpi_measures, preview
from app.services.assessment_content import (
    EligibilityContent,
    KpisContent,
    LinkContent,
    ProfileContent,
    ScopeContent,
    SubdomainContent,
    content_of,
    digest_of,
)
from app.services.assessment_sections import (
    SectionState,
    find_section,
    next_open,
    overall_percent,
    progress_of,
    sections_of,
)
from app.services.assessments import (
    discard_draft,
    save_section,
    start_assessment,
    submit_assessment,
)
from app.settings import ROOT
from matching.gaps import load_criteria, read_reference

FOLDER: Path = ROOT / "seed_data" / "reference"
REFERENCE = read_reference(FOLDER)
CRITERIA = load_criteria(REFERENCE)
FULL = SubdomainContent((1.0, 0.8, 0.5, 0.0, 0.0))


@pytest.fixture
def factory(make):
    return make.factory()


@pytest.fixture
def owner(make, factory):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def stranger(make):
    return make.actor(role=Role.FACTORY_MEMBER, organisation=make.organisation())


@pytest.fixture
def organiser(make):
    return make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))


@pytest.fixture
def draft(session, factory, owner, now):
    return start(session, factory, owner, now)


def start(session, factory, actor, now, *, key=None, base=None):
    return start_assessment(
        session,
        factory=factory,
        criteria=CRITERIA,
        assessment_id=key or uuid4(),
        actor=actor,
        now=now,
        base=base,
    )


def save(session, assessment, code, content, actor, now, *, seen=None, **more):
    return save_section(
        session,
        assessment=assessment,
        section=find_section(assessment, CRITERIA, code),
        content=content,
        seen_revision=assessment.revision if seen is None else seen,
        criteria=CRITERIA,
        actor=actor,
        now=now,
        **more,
    )


def submit(session, assessment, actor, now):
    return submit_assessment(
        session,
        assessment=assessment,
        problems=blocking_problems(assessment, CRITERIA, now=now),
        actor=actor,
        now=now,
    )


def fill(session, assessment, actor, now):
    """Confirm the scope and answer every subdomain that is asked."""
    save(session, assessment, "scope", stored(assessment, "scope"), actor, now)
    for section in sections_of(assessment, CRITERIA):
        if section.kind == "subdomain" and not section.trimmed:
            save(session, assessment, section.code, FULL, actor, now)


def stored(assessment, code):
    return content_of(assessment, find_section(assessment, CRITERIA, code), CRITERIA)


def states(assessment):
    return {one.section.code: one.state for one in progress_of(assessment, CRITERIA)}


def actions(session):
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)))


def whole(session, assessment, actor):
    session.flush()
    return queries.one_visible(session, assessment.id, to=actor)


def test_a_blank_start_takes_type_and_profile_from_the_factory(session, make, now):
    factory = make.factory(
        mfg_type=ManufacturingType.PROCESS, systems=["DCS"], budget_fen=700, horizon_weeks=30
    )
    owner = make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)

    draft = start(session, factory, owner, now)

    assert (draft.version, draft.status, draft.revision) == (1, AssessmentStatus.DRAFT, 0)
    assert (draft.criteria_code, draft.criteria_version) == ("HB-FL-2025", CRITERIA.version)
    assert draft.mfg_type is ManufacturingType.PROCESS
    assert draft.assessed_on == date(2026, 11, 23)
    assert draft.profile == {"systems": ["DCS"], "budget_fen": 700, "horizon_weeks": 30}
    assert actions(session) == ["assessment.started"]


def test_a_second_start_gives_the_open_one_and_leaves_no_trace(session, factory, owner, now):
    first = start(session, factory, owner, now)

    assert start(session, factory, owner, now).id == first.id
    assert actions(session) == ["assessment.started"]


def test_a_returned_version_is_the_open_one(session, make, factory, owner, now):
    returned = make.assessment(factory=factory, status=AssessmentStatus.RETURNED)

    assert start(session, factory, owner, now).id == returned.id


def test_the_same_form_sent_again_after_handing_in_gives_what_it_started(
    session, factory, owner, now
):
    key = uuid4()
    draft = start(session, factory, owner, now, key=key)
    fill(session, draft, owner, now)
    submit(session, draft, owner, now)

    assert start(session, factory, owner, now, key=key).id == key


def test_no_new_version_while_the_last_one_waits_for_the_city(session, make, factory, owner, now):
    make.assessment(factory=factory, status=AssessmentStatus.SUBMITTED)

    with pytest.raises(Blocked, match="assessment_waiting"):
        start(session, factory, owner, now)


def test_a_new_version_starts_from_the_last_and_drops_what_the_criteria_lack(
    session, make, factory, owner, now
):
    old = make.assessment(
        factory=factory,
        version=3,
        answers={"M03": [1.0, 0.8, 0.5, 0.0, 0.0], "M99": [1.0, 0.0, 0.0, 0.0, 0.0]},
        evidence={"M03": "台账"},
        trimmed=["M18"],
        kpis={"K01": 62.0},
        kpis_before={"K01": 40.0},
        eligibility={"EL1": True, "EL3": None},
    )
    base = whole(session, old, owner)

    fresh = start(session, factory, owner, now, base=base)

    assert fresh.version == 4
    assert fresh.answers == {"M03": [1.0, 0.8, 0.5, 0.0, 0.0]}
    assert (fresh.evidence, fresh.trimmed) == ({"M03": "台账"}, ["M18"])
    assert (fresh.kpis, fresh.kpis_before) == ({"K01": 62.0}, {"K01": 40.0})
    assert fresh.eligibility == {"EL1": True, "EL3": None}
    assert [(f.subdomain, f.text) for f in fresh.findings] == [
        ("M13", "轴承坏了才知道，全靠老师傅耳听手摸"),
        ("M14", "找料靠人记，盘点对不上账"),
    ]
    assert len(session.scalars(select(Finding)).all()) == 4
    assert fresh.status is AssessmentStatus.DRAFT


def test_another_factorys_version_is_no_base_and_its_key_no_key(session, make, factory, owner, now):
    other = make.assessment(factory=make.factory())
    base = queries.by_id(session, other.id)

    with pytest.raises(NotFound):
        start(session, factory, owner, now, base=base)
    with pytest.raises(NotFound):
        start(session, factory, owner, now, key=other.id)


def test_only_the_factorys_people_start_and_save(session, factory, draft, organiser, now):
    with pytest.raises(Forbidden):
        start(session, factory, organiser, now)
    with pytest.raises(Forbidden):
        save(session, draft, "M03", FULL, organiser, now)
    with pytest.raises(Forbidden):
        submit(session, draft, organiser, now)
    with pytest.raises(Forbidden):
        discard_draft(session, assessment=draft, actor=organiser, now=now)


def test_a_draft_is_hidden_from_the_city_and_from_strangers(
    session, draft, owner, organiser, stranger
):
    assert queries.one_visible(session, draft.id, to=owner).id == draft.id
    for other in (organiser, stranger):
        with pytest.raises(NotFound):
            queries.one_visible(session, draft.id, to=other)
    assert queries.of_factory(session, draft.factory, to=organiser) == []


def test_a_draft_is_not_the_factorys_latest_assessment_but_a_returned_one_is(
    session, make, factory, owner, draft, now
):
    assert factory_queries.latest_assessment(session, factory.id) is None

    other = make.factory()
    returned = make.assessment(factory=other, status=AssessmentStatus.RETURNED)
    assert factory_queries.latest_assessment(session, other.id).id == returned.id


CONTENTS = [
    ("scope", ScopeContent(ManufacturingType.DISCRETE, date(2026, 11, 1), ("M18", "M20"))),
    ("M03", SubdomainContent((1.0, 0.8, 0.5, 0.0, None), "台账", ("料单对不上", "数据导不出"))),
    ("F3", LinkContent({"S20": ("applied", True), "S21": ("none", False)})),
    ("kpis", KpisContent({"K01": 62.5}, {"K01": 40.0})),
    ("eligibility", EligibilityContent({"EL1": True, "EL2": False, "EL3": None})),
    ("profile", ProfileContent(("ERP", "地磅系统"), 123_000_000, 26)),
]


@pytest.mark.parametrize(("code", "content"), CONTENTS, ids=[code for code, _ in CONTENTS])
def test_every_section_comes_back_as_it_was_saved_and_touches_no_other(
    session, draft, owner, now, code, content
):
    others = [c for c, _ in CONTENTS if c != code]
    before = {other: stored(draft, other) for other in others}

    save(session, draft, code, content, owner, now)
    session.expire_all()
    again = queries.one_visible(session, draft.id, to=owner)

    assert stored(again, code) == content
    assert {other: stored(again, other) for other in others} == before
    assert again.revision == 1
    assert again.sections_done == [code]


@pytest.mark.parametrize(("code", "content"), CONTENTS, ids=[code for code, _ in CONTENTS])
def test_saving_the_same_again_changes_and_records_nothing(
    session, draft, owner, now, code, content
):
    save(session, draft, code, content, owner, now)
    save(session, draft, code, content, owner, now + timedelta(hours=1), seen=0)

    assert draft.revision == 1
    assert draft.updated_at == now
    assert actions(session) == ["assessment.started", "assessment.changed"]


def test_an_automatic_save_does_not_finish_a_section(session, draft, owner, now):
    save(session, draft, "kpis", KpisContent({"K01": 5.0}, {}), owner, now, done=False)

    assert draft.sections_done == []
    assert states(draft)["kpis"] is SectionState.PARTIAL
    save(session, draft, "kpis", KpisContent({"K01": 5.0}, {}), owner, now)
    assert states(draft)["kpis"] is SectionState.DONE
    assert draft.revision == 1


def test_a_section_changed_since_the_form_was_opened_is_not_overwritten(session, draft, owner, now):
    opened = digest_of(stored(draft, "M03"))
    save(session, draft, "M03", FULL, owner, now)

    with pytest.raises(StaleVersion):
        save(
            session,
            draft,
            "M03",
            SubdomainContent((0.0,) * 5),
            owner,
            now,
            seen=0,
            seen_digest=opened,
        )
    assert stored(draft, "M03") == FULL


def test_a_colleagues_save_of_another_section_is_no_conflict(session, draft, owner, now):
    opened = digest_of(stored(draft, "M04"))
    save(session, draft, "M03", FULL, owner, now)

    save(session, draft, "M04", FULL, owner, now, seen=0, seen_digest=opened)

    assert draft.revision == 2
    assert stored(draft, "M03") == stored(draft, "M04") == FULL


def test_findings_are_replaced_in_their_subdomain_only(session, make, factory, owner, now):
    returned = whole(
        session, make.assessment(factory=factory, status=AssessmentStatus.RETURNED), owner
    )
    kept = next(f.id for f in returned.findings if f.subdomain == "M14")

    save(session, returned, "M13", SubdomainContent((1.0,) * 5, "", ("甲", "乙")), owner, now)
    save(session, returned, "M13", SubdomainContent((1.0,) * 5, "", ("乙",)), owner, now)
    session.expire_all()

    rows = session.scalars(select(Finding).order_by(Finding.position)).all()
    assert [(row.subdomain, row.text) for row in rows] == [
        ("M14", "找料靠人记，盘点对不上账"),
        ("M13", "乙"),
    ]
    assert rows[0].id == kept


@pytest.mark.parametrize(
    ("code", "content", "problem"),
    [
        ("M03", SubdomainContent((0.7, None, None, None, None)), "level1:not_a_choice"),
        ("M03", SubdomainContent((None,) * 5, "长" * 1001), "evidence:too_long"),
        (
            "M03",
            SubdomainContent((None,) * 5, "", ("短", "长" * 301)),
            "findings:assessment_finding_too_long",
        ),
        (
            "M03",
            SubdomainContent((None,) * 5, "", ("短",) * 11),
            "findings:assessment_too_many_findings",
        ),
        (
            "scope",
            ScopeContent(ManufacturingType.DISCRETE, date(2026, 1, 1), ("M01",)),
            "trimmed:not_a_choice",
        ),
        (
            "scope",
            ScopeContent(ManufacturingType.PROCESS, date(2026, 1, 1), ("M20",)),
            "trimmed:not_a_choice",
        ),
        ("F3", LinkContent({"S01": ("applied", False)}), "status_S01:not_a_choice"),
        ("F3", LinkContent({"S20": ("half", False)}), "status_S20:not_a_choice"),
        ("kpis", KpisContent({"K99": 1.0}, {}), "now_K99:not_a_choice"),
        ("eligibility", EligibilityContent({"EL5": True}), "EL5:not_a_choice"),
    ],
)
def test_content_that_the_criteria_do_not_know_is_refused(
    session, draft, owner, now, code, content, problem
):
    with pytest.raises(InvalidInput, match=problem):
        save(session, draft, code, content, owner, now)
    assert draft.revision == 0


def test_a_condition_that_is_calculated_keeps_its_imported_answer(session, draft, owner, now):
    draft.eligibility = {"EL5": True}

    save(session, draft, "eligibility", EligibilityContent({"EL1": False}), owner, now)

    assert draft.eligibility == {"EL5": True, "EL1": False}


def test_twenty_nine_sections_for_discrete_twenty_seven_for_process(session, draft, owner, now):
    assert len(sections_of(draft, CRITERIA)) == 29

    save(
        session,
        draft,
        "scope",
        ScopeContent(ManufacturingType.PROCESS, date(2026, 11, 1)),
        owner,
        now,
    )

    codes = [section.code for section in sections_of(draft, CRITERIA)]
    assert len(codes) == 27
    assert {"M08", "M20"}.isdisjoint(codes)
    assert codes[0] == "scope"
    assert codes[19:] == ["F1", "F2", "F3", "F4", "F5", "kpis", "eligibility", "profile"]


def test_progress_counts_items_and_points_to_the_next_open_section(session, draft, owner, now):
    assert overall_percent(progress_of(draft, CRITERIA)) == 0
    assert next_open(progress_of(draft, CRITERIA)).section.code == "scope"

    fill(session, draft, owner, now)
    progress = progress_of(draft, CRITERIA)

    # 1 + 100 of 1 + 20 * 5 + 40 scenes + 6 conditions + indicators + profile.
    assert overall_percent(progress) == 100 * 101 // 149
    assert next_open(progress).section.code == "F1"
    assert next_open(progress, after="F5").section.code == "kpis"
    assert states(draft)["M03"] is SectionState.DONE


def test_trimming_renormalises_the_preview_and_closes_the_gate(session, draft, owner, now):
    for section in sections_of(draft, CRITERIA):
        if section.kind == "subdomain":
            content = SubdomainContent((1.0,) * 5)
            save(session, draft, section.code, content, owner, now)
    save(session, draft, "M17", SubdomainContent((0.0,) * 5), owner, now)
    share = preview(draft.factory, draft, CRITERIA).result.weights.shares["M17"]
    assert preview(draft.factory, draft, CRITERIA).result.level_scores[0] == pytest.approx(
        1 - share
    )

    save(
        session,
        draft,
        "scope",
        ScopeContent(ManufacturingType.DISCRETE, date(2026, 11, 1), ("M17",)),
        owner,
        now,
    )
    result = preview(draft.factory, draft, CRITERIA).result
    assert result.level_scores[0] == pytest.approx(1.0)
    assert sum(result.weights.shares.values()) == pytest.approx(1.0)
    assert result.grade == 5
    assert states(draft)["M17"] is SectionState.TRIMMED

    save(
        session,
        draft,
        "scope",
        ScopeContent(ManufacturingType.DISCRETE, date(2026, 11, 1), ("M12",)),
        owner,
        now,
    )
    assert preview(draft.factory, draft, CRITERIA).result.grade == 2


def test_handing_in_needs_the_scope_and_every_level_of_every_subdomain(session, draft, owner, now):
    save(session, draft, "M03", SubdomainContent((1.0, None, None, 0.0, 0.0)), owner, now)

    with pytest.raises(Blocked) as refused:
        submit(session, draft, owner, now)

    found = {(p.code, p.field): p.params for p in refused.value.problems}
    assert ("assessment_scope_missing", "scope") in found
    assert found["assessment_answers_missing", "M03"] == {"count": 2, "total": 5}
    assert len(found) == 21
    assert draft.status is AssessmentStatus.DRAFT


def test_a_trimmed_subdomain_need_not_be_answered(session, draft, owner, now):
    fill(session, draft, owner, now)
    save(session, draft, "M18", SubdomainContent((None,) * 5), owner, now)
    assert [p.field for p in blocking_problems(draft, CRITERIA, now=now)] == ["M18"]

    scope = ScopeContent(ManufacturingType.DISCRETE, date(2026, 11, 1), ("M18",))
    save(session, draft, "scope", scope, owner, now)

    assert blocking_problems(draft, CRITERIA, now=now) == []


def test_a_day_to_come_cannot_be_handed_in(session, draft, owner, now):
    fill(session, draft, owner, now)
    scope = ScopeContent(ManufacturingType.DISCRETE, date(2026, 11, 24))
    save(session, draft, "scope", scope, owner, now)

    problems = blocking_problems(draft, CRITERIA, now=now)

    assert [(p.code, p.field) for p in problems] == [("assessment_day_in_future", "scope")]


def test_handing_in_records_who_and_writes_the_profile_to_the_factory(session, draft, owner, now):
    fill(session, draft, owner, now)
    save(session, draft, "profile", ProfileContent(("MES",), None, 20), owner, now)

    submit(session, draft, owner, now)
    submit(session, draft, owner, now)

    assert draft.status is AssessmentStatus.SUBMITTED
    assert (draft.submitted_at, draft.submitted_by) == (now, owner.user_id)
    factory = draft.factory
    assert (factory.systems, factory.budget_fen, factory.horizon_weeks) == (["MES"], None, 20)
    assert actions(session).count("assessment.submitted") == 1


@pytest.mark.parametrize("status", [AssessmentStatus.SUBMITTED, AssessmentStatus.VERIFIED])
def test_what_is_handed_in_or_verified_cannot_be_changed(
    session, make, factory, owner, now, status
):
    fixed = whole(session, make.assessment(factory=factory, status=status), owner)

    with pytest.raises(Blocked, match=f"assessment_not_editable_{status.value}"):
        save(session, fixed, "M03", FULL, owner, now)
    with pytest.raises(Blocked, match="assessment_not_a_draft"):
        discard_draft(session, assessment=fixed, actor=owner, now=now)
    assert actions(session) == []


def test_a_verified_one_cannot_be_handed_in_again(session, make, factory, owner, now):
    fixed = whole(session, make.assessment(factory=factory), owner)

    with pytest.raises(Blocked, match="assessment_not_editable_verified"):
        submit(session, fixed, owner, now)


def test_a_returned_section_is_marked_until_it_is_saved_again(session, make, factory, owner, now):
    returned = whole(
        session,
        make.assessment(
            factory=factory,
            status=AssessmentStatus.RETURNED,
            field_notes={"answers.M03": "没有证据", "scenes.S20": "看不出", "kpis.K01": "单位"},
        ),
        owner,
    )
    assert [c for c, s in states(returned).items() if s is SectionState.RETURNED] == [
        "M03",
        "F3",
        "kpis",
    ]
    assert states(returned)["scope"] is SectionState.DONE

    save(session, returned, "M03", FULL, owner, now)
    save(session, returned, "kpis", KpisContent({}, {}), owner, now)

    assert states(returned)["M03"] is SectionState.DONE
    assert states(returned)["kpis"] is SectionState.DONE
    open_notes = [
        p.field
        for p in advice(returned, CRITERIA, kpi_measures(REFERENCE, CRITERIA))
        if p.code == "assessment_note_open"
    ]
    assert open_notes == ["F3"]
    submit(session, returned, owner, now)
    assert returned.sections_done == []


def test_advice_names_the_section_and_what_is_odd(session, draft, owner, now):
    fill(session, draft, owner, now)
    save(session, draft, "M05", SubdomainContent((0.5, 1.0, 0.0, 0.0, 0.0)), owner, now)
    values = {"K01": 120.0, "K09": 3.0, "K10": 80.0}
    before = {"K09": 2.0, "K10": 70.0, "K11": 5.0}
    save(session, draft, "kpis", KpisContent(values, before), owner, now)

    found = {
        (p.code, p.field, p.params.get("code"))
        for p in advice(draft, CRITERIA, kpi_measures(REFERENCE, CRITERIA))
    }

    assert ("assessment_level_order", "M05", None) in found
    assert ("assessment_kpi_over_hundred", "kpis", "K01") in found
    assert ("assessment_kpi_worse", "kpis", "K09") in found  # a defect rate that rose
    assert ("assessment_kpi_no_present", "kpis", "K11") in found
    assert not any(code == "K10" for _, _, code in found)
    assert ("assessment_scenes_missing", "F3", None) in found
    assert ("assessment_evidence_missing", "M01", None) in found


def test_a_discarded_draft_is_gone_with_its_findings_and_its_files_stay_on_record(
    session, draft, owner, now
):
    save(session, draft, "M03", SubdomainContent((1.0,) * 5, "", ("甲",)), owner, now)
    file = AssessmentImport(
        factory_id=draft.factory_id,
        assessment_id=draft.id,
        kind="xlsx",
        file_name="a.xlsx",
        sha256="0" * 64,
        status=ImportStatus.ACCEPTED,
        proposal={},
        created_at=now,
        updated_at=now,
    )
    session.add(file)
    session.flush()

    discard_draft(session, assessment=draft, actor=owner, now=now)
    session.expire_all()

    assert session.scalars(select(Assessment)).all() == []
    assert session.scalars(select(Finding)).all() == []
    assert session.scalars(select(AssessmentImport.assessment_id)).all() == [None]
    assert actions(session)[-1] == "assessment.discarded"


def test_a_factory_of_another_organisation_is_not_there_to_start_for(
    session, factory, stranger, now
):
    with pytest.raises(NotFound):
        factory_queries.one_visible(session, factory.id, to=stranger)
    with pytest.raises(Forbidden):
        start(session, factory, stranger, now)
