"""Days and sizes."""

from __future__ import annotations

from tests.fakes.seeing import DAY, NEW_YEAR, check, each_hour, event, result

from gamekeeper.model.visibility import Outcome


def test_a_short_log_fails_with_its_days() -> None:
    found = check(result(each_hour(4624, 3)), "LR-08")
    assert found.outcome is Outcome.FAIL
    assert found.figures == (("srv01 Security", "3 of 365 days"),)


def test_a_long_log_passes() -> None:
    events = [event(n, NEW_YEAR + n * DAY) for n in range(400)]
    assert check(result(events), "LR-08").outcome is Outcome.PASS


def test_a_log_that_will_be_overwritten_is_told() -> None:
    events = [event(n, NEW_YEAR + n * DAY) for n in range(10)]
    found = check(result(events), "LR-09")
    assert found.outcome is Outcome.PASS  # 68 KB in nine days


def test_no_log_with_a_wanted_span_cannot_be_told() -> None:
    assert check(result(each_hour(1, channel="Setup")), "LR-08").outcome is Outcome.CANNOT_TELL
