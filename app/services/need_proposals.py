"""From a factory's own words, its gaps or a report to proposed needs, and to saved ones.

Proposing writes nothing: a person looks at each proposal, changes it, and only then is it saved.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actors import Actor
from app.core.errors import Blocked, InvalidInput
from app.core.problems import Problem
from app.models import Factory, Finding, Need, NeedStatus
from app.permissions import Permission, require
from app.queries import need_texts
from app.services.needs import MAX_SYMPTOM, NeedDraft, need_problems, save_need
from matching.encode import Encoder
from matching.gaps import CriterionSet, GapAnalysis, ReasonKind, SceneGap, SubdomainGap
from matching.needs.duplicates import similar_needs
from matching.needs.propose import NeedProposal, NeedProposer
from matching.needs.split import Split, split_problems
from matching.needs.warnings import TextWarning, text_warnings
from matching.rank.scenes import SceneInferer
from matching.text.tokens import Tokeniser

MAX_TEXT = 5_000
MAX_PROBLEMS = 12
MAX_SUBDOMAINS = 6
ORIGINS = ("symptom", "gap", "report")
MOST_SIMILAR = 3
GAP_SCENES = 3  # a gap may name ten scenes that would help; a need starts with the first ones


@dataclass(frozen=True, slots=True)
class NeedEngine:
    """The parts that judge texts."""

    proposer: NeedProposer
    scenes: SceneInferer
    encoder: Encoder


@dataclass(frozen=True, slots=True)
class StartText:
    """A text to make a need of, with what is known of it already.

    `kind` is one of `ORIGINS`; `source` names the gap (S.., M..) or the report. Scenes and
    subdomains that are given are chosen; without them the proposal's own are.
    """

    text: str
    title: str = ""
    scenes: tuple[str, ...] = ()
    subdomains: tuple[str, ...] = ()
    kind: str = "symptom"
    source: str = ""

    @property
    def origin(self) -> dict[str, object]:
        """Give what the need stores about where it came from."""
        return {"kind": self.kind, "source": self.source} if self.source else {"kind": self.kind}


@dataclass(frozen=True, slots=True)
class NearNeed:
    """A need of the factory that says nearly the same; `likeness` in 0..1."""

    need_id: UUID
    title: str
    status: NeedStatus
    likeness: float


@dataclass(frozen=True, slots=True)
class ProposedNeed:
    """One text with what is proposed for it and what should be looked at before it is saved."""

    start: StartText
    proposal: NeedProposal
    warnings: tuple[TextWarning, ...]
    similar: tuple[NearNeed, ...]


@dataclass(frozen=True, slots=True)
class NeedToSave:
    """A confirmed proposal; the form carries its key, so that sending it twice saves once."""

    need_id: UUID
    draft: NeedDraft


@cache
def _tokeniser() -> Tokeniser:
    return Tokeniser()


def need_engine(*, scenes: SceneInferer, encoder: Encoder, criteria: CriterionSet) -> NeedEngine:
    """Build the engine from the parts of the application."""
    proposer = NeedProposer(scenes=scenes, criteria=criteria, tokeniser=_tokeniser())
    return NeedEngine(proposer, scenes, encoder)


def split_text(text: str, *, engine: NeedEngine) -> Split:
    """Split a text into its problems.

    Raises:
        InvalidInput: it holds no problem, or more than `MAX_PROBLEMS`.
    """
    split = split_problems(text, profile=engine.scenes.profiles)
    if not split.problems:
        raise InvalidInput([Problem("symptoms_no_problem", "text")])
    if len(split.problems) > MAX_PROBLEMS:
        raise InvalidInput([_too_many(len(split.problems), "text")])
    return split


def proposal_from_texts(
    session: Session,
    *,
    factory: Factory,
    texts: Sequence[StartText],
    engine: NeedEngine,
    actor: Actor,
    without: Collection[UUID] = (),
) -> list[ProposedNeed]:
    """Propose a need for each text, in order; nothing is written.

    Args:
        session: for names of others and the factory's own needs.
        factory: loaded with its organisation, visible to the actor.
        texts: from a symptom text, from gaps, or from an imported report.
        engine: the parts that judge.
        actor: needs `need:write` on the factory.
        without: keys of needs that are not to count as similar: those of the form itself.

    Raises:
        Forbidden: not the actor's to write for.
        InvalidInput: more than `MAX_PROBLEMS` texts.
    """
    require(actor, Permission.NEED_WRITE, factory)
    if len(texts) > MAX_PROBLEMS:
        raise InvalidInput([_too_many(len(texts), "text")])
    names = need_texts.other_names(session, factory)
    own = (factory.organisation.name, factory.organisation.short_name, factory.name)
    existing = need_texts.comparable_needs(session, factory, without=without)
    return [
        ProposedNeed(
            start,
            engine.proposer.propose(start.text),
            text_warnings(start.text, other_names=names, own_names=own),
            _similar(start.text, existing, engine),
        )
        for start in texts
    ]


def _too_many(count: int, field: str) -> Problem:
    return Problem("symptoms_too_many", field, {"max": MAX_PROBLEMS, "count": count})


def _similar(text: str, existing: Sequence[Need], engine: NeedEngine) -> tuple[NearNeed, ...]:
    near = similar_needs(text, [need.symptom for need in existing], encoder=engine.encoder)
    return tuple(
        NearNeed(need.id, need.title, need.status, found.likeness)
        for found in near[:MOST_SIMILAR]
        for need in (existing[found.index],)
    )


def texts_from_gaps(
    analysis: GapAnalysis, *, findings: Sequence[Finding], codes: Collection[str]
) -> list[StartText]:
    """Make a text of each chosen gap, by priority: the findings' words, else what is short.

    Args:
        analysis: of the target that the page showed.
        findings: of the assessment that was analysed.
        codes: chosen scenes (S..) and subdomains (M..).

    Raises:
        InvalidInput: none of `codes` is a gap, or more than `MAX_PROBLEMS` are.
    """
    said: dict[str, list[str]] = {}
    for finding in findings:
        said.setdefault(finding.subdomain, []).append(finding.text)
    chosen = [gap for gap in analysis.gaps if gap.code in codes]
    if not chosen:
        raise InvalidInput([Problem("gaps_none_chosen", "gap")])
    if len(chosen) > MAX_PROBLEMS:
        raise InvalidInput([_too_many(len(chosen), "gap")])
    return [_gap_text(gap, said) for gap in chosen]


def _gap_text(gap: SubdomainGap | SceneGap, said: Mapping[str, list[str]]) -> StartText:
    if isinstance(gap, SceneGap):
        reasons = [r for r in gap.reasons if r.kind is ReasonKind.SUBDOMAIN]
        subdomains = tuple(dict.fromkeys(r.code for r in reasons if r.primary))
        scenes: tuple[str, ...] = (gap.code,)
        words = "。".join(r.text.rstrip("。") for r in gap.reasons)
        summary = f"{gap.name}：{words}。"
    else:
        subdomains, scenes = (gap.code,), gap.scenes[:GAP_SCENES]
        asked = "；".join(ask.text for ask in gap.asks)
        present = f"当前{gap.present:.1f}级，目标{gap.target}级"
        summary = f"{gap.name}：{present}。" + (f"还差：{asked}。" if asked else "")
    # Findings of a scene's subdomains tell of much else, so a scene quotes the first only.
    quoted = [text for code in subdomains[:1] for text in said.get(code, ())]
    return StartText(
        text=_within(quoted) or summary[:MAX_SYMPTOM],
        title=gap.name,
        scenes=scenes,
        subdomains=subdomains[:MAX_SUBDOMAINS],
        kind="gap",
        source=gap.code,
    )


def _within(texts: Sequence[str]) -> str:
    """Put texts on lines of their own, as many as a need may hold."""
    kept = ""
    for text in texts:
        longer = f"{kept}\n{text}" if kept else text
        if len(longer) > MAX_SYMPTOM:
            break
        kept = longer
    return kept


def save_proposals(
    session: Session,
    *,
    factory: Factory,
    needs: Sequence[NeedToSave],
    publish: bool,
    actor: Actor,
    now: datetime,
) -> list[Need]:
    """Save confirmed proposals as drafts, or published, all of them or none.

    Each is authorised, audited and safe to repeat as in `save_need`; nothing is committed here.

    Raises:
        Forbidden, NotFound: as `save_need`.
        Blocked: nothing was chosen, or one of them has problems; nothing was written.
    """
    require(actor, Permission.NEED_WRITE, factory)
    problems = [problem for need in needs for problem in need_problems(need.draft)]
    if problems or not needs:
        raise Blocked(problems or [Problem("symptoms_nothing_kept")])
    return [
        save_need(
            session,
            factory=factory,
            need_id=need.need_id,
            draft=need.draft,
            publish=publish,
            actor=actor,
            now=now,
        )
        for need in needs
    ]
