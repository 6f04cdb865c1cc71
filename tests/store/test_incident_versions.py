from __future__ import annotations

from typing import Any

import orjson

from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.incidents import decide, latest
from gamekeeper.store.runs import NewRun, publish

FIRST, LAST = "2026-03-01T10:00:00.000000Z", "2026-03-02T10:00:00.000000Z"


def keep(case: Case, **said: Any) -> dict[str, str]:
    document = {"id": "a", "first_seen": FIRST, "last_seen": LAST, **said}
    with Writer(case) as writer:
        incidents = [("a", orjson.dumps(document))]
        publish(writer, NewRun(1, "d", True, b"{}", (), (), (), incidents=incidents))
    return version(case)


def version(case: Case) -> dict[str, str]:
    manifest = case.manifest()
    try:
        (one,) = latest(manifest)
    finally:
        manifest.close()
    found = one["version"]
    assert isinstance(found, dict)
    return found


def test_a_rerun_that_says_the_same_is_the_same_version(case: Case) -> None:
    assert keep(case) == keep(case) == {"created": FIRST, "modified": LAST}


def test_what_grows_is_a_later_version_of_what_began_then(case: Case) -> None:
    before = keep(case)
    same_span = keep(case, signals=2)
    assert same_span == {"created": FIRST, "modified": "2026-03-02T10:00:00.001000Z"}
    earlier = keep(case, first_seen="2026-02-01T00:00:00.000000Z", signals=3)
    assert earlier["created"] == before["created"]
    assert earlier["modified"] > same_span["modified"]
    later = keep(case, last_seen="2026-04-01T00:00:00.000000Z")
    assert later["modified"] == "2026-04-01T00:00:00.000000Z"


def test_what_grows_after_a_decision_is_later_than_it(case: Case) -> None:
    keep(case)
    manifest = case.manifest()
    decide(manifest, "a", status="benign")
    manifest.close()
    decided = version(case)
    assert decided["modified"] > LAST
    assert decided["modified"].endswith("Z")
    assert keep(case, signals=2)["modified"] > decided["modified"]


def test_a_case_of_an_earlier_version_is_told_from_what_it_kept(case: Case) -> None:
    keep(case)
    kept = keep(case, first_seen="2026-02-01T00:00:00.000000Z")
    manifest = case.manifest()
    with manifest.transaction() as connection:
        connection.execute("DROP TABLE incident_versions")
    manifest.close()
    assert version(case) == kept
    assert keep(case, signals=2)["created"] == FIRST


def test_an_incident_without_times_has_a_version(case: Case) -> None:
    found = keep(case, first_seen=None, last_seen=None)
    assert found["created"] == found["modified"] == "1970-01-01T00:00:00.000000Z"
