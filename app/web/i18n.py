"""Languages: Simplified Chinese is the source, English the second, chosen by a cookie.

Translations are read from `app/locale/<lang>/LC_MESSAGES/messages.po` at start, so no compiled
catalogue can fall behind its text.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

from app.settings import ROOT

DEFAULT_LANGUAGE = "zh"
LANGUAGES = {"zh": "中文", "en": "English"}
LANGUAGE_COOKIE = "jizhi_language"


def N_(text: str) -> str:  # noqa: N802 - the usual gettext name, known to the extractor
    """Mark a text for translation where it is only written down, not yet shown."""
    return text


@cache
def translations(language: str) -> NullTranslations:
    """Load the catalogue of a language; Chinese needs none."""
    if language == DEFAULT_LANGUAGE:
        return NullTranslations()
    path = ROOT / "app" / "locale" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as handle:
        catalogue = read_po(handle, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def language_of(request: Request) -> str:
    """Give the language of the reader: cookie, else Chinese."""
    wanted = request.cookies.get(LANGUAGE_COOKIE, "")
    return wanted if wanted in LANGUAGES else DEFAULT_LANGUAGE


def translate(request: Request, text: str) -> str:
    """Translate a marked text for the reader; an empty text stays empty."""
    return translations(language_of(request)).gettext(text) if text else ""
