"""What kind of copy of a log a file is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.fakes.facts import NEW_YEAR, account, event, facts_of, steady

from gamekeeper.integrity.natures import is_dirty, kind_of, natures
from gamekeeper.model.build import Event
from gamekeeper.model.findings import SourceAccount

CULTURE = {"RenderingInfo_Culture": "en-US"}
DIRTY = {"is_dirty": True}


def kind(events: Sequence[Event], *sources: SourceAccount) -> str:
    return kind_of(facts_of(events, sources or None), 0)


def renumbered(*ids: int, **other: object) -> list[Event]:
    """Records as an export has them: headers count from 1."""
    return [
        event(record, NEW_YEAR + record, header=at, **other)  # type: ignore[arg-type]
        for at, record in enumerate(ids, 1)
    ]


def test_header_numbers_that_are_the_record_ids_make_a_log_of_its_own() -> None:
    assert kind(steady(500, 520)) == "native"


def test_a_log_that_was_open_is_a_live_copy() -> None:
    assert kind(steady(500, 520), account(file_header=DIRTY)) == "live copy"


def test_a_ring_that_has_come_around_stays_a_log_of_its_own() -> None:
    older = [replace(one, offset=one.offset + 1_000_000) for one in steady(100, 120)]
    assert kind([*steady(121, 140), *older]) == "native"


def test_one_offset_for_all_records_is_an_export() -> None:
    assert kind(renumbered(*range(900, 920))) == "export"


def test_an_offset_that_grows_is_an_export_of_chosen_records() -> None:
    assert kind(renumbered(900, 907, 950)) == "filtered export"


def test_records_in_no_order_are_chosen_as_well() -> None:
    assert kind(renumbered(950, 907, 900)) == "filtered export"


def test_a_choice_that_begins_with_the_first_record_leaves_out_the_most() -> None:
    assert kind(renumbered(1, 2, 90, 800)) == "filtered export"


def test_a_log_from_which_one_record_was_taken_is_no_choice() -> None:
    """Renumbered behind the hole: header numbers go on, EventRecordIDs do not."""
    kept = [event(n, NEW_YEAR + n, header=n - (n > 20)) for n in range(1, 41) if n != 20]
    assert kind(kept) == "native"


def test_several_channels_of_one_host_are_a_choice() -> None:
    both = [
        event(70, NEW_YEAR, header=1),
        event(9, NEW_YEAR, header=2, channel="System"),
        event(71, NEW_YEAR, header=3),
    ]
    assert kind(both) == "filtered export"


def test_several_hosts_that_number_for_themselves_are_forwarded() -> None:
    events = [event(900, NEW_YEAR, header=1), event(70, NEW_YEAR, header=2, host="WS1")]
    assert kind([*events, event(901, NEW_YEAR, header=3)]) == "forwarded"


def test_rendered_records_are_forwarded() -> None:
    assert kind(steady(1, 9, data=CULTURE)) == "forwarded"


def test_a_forwarded_log_that_was_open_says_so_in_its_reasons() -> None:
    facts = facts_of(steady(1, 9, data=CULTURE), [account(file_header=DIRTY)])
    assert any("open when it was copied" in reason for reason in natures(facts)[0].because)


def test_a_host_that_was_renamed_keeps_its_log() -> None:
    assert kind([*steady(1, 9, host="WIN-1"), *steady(10, 19, start=NEW_YEAR + 10**12)]) == "native"


def test_windows_events_in_another_format_are_a_text_export() -> None:
    assert kind(steady(1, 9), replace(account(), format="json")) == "text export"


def test_a_file_without_numbered_records_is_unknown() -> None:
    assert kind([event(None, NEW_YEAR)]) == "unknown"
    assert kind_of(facts_of([]), 7) == "unknown"


def test_only_a_header_that_says_so_is_dirty() -> None:
    assert is_dirty(account(file_header=DIRTY))
    assert not is_dirty(account(file_header={"magic": "bad"}))
    assert not is_dirty(account())
