from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gamekeeper.store.clock import now


def test_now_is_utc_and_sorts_as_text() -> None:
    moment = datetime.fromisoformat(now())
    assert moment.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - moment) < timedelta(seconds=10)
