from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.tuning.allowlist import AllowList

ENTRY = """\
- rule: 0a1b
  when:
    Image|endswith: '\\msiexec.exe'
    host: build*
  reason: packaging
  owner: platform
  expires: 2027-01-31
"""


def read(tmp_path: Path, text: str) -> AllowList:
    (tmp_path / "allow.yml").write_text(text)
    return AllowList.read([tmp_path / "allow.yml"])


def test_an_entry_says_what_by_whom_why_and_until_when(tmp_path: Path) -> None:
    found = read(tmp_path, "# ours\n" + ENTRY)
    [entry] = found.entries
    assert entry.place == f"{tmp_path / 'allow.yml'}, line 2"
    assert (entry.rules, entry.reason, entry.owner) == (("0a1b",), "packaging", "platform")
    assert entry.expires == date(2027, 1, 31)
    assert entry.fields == {"image": "Image", "host": "host"}
    assert entry.when == "Image|endswith: '\\\\msiexec.exe'; host|startswith: 'build'"
    [file] = found.files
    assert (file.kind, file.entries) == ("allow", 1)


def test_the_list_may_have_a_name_and_rules_may_be_many(tmp_path: Path) -> None:
    text = "allow:\n  - {rule: [a, 'B *'], when: {user: x}, reason: r, owner: o, expires: 2027-01-01}\n"
    [entry] = read(tmp_path, text).entries
    assert entry.rules == ("a", "B *")
    assert entry.place.endswith("line 2")


@pytest.mark.parametrize("key", ["rule", "when", "reason", "owner", "expires"])
def test_nothing_may_be_left_out(tmp_path: Path, key: str) -> None:
    whole = {
        "rule": "a",
        "when": "{user: x}",
        "reason": "r",
        "owner": "o",
        "expires": "2027-01-01",
    }
    pairs = [f"{name}: {value}" for name, value in whole.items() if name != key]
    with pytest.raises(UsageError, match=rf"line 1: the entry has no {key}"):
        read(tmp_path, "- " + "\n  ".join(pairs))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("owner:", "ownr:", r"line 6: an entry has no key 'ownr'; did you mean 'owner'"),
        ("2027-01-31", "2027-31-01", r"line 7: expires has to be a day"),
        ("reason: packaging", "reason: [a]", r"line 5: reason has to be text"),
        ("rule: 0a1b", "rule: {a: b}", r"line 1: rule has to be an id"),
        ("|endswith", "|endwith", r"line 2: detection 'when': unknown modifier 'endwith'"),
        (
            "    host: build*\n",
            "    host: x\n    host: y\n",
            r"line 5: the key 'host' stands twice",
        ),
    ],
)
def test_a_mistake_is_an_error_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        read(tmp_path, ENTRY.replace(old, new))


@pytest.mark.parametrize(
    "when",
    [
        "{host: '*'}",
        "{host: '**', user: '*'}",
        "[{user: x}, {host: '*'}]",
        "{Image|re: '.*'}",
        "{Image|neq: x}",
        "{Image: null}",
        "{user: x, Image|exists: false}",
        "{user: x, ParentImage|neq: y}",
    ],
)
def test_conditions_that_mean_anything_or_lean_on_absence_are_refused(
    tmp_path: Path, when: str
) -> None:
    text = f"- {{rule: a, when: {when}, reason: r, owner: o, expires: 2027-01-01}}"
    with pytest.raises(UsageError, match=r"hold for any value|lean on what is not there"):
        read(tmp_path, text)


@pytest.mark.parametrize("when", ["words", "[a, b]", "[]", "{}", "7"])
def test_conditions_need_fields(tmp_path: Path, when: str) -> None:
    text = f"- {{rule: a, when: {when}, reason: r, owner: o, expires: 2027-01-01}}"
    with pytest.raises(UsageError, match="when"):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "one YAML document|no list of entries"),
        ("a: b", "no list of entries"),
        ("- x", "an entry has to be a map"),
        ("- {a", r"allow\.yml, line 2: not valid YAML"),
        (ENTRY + "---\n" + ENTRY, "one YAML document"),
        ("- &a " + "x" * 10 + "\n- " + "[" * 60, "nested deeper|not valid"),
    ],
)
def test_what_is_no_list_is_an_error(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(tmp_path, text)
