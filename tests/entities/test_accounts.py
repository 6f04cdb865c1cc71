"""Who is who: SIDs first, names where they lead to one."""

from __future__ import annotations

from gamekeeper.entities.accounts import Naming, Renamed, resolve_accounts
from gamekeeper.entities.entity import Entity, Seen

DOMAIN, MACHINE = "S-1-5-21-1-2-3", "S-1-5-21-7-8-9"
ONCE = Seen(1, 100, 100)


def naming(sid: str, name: str, domain: str, host: str = "ws01") -> Naming:
    return Naming(sid, name, domain, host, ONCE)


def accounts(
    *namings: Naming, hosts: tuple[str, ...] = ("ws01", "ws02"), renames: tuple[Renamed, ...] = ()
) -> list[Entity]:
    found = list(resolve_accounts(namings, hosts, renames).entities)
    assert len({one.id for one in found}) == len(found)
    assert found == list(resolve_accounts(namings[::-1], hosts, renames).entities)
    return found


def test_one_sid_is_one_account_under_all_of_its_names() -> None:
    (anna,) = accounts(
        naming(f"{DOMAIN}-1103", "anna", "EXAMPLE"),
        naming(f"{DOMAIN}-1103", "Anna", "example.org"),
        naming("", "anna", "EXAMPLE.ORG"),  # a ticket names no SID
        naming("", "ANNA", "EXAMPLE"),  # nor does Sysmon
        naming(f"{DOMAIN}-1103", "", ""),  # PowerShell has nothing else
    )
    assert anna.sids == (f"{DOMAIN}-1103",)
    assert (anna.name, anna.events) == ("EXAMPLE\\ANNA", 5)
    assert {join.rule for join in anna.joined} == {
        f"same SID {DOMAIN}-1103",
        "same domain and name",
    }


def test_the_same_name_in_two_domains_is_two_accounts() -> None:
    found = accounts(
        naming(f"{DOMAIN}-1103", "anna", "EXAMPLE"),
        naming("S-1-5-21-4-5-6-1103", "anna", "BRANCH"),
        naming("", "anna", ""),
    )
    assert [one.name for one in found] == ["anna", "BRANCH\\anna", "EXAMPLE\\anna"]
    assert found[0].notes[0].startswith("ambiguous: it may be S-1-5-21-1-2-3-1103 or")


def test_a_bare_name_is_the_only_account_of_that_name() -> None:
    (anna,) = accounts(naming(f"{DOMAIN}-1103", "anna", "EXAMPLE"), naming("", "anna", ""))
    assert [join.rule for join in anna.joined] == ["the only account of that name"]


def test_a_local_account_belongs_to_its_machine_even_where_machines_were_cloned() -> None:
    found = accounts(
        naming(f"{MACHINE}-500", "Administrator", "WS01"),
        naming(f"{MACHINE}-500", "Administrator", "WS02", "ws02"),
        naming("", "Administrator", "WS02", "ws02"),
        naming(f"{MACHINE}-500", "", "", "ws02"),
    )
    assert [(one.name, one.events) for one in found] == [
        ("WS01\\Administrator", 1),
        ("WS02\\Administrator", 3),
    ]


def test_well_known_accounts_are_one_in_every_language() -> None:
    (system,) = accounts(
        naming("S-1-5-18", "SYSTEM", "NT AUTHORITY"),
        naming("", "SYSTEM", "NT-AUTORITÄT"),
        naming("", "Système", "AUTORITE NT"),
        naming("S-1-5-18", "WS01$", "EXAMPLE"),
    )
    assert system.sids == ("S-1-5-18",)
    assert system.names == (
        "AUTORITE NT\\Système",
        "NT AUTHORITY\\SYSTEM",
        "NT-AUTORITÄT\\SYSTEM",
    )
    assert system.events == 4


def test_a_machine_account_is_not_the_system_of_its_machine() -> None:
    found = accounts(
        naming("S-1-5-18", "WS01$", "EXAMPLE"),
        naming(f"{DOMAIN}-1113", "WS01$", "EXAMPLE", "dc01"),
        naming("", "WS01$", "EXAMPLE.ORG", "dc01"),
        naming(f"{DOMAIN}-1113", "WS01$", "example.org", "dc01"),
    )
    assert [one.sids for one in found] == [(f"{DOMAIN}-1113",), ("S-1-5-18",)]


def test_a_renamed_account_keeps_its_sid_and_tells() -> None:
    sid = f"{DOMAIN}-1296"
    (one,) = accounts(
        naming(sid, "PC-88$", "EXAMPLE"),
        naming(sid, "dc01", "EXAMPLE"),
        renames=(Renamed(sid, "PC-88$", "dc01"),),
    )
    assert "renamed (event 4781)" in {join.rule for join in one.joined}
    assert one.names == ("EXAMPLE\\PC-88$", "EXAMPLE\\dc01")


def test_a_made_up_name_beside_system_names_nobody() -> None:
    found = accounts(naming("S-1-5-18", "anna", "WS01"), naming("", "anna", "WS01"))
    assert [one.names for one in found] == [(), ("WS01\\anna",)]


def test_a_sid_without_a_name_is_shown_as_it_is() -> None:
    (one,) = accounts(naming(f"{DOMAIN}-1620", "", ""))
    assert (one.name, one.names) == (f"{DOMAIN}-1620", ())
