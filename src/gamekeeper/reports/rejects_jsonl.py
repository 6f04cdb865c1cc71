"""``rejects.jsonl``: what could not become an event, one place a line, in order of file and offset."""

from __future__ import annotations

import base64
from typing import IO, TYPE_CHECKING

from gamekeeper.incidents.json_text import dumps

if TYPE_CHECKING:
    from gamekeeper.model.rejects import Reject
    from gamekeeper.model.results import HuntResult

NAME = "rejects.jsonl"


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write all rejects; ``raw`` holds the first bytes of the lost record in base64."""
    for reject in result.rejects:
        stream.write(dumps(_row(result, reject)) + b"\n")


def _row(result: HuntResult, reject: Reject) -> dict[str, object]:
    source = result.sources[reject.source]
    return {
        "source.path": source.path,
        "source.sha256": source.sha256,
        "source.offset": reject.offset,
        "record.id": reject.record_id,
        "count": reject.count,
        "reason": reject.reason,
        "detail": reject.detail,
        "raw": base64.b64encode(reject.raw).decode(),
    }
