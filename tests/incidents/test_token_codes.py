from __future__ import annotations

import json

import pyarrow as pa

from gamekeeper.incidents.token_codes import TokenCodes
from gamekeeper.incidents.tokens import tokens_of


def fields(*lines: str) -> pa.Array:
    return pa.array([json.dumps({"CommandLine": line}) for line in lines], pa.utf8())


def test_what_names_the_same_has_one_code() -> None:
    codes_of = TokenCodes()
    codes = codes_of.of(fields("copy c:\\temp\\one.zip", "whoami", "copy c:\\temp\\one.zip"))
    assert codes.tolist() == [0, 1, 0]
    assert codes_of.of(fields("whoami")).tolist() == [1]
    assert codes_of.names()[1] == tokens_of(fields("whoami")[0].as_py())


def test_codes_go_on_behind_those_that_are_known() -> None:
    first = TokenCodes()
    first.of(fields("copy c:\\temp\\one.zip", "whoami"))
    second = TokenCodes(first.names())
    codes = second.of(fields("copy c:\\temp\\two.zip", "whoami"))
    assert codes.tolist() == [2, 1]
    assert second.names()[:2] == first.names()
