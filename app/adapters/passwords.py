"""argon2id with a cap on how many run at once.

m = 19,456 KiB, t = 2, p = 1 is the OWASP floor; 200 uncapped logins would take 2.3 GiB, so at
most as many run together as there are processors.
"""

import os
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_TURNSTILE = BoundedSemaphore(os.cpu_count() or 1)
# Verified when the login is unknown, so that both answers take the same time.
_DUMMY = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$MDEyMzQ1Njc4OWFiY2RlZg$3nXzqTtVwEbQ4sEsoL5KBPYi5hSOWFV8GxvQe0T8k9Y"
)


def hash_password(password: str) -> str:
    """Hash a password for storage."""
    with _TURNSTILE:
        return _HASHER.hash(password)


def password_matches(password: str, stored: str | None) -> bool:
    """Tell whether the password is the stored one; None = unknown user, same time taken."""
    with _TURNSTILE:
        try:
            _HASHER.verify(stored or _DUMMY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None
