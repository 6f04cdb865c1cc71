from __future__ import annotations

from pathlib import Path

from gamekeeper.store.layout import Layout, make_folder, sync_file, sync_folder


def test_everything_is_below_the_folder_of_the_case(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    paths = [layout.manifest, layout.staging, layout.write_lock, layout.read_lock]
    assert {path.parent for path in paths} == {tmp_path}
    assert layout.path("events/windows.security/00000001.parquet").relative_to(tmp_path).parts == (
        "events",
        "windows.security",
        "00000001.parquet",
    )


def test_folders_are_made_with_those_above(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    (tmp_path / "a" / "b" / "c").write_bytes(b"x")
    sync_file(tmp_path / "a" / "b" / "c")
    sync_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"x"
