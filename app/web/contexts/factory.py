"""What the factory's own pages show: the list of factories and one factory at a glance."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request

from app.core.actors import Actor
from app.models import (
    Assessment,
    AssessmentStatus,
    Factory,
    MatchRun,
    Need,
    NeedStatus,
)
from app.permissions import Permission, allowed
from app.services.assessment_sections import overall_percent, progress_of
from app.services.matching_runs import analyse_factory
from app.web.i18n import N_, translate
from app.web.labels import label
from matching.gaps import CriterionSet, GapAnalysis

TARGETS = ("FL1", "FL2", "FL3", "FL4")


@dataclass(frozen=True, slots=True)
class Task:
    """One step of the factory's way; `tone` colours the badge that says its state."""

    title: str
    state: str
    tone: str
    url: str
    action: str


def factory_context(
    request: Request,
    factory: Factory,
    assessment: Assessment | None,
    needs: Sequence[Need],
    runs: Sequence[MatchRun],
    *,
    criteria: CriterionSet,
    actor: Actor,
    draft: Assessment | None = None,
    draft_criteria: CriterionSet | None = None,
) -> dict[str, object]:
    """Prepare a factory's page: figures, tasks, needs and runs, and what the actor may do.

    `draft` is the version that the factory's people are filling in; nobody else is told of it.
    `criteria` and `draft_criteria` are the sets of the assessment and of the draft.
    """
    analysis = (
        analyse_factory(factory, assessment, criteria, target=factory.target_level)
        if assessment
        else None
    )
    return {
        **rights(factory, actor),
        "factory": factory,
        "assessment": assessment,
        "grade": analysis.result.grade if analysis else None,
        "gap_count": len(analysis.gaps) if analysis else 0,
        "needs": needs,
        "open_needs": sum(need.status is NeedStatus.PUBLISHED for need in needs),
        "runs": [run_row(run) for run in runs],
        "tasks": _tasks(
            request,
            factory,
            assessment,
            analysis,
            needs,
            runs,
            actor=actor,
            draft_task=_draft_task(
                request, factory, draft, draft_criteria or criteria, actor=actor
            ),
        ),
    }


def rights(factory: Factory, actor: Actor) -> dict[str, bool]:
    """Say what the actor may do with the factory."""
    return {
        "can_match": allowed(actor, Permission.FACTORY_MATCH, factory),
        "can_write": allowed(actor, Permission.NEED_WRITE, factory),
    }


def run_row(run: MatchRun) -> dict[str, object]:
    """One line of the list of runs: when, within which limits, and what came out."""
    variants = run.result["bundles"]["variants"]
    return {
        "run": run,
        "variants": len(variants),
        "best": f"{max((v['closure_permille'] for v in variants), default=0) / 10:.1f}",
    }


def _tasks(
    request: Request,
    factory: Factory,
    assessment: Assessment | None,
    analysis: GapAnalysis | None,
    needs: Sequence[Need],
    runs: Sequence[MatchRun],
    *,
    actor: Actor,
    draft_task: Task | None,
) -> list[Task]:
    """The way from assessment to bundles; each step says where it stands and what is next."""
    tasks = [draft_task or _assessment_task(request, factory, assessment)]
    if analysis is None:
        return tasks
    tasks.append(_gaps_task(request, factory, analysis))
    tasks.append(_needs_task(request, factory, needs, actor=actor))
    tasks.append(_bundle_task(request, factory, runs, actor=actor))
    return tasks


def _draft_task(
    request: Request,
    factory: Factory,
    draft: Assessment | None,
    criteria: CriterionSet,
    *,
    actor: Actor,
) -> Task | None:
    """The first step while a version is being filled in, or may be; None for everybody else."""
    if not allowed(actor, Permission.ASSESSMENT_WRITE, factory) or draft is None:
        return None
    percent = overall_percent(progress_of(draft, criteria))
    state = translate(request, label("assessment_status", draft.status))
    return Task(
        translate(request, N_("成熟度评估")),
        translate(request, N_("{state}，已填 {percent}%")).format(state=state, percent=percent),
        "warn" if draft.status is AssessmentStatus.RETURNED else "info",
        str(request.app.url_path_for("assessment_overview", assessment_id=draft.id)),
        translate(request, N_("继续填写")),
    )


def _assessment_task(request: Request, factory: Factory, assessment: Assessment | None) -> Task:
    title = translate(request, N_("成熟度评估"))
    url = str(request.app.url_path_for("assessment_list", factory_id=factory.id))
    if assessment is None:
        state = translate(request, N_("还没有"))
        return Task(title, state, "warn", url, translate(request, N_("开始自评")))
    state = translate(request, label("assessment_status", assessment.status))
    text = translate(request, N_("{state}，{day}")).format(state=state, day=assessment.assessed_on)
    return Task(title, text, "good", url, translate(request, N_("查看评估")))


def _gaps_task(request: Request, factory: Factory, analysis: GapAnalysis) -> Task:
    count = len(analysis.gaps)
    return Task(
        translate(request, N_("差距分析")),
        translate(request, N_("{count} 项差距")).format(count=count),
        "info" if count else "good",
        str(request.app.url_path_for("factory_gaps", factory_id=factory.id)),
        translate(request, N_("查看差距")),
    )


def _needs_task(request: Request, factory: Factory, needs: Sequence[Need], *, actor: Actor) -> Task:
    published = sum(need.status is NeedStatus.PUBLISHED for need in needs)
    may = rights(factory, actor)["can_write"]
    url = str(request.app.url_path_for("symptoms", factory_id=factory.id)) if may else "#needs"
    return Task(
        translate(request, N_("发布需求")),
        translate(request, N_("{count} 项已发布")).format(count=published)
        if published
        else translate(request, N_("还没有")),
        "good" if published else "warn",
        url,
        translate(request, N_("写需求")) if may else translate(request, N_("查看需求")),
    )


def _bundle_task(
    request: Request, factory: Factory, runs: Sequence[MatchRun], *, actor: Actor
) -> Task:
    may = rights(factory, actor)["can_match"]
    state = translate(request, N_("{count} 次匹配")).format(count=len(runs))
    return Task(
        translate(request, N_("组合方案")),
        state if runs else translate(request, N_("还没有")),
        "good" if runs else "warn",
        str(request.app.url_path_for("match_form", factory_id=factory.id)) if may else "#runs",
        translate(request, N_("生成组合方案")) if may else translate(request, N_("查看匹配记录")),
    )
