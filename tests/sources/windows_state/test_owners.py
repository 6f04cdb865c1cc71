from __future__ import annotations

import pytest

from gamekeeper.sources.windows_state.owners import owner

HISTORY = r"AppData\Roaming\Microsoft\Windows\PowerShell\PSReadLine\ConsoleHost_history.txt"


@pytest.mark.parametrize(
    ("path", "user"),
    [
        (r"C:\Users\ann\NTUSER.DAT", "ann"),
        ("case.zip!C/Users/ann/NTUSER.DAT", "ann"),
        (r"case.zip!Users\ann" + "\\" + HISTORY, "ann"),
        (r"\??\C:\Users\ann b\ntuser.dat", "ann b"),
        (r"C:\Documents and Settings\ann\NTUSER.DAT", "ann"),
        (r"C:\Windows\System32\config\systemprofile" + "\\" + HISTORY, "systemprofile"),
        (r"C:\Windows\ServiceProfiles\NetworkService\NTUSER.DAT", "NetworkService"),
        (r"Users/ann/AppData/Local/Microsoft/Windows/UsrClass.dat", "ann"),
        (r"D:\Users\analyst\cases\7\NTUSER.DAT", ""),
        (r"D:\Users\analyst\Users\ann\NTUSER.DAT", "ann"),
        ("NTUSER.DAT", ""),
        ("MyUsers/ann/NTUSER.DAT", ""),
        ("", ""),
    ],
)
def test_the_profile_names_the_user(path: str, user: str) -> None:
    assert owner(path) == user
