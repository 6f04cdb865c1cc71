from __future__ import annotations

from collections.abc import Callable

from simulate.written import Made, ids, read


def test_archives_and_the_log_hold_every_record_once(done: Callable[[str], Made]) -> None:
    out, act = done("archive:times=2:host=dc")
    found = sorted(one for name in act["files"] for one in ids(out / name))
    assert len(act["files"]) == 3
    assert found == list(range(found[0], found[-1] + 1))


def test_the_new_file_begins_with_the_name_of_the_old(done: Callable[[str], Made]) -> None:
    out, act = done("archive:times=2:host=dc")
    *archives, current = act["files"]
    first = read(out / current)[0][0]
    assert first.event_id == 1105
    names = [name.rpartition("/")[2] for name in archives]
    assert first.fields["BackupPath"].rpartition("\\")[2] == names[-1]


def test_a_full_log_ends_with_1104(done: Callable[[str], Made]) -> None:
    out, act = done("log-full")
    assert read(out / act["files"][0])[0][-1].event_id == 1104
