"""Real logs with a hex editor: what is found from the bytes that are left, and what cannot be."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.fakes import tampered
from tests.fakes.logs import breaks_of, edited

from gamekeeper.model.breaks import Break, Standing
from gamekeeper.sources.evtx.truth import read_file

pytestmark = pytest.mark.corpus

BYTES = (
    "hidden_records",
    "blanked_records",
    "chunk_headers",
    "stale_records",
    "checksums",
    "file_headers",
    "torn_files",
    "renamed_files",
)
#: A Security log that was open, an export of one chunk, an export of many.
LOGS = (
    "windows-background/security.evtx",
    "evtx/EVTX-ATTACK-SAMPLES/AutomatedTestingTools/Malware/rundll32_cmd_schtask.evtx",
    "evtx/EVTX-ATTACK-SAMPLES/AutomatedTestingTools/panache_sysmon_vs_EDRTestingScript.evtx",
)


def broken(
    corpus: Path, tmp_path: Path, name: str, edit: Callable[[bytearray], object]
) -> list[Break]:
    copy = Path(shutil.copyfile(corpus / name, tmp_path / Path(name).name))
    return breaks_of([edited(copy, edit)], *BYTES)


@pytest.mark.parametrize("name", LOGS)
def test_a_record_linked_past_is_proved_and_read_whole(
    corpus: Path, tmp_path: Path, name: str
) -> None:
    gone: list[tampered.Place] = []
    before = {event.offset: event for event in read_file(corpus / name) if hasattr(event, "system")}
    breaks = broken(corpus, tmp_path, name, lambda raw: gone.append(tampered.link_past(raw, 0, 9)))
    (found,) = [one for one in breaks if one.anomaly.check == "hidden_records"]
    assert found.standing is Standing.PROVED
    lost = before[gone[0].offset]
    assert f"{lost.event_id} of {lost.system['Provider_Name']}" in found.anomaly.text
    assert found.anomaly.evidence[1].offset == gone[0].offset


@pytest.mark.parametrize("name", LOGS)
def test_one_whose_bytes_were_wiped_leaves_its_room(
    corpus: Path, tmp_path: Path, name: str
) -> None:
    breaks = broken(corpus, tmp_path, name, lambda raw: tampered.link_past(raw, 0, 9, wipe=True))
    (found,) = [one for one in breaks if one.anomaly.check == "hidden_records"]
    assert found.standing is Standing.LIKELY


@pytest.mark.parametrize("name", LOGS)
def test_a_blanked_record_is_found(corpus: Path, tmp_path: Path, name: str) -> None:
    breaks = broken(corpus, tmp_path, name, lambda raw: tampered.blank_whole(raw, 0, 9))
    (found,) = [one for one in breaks if one.anomaly.check == "blanked_records"]
    assert (found.standing, found.cause) == (Standing.PROVED, "record blanked")


@pytest.mark.parametrize("name", LOGS)
def test_numbers_left_behind_are_proved(corpus: Path, tmp_path: Path, name: str) -> None:
    breaks = broken(
        corpus, tmp_path, name, lambda raw: tampered.drop_without_renumbering(raw, 0, 9)
    )
    (found,) = [one for one in breaks if one.anomaly.check == "chunk_headers"]
    assert found.standing is Standing.PROVED


def test_real_logs_that_were_open_have_no_likely_break_in_their_bytes(corpus: Path) -> None:
    logs = [
        *(corpus / "windows-background").rglob("*.evtx"),
        *(corpus / "evtx-broken").glob("*.evtx"),
    ]
    breaks = breaks_of(sorted(logs), *BYTES)
    assert breaks
    assert not {one.standing for one in breaks} & {Standing.PROVED, Standing.LIKELY}


def test_exports_have_nothing_odd_in_their_bytes_but_remains_of_other_logs(corpus: Path) -> None:
    breaks = breaks_of([corpus / "evtx", corpus / "sigma-regression"], *BYTES)
    seen = {(one.anomaly.check, str(one.standing), one.cause) for one in breaks}
    assert seen == {("stale_records", "explained", "export")}
    assert len(breaks) > 50
