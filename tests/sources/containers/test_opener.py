from __future__ import annotations

import bz2
import gzip
import lzma
import random
import shutil
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes import archives as make
from gamekeeper.model.results import Refusal
from gamekeeper.sources.base import Origin
from gamekeeper.sources.containers import Limits, open_inputs

if TYPE_CHECKING:
    from collections.abc import Callable

    Open = Callable[..., dict[str, object]]

LOG = b"a log line\n" * 1000


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Write a file, open it, and give {path: content, or reason of the refusal}."""

    def open_file(content: bytes, name: str = "in", **options: object) -> dict[str, object]:
        path = tmp_path / name
        path.write_bytes(content)
        shutil.rmtree(spool := tmp_path / "spool", ignore_errors=True)
        found: dict[str, object] = {}
        kept: set[Path] = set()
        for one in open_inputs([str(path)], spool=spool, **options):  # type: ignore[arg-type]
            label = one.path.removeprefix(f"{tmp_path}/")
            if isinstance(one, Refusal):
                assert one.detail
                found[f"{label} refused" if label in found else label] = one.reason
                continue
            assert one.number == len(kept)
            assert one.size_bytes == one.local.stat().st_size
            assert one.is_temporary is (one.local.parent == spool)
            kept.add(one.local)
            found[label] = one.local.read_bytes()
        left = set(spool.iterdir()) if spool.exists() else set()
        assert left == {one for one in kept if one.parent == spool}
        return found

    return open_file


def test_a_plain_file_is_itself(opened: Open) -> None:
    assert opened(LOG) == {"in": LOG}
    assert opened(b"") == {"in": b""}


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": make.zst,
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_file_is_what_it_holds(opened: Open, suffix: str) -> None:
    packed = PACKERS[suffix](LOG)
    assert opened(packed, f"a.log.{suffix}") == {f"a.log.{suffix}!a.log": LOG}
    assert opened(packed, "odd") == {"odd!odd": LOG}


@pytest.mark.parametrize("suffix", PACKERS)
def test_compressed_streams_in_a_row_are_one_file(opened: Open, suffix: str) -> None:
    packed = PACKERS[suffix]
    assert opened(packed(LOG) + packed(b"") + packed(b"more"), "a") == {"a!a": LOG + b"more"}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_cut_stream_keeps_what_comes_before_the_cut(opened: Open, suffix: str) -> None:
    data = random.Random(1).randbytes(2_500_000)
    found = opened(PACKERS[suffix](data)[:1_500_000], "a")
    assert found["a!a refused"] in ("truncated", "damaged")
    kept = found["a!a"]
    assert isinstance(kept, bytes)
    assert data.startswith(kept)
    assert len(kept) > 500_000


def test_padding_and_garbage_behind_a_stream(opened: Open) -> None:
    assert opened(gzip.compress(LOG) + bytes(512), "a") == {"a!a": LOG}
    assert opened(gzip.compress(LOG) + b"garbage", "a") == {"a!a": LOG, "a!a refused": "damaged"}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_compressed_tar_is_one_container(opened: Open, suffix: str) -> None:
    packed = PACKERS[suffix](make.tarred({"x/a.log": LOG, "empty": b""}))
    name = f"logs.tar.{suffix}"
    assert opened(packed, name) == {f"{name}!x/a.log": LOG, f"{name}!empty": b""}


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_every_form_of_tar_is_read(opened: Open, form: int) -> None:
    name = "/".join(["directory"] * 15) + "/a.log"
    assert opened(make.tarred({name: LOG}, form=form)) == {f"in!{name}": LOG}


def test_archives_may_stand_in_each_other(opened: Open) -> None:
    inner = make.zipped({"a.log": LOG, "b.json.gz": gzip.compress(b"{}")})
    seven = make.seven_zipped({"c.zip": make.zipped({"c.log": b"c"}), "d": b"d"})
    outer = make.zipped({"in.zip": inner, "x.7z": seven, "t.tar": make.tarred({"e": b"e"})})
    assert opened(make.tarred({"o.zip": outer}), "all.tar") == {
        "all.tar!o.zip!in.zip!a.log": LOG,
        "all.tar!o.zip!in.zip!b.json.gz!b.json": b"{}",
        "all.tar!o.zip!x.7z!c.zip!c.log": b"c",
        "all.tar!o.zip!x.7z!d": b"d",
        "all.tar!o.zip!t.tar!e": b"e",
    }


def test_containers_nest_to_a_limit(opened: Open) -> None:
    content = b"core"
    for _ in range(5):
        content = gzip.compress(content)
    assert opened(content, "a", limits=Limits(depth=5)) == {"a!a!a!a!a!a": b"core"}
    assert opened(content, "a", limits=Limits(depth=4)) == {"a!a!a!a!a": "too_deep"}


def test_velociraptor_collections_show_the_paths_of_the_host(opened: Open) -> None:
    name = "uploads/auto/C%3A/Windows/System32/winevt/Logs/Microsoft-Windows-Sysmon%254Operational.evtx"
    plain = "kape/C/Microsoft-Windows-AppLocker%4EXE and DLL.evtx"
    logs = "C:/Windows/System32/winevt/Logs/Microsoft-Windows-Sysmon%4Operational.evtx"
    assert opened(make.zipped({name: b"1", plain: b"2"}), "c.zip") == {
        f"c.zip!uploads/auto/{logs}": b"1",
        f"c.zip!{plain}": b"2",
    }


TRICKS = {
    "../../evil": "_/_/evil",
    "/etc/passwd": "etc/passwd",
    "C:\\Windows\\x": "C_/Windows/x",
    "a/./b//c": "a/b/c",
    "esc\x1b[2Jape": "esc\ufffd[2Jape",
}


@pytest.mark.parametrize("pack", [make.zipped, make.tarred, make.seven_zipped])
def test_names_with_tricks_are_only_shown_and_without_them(
    opened: Open, tmp_path: Path, pack: Callable[[dict[str, bytes]], bytes]
) -> None:
    before = {path.name for path in tmp_path.parent.iterdir()}
    packed = pack({name: name.encode() for name in TRICKS})
    found = {k: v for k, v in opened(packed).items() if k != "in!_"}
    assert found == {f"in!{clean}": name.encode() for name, clean in TRICKS.items()}
    assert {path.name for path in tmp_path.iterdir()} == {"in", "spool"}
    assert {path.name for path in tmp_path.parent.iterdir()} == before


def test_members_of_one_name_are_all_read(tmp_path: Path) -> None:
    for pack in (make.zipped, make.seven_zipped):
        (tmp_path / "in").write_bytes(pack({"a": b"1", "./a": b"2"}))
        origins = list(open_inputs([str(tmp_path / "in")], spool=tmp_path / "spool"))
        assert [one.path.rpartition("!")[2] for one in origins] == ["a", "a"]


def test_known_archives_that_are_not_opened_say_so(opened: Open) -> None:
    assert opened(b"Rar!\x1a\x07\x01\0rest") == {"in": "unsupported"}
    assert opened(make.zipped({"a.rar": b"Rar!\x1a\x07\x01\0"})) == {"in!a.rar": "unsupported"}


def test_members_that_nobody_wants_are_not_spooled(opened: Open) -> None:
    files = {
        "a.log": b"LOG " + bytes(200_000),
        "b.jpg": b"JPG" + bytes(200_000),
        "c.gz": gzip.compress(b"LOG"),
    }
    asked = []

    def wanted(head: bytes, path: str) -> bool:
        asked.append((len(head), path.rpartition("/")[2]))
        return head.startswith(b"LOG")

    for pack in (make.zipped, make.tarred, make.seven_zipped):
        asked.clear()
        found = opened(pack(files), wanted=wanted)
        expected = {"in!a.log": files["a.log"], "in!b.jpg": "unrecognised", "in!c.gz!c": b"LOG"}
        assert found == expected
        assert [size for size, _ in asked if size > 3] == [65536, 65536]
    assert opened(b"anything", wanted=wanted) == {"in": b"anything"}


def test_progress_is_told_of_every_file(opened: Open) -> None:
    told: list[tuple[str, int]] = []
    opened(make.zipped({"a": LOG, "b": LOG}), progress=lambda path, size: told.append((path, size)))
    assert [path.rpartition("!")[2] for path, _ in told] == ["a", "b"]
    assert [size for _, size in told] == [len(LOG), 2 * len(LOG)]


SMALL = Limits(ratio=20, ratio_free_bytes=100_000)


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        make.zst,
        lambda data: make.zipped({"a": data}),
        lambda data: make.seven_zipped({"a": data}),
        lambda data: gzip.compress(make.tarred({"a": data})),
        lambda data: make.zipped({"b.zip": make.zipped({"a": data})}),
        lambda data: gzip.compress(gzip.compress(data)),
    ],
)
def test_bombs_are_refused_and_leave_nothing(opened: Open, pack: Callable[[bytes], bytes]) -> None:
    found = opened(pack(bytes(3_000_000)), limits=SMALL)
    assert found.pop("in") == "bomb"
    assert found == {}


def test_what_came_before_a_bomb_is_kept(opened: Open) -> None:
    files = {"a": LOG, "b": bytes(9_000_000), "c": b"never"}
    assert opened(gzip.compress(make.tarred(files)), limits=SMALL) == {"in!a": LOG, "in": "bomb"}


def test_too_many_members_are_a_bomb(opened: Open) -> None:
    files = {str(i): b"" for i in range(50)}
    for pack in (make.zipped, make.seven_zipped):
        assert opened(pack(files), limits=Limits(members=49)) == {"in": "bomb"}
    found = opened(make.tarred(files), limits=Limits(members=49))
    assert found.pop("in") == "bomb"
    assert len(found) == 49


def test_the_run_as_a_whole_has_a_limit(opened: Open) -> None:
    assert opened(gzip.compress(LOG), limits=Limits(total_bytes=5000)) == {"in": "bomb"}


def test_a_spool_that_cannot_be_written_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "in").write_bytes(gzip.compress(LOG))
    (tmp_path / "spool").write_bytes(b"a file where the folder should be")
    (found,) = open_inputs([str(tmp_path / "in")], spool=tmp_path / "spool")
    assert isinstance(found, Refusal)
    assert found.reason == "no_space"


WHOLE = (
    make.zipped({"a": b"1" * 300, "b.gz": gzip.compress(b"2")}),
    make.streamed_zip({"a": b"1" * 300, "b": b"2"}),
    make.aes_zip({"a": b"1" * 300}, "x"),
    make.tarred({"a": b"1" * 300, "n" * 200: b"2"}),
    gzip.compress(make.tarred({"a": b"1"})),
    lzma.compress(b"1" * 300),
    bz2.compress(b"1" * 300),
    make.zst(b"1" * 300),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(WHOLE), st.data())
def test_no_damage_makes_it_fail(whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=4)):
        changed[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(whole)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "in"
        path.write_bytes(changed[:cut])
        found = list(open_inputs([str(path)], spool=Path(folder) / "s", passwords=["x"]))
        assert found
        assert all(isinstance(one, Refusal) or one.local.exists() for one in found)


def test_what_an_archive_says_of_a_members_time_comes_with_it(tmp_path: Path) -> None:
    info = make.tar_entry("a.log", tarfile.REGTYPE)
    info.mtime = 1_655_526_401
    (tmp_path / "in.tar").write_bytes(make.tarred({}, info))
    (tmp_path / "plain").write_bytes(LOG)
    found = open_inputs([str(tmp_path)], spool=tmp_path / "spool")
    times = {one.path.rpartition("/")[2]: one.modified for one in found if isinstance(one, Origin)}
    assert times == {"in.tar!a.log": 133_000_000_010_000_000, "plain": None}
