from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fakes.hives import BINARY, DWORD, EXPAND_SZ, MULTI_SZ, SZ, Key, tree
from fakes.outcomes import Outcome, read_bytes
from gamekeeper.sources.base import Source

Reader = Callable[..., Outcome]


@pytest.fixture
def read(tmp_path: Path) -> Reader:
    def reader(source: Source, data: bytes, path: str = "x") -> Outcome:
        return read_bytes(source, tmp_path, data, path)

    return reader


@pytest.fixture
def system() -> Key:
    """The SYSTEM hive of a server with a relay, in the second of two control sets."""
    return tree(
        {
            "Select": [("Current", DWORD, 2)],
            r"ControlSet001\Control\ComputerName\ComputerName": [("ComputerName", SZ, "OLD")],
            r"ControlSet002\Control\ComputerName\ComputerName": [("ComputerName", SZ, "SRV01")],
            r"ControlSet002\Control\MiniNt": [],
            r"ControlSet002\Services\PortProxy\v4tov4\tcp": [("0.0.0.0/9999", SZ, "10.1.1.5/8443")],
            r"ControlSet002\Services\svc": [
                ("ImagePath", EXPAND_SZ, r"%windir%\svc.exe"),
                ("DependOnService", MULTI_SZ, "a\0b\0"),
                ("Start", DWORD, 2),
                ("Failure", BINARY, bytes(range(256)) * 300),
            ],
            r"ControlSet002\Services\svc\Parameters\Deep": [("unseen", DWORD, 1)],
            r"Setup": [("unseen", DWORD, 1)],
        }
    )
