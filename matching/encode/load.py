"""From the one model setting to an encoder."""

from pathlib import Path

from matching.encode.base import Encoder


def load_encoder(
    setting: str | Path, *, query_prompt: str = "", document_prompt: str = ""
) -> Encoder:
    """Return the encoder for `setting`: a model folder, or a hub name already on this machine.

    A StaticEmbedding folder is read without torch; anything else goes through
    `SentenceTransformer` with local files only.

    Raises:
        ModelError: the folder or name cannot be used; the message names the file.
    """
    from matching.encode.static import StaticEncoder, static_module

    folder = Path(setting)
    if folder.is_dir() and static_module(folder) is not None:
        return StaticEncoder(folder, query_prompt=query_prompt, document_prompt=document_prompt)
    from matching.encode.sentence import SentenceTransformerEncoder

    return SentenceTransformerEncoder(
        setting, query_prompt=query_prompt, document_prompt=document_prompt
    )
