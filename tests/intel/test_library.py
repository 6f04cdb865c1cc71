"""A bundle that was taken in counts from then on; a damaged table does not, and is named."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.intel.library import library, shipped, update

BUNDLE = json.dumps(
    {
        "type": "bundle",
        "objects": [
            {
                "type": "intrusion-set",
                "id": "g",
                "name": "One",
                "external_references": [{"external_id": "G0001"}],
            },
            {
                "type": "attack-pattern",
                "id": "t",
                "name": "NTDS",
                "external_references": [{"external_id": "T1003.003"}],
            },
            {
                "type": "relationship",
                "relationship_type": "uses",
                "source_ref": "g",
                "target_ref": "t",
            },
        ],
    }
).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    place = tmp_path / "bundle.json"
    place.write_bytes(BUNDLE)
    return place


def test_without_a_bundle_the_table_that_ships_is_used(tmp_path: Path) -> None:
    assert library(tmp_path).facts is shipped()


def test_a_bundle_is_used_from_then_on(path: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(BUNDLE).hexdigest()
    account = update(str(path), tmp_path, sha256=digest.upper(), version="18.1")
    assert (account.groups, account.techniques, account.sha256) == (1, 1, digest)
    held = library(tmp_path)
    assert [group.name for group in held.facts.groups] == ["One"]
    assert held.facts.attack == "18.1"
    assert held.remark == ""


def test_an_address_works_like_a_path(path: Path, tmp_path: Path) -> None:
    assert update(path.as_uri(), tmp_path).groups == 1


@pytest.mark.parametrize(
    ("data", "digest", "said"), [(BUNDLE, "00", "not the bundle wanted"), (b"{}", "", "no STIX")]
)
def test_what_is_refused_leaves_what_was_there(
    path: Path, tmp_path: Path, data: bytes, digest: str, said: str
) -> None:
    update(str(path), tmp_path)
    path.write_bytes(data)
    with pytest.raises(UsageError, match=said):
        update(str(path), tmp_path, sha256=digest)
    assert [group.name for group in library(tmp_path).facts.groups] == ["One"]


def test_a_damaged_table_does_not_count_and_is_named(path: Path, tmp_path: Path) -> None:
    update(str(path), tmp_path)
    table = tmp_path / "intel" / "attack.json"
    table.write_bytes(table.read_bytes()[:-40])
    held = library(tmp_path)
    assert held.facts is shipped()
    assert "attack.json is no table of facts" in held.remark


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        update(str(tmp_path / "absent.json"), tmp_path)


def test_a_place_that_takes_nothing_is_said(path: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot take the facts"):
        update(str(path), tmp_path / "file")
