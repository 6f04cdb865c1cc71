from __future__ import annotations

import csv

from gamekeeper.simulate import Setting, account_list
from gamekeeper.simulate.places import build_world

WORLD = build_world(3, 1, 6, Setting())


def test_every_account_but_those_of_computers_has_a_row() -> None:
    rows = list(csv.DictReader(account_list(WORLD).splitlines()))
    known = [account.name for account in WORLD.accounts if account.kind != "machine"]
    assert [row["account"] for row in rows] == known
    assert {row["kind"] for row in rows} == {"user", "admin", "service", "appliance"}


def test_the_account_of_the_firewall_is_an_appliances() -> None:
    rows = csv.DictReader(account_list(WORLD).splitlines())
    assert [row["account"] for row in rows if row["kind"] == "appliance"] == ["svc_ldapbind"]
