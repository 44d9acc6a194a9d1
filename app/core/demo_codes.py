"""Credit codes for fictional organisations: valid check digit, yet nobody can hold them.

Characters 3 to 8 of a 统一社会信用代码 name the administrative division of the registering
authority. 139900 is no division (GB/T 2260 has none under 1399), so no authority has issued or
can issue such a code. See seed_data/README.md.
"""

import hashlib

from app.core.credit_code import ALPHABET, check_digit

ENTERPRISE_PREFIX = "91" + "139900"
DEPARTMENT_PREFIX = "11" + "139900"
BODY_LENGTH = 9


def demo_credit_code(key: str, *, department: bool = False) -> str:
    """Give the credit code of the fictional organisation `key`; the same key, the same code."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:12])
    body = ""
    for _ in range(BODY_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        body += ALPHABET[place]
    first17 = (DEPARTMENT_PREFIX if department else ENTERPRISE_PREFIX) + body
    return first17 + check_digit(first17)
