"""Every encoder keeps the promises of `Encoder`."""

from pathlib import Path

import numpy as np
import pytest

from matching.encode import Encoder, HashingEncoder, load_encoder
from matching.encode.base import ModelError
from matching.encode.sentence import SentenceTransformerEncoder
from matching.encode.static import StaticEncoder
from matching.text import Tokeniser
from matching.train.export import write_model
from matching.train.vocabulary import build_tokenizer, choose_words

TEXTS = ["点检表还是手抄的", "AGV 小车送料", "月底对不上账，备件找不到"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small static model with random but fixed rows."""
    counts = choose_words(TEXTS * 2, tokeniser=Tokeniser(), limit=50)
    tokenizer = build_tokenizer(counts)
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(tokenizer.get_vocab_size(), 32)).astype(np.float32)
    out = tmp_path_factory.mktemp("model") / "static"
    write_model(out, tokenizer, rows, facts={"pairs": 0, "phrases": 0, "epochs": 0})
    return out


@pytest.fixture(
    scope="module",
    params=["hashing", "static", pytest.param("sentence", marks=pytest.mark.slow)],
)
def encoder(request: pytest.FixtureRequest, folder: Path) -> Encoder:
    """One encoder of each kind."""
    if request.param == "hashing":
        return HashingEncoder(dim=32)
    if request.param == "static":
        return load_encoder(folder)
    return SentenceTransformerEncoder(folder)


def test_rows_are_float32_unit_vectors(encoder: Encoder) -> None:
    for rows in (encoder.encode_queries(TEXTS), encoder.encode_documents(TEXTS)):
        assert rows.dtype == np.float32
        assert rows.shape == (3, encoder.dim) == (3, 32)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_text_gets_the_same_vector_alone_and_in_company(encoder: Encoder) -> None:
    alone = encoder.encode_queries(TEXTS[1:2])[0]

    np.testing.assert_allclose(encoder.encode_queries(TEXTS)[1], alone, atol=1e-6)


def test_different_texts_get_different_vectors(encoder: Encoder) -> None:
    rows = encoder.encode_queries(TEXTS)

    assert float((rows @ rows.T)[~np.eye(3, dtype=bool)].max()) < 0.99


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_documents([]).shape == (0, 32)


def test_an_empty_text_gives_zeros_not_nan(encoder: Encoder) -> None:
    np.testing.assert_array_equal(encoder.encode_queries(["", TEXTS[0]])[0], np.zeros(32))


def test_the_fingerprint_is_a_sha256(encoder: Encoder) -> None:
    assert len(bytes.fromhex(encoder.fingerprint)) == 32


@pytest.mark.slow
def test_static_encoder_agrees_with_sentence_transformers(folder: Path) -> None:
    ours = StaticEncoder(folder).encode_queries(TEXTS)
    theirs = SentenceTransformerEncoder(folder).encode_queries(TEXTS)

    assert float((ours * theirs).sum(axis=1).min()) >= 0.9999


def test_prompts_change_vectors_and_fingerprint(folder: Path) -> None:
    plain = load_encoder(folder)
    prompted = load_encoder(folder, query_prompt="备件：")

    assert prompted.fingerprint != plain.fingerprint
    np.testing.assert_array_equal(prompted.encode_documents(TEXTS), plain.encode_documents(TEXTS))
    np.testing.assert_allclose(
        prompted.encode_queries(["点检"]), plain.encode_queries(["备件：点检"]), atol=1e-6
    )


def test_a_static_folder_is_read_without_torch(folder: Path) -> None:
    assert isinstance(load_encoder(str(folder)), StaticEncoder)


def test_truncated_weights_are_refused_by_name(folder: Path, tmp_path: Path) -> None:
    for file in folder.glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    weights = (folder / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(weights[: len(weights) // 2])

    with pytest.raises(ModelError, match=r"model\.safetensors"):
        load_encoder(tmp_path)


@pytest.mark.slow
def test_a_missing_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        load_encoder(tmp_path / "nowhere")
