"""Atoms and patterns."""

from __future__ import annotations

from tests.fakes.seeing import processes, seen_in

from gamekeeper.visibility.ground import (
    COVER,
    FIELD,
    MEMORY,
    OF_ANY,
    PARTLY,
    RECORD,
    Atoms,
    Ground,
    Key,
    setting_of,
    switch_of,
    words_of,
)
from gamekeeper.visibility.recorded import Recorded

LINE = Key(FIELD, "security", (4688,), "CommandLine")
NEW = Key(RECORD, "security", (4688,))
COVERS = Key(COVER, "security")


def ground(line: str = "whoami") -> Ground:
    atoms = Atoms()
    for key in (COVERS, NEW, LINE):
        atoms.of(key)
    return Ground(atoms, Recorded(seen_in(processes(line=line, days=3))), {})


def test_cells_that_agree_are_one_pattern() -> None:
    assert ground().patterns == 1


def test_a_setting_opens_its_atoms_alone() -> None:
    assert ground(line="").values[:, 0].tolist() == [2, 2, 0]
    assert ground(line="").opened("command-line")[:, 0].tolist() == [2, 2, 2]
    assert ground(line="").opened("file-share")[:, 0].tolist() == [2, 2, 0]


def test_an_event_that_windows_writes_by_itself_has_no_switch() -> None:
    assert switch_of("security", 4624) is None
    assert switch_of("application", 326) is None


def test_an_event_that_nobody_declares_is_its_own_proof() -> None:
    switch = switch_of("security", 5889)
    assert switch is not None
    assert switch.proof == (5889,)


def test_each_atom_has_a_setting_and_words() -> None:
    assert [setting_of(key) for key in (COVERS, NEW, LINE)] == [
        "collect-security",
        "process-creation",
        "command-line",
    ]
    assert words_of(COVERS, "Security") == "no Security log of that time"


def test_no_setting_brings_back_what_no_log_remembers() -> None:
    atoms = Atoms()
    for key in (COVERS, Key(MEMORY, "security", (2,), OF_ANY), Key(PARTLY)):
        atoms.of(key)
    found = Ground(atoms, Recorded(seen_in(processes(days=3))), {})
    assert found.values.T.tolist() == [[2, 0, 1], [2, 2, 1]]
    assert found.opened("collect-security").T.tolist() == [[2, 0, 1], [2, 2, 1]]
    assert setting_of(Key(MEMORY, "security", (2,), OF_ANY)) == ""
    assert "less than 2 days" in words_of(Key(MEMORY, "security", (2,), OF_ANY), "Security")
