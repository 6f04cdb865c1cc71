from __future__ import annotations

import io
import json
from dataclasses import replace

from fakes.incident_worlds import DUMP, NTDS, World
from gamekeeper.model.incidents import Disposition, Incident
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import incidents_json


def incident() -> Incident:
    world = World()
    world.process(0, "a.exe", DUMP, NTDS, pid=11)
    (found,) = world.incidents()
    return found


def written(result: HuntResult) -> list[dict[str, object]]:
    stream = io.BytesIO()
    incidents_json.write(result, stream)
    document = json.loads(stream.getvalue())
    assert isinstance(document, list)
    return document


def test_an_incident_has_the_keys_that_others_script_against(small: HuntResult) -> None:
    (document,) = written(replace(small, incidents=(incident(),)))
    assert {
        "id",
        "rank",
        "score_bits",
        "severity",
        "confidence",
        "headline",
        "first_seen",
        "last_seen",
        "hosts",
        "accounts",
        "tactics",
        "techniques",
        "steps",
        "benign_explanation",
        "response",
        "attribution",
    } <= set(document)
    assert document["attribution"] == []
    (step,) = document["steps"]  # type: ignore[misc]  # a list
    assert {"time", "host", "account", "tactic", "technique", "text", "event_ids"} <= set(step)


def test_no_incident_is_an_empty_list(small: HuntResult) -> None:
    assert written(replace(small, incidents=())) == []


def test_dwell_is_the_time_from_first_to_last_in_seconds() -> None:
    one = replace(incident(), first_seen=0, last_seen=25_000_000)
    assert incidents_json.dwell_s(one) == 2
    assert incidents_json.dwell_s(replace(one, last_seen=None)) is None


def test_what_was_decided_in_a_case_goes_with_its_incident(small: HuntResult) -> None:
    one = incident()
    said = {one.id: Disposition("benign", "eve", "ticket 7", "2026-03-01")}
    (document,) = written(replace(small, incidents=(one,), dispositions=said))
    assert document["disposition"] == {
        "status": "benign",
        "owner": "eve",
        "note": "ticket 7",
        "changed_at": "2026-03-01",
        "decided_on": None,
        "counts_as": "benign",
        "grown": "",
        "others": [],
    }
    assert "disposition" not in written(replace(small, incidents=(one,)))[0]
