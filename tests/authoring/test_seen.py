from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.authoring.cases import Case
from gamekeeper.authoring.seen import events_of, may_look
from gamekeeper.errors import UsageError
from gamekeeper.model.build import Event
from gamekeeper.rules.ir import LogSource

EVENT = Event(0, 0, event_id=1102, system={"Channel": "Security"}, data=[("A", "x"), ("A", "y")])


def test_written_events_are_seen_as_a_hunt_would() -> None:
    (seen,) = events_of(Case("p", "n", "r", events=(EVENT,)))
    assert (seen.dataset, seen.fields["a"], seen.name) == (
        "windows.security",
        ["x", "y"],
        "Security 1102",
    )


def test_events_in_sigmas_words_keep_their_names() -> None:
    source = LogSource("linux", service="auditd")
    (seen,) = events_of(Case("p", "n", "r", logsource=source, fields=(("A", "1"), ("a", "2"))))
    assert (seen.dataset, seen.fields, seen.name) == ("", {"a": ["1", "2"]}, "linux / auditd")


def test_a_log_that_cannot_be_read_is_bad_use(tmp_path: Path) -> None:
    (tmp_path / "x.evtx").write_bytes(b"no log")
    for name in ("x.evtx", "absent.evtx"):
        with pytest.raises(UsageError, match=name):
            list(events_of(Case("p", "n", "r", file=tmp_path / name)))


def test_what_a_log_source_omits_it_allows() -> None:
    windows = LogSource("windows", "process_creation")
    assert may_look(windows, LogSource("windows"))
    assert may_look(LogSource(), windows)
    assert not may_look(windows, LogSource("windows", "file_event"))
