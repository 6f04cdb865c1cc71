from __future__ import annotations

from gamekeeper.simulate.auditing import of_names, subcategories, switch
from gamekeeper.simulate.catalog import event_kinds
from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.site import Site

from .conftest import logged


def test_every_audited_event_belongs_to_a_subcategory() -> None:
    known = {one.task for one in subcategories()}
    audited = {
        kind.envelope.task
        for kind in event_kinds().values()
        if kind.envelope.provider == "Microsoft-Windows-Security-Auditing"
    }
    assert audited <= known
    assert len({one.guid for one in subcategories()}) == len(known) == len(subcategories())


def test_each_switched_subcategory_is_one_event(site: Site) -> None:
    machine = site.of_role("dc")
    now = site.world.start + HOUR
    after = switch(machine, machine.system, now, of_names("Logon", "Logoff"), on=True)
    told = logged(machine, "security_4719")
    assert [row["SubcategoryId"] for row in told] == ["%%12544", "%%12545"]
    assert {row["CategoryId"] for row in told} == {"%%8273"}
    assert {row["AuditPolicyChanges"] for row in told} == {"%%8449, %%8451"}
    assert after > now
