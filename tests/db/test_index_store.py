"""The index follows the database, reuses what is whole on disk and refuses what is not."""

import json

import pytest

from app.models import CatalogueChange, ListingStatus
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
    assert live.searcher.search(query, k=3) == built.searcher.search(query, k=3)


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
