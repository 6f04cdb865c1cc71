"""A fetched set replaces the one before as a whole, or leaves it alone."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from pathlib import Path

import pytest

from gamekeeper.errors import ContainerError, UsageError
from gamekeeper.rules import library
from gamekeeper.rules.library import Installed, data_folder, installed, update
from gamekeeper.rules.load import load_rules

RULE = b"title: T\nlogsource: {product: windows}\ndetection: {s: {EventID: 1}, condition: s}\n"
LICENCE = b"# Licenses\n\nrules under the Detection Rule License (DRL) 1.1, see below"


def package(path: Path, **members: bytes) -> Path:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_yml", ".yml"), data)
    path.write_bytes(buffer.getvalue())
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "r2026-08-01.zip"
    return package(path, rules__a_yml=RULE, rules__b_yml=b"no: rule", LICENSE=LICENCE)


def folders(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "rules").iterdir())


def test_a_package_is_installed_with_its_papers(release: Path, home: Path) -> None:
    digest = hashlib.sha256(release.read_bytes()).hexdigest()
    rule_set = update(str(release), home, sha256=digest.upper())
    assert rule_set == installed(home)[0]
    assert (rule_set.name, rule_set.usable, rule_set.skipped) == ("sigma", 1, 1)
    assert (rule_set.sha256, rule_set.source) == (digest, str(release))
    assert rule_set.version == "r2026-08-01"
    assert rule_set.licence == "Detection Rule License (DRL) 1.1"
    assert len(load_rules([str(rule_set)]).rules) == 1
    assert folders(home) == [f"sigma-{digest[:12]}", "sigma.json"]


def test_an_address_works_like_a_path(release: Path, home: Path) -> None:
    assert update(release.as_uri(), home).usable == 1


def test_a_folder_works_like_a_zip(tmp_path: Path, home: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.yml").write_bytes(RULE)
    (tmp_path / "mine" / "version.txt").write_text("7.1 of today\nmore")
    rule_set = update(str(tmp_path / "mine"), home, name="mine")
    assert (rule_set.name, rule_set.version, rule_set.licence) == ("mine", "7.1 of today", "")


def test_a_new_package_replaces_the_old_one(release: Path, tmp_path: Path, home: Path) -> None:
    old = update(str(release), home)
    other = update(str(release), home, name="sigma-other")
    new = update(str(package(tmp_path / "new.zip", x_yml=RULE)), home)
    assert not old.folder.exists()
    assert [item.folder for item in installed(home)] == [other.folder, new.folder]


def test_the_same_package_once_more_repairs_its_files(release: Path, home: Path) -> None:
    first = update(str(release), home)
    (first.folder / "rules" / "a.yml").unlink()
    update(str(release), home)
    assert (first.folder / "rules" / "a.yml").read_bytes() == RULE
    assert len(folders(home)) == 2


def test_what_is_not_wanted_changes_nothing(release: Path, tmp_path: Path, home: Path) -> None:
    before = update(str(release), home)
    empty = package(tmp_path / "empty.zip", a_yml=b"no: rule")
    trick = package(tmp_path / "trick.zip", a_yml=RULE, **{"..__b_yml": RULE})
    with pytest.raises(ContainerError, match="no usable rule"):
        update(str(empty), home)
    with pytest.raises(ContainerError, match="outside"):
        update(str(trick), home)
    with pytest.raises(UsageError, match="SHA-256"):
        update(str(release), home, sha256="0" * 64)
    with pytest.raises(UsageError, match="cannot be read"):
        update(str(tmp_path / "gone.zip"), home)
    with pytest.raises(UsageError, match="no name"):
        update(str(release), home, name="../x")
    assert installed(home) == [before]
    assert len(folders(home)) == 2


def test_a_stop_between_files_and_pointer_leaves_the_old_set(
    release: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = update(str(release), home)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "asdict", stop)
    with pytest.raises(KeyboardInterrupt):
        update(str(package(tmp_path / "new.zip", x_yml=RULE)), home)
    assert installed(home) == [before]
    assert load_rules([before.folder]).rules


def test_damaged_accounts_do_not_count(release: Path, home: Path) -> None:
    rule_set = update(str(release), home)
    folder = home / "rules"
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text("[]")
    (folder / "c.json").write_text(json.dumps({"folder": "x"}))
    assert installed(home) == [rule_set]
    assert installed(home / "absent") == []


def test_where_sets_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert data_folder({"GAMEKEEPER_HOME": "/x"}) == Path("/x")
    assert data_folder({"XDG_DATA_HOME": "/y"}).name == "gamekeeper"
    monkeypatch.setattr(sys, "platform", "win32")
    assert data_folder({"LOCALAPPDATA": str(tmp_path)}) == tmp_path / "gamekeeper"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert data_folder({}).parts[-2:] == ("Application Support", "gamekeeper")


def test_a_set_reads_as_its_folder(tmp_path: Path) -> None:
    assert str(Installed("n", tmp_path, "s", "d", "", "", "", 1, 0)) == str(tmp_path)


def test_a_folder_without_rules_is_named_as_the_person_named_it(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(ContainerError, match=r"empty holds no rule files"):
        update(str(empty), tmp_path / "home")
