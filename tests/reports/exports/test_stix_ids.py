from __future__ import annotations

import pytest

from gamekeeper.reports.exports.stix_ids import latest, observable, own_id, stamp

stix2 = pytest.importorskip("stix2")


def test_observables_have_the_ids_that_everybody_gives_them() -> None:
    ours = [
        observable("ipv4-addr", value="198.51.100.3"),
        observable("ipv6-addr", value="2001:db8::1"),
        observable("domain-name", value="ws1"),
        observable("user-account", account_login="CORP\\änn", account_type="windows-domain"),
    ]
    theirs = [
        stix2.IPv4Address(value="198.51.100.3"),
        stix2.IPv6Address(value="2001:db8::1"),
        stix2.DomainName(value="ws1"),
        stix2.UserAccount(account_login="CORP\\änn", account_type="windows-domain"),
    ]
    assert [one["id"] for one in ours] == [one.id for one in theirs]


def test_parts_of_an_id_do_not_run_into_each_other() -> None:
    assert own_id("note", "a", "bc") != own_id("note", "ab", "c")


def test_a_lone_surrogate_has_an_id_too() -> None:
    assert own_id("note", "\udce9").startswith("note--")


def test_times_sort_as_they_are_written() -> None:
    early, late = stamp(134_143_775_991_234_567), stamp(134_143_776_000_000_000)
    assert latest([late, early]) == late
