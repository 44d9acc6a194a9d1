"""What is gathered while a report is read, and how the best of it is chosen at the end."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from matching.reports.names import NameMatch, SubdomainNames, fold
from matching.reports.numbers import Grade
from matching.reports.proposal import ScoreProposal, Source, TextProposal, Unresolved, passage
from matching.reports.subjects import named_prefix
from matching.reports.texts import Mode, at_advice, kind_of, labelled_parts, lead_in, sentences

_CONFLICT = 0.15


@dataclass(slots=True)
class Gathered:
    """Raw readings of one report, in its order; `hundred`: the report says its scores go to 100."""

    names: SubdomainNames
    scores: list[ScoreProposal] = field(default_factory=list)
    findings: list[TextProposal] = field(default_factory=list)
    needs: list[TextProposal] = field(default_factory=list)
    trimmed: list[str] = field(default_factory=list)
    unresolved: list[Unresolved] = field(default_factory=list)
    hundred: bool = False

    def add_grade(
        self, code: str, grade: Grade, *, read: str, source: Source, sure_name: bool = True
    ) -> None:
        """Note a one-number grade or a level name."""
        notes: tuple[str, ...] = () if grade.exact else ("rounded",)
        notes += ("level_only",) if grade.from_level else ()
        notes += ("scaled",) if grade.scaled else ()
        notes += () if sure_name else ("unsure_name",)
        weight = (1.0 if grade.exact else 0.85) * (0.8 if grade.from_level else 1.0)
        weight *= 0.65 if grade.scaled else 1.0
        self.scores.append(
            ScoreProposal(
                code,
                grade.scores,
                grade.value,
                grade.exact,
                read,
                replace(source, confidence=round(source.confidence * weight, 3)),
                notes,
            )
        )

    def add_texts(
        self,
        text: str,
        mode: Mode | None,
        *,
        match: NameMatch | None,
        place: str,
        confidence: float,
        how: str,
    ) -> None:
        """Cut a cell or paragraph into sentences and note its findings and needs.

        `match` is the subdomain that row, column or heading gives; without one the words decide.
        """
        for label, part in labelled_parts(text):
            for sentence in (p for s in sentences(part) for p in at_advice(s)):
                body, named = named_prefix(sentence, self.names)
                announced, body = lead_in(body)
                kind = kind_of(body, announced or label or mode)
                if kind is None:
                    continue
                own, value = self._owner(body, _nearer(named, match), confidence)
                proposal = TextProposal(
                    body,
                    own.code if own else None,
                    Source(passage(text), place, round(min(1.0, value), 3), how),
                    own.codes if own and own.code is None else (),
                )
                (self.needs if kind is Mode.NEED else self.findings).append(proposal)

    def _owner(
        self, sentence: str, match: NameMatch | None, confidence: float
    ) -> tuple[NameMatch | None, float]:
        """Let the words decide where no single subdomain is given."""
        if match and match.code:
            return match, confidence * match.confidence
        words, _ = self.names.classify(sentence, among=match.codes if match else ())
        own = words if words and (words.code or match is None) else match
        return own, confidence * (own.confidence if own else 0.3)


def _nearer(named: NameMatch | None, match: NameMatch | None) -> NameMatch | None:
    """A name in front of the sentence counts before that of the row, if it is sure."""
    open_row = match is None or match.code is None
    return named if named and (open_row or named.confidence >= 0.9) else match


def best_scores(found: Iterable[ScoreProposal]) -> tuple[ScoreProposal, ...]:
    """Keep the surest reading of every subdomain; one that differs is listed and lowers it."""
    groups: dict[str, list[ScoreProposal]] = {}
    for score in found:
        groups.setdefault(score.subdomain, []).append(score)
    return tuple(_best(groups[code]) for code in sorted(groups))


def _best(group: Sequence[ScoreProposal]) -> ScoreProposal:
    ordered = sorted(group, key=lambda score: -score.source.confidence)
    best = ordered[0]
    others = tuple(score for score in ordered[1:] if not _agree(best, score))
    if not others:
        agreeing = min(1.0, best.source.confidence + 0.03 * (len(ordered) - 1))
        return replace(best, source=replace(best.source, confidence=round(agreeing, 3)))
    lowered = max(0.1, best.source.confidence - _CONFLICT)
    return replace(
        best,
        source=replace(best.source, confidence=round(lowered, 3)),
        notes=(*best.notes, "conflict"),
        others=others,
    )


def _agree(best: ScoreProposal, other: ScoreProposal) -> bool:
    if best.scores == other.scores:
        return True
    if "level_only" in other.notes and other.grade is not None and best.grade is not None:
        # A level stands for a band: 1.8 up to 2.8 is 二级; whole levels met count as well.
        return int(other.grade) in (int(best.grade + 0.2), int(best.grade))
    return False


def without_repeats(
    found: Iterable[TextProposal], against: Iterable[TextProposal] = ()
) -> tuple[TextProposal, ...]:
    """Drop texts that say again what an earlier or an `against` text of the same subdomain says."""
    kept: list[TextProposal] = []
    keys: list[tuple[str | None, str]] = [(t.subdomain, fold(t.text)) for t in against]
    for proposal in found:
        key = fold(proposal.text)
        twin = next(
            (i for i, (code, k) in enumerate(keys) if _same(key, k, proposal.subdomain, code)), None
        )
        if twin is None:
            keys.append((proposal.subdomain, key))
            kept.append(proposal)
    return tuple(kept)


def _same(left: str, right: str, one: str | None, other: str | None) -> bool:
    if left == right:
        return one == other or one is None or other is None
    if one != other and one is not None and other is not None:
        return False
    short, long = sorted((left, right), key=len)
    return len(short) >= 8 and short in long
