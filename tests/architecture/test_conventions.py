"""Conventions that a machine can hold: assets, templates, imports, settings, translations."""

import hashlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from app.main import create_app
from app.settings import ROOT, Settings
from app.web.labels import LABELS
from app.web.messages import ERROR_HINTS, ERROR_TITLES

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
VENDORED = {
    "vendor/htmx/htmx-2.0.11.min.js": (
        "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
    ),
}
HEAVY = ("torch", "sentence_transformers", "faiss", "ortools", "scipy", "tantivy", "tokenizers")
PYTHON = [path for top in ("app", "matching") for path in sorted((ROOT / top).rglob("*.py"))]


def modules_after(code: str) -> set[str]:
    """Run `code` in a fresh interpreter; give the top-level names of what it has loaded."""
    script = f"import sys; {code}; print(*{{m.split('.')[0] for m in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_importing_matching_loads_nothing_heavy_and_nothing_of_app():
    loaded = modules_after("import matching")

    assert loaded.isdisjoint({*HEAVY, "app", "sqlalchemy", "fastapi"})


def test_the_probe_above_would_see_a_heavy_import():
    assert "numpy" in modules_after("import numpy")


def test_command_line_help_loads_neither_engine_nor_web():
    loaded = modules_after("import app.cli.__main__")

    assert loaded.isdisjoint({*HEAVY, "sqlalchemy", "fastapi", "numpy"})


def test_the_web_application_loads_no_torch():
    loaded = modules_after("import app.main")

    assert loaded.isdisjoint({"torch", "sentence_transformers", "transformers"})


@pytest.mark.parametrize(("name", "digest"), VENDORED.items())
def test_vendored_assets_are_what_was_reviewed(name, digest):
    assert hashlib.sha256((ROOT / "app/static" / name).read_bytes()).hexdigest() == digest


def problems_of_template(text: str) -> list[str]:
    """Name what a template must not hold: inline script or style, raw output, other hosts."""
    rules = {
        "inline style": r"\sstyle\s*=",
        "inline handler": r"\son[a-z]+\s*=",
        "inline script": r"<script(?![^>]*\bsrc=)",
        "style element": r"<style",
        "unescaped output": r"\|\s*safe\b|\bMarkup\(",
        "htmx script": r"hx-on|hx-vals\s*=\s*[\"']js:",
        "other host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//",
    }
    return [name for name, pattern in rules.items() if re.search(pattern, text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_templates_hold_nothing_inline_and_nothing_foreign(path):
    assert problems_of_template(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('<p style="color:red">', "inline style"),
        ('<a onclick="x()">', "inline handler"),
        ("<script>x()</script>", "inline script"),
        ("{{ name|safe }}", "unescaped output"),
        ('<img src="https://cdn.example/x.png">', "other host"),
        ('<b hx-on:click="x">', "htmx script"),
    ],
)
def test_the_template_lint_sees_deliberately_bad_examples(text, found):
    assert found in problems_of_template(text)


def test_no_source_reads_the_clock_but_the_clock():
    offenders = [
        str(path.relative_to(ROOT))
        for path in PYTHON
        if re.search(r"datetime\.(now|utcnow|today)\(|date\.today\(", path.read_text("utf-8"))
    ]

    assert offenders == ["app/core/clock.py"]


def test_nothing_unpickles_or_evaluates():
    pattern = re.compile(
        r"\bimport (pickle|joblib|dill)\b|torch\.load|yaml\.load\(|\beval\(|allow_pickle=True"
    )
    offenders = [str(p) for p in PYTHON if pattern.search(p.read_text("utf-8"))]

    assert offenders == []


def test_only_settings_reads_the_environment():
    allowed = {"app/settings.py", "app/cli/data.py"}
    offenders = {
        str(path.relative_to(ROOT))
        for path in PYTHON
        if re.search(r"os\.environ|os\.getenv", path.read_text("utf-8"))
    }

    assert offenders - allowed == {name for name in offenders if name.startswith("matching/encode")}


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    missing = [name for name in Settings.model_fields if f"`JIZHI_{name.upper()}`" not in text]

    assert missing == []


def test_every_refusal_has_a_title_and_a_hint():
    assert set(ERROR_TITLES) == set(ERROR_HINTS)


def test_labels_are_not_empty():
    assert all(text for table in LABELS.values() for text in table.values())


def named_routes(routes) -> list[tuple[str, str, str]]:
    """Walk a route table, included routers too: name, path and method of each."""
    found = []
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found += named_routes(inner.routes)
        else:
            methods = getattr(route, "methods", None) or ()
            found += [(route.name, route.path, method) for method in methods]
    return found


def test_every_route_has_a_name_of_its_own(wiring):
    routes = named_routes(create_app(wiring).routes)
    names = Counter(name for name, _path, _method in routes)

    assert ("catalogue", "/catalogue", "GET") in routes
    assert {name: n for name, n in names.items() if n > 1} == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"base_url": "", "log_format": "json"}, "JIZHI_BASE_URL is missing"),
        ({"base_url": "http://x.example", "log_format": "json"}, "https://"),
        ({"base_url": "https://x.example", "log_format": "console"}, "JIZHI_LOG_FORMAT"),
    ],
)
def test_production_refuses_unsafe_settings(changes, words):
    settings = Settings(environment="production", **changes)

    assert any(words in line for line in settings.unsafe())


def test_safe_production_settings_are_accepted():
    settings = Settings(
        environment="production", base_url="https://jizhi.example", log_format="json"
    )

    assert settings.unsafe() == []


def test_modules_stay_small():
    limit = 400
    large = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in PYTHON
        if len(path.read_text("utf-8").splitlines()) > limit
    }

    assert large == {}


# Spelt in pieces, so that this file does not find itself.
FOREIGN_WORDS = re.compile(
    "|".join(
        (
            r"(?<![\w.])/" + r"work/(?:main|shared|brief)\b",
            r"/t" + r"mp/(?:jz|serve|pip)\b",
            r"\b(?:cl" + r"aude|anth" + r"ropic|chat" + r"gpt|co" + r"pilot)\b",
            r"co-" + r"authored-by",
            r"generated " + r"(?:by|with) (?:an? )?(?:ai|llm|agent)\b",
        )
    ),
    re.IGNORECASE,
)


def tracked_texts() -> list[Path]:
    """Every text that is in the repository or about to be; binary files are left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout.splitlines()
    binary = {".npy", ".npz", ".bin", ".safetensors", ".png", ".ico", ".woff2"}
    paths = [ROOT / name for name in listed]
    return [p for p in paths if p.is_file() and p.suffix not in binary]


def test_nothing_names_the_machine_it_was_written_on_or_how_it_was_made():
    found = {
        str(path.relative_to(ROOT)): match[0]
        for path in tracked_texts()
        if (match := FOREIGN_WORDS.search(path.read_text("utf-8", "replace")))
    }

    assert found == {}


@pytest.mark.parametrize("text", ["see /work" + "/main/x", "Co-" + "Authored-By: x"])
def test_the_search_above_would_find_them(text):
    assert FOREIGN_WORDS.search(text)
