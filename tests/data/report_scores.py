"""Measure what a reader of assessment reports proposes against the truth of the made reports.

A proposal is a dict like a truth file: `mfg_type`, `scores` (code -> `grade` and/or five `levels`),
`findings` and `needs` (lists of `subdomain` and `text`), `scenes` (code -> status), `kpis`
(code -> `before`, `now`). Missing keys count as nothing proposed.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

REPORTS = Path(__file__).parent / "reports"
GRADE_TOLERANCE = 0.05
OVERLAP_MIN = 0.6
MEASURES = (
    "mfg_type",
    "scores",
    "findings",
    "finding_texts",
    "needs",
    "need_texts",
    "scenes",
    "kpis",
)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many proposals were right, how many were made, how many the truth has."""

    right: int = 0
    proposed: int = 0
    expected: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.right + other.right, self.proposed + other.proposed, self.expected + other.expected
        )

    @property
    def precision(self) -> float | None:
        """Right of proposed; None when nothing was proposed."""
        return self.right / self.proposed if self.proposed else None

    @property
    def recall(self) -> float | None:
        """Right of expected; None when nothing was expected."""
        return self.right / self.expected if self.expected else None


Tallies = dict[str, Tally]


@dataclass(frozen=True, slots=True)
class Report:
    """One made report: its files and the half it belongs to (dev or held_out)."""

    name: str
    path: Path
    half: str
    layout: str
    truth: dict


@dataclass(frozen=True, slots=True)
class Measurement:
    """Tallies by file name, by half, and over all files (micro: counts are added up)."""

    files: dict[str, Tallies]
    halves: dict[str, Tallies]
    everything: Tallies

    def table(self) -> str:
        """Return precision/recall by measure, one line a file and a half, for people."""
        lines = [f"{'':26}" + "".join(f"{m:>16}" for m in MEASURES)]
        rows = {**self.files, **self.halves, "all": self.everything}
        for name, tallies in rows.items():
            cells = [f"{_percent(t.precision)}/{_percent(t.recall)}" for t in tallies.values()]
            lines.append(f"{name:26}" + "".join(f"{c:>16}" for c in cells))
        return "\n".join(lines)


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.0f}"


def load_reports(half: str | None = None) -> list[Report]:
    """Return the made reports of one half, or all."""
    index = json.loads((REPORTS / "index.json").read_text(encoding="utf-8"))["reports"]
    return [
        Report(
            name=entry["name"],
            path=REPORTS / entry["file"],
            half=entry["half"],
            layout=entry["layout"],
            truth=json.loads((REPORTS / entry["truth"]).read_text(encoding="utf-8")),
        )
        for entry in index
        if half is None or entry["half"] == half
    ]


def overlap(a: str, b: str) -> float:
    """Return the F1 (0 to 1) of the character bigrams of two texts, white space left out."""
    left, right = _bigrams(a), _bigrams(b)
    shared = (left & right).total()
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


def _bigrams(text: str) -> Counter[str]:
    packed = "".join(text.split())
    return Counter(packed[i : i + 2] for i in range(len(packed) - 1)) or Counter([packed])


def _same_score(truth: Mapping, proposal: Mapping) -> bool:
    if truth.get("grade") is not None:
        grade = proposal.get("grade")
        return grade is not None and abs(grade - truth["grade"]) <= GRADE_TOLERANCE + 1e-9
    levels = proposal.get("levels") or []
    return len(levels) == len(truth["levels"]) and all(
        value is not None and abs(value - wanted) <= GRADE_TOLERANCE + 1e-9
        for value, wanted in zip(levels, truth["levels"], strict=True)
    )


def _tally_map(truth: Mapping, proposal: Mapping, same: Callable[[object, object], bool]) -> Tally:
    right = sum(code in truth and same(truth[code], value) for code, value in proposal.items())
    return Tally(right, len(proposal), len(truth))


def _tally_texts(truth: list[dict], proposal: list[dict], *, with_subdomain: bool) -> Tally:
    """Pair passages by falling overlap, each truth and each proposal at most once."""
    pairs = sorted(
        (
            (-overlap(wanted["text"], made["text"]), i, j)
            for i, wanted in enumerate(truth)
            for j, made in enumerate(proposal)
            if not with_subdomain or wanted["subdomain"] == made.get("subdomain")
        ),
    )
    used_truth: set[int] = set()
    used_made: set[int] = set()
    for worth, i, j in pairs:
        if -worth >= OVERLAP_MIN and i not in used_truth and j not in used_made:
            used_truth.add(i)
            used_made.add(j)
    return Tally(len(used_truth), len(proposal), len(truth))


def _same_kpi(truth: Mapping, proposal: Mapping) -> bool:
    return all(
        proposal.get(key) is not None and abs(proposal[key] - truth[key]) < 1e-6
        for key in ("before", "now")
    )


def _tally_type(truth: str | None, proposal: str | None) -> Tally:
    right = truth is not None and truth == proposal
    return Tally(int(right), int(proposal is not None), int(truth is not None))


def score_report(truth: Mapping, proposal: Mapping) -> Tallies:
    """Return a tally for every one of `MEASURES` for one file."""
    findings, made_findings = truth["findings"], proposal.get("findings", [])
    needs, made_needs = truth["needs"], proposal.get("needs", [])
    return {
        "mfg_type": _tally_type(truth["mfg_type"], proposal.get("mfg_type")),
        "scores": _tally_map(truth["scores"], proposal.get("scores", {}), _same_score),
        "findings": _tally_texts(findings, made_findings, with_subdomain=True),
        "finding_texts": _tally_texts(findings, made_findings, with_subdomain=False),
        "needs": _tally_texts(needs, made_needs, with_subdomain=True),
        "need_texts": _tally_texts(needs, made_needs, with_subdomain=False),
        "scenes": _tally_map(truth["scenes"], proposal.get("scenes", {}), lambda a, b: a == b),
        "kpis": _tally_map(truth["kpis"], proposal.get("kpis", {}), _same_kpi),
    }


def add_up(tallies: Iterable[Tallies]) -> Tallies:
    """Return the micro sum: counts of all files added up by measure."""
    total = dict.fromkeys(MEASURES, Tally())
    for one in tallies:
        total = {name: total[name] + one[name] for name in MEASURES}
    return total


def measure(propose: Callable[[Path], Mapping], *, half: str | None = None) -> Measurement:
    """Let `propose` read every file (of one half) and tell how right it was."""
    reports = load_reports(half)
    files = {r.name: score_report(r.truth, propose(r.path)) for r in reports}
    halves = {
        name: add_up(files[r.name] for r in reports if r.half == name)
        for name in sorted({r.half for r in reports})
    }
    return Measurement(files, halves, add_up(files.values()))
