from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.simulate import Setting, simulate
from gamekeeper.simulate.places import build_world
from gamekeeper.simulate.renaming import Renamer

WORLD = build_world(3, 1, 6, Setting())
PERSON = next(account.name for account in WORLD.accounts if account.kind == "user")


def test_a_name_is_changed_wherever_it_stands_and_in_its_case() -> None:
    renamer = Renamer(WORLD)
    host = renamer.text("MV-DC01")
    assert host != "MV-DC01"
    assert renamer.text(r"\\mv-dc01\c$") == rf"\\{host.lower()}\c$"
    assert renamer.text("MV-DC01$") == f"{host}$"
    person = renamer.text(PERSON)
    assert renamer.text(rf"C:\Users\{PERSON}\x.txt") == rf"C:\Users\{person}\x.txt"


def test_no_two_names_differ_by_a_number_alone() -> None:
    world = build_world(40001, 1, 60, Setting())
    renamer = Renamer(world)
    hosts = [host.name for host in world.hosts]
    people = [one.name for one in world.accounts if one.kind != "machine"]
    for names in (hosts, people):
        others = [renamer.text(name).lower() for name in names]
        assert len(set(others)) == len(names)
        bare = Counter(re.sub("[0-9]", "", name) for name in others if not name.startswith("u"))
        del bare[""]  # employee numbers
        assert max(bare.values()) <= 2
    assert any(name.isalpha() for name in map(renamer.text, hosts))
    assert any(name.startswith("DESKTOP-") for name in map(renamer.text, hosts))
    assert any(name.isdecimal() for name in map(renamer.text, people))


def test_parts_of_other_words_stay() -> None:
    renamer = Renamer(WORLD)
    assert renamer.text(f"x{PERSON}x MV-DC011") == f"x{PERSON}x MV-DC011"
    assert renamer.value(("MV-DC01", 4, None))[1:] == (4, None)


def test_names_in_lists_of_strings_are_changed() -> None:
    renamer = Renamer(WORLD)
    assert renamer.value([r"\\MV-DC01\x", None]) == [renamer.text(r"\\MV-DC01\x"), None]


def test_a_renamed_world_says_the_same_under_other_names(tmp_path: Path) -> None:
    told = []
    for name in ("one", "two"):
        setting = Setting(renamed=name == "two")
        made = simulate(tmp_path / name, seed=3, days=1, hosts=3, setting=setting)
        rows = (tmp_path / name / "truth.jsonl").read_text().splitlines()
        told.append((made.events, made.truth, [json.loads(row) for row in rows]))
    assert told[0][:2] == told[1][:2]
    assert [row["time"] for row in told[0][2]] == [row["time"] for row in told[1][2]]
    text = (tmp_path / "two" / "truth.jsonl").read_text() + (
        tmp_path / "two/world.json"
    ).read_text()
    assert "MV-" not in text
    assert "svc_ldapbind" not in text
    logs = [path.read_bytes() for path in (tmp_path / "two").rglob("*.evtx")]
    for name in ("MV-DC01", "svc_ldapbind"):
        assert not any(name.encode("utf-16-le") in log for log in logs)


def test_a_renamed_world_has_no_collector(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no collector"):
        simulate(tmp_path / "x", setting=Setting(renamed=True, forwarded=True))
