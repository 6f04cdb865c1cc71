from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.incidents.sessions import session_of, sessions


@given(st.integers(0, (1 << 31) - 1))
def test_ids_as_windows_gives_them_out_stay_what_they_are(number: int) -> None:
    assert session_of(hex(number)) == session_of(hex(number).upper()) == number


@given(st.text(min_size=1) | st.integers(0, (1 << 64) - 1).map(hex))
def test_any_other_text_is_some_number_whatever_its_case(text: str) -> None:
    assert 0 <= session_of(text) < 1 << 31
    assert session_of(text) == session_of(text)


def test_rows_without_a_session_have_none() -> None:
    column = pa.array(["0x5", None, "", "0x3e7", "0x5"]).dictionary_encode()
    assert sessions(column).tolist() == [5, -1, -1, 999, 5]
