from __future__ import annotations

from pathlib import Path

import pytest
from tests.fakes.habits import office, seen_in

from gamekeeper.analytics.baselines.showing import known, named
from gamekeeper.errors import UsageError


def test_keys_come_with_hosts_and_days_the_most_common_first(tmp_path: Path) -> None:
    diary = office(3, ("ws01", "ws02"))
    diary.start(2, "ws02", "whoami")
    found = known(named("command-shapes"), seen_in(diary.events, tmp_path).batches())
    assert [(dict(one.parts)["command"], one.whom, one.days) for one in found] == [
        ("notepad", ("ws01", "ws02"), 6),
        ("whoami", ("ws02",), 1),
    ]
    assert found[1].first_day == found[1].last_day


def test_an_unknown_name_is_answered_with_the_one_that_was_perhaps_meant() -> None:
    with pytest.raises(UsageError, match="did you mean 'logon-edges'"):
        named("logon-edge")
