"""All offerings with their arrays and indexes: built once, searched often, never changed."""

from collections.abc import Sequence

import numpy as np

from matching.encode.base import Encoder
from matching.errors import InvalidInput
from matching.index.base import Mask
from matching.index.faiss_index import FaissIndex
from matching.rank.industries import IndustryInferer, declared_profile, default_industries
from matching.rank.scenes import COLUMN, SCENES, SceneInferer
from matching.rank.text_match import Floats, TextMatcher
from matching.rank.types import OfferingDoc
from matching.text.tokens import Tokeniser

DECLARED_SHARE = 0.6  # of a scene profile; the rest is what the text itself sounds like
GENERAL_INDUSTRY = 0.3  # fit of an offering made for no industry in particular


class Catalogue:
    """Offerings in row order, with the text matcher over them."""

    def __init__(
        self,
        docs: Sequence[OfferingDoc],
        *,
        encoder: Encoder,
        scenes: SceneInferer,
        tokeniser: Tokeniser | None = None,
        industries: IndustryInferer | None = None,
        vectors: FaissIndex | None = None,
    ) -> None:
        """Index `docs`; `vectors` from a verified snapshot of the same offerings save encoding.

        Raises:
            InvalidInput: two offerings with one id, or an unknown scene code.
        """
        self.docs = tuple(docs)
        self.tokeniser = tokeniser or Tokeniser()
        self.scene_inferer = scenes
        self.row = {doc.id: row for row, doc in enumerate(self.docs)}
        if len(self.row) != len(self.docs):
            raise InvalidInput("duplicate_id", "catalogue", "two offerings share an id")
        self.matcher = TextMatcher(
            [(doc.id, doc.text) for doc in self.docs],
            encoder=encoder,
            tokeniser=self.tokeniser,
            scenes=scenes,
            industries=industries or default_industries(),
            vectors=vectors,
        )
        for row, doc in enumerate(self.docs):
            self._declare(row, doc)

    def __len__(self) -> int:
        """Number of offerings."""
        return len(self.docs)

    def mask(self, ids: frozenset[str] | set[str]) -> Mask:
        """Return the row mask of a set of ids; unknown ids are ignored."""
        return np.fromiter((doc.id in ids for doc in self.docs), np.bool_, len(self.docs))

    def _declare(self, row: int, doc: OfferingDoc) -> None:
        """Mix what the provider declares into the inferred profiles."""
        if doc.scenes:
            inferred = self.matcher.scene_profiles[row]
            declared = scene_profile(dict.fromkeys(doc.scenes, 1.0), place=doc.id)
            share = DECLARED_SHARE if inferred.any() else 1.0
            self.matcher.scene_profiles[row] = share * declared + (1 - share) * inferred
        # A declared industry is a fact for the filter; a general offering fits all a little.
        self.matcher.industry_profiles[row] = (
            declared_profile(doc.industries) if doc.industries else GENERAL_INDUSTRY
        )


def scene_profile(weights: dict[str, float], *, place: str) -> Floats:
    """Return scene weights as shares, `(40,)` summing to 1; InvalidInput on an unknown code."""
    profile = np.zeros(len(SCENES), dtype=np.float32)
    for code, weight in weights.items():
        if code not in COLUMN or weight < 0:
            raise InvalidInput("unknown_scene", f"{place}.scenes.{code}", "no scene S01..S40")
        profile[COLUMN[code]] = weight
    total = float(profile.sum())
    return np.asarray(profile / total, dtype=np.float32) if total > 0 else profile
