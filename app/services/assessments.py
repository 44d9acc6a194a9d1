"""From stored assessments to what the gap engine reads."""

from app.models import Assessment, Factory
from matching import gaps as engine


def engine_assessment(factory: Factory, assessment: Assessment) -> engine.Assessment:
    """Build the engine's assessment from the stored one; findings must be loaded."""
    return engine.Assessment(
        mfg_type=engine.MfgType(assessment.mfg_type.value),
        answers={code: tuple(scores) for code, scores in assessment.answers.items()},
        scenes={
            code: engine.SceneState(engine.SceneStatus(str(state["status"])), bool(state["ai"]))
            for code, state in assessment.scenes.items()
        },
        findings=tuple(
            engine.Finding(finding.subdomain, finding.text) for finding in assessment.findings
        ),
        kpis=dict(assessment.kpis),
        eligibility=dict(assessment.eligibility),
        current_level=factory.level,
        trimmed=frozenset(assessment.trimmed),
    )
