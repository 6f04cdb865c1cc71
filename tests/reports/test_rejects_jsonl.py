from __future__ import annotations

import base64
import json
from collections.abc import Callable
from io import BytesIO

from gamekeeper.model.results import HuntResult
from gamekeeper.reports import rejects_jsonl


def written(result: HuntResult) -> bytes:
    stream = BytesIO()
    rejects_jsonl.write(result, stream)
    return stream.getvalue()


def test_golden(small: HuntResult, golden: Callable[[str, bytes], None]) -> None:
    golden("rejects.jsonl", written(small))


def test_the_bytes_of_a_lost_record_come_back(small: HuntResult) -> None:
    [reject] = [json.loads(line) for line in written(small).splitlines()]
    assert base64.b64decode(reject["raw"]) == b"\x00a,b"
    assert reject["source.path"] == "copy.zip!Security.csv"


def test_hostile_reasons_stay_on_their_line(hostile: HuntResult) -> None:
    assert written(hostile).count(b"\n") == 1
