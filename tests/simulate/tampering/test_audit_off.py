from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, read


def test_a_cleared_policy_says_so_for_every_subcategory(done: Callable[[str], Made]) -> None:
    out, act = done("audit-off:what=all:host=dc")
    events, _ = read(out / act["files"][0])
    changes = [event.fields for event in events if event.event_id == 4719]
    assert len(changes) == 20
    assert {fields["AuditPolicyChanges"] for fields in changes} == {"%%8448, %%8450"}
    assert not [event for event in events if event.filetime > act["from"]]


def test_one_subcategory_goes_and_the_others_stay(done: Callable[[str], Made]) -> None:
    out, act = done("audit-off:what=processes:host=dc")
    after = [e for e in read(out / act["files"][0])[0] if e.filetime > act["from"]]
    assert after
    assert 4688 not in {event.event_id for event in after}
