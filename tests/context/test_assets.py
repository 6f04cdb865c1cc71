from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.context.assets import Assets

LIST = """host;role;criticality;Purdue Level;sector;site;owner
DC01.corp.example;domain controller;critical;4;energy;north;identity
dc01.lab.example;lab;1;;;;
hist01;historian;4;L3.5;;;
10.20.0.0/16;cell;5;1;;;
10.20.7.0/24;cell seven;5;1;;;
10.20.7.9;controller;5;0;;;
ws-*;workstation;low;;;;
"""


def assets(tmp_path: Path, text: str = LIST, name: str = "assets.csv") -> Assets:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return Assets.read([tmp_path / name])


@pytest.mark.parametrize(
    ("host", "role"),
    [
        ("dc01.CORP.example", "domain controller"),
        ("DC01", None),  # two domains have one
        ("dc01.other.example", None),
        ("HIST01.ot.example", "historian"),
        ("hist01", "historian"),
        ("10.20.1.1", "cell"),
        ("10.20.7.1", "cell seven"),
        ("10.20.7.9", "controller"),
        ("10.21.0.1", None),
        ("WS-0042.corp.example", "workstation"),
        ("", None),
        ("fe80::1", None),
    ],
)
def test_the_closest_row_counts(tmp_path: Path, host: str, role: str | None) -> None:
    [found] = assets(tmp_path).lookup([host])
    assert (found.role if found else None) == role


def test_a_row_says_what_it_says(tmp_path: Path) -> None:
    first, second = assets(tmp_path).lookup(["dc01.corp.example", "hist01"])
    assert first is not None
    assert second is not None
    assert (first.criticality, first.purdue, first.sector) == (5, "4", "energy")
    assert (first.site, first.owner) == ("north", "identity")
    assert (second.criticality, second.purdue) == (4, "3.5")


def test_a_short_name_means_the_one_host_that_has_it(tmp_path: Path) -> None:
    found = assets(tmp_path, "host,role\nfile01.corp.example,files\n").lookup(["FILE01"])
    assert [one.role for one in found if one] == ["files"]


def test_what_is_wrong_is_said_with_its_line_and_costs_no_more_than_it_must(tmp_path: Path) -> None:
    text = (
        "host,criticality,purdue,colour\na,hihg,9,red\nA,5,1,\n10.0.0.0/99,1,,\nb,0,,\nc,MEDIUM,,\n"
    )
    found = assets(tmp_path, text)
    [file] = found.files
    assert file.entries == len(found) == 3
    told = [remark.split(":")[0] for remark in file.remarks]
    assert told == ["line 1", "line 2", "line 2", "line 3", "line 4", "line 5"]
    assert "did you mean 'high'?" in file.remarks[1]
    assert "stands already at assets.csv, line 2" in file.remarks[3]
    assert [a.criticality for a in found.lookup(["a", "b", "c"]) if a] == [None, None, 3]


def test_several_lists_are_one(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("host,role\na,first\n")
    (tmp_path / "b.yml").write_text("- host: a\n  role: second\n- host: b\n  role: other\n")
    found = Assets.read([tmp_path / "a.csv", tmp_path / "b.yml"])
    assert [asset.role for asset in found.lookup(["a", "b"]) if asset] == ["first", "other"]
    assert [file.entries for file in found.files] == [1, 1]
