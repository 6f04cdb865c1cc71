from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.questions.spoken import LOOKED_AT, form, line, number

FORMS = (
    ("", ""),
    ("words", ""),
    ("sid", ""),
    ("sids", ""),
    ("hex", ""),
    ("number", ""),
    ("file", ""),
    ("address", ""),
    ("time", ""),
    ("size", ""),
    ("nonzero", ""),
    ("refused", ""),
    ("line", ""),
    ("cut", "20"),
    ("key", "HostApplication"),
    ("xml", "Command"),
    ("code", "status"),
    ("failure", "status"),
    ("rights", "file_access"),
    ("logon_type", ""),
)


@pytest.mark.parametrize(
    ("name", "argument", "text", "said"),
    [
        ("", "", "  a\r\n\tb ", "a b"),
        ("", "", "-", None),
        ("", "", "%%1793", None),
        ("", "", "{00000000-0000-0000-0000-000000000000}", None),
        ("", "", "a\x1b[31mb", "a\\x1b[31mb"),
        ("logon_type", "", "10", "remote desktop"),
        ("logon_type", "", "99", "99"),
        ("failure", "status", "0xC000006A", "wrong password"),
        ("failure", "status", "0xc000006a", "wrong password"),
        ("failure", "status", "3221225578", "wrong password"),
        ("failure", "status", "-1073741718", "wrong password"),
        ("failure", "status", "0x0", None),
        ("failure", "status", "0xc0009999", "0xc0009999"),
        ("failure", "error", "2147954407", "server name not resolved"),
        ("failure", "error", "%%2313", "%%2313"),
        ("failure", "kerberos", "0x18", "wrong password"),
        ("encryption", "", "0x17", "RC4"),
        ("encryption", "", "0xffffffff", "none"),
        ("words", "", "%%4416\r\n\t\t\t\t%%4417\r\n", "read or list, write or add file"),
        ("words", "", "%%99999", "%%99999"),
        ("words", "", "plain", "plain"),
        ("rights", "file_access", "0x3", "read or list, write or add file"),
        ("rights", "file_access", "0x120089", "read"),
        ("rights", "file_access", "0x80000000", "0x80000000"),
        ("rights", "process_access", "0x1410", "read memory, query, query a little"),
        ("rights", "file_access", "0", "0"),
        ("rights", "file_access", "%%1537", "delete"),
        ("sid", "", "s-1-5-18", "SYSTEM"),
        ("sid", "", "S-1-0-0", None),
        ("sid", "", "S-1-5-21-1-2-3-512", "Domain Admins (S-1-5-21-1-2-3-512)"),
        ("sid", "", "S-1-5-21-1-2-3-1105", "S-1-5-21-1-2-3-1105"),
        ("sids", "", "\n\t%{S-1-5-32-544}\n\t%{S-1-1-0}", "Administrators, Everyone"),
        ("hex", "", "255", "0xff"),
        ("number", "", "0x1f4", "500"),
        ("number", "", "none of it", "none of it"),
        ("file", "", "C:\\Windows\\System32\\cmd.exe", "cmd.exe"),
        ("file", "", "\\device\\x\\", "x"),
        ("file", "", "/usr/bin/ssh", "ssh"),
        ("address", "", "::ffff:10.0.0.1", "10.0.0.1"),
        ("address", "", "::", None),
        ("address", "", "-", None),
        ("time", "", "2016-07-08T22:16:31.2450000Z", "2016-07-08 22:16:31Z"),
        ("time", "", "2023-08-09 11:30:32.363", "2023-08-09 11:30:32.363"),
        ("size", "", "162791", "162,791 bytes"),
        ("size", "", "18446744073709551615", None),
        ("nonzero", "", "0x0", None),
        ("nonzero", "", "false", None),
        ("nonzero", "", "3", "3"),
        ("refused", "", "0x8010000000000000", "refused"),
        ("refused", "", "0x8020000000000000", None),
        ("refused", "", "Audit Failure", "refused"),
        ("line", "", "\r\nfirst\r\nsecond", "first"),
        ("cut", "3", "abcdef", "abc…"),
        ("cut", "6", "abcdef", "abcdef"),
        ("key", "Host", "\tHostName=a\r\n\tHost=b c\r\n\tMore=1", "b c"),
        ("key", "Host", "Host=\r\n\tOther=x", None),
        ("key", "SHA256", "SHA1=aa,SHA256=bb", "bb"),
        ("key", "Host", "GuestHost=a", None),
        ("xml", "Command", "<a><Command>cmd &amp; x</Command></a>", "cmd & x"),
        ("xml", "Command", "&lt;Command&gt;cmd&lt;/Command&gt;", "cmd"),
        ("xml", "Command", "<Command>cmd", None),
    ],
)
def test_a_form_says_what_a_value_means(
    name: str, argument: str, text: str, said: str | None
) -> None:
    assert form(name, argument)(text) == said


@pytest.mark.parametrize(("name", "argument"), FORMS)
@given(text=st.text())
def test_no_value_breaks_a_form_or_leaves_a_control_in_it(
    name: str, argument: str, text: str
) -> None:
    said = form(name, argument)(text)
    assert said is None or said.isprintable() or not any(c in said for c in "\n\r\t\x1b\x9b\u202e")


@pytest.mark.parametrize(("name", "argument"), FORMS)
def test_a_huge_value_costs_little(name: str, argument: str) -> None:
    for text in ("&lt;" * 2_000_000, "%%1" * 2_000_000, "\n ," * 2_000_000, "S-1-5-" * 2_000_000):
        said = form(name, argument)(text)
        assert said is None or len(said) <= LOOKED_AT


@pytest.mark.parametrize(("name", "argument"), [("cut", ""), ("", "x"), ("absent", ""), ("a", "b")])
def test_a_form_that_does_not_exist_is_an_error(name: str, argument: str) -> None:
    with pytest.raises(ContentError):
        form(name, argument)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0x10", 16),
        ("010", 10),
        ("-5", -5),
        ("1e3", None),
        ("", None),
        ("9" * 30, None),
        ("0x", None),
    ],
)
def test_numbers_are_decimal_or_hexadecimal(text: str, value: int | None) -> None:
    assert number(text) == value


def test_a_value_is_cut_where_it_is_long() -> None:
    said = line("x" * 1_000)
    assert said is not None
    assert len(said) == 301


def test_the_tables_have_words_for_whole_numbers() -> None:
    for name, codes in content.load_yaml("mappings/values.yml").items():
        for code, word in codes.items():
            assert isinstance(word, str), (name, code)
            assert isinstance(code, int) == (name != "sids"), (name, code)
            assert word == line(word) or not word, (name, code)
