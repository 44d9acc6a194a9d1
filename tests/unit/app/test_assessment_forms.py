"""Reading of a posted section, and back: what is typed is what is stored is what is shown."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from app.core.errors import NotFound
from app.models import ManufacturingType
from app.services.assessment_content import (
    EligibilityContent,
    KpisContent,
    LinkContent,
    ProfileContent,
    ScopeContent,
    SubdomainContent,
    digest_of,
)
from app.services.assessment_sections import Section, SectionKind
from app.settings import ROOT
from app.web.forms.assessment import exact, form_of, read_key, read_section
from matching.gaps import load_criteria, read_reference

CRITERIA = load_criteria(read_reference(ROOT / "seed_data" / "reference"))
SECTIONS = {
    "scope": Section("scope", SectionKind.SCOPE, "scope"),
    "M03": Section("M03", SectionKind.SUBDOMAIN, "ME2"),
    "F3": Section("F3", SectionKind.LINK, "link"),
    "kpis": Section("kpis", SectionKind.KPIS, "kpis"),
    "eligibility": Section("eligibility", SectionKind.ELIGIBILITY, "eligibility"),
    "profile": Section("profile", SectionKind.PROFILE, "profile"),
}


def read(code, *pairs, **values):
    return read_section(FormData([*pairs, *values.items()]), SECTIONS[code], CRITERIA)


CONTENTS = [
    ("scope", ScopeContent(ManufacturingType.DISCRETE, date(2026, 11, 1), ("M18", "M20"))),
    ("M03", SubdomainContent((1.0, 0.8, 0.5, 0.0, None), "台账", ("料单对不上", "数据导不出"))),
    ("F3", LinkContent({"S20": ("applied", True), "S21": ("none", False)})),
    ("kpis", KpisContent({"K01": 62.5, "K04": 0.0}, {"K01": 40.0})),
    ("eligibility", EligibilityContent({"EL1": True, "EL2": False, "EL3": None})),
    ("profile", ProfileContent(("ERP", "DCS", "地磅系统"), 123_456_700, 26)),
]


@pytest.mark.parametrize(("code", "content"), CONTENTS, ids=[code for code, _ in CONTENTS])
def test_what_a_form_shows_reads_back_as_the_same_content(code, content):
    pairs = [
        (name, item)
        for name, value in form_of(content).values.items()
        for item in (value if isinstance(value, list) else [value])
    ]

    form = read(code, *pairs, revision="7", digest="abc", action="list")

    assert (form.content, form.problems) == (content, [])
    assert (form.revision, form.digest, form.action) == (7, "abc", "list")


@pytest.mark.parametrize("code", SECTIONS)
def test_an_empty_form_is_empty_content_except_for_the_scope(code):
    form = read(code)

    fields = [(p.code, p.field) for p in form.problems]
    required = [("required", "mfg_type"), ("required", "assessed_on")]
    assert fields == (required if code == "scope" else [])
    assert (form.content is None) is (code == "scope")


def test_full_width_digits_and_thousands_are_numbers():
    form = read("kpis", now_K01="６２．５", before_K06="12,000")

    assert form.content == KpisContent({"K01": 62.5}, {"K06": 12000.0})


@pytest.mark.parametrize("typed", ["NaN", "-1", "1e30", "Infinity", "六成"])
def test_a_value_that_is_no_measure_is_refused(typed):
    form = read("kpis", now_K01=typed)

    assert form.content is None
    assert [p.field for p in form.problems] == ["now_K01"]


def test_the_subdomains_of_the_other_type_are_dropped_from_the_trimmed_ones():
    form = read(
        "scope",
        ("trimmed", "M20"),
        ("trimmed", "M18"),
        mfg_type="process",
        assessed_on="2026/11/1",
    )

    assert form.content == ScopeContent(ManufacturingType.PROCESS, date(2026, 11, 1), ("M18",))


def test_people_and_technology_cannot_be_trimmed():
    form = read("scope", ("trimmed", "M03"), mfg_type="discrete", assessed_on="2026-11-01")

    assert [(p.code, p.field) for p in form.problems] == [("not_a_choice", "trimmed")]


def test_ai_without_a_status_is_pointed_out():
    form = read("F3", ai_S20="yes", status_S21="applied", ai_S21="yes")

    assert [(p.code, p.field) for p in form.problems] == [
        ("assessment_ai_without_status", "status_S20")
    ]


def test_systems_are_split_at_the_usual_marks_and_named_once():
    form = read("profile", ("systems", "ERP"), systems_other=" 地磅系统、门禁；ERP ; ")

    assert form.content == ProfileContent(("ERP", "地磅系统", "门禁"), None, None)


@pytest.mark.parametrize(
    ("typed", "revision"), [("", -1), ("x", -1), ("-5", -1), ("3", 3), ("9" * 30, -1)]
)
def test_a_tampered_revision_fits_no_stored_one(typed, revision):
    form = read("M03", revision=typed)

    assert form.revision == revision
    assert form.problems == []


def test_an_unknown_button_means_next():
    assert read("M03", action="drop").action == "next"
    assert read("M03", action="autosave").automatic


@pytest.mark.parametrize(
    ("value", "text"),
    [(62.5, "62.5"), (100.0, "100"), (0.0, "0"), (1e9, "1000000000"), (1e-7, "0.0000001")],
)
def test_measured_values_are_written_plainly(value, text):
    assert exact(value) == text


@given(st.floats(0, 1e9, allow_nan=False))
def test_every_measured_value_survives_the_form(value):
    assert read("kpis", now_K01=exact(value)).content == KpisContent({"K01": value}, {})


def test_the_mark_of_a_section_ignores_the_order_of_entries_but_not_their_values():
    one = LinkContent({"S20": ("applied", True), "S21": ("none", False)})
    same = LinkContent({"S21": ("none", False), "S20": ("applied", True)})
    other = LinkContent({"S20": ("applied", False), "S21": ("none", False)})

    assert digest_of(one) == digest_of(same)
    assert digest_of(one) != digest_of(other)
    assert digest_of(KpisContent({"K01": 1.0}, {})) != digest_of(KpisContent({}, {"K01": 1.0}))


def test_a_key_must_be_one_of_ours():
    key = uuid4()

    assert read_key(FormData([("id", str(key))]), "id") == key
    with pytest.raises(NotFound):
        read_key(FormData([("id", "1")]), "id")
