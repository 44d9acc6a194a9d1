"""A short title from a text in a factory's own words."""

import re

TITLE_CHARS = 22
_CLAUSE = re.compile(r"[。！？；，,;!?\n]+")


def title_of(symptom: str) -> str:
    """Make a title from the first clauses of a text, at most `TITLE_CHARS` characters."""
    title = ""
    for clause in (part.strip() for part in _CLAUSE.split(symptom)):
        longer = f"{title}，{clause}" if title else clause
        if title and (len(title) >= 6 or len(longer) > TITLE_CHARS):
            break
        title = longer
    return title if len(title) <= TITLE_CHARS else f"{title[: TITLE_CHARS - 1]}…"
