from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.errors import ContentError
from gamekeeper.simulate.catalog import event_kinds, programs


def test_missing_fields_hold_their_blanks() -> None:
    kind = event_kinds()["sysmon_5"]
    fields = dict(zip(kind.names, kind.values({"Image": "a.exe"}), strict=True))
    assert fields["RuleName"] == "-"
    assert fields["Image"] == "a.exe"
    assert fields["ProcessId"] == 0


def test_an_unknown_field_is_a_fault_of_the_content() -> None:
    with pytest.raises(ContentError, match="sysmon_5 has no field Imag"):
        event_kinds()["sysmon_5"].values({"Imag": "a.exe"})


def test_every_blank_can_be_written() -> None:
    for kind in event_kinds().values():
        holes = kind.layout.template.holes
        assert len(holes) == len(kind.names)
        for hole, value in zip(holes, kind.blanks, strict=True):
            if value is not None:
                hole.kind.encode(value)


def test_a_channel_and_id_mean_one_layout() -> None:
    seen: dict[tuple[str, str, int], tuple[str, ...]] = {}
    for kind in event_kinds().values():
        envelope = kind.envelope
        key = envelope.channel, envelope.provider, envelope.event_id
        assert seen.setdefault(key, kind.names) == kind.names


def test_programs_have_whole_paths() -> None:
    for program in programs().values():
        assert program.path.startswith("C:\\")
        assert program.file_name.lower().endswith(".exe")
        assert not program.child or program.child in programs()


def _real_fields(corpus: Path) -> dict[tuple[str, int, int], set[tuple[str, ...]]]:
    """Return the field names of real events by provider, id and version, as a peer decodes them.

    Windows releases differ, so there may be several orders.
    """
    evtx = pytest.importorskip("evtx", reason="the peer decoder is not installed")
    found: dict[tuple[str, int, int], set[tuple[str, ...]]] = {}
    folders = ("sigma-regression", "evtx", "windows-background")
    for path in [p for folder in folders for p in sorted((corpus / folder).rglob("*.evtx"))]:
        for record in evtx.PyEvtxParser(str(path)).records_json():
            event: dict[str, Any] = json.loads(record["data"])["Event"]
            system, data = event["System"], event.get("EventData")
            if not isinstance(data, dict) or "Data" in data:
                continue
            number = system["EventID"]
            number = number["#text"] if isinstance(number, dict) else number
            provider = system["Provider"]["#attributes"]["Name"]
            key = provider, int(number), int(system.get("Version") or 0)
            names = tuple(name for name in data if not name.startswith("#"))
            found.setdefault(key, set()).add(names)
    return found


@pytest.mark.corpus
def test_fields_stand_in_the_order_of_real_events(corpus: Path) -> None:
    real = _real_fields(corpus)
    compared = 0
    for kind in event_kinds().values():
        envelope = kind.envelope
        orders = real.get((envelope.provider, envelope.event_id, envelope.version or 0))
        if orders is None or kind.layout.in_user_data:
            continue
        compared += 1
        ours = tuple({"binary": "Binary"}.get(name, name) for name in kind.names)
        assert ours in orders or ours[:-1] in orders, kind.key
    assert compared >= 40
