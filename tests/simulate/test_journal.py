from __future__ import annotations

from gamekeeper.simulate.catalog import event_kinds
from gamekeeper.simulate.journal import Agenda, Entry, Erasure, Journal

_KIND = event_kinds()["security_4608"]


def _entry(filetime: int) -> Entry:
    return Entry(filetime, 0, _KIND, (), None, None, None, None, None)


def test_logs_settle_in_order_of_time_and_ties_in_order_of_writing() -> None:
    journal = Journal()
    entries = [_entry(3), _entry(1), _entry(3)]
    for entry in entries:
        journal.add("A", entry)
    assert journal.settled()["A", "Security"] == [entries[1], entries[0], entries[2]]


def test_a_clear_takes_what_came_before_even_if_written_later() -> None:
    journal = Journal()
    journal.erasures.append(Erasure("A", "Security", 0, 10, only_intrusion=False))
    for filetime in (12, 5, 10):
        journal.add("A", _entry(filetime))
    journal.add("B", _entry(5))
    settled = journal.settled()
    assert [e.is_erased for e in settled["A", "Security"]] == [True, False, False]
    assert not settled["B", "Security"][0].is_erased


def test_a_removal_takes_only_the_intruders_own() -> None:
    journal = Journal()
    journal.add("A", _entry(5))
    journal.step = journal.new_step("phase", {"technique": ["T1070"]}, "eve", "text")
    journal.add("A", _entry(6))
    journal.erasures.append(Erasure("A", "Security", 0, 10, only_intrusion=True))
    assert [e.is_erased for e in journal.settled()["A", "Security"]] == [False, True]


def test_happenings_keep_the_step_that_planned_them() -> None:
    journal = Journal()
    agenda = Agenda(journal)
    seen: list[tuple[int, int | None]] = []

    def happen(ticks: int) -> None:
        seen.append((ticks, journal.step.number if journal.step else None))

    journal.step = journal.new_step("phase", {"technique": []}, "", "")
    agenda.at(20, happen)
    journal.step = None
    agenda.at(10, happen)
    agenda.at(30, happen)
    agenda.run(30)
    assert seen == [(10, None), (20, 1)]


def test_happenings_may_plan_others() -> None:
    journal = Journal()
    agenda = Agenda(journal)
    seen: list[int] = []
    agenda.at(1, lambda ticks: agenda.at(ticks + 1, seen.append))
    agenda.run(9)
    assert seen == [2]


def test_the_agenda_is_deterministic_at_equal_times() -> None:
    agenda = Agenda(Journal())
    seen: list[str] = []
    for name in "abc":
        agenda.at(5, lambda _, name=name: seen.append(name))  # type: ignore[misc]
    agenda.run(6)
    assert seen == ["a", "b", "c"]
