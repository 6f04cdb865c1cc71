"""Which processes are shown, and in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fakes.cases import case_of
from fakes.processes import MORNING, SECOND, batches, guid, seen, started
from gamekeeper.questions.processes.first_programs import boots
from gamekeeper.questions.processes.forest import (
    Children,
    Forest,
    Role,
    above,
    grown,
    in_period,
    roles,
    rooted,
    walked,
)
from gamekeeper.questions.processes.log import read
from gamekeeper.questions.processes.nodes import ends_of, nodes_of
from gamekeeper.store.selection import Selection

EXPLORER, CMD, NET = "C:\\explorer.exe", "C:\\cmd.exe", "C:\\net.exe"


@pytest.fixture
def forest(tmp_path: Path) -> Forest:
    """Rows 0-3: cmd, net, cmd on another host, net below row 0; row 4, 5: explorer as it is named."""
    events = [
        seen(1, (1, 100), CMD, parent=(9, 50, EXPLORER)),
        seen(2, (2, 104), NET, parent=(1, 100, CMD)),
        started(3, 100, CMD, parent=(60, EXPLORER), host="alpha"),
        seen(4, (3, 108), NET, parent=(1, 100, CMD)),
    ]
    with case_of(tmp_path / "case", batches(events)).snapshot() as snapshot:
        records = read(snapshot, Selection())
        return grown(nodes_of(records), ends_of(records), boots(snapshot, Selection(), records))


@pytest.mark.parametrize(
    ("root", "rows"),
    [
        ("100", [0, 2]),
        ("0x64", [0, 2]),
        ("NET", [1, 3]),
        ("C:\\x\\net.exe", [1, 3]),
        ("explorer.exe", [4, 5]),
        (guid(2).lower().strip("{}"), [1]),
        (guid(9), [4, 5]),
        (guid(77), []),
        ("9" * 10, []),
    ],
)
def test_a_root_is_a_number_a_guid_or_a_name(forest: Forest, root: str, rows: list[int]) -> None:
    found = np.flatnonzero(rooted(forest, root)).tolist()
    assert found == ([row for row in rows if root != guid(9) or row == _explorer(forest)])


def _explorer(forest: Forest) -> int:
    return int(forest.parents[0])


def shown(forest: Forest, **asked: object) -> dict[int, Role]:
    everything = np.ones(len(forest), bool)
    given = {"inside": everything, "hits": None, "root": None} | asked
    found: Callable[..., np.ndarray[tuple[int], np.dtype[np.int8]]] = roles
    return {row: Role(role) for row, role in enumerate(found(forest, **given)) if role}


def mask(*rows: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(np.arange(6), rows)


def test_a_hit_is_shown_with_what_is_above_and_below(forest: Forest) -> None:
    top = _explorer(forest)
    assert shown(forest, hits=mask(0)) == {
        top: Role.ANCESTOR,
        0: Role.SELECTED,
        1: Role.DESCENDANT,
        3: Role.DESCENDANT,
    }


def test_nothing_above_a_root_is_shown(forest: Forest) -> None:
    assert shown(forest, root="100", hits=mask(1)) == {0: Role.ANCESTOR, 1: Role.SELECTED}


def test_what_is_above_a_period_stands_outside_of_it(forest: Forest) -> None:
    inside = in_period(forest, MORNING + 2 * SECOND, MORNING + 3 * SECOND)
    assert inside.tolist() == [False, True, False, False, False, False]
    assert shown(forest, inside=inside) == {
        _explorer(forest): Role.ANCESTOR,
        0: Role.ANCESTOR,
        1: Role.SELECTED,
    }


def test_a_tree_is_walked_by_host_and_time_and_parents_come_first(forest: Forest) -> None:
    everything = np.ones(len(forest), bool)
    top, other = _explorer(forest), int(forest.parents[2])
    assert list(walked(forest, everything)) == [
        (other, 0),
        (2, 1),
        (top, 0),
        (0, 1),
        (1, 2),
        (3, 2),
    ]
    assert list(walked(forest, mask(1, 3))) == [(1, 0), (3, 0)]


def test_above_and_below_end_and_hold_what_a_chain_holds() -> None:
    parents = np.array([-1, 0, 1, 2, 0, -1])
    assert above(parents, np.arange(6) == 3).tolist() == [True, True, True, False, False, False]
    below = Children(parents).below(np.arange(6) == 1)
    assert below.tolist() == [False, True, True, True, False, False]
