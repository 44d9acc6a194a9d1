"""Static embedding models without torch: the same files, the same vectors, 0.15 s to start."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matching.encode.base import ModelError, Vectors, fingerprint_of, unit_rows

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH = 512  # larger batches fall out of the cache and run at half the speed (measured)


class StaticEncoder:
    """Reads a sentence-transformers `StaticEmbedding` folder: mean of token rows."""

    def __init__(self, folder: Path, *, query_prompt: str = "", document_prompt: str = "") -> None:
        """Load `folder`; raise `ModelError` when a file is missing or of the wrong kind."""
        module = static_module(folder)
        if module is None:
            raise ModelError(f"{folder}: modules.json does not describe a StaticEmbedding model")
        self._weights = _read_weights(module / "model.safetensors")
        self._tokenizer = _read_tokenizer(module / "tokenizer.json")
        if self._tokenizer.get_vocab_size() > len(self._weights):
            raise ModelError(
                f"{module}: tokenizer.json has {self._tokenizer.get_vocab_size()} tokens, "
                f"model.safetensors only {len(self._weights)} rows"
            )
        self._prompts = (query_prompt, document_prompt)
        self._fingerprint = fingerprint_of(
            (module / "model.safetensors", module / "tokenizer.json"), prompts=self._prompts
        )

    @property
    def dim(self) -> int:
        """Length of each vector."""
        return int(self._weights.shape[1])

    @property
    def fingerprint(self) -> str:
        """SHA-256 over weights, tokenizer and prompts."""
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode needs, each with the query prompt in front."""
        return self._encode(texts, prompt=self._prompts[0])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode offerings, each with the document prompt in front."""
        return self._encode(texts, prompt=self._prompts[1])

    def _encode(self, texts: Sequence[str], *, prompt: str) -> Vectors:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for start in range(0, len(texts), BATCH):
            batch = [prompt + text for text in texts[start : start + BATCH]]
            encodings = self._tokenizer.encode_batch_fast(batch, add_special_tokens=False)
            ids = [np.asarray(encoding.ids, dtype=np.int64) for encoding in encodings]
            filled = [index for index, tokens in enumerate(ids) if len(tokens)]
            if filled:
                flat = np.concatenate([ids[index] for index in filled])
                lengths = np.array([len(ids[index]) for index in filled])
                starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
                sums = np.add.reduceat(self._weights[flat], starts, axis=0)
                rows[start + np.array(filled)] = sums / lengths[:, None]
        return unit_rows(rows)


def static_module(folder: Path) -> Path | None:
    """Return the sub-folder of `folder` that holds a StaticEmbedding, or None.

    Raises:
        ModelError: modules.json is no valid JSON list.
    """
    listing = folder / "modules.json"
    if not listing.is_file():
        return None
    try:
        modules = json.loads(listing.read_text("utf-8"))
        kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
        path = str(modules[0]["path"])
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ModelError(f"{listing}: not a sentence-transformers module list") from error
    if kinds[0] != "StaticEmbedding" or set(kinds[1:]) - {"Normalize"}:
        return None
    return folder / path


def _read_weights(file: Path) -> Vectors:
    from safetensors.numpy import load_file

    try:
        tensors: dict[str, NDArray[np.generic]] = load_file(file)
    except Exception as error:  # the Rust reader raises its own exception types
        raise ModelError(f"{file}: cannot be read as safetensors ({error})") from error
    weights = tensors.get("embedding.weight", tensors.get("embeddings"))
    if weights is None or weights.ndim != 2:
        raise ModelError(f"{file}: holds no two-dimensional embedding.weight")
    return np.ascontiguousarray(weights, dtype=np.float32)


def _read_tokenizer(file: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:  # the Rust reader raises a bare Exception
        raise ModelError(f"{file}: cannot be read as a tokenizer ({error})") from error
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
