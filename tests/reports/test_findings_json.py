from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from io import BytesIO

from gamekeeper.model.findings import Finding
from gamekeeper.model.results import HuntResult
from gamekeeper.reports import findings_json

from . import worlds


def written(result: HuntResult) -> bytes:
    stream = BytesIO()
    findings_json.write(result, stream)
    return stream.getvalue()


def test_golden(small: HuntResult, golden: Callable[[str, bytes], None]) -> None:
    golden("findings.json", written(small))


def test_every_field_of_a_finding_is_there(small: HuntResult) -> None:
    [first, *_] = json.loads(written(small))
    assert list(first) == [field.name for field in fields(Finding)]


def test_no_findings_are_an_empty_list() -> None:
    assert json.loads(written(worlds.nothing_found())) == []


def test_hostile_findings_are_json(hostile: HuntResult) -> None:
    assert len(json.loads(written(hostile))) == len(hostile.findings)
