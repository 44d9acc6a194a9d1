"""The command line over a fresh data folder: the main job, evaluation, refusals."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.__main__ import app
from app.cli.output import run_reporting_errors

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("cli")]


@pytest.fixture(scope="module")
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(autouse=True)
def in_data_dir(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    monkeypatch.setenv("JIZHI_DATA_DIR", str(data_dir))
    # The commands log to the error stream, which the runner keeps apart.
    monkeypatch.setenv("JIZHI_LOG_FORMAT", "json")


def answer(runner: CliRunner, *arguments: str, code: int = 0) -> dict:
    result = runner.invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_demo_does_the_main_job(runner):
    report = answer(runner, "demo", "--json", "--seconds", "20")

    assert report["counts"]["providers"] >= 150
    assert report["counts"]["offerings"] >= 500
    assert [b["status"] for b in report["match"]["bundles"]] == ["optimal"] * 3
    assert all(b["cost_fen"] <= report["match"]["budget_fen"] for b in report["match"]["bundles"])
    assert all(b["violations"] == [] for b in report["match"]["bundles"])
    assert report["event"]["violations"] == 0
    assert report["event"]["meetings"] == len(report["event"]["timetable"]) > 50
    assert report["event"]["bound"] <= report["event"]["objective"]
    assert set(report["seconds"]) == {"migrate", "seed", "index", "match", "event"}


def test_seeding_again_adds_nothing(runner):
    answer(runner, "migrate", "--json")
    answer(runner, "seed", "--json")

    assert answer(runner, "seed", "--json") == {"added": {}}


def test_gaps_show_every_factor(runner):
    answer(runner, "migrate", "--json")
    answer(runner, "seed", "--json")

    gaps = answer(runner, "gaps", "f-d-001", "--json")

    factors = gaps["scene_gaps"][0]["factors"]
    assert [factor["name"] for factor in factors] == [
        "weight",
        "deficit",
        "hard",
        "pain",
        "readiness",
    ]


def test_a_match_respects_the_budget_that_was_asked_for(runner):
    answer(runner, "migrate", "--json")
    answer(runner, "seed", "--json")

    result = answer(runner, "match", "f-d-002", "--budget-wan", "60", "--json")

    costs = [variant["cost_fen"] for variant in result["bundles"]["variants"]]
    assert costs
    assert max(costs) <= 60_000_000


@pytest.mark.parametrize("budget_wan", [5, 15])
def test_a_small_purse_buys_what_it_can(runner, budget_wan):
    answer(runner, "migrate", "--json")
    answer(runner, "seed", "--json")

    result = answer(runner, "match", "f-d-010", "--budget-wan", str(budget_wan), "--json")

    balanced = next(v for v in result["bundles"]["variants"] if v["kind"] == "balanced")
    assert 0 < balanced["cost_fen"] <= budget_wan * 1_000_000
    assert balanced["closure_permille"] > 0


def test_index_status_after_build_is_ok(runner):
    answer(runner, "migrate", "--json")
    answer(runner, "seed", "--json")
    answer(runner, "index", "build", "--json")

    assert answer(runner, "index", "verify", "--json")["state"] == "ok"


def test_evaluate_prints_exactly_the_promised_keys(runner, tmp_path):
    beir = tmp_path / "beir"
    (beir / "qrels").mkdir(parents=True)
    (beir / "corpus.jsonl").write_text(
        '{"_id": "a", "title": "", "text": "轴承座装振动传感器，提前预警", "metadata": {"industry": "C31"}}\n'
        '{"_id": "b", "title": "", "text": "扫码出入库，库存实时可查", "metadata": {"industry": null}}\n',
        "utf-8",
    )
    (beir / "queries.jsonl").write_text(
        '{"_id": "q", "text": "库存对不上账，找料靠人记", "metadata": {"industry": null}}\n',
        "utf-8",
    )
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tb\t1\n", "utf-8")

    for system in ("lexical", "dense", "hybrid", "full"):
        report = answer(runner, "evaluate", str(beir), "--system", system, "--json")
        assert set(report) == {"ndcg@10", "hit@1", "hit@5", "recall@10", "mrr", "queries"}
        assert report["hit@1"] == 1.0


def test_an_expected_error_is_one_line_and_exit_code_2(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["jizhi", "evaluate", "no-such-folder"])

    with pytest.raises(SystemExit) as stopped:
        run_reporting_errors(app)

    assert stopped.value.code == 2
    assert capsys.readouterr().err.startswith("jizhi: ")


def test_production_refuses_demo_data(runner, monkeypatch, capsys):
    monkeypatch.setenv("JIZHI_ENVIRONMENT", "production")
    monkeypatch.setattr("sys.argv", ["jizhi", "seed"])

    with pytest.raises(SystemExit) as stopped:
        run_reporting_errors(app)

    assert stopped.value.code == 2
    assert "demo_data_in_production" in capsys.readouterr().err


def test_an_unknown_event_is_refused(runner, monkeypatch, capsys):
    answer(runner, "migrate", "--json")
    answer(runner, "seed", "--json")
    monkeypatch.setattr("sys.argv", ["jizhi", "event", "check", "no-such-event"])

    with pytest.raises(SystemExit) as stopped:
        run_reporting_errors(app)

    assert stopped.value.code == 2
