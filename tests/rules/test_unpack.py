"""A package is taken as a whole or refused as a whole."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from gamekeeper.errors import ContainerError
from gamekeeper.rules.unpack import is_wanted, read_folder, unpack_zip


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], comment: bytes = b"") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


def link() -> zipfile.ZipInfo:
    info = zipfile.ZipInfo("rules/x.yml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_rules_and_papers_are_taken() -> None:
    data = packed(
        ("sigma/rules/a.yml", b"a"),
        ("sigma/LICENSE", b"l"),
        ("sigma/regression_data/x.evtx", b"e"),
        ("sigma/deprecated/old.yml", b"d"),
        ("sigma/.github/workflow.yml", b"w"),
        ("version.txt", b"v"),
        comment=b"c" * 40,
    )
    files, comment = unpack_zip(data)
    assert files == {"sigma/rules/a.yml": b"a", "sigma/LICENSE": b"l", "version.txt": b"v"}
    assert comment == "c" * 40


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ("../x.yml", "outside"),
        ("/etc/x.yml", "outside"),
        ("C:/x.yml", "outside"),
        ("a\\..\\x.yml", "outside"),
        ("rules/../../x.txt", "outside"),
    ],
)
def test_trick_paths_refuse_the_package(member: str, reason: str) -> None:
    with pytest.raises(ContainerError, match=reason):
        unpack_zip(packed(("rules/good.yml", b"a"), (member, b"b")))


def test_links_refuse_the_package() -> None:
    with pytest.raises(ContainerError, match="is a link"):
        unpack_zip(packed((link(), b"/etc/passwd")))


def test_names_that_differ_in_case_only_refuse_the_package() -> None:
    with pytest.raises(ContainerError, match="one name"):
        unpack_zip(packed(("a.yml", b"1"), ("A.yml", b"2")))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ContainerError, match="too large for a rule"):
        unpack_zip(packed(("a.yml", b"\0" * (17 << 20))))


def test_many_large_rules_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gamekeeper.rules.unpack._TOTAL_LIMIT_BYTES", 1_000)
    with pytest.raises(ContainerError, match="unpacks to more"):
        unpack_zip(packed(("a.yml", b"x" * 600), ("b.yml", b"y" * 600)))


@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", packed(("a.yml", b"x" * 500))[:-30]],
    ids=["empty", "no zip", "cut short"],  # bytes would be the name, and a zip holds the time
)
def test_what_is_no_whole_zip_is_refused(data: bytes) -> None:
    with pytest.raises(ContainerError, match="no whole zip"):
        unpack_zip(data)


def test_a_member_with_a_wrong_checksum_is_refused() -> None:
    data = bytearray(packed(("a.yml", b"title: something long enough to be told apart")))
    data[35 + 10] ^= 0xFF
    with pytest.raises(ContainerError, match="no whole zip"):
        unpack_zip(bytes(data))


def test_a_folder_gives_the_same_files_without_links(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yml").write_bytes(b"a")
    (tmp_path / "rules" / "link.yml").symlink_to("/etc/hostname")
    assert read_folder(tmp_path) == {"rules/a.yml": b"a"}


def test_what_is_wanted() -> None:
    assert is_wanted("x/Rules/A.YML")
    assert is_wanted("LICENSE.Detection.Rules.md")
    assert not is_wanted("unsupported/a.yml")
    assert not is_wanted("README.md")
    assert not is_wanted("")
