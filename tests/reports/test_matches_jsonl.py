from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import matches_jsonl


def written(result: HuntResult) -> bytes:
    stream = BytesIO()
    matches_jsonl.write(result, stream)
    return stream.getvalue()


def test_golden(small: HuntResult, golden: Callable[[str, bytes], None]) -> None:
    golden("matches.jsonl", written(small))


def test_one_line_a_match_in_the_order_of_the_store(plausible: HuntResult) -> None:
    matches = [json.loads(line) for line in written(plausible).splitlines()]
    assert len(matches) == len(plausible.matches)
    assert all(a["@timestamp"] <= b["@timestamp"] for a, b in pairwise(matches))


def test_same_matches_same_bytes(plausible: HuntResult) -> None:
    assert written(plausible) == written(plausible)


def test_hostile_text_stays_on_its_line(hostile: HuntResult) -> None:
    lines = written(hostile).decode().split("\n")
    assert len(lines) == len(hostile.matches) + 1
    assert json.loads(lines[0])["host.name"] == hostile.hosts[0][0]
    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)
