from __future__ import annotations

from pathlib import Path

import pytest

from gamekeeper.context.accounts import Accounts

LIST = """account,kind,note
CORP\\svc-backup,service,nightly
adm-*,admin,
CORP\\adm-old,user,no longer an administrator
S-1-5-21-1-2-3-1105,vendor,pump maker
frank,Admin,
"""


def accounts(tmp_path: Path, text: str = LIST) -> Accounts:
    (tmp_path / "accounts.csv").write_text(text, encoding="utf-8")
    return Accounts.read([tmp_path / "accounts.csv"])


@pytest.mark.parametrize(
    ("account", "kind"),
    [
        ("corp\\SVC-BACKUP", "service"),
        ("svc-backup", None),  # the list says of which domain
        ("OTHER\\svc-backup", None),
        ("CORP\\adm-jane", "admin"),
        ("adm-jane", "admin"),
        ("CORP\\adm-old", "user"),
        ("s-1-5-21-1-2-3-1105", "vendor"),
        ("ANY\\frank", "admin"),
        ("", None),
    ],
)
def test_the_closest_row_counts(tmp_path: Path, account: str, kind: str | None) -> None:
    [found] = accounts(tmp_path).lookup([account])
    assert (found.kind if found else None) == kind


def test_rows_without_a_kind_that_is_known_do_not_count(tmp_path: Path) -> None:
    found = accounts(tmp_path, "account,kind\na,servce\nb,\nc,user\nC,user\n")
    [file] = found.files
    assert file.entries == len(found) == 1
    assert "line 2: 'servce' is no kind of account" in file.remarks[0]
    assert "did you mean 'service'?" in file.remarks[0]
    assert "line 3: the row has no kind" in file.remarks[1]
    assert "line 5: C stands already" in file.remarks[2]


def test_accounts_of_a_kind_can_be_listed(tmp_path: Path) -> None:
    assert accounts(tmp_path).named("service") == ["CORP\\svc-backup"]
    assert accounts(tmp_path).named("admin") == ["frank"]  # a pattern is no account


def test_the_accounts_of_a_kind_are_listed_without_domains_and_with_patterns(
    tmp_path: Path,
) -> None:
    text = "account,kind\nCORP\\kestrel,appliance\nkestrel,appliance\nvpn?,Appliance\nfrank,user\n"
    found = accounts(tmp_path, text)
    assert found.listed("appliance") == ("kestrel", "vpn?")
    assert found.listed("vendor") == ()
