from __future__ import annotations

import json

import pyarrow as pa

from gamekeeper.incidents.naming import Naming
from gamekeeper.incidents.tokens import tokens_of


def fields(*lines: str) -> pa.Array:
    return pa.array([json.dumps({"CommandLine": line}) for line in lines], pa.utf8())


def test_what_names_the_same_has_one_code() -> None:
    naming = Naming()
    codes = naming.of(fields("copy c:\\temp\\one.zip", "whoami", "copy c:\\temp\\one.zip"))
    assert codes.tolist() == [0, 1, 0]
    assert naming.of(fields("whoami")).tolist() == [1]
    assert naming.names()[1] == tokens_of(fields("whoami")[0].as_py())


def test_codes_go_on_behind_those_that_are_known() -> None:
    first = Naming()
    first.of(fields("copy c:\\temp\\one.zip", "whoami"))
    second = Naming(first.names())
    codes = second.of(fields("copy c:\\temp\\two.zip", "whoami"))
    assert codes.tolist() == [2, 1]
    assert second.names()[:2] == first.names()
