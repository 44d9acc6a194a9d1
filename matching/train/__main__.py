"""Command: train the bundled model from seed data."""

import argparse
import sys
import time
from pathlib import Path

from matching.errors import MatchingError
from matching.train.data import load_corpus_pairs, load_training_data
from matching.train.loop import LoopSettings
from matching.train.model import train

DEFAULTS = LoopSettings()


def main(arguments: list[str] | None = None) -> int:
    """Parse arguments, train, print the loss of each epoch; 1 on unusable data."""
    parser = argparse.ArgumentParser(prog="python -m matching.train", description=__doc__)
    parser.add_argument(
        "--data", type=Path, required=True, help="folder with lexicon/, catalogue/, factories/"
    )
    parser.add_argument("--out", type=Path, required=True, help="model folder to write")
    parser.add_argument("--epochs", type=int, default=DEFAULTS.epochs)
    parser.add_argument("--seed", type=int, default=DEFAULTS.seed)
    parser.add_argument("--threads", type=int, default=DEFAULTS.threads)
    parser.add_argument("--corpus", type=Path, help="pairs.tsv.xz with general text (optional)")
    parser.add_argument("--corpus-pairs", type=int, default=60_000)
    options = parser.parse_args(arguments)
    started = time.monotonic()
    settings = LoopSettings(epochs=options.epochs, seed=options.seed, threads=options.threads)
    try:
        data = load_training_data(options.data)
    except MatchingError as error:
        print(error, file=sys.stderr)
        return 1
    if not data.phrases:
        print(f"{options.data}: no labelled texts found", file=sys.stderr)
        return 1
    corpus = (
        load_corpus_pairs(options.corpus, limit=options.corpus_pairs, seed=options.seed)
        if options.corpus
        else []
    )
    train(data, options.out, settings=settings, corpus=corpus, report=_report)
    print(f"{options.out}: {len(data.phrases)} phrases, {time.monotonic() - started:.0f} s")
    return 0


def _report(epoch: int, loss: float) -> None:
    print(f"epoch {epoch + 1}: loss {loss:.4f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
