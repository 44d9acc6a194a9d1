"""The weights of the score: data beside the code, shown to users as they are."""

import json
import math
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path

from matching.errors import InvalidInput
from matching.rank.text_match import TextWeights


@dataclass(frozen=True, slots=True)
class RankWeights:
    """Weight per feature. Payment has none, and what a provider merely claims has little.

    The first six rank the text (see `TextWeights`); the others are facts about offering and
    provider and together stay below the weight of the text.
    """

    lexical: float
    dense: float
    scene: float
    industry: float
    industry_given: float
    gate_floor: float
    region: float
    verified_cases: float
    industry_cases: float
    certificates: float
    freshness: float
    price: float
    weeks: float
    prerequisites: float

    @property
    def text(self) -> TextWeights:
        """The part that the text blend uses."""
        return TextWeights(
            lexical=self.lexical,
            dense=self.dense,
            scene=self.scene,
            industry=self.industry,
            industry_given=self.industry_given,
            gate_floor=self.gate_floor,
        )


def load_weights(file: Path) -> RankWeights:
    """Read weights from a JSON object with exactly the fields of `RankWeights`.

    Raises:
        InvalidInput: missing or unknown names, or a value that is not a finite number >= 0.
    """
    raw = json.loads(file.read_text("utf-8"))
    names = {field.name for field in fields(RankWeights)}
    if not isinstance(raw, dict) or set(raw) != names:
        raise InvalidInput("bad_weights", file.name, f"expected exactly the names {sorted(names)}")
    for name, value in raw.items():
        if not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise InvalidInput("bad_weight", f"{file.name}:{name}", f"{value!r} is no number >= 0")
    return RankWeights(**{name: float(value) for name, value in raw.items()})


@cache
def default_weights() -> RankWeights:
    """Return the shipped weights (`weights.json` beside this module)."""
    return load_weights(Path(__file__).with_name("weights.json"))


def as_dict(weights: RankWeights) -> dict[str, float]:
    """Return the weights by name, for the public weights page."""
    return asdict(weights)
