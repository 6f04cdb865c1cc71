from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

from fakes.exports import intrusion
from gamekeeper.model.breaks import Anomaly, Break, IntegrityResult, Standing, Strength
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import summary_json

from . import worlds

SOURCE_KEYS = {"path", "sha256", "format", "fidelity", "records_present", "events", "rejects"}
RULE_KEYS = {
    "id", "title", "level", "status", "reason", "events_evaluated", "hosts_evaluated",
    "hosts_total", "fields_missing",
}  # fmt: skip


def written(result: HuntResult) -> bytes:
    stream = BytesIO()
    summary_json.write(result, stream)
    return stream.getvalue()


def test_golden(small: HuntResult, golden: Callable[[str, bytes], None]) -> None:
    golden("summary.json", written(small))


def test_the_promised_keys_are_there(small: HuntResult) -> None:
    summary = json.loads(written(small))
    assert all(source.keys() >= SOURCE_KEYS for source in summary["sources"])
    assert all(rule.keys() >= RULE_KEYS for rule in summary["rules"])
    [missing] = summary["rules"][1]["fields_missing"]
    assert missing == {"field": "ParentImage", "share": 0.5, "kills_rule": False}


def test_accounts_add_up(plausible: HuntResult) -> None:
    totals = json.loads(written(plausible))["totals"]
    assert totals["records_present"] == totals["events"] + totals["rejects"]
    assert totals["matches"] == len(plausible.matches)


def test_incidents_and_breaks_are_counted(small: HuntResult) -> None:
    plain = json.loads(written(small))
    assert plain["incidents"] == {"total": 0, "by_severity": {}}
    assert plain["breaks"]["looked_for"] is False
    anomaly = Anomaly("holes", "text", "records removed", Strength.CERTAIN)
    integrity = IntegrityResult(breaks=(Break(anomaly, Standing.PROVED, "records removed"),) * 2)
    found = replace(small, incidents=intrusion(), integrity=integrity)
    summary = json.loads(written(found))
    assert summary["incidents"] == {"total": 2, "by_severity": {"medium": 1, "low": 1}}
    assert summary["breaks"]["by_verdict"] == {
        "proved": 2,
        "likely": 0,
        "possible": 0,
        "explained": 0,
    }


def test_nothing_found_comes_with_what_was_not_seen() -> None:
    summary = json.loads(written(worlds.nothing_found()))
    assert "not an all-clear" in summary["headline"]
    assert summary["not_seen"]
    assert summary["rules_by_status"]["no_such_log"] == 1


def test_evidence_of_any_kind_can_be_written(small: HuntResult) -> None:
    evidence = {"checksum": 2**64 - 1, "raw": b"\x00\xff", 7: "caf\udce9", "huge": 2**80}
    source = replace(small.sources[0], evidence=evidence)  # type: ignore[arg-type]
    summary = json.loads(written(replace(small, sources=(source, small.sources[1]))))
    assert summary["sources"][0]["evidence"] == {
        "checksum": 2**64 - 1,
        "raw": "00ff",
        "7": "caf\\udce9",
        "huge": str(2**80),
    }


def test_hostile_text_keeps_its_value_and_shows_nothing_raw(hostile: HuntResult) -> None:
    raw = written(hostile).decode()
    assert json.loads(raw)["hosts"][0]["name"] == worlds.HOSTILE
    assert not {"\x1b", "\x9b", "\u202e", "\u2028"} & set(raw)
