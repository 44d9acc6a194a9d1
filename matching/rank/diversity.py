"""Fair lists: a cap on one provider's share, grouping by provider, and exposure over time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.rank.types import Hit

PROVIDER_SHARE = 0.4  # of a top list; at least two providers wherever there are two


@dataclass(frozen=True, slots=True)
class ProviderGroup:
    """One provider's hits in rank order; `best` leads the group."""

    provider_id: str
    best: Hit
    others: tuple[Hit, ...]


def cap_providers(hits: Sequence[Hit], *, k: int, share: float = PROVIDER_SHARE) -> list[Hit]:
    """Return `k` hits in rank order with at most `share` of them from one provider.

    The cap never leaves places empty: when the others run out, the capped hits follow. With
    two providers among `hits` and k >= 2 both are in the result.
    """
    limit = max(1, math.floor(k * share))
    counts: dict[str, int] = {}
    kept: list[Hit] = []
    spare: list[Hit] = []
    for hit in hits:
        counts[hit.provider_id] = counts.get(hit.provider_id, 0) + 1
        (kept if counts[hit.provider_id] <= limit else spare).append(hit)
    return [*kept, *spare][:k]


def collapse_by_provider(hits: Sequence[Hit]) -> list[ProviderGroup]:
    """Group hits by provider; groups stand in the order of their best hit."""
    grouped: dict[str, list[Hit]] = {}
    for hit in hits:
        grouped.setdefault(hit.provider_id, []).append(hit)
    return [
        ProviderGroup(provider, members[0], tuple(members[1:]))
        for provider, members in grouped.items()
    ]


def exposure_gini(shown: Mapping[str, float]) -> float:
    """Return the Gini coefficient of exposure by provider: 0 all equal, near 1 one takes all."""
    values = np.sort(np.array(list(shown.values()), dtype=np.float64))
    total = float(values.sum())
    if len(values) == 0 or total <= 0:
        return 0.0
    ranks = np.arange(1, len(values) + 1)
    return float(
        (2 * (ranks * values).sum()) / (len(values) * total) - (len(values) + 1) / len(values)
    )
