from __future__ import annotations

from pathlib import Path

import pytest

from fakes.mmdb import mmdb
from gamekeeper.context.given import Context
from gamekeeper.incidents.findings import group
from gamekeeper.incidents.known import PLACES_LIMIT
from gamekeeper.model.context import AddressPlace
from gamekeeper.model.findings import RuleAccount, SourceAccount

from .conftest import MakeBatch

Rules = tuple[RuleAccount, ...]
Sources = tuple[SourceAccount, ...]


@pytest.fixture
def given(tmp_path: Path) -> dict[str, list[str]]:
    texts = {
        "assets": "host,role,criticality\ndc01,domain controller,5\nlab,,1\n",
        "accounts": "account,kind\nCORP\\ann,admin\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text)
    networks = {f"8.8.{n}.0/24": {"country": {"iso_code": "US"}, "asn": n} for n in range(1, 20)}
    (tmp_path / "places.mmdb").write_bytes(mmdb(networks))
    return {
        "assets": [str(tmp_path / "assets.csv")],
        "accounts": [str(tmp_path / "accounts.csv")],
        "geoip": [str(tmp_path / "places.mmdb")],
    }


def test_what_is_known_stands_with_the_finding_and_severity_sorts(
    rules: Rules, sources: Sources, batch: MakeBatch, given: dict[str, list[str]]
) -> None:
    rows = [
        {"host": "lab.corp.example", "time": 1, "user": "bob"},
        {"host": "ws-7", "time": 2, "user": "bob"},
        {"host": "DC01.corp.example", "time": 3},
    ]
    with Context(**given) as context:
        findings = group([batch(rows)], rules, sources, context=context)
    assert [(f.host, f.level, f.severity) for f in findings] == [
        ("DC01", "medium", "high"),
        ("ws-7", "medium", "medium"),
        ("lab", "medium", "low"),
    ]
    first, second, _ = findings
    assert first.asset is not None
    assert first.asset.role == "domain controller"
    assert first.known_account is not None
    assert first.known_account.kind == "admin"
    assert (second.asset, second.known_account, second.places) == (None, None, ())


def test_public_addresses_of_samples_get_a_place(
    rules: Rules, sources: Sources, batch: MakeBatch, given: dict[str, list[str]]
) -> None:
    fields = {
        "IpAddress": ["8.8.3.1", "10.0.0.1", "8.8.3.1"],
        "x": 3,
        "CommandLine": "certutil -f http://8.8.4.1:80/a v8.8.5.1 Version=8.8.9.1 8.8.6.1.2 8.8.7.1",
    }
    with Context(geoip=given["geoip"]) as context:
        [finding] = group([batch([{"fields": fields}])], rules, sources, context=context)
    assert set(finding.places) == {
        AddressPlace("8.8.3.1", "US", 3),
        AddressPlace("8.8.4.1", "US", 4),
        AddressPlace("8.8.7.1", "US", 7),
    }


def test_places_are_bounded(
    rules: Rules, sources: Sources, batch: MakeBatch, given: dict[str, list[str]]
) -> None:
    fields = {"IpAddress": [f"8.8.{n}.1" for n in range(1, 20)]}
    with Context(geoip=given["geoip"]) as context:
        [finding] = group([batch([{"fields": fields}])], rules, sources, context=context)
    assert len(finding.places) == PLACES_LIMIT


def test_without_context_severity_is_the_level(
    rules: Rules, sources: Sources, batch: MakeBatch
) -> None:
    [finding] = group([batch([{}])], rules, sources)
    assert (finding.severity, finding.asset) == ("medium", None)
