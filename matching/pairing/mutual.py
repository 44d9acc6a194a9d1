"""Mutual value of a meeting: one number from what each side gains."""

MAX_SCORE = 1000  # scores are per mille of the best conceivable match


def mutual_score(for_factory: int, for_provider: int) -> int:
    """Return the harmonic mean of both directions, an integer 0..1000 rounded half up.

    The harmonic mean is chosen over the arithmetic one because a talk is worth little when
    either side has no use for it (reciprocal recommendation; sources in docs/events.md).

    Args:
        for_factory: how well the provider serves the factory, 0..1000.
        for_provider: how attractive the factory is to the provider, 0..1000.

    Raises:
        ValueError: a score lies outside 0..1000.
    """
    for score in (for_factory, for_provider):
        if not 0 <= score <= MAX_SCORE:
            raise ValueError(f"score {score} lies outside 0..{MAX_SCORE}")
    total = for_factory + for_provider
    if total == 0:
        return 0
    return (4 * for_factory * for_provider + total) // (2 * total)
