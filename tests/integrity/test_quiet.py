"""When files have nothing to say."""

from __future__ import annotations

from tests.fakes.facts import DAY, HOUR, NEW_YEAR, event, facts_of, steady

from gamekeeper.integrity.quiet import quiet

LATER = NEW_YEAR + 10 * HOUR


def test_time_without_any_record_of_a_file_is_quiet() -> None:
    found = quiet(facts_of([*steady(1, 10), *steady(90, 99, start=LATER)]))
    assert found.file(0, NEW_YEAR + HOUR, LATER)
    assert not found.file(0, NEW_YEAR, NEW_YEAR + HOUR // 6)
    assert not found.file(7, NEW_YEAR, LATER)


def test_another_host_ends_the_quiet_of_a_file_and_not_that_of_a_host() -> None:
    other = steady(1, 700, host="WS1")
    found = quiet(facts_of([*steady(1, 10), *steady(90, 99, start=LATER), *other]))
    assert not found.file(0, NEW_YEAR + HOUR, LATER)
    assert found.host(0, "dc01", NEW_YEAR + HOUR, LATER)
    assert found.has_others(0, "dc01")


def test_a_sparse_log_speaks_in_its_hours_only() -> None:
    early = [event(9 * n, NEW_YEAR + n, header=n) for n in range(1, 8)]
    late = [event(9 * n, NEW_YEAR + DAY + n, header=n) for n in range(8, 20)]
    found = quiet(facts_of([*early, *late]))
    assert found.file(0, NEW_YEAR + HOUR, NEW_YEAR + DAY)


def test_no_time_is_not_quiet() -> None:
    assert not quiet(facts_of(steady(1, 9))).file(0, NEW_YEAR, NEW_YEAR + 1)


def test_the_silence_of_a_file_is_a_share_of_the_time() -> None:
    found = quiet(facts_of([*steady(1, 60), *steady(90, 99, start=NEW_YEAR + 4 * HOUR)]))
    assert 0.7 < found.silence(0, NEW_YEAR, NEW_YEAR + 4 * HOUR) < 0.8
    assert found.silence(7, NEW_YEAR, NEW_YEAR + 4 * HOUR) == 0
    assert found.silence(0, NEW_YEAR, NEW_YEAR + 1) == 0
