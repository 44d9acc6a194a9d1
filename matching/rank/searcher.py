"""Search: filter, candidates, features, additive score. Every number of it can be printed."""

import math
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from matching.index.base import Allowed, Mask, mask_of
from matching.rank.catalogue import Catalogue, scene_profile
from matching.rank.features import structured_features
from matching.rank.industries import declared_profile
from matching.rank.text_match import Channels, Need, gate
from matching.rank.types import VISIBLE_STATUSES, Hit, OfferingDoc, Part, Query
from matching.rank.weights import RankWeights, default_weights

GIVEN_SHARE = 0.8  # of the need's scene profile when scenes are given; the text has a say, too


@dataclass(frozen=True, slots=True)
class Absence:
    """Why an offering is not in a list: a code, its rank when it was ranked, and its hit."""

    code: str
    rank: int | None = None
    hit: Hit | None = None


class Searcher:
    """Ranks a catalogue's offerings for one need at a time; holds no state between calls."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        weights: RankWeights | None = None,
        visible: AbstractSet[str] = VISIBLE_STATUSES,
        pool: int = 200,
    ) -> None:
        """Search `catalogue` with `weights`, `pool` candidates per channel."""
        self.catalogue = catalogue
        self.weights = weights or default_weights()
        self._pool = pool
        self._statuses = np.array([doc.status in visible for doc in catalogue.docs], dtype=np.bool_)

    def search(self, query: Query, *, k: int, allowed: Allowed = None) -> list[Hit]:
        """Return the `k` best offerings, best first; equal scores in id order.

        Listing status, validity on `query.on` and `allowed` are applied before ranking, so
        that nothing hidden can influence what is shown.

        Raises:
            InvalidInput: an unknown scene code in `query.scenes`.
            ValueError: `allowed` is a mask of another length than the catalogue.
        """
        inside = self._inside(query, allowed)
        if k <= 0 or not inside.any():
            return []
        channels = self.catalogue.matcher.channels(
            self.need(query), pool=max(self._pool, k), allowed=inside
        )
        hits = [self._hit(query, channels, at) for at in range(len(channels.rows))]
        hits.sort(key=lambda hit: (-hit.score, hit.id))
        return hits[:k]

    def need(self, query: Query) -> Need:
        """Return the need as the text channels see it, with given scenes and industry applied."""
        need = self.catalogue.matcher.need(query.text)
        if query.scenes:
            given = scene_profile(dict(query.scenes), place="query")
            share = GIVEN_SHARE if need.scenes.any() else 1.0
            need = replace(need, scenes=share * given + (1 - share) * need.scenes)
        if query.industry is not None:
            given_profile = declared_profile([query.industry])
            need = replace(need, industries=given_profile, industry_given=True)
        return need

    def why_not(
        self, query: Query, offering_id: str, *, k: int, allowed: Allowed = None
    ) -> Absence:
        """Say why `offering_id` is not among the `k` best: filter, no evidence, or rank.

        Codes: `unknown`, `hidden_status`, `out_of_date`, `not_allowed`, `no_evidence`,
        `ranked_lower`, and `shown` when it is in the list after all.
        """
        row = self.catalogue.row.get(offering_id)
        if row is None:
            return Absence("unknown")
        if not self._statuses[row]:
            return Absence("hidden_status")
        if _expired(self.catalogue.docs[row], query):
            return Absence("out_of_date")
        if not self._inside(query, allowed)[row]:
            return Absence("not_allowed")
        hits = self.search(query, k=len(self.catalogue), allowed=allowed)
        for rank, hit in enumerate(hits, start=1):
            if hit.id == offering_id:
                return Absence("shown" if rank <= k else "ranked_lower", rank, hit)
        return Absence("no_evidence")

    def _inside(self, query: Query, allowed: Allowed) -> Mask:
        docs = self.catalogue.docs
        inside = self._statuses.copy()
        if query.on is not None:
            inside &= ~np.fromiter((_expired(doc, query) for doc in docs), np.bool_, len(docs))
        given = mask_of(allowed, self.catalogue.matcher.ids)
        return inside if given is None else inside & given

    def _hit(self, query: Query, channels: Channels, at: int) -> Hit:
        doc = self.catalogue.docs[int(channels.rows[at])]
        values = {
            "lexical": float(channels.lexical[at]),
            "dense": float(channels.dense[at]),
            "scene": float(channels.scene[at]),
            "industry": float(channels.industry[at]),
            **structured_features(query, doc),
        }
        parts = tuple(self._parts(values, channels))
        score = math.fsum(part.contribution for part in parts)
        return Hit(doc.id, doc.provider_id, score, parts)

    def _parts(self, values: dict[str, float], channels: Channels) -> Iterable[Part]:
        for code, value in values.items():
            weight = float(getattr(self.weights, code))
            if code == "lexical":  # words that hardly meet must not decide
                weight *= gate(channels.confidence, floor=self.weights.gate_floor)
            if code == "industry" and channels.industry_given:
                weight = self.weights.industry_given
            yield Part(code, value, weight, weight * value)


def _expired(doc: OfferingDoc, query: Query) -> bool:
    return query.on is not None and doc.valid_to is not None and doc.valid_to < query.on
