from __future__ import annotations

import pytest

from gamekeeper.sources.windows_state.keys import place_of
from gamekeeper.sources.windows_state.states import KeyState, Whose, event_of
from gamekeeper.sources.windows_state.values import HIDDEN, Value

VNC = r"HKLM\SOFTWARE\RealVNC\vncserver"


def details(name: str, kind: int, data: bytes, path: str = VNC) -> list[tuple[str, str]]:
    key = KeyState(path, place_of(path))
    event = event_of(Whose(0), key, Value(name, kind, data, len(data)), 0, 1)
    return [pair for pair in event.data if pair[0] == "Details"]


def test_a_value_has_its_path_its_key_and_its_type() -> None:
    key = KeyState(r"HKLM\SOFTWARE\OpenSSH", place_of(r"HKLM\SOFTWARE\OpenSSH"), 7)
    value = Value("DefaultShell", 1, "cmd".encode("utf-16-le"), 6)
    event = event_of(Whose(3, "srv01", "ann"), key, value, 4096, 9)
    assert (event.source, event.offset, event.record_id, event.filetime) == (3, 4096, 9, 7)
    assert event.system == {"Channel": "Gamekeeper-State/Registry", "Computer": "srv01"}
    assert event.data == [
        ("TargetObject", r"HKLM\SOFTWARE\OpenSSH\DefaultShell"),
        ("Key", r"HKLM\SOFTWARE\OpenSSH"),
        ("ValueName", "DefaultShell"),
        ("ValueType", "REG_SZ"),
        ("Details", "cmd"),
        ("User", "ann"),
    ]


def test_a_key_without_values_is_an_event_of_its_own() -> None:
    path = r"HKLM\System\CurrentControlSet\Control\MiniNt"
    event = event_of(Whose(0), KeyState(path, place_of(path)), None, 0, 1)
    assert event.data == [("TargetObject", path), ("Details", "(no values)"), ("Key", path)]
    assert event.system == {"Channel": "Gamekeeper-State/Registry"}


@pytest.mark.parametrize("kind", [1, 3, 7, 0, 0xFFFF])
def test_a_secret_is_told_to_be_there_and_never_shown(kind: int) -> None:
    assert details("Password", kind, b"hunter2!") == [("Details", HIDDEN)]


def test_an_empty_password_and_a_number_are_no_secrets() -> None:
    assert details("Password", 1, b"") == [("Details", "")]
    assert details("PasswordExpiryWarning", 4, b"\5\0\0\0") == [("Details", "DWORD (0x00000005)")]


def test_a_number_of_the_wrong_size_may_be_a_secret_in_disguise() -> None:
    assert details("Password", 4, b"hunter2!") == [("Details", HIDDEN)]


def test_what_a_long_value_leaves_out_is_told() -> None:
    key = KeyState(VNC, place_of(VNC))
    event = event_of(Whose(0), key, Value("x", 3, b"\1" * 10, 70_000), 0, 1)
    assert ("DetailsLeftOut", "69990 bytes") in event.data


@pytest.mark.parametrize(
    ("written", "time"),
    [(0, None), (None, None), (5, 5), (1 << 63, None), ((1 << 63) - 1, None)],
)
def test_no_time_is_made_up(written: int | None, time: int | None) -> None:
    assert KeyState(VNC, place_of(VNC), written).time == time
