"""What is wrong with an assessment is said as values, each with code and place."""

import pytest
from gap_factories import PROCESS, an_assessment

from matching.errors import InvalidInput
from matching.gaps import Finding, MfgType, SceneState, SceneStatus, analyse, assessment_problems


def problems_of(criteria, **fields) -> list[tuple[str, str]]:
    return [(p.code, p.field) for p in assessment_problems(an_assessment(**fields), criteria)]


def test_a_sound_assessment_has_no_problems(criteria):
    assert problems_of(criteria, applied=("S02",), trimmed=frozenset({"M18"})) == []


def test_every_kind_of_problem_is_listed_with_its_place(criteria):
    assessment = an_assessment(
        mfg_type=MfgType.PROCESS,
        grades={"M08": 1.0, "M77": 1.0},
        scenes={"S41": SceneState(SceneStatus.APPLIED)},
        kpis={"K99": 1.0},
        eligibility={"EL9": True},
        findings=(Finding("M21", "x"),),
        current_level="FL9",
        trimmed=frozenset({"M01", "M99"}),
    )

    assert [(p.code, p.field) for p in assessment_problems(assessment, criteria)] == [
        ("unknown_subdomain", "answers.M77"),
        ("not_applicable", "answers.M08"),
        ("unknown_scene", "scenes.S41"),
        ("unknown_kpi", "kpis.K99"),
        ("unknown_eligibility", "eligibility.EL9"),
        ("unknown_subdomain", "findings.M21"),
        ("unknown_level", "current_level"),
        ("unknown_subdomain", "trimmed.M99"),
        ("not_trimmable", "trimmed.M01"),
    ]


@pytest.mark.parametrize(
    ("answer", "code"),
    [((1.0, 0.7, 0.0, 0.0, 0.0), "bad_score"), ((1.0, 0.8), "not_five_scores")],
)
def test_a_bad_answer_is_a_problem(criteria, answer, code):
    assessment = an_assessment(mfg_type=MfgType.PROCESS)
    assessment.answers[PROCESS[0]] = answer

    assert [(p.code, p.field) for p in assessment_problems(assessment, criteria)] == [
        (code, "answers.M01")
    ]


def test_analyse_refuses_an_assessment_with_problems(criteria):
    with pytest.raises(InvalidInput) as refused:
        analyse(an_assessment(kpis={"K99": 1.0}), criteria, target="FL1")

    assert (refused.value.code, refused.value.field) == ("unknown_kpi", "kpis.K99")


@pytest.mark.parametrize("target", ["FL0", "FL5", "ML0", "ML6", ""])
def test_analyse_refuses_an_unknown_target(criteria, target):
    with pytest.raises(InvalidInput) as refused:
        analyse(an_assessment(), criteria, target=target)

    assert refused.value.code == "unknown_target"
