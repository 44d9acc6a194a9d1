"""Any sentence-transformers model, by folder or name, offline. Loads torch: keep off the web."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from matching.encode.base import ModelError, Vectors, fingerprint_of, unit_rows

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WEIGHT_FILES = ("*.safetensors", "tokenizer.json", "vocab.txt", "*.model", "*config*.json")


class SentenceTransformerEncoder:
    """Wraps `SentenceTransformer` with query and document prompts."""

    def __init__(
        self, setting: str | Path, *, query_prompt: str = "", document_prompt: str = ""
    ) -> None:
        """Load folder or cached model name `setting`; never goes to the network.

        Raises:
            ModelError: there is no such model on this machine, or it is not safetensors.
        """
        self._model = _load(setting)
        self._prompts = (query_prompt, document_prompt)
        self._fingerprint = _fingerprint(setting, self._model, self._prompts)

    @property
    def dim(self) -> int:
        """Length of each vector."""
        return int(self._model.encode(["a"], show_progress_bar=False).shape[1])

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the model's files (or its tensors) and the prompts."""
        return self._fingerprint

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode needs, each with the query prompt in front."""
        return self._encode(texts, prompt=self._prompts[0])

    def encode_documents(self, texts: Sequence[str]) -> Vectors:
        """Encode offerings, each with the document prompt in front."""
        return self._encode(texts, prompt=self._prompts[1])

    def _encode(self, texts: Sequence[str], *, prompt: str) -> Vectors:
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        rows = self._model.encode(
            [prompt + text for text in texts], show_progress_bar=False, convert_to_numpy=True
        )
        return unit_rows(np.nan_to_num(np.asarray(rows, dtype=np.float32)))


def _load(setting: str | Path) -> "SentenceTransformer":
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(
            str(setting),
            device="cpu",
            local_files_only=True,
            model_kwargs={"use_safetensors": True},  # a pickle checkpoint could run code
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"model {setting}: not found here or unreadable ({error})") from error


def _fingerprint(setting: str | Path, model: "SentenceTransformer", prompts: Sequence[str]) -> str:
    folder = Path(setting)
    if folder.is_dir():
        files = sorted({file for glob in WEIGHT_FILES for file in folder.rglob(glob)})
        return fingerprint_of(files, prompts=prompts)
    digest = hashlib.sha256(str(setting).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().float().numpy().tobytes())
    for prompt in prompts:
        digest.update(prompt.encode())
    return digest.hexdigest()
