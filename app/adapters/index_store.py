"""The catalogue index beside the database: follows it, snapshots itself, says how fresh it is.

The database is the truth. Each request compares the catalogue version (the outbox's last
number) with the version the index has applied; when they differ, the index is built again from
the database before it answers, so a published change is seen by the next search. It is built
again on a new day, too, because certificates run out and entries grow old without any change.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

from sqlalchemy.orm import Session

from app.core.clock import china_today
from app.queries import catalogue as catalogue_queries
from matching.encode import Encoder, load_encoder
from matching.index.faiss_index import FaissIndex
from matching.index.snapshot import SnapshotError, load_snapshot, save_snapshot
from matching.rank.catalogue import Catalogue
from matching.rank.lexicon import load_inference_texts
from matching.rank.scenes import SceneInferer
from matching.rank.searcher import Searcher
from matching.text.tokens import Tokeniser


@dataclass(frozen=True)
class LiveIndex:
    """A searcher with the catalogue version and the day it was built for; only ever replaced."""

    searcher: Searcher
    version: int
    day: date


class IndexStore:
    """Gives a searcher that is as fresh as the database."""

    def __init__(
        self,
        *,
        folder: Path,
        model: str,
        query_prompt: str,
        document_prompt: str,
        labelled_texts: Path,
    ) -> None:
        """Remember where things lie; model and index are loaded on first use."""
        self._folder = folder
        self._model = model
        self._prompts = (query_prompt, document_prompt)
        self._labelled_texts = labelled_texts
        self._live: LiveIndex | None = None
        self._building = Lock()

    @cached_property
    def encoder(self) -> Encoder:
        """The embedding model of the settings."""
        query_prompt, document_prompt = self._prompts
        return load_encoder(self._model, query_prompt=query_prompt, document_prompt=document_prompt)

    @cached_property
    def _tokeniser(self) -> Tokeniser:
        return Tokeniser()

    @cached_property
    def scenes(self) -> SceneInferer:
        """The scene inference over the shipped lexicon."""
        return SceneInferer(
            load_inference_texts(self._labelled_texts),
            encoder=self.encoder,
            tokeniser=self._tokeniser,
        )

    def require_model(self) -> None:
        """Raise when model or lexicon cannot be loaded."""
        self.scenes  # noqa: B018 - loading is the check

    def live(self, session: Session, *, now: datetime) -> LiveIndex:
        """Give an index of the present catalogue version, building it when it is behind."""
        version = catalogue_queries.catalogue_version(session)
        wanted = (version, china_today(now))
        live = self._live
        if live is not None and (live.version, live.day) == wanted:
            return live
        with self._building:
            live = self._live
            if live is None or (live.version, live.day) != wanted:
                live = self._build(session, version, now=now)
                self._live = live
            return live

    def build_snapshot(self, session: Session, *, now: datetime) -> LiveIndex:
        """Build from the database and write the vectors as a new verified generation."""
        version = catalogue_queries.catalogue_version(session)
        with self._building:
            live = self._build(session, version, now=now, reuse=False)
            save_snapshot(
                self._folder,
                live.searcher.catalogue.matcher.vectors,
                model_fingerprint=self.encoder.fingerprint,
                catalogue_version=str(version),
            )
            self._live = live
        return live

    def snapshot_state(self, session: Session) -> dict[str, str | int]:
        """Say what lies on disk: its version, size, and "ok", "behind" or what is wrong."""
        version = catalogue_queries.catalogue_version(session)
        try:
            snapshot = load_snapshot(self._folder, model_fingerprint=self.encoder.fingerprint)
        except SnapshotError as error:
            return {"state": str(error), "database_version": version}
        applied = int(snapshot.manifest.catalogue_version)
        return {
            "state": "ok" if applied == version else "behind",
            "database_version": version,
            "snapshot_version": applied,
            "offerings": snapshot.manifest.count,
            "dim": snapshot.manifest.dim,
            "model": snapshot.manifest.model_fingerprint,
        }

    def _build(
        self, session: Session, version: int, *, now: datetime, reuse: bool = True
    ) -> LiveIndex:
        docs = catalogue_queries.offering_docs(session, now=now)
        catalogue = Catalogue(
            docs,
            encoder=self.encoder,
            scenes=self.scenes,
            tokeniser=self._tokeniser,
            vectors=self._stored_vectors(version) if reuse else None,
        )
        return LiveIndex(Searcher(catalogue), version, china_today(now))

    def _stored_vectors(self, version: int) -> FaissIndex | None:
        """Give the vectors on disk when they are whole, of this model and of this version."""
        try:
            snapshot = load_snapshot(self._folder, model_fingerprint=self.encoder.fingerprint)
        except SnapshotError:
            return None
        return snapshot.index if int(snapshot.manifest.catalogue_version) == version else None
