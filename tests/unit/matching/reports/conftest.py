"""The criterion set that reports are read against."""

from pathlib import Path

import pytest

from matching.gaps import CriterionSet, load_criteria, read_reference
from matching.reports import SubdomainNames

REFERENCE = Path(__file__).parents[4] / "seed_data" / "reference"


@pytest.fixture(scope="session")
def criteria() -> CriterionSet:
    return load_criteria(read_reference(REFERENCE))


@pytest.fixture(scope="session")
def names(criteria: CriterionSet) -> SubdomainNames:
    return SubdomainNames(criteria)
