"""Which names are one machine, and which two that look alike are not."""

from __future__ import annotations

import random

from gamekeeper.entities.entity import Entity, Seen
from gamekeeper.entities.hosts import (
    HostEvidence,
    MachineAccount,
    OwnAccount,
    Rename,
    Sighting,
    resolve_hosts,
)

MORNING, EVENING = Seen(5, 100, 200), Seen(5, 300, 400)
FULL, OTHER = "WS01.example.org", "ws01.branch.example.org"


def seen(*names: str) -> tuple[Sighting, ...]:
    return tuple(Sighting(name, Seen(3, 100, 200)) for name in names)


def hosts(
    sightings: tuple[Sighting, ...] = (),
    own: tuple[OwnAccount, ...] = (),
    machines: tuple[MachineAccount, ...] = (),
    renames: tuple[Rename, ...] = (),
) -> dict[str, Entity]:
    found = resolve_hosts(HostEvidence(sightings, own, machines, renames)).entities
    assert len({one.id for one in found}) == len(found)
    return {one.name: one for one in found}


def rules(host: Entity) -> list[str]:
    return [join.rule for join in host.joined]


def test_case_and_the_only_full_name_are_one_machine() -> None:
    (host,) = hosts(seen(FULL, "WS01", "ws01", FULL.upper())).values()
    assert host.names == ("WS01", FULL.upper(), FULL, "ws01")
    assert "the only full name of that short name" in rules(host)
    assert rules(host).count("same letters in another case") == 2
    assert (host.first_seen, host.last_seen, host.events) == (100, 200, 12)


def test_a_short_name_of_two_machines_stays_apart_and_says_so() -> None:
    found = hosts(seen(FULL, OTHER, "WS01"))
    assert set(found) == {FULL, OTHER, "WS01"}
    assert found["WS01"].notes == (f"ambiguous: it may be {OTHER} or {FULL.lower()}",)
    assert found["WS01"].joined == ()


def test_the_machine_s_own_account_says_which_of_two_it_is() -> None:
    own = (
        OwnAccount(FULL, "WS01$", "EXAMPLE"),
        OwnAccount(OTHER, "WS01$", "BRANCH"),
        OwnAccount("WS01", "WS01$", "BRANCH"),
    )
    found = hosts(seen(FULL, OTHER, "WS01"), own)
    assert set(found) == {FULL, OTHER}
    assert rules(found[OTHER]) == ["the machine's account is in branch"]


def test_a_machine_of_no_domain_is_not_the_one_of_that_name_in_a_domain() -> None:
    found = hosts(seen(FULL, "WS01"), (OwnAccount("WS01", "WS01$", "WORKGROUP"),))
    assert set(found) == {FULL, "WS01"}
    assert "belongs to workgroup" in found["WS01"].notes[0]


def test_a_name_that_netbios_cut_is_found_again() -> None:
    long = "accounting-server-7.example.org"
    (host,) = hosts(seen(long, "ACCOUNTING-SERV")).values()
    assert rules(host) == ["the first 15 letters (NetBIOS)"]
    found = hosts(seen(long, "accounting-server-8.example.org", "ACCOUNTING-SERV"))
    assert len(found) == 3
    assert found["ACCOUNTING-SERV"].notes[0].startswith("ambiguous")


def test_an_address_is_not_cut_at_its_first_dot() -> None:
    assert len(hosts(seen("10.0.0.1", "10.0.0.2", "10"))) == 3


def test_a_renamed_machine_is_one() -> None:
    sightings = (Sighting("WIN-ABC", MORNING), Sighting(FULL, EVENING))
    (host,) = hosts(
        sightings, renames=(Rename(FULL, "WIN-ABC", "WS01", "renamed (event 6011)"),)
    ).values()
    assert (host.name, rules(host)) == (FULL, ["renamed (event 6011)"])


def test_a_rename_to_a_machine_that_was_there_all_along_is_not_believed() -> None:
    sightings = (
        Sighting("evil.example.org", Seen(5, 100, 300)),
        Sighting("dc01.example.org", Seen(5, 50, 400)),
    )
    found = hosts(
        sightings,
        renames=(Rename("dc01.example.org", "evil$", "dc01$", "renamed (event 4781)"),),
    )
    assert set(found) == {"evil.example.org", "dc01.example.org"}
    assert "both wrote logs at one time" in found["dc01.example.org"].notes[0]


def test_a_machine_has_the_sid_of_its_account() -> None:
    sid = "S-1-5-21-1-2-3-1113"
    own = (OwnAccount(FULL, "WS01$", "EXAMPLE"), OwnAccount(OTHER, "WS01$", "BRANCH"))
    found = hosts(seen(FULL, OTHER), own, (MachineAccount("WS01$", "EXAMPLE", sid),))
    assert (found[FULL].sids, found[OTHER].sids) == ((sid,), ())


def test_a_machine_may_be_known_by_its_account_only() -> None:
    found = hosts(seen(FULL), (), (MachineAccount("WEC$", "EXAMPLE", "S-1-5-21-1-2-3-7"),))
    assert found["WEC"].events == 0
    assert "known by its account only" in found["WEC"].notes[0]


def test_a_name_under_which_many_machines_speak_is_a_collector_s() -> None:
    own = tuple(OwnAccount("WECServer", f"WS0{n}$", "EXAMPLE") for n in (1, 2))
    assert "collector" in hosts(seen("WECServer"), own)["WECServer"].notes[0]
    # One other name is what the machine was called before.
    assert hosts(seen("WECServer"), own[:1])["WECServer"].notes == ()


def test_a_machine_that_others_name_has_no_events_of_its_own() -> None:
    found = hosts((Sighting("laptop", MORNING, is_origin=False),))
    assert (found["laptop"].events, found["laptop"].first_seen) == (0, 100)


def test_the_order_of_what_was_seen_changes_nothing() -> None:
    sightings = seen(FULL, FULL.upper(), OTHER, "WS01", "accounting-server-7", "ACCOUNTING-SERV")
    own = (OwnAccount(FULL, "WS01$", "EXAMPLE"), OwnAccount("WS01", "WS01$", "EXAMPLE"))
    first = resolve_hosts(HostEvidence(sightings, own)).entities
    for number in range(5):
        shuffled = random.Random(number).sample(sightings, len(sightings))
        assert resolve_hosts(HostEvidence(shuffled, own[::-1])).entities == first


def test_a_host_is_found_by_any_of_its_names() -> None:
    known = resolve_hosts(HostEvidence(seen(FULL, "DC01.example.org", "dc01.branch.example.org")))
    assert known.id_of("ws01") == known.id_of("WS01.EXAMPLE.ORG") is not None
    assert known.id_of("dc01") is None
    assert known.id_of("nobody") is None


def test_a_domain_says_which_of_two_hosts_is_meant() -> None:
    own = (OwnAccount("dc01.branch.example.org", "DC01$", "BRANCH"),)
    sightings = seen("DC01.example.org", "dc01.branch.example.org")
    known = resolve_hosts(HostEvidence(sightings, own))
    assert known.id_of("DC01", "branch") == known.id_of("dc01.branch.example.org") is not None
    assert known.id_of("DC01", "OTHER") is None
