from __future__ import annotations

from gamekeeper.entities.addresses import Binding, leases, resolve_addresses
from gamekeeper.entities.entity import Seen
from gamekeeper.model.events import FILETIME_EPOCH

DAY = 86_400 * 10_000_000


def test_an_address_knows_its_host_and_by_what() -> None:
    (found,) = resolve_addresses(
        [
            Binding("10.0.0.7", "WS01", "it connected from there", Seen(2, 100, 200)),
            Binding("10.0.0.7", "WS01", "a logon names both", Seen(1, 50, 50)),
        ]
    )
    assert (found.name, found.names, found.events) == ("10.0.0.7", ("10.0.0.7", "WS01"), 3)
    assert (found.first_seen, found.last_seen, found.notes) == (50, 200, ())
    assert len(found.joined) == 2


def test_an_address_of_several_hosts_says_when_it_was_whose() -> None:
    (found,) = resolve_addresses(
        [
            Binding("10.0.0.7", "WS01", "r", Seen(1, FILETIME_EPOCH, FILETIME_EPOCH)),
            Binding("10.0.0.7", "WS02", "r", Seen(1, FILETIME_EPOCH + DAY, None)),
        ]
    )
    (note,) = found.notes
    first = "WS01 1970-01-01T00:00Z to 1970-01-01T00:00Z"
    assert note == f"several hosts used it: {first}, WS02 1970-01-02T00:00Z to (no time)"


def test_a_lease_is_apart_where_no_other_host_had_the_address_then() -> None:
    found = leases(
        [
            Binding("10.0.0.7", "WS01", "r", Seen(1, 100, 200)),
            Binding("10.0.0.7", "WS02", "r", Seen(1, 300, 400)),
            Binding("10.0.0.7", "WS03", "r", Seen(1, 350, 350)),
            Binding("10.0.0.8", "WS01", "r", Seen(1, None, None)),
            Binding("::1", "WS01", "r", Seen(1, 1, 1)),
        ]
    )
    assert [(one.address[-1], one.host, one.is_only, one.is_apart) for one in found] == [
        ("7", "WS01", False, True),
        ("7", "WS02", False, False),
        ("7", "WS03", False, False),
        ("8", "WS01", True, True),
    ]


def test_what_no_machine_can_call_its_own_is_left_out() -> None:
    wrong = ["127.0.0.1", "::1", "224.0.0.252", "ff02::1", "0.0.0.0", "::", "255.255.255.255", "x"]
    assert resolve_addresses([Binding(one, "WS01", "r", Seen(1)) for one in wrong]) == ()


def test_addresses_are_in_their_own_order() -> None:
    bindings = [Binding(a, "h", "r", Seen(1)) for a in ("fe80::1", "10.0.0.10", "10.0.0.9")]
    assert [one.name for one in resolve_addresses(bindings)] == ["10.0.0.9", "10.0.0.10", "fe80::1"]
