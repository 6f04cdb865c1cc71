"""What could have been seen, as JSON."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.seen import EVIL, SEEN

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import visibility_json


def test_the_contract_is_kept(small: HuntResult) -> None:
    found = visibility_json.as_json(replace(small, visibility=SEEN))
    assert {"checks", "chains", "techniques", "hosts", "days", "cheapest_fix"} <= found.keys()


def test_a_check_leads_to_its_record_and_its_setting(small: HuntResult) -> None:
    (check,) = visibility_json.as_json(replace(small, visibility=SEEN))["checks"]  # type: ignore[misc]
    assert check["fix"]["commands"] == ("reg add x",)
    assert check["hosts"] == [EVIL]
    assert check["evidence"][0]["source.sha256"] == small.sources[0].sha256
    assert (check["blind_behaviours"], check["blind_chains"]) == (("VT-CA-08",), ("SC-2",))


def test_coverage_says_where_and_when_and_why_not(small: HuntResult) -> None:
    found = visibility_json.as_json(replace(small, visibility=SEEN))["techniques"]
    assert found[0]["where"] == [  # type: ignore[index]
        {
            "coverage": "blind",
            "hosts": [EVIL],
            "from": "2026-02-01",
            "to": "2026-02-02",
            "lacking": ("CommandLine is not filled",),
        }
    ]


def test_nobody_looked_is_an_empty_object(small: HuntResult) -> None:
    assert visibility_json.as_json(replace(small, visibility=None)) == {}
