"""Entities of whole cases, made and real."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.cases import case_of
from fakes.windows import SECURITY, SYSMON, Told
from gamekeeper.entities.entity import Entity, Kind
from gamekeeper.entities.resolve import Entities
from gamekeeper.store.case import Case


def of(case: Case, *kinds: Kind) -> tuple[Entity, ...]:
    with case.snapshot() as snapshot:
        return Entities(snapshot.database()).of(kinds)


def test_sources_agree_on_who_is_who(tmp_path: Path) -> None:
    told = (
        Told()
        .event(
            SECURITY,
            4688,
            host="WS01",
            SubjectUserSid="S-1-5-21-1-2-3-1103",
            SubjectUserName="anna",
            SubjectDomainName="EXAMPLE",
        )
        .event(SYSMON, 1, host="ws01.example.org", User="EXAMPLE\\anna")
        .event(
            SYSMON,
            3,
            host="WS01.example.org",
            User="EXAMPLE\\anna",
            Initiated="true",
            Protocol="tcp",
            SourceIp="10.0.0.7",
            DestinationIp="10.0.0.1",
        )
    )
    case = case_of(tmp_path / "case", told.batches())
    host, account, address = of(case, Kind.HOST, Kind.ACCOUNT, Kind.ADDRESS)
    assert host.names == ("WS01", "WS01.example.org", "ws01.example.org")
    assert (account.name, account.events) == ("EXAMPLE\\anna", 3)
    assert address.names == ("10.0.0.7", host.name)
    assert of(case, Kind.HOST, Kind.ACCOUNT, Kind.ADDRESS) == (host, account, address)


def test_an_empty_case_has_no_entities(tmp_path: Path) -> None:
    assert of(case_of(tmp_path / "case"), *Kind) == ()


@pytest.mark.corpus
@pytest.mark.slow
def test_the_hosts_and_accounts_of_a_real_lab_are_found(tmp_path: Path, corpus: Path) -> None:
    case = case_of(tmp_path / "case", corpus / "campaigns" / "theshire-2020-09-20_22")
    hosts = {one.name: one for one in of(case, Kind.HOST)}
    origins = {name for name, one in hosts.items() if one.events}
    assert origins == {f"{n}.theshire.local" for n in ("MORDORDC", "WORKSTATION5", "WORKSTATION6")}
    assert set(hosts) - origins == {"WEC", "robertos-mbp"}
    assert hosts["WORKSTATION6.theshire.local"].names == (
        "WORKSTATION6",
        "WORKSTATION6.theshire.local",
    )
    people = [one for one in of(case, Kind.ACCOUNT) if one.name.endswith("\\pgustavo")]
    assert [one.sids for one in people] == [("S-1-5-21-4228717743-1032521047-1810997296-1104",)]
    local = [one for one in of(case, Kind.ACCOUNT) if one.name.endswith("\\wardog")]
    assert len(local) == 3  # of the domain, and of each workstation
