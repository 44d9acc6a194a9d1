"""Importing: nothing in the assessment before it is accepted, only good rows, safe to repeat."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.adapters.workbook_grid import read_grid
from app.core.actors import Actor, Role
from app.core.clock import china_today
from app.core.errors import Blocked, Forbidden, InvalidInput, NotFound
from app.core.problems import Problem
from app.models import (
    Assessment,
    AssessmentImport,
    AssessmentStatus,
    AuditEvent,
    Factory,
    ImportStatus,
)
from app.queries import assessments as assessment_queries
from app.queries import factories as factory_queries
from app.queries import imports as queries
from app.services.assessment_import import (
    Proposed,
    SentFile,
    import_parts,
    propose_import_apart,
)
from app.services.assessment_import_accept import (
    Ticks,
    accept_import,
    discard_import,
    items_of,
    open_draft,
)
from app.services.assessment_import_files import annotated_copy, template_for
from app.services.assessment_import_flat import flat_of
from app.services.assessment_import_json import document_of
from app.services.assessment_import_report import is_sure
from app.services.assessment_import_target import target_of
from app.services.import_sentences import problem_sentence
from app.settings import ROOT
from app.wiring import Wiring
from tests.conftest import NOW
from tests.factories import Make

REPORTS = ROOT / "tests" / "data" / "reports" / "files"


@pytest.fixture
def factory(make: Make) -> Factory:
    return make.factory()


@pytest.fixture
def member(make: Make, factory: Factory) -> Actor:
    return make.actor(role=Role.FACTORY_MEMBER, organisation=factory.organisation)


@pytest.fixture
def propose(
    wiring: Wiring, session: Session, factory: Factory, member: Actor
) -> Callable[..., Proposed]:
    def run(name: str, content: bytes, *, actor: Actor = member, to: UUID = factory.id) -> Proposed:
        session.commit()
        return propose_import_apart(
            wiring.database,
            factory_id=to,
            file=SentFile(name, content),
            parts=import_parts(wiring.criteria, wiring.reference),
            actor=actor,
            now=NOW,
        )

    return run


@pytest.fixture
def accept(wiring: Wiring, member: Actor) -> Callable[..., UUID | None]:
    def run(import_id: UUID, ticks: Ticks | None = None, actor: Actor = member) -> UUID | None:
        with wiring.database.session(write=True) as own:
            record = accept_import(
                own,
                import_id=import_id,
                ticks=ticks,
                shelf=wiring.criteria,
                actor=actor,
                now=NOW,
            )
            return record.assessment_id

    return run


def template(wiring: Wiring, session: Session, factory: Factory) -> bytes:
    target = target_of(session, factory, wiring.criteria, today=china_today(NOW))
    parts = import_parts(wiring.criteria, wiring.reference)
    return template_for(target, parts, created=NOW)


def filled(content: bytes, values: dict[tuple[str, int, int], Any]) -> bytes:
    """The same sheets with other cells (sheet, row and column from 0), as plain tables."""
    import xlsxwriter

    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    for sheet in read_grid(content):
        out = made.add_worksheet(sheet.name)
        for number, row in enumerate(sheet.rows):
            for place, text in enumerate(row):
                out.write_string(number, place, str(values.get((sheet.name, number, place), text)))
    made.close()
    return buffer.getvalue()


def document(**sections: Any) -> bytes:
    return json.dumps({"format": "jizhi-assessment/1", **sections}).encode()


def rows(session: Session, model: type) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def flat(session: Session, assessment_id: UUID | None) -> dict[str, object]:
    session.rollback()
    assert assessment_id is not None
    found = assessment_queries.by_id(session, assessment_id)
    assert found is not None
    return flat_of(found)


def test_a_proposal_writes_nothing_into_an_assessment(session, propose):
    proposed = propose("a.json", document(kpis={"K01": 60.0}))

    assert proposed.again is False
    assert rows(session, AssessmentImport) == 1
    assert rows(session, Assessment) == 0


def test_accepting_starts_a_version_and_writes_what_was_proposed(session, propose, accept):
    proposed = propose(
        "a.json",
        document(
            answers={"M03": [1, 0.5, None, None, None]},
            scenes={"S28": {"status": "pilot", "ai": True}},
            findings=[{"subdomain": "M03", "text": "停机多"}],
        ),
    )

    done = flat(session, accept(proposed.import_id))

    assert done["answers.M03.1"] == 1.0
    assert done["answers.M03.2"] == 0.5
    assert "answers.M03.3" not in done
    assert done["scenes.S28"] == {"status": "pilot", "ai": True}
    assert done["findings.M03"] == ["停机多"]


def test_accepting_goes_into_the_open_draft_and_counts_one_revision(
    wiring, session, make, factory, member, propose, accept
):
    draft = make.assessment(
        factory=factory, status=AssessmentStatus.DRAFT, version=3, revision=4, kpis={"K02": 5.0}
    )

    assessment_id = accept(propose("a.json", document(evidence={"M03": "台账"})).import_id)

    session.expire_all()
    stored = session.get(Assessment, draft.id)
    assert assessment_id == draft.id
    assert stored.revision == 5
    assert stored.evidence == {"M03": "台账"}
    assert stored.kpis == {"K02": 5.0}
    assert "M03" in stored.sections_done


def test_accepting_twice_changes_nothing_more(session, propose, accept):
    import_id = propose("a.json", document(kpis={"K01": 60.0})).import_id
    first = accept(import_id)
    audited = rows(session, AuditEvent)

    assert accept(import_id) == first
    assert rows(session, AuditEvent) == audited
    assert rows(session, Assessment) == 1


def test_a_verified_version_stays_and_a_new_one_starts_from_it(
    session, make, factory, propose, accept
):
    verified = make.assessment(factory=factory)

    fresh = accept(propose("a.json", document(kpis={"K01": 60.0})).import_id)

    session.expire_all()
    assert session.get(Assessment, verified.id).kpis == {}
    stored = session.get(Assessment, fresh)
    assert (stored.version, stored.status) == (2, AssessmentStatus.DRAFT)
    assert stored.answers["M03"] == [1.0, 0.5, 0.0, 0.0, 0.0]
    assert stored.kpis == {"K01": 60.0}


def test_nothing_is_accepted_while_the_department_has_the_last_version(
    session, make, factory, propose, accept
):
    make.assessment(factory=factory, status=AssessmentStatus.SUBMITTED)
    import_id = propose("a.json", document(kpis={"K01": 60.0})).import_id

    with pytest.raises(Blocked) as refused:
        accept(import_id)

    assert [p.code for p in refused.value.problems] == ["assessment_waiting"]
    session.rollback()
    assert session.get(AssessmentImport, import_id).status is ImportStatus.PROPOSED


def test_the_same_file_is_told_and_not_read_again(session, propose):
    first = propose("a.json", document(kpis={"K01": 60.0}))
    again = propose("renamed.json", document(kpis={"K01": 60.0}))

    assert (again.import_id, again.again) == (first.import_id, True)
    assert rows(session, AssessmentImport) == 1


def test_a_discarded_file_may_be_sent_again(wiring, session, member, propose, accept):
    first = propose("a.json", document(kpis={"K01": 60.0}))
    for _ in range(2):
        with wiring.database.session(write=True) as own:
            discard_import(own, import_id=first.import_id, actor=member, now=NOW)

    with pytest.raises(Blocked):
        accept(first.import_id)
    assert propose("a.json", document(kpis={"K01": 60.0})).import_id != first.import_id


def test_strangers_know_nothing_of_it_and_departments_may_not(
    make, factory, propose, accept, session
):
    stranger = make.actor(role=Role.FACTORY_MEMBER, organisation=make.organisation())
    organiser = make.actor(role=Role.CITY_ORGANISER, organisation=make.organisation(region="邢台"))
    import_id = propose("a.json", document(kpis={"K01": 60.0})).import_id

    for actor in (stranger, organiser):
        with pytest.raises(NotFound):
            queries.one_own(session, import_id, of=actor)
        with pytest.raises(NotFound):
            accept(import_id, None, actor)
    with pytest.raises(NotFound):
        propose("b.json", document(kpis={}), actor=stranger)
    with pytest.raises(Forbidden):
        propose("b.json", document(kpis={}), actor=organiser)


def test_every_step_is_audited(session, propose, accept):
    accept(propose("a.json", document(kpis={"K01": 60.0})).import_id)

    session.rollback()
    actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.seq)).all()
    assert actions == [
        "import.proposed",
        "assessment.started",
        "assessment.imported",
        "import.accepted",
    ]


def test_only_the_good_rows_of_a_template_go_in(wiring, session, factory, propose, accept):
    session.commit()
    blank = template(wiring, session, factory)
    sent = filled(
        blank,
        {
            ("成熟度", 1, 4): "大部分满足",
            ("成熟度", 2, 4): "0.7",
            ("场景", 1, 3): "应用",
            ("场景", 2, 3): "在建",
        },
    )
    proposed = propose("填报表.xlsx", sent)
    session.rollback()
    record = session.get(AssessmentImport, proposed.import_id)

    # Type, date, budget and weeks were in the template already.
    assert (record.proposal["good"], record.proposal["bad"]) == (6, 2)
    assert [(p["code"], p["sheet"], p["row"], p["column"]) for p in record.problems] == [
        ("import_score", "成熟度", 3, "E"),
        ("import_scene_status", "场景", 3, "D"),
    ]
    done = flat(session, accept(proposed.import_id))
    assert done["answers.M01.1"] == 0.8
    assert "answers.M01.2" not in done
    assert done["scenes.S01"] == {"status": "applied", "ai": False}
    assert "scenes.S02" not in done


def test_the_annotated_copy_names_each_problem_and_can_be_sent_again(
    wiring, session, factory, member, propose
):
    session.commit()
    sent = filled(template(wiring, session, factory), {("成熟度", 2, 4): "0.7"})
    import_id = propose("填报表.xlsx", sent).import_id
    session.rollback()
    record = queries.one_own(session, import_id, of=member)
    target = target_of(session, record.factory, wiring.criteria, today=china_today(NOW))

    copy = annotated_copy(record, target, say=problem_sentence, created=NOW)

    sheet = next(s for s in read_grid(copy) if s.name == "成熟度")
    assert sheet.rows[0][-1] == "问题"
    assert sheet.rows[2][-1].startswith("“0.7”不是可用的得分")
    assert all(row[-1] == "" for number, row in enumerate(sheet.rows) if number not in (0, 2))
    again = propose("改好.xlsx", filled(copy, {("成熟度", 2, 4): "0.8"}))
    session.rollback()
    corrected = session.get(AssessmentImport, again.import_id)
    assert corrected.problems == []
    assert "answers.M01.2" in {item["field"] for item in corrected.proposal["items"]}


def test_a_template_of_another_factory_is_refused(wiring, session, make, propose):
    other = make.factory()
    session.commit()

    with pytest.raises(InvalidInput) as refused:
        propose("填报表.xlsx", template(wiring, session, other))

    assert [p.code for p in refused.value.problems] == ["import_wrong_factory"]
    assert rows(session, AssessmentImport) == 0


@pytest.mark.parametrize(
    ("title", "value", "code"),
    [("模板版本", "0", "import_template_old"), ("评价标准", "X@1", "import_template_criteria")],
)
def test_an_old_template_is_refused(wiring, session, factory, propose, title, value, code):
    session.commit()
    blank = template(wiring, session, factory)
    first = read_grid(blank)[0]
    row = next(n for n, cells in enumerate(first.rows) if cells[0] == title)

    with pytest.raises(InvalidInput) as refused:
        propose("填报表.xlsx", filled(blank, {(first.name, row, 1): value}))

    assert [p.code for p in refused.value.problems] == [code]


def test_an_export_imported_elsewhere_gives_the_same_assessment(
    wiring, session, make, factory, propose, accept
):
    source = make.assessment(
        factory=make.factory(),
        evidence={"M03": "台账"},
        trimmed=["M19"],
        kpis={"K01": 62.5},
        kpis_before={"K11": 4.0},
        eligibility={"EL1": True, "EL2": None, "EL3": False},
        profile={"systems": ["ERP"], "budget_fen": 10_000_000, "horizon_weeks": 12},
    )
    ref = str(wiring.criteria.default_ref)
    session.commit()
    session.expunge_all()
    exported = document_of(flat(session, source.id), criteria_ref=ref)

    done = flat(session, accept(propose("x.json", json.dumps(exported).encode()).import_id))

    assert document_of(done, criteria_ref=ref) == exported


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 40_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xlsx", b"", "document_empty"),
        ("a.xlsx", bomb(), "document_zip_ratio"),
        ("a.xlsx", b"%PDF-1.7 not a workbook", "document_content_mismatch"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "document_encrypted",
        ),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document_old_format"),
        ("a.exe", b"MZ", "document_unsupported"),
        ("a.json", b'{"format": ', "import_json"),
    ],
)
def test_unusable_files_are_refused_with_a_sentence_and_leave_nothing(
    session, propose, name, content, code
):
    with pytest.raises(InvalidInput) as refused:
        propose(name, content)

    problem = refused.value.problems[0]
    assert problem.code == code
    assert problem_sentence(problem) not in ("", code)
    assert rows(session, AssessmentImport) == 0


def test_of_a_report_only_what_was_ticked_goes_in(session, propose, accept):
    content = (REPORTS / "11_pumps_long_table.pdf").read_bytes()
    import_id = propose("报告.pdf", content).import_id
    session.rollback()
    record = session.get(AssessmentImport, import_id)
    items = items_of(record)
    scores = [n for n, item in enumerate(items) if item.field.startswith("answers.")]
    assert record.proposal["form"] == "report"
    assert len(scores) > 5
    assert all(items[n].passage and items[n].place for n in scores)

    done = flat(session, accept(import_id, Ticks(frozenset(scores[:1]))))

    code = items[scores[0]].field.partition(".")[2]
    answered = {name.split(".")[1] for name in done if name.startswith("answers.")}
    assert answered == {code}


def test_a_report_with_nothing_ticked_is_not_accepted(session, propose, accept):
    content = (REPORTS / "17_rubber_sheet.xlsx").read_bytes()
    import_id = propose("报告.xlsx", content).import_id

    with pytest.raises(Blocked) as refused:
        accept(import_id, Ticks(frozenset()))

    assert refused.value.problems == [Problem("import_nothing_chosen")]
    assert rows(session, Assessment) == 0


def test_uncertain_proposals_are_not_ticked(session, propose):
    content = (REPORTS / "17_rubber_sheet.xlsx").read_bytes()
    import_id = propose("报告.xlsx", content).import_id
    session.rollback()
    items = items_of(session.get(AssessmentImport, import_id))

    assert any(is_sure(item) for item in items)
    assert all(item.confidence >= 0.6 for item in items if is_sure(item))


def test_needs_of_a_report_are_kept_for_the_next_step(wiring, session, factory, accept):
    record = AssessmentImport(
        factory_id=factory.id,
        kind="docx",
        file_name="r.docx",
        sha256="0" * 64,
        status=ImportStatus.PROPOSED,
        proposal={"form": "report", "items": [], "needs": [{"text": "甲"}, {"text": "乙"}]},
        problems=[],
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(record)
    session.commit()

    accept(record.id, Ticks(frozenset(), needs=frozenset({1})))

    session.expire_all()
    assert session.get(AssessmentImport, record.id).proposal["accepted_needs"] == ["乙"]
    assert rows(session, Assessment) == 0


def test_a_finding_without_subdomain_needs_one_from_the_person(session, factory, accept):
    item = {"field": "findings.?", "value": ["漏油"], "adds": True, "confidence": 0.4}
    records = [
        AssessmentImport(
            factory_id=factory.id,
            kind="docx",
            file_name="r.docx",
            sha256=str(number) * 64,
            status=ImportStatus.PROPOSED,
            proposal={"form": "report", "items": [item]},
            problems=[],
            created_at=NOW,
            updated_at=NOW,
        )
        for number in range(2)
    ]
    session.add_all(records)
    session.commit()

    with pytest.raises(Blocked):
        accept(records[0].id, Ticks(frozenset({0})))
    done = flat(session, accept(records[1].id, Ticks(frozenset({0}), subdomains={0: "M13"})))

    assert done["findings.M13"] == ["漏油"]


def test_open_draft_gives_the_same_version_twice(wiring, session, factory, member):
    session.commit()
    found = []
    for _ in range(2):
        with wiring.database.session(write=True) as own:
            mine = factory_queries.one_visible(own, factory.id, to=member)
            draft = open_draft(own, mine, shelf=wiring.criteria, actor=member, now=NOW)
            found.append((draft.id, draft.version))

    assert found[0] == found[1]
    assert rows(session, Assessment) == 1


def test_more_findings_than_a_form_takes_are_refused_not_dropped(session, factory, accept):
    texts = [f"第{number}处漏油没人管" for number in range(11)]
    items = [
        {"field": "findings.M13", "value": [text], "adds": True, "confidence": 0.9}
        for text in texts
    ]
    record = AssessmentImport(
        factory_id=factory.id,
        kind="docx",
        file_name="r.docx",
        sha256="0" * 64,
        status=ImportStatus.PROPOSED,
        proposal={"form": "report", "items": items},
        problems=[],
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(record)
    session.commit()

    with pytest.raises(Blocked) as refused:
        accept(record.id, Ticks(frozenset(range(11))))
    session.rollback()
    done = flat(session, accept(record.id, Ticks(frozenset(range(10)))))

    assert [(p.code, p.params["count"]) for p in refused.value.problems] == [
        ("import_crowded_findings", 11)
    ]
    assert done["findings.M13"] == texts[:10]
