from __future__ import annotations

import io
import json

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import suppressed_jsonl

from . import worlds


def written(result: HuntResult) -> str:
    stream = io.BytesIO()
    suppressed_jsonl.write(result, stream)
    return stream.getvalue().decode()


def test_a_line_is_a_match_with_the_entry_that_allows_it() -> None:
    [line] = written(worlds.given()).splitlines()
    row = json.loads(line)
    assert (row["rule.title"], row["host.name"]) == ("Shell from a service", "build7")
    assert (row["allowed.by"], row["allowed.reason"]) == ("allow.yml, line 1", "packaging")


def test_nothing_taken_is_an_empty_file(small: HuntResult) -> None:
    assert written(small) == ""


def test_text_of_a_list_is_inert() -> None:
    text = written(worlds.given(worlds.HOSTILE))
    assert not {"\x1b", "\x9b", "\u202e", "\u2028"} & set(text)
    assert json.loads(text)["allowed.reason"] == f"packaging{worlds.HOSTILE}"
