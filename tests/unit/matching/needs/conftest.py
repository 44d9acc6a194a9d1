"""The bundled model, the lexicon and the criterion set, loaded once."""

import pytest

from app.settings import ROOT
from matching.encode import load_encoder
from matching.gaps import load_criteria, read_reference
from matching.needs.propose import NeedProposer
from matching.rank.lexicon import load_inference_texts
from matching.rank.scenes import SceneInferer
from matching.text.tokens import Tokeniser

SEED = ROOT / "seed_data"


@pytest.fixture(scope="session")
def encoder():
    return load_encoder(str(ROOT / "matching" / "models" / "jizhi-static-zh"))


@pytest.fixture(scope="session")
def tokeniser():
    return Tokeniser()


@pytest.fixture(scope="session")
def scenes(encoder, tokeniser):
    return SceneInferer(load_inference_texts(SEED), encoder=encoder, tokeniser=tokeniser)


@pytest.fixture(scope="session")
def criteria():
    return load_criteria(read_reference(SEED / "reference"))


@pytest.fixture(scope="session")
def proposer(scenes, criteria, tokeniser):
    return NeedProposer(scenes=scenes, criteria=criteria, tokeniser=tokeniser)
