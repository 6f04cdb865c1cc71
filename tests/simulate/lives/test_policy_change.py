from __future__ import annotations

import json
from collections.abc import Callable

from simulate.written import Made, read


def test_every_host_says_it_for_itself(done: Callable[[str], Made]) -> None:
    out, _ = done("policy-change")
    acts = [json.loads(line) for line in (out / "tampering.jsonl").read_text().splitlines()]
    assert len({act["host"] for act in acts}) == 3
    for act in acts:
        told = [e for e in read(out / act["files"][0])[0] if e.event_id == 4719]
        assert [event.fields["SubjectUserName"] for event in told] == [f"{act['host']}$"]
