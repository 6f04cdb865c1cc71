"""How checks state what they found."""

from __future__ import annotations

from tests.fakes.seeing import check, processes, result


def test_hosts_are_named_as_they_are_written_and_the_rest_counted() -> None:
    events = [one for n in range(8) for one in processes(f"SRV{n}", line="")]
    text = check(result(events), "LR-02").text
    assert text.endswith("not srv0, srv1, srv2, srv3, srv4 and 3 more.")


def test_a_check_that_passes_asks_for_no_change() -> None:
    found = result(processes())
    assert all(one.change is None for one in found.checks if one.outcome in ("pass", "info"))
