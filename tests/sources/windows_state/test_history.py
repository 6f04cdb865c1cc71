from __future__ import annotations

from typing import Any

import pytest

from gamekeeper.sources.registry import recognise
from gamekeeper.sources.windows_state.history import HistorySource

SOURCE = HistorySource()
FOLDER = "C/Users/ann/AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine"
PATH = f"case.zip!{FOLDER}/ConsoleHost_history.txt"


def test_one_event_a_command(read: Any) -> None:
    found = read(SOURCE, "whoami\r\n\r\nipconfig /all\r\necho ü".encode(), PATH)
    assert found.column("CommandLine") == ["whoami", "ipconfig /all", "echo ü"]
    assert found.column("event.record_id") == [1, 3, 4]
    assert found.column("EventRecordID") == [1, 3, 4]
    assert set(found.column("User")) == {"ann"}
    assert set(found.column("HostName")) == {"ConsoleHost"}
    assert set(found.column("@timestamp")) == {None}
    assert set(found.column("Channel")) == {"Gamekeeper-State/PowerShellHistory"}
    assert found.rejects == []
    assert found.tally.records_present == 3
    assert found.adds_up()


def test_lines_that_end_in_a_backtick_go_on(read: Any) -> None:
    found = read(SOURCE, b"function x {`\r\n`\r\n  y ``\r\n}\r\nz\r\n", PATH)
    assert found.column("CommandLine") == ["function x {\n\n  y `\n}", "z"]
    assert found.column("event.offset") == [0, 29]
    assert found.adds_up()


def test_a_command_that_breaks_off_is_told(read: Any) -> None:
    found = read(SOURCE, b"a\r\nb`\r\n", PATH)
    assert found.column("CommandLine") == ["a", "b`"]
    assert found.tally.notes == ("1 command breaks off at the end of the file",)


def test_broken_bytes_are_told(read: Any) -> None:
    found = read(SOURCE, b"echo \xfc\r\n", PATH)
    assert found.column("CommandLine") == ["echo ü"]
    assert found.tally.notes == ("1 commands hold bytes that are no valid text",)


@pytest.mark.parametrize("giant", [b"x" * 5_000_000, b"x" * 600_000 + b"`\n" + b"x" * 600_000])
def test_a_giant_is_one_reject(giant: bytes, read: Any) -> None:
    found = read(SOURCE, b"a\n" + giant + b"\nb\n", PATH)
    assert found.column("CommandLine") == ["a", "b"]
    assert [reject.reason for reject in found.rejects] == ["too_large"]
    assert found.adds_up()


@pytest.mark.parametrize(
    "path",
    [
        PATH,
        "ConsoleHost_history.txt",
        r"C:\x\CONSOLEHOST_HISTORY.TXT",
        "srv01_ann_ConsoleHost_history.txt",
        f"{FOLDER}/Visual Studio Code Host_history.txt",
    ],
)
def test_the_name_or_the_folder_says_what_it_is(path: str) -> None:
    found = recognise(b"whoami\r\nipconfig\r\n", path)
    assert found is not None
    assert found.name == "psreadline"


@pytest.mark.parametrize(
    ("head", "path"),
    [
        (b"whoami\r\n", "notes.txt"),
        (b"whoami\r\n", "bash_history.txt"),
        (b"whoami\r\n", "ConsoleHost_history.txt.bak"),
        (b"whoami\r\n", "ConsoleHost_history.txt/notes.txt"),
        (b"", PATH),
        (b"\r\n", PATH),
        (b"MZ\x90\0\3\0\0\0", PATH),
        (bytes(range(256)), PATH),
    ],
)
def test_no_other_text_is_taken(head: bytes, path: str) -> None:
    assert SOURCE.sniff(head, path) < 0
