"""Links against a slow version of the same rules, and the rules one by one."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.questions.processes.linking import (
    ENDED_SLACK,
    NEVER,
    Boots,
    By,
    Ends,
    Links,
    Starts,
    link,
    with_unknown_parents,
)

#: host, pid, parent_pid, time, guid, parent_guid, image, parent_image
Start = tuple[int, int, int, int, int, int, int, int]
#: host, pid, time, guid, image
End = tuple[int, int, int, int, int]
Boot = tuple[int, int]
S = ENDED_SLACK


def starts_of(rows: list[Start]) -> Starts:
    return Starts(*np.array(rows, np.int64).reshape(-1, len(fields(Starts))).T)


def ends_of(rows: list[End]) -> Ends:
    return Ends(*np.array(rows, np.int64).reshape(-1, len(fields(Ends))).T)


def boots_of(rows: list[Boot]) -> Boots:
    return Boots(*np.array(rows, np.int64).reshape(-1, 2).T)


def linked(rows: list[Start], ends: list[End] = [], boots: list[Boot] = []) -> Links:  # noqa: B006
    return link(starts_of(rows), ends_of(ends), boots_of(boots))


def differ(a: int, b: int) -> bool:
    return -1 not in {a, b} and a != b


class Slow:
    """The rules of ``link``, a process at a time."""

    def __init__(self, rows: list[Start], ends: list[End], boots: list[Boot]) -> None:
        self.rows, self.boots = rows, boots
        timed = [at for at, row in enumerate(rows) if row[3] >= 0]
        self.order = sorted(timed, key=lambda at: (rows[at][3], at))
        self.ends = [NEVER] * len(rows)
        for end in ends:
            at = self.of_end(end)
            if at is not None and end[2] >= 0:
                self.ends[at] = min(self.ends[at], end[2])
        self.parents, self.by = [-1] * len(rows), [By.NOTHING] * len(rows)
        for at in range(len(rows)):
            self.give_parent(at)
        self.open_circles()

    def life(self, host: int, time: int) -> int:
        return max((t for h, t in self.boots if h == host and t <= time), default=-1)

    def of_guid(self, host: int, guid: int) -> int | None:
        found = (at for at, row in enumerate(self.rows) if (row[0], row[4]) == (host, guid))
        return next(found, None) if guid >= 0 else None

    def last(self, host: int, pid: int, life: int, before: list[int]) -> int | None:
        for at in reversed(before):
            row = self.rows[at]
            if (row[0], row[1]) == (host, pid) and pid >= 0 and self.life(host, row[3]) == life:
                return at
        return None

    def of_end(self, end: End) -> int | None:
        host, pid, time, guid, image = end
        known = self.of_guid(host, guid)
        if known is not None or time < 0:
            return known
        before = [at for at in self.order if self.rows[at][3] <= time]
        found = self.last(host, pid, self.life(host, time), before)
        if found is None or (guid >= 0 and self.rows[found][4] >= 0):
            return None
        return None if differ(self.rows[found][6], image) else found

    def give_parent(self, at: int) -> None:
        host, _, parent_pid, time, _, parent_guid, _, parent_image = self.rows[at]
        known = self.of_guid(host, parent_guid)
        if known is not None and known != at:
            self.parents[at], self.by[at] = known, By.GUID
            return
        if time < 0:
            return
        before = self.order[: self.order.index(at)]
        found = self.last(host, parent_pid, self.life(host, time), before)
        if found is None or (parent_guid >= 0 and self.rows[found][4] >= 0):
            return
        if differ(self.rows[found][6], parent_image) or self.ends[found] < time - S:
            return
        self.parents[at], self.by[at] = found, By.PID

    def open_circles(self) -> None:
        for at in range(len(self.rows)):
            seen = []
            row = at
            while row >= 0 and row not in seen:
                seen.append(row)
                row = self.parents[row]
            if row >= 0:
                least = min(seen[seen.index(row) :])
                self.parents[least], self.by[least] = -1, By.NOTHING


code = st.integers(-1, 2)
time = st.integers(-1, 8).map(lambda n: n * (S // 2) if n > 0 else n)
a_start = st.tuples(st.integers(0, 1), code, code, time, code, code, code, code)
an_end = st.tuples(st.integers(0, 1), code, time, code, code)
a_boot = st.tuples(st.integers(0, 1), st.integers(0, 8).map(lambda n: n * (S // 2)))


@given(st.lists(a_start, max_size=8), st.lists(an_end, max_size=5), st.lists(a_boot, max_size=3))
def test_links_are_what_the_slow_version_finds(
    rows: list[Start], ends: list[End], boots: list[Boot]
) -> None:
    fast, slow = linked(rows, ends, boots), Slow(rows, ends, boots)
    assert fast.ends.tolist() == slow.ends
    assert fast.parents.tolist() == slow.parents
    assert fast.by.tolist() == slow.by


def plain(pid: int, parent: int, time: int, image: int = -1, parent_image: int = -1) -> Start:
    return (0, pid, parent, time, -1, -1, image, parent_image)


def test_of_several_processes_of_one_number_the_latest_before_is_the_parent() -> None:
    found = linked([plain(8, 4, 10), plain(8, 4, 20), plain(12, 8, 25), plain(8, 4, 30)])
    assert found.parents.tolist() == [-1, -1, 1, -1]
    assert found.by.tolist() == [0, 0, By.PID, 0]


def test_a_process_that_had_ended_is_no_parent() -> None:
    rows = [plain(8, 4, 10), plain(12, 8, 50 + S), plain(16, 8, 51 + S)]
    assert linked(rows, [(0, 8, 50, -1, -1)]).parents.tolist() == [-1, 0, -1]


def test_nothing_lives_on_from_one_boot_to_the_next() -> None:
    rows = [plain(8, 4, 10), plain(12, 8, 19), plain(16, 8, 20)]
    assert linked(rows, boots=[(0, 20)]).parents.tolist() == [-1, 0, -1]
    assert linked(rows, boots=[(1, 20)]).parents.tolist() == [-1, 0, 0]


def test_another_program_than_the_one_named_is_no_parent() -> None:
    rows = [plain(8, 4, 10, image=3), plain(12, 8, 20, parent_image=5), plain(16, 8, 20, -1, 3)]
    assert linked(rows).parents.tolist() == [-1, -1, 0]


def test_a_guid_counts_more_than_number_and_time() -> None:
    rows: list[Start] = [
        (0, 8, 4, 10, 1, -1, -1, -1),
        (0, 8, 4, 20, 2, -1, -1, -1),
        (0, 12, 8, 30, 3, 1, -1, -1),
        (0, 16, 8, 30, 4, 9, -1, -1),
    ]
    found = linked(rows)
    assert found.parents.tolist() == [-1, -1, 0, -1]
    assert found.by.tolist() == [0, 0, By.GUID, 0]


def test_two_processes_that_forged_events_make_each_others_parents_end_the_search() -> None:
    rows: list[Start] = [
        (0, 8, -1, 10, 1, 2, -1, -1),
        (0, 12, -1, 20, 2, 1, -1, -1),
        (0, 16, -1, 30, 3, 2, -1, -1),
    ]
    assert linked(rows).parents.tolist() == [-1, 0, 1]


def test_parents_that_are_only_named_get_a_row_of_their_own_and_share_it() -> None:
    rows = [plain(12, 8, 10, -1, 3), plain(16, 8, 20, -1, 3), plain(20, 8, 30, -1, 4)]
    starts, boots = starts_of(rows), boots_of([])
    parents, named_by = with_unknown_parents(starts, link(starts, ends_of([]), boots), boots)
    assert parents[3:].tolist() == [-1, -1]
    assert parents[0] == parents[1] != parents[2]
    assert sorted(named_by.tolist()) == [0, 2]


@pytest.mark.slow
def test_a_million_processes_take_seconds() -> None:
    count = 1_000_000
    random = np.random.default_rng(1)
    pids = random.integers(0, 5_000, count) * 4
    none = np.full(count, -1)
    hosts = random.integers(0, 40, count)
    starts = Starts(hosts, pids, np.roll(pids, 1), np.arange(count) * S, none, none, none, none)
    found = link(starts, Ends(none[:0], none[:0], none[:0], none[:0], none[:0]), boots_of([]))
    assert (found.parents[found.parents >= 0] < np.flatnonzero(found.parents >= 0)).all()
    assert (found.parents >= 0).sum() > count // 2
