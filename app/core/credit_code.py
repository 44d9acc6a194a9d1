"""统一社会信用代码 (GB 32100-2015): normalise, check, and say what is wrong.

Alphabet without I O S V Z; check value = (31 - sum(value * 3**i mod 31) mod 31) mod 31.
The check digit itself is computed by python-stdnum; its prefix test is not used because it
refuses codes that begin with letters, which the standard allows (rural collectives, N2...).
"""

import unicodedata

from stdnum.cn import uscc

from app.core.problems import Problem

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
# Letters that the standard leaves out because they are mistaken for digits.
LOOK_ALIKES = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"}


def normalise(text: str) -> str:
    """Fold full-width characters, spaces, hyphens and lower case; nothing else is guessed."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(folded.split()).replace("-", "").upper()


def check_digit(first17: str) -> str:
    """Give the eighteenth character for the first seventeen (GB 32100-2015)."""
    return str(uscc.calc_check_digit(first17))


def credit_code_problem(code: str, *, field: str = "credit_code") -> Problem | None:
    """Say what is wrong with a normalised code; None means nothing is."""
    if len(code) != LENGTH:
        return Problem("credit_code_length", field, {"length": len(code)})
    for place, character in enumerate(code, start=1):
        if character in LOOK_ALIKES:
            params: dict[str, str | int | float] = {
                "place": place,
                "character": character,
                "suggestion": LOOK_ALIKES[character],
            }
            return Problem("credit_code_look_alike", field, params)
        if character not in ALPHABET:
            return Problem("credit_code_character", field, {"place": place, "character": character})
    if check_digit(code[:17]) != code[17]:
        return Problem("credit_code_check_digit", field)
    return None
