"""Where Base64 may stand."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.questions.encoded.runs import MOST_RUNS, Mark, runs

DIR = base64.b64encode("dir /s".encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"powershell -enc {DIR}",
        f"powershell.exe -e {DIR}",
        f"powershell /EncodedCommand {DIR}",
        f"powershell -EnC:{DIR}",
        f'powershell -ec "{DIR}"',
        f"powershell \u2013encod '{DIR}'",
        f"p^owershell -e^n^c {DIR}",
        f"-enc {DIR}",
    ],
)
def test_the_parameter_of_powershell_points_at_a_run_however_it_is_written(text: str) -> None:
    found = next(runs(text))
    assert (found.mark, found.text) == (Mark.COMMAND, DIR.rstrip("=").encode())


@pytest.mark.parametrize(
    "text",
    [f"pre-enc {DIR[:12]}", f"-export {DIR[:12]}", f"-en1 {DIR[:12]}", f"\u0410enc {DIR[:12]}"],
)
def test_another_parameter_points_at_nothing(text: str) -> None:
    assert list(runs(text)) == []


def test_calls_headers_and_addresses_of_data_point_at_runs() -> None:
    found = list(
        runs(
            "[Convert]::FromBase64String( 'aGVsbG8g\n d29ybGQ=') "
            "-----BEGIN CERTIFICATE-----\r\nTVqQAAMA\r\nAAAEAAAA\r\n-----END CERTIFICATE-----"
            " data:image/png;base64,iVBORw0KGgo="
        )
    )
    assert [(run.mark, run.text) for run in found if run.mark] == [
        (Mark.CALL, b"aGVsbG8gd29ybGQ"),
        (Mark.HEADER, b"TVqQAAMAAAAEAAAA"),
        (Mark.DATA, b"iVBORw0KGgo"),
    ]


def test_wrapped_lines_are_one_run() -> None:
    whole = base64.b64encode(bytes(range(150))).decode()
    wrapped = "\r\n".join(whole[at : at + 64] for at in range(0, len(whole), 64))
    assert whole.encode() in [run.text for run in runs(f"x = @'\n{wrapped}\n'@")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "C:\\Windows\\System32\\drivers\\etc",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709",
        "{19DE6D3B-1972-64DC-0F0C-000000000C00}",
        "short words only here",
        "12345678901234567890",
    ],
)
def test_what_can_be_told_by_its_looks_is_no_run(text: str) -> None:
    assert list(runs(text)) == []


def test_a_run_behind_a_path_is_found_as_a_piece() -> None:
    assert [run.text for run in runs(f"https://example.org/x-y/{DIR}{DIR}")][-1] == (
        DIR + DIR
    ).encode()


def test_each_run_comes_once_and_there_is_an_end() -> None:
    assert len(list(runs(f"{DIR}{DIR} {DIR}{DIR}"))) == 1
    text = " ".join(f"abcdefghIJKLMNOPq{at:06}x" for at in range(2 * MOST_RUNS))
    assert len(list(runs(text))) == MOST_RUNS


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert all(run.text for run in runs(text))
