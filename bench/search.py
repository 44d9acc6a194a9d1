"""Search and start-up: speed as ratios against plain baselines of the same run.

* encoding: the bundled model read with numpy, against the same folder in SentenceTransformer;
* search: the whole ranked search, against an exact dot product over the same vectors;
* start: a process that loads the model without torch, against one that imports torch.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from app.settings import ROOT, Settings
from matching.encode import load_encoder
from matching.rank.catalogue import Catalogue
from matching.rank.lexicon import load_inference_texts, read_table
from matching.rank.scenes import SceneInferer
from matching.rank.searcher import Searcher
from matching.rank.types import OfferingDoc, Query
from matching.text.tokens import Tokeniser

ROUNDS = 5


def seconds(work: Callable[[], object], *, rounds: int = ROUNDS) -> float:
    """Median CPU seconds of `work`."""
    taken = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return median(taken)


def documents(folder: Path) -> list[OfferingDoc]:
    """The seed catalogue as index records."""
    return [
        OfferingDoc(
            id=row["key"],
            provider_id=row["provider"],
            name=row["name"],
            pain_points=row["pain_points"],
            description=row["description"],
            functions=row["functions"],
            scenes=tuple(s for s in row["scenes"].split(";") if s),
        )
        for file in sorted(folder.glob("offerings_*.tsv"))
        for _, row in read_table(file)
    ]


def start_seconds(code: str) -> float:
    """Wall seconds of a fresh interpreter that runs `code`."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
    return time.monotonic() - started


def main() -> None:
    """Print one line a figure."""
    settings = Settings()
    encoder = load_encoder(settings.model)
    docs = documents(settings.seed_dir / "catalogue")
    texts = [doc.text for doc in docs]
    tokeniser = Tokeniser()
    scenes = SceneInferer(
        load_inference_texts(settings.seed_dir), encoder=encoder, tokeniser=tokeniser
    )
    searcher = Searcher(Catalogue(docs, encoder=encoder, scenes=scenes, tokeniser=tokeniser))
    query = Query(text="轴承坏了才知道，停一次少轧几百吨", industry="C31", region="唐山")
    vectors = searcher.catalogue.matcher.vectors.vectors
    asked = encoder.encode_queries([query.text])[0]

    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(settings.model, local_files_only=True)
    ours = seconds(lambda: encoder.encode_documents(texts))
    theirs = seconds(lambda: plain.encode(texts, show_progress_bar=False))
    print(f"encode {len(texts)} offerings: {ours:.3f} s, {theirs / ours:.1f} x faster than torch")
    search = seconds(lambda: searcher.search(query, k=20))
    dot = seconds(lambda: np.argsort(-(vectors @ asked))[:20])
    print(f"search: {search * 1000:.1f} ms, {search / max(dot, 1e-6):.0f} x one dot product")
    light = start_seconds(
        f"from matching.encode import load_encoder; load_encoder({settings.model!r})"
        ".encode_queries(['轴承'])"
    )
    heavy = start_seconds("import sentence_transformers")
    print(f"start: {light:.2f} s to the first vector, {heavy / light:.1f} x faster than torch")


if __name__ == "__main__":
    main()
