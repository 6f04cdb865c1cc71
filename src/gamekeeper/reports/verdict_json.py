"""``verdict.json``: affected, suspected, no evidence or cannot tell, and the sentence that justifies it."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.visibility_json import day

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.results import HuntResult
    from gamekeeper.model.visibility import Ruling

NAME = "verdict.json"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write the verdict; an empty object where no rule was asked."""
    stream.write(dumps(as_json(result), pretty=True) + b"\n")


def as_json(result: HuntResult) -> dict[str, object]:
    """Return the verdict as scripts read it."""
    seen = result.visibility
    if seen is None or seen.judgement is None:
        return {}
    one = seen.judgement
    return {
        "verdict": one.verdict,
        "because": one.because,
        "caveats": one.caveats,
        "scope": {
            "from": day(seen.first_day),
            "to": day(seen.last_day),
            "hosts": [seen.names.get(host.host, host.host) for host in seen.hosts],
        },
        "host_days_of_questions": dict(one.counts),
        "questions": [_ruling(each, seen.names) for each in one.rulings],
        "outside_of_scope": [{"question": name, "because": why} for name, why in one.outside],
    }


def _ruling(one: Ruling, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "question": one.question,
        "kind": one.kind,
        "name": one.name,
        "verdict": one.verdict,
        "because": one.because,
        "hosts": [names.get(host, host) for host in one.hosts],
        "from": day(one.first_day) if one.hosts else None,
        "to": day(one.last_day) if one.hosts else None,
        "host_days": one.host_days,
        "findings": one.evidence,
    }
