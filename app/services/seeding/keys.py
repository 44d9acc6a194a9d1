"""From seed keys to stable ids."""

from uuid import UUID, uuid5

# A namespace of our own; ids of seed rows never collide with random ones of real data.
NAMESPACE = UUID("5f0b6d53-8f0e-5c0e-9a53-3f1f7a1d2026")


def seed_id(kind: str, key: str) -> UUID:
    """Give the id of the seed row `key` of `kind`."""
    return uuid5(NAMESPACE, f"{kind}:{key}")
