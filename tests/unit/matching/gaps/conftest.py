"""The real reference data, read once."""

from pathlib import Path

import pytest

from matching.gaps import CriterionSet, load_criteria, read_reference

REFERENCE = Path(__file__).parents[4] / "seed_data" / "reference"


@pytest.fixture(scope="session")
def reference() -> dict[str, object]:
    return read_reference(REFERENCE)


@pytest.fixture(scope="session")
def criteria(reference: dict[str, object]) -> CriterionSet:
    return load_criteria(reference)
