"""Forty-one hostile, broken or merely odd files: a clear refusal of the right kind, or honest text."""

import socket
from pathlib import Path

import pytest

from app.adapters.document_errors import DocumentRefused
from app.adapters.documents import extract
from app.web.messages import PROBLEM_SENTENCES
from tests.data.make_hostile import Hostile, build_hostile

# What an answer is about, by the code of its sentence.
FAMILIES = {
    "document_empty": "empty",
    "document_no_text": "empty",
    "document_too_large": "too_large",
    "document_zip_entries": "too_large",
    "document_zip_unpacked": "too_large",
    "document_zip_ratio": "too_large",
    "document_too_many_pages": "too_large",
    "document_too_many_rows": "too_large",
    "document_too_much_text": "too_large",
    "document_too_heavy": "too_large",
    "document_zip_path": "unsafe",
    "document_zip_nested": "unsafe",
    "document_zip_duplicate": "unsafe",
    "document_zip_overlap": "unsafe",
    "document_xml_entity": "unsafe",
    "document_macro": "macros",
    "document_encrypted": "encrypted",
    "document_scanned": "scanned",
    "document_garbled": "scanned",
    "document_damaged": "damaged",
    "document_old_format": "wrong_type",
    "document_image": "wrong_type",
    "document_web_page": "wrong_type",
    "document_unsupported": "wrong_type",
    "document_content_mismatch": "wrong_type",
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> list[Hostile]:
    return build_hostile(tmp_path_factory.mktemp("hostile"))


def answer(case: Hostile) -> tuple[str, str]:
    """The family of the answer, and its sentence or the text that was read."""
    try:
        document = extract(case.path.read_bytes(), file_name=case.file_name)
    except DocumentRefused as refused:
        sentence = PROBLEM_SENTENCES[refused.reason].format(**refused.params)
        return FAMILIES[refused.reason], sentence
    words = [cell for block in document.blocks for row in block.rows for cell in row]
    return "accepted", "\n".join([*(block.text for block in document.blocks), *words])


@pytest.mark.slow
def test_every_hostile_file_gets_an_answer_of_the_right_kind(
    hostile: list[Hostile], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("nothing is fetched"))
    wrong = {}
    for case in hostile:
        family, said = answer(case)
        if family not in case.families:
            wrong[case.name] = (family, sorted(case.families), said[:120])
        if family == "accepted":
            assert all(text in said for text in case.holds), case.name
        assert "{" not in said or family == "accepted", case.name
    assert len(hostile) >= 40
    assert wrong == {}


@pytest.mark.slow
def test_nothing_is_left_behind(hostile: list[Hostile], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for case in hostile[:12]:
        answer(case)

    assert list(tmp_path.iterdir()) == []
