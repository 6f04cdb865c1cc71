"""What people mean by the words that they start from."""

from __future__ import annotations

import pytest

from fakes.cases import case_of
from fakes.windows import SECURITY, SYSMON, Told
from gamekeeper.errors import UsageError
from gamekeeper.questions.subject import Thing, guess, subject
from gamekeeper.store.case import Case

GUID = "{41C8662E-1F61-5F25-0000-0020E7030000}"


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("10.0.0.7", Thing.ADDRESS),
        ("fe80::1", Thing.ADDRESS),
        (GUID, Thing.PROCESS),
        (GUID.strip("{}").lower(), Thing.PROCESS),
        ("1064@ws01", Thing.PROCESS),
        ("0x3e7@ws01", Thing.SESSION),
        ("0x3e7", Thing.SESSION),
        ("d41d8cd98f00b204e9800998ecf8427e", Thing.HASH),
        ("S-1-5-18", Thing.ACCOUNT),
        ("EXAMPLE\\anna", Thing.ACCOUNT),
        ("anna@example.org", Thing.ACCOUNT),
        ("WS01$", Thing.ACCOUNT),
        ("C:\\Windows\\Temp\\a.exe", Thing.FILE),
        ("\\Device\\HarddiskVolume1\\a", Thing.FILE),
        ("ntds.dit", Thing.FILE),
        ("ws01", None),
        ("ws01.example.org", None),
    ],
)
def test_most_things_are_known_by_their_form(text: str, thing: Thing | None) -> None:
    assert guess(text) == thing


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    told = Told()
    for host in ("ws01.a.example", "ws01.b.example", "WS02.a.example"):
        told.event(SYSMON, 1, host=host, User="EXAMPLE\\anna", ProcessId="64", ProcessGuid=GUID)
    for domain in ("EXAMPLE", "OTHER"):
        sid = f"S-1-5-21-{len(domain)}-2-3-1104"
        told.event(SECURITY, 4634, TargetUserName="bob", TargetDomainName=domain, TargetUserSid=sid)
    return case_of(tmp_path_factory.mktemp("case") / "c", told.batches())


@pytest.mark.parametrize(
    ("text", "thing", "said"),
    [
        ("ws01", None, "may be any of"),
        ("64@ws01", None, "may be any of"),
        ("bob", None, "give a SID"),
        ("0x3e7", None, "0x3e7@HOST"),
        ("nobody", None, "no account 'nobody'"),
        ("nobody", Thing.HOST, "no host 'nobody'"),
        ("nobody", Thing.ADDRESS, "no address"),
        ("nobody", Thing.HASH, "no MD5"),
        ("nobody", Thing.PROCESS, "PID@HOST"),
        ("nobody@ws02", Thing.SESSION, "no logon id"),
    ],
)
def test_what_is_unknown_or_may_be_two_is_said(
    case: Case, text: str, thing: Thing | None, said: str
) -> None:
    with case.snapshot() as snapshot, pytest.raises(UsageError, match=said):
        subject(snapshot.database(), text, thing)


@pytest.mark.parametrize(
    ("text", "thing", "shown"),
    [
        ("ws02", Thing.HOST, "WS02.a.example"),
        ("WS01.A.EXAMPLE", Thing.HOST, "ws01.a.example"),
        ("anna", Thing.ACCOUNT, "EXAMPLE\\anna"),
        ("bob@OTHER", Thing.ACCOUNT, "OTHER\\bob"),
        ("::ffff:10.0.0.7", Thing.ADDRESS, "10.0.0.7"),
        ("fe80:0:0:0:1:2:3:4", Thing.ADDRESS, "fe80::1:2:3:4"),
        ("0x0077@ws02", Thing.SESSION, "0x77@WS02.a.example"),
    ],
)
def test_a_thing_is_found_by_any_of_its_names(
    case: Case, text: str, thing: Thing, shown: str
) -> None:
    with case.snapshot() as snapshot:
        found = subject(snapshot.database(), text)
    assert (found.thing, found.shown) == (thing, shown)
    assert found.roles.keys() <= {"windows.sysmon", "windows.security"}
