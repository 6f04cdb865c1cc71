from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from fakes import archives as make
from gamekeeper.model.results import Refusal
from gamekeeper.sources.containers import open_inputs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

posix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are POSIX here")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    root = tmp_path / "tree"
    for name in ("b/2.log", "b/1.log", "a/.hidden", "c.log", "a/x/deep.log"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return root


def found(paths: Iterable[object], root: Path) -> list[str | tuple[str, str]]:
    """Give the paths below ``root``, those refused with the reason."""
    named = [str(path) for path in paths]
    spool = root.parent / "spool"
    result: list[str | tuple[str, str]] = []
    for one in open_inputs(named, spool=spool):
        label = one.path.replace(f"{root}/", "").replace(str(root), ".")
        if isinstance(one, Refusal):
            assert one.detail
            result.append((label, one.reason))
        else:
            result.append(label)
    return result


ALL = ["a/.hidden", "a/x/deep.log", "b/1.log", "b/2.log", "c.log"]


def test_a_folder_is_walked_in_order(tree: Path) -> None:
    assert found([tree], tree) == ALL
    origins = list(open_inputs([str(tree)], spool=tree / "spool"))
    assert [one.number for one in origins if not isinstance(one, Refusal)] == [0, 1, 2, 3, 4]


def test_the_order_of_naming_does_not_matter_and_nothing_is_read_twice(tree: Path) -> None:
    assert found([tree / "c.log", tree / "b", tree, tree / "b/../c.log"], tree) == ALL
    assert found([tree / "b/2.log", tree / "b/1.log"], tree) == ["b/1.log", "b/2.log"]


def test_patterns_are_expanded(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found([tree / "b" / "*.log"], tree) == ["b/1.log", "b/2.log"]
    assert found([tree / "**" / "deep*"], tree) == ["a/x/deep.log"]
    monkeypatch.chdir(tree)
    assert found(["[bc]*"], tree) == ["b/1.log", "b/2.log", "c.log"]
    (tree / "[bc]").write_bytes(b"a name like a pattern")
    assert found(["[bc]"], tree) == ["[bc]"]


def test_what_is_not_there_is_refused(tree: Path) -> None:
    assert found([tree / "nothing", tree / "*.none", tree / "c.log"], tree) == [
        ("*.none", "not_found"),
        "c.log",
        ("nothing", "not_found"),
    ]
    assert found([tree / "***" / "x"], tree) == [("***/x", "not_found")]


@posix
def test_links_lead_nowhere_but_where_a_person_named_them(tree: Path) -> None:
    outside = tree.parent / "outside"
    outside.mkdir()
    (outside / "secret.log").write_bytes(b"s")
    (tree / "b" / "out").symlink_to(outside)
    (tree / "b" / "loop").symlink_to(tree)
    (tree / "b" / "circle").symlink_to(tree / "b" / "circle")
    (tree / "b" / "same").symlink_to(tree / "c.log")
    (tree / "b" / "gone").symlink_to(tree.parent / "gone")
    result = [one for one in found([tree], tree) if one not in ALL]
    assert ("b/out", "link") in result
    assert ("b/gone", "link") in result
    assert len(result) <= 3  # Python says of a circle what it likes
    named = tree.parent / "named"
    named.symlink_to(outside)
    assert found([named], named) == ["secret.log"]


@posix
def test_pipes_and_devices_are_refused(tree: Path) -> None:
    os.mkfifo(tree / "b" / "pipe")
    assert ("b/pipe", "device") in found([tree], tree)
    assert found(["/dev/null"], tree) == [("/dev/null", "device")]


def test_what_may_not_be_read_is_refused(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the system is made to refuse."""
    iterdir, open_ = Path.iterdir, Path.open

    def refusing_iterdir(self: Path) -> Iterator[Path]:
        if self.name == "b":
            raise PermissionError(13, "Permission denied")
        return iterdir(self)

    def refusing_open(self: Path, mode: str) -> object:
        if self.name == "c.log":
            raise PermissionError(13, "Permission denied")
        return open_(self, mode)

    monkeypatch.setattr(Path, "iterdir", refusing_iterdir)
    monkeypatch.setattr(Path, "open", refusing_open)
    refused = [("b", "unreadable"), ("c.log", "unreadable")]
    assert found([tree], tree) == ["a/.hidden", "a/x/deep.log", *refused]


def test_a_file_that_goes_away_is_refused(tree: Path) -> None:
    inputs = open_inputs([str(tree)], spool=tree.parent / "spool")
    next(inputs)
    (tree / "b" / "1.log").unlink()
    rest = list(inputs)
    assert [one.reason for one in rest if isinstance(one, Refusal)] == ["unreadable"]
    assert len(rest) == 4


@posix
def test_names_that_are_no_text_are_shown_all_the_same(tree: Path) -> None:
    (tree / "b" / os.fsdecode(b"\xff\x1b.log")).write_bytes(b"1")
    assert "b/\ufffd\ufffd.log" in found([tree], tree)


def test_very_deep_folders_are_no_recursion(tmp_path: Path) -> None:
    root = tmp_path / "t"
    path = root
    for _ in range(300):
        path = path / "d"
    path.mkdir(parents=True)
    (path / "f").write_bytes(b"")
    assert len(found([root], root)) == 1


def give_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_may_be_anything(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_stdin(monkeypatch, b"plain")
    assert found(["-", tree / "c.log"], tree) == ["stdin", "c.log"]
    give_stdin(monkeypatch, make.zipped({"a": b"1", "b": b"2"}))
    assert found(["-", "-"], tree) == ["stdin!a", "stdin!b"]
    give_stdin(monkeypatch, b"")
    assert found(["-"], tree) == ["stdin"]


def test_a_file_named_like_standard_input_is_a_file(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "-").write_bytes(b"file")
    monkeypatch.chdir(tree)
    assert found(["./-"], tree) == ["-"]


def test_a_whole_collection_of_an_agent(tmp_path: Path) -> None:
    root = tmp_path / "kape"
    logs = root / "HOST1" / "C" / "Windows" / "System32" / "winevt" / "logs"
    logs.mkdir(parents=True)
    (logs / "Security.evtx").write_bytes(b"ElfFile\0")
    (root / "HOST2.zip").write_bytes(make.zipped({"uploads/auto/C%3A/x.evtx": b"ElfFile\0"}))
    assert found([root], root) == [
        "HOST1/C/Windows/System32/winevt/logs/Security.evtx",
        "HOST2.zip!uploads/auto/C:/x.evtx",
    ]
