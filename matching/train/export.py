"""Write a trained table as a sentence-transformers folder: safetensors, no pickle."""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from matching.encode.base import Vectors

MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.sentence_transformer.modules.static_embedding"
        ".StaticEmbedding",
    },
]
CARD = """---
language: zh
library_name: sentence-transformers
license: apache-2.0
tags: [sentence-transformers, static-embedding, smart-manufacturing]
---
# jizhi-static-zh

Static Chinese embeddings for matching factory needs with smart-manufacturing offerings
(冀智对接). Made by `python -m matching.train`; texts, seed and versions are in `manifest.json`.

* {tokens} tokens (characters and domain words), {dim} dimensions, {pairs} fixed pairs and
  {phrases} labelled phrases, {epochs} epochs, in-batch negatives, same-scene negatives masked.
* Use: `SentenceTransformer(folder, local_files_only=True)`, or without torch
  `matching.encode.load_encoder(folder)`. No prompts. Texts up to a few hundred characters.
* Limits: knows the vocabulary of its training texts; scenes without phrases are matched poorly.
{attribution}"""


def write_model(
    folder: Path,
    tokenizer: Tokenizer,
    rows: Vectors,
    *,
    facts: Mapping[str, object],
    attribution: str = "",
) -> None:
    """Write `folder` (created when missing); `facts` go to manifest.json as they are."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    save_file({"embedding.weight": np.ascontiguousarray(rows, dtype=np.float32)}, weights)
    weights.chmod(0o644)  # the writer leaves it readable for its owner only
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    _write_json(folder / "modules.json", MODULES)
    _write_json(
        folder / "config_sentence_transformers.json",
        {
            "__version__": {"sentence_transformers": version("sentence-transformers")},
            "default_prompt_name": None,
            "model_type": "SentenceTransformer",
            "prompts": {"document": "", "query": ""},
            "similarity_fn_name": "cosine",
        },
    )
    card = CARD.format(tokens=len(rows), dim=rows.shape[1], attribution=attribution, **facts)
    (folder / "README.md").write_text(card, "utf-8")
    files = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("model.safetensors", "tokenizer.json")
    }
    _write_json(folder / "manifest.json", {**facts, "files": files})


def _write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")
