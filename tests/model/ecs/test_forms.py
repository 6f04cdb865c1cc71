"""Each form in Python and in SQL, on values that logs hold and on values that they might."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamekeeper.model.ecs.forms import FORMS, Value, said, said_sql

CASES: list[tuple[str, str, Value | None]] = [
    ("number", "0x1f4", 500),
    ("number", " 4 ", 4),
    ("number", "0", 0),
    ("number", "4.0", None),
    ("number", "0xffffffffffffffff", None),
    ("port", "0", None),
    ("port", "3389", 3389),
    ("logon_id", "0x3E7", "0x3e7"),
    ("logon_id", "999", "0x3e7"),
    ("logon_id", "0x0", None),
    ("logon_id", "0x194b4d10", "0x194b4d10"),
    ("logon_id", "0x00000000000003e7", None),
    ("logon_id", "0x0000000000003e7", "0x3e7"),
    ("sid", "S-1-5-21-1-2-3-500", "S-1-5-21-1-2-3-500"),
    ("sid", "%{S-1-5-32-544}", "S-1-5-32-544"),
    ("sid", "S-1-0-0", None),
    ("sid", "EXAMPLE\\anna", None),
    ("account_name", "EXAMPLE\\anna", "anna"),
    ("account_name", "anna@EXAMPLE.ORG", "anna"),
    ("account_name", "NT AUTHORITY\\SYSTEM", "SYSTEM"),
    ("account_name", "AzureAD\\anna@example.org", "anna"),
    ("account_name", "S-1-5-18", None),
    ("account_name", "WS01$", "WS01$"),
    ("account_domain", "EXAMPLE\\anna", "EXAMPLE"),
    ("account_domain", "anna@example.org", "example.org"),
    ("account_domain", "AzureAD\\anna@example.org", "AzureAD"),
    ("account_domain", "anna", None),
    ("account_domain", ".\\anna", None),
    ("address", "::ffff:10.0.0.7", "10.0.0.7"),
    ("address", "::1", "::1"),
    ("address", "10.0.0.7", "10.0.0.7"),
    ("address", "10.0.0.7\n", None),
    ("address", "FE80::1%12", "fe80::1"),
    ("address", "10.0.0.7:49152", "10.0.0.7"),
    ("address", "[fe80::1%3]:49152", "fe80::1"),
    ("address", "LOCAL", None),
    ("address", "fe80:0:0:0:9582:39e0:356b:ef4e", "fe80::9582:39e0:356b:ef4e"),
    ("address", "0:0:0:0:0:0:0:1", "::1"),
    ("address", "2001:db8:0:0:1:0:0:0", "2001:db8::1:0:0:0"),
    ("address", "ff02:0:0:0:0:0:0:0", "ff02::"),
    ("address", "0:0:0:0:0:0:0:0", "::"),
    ("address_port", "10.0.0.7:49152", 49152),
    ("address_port", "fe80::1", None),
    ("computer", "\\\\WS01", "WS01"),
    ("spn_computer", "cifs/fs01.example.org", "fs01.example.org"),
    ("spn_computer", "fs01", "fs01"),
    ("url_computer", "http://fs01:5985/wsman", "fs01"),
    ("url_computer", "fs01/wsman?PSVersion=5.1", "fs01"),
    ("short_host", "WS01.Example.ORG", "ws01"),
    ("short_host", "10.0.0.7", "10.0.0.7"),
    ("guid", "{00000000-0000-0000-0000-000000000000}", None),
    ("guid", "{41C8662E-1F61-5F25-0000-0020E7030000}", "{41C8662E-1F61-5F25-0000-0020E7030000}"),
    ("guid", "41c8662e-1f61-5f25-0000-0020e7030000", "{41C8662E-1F61-5F25-0000-0020E7030000}"),
    ("guid", "{00000000-0000-0000-0000-000000000000}", None),
    ("file_name", "C:\\Windows\\System32\\cmd.exe", "cmd.exe"),
    ("file_name", "/usr/bin/id", "id"),
    ("file_name", "C:\\Windows\\", None),
    ("hash_md5", "SHA1=AB,MD5=CDEF,IMPHASH=00", "cdef"),
    ("hash_sha1", "SHA1=AB,MD5=CDEF", "ab"),
    ("hash_sha256", "SHA1=AB", None),
    ("hash_imphash", "SHA1=AB,IMPHASH=00000000000000000000000000000000", None),
    ("hash_alone", "0x" + "A" * 64, "a" * 64),
    ("registry_path", "\\REGISTRY\\MACHINE\\SOFTWARE\\x", "HKLM\\SOFTWARE\\x"),
    ("registry_path", "\\REGISTRY\\USER\\S-1-5-18", "HKU\\S-1-5-18"),
    ("registry_path", "\\REGISTRY\\MACHINERY", "\\REGISTRY\\MACHINERY"),
    ("registry_hive", "HKLM\\SOFTWARE", "HKLM"),
    ("registry_hive", "\\REGISTRY\\A\\{1}", None),
    ("registry_key", "HKLM\\SOFTWARE\\x", "SOFTWARE\\x"),
    ("registry_key", "HKLM", None),
    ("registry_value_key", "HKLM\\SOFTWARE\\x\\Run", "SOFTWARE\\x"),
    ("registry_value", "HKLM\\SOFTWARE\\x\\Run", "Run"),
    ("scanned_file", "file:_C:\\a.exe; webfile:_C:\\b|http://x", "C:\\a.exe"),
    ("scanned_file", "containerfile:_C:\\b.zip; file:_C:\\b.zip->a", "C:\\b.zip->a"),
    ("local_path", "\\??\\C:\\SYSVOL\\", "C:\\SYSVOL"),
    ("common_name", "CN=Anna,OU=People,DC=example", "Anna"),
    ("dns_name", "WWW.Example.org.", "www.example.org"),
    ("line_user", "  Severity = x\r\n        User = EXAMPLE\\anna\r\n Other = y", "EXAMPLE\\anna"),
    ("line_user", "x\n Connected User = x", None),
    ("line_host_application", "x\nHost Application = powershell -c x = y\n", "powershell -c x = y"),
    ("line_userid", "x\n\tUserId=EXAMPLE\\anna\n\tHostName=ConsoleHost", "EXAMPLE\\anna"),
    ("line_hostapplication", "x\nHostApplication=", None),
    ("line_script_name", "x\r\nScript Name = C:\\a.ps1", "C:\\a.ps1"),
    ("lower", "RDP", "rdp"),
    ("text", "x", "x"),
]


CONNECTION = duckdb.connect(":memory:", config={"threads": 1})


def in_sql(form: str, texts: Sequence[str]) -> list[Value | None]:
    expression = FORMS[form].sql(said_sql("v"))
    rows = CONNECTION.execute(
        f"SELECT {expression} FROM (SELECT unnest(?) AS v, generate_subscripts(?, 1) AS n) ORDER BY n",
        [list(texts), list(texts)],
    )
    return [value for (value,) in rows.fetchall()]


def in_python(form: str, text: str) -> Value | None:
    here = said(text)
    return None if here is None else FORMS[form].apply(here)


@pytest.mark.parametrize(("form", "text", "expected"), CASES)
def test_a_form_reads_what_logs_hold(form: str, text: str, expected: Value | None) -> None:
    assert in_python(form, text) == expected
    assert in_sql(form, [text]) == [expected]


def test_every_form_has_a_case() -> None:
    assert {form for form, _, _ in CASES} == set(FORMS)


# What the patterns care about, and what two regular-expression engines may see in two ways.
LETTERS = st.text(alphabet="aZ09fF\\/@:.-_=,; \t\r\n%{}[]$?ÄİßS1x", max_size=12)
TEXTS = st.lists(st.one_of(LETTERS, st.sampled_from([text for _, text, _ in CASES])), max_size=20)


@pytest.mark.parametrize("form", sorted(FORMS))
@settings(max_examples=25)  # of twenty texts each
@given(texts=TEXTS)
def test_python_and_sql_agree_on_any_text(form: str, texts: list[str]) -> None:
    texts = [
        text for text in texts if "İ" not in text
    ]  # Python's lower case makes two letters of it
    assert in_sql(form, texts) == [in_python(form, text) for text in texts]


def test_nothing_is_said_by_empty_text_and_a_dash() -> None:
    assert [said(text) for text in ("", "-", " ", "x", "--")] == [None] * 3 + ["x", "--"]
