"""What the values of matches name, as codes: read once for equal values, as floods say the same again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.incidents.tokens import Tokens, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from gamekeeper.questions.searches import Rows

#: Texts of matches whose names are remembered.
_REMEMBERED: Final = 32_768


class TokenCodes:
    """Codes of what matches name; the ones of ``known`` are their places there."""

    def __init__(self, known: Sequence[Tokens] = ()) -> None:
        self._known: dict[str, int] = {}
        self._codes = {tokens: code for code, tokens in enumerate(known)}

    def names(self) -> tuple[Tokens, ...]:
        """Return what the codes stand for."""
        return tuple(self._codes)

    def of(self, fields: pa.Array) -> Rows:
        """Return the code of what each match's ``fields`` name."""
        coded = fields.dictionary_encode()
        codes = np.array([self._of(text) for text in coded.dictionary.to_pylist()], np.int64)
        found: Rows = codes[coded.indices.to_numpy()]
        return found

    def _of(self, fields: str) -> int:
        found = self._known.get(fields)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._codes.setdefault(tokens_of(fields), len(self._codes))
            self._known[fields] = found
        return found
