"""The English catalogue is complete, and every translation keeps the placeholders."""

import re
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.settings import ROOT
from app.web.i18n import translations

METHODS = [("app/**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "N_": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def marked_texts() -> set[str]:
    """Every text marked for translation in the sources."""
    found = extract_from_dir(str(ROOT), METHODS, keywords=KEYWORDS)
    return {message for _file, _line, message, _comments, _context in found if message}


def english() -> dict[str, str]:
    path = Path(ROOT) / "app" / "locale" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as handle:
        return {m.id: m.string for m in read_po(handle) if m.id}


def test_the_extractor_sees_templates_and_python():
    texts = marked_texts()

    assert "产品方案目录" in texts
    assert "请填写此项" in texts


def test_every_marked_text_has_an_english_one():
    known = english()

    assert sorted(text for text in marked_texts() if not known.get(text)) == []


def test_translations_keep_their_placeholders():
    broken = [
        text
        for text, translated in english().items()
        if translated
        and sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translated))
    ]

    assert broken == []


def test_no_translation_is_left_over():
    assert sorted(set(english()) - marked_texts()) == []


def test_english_is_used():
    assert translations("en").gettext("登录") == "Sign in"
