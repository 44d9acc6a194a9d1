"""From a factory's own words to needs: split, propose, warn, notice duplicates. No model here."""

from matching.needs.contacts import contact_spans, contacts_in
from matching.needs.title import TITLE_CHARS, title_of

__all__ = ["TITLE_CHARS", "contact_spans", "contacts_in", "title_of"]
