"""Evidence in JSON."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, account

from gamekeeper.model.breaks import Evidence
from gamekeeper.reports.evidence_json import evidence_json


def test_evidence_leads_to_its_record() -> None:
    log = account()
    found = evidence_json(Evidence("seen", 0, 512, 7, NEW_YEAR), {0: log})
    assert (found["source.path"], found["source.sha256"]) == (log.path, log.sha256)
    assert (found["text"], found["offset"], found["record"]) == ("seen", 512, 7)


def test_evidence_of_no_log_names_none() -> None:
    found = evidence_json(Evidence("seen", 5), {})
    assert (found["source.path"], found["source.sha256"], found["time"]) == (None, None, None)
