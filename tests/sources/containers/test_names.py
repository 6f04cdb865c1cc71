from __future__ import annotations

import pytest

from gamekeeper.sources.containers.names import printable, shown, without_packing


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("a/b.log", "a/b.log"),
        ("../../etc/passwd", "_/_/etc/passwd"),
        ("a/../../b", "a/_/_/b"),
        ("..\\..\\b", "_/_/b"),
        ("/etc/passwd", "etc/passwd"),
        ("\\\\server\\share\\x", "server/share/x"),
        ("C:\\Windows\\x", "C_/Windows/x"),
        ("c:x", "c_/x"),
        ("", "_"),
        ("..", "_"),
        ("./", "_"),
        ("a\nb\x1b]0;x\x07\u202e", "a\ufffdb\ufffd]0;x\ufffd\ufffd"),
        ("uploads/auto/C%3A/a%2Fb/%2E%2E/x", "uploads/auto/C:/a/b/_/x"),
        ("uploads/ntfs/%5C%5C.%5CC%3A/$MFT", "uploads/ntfs/C:/$MFT"),
        ("host/uploads/auto/D%3A/y%25z", "host/uploads/auto/D:/y%z"),
        ("winevt/Microsoft-Windows-AppLocker%4EXE and DLL.evtx",) * 2,
        ("uploads/auto/AppLocker%4EXE.evtx",) * 2,
    ],
)
def test_names_are_shown_without_tricks(name: str, label: str) -> None:
    assert shown(name) == label


def test_printable_text_is_left_alone() -> None:
    assert printable("Prüfung 日本 🦊 x") == "Prüfung 日本 🦊 x"
    assert printable("\udcff\x00\x7f") == "\ufffd\ufffd\ufffd"


@pytest.mark.parametrize(
    ("path", "name"),
    [("d/a.json.gz", "a.json"), ("x.zip!b.TGZ", "b.tar"), ("a", "a"), (".gz", ".gz")],
)
def test_compressed_files_are_named_for_what_they_hold(path: str, name: str) -> None:
    assert without_packing(path) == name
