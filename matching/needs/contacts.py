"""Telephone numbers and e-mail addresses in a text."""

import re

# Mainland mobile numbers (with the usual separators), area code and number, 400 lines, e-mail.
_CONTACTS = re.compile(
    r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"
    r"|(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)"
    r"|(?<!\d)400[ -]?\d{3}[ -]?\d{4}(?!\d)"
    r"|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"
)


def contact_spans(text: str) -> list[tuple[int, int]]:
    """Find where telephone numbers and e-mail addresses stand, as `[start, end)` spans."""
    return [found.span() for found in _CONTACTS.finditer(text)]


def contacts_in(text: str) -> list[str]:
    """Find what looks like a telephone number or an e-mail address."""
    return [text[start:end] for start, end in contact_spans(text)]
