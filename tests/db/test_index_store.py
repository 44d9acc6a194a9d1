"""The index follows the database, reuses what is whole on disk and refuses what is not."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.core.clock import china_today
from app.models import CatalogueChange, Certificate, ListingStatus
from matching.index.snapshot import SnapshotError, load_snapshot
from matching.rank.types import Query


def names(live) -> set[str]:
    return {doc.name for doc in live.searcher.catalogue.docs}


@pytest.fixture
def listed(make, session):
    provider = make.provider()
    first = make.offering(provider=provider, name="甲方案")
    make.offering(provider=provider, name="乙方案", status=ListingStatus.DRAFT)
    session.commit()
    return first


def test_only_public_offerings_are_indexed(wiring, session, listed, now):
    assert names(wiring.index.live(session, now=now)) == {"甲方案"}


def test_the_same_version_gives_the_same_index(wiring, session, listed, now):
    assert wiring.index.live(session, now=now) is wiring.index.live(session, now=now)


def test_a_withdrawn_offering_is_gone_from_the_next_search(wiring, session, listed, now):
    wiring.index.live(session, now=now)
    listed.move_to(ListingStatus.SUSPENDED, at=now)
    session.add(CatalogueChange(offering_id=listed.id, happened_at=now))
    session.flush()

    assert names(wiring.index.live(session, now=now)) == set()


def test_a_snapshot_is_reused_when_it_is_of_this_version(wiring, session, listed, now):
    built = wiring.index.build_snapshot(session, now=now)
    assert wiring.index.snapshot_state(session)["state"] == "ok"

    wiring.__dict__.pop("index")  # as after a restart
    live = wiring.index.live(session, now=now)

    query = Query(text="轴承坏了才知道")
    assert live is not built
    before, after = (index.searcher.search(query, k=3) for index in (built, live))
    assert [hit.id for hit in after] == [hit.id for hit in before]
    # To float32 rounding: the two were loaded apart.
    scores = [hit.score for hit in before]
    assert [hit.score for hit in after] == pytest.approx(scores, rel=1e-5)


def test_a_snapshot_behind_the_database_says_so(wiring, make, session, listed, now):
    wiring.index.build_snapshot(session, now=now)
    make.offering(provider=make.provider(), name="丙方案")

    assert wiring.index.snapshot_state(session)["state"] == "behind"
    assert names(wiring.index.live(session, now=now)) == {"甲方案", "丙方案"}


@pytest.mark.parametrize("file", ["vectors.npy", "ids.json"])
def test_a_damaged_snapshot_is_refused_and_the_index_is_built_from_the_database(
    wiring, session, listed, now, file
):
    wiring.index.build_snapshot(session, now=now)
    root = wiring.settings.data_dir / "index"
    folder = root / (root / "CURRENT").read_text().strip()
    data = bytearray((folder / file).read_bytes())
    data[-1] ^= 0xFF
    (folder / file).write_bytes(bytes(data))
    wiring.__dict__.pop("index")

    with pytest.raises(SnapshotError, match="checksum"):
        load_snapshot(root, model_fingerprint=wiring.index.encoder.fingerprint)
    assert names(wiring.index.live(session, now=now)) == {"甲方案"}


def test_a_snapshot_of_another_model_is_refused(wiring, session, listed, now):
    wiring.index.build_snapshot(session, now=now)
    root = wiring.settings.data_dir / "index"
    manifest = root / (root / "CURRENT").read_text().strip() / "manifest.json"
    content = json.loads(manifest.read_text("utf-8"))
    content["model_fingerprint"] = "0" * 64
    manifest.write_text(json.dumps(content), "utf-8")

    assert "another model" in str(wiring.index.snapshot_state(session)["state"])


def test_only_confirmed_cases_count_as_evidence(wiring, make, session, listed, now):
    make.case(offering=listed, confirmed_by="self")
    make.case(offering=listed, confirmed_by="client", client_industry="C34")
    session.flush()

    doc = wiring.index.live(session, now=now).searcher.catalogue.docs[0]

    assert doc.verified_cases == 1
    assert dict(doc.cases_by_industry) == {"C34": 1}


def test_on_a_new_day_a_certificate_that_ran_out_counts_no_more(wiring, make, session, listed, now):
    session.add(
        Certificate(provider_id=listed.provider_id, name="质量管理体系", valid_to=china_today(now))
    )
    session.commit()
    today = wiring.index.live(session, now=now)
    tomorrow = wiring.index.live(session, now=now + timedelta(days=1))

    assert today.searcher.catalogue.docs[0].certificates_in_date == 1
    assert tomorrow.searcher.catalogue.docs[0].certificates_in_date == 0


def test_many_first_requests_at_once_build_one_index(wiring, database, session, listed, now):
    def first(_: int) -> object:
        with database.session(write=False) as own:
            return wiring.index.live(own, now=now)

    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(first, range(12)))

    assert len({id(live) for live in found}) == 1
