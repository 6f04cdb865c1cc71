from __future__ import annotations

import struct

import pytest

from fakes.hives import DWORD, SZ, Key, hive, tree
from gamekeeper.sources.windows_state.hive_cells import Cells, base_block
from gamekeeper.sources.windows_state.hive_identity import Identity, identity

NAME = r"Control\ComputerName\ComputerName"


def of(root: Key, path: str = "x", name: str = "") -> Identity:
    data = hive(root, name=name)
    cells, base = Cells(data, 5), base_block(data)
    top = cells.key(struct.unpack_from("<I", data, 36)[0])
    assert base is not None
    assert top is not None
    return identity(cells, top, base, path)


def test_the_current_control_set_and_its_host_name() -> None:
    found = of(
        tree(
            {
                "Select": [("Current", DWORD, 2)],
                rf"ControlSet001\{NAME}": [("ComputerName", SZ, "OLD")],
                rf"ControlSet002\{NAME}": [("ComputerName", SZ, "SRV01")],
            }
        )
    )
    assert found == Identity(
        r"HKLM\System", "SRV01", shown_as={"controlset002": "CurrentControlSet"}
    )


def test_without_select_the_first_set_names_the_host_and_none_is_the_current_one() -> None:
    found = of(tree({rf"ControlSet001\{NAME}": [("ComputerName", SZ, "SRV01")]}))
    assert found == Identity(r"HKLM\System", "SRV01")


@pytest.mark.parametrize("values", [[("ComputerName", DWORD, 1)], [("Other", SZ, "x")], []])
def test_a_host_name_is_not_made_up(values: list[tuple[str, int, str | int | bytes]]) -> None:
    assert of(tree({rf"ControlSet001\{NAME}": values})).computer == ""


@pytest.mark.parametrize(
    ("keys", "path", "name", "place", "user"),
    [
        (("Microsoft", "Classes"), "x", "", r"HKLM\SOFTWARE", ""),
        (("Software", "Network"), "C/Users/ann/NTUSER.DAT", "", "HKCU", "ann"),
        (("Software",), "copy", r"\??\C:\Users\bob\ntuser.dat", "HKCU", "bob"),
        (("Software",), "copy", "", "HKCU", ""),
        (("Software",), "case/config/DEFAULT", "", r"HKU\.DEFAULT", ""),
        (("Policy",), "SECURITY", "", "", ""),
        ((), "empty", "", "", ""),
    ],
)
def test_a_hive_is_known_by_its_keys(
    keys: tuple[str, ...], path: str, name: str, place: str, user: str
) -> None:
    found = of(Key("ROOT", keys=[Key(key) for key in keys]), path, name)
    assert (found.path, found.user) == (place, user)
