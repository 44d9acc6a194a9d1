"""Keyword-only makers and strategies of assessments."""

from collections.abc import Mapping

from hypothesis import strategies as st

from matching.gaps import Assessment, Finding, MfgType, SceneState, SceneStatus, answers_from_grade

DISCRETE = [f"M{n:02d}" for n in range(1, 21)]
PROCESS = [code for code in DISCRETE if code not in ("M08", "M20")]
SCENES = [f"S{n:02d}" for n in range(1, 41)]
TRIMMABLE = [f"M{n:02d}" for n in range(8, 21)]


def an_assessment(
    *,
    grade: float = 1.8,
    grades: Mapping[str, float] | None = None,
    applied: tuple[str, ...] = (),
    ai: tuple[str, ...] = (),
    mfg_type: MfgType = MfgType.DISCRETE,
    **fields: object,
) -> Assessment:
    """Make an assessment with one grade throughout, `grades` apart; `applied` scenes are in use."""
    codes = DISCRETE if mfg_type is MfgType.DISCRETE else PROCESS
    per_code = dict.fromkeys(codes, grade) | dict(grades or {})
    scenes = {code: SceneState(SceneStatus.APPLIED, ai=code in ai) for code in applied}
    return Assessment(
        mfg_type=mfg_type,
        answers={code: answers_from_grade(value) for code, value in per_code.items()},
        scenes=fields.pop("scenes", scenes),
        **fields,
    )


scores = st.sampled_from([0.0, 0.5, 0.8, 1.0])
answers = st.tuples(scores, scores, scores, scores, scores)
findings = st.builds(
    Finding, st.sampled_from(DISCRETE), st.sampled_from(["停产", "返工", "没数", "没有停机", "慢"])
)
states = st.builds(SceneState, st.sampled_from(list(SceneStatus)), st.booleans())


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """Draw an assessment: any answers (some missing), any scenes, any trimming."""
    mfg_type = draw(st.sampled_from(list(MfgType)))
    codes = DISCRETE if mfg_type is MfgType.DISCRETE else PROCESS
    return Assessment(
        mfg_type=mfg_type,
        answers={code: draw(st.none() | answers) for code in codes},
        scenes=draw(st.dictionaries(st.sampled_from(SCENES), states, max_size=25)),
        findings=tuple(draw(st.lists(findings, max_size=6))),
        trimmed=draw(st.frozensets(st.sampled_from(TRIMMABLE), max_size=13)),
        current_level=draw(st.sampled_from(["FL0", "FL1", "FL2", "FL3"])),
    )
