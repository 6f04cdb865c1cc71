from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from fakes.cases import NEW_YEAR, SECOND, logon
from fakes.copied_cases import copied_case, stored, take
from gamekeeper.errors import UsageError
from gamekeeper.model.build import Event
from gamekeeper.store.case import Case
from gamekeeper.store.commit import Writer
from gamekeeper.store.forget import Forgotten, empty, forget, forget_before, source_named
from gamekeeper.store.records import Kind
from gamekeeper.store.verify import verify


def log(source: int, *numbers: int) -> list[Event]:
    return [logon(n, source=source) for n in numbers]


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Monday's log, Tuesday's with five of its ten events and five of its own, and one of another host."""
    return copied_case(
        tmp_path / "case",
        log(0, *range(10)),
        log(1, *range(5, 15)),
        [logon(n, source=2, system={"Computer": "ws"}) for n in range(4)],
        rejects=1,
    )


def gone(case: Case, source: int) -> Forgotten:
    with Writer(case) as writer:
        return forget(writer, writer.manifest.sources()[source])


def check(case: Case) -> list[str]:
    verdict = verify(case)
    assert verdict.is_sound, verdict.faults
    return [remark.detail.split(":")[0] for remark in verdict.remarks]


def test_a_log_goes_with_all_that_it_brought(case: Case) -> None:
    assert gone(case, 2) == Forgotten(events=4, copies=0)
    assert stored(case) == {0: 10, 1: 5}
    assert stored(case, Kind.REJECTS) == {0: 1, 1: 1}
    assert check(case) == ["it was forgotten"]
    with case.snapshot() as snapshot:
        account = snapshot.sources()[2]
        assert (account.events, account.rejects) == (0, 0)
        assert "forgotten" in account.notes[0]
    assert not any("ws" in str(path) for path in case.layout.root.rglob("left*"))


def test_copies_that_others_held_are_named_and_come_back_with_their_log(case: Case) -> None:
    done = gone(case, 0)
    assert (done.events, done.copies) == (10, 5)
    assert [source.number for source in done.reread] == [1]
    assert stored(case) == {1: 5, 2: 4}
    assert stored(case, Kind.WITNESSES) == {}
    assert check(case) == [
        "it was forgotten",
        "some of its records were copies of events that were forgotten with another log",
    ]
    with Writer(case) as writer:  # what an ingest of that log does first
        empty(writer, [1])
    assert stored(case) == {2: 4}
    check(case)
    take(case, log(1, *range(5, 15)), rejects=1)
    assert stored(case) == {1: 10, 2: 4}
    assert check(case) == ["it was forgotten"]


def test_a_forgotten_log_can_be_taken_in_again(case: Case) -> None:
    gone(case, 1)
    assert stored(case) == {0: 10, 2: 4}
    with Writer(case) as writer:
        empty(writer, [1])
    take(case, log(1, *range(5, 15)), rejects=1)
    assert stored(case) == {0: 10, 1: 5, 2: 4}
    assert stored(case, Kind.WITNESSES) == {1: 5}
    assert check(case) == []


def test_ways_over_a_copy_that_goes_are_no_ways_any_more(case: Case) -> None:
    # 0 is kept for 1; now 1 is a way for 3 in a case where the pointers say so
    take(case, log(3, *range(7, 9)))
    assert stored(case, Kind.WITNESSES) == {1: 5, 3: 2}
    done = gone(case, 0)
    assert [source.number for source in done.reread] == [1, 3]
    check(case)


def test_old_events_go_and_the_books_say_so(case: Case) -> None:
    with Writer(case) as writer:
        done = forget_before(writer, NEW_YEAR + 7 * SECOND)
    assert (done.events, done.copies) == (7 + 4, 2)
    assert stored(case) == {0: 3, 1: 5}
    assert stored(case, Kind.WITNESSES) == {1: 3}
    assert check(case) == []
    with closing(case.manifest()) as manifest:
        assert manifest.forgotten() == {
            (0, Kind.EVENTS): 7,
            (1, Kind.WITNESSES): 2,
            (2, Kind.EVENTS): 4,
        }
    with Writer(case) as writer:
        assert forget_before(writer, NEW_YEAR + 7 * SECOND) == Forgotten(0, 0)
        assert forget_before(writer, NEW_YEAR + 9 * SECOND).events == 2
    assert check(case) == []
    gone(case, 0)
    check(case)


def test_events_without_a_time_stay(tmp_path: Path) -> None:
    case = copied_case(tmp_path / "case", [logon(1, filetime=None), logon(2)])
    with Writer(case) as writer:
        assert forget_before(writer, NEW_YEAR + 100 * SECOND).events == 1
    assert stored(case) == {0: 1}
    check(case)


@pytest.mark.parametrize("text", ["1", "logs/1.evtx", f"{1:064x}"])
def test_a_log_has_many_names(case: Case, text: str) -> None:
    with closing(case.manifest()) as manifest:
        assert source_named(manifest, text).number == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("logs/1.evt", "did you mean 'logs/1.evtx'"),
        ("7", "no log of the case"),
        ("0" * 20, r"several logs: name one by its number \(0, 1, 2\)"),
    ],
)
def test_a_wrong_name_is_answered(case: Case, text: str, complaint: str) -> None:
    with closing(case.manifest()) as manifest, pytest.raises(UsageError, match=complaint):
        source_named(manifest, text)
