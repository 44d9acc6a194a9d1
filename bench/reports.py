"""How well reports are read: precision and recall on the made reports, both halves told apart.

Run `python -m bench.reports`; `--json` prints one object. The reader was written without sight of
these files; after a first measurement its author saw the half called `dev`, never `held_out`.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.adapters.documents import extract
from app.settings import ROOT
from matching.gaps import CriterionSet, load_criteria, read_reference
from matching.reports import ReportProposal, ScoreProposal, read_report
from tests.data.report_scores import measure


def neutral(found: ReportProposal) -> dict[str, Any]:
    """Write a proposal in the form of the truth files."""
    return {
        "mfg_type": found.mfg_type.value if found.mfg_type else None,
        "scores": {score.subdomain: _score(score) for score in found.scores},
        "findings": [{"subdomain": t.subdomain, "text": t.text} for t in found.findings],
        "needs": [{"subdomain": t.subdomain, "text": t.text} for t in found.needs],
        "scenes": {state.scene: state.status.value for state in found.scenes},
        "kpis": {
            kpi.kpi: {"before": kpi.before, "now": kpi.value if kpi.after is None else kpi.after}
            for kpi in found.kpis
        },
    }


def _score(score: ScoreProposal) -> Mapping[str, Any]:
    return {"grade": score.grade, "levels": list(score.scores), "as_written": score.read}


def propose(path: Path, criteria: CriterionSet) -> dict[str, Any]:
    """Read one file as an upload is read, and propose."""
    return neutral(read_report(extract(path.read_bytes(), file_name=path.name), criteria))


def main() -> None:
    """Measure all files and print precision/recall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("dev", "held_out"))
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    criteria = load_criteria(read_reference(ROOT / "seed_data" / "reference"))
    found = measure(lambda path: propose(path, criteria), half=arguments.half)
    if not arguments.json:
        print(found.table())
        return
    print(
        json.dumps(
            {
                half: {
                    name: {"precision": tally.precision, "recall": tally.recall}
                    for name, tally in tallies.items()
                }
                for half, tallies in {**found.halves, "all": found.everything}.items()
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
