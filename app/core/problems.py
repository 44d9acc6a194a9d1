"""Problems are values: a code, the field it belongs to, and what to fill into its sentence."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `code` names the sentence (see `app.web.messages`), `field` the form field or import column
    ("" = the whole object), `params` the values that the sentence mentions.
    """

    code: str
    field: str = ""
    params: Mapping[str, str | int | float] = dataclasses.field(default_factory=dict)
