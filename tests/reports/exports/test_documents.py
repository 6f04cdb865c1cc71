from __future__ import annotations

from dataclasses import replace

import orjson

from fakes.exports import documents, intrusion
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.incidents import DecidedOn, Disposition, Incident, Standing, Step
from gamekeeper.reports.exports.documents import incident_of, kept
from gamekeeper.store.standing import as_json


def to_micro(time: int | None) -> int | None:
    return None if time is None else time // 10 * 10


def in_micros(one: Incident) -> Incident:
    def step(old: Step) -> Step:
        return replace(old, time=to_micro(old.time), last_time=to_micro(old.last_time))

    hops = tuple(replace(hop, time=to_micro(hop.time)) for hop in one.hops)
    return replace(one, steps=tuple(map(step, one.steps)), hops=hops)


def test_an_incident_reads_back_as_it_was_to_the_microsecond() -> None:
    found = intrusion()
    assert [incident_of(one) for one in documents(found)] == [in_micros(one) for one in found]


def test_what_an_earlier_version_did_not_write_is_empty() -> None:
    (one, *_) = documents()
    for name in ("hops", "attribution", "caveats", "anchors", "response"):
        del one[name]
    found = incident_of(one)
    assert found.hops == found.attribution == found.caveats == found.response == ()


def test_a_decision_comes_along() -> None:
    (one, *_) = documents()
    one["disposition"] = {
        "status": "benign",
        "owner": "eve",
        "note": "",
        "changed_at": "2026-03-01",
    }
    assert kept([one])[0].standing.said.owner == "eve"
    assert kept([one])[0].standing.counts_as == "benign"
    assert kept([{**one, "disposition": None}])[0].standing.said.status == "new"


def test_what_decisions_amount_to_comes_back_as_it_was_written() -> None:
    (one, *_) = documents()
    said = Disposition(
        "benign", "ann", "x", "2026-03-01T00:00:00Z", DecidedOn(2, 3.0, "high", ("f",))
    )
    part = Disposition("confirmed", "bob", "relay", "2026-03-02T00:00:00Z")
    standing = Standing(said, "confirmed", "2 -> 9 signals", (("0123", part),))
    text = orjson.loads(dumps({**one, "disposition": as_json(standing)}))
    assert kept([text])[0].standing == standing
