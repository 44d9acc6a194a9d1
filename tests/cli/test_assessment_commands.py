"""`jizhi assessment`: preview, accept, refuse; template and export round trip."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.adapters.migrations import upgrade
from app.cli.__main__ import app
from app.core.actors import Role
from app.models import AssessmentStatus, Factory
from app.settings import Settings
from app.wiring import build_wiring
from tests.conftest import NOW
from tests.factories import Make

pytestmark = pytest.mark.xdist_group("cli")


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Factory:
    """Two factories with a member each in a data folder of the test's own; gives the first."""
    monkeypatch.setenv("JIZHI_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JIZHI_LOG_FORMAT", "json")
    parts = build_wiring(Settings())
    parts.database.prepare()
    upgrade(parts.database)
    with parts.database.session(write=True) as session:
        make = Make(session, now=NOW)
        found = make.factory()
        make.user(role=Role.FACTORY_MEMBER, organisation=found.organisation)
        other = make.factory(name="别家工厂")
        make.user(role=Role.FACTORY_MEMBER, organisation=other.organisation)
        make.assessment(
            factory=other,
            status=AssessmentStatus.VERIFIED,
            kpis={"K01": 62.5},
            eligibility={"EL1": None},
        )
    parts.close()
    return found


def run(*arguments: str, code: int = 0) -> dict:
    result = CliRunner().invoke(app, ["assessment", *arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if result.stdout.strip() else {"error": result.stderr}


def written(path: Path, **sections: object) -> str:
    path.write_text(json.dumps({"format": "jizhi-assessment/1", **sections}), "utf-8")
    return str(path)


def test_a_good_file_is_previewed_and_written_only_when_accepted(factory, tmp_path):
    file = written(tmp_path / "a.json", kpis={"K01": 60.0})
    code = factory.organisation.credit_code

    preview = run("import", file, "--factory", code)
    accepted = run("import", file, "--factory", code, "--accept")

    assert (preview["status"], preview["good"], preview["bad"]) == ("proposed", 1, 0)
    assert preview["changes"] == [{"field": "kpis.K01", "old": None, "new": 60.0}]
    assert preview["assessment"] is None
    assert (accepted["status"], accepted["again"]) == ("accepted", True)
    assert accepted["import"] == preview["import"]
    assert accepted["assessment"] is not None


def test_bad_rows_are_named_with_exit_code_one(factory, tmp_path):
    file = written(tmp_path / "a.json", kpis={"K01": 60.0, "K99": 1.0})

    report = run("import", file, "--factory", str(factory.id), code=1)

    assert (report["good"], report["bad"]) == (1, 1)
    assert report["problems"][0]["pointer"] == "/kpis/K99"
    assert "没有编码为“K99”的指标" in report["problems"][0]["message"]


def test_a_file_that_cannot_be_read_is_refused_in_chinese_with_exit_code_two(factory, tmp_path):
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"not a workbook")

    refused = run("import", str(file), "--factory", str(factory.id), code=2)

    assert "内容不是这种文件" in refused["error"]


def test_the_preview_for_people_shows_place_and_sentence(factory, tmp_path):
    file = written(tmp_path / "a.json", kpis={"K01": 60.0, "K99": 1.0})

    result = CliRunner().invoke(app, ["assessment", "import", file, "--factory", str(factory.id)])

    assert result.exit_code == 1
    assert "好的 1，有问题 1" in result.stdout
    assert "/kpis/K99" in result.stdout


def test_a_template_that_was_not_touched_changes_nothing(factory, tmp_path):
    file = tmp_path / "t.xlsx"
    run("template", "--factory", "别家工厂", "-o", str(file))

    report = run("import", str(file), "--factory", "别家工厂")

    assert (report["form"], report["bad"], report["changes"]) == ("template", 0, [])


def test_an_export_goes_round(factory, tmp_path):
    first, second = tmp_path / "1.json", tmp_path / "2.json"
    run("export", "--factory", "别家工厂", "--version", "1", "-o", str(first))
    run("import", str(first), "--factory", str(factory.id), "--accept")
    run("export", "--factory", str(factory.id), "-o", str(second))

    document = json.loads(first.read_text("utf-8"))
    assert document["kpis"] == {"K01": 62.5}
    assert document["eligibility"] == {"EL1": None}
    assert json.loads(second.read_text("utf-8")) == document


def test_what_is_not_there_is_not_exported(factory, tmp_path):
    result = CliRunner().invoke(
        app, ["assessment", "export", "--factory", str(factory.id), "-o", str(tmp_path / "x.json")]
    )

    assert result.exit_code != 0
    assert not (tmp_path / "x.json").exists()
