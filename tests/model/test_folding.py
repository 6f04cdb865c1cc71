"""The one rule for case."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.model.folding import fold


def test_windows_paths_and_other_alphabets_fold() -> None:
    assert fold("C:\\WINDOWS\\Ärger") == "c:\\windows\\ärger"
    assert fold("ПРИВЕТ") == "привет"
    assert fold("straße") == "straße"


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_folds_letter_by_letter(text: str) -> None:
    assert fold(text) == "".join(c.lower() for c in text)
    assert fold(fold(text)) == fold(text)
